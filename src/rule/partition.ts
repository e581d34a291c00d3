/** A rule over many logs at once. */
import type { EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import { fieldsOf } from "./detection.ts";
import type { Detection, RuleIr } from "./ir.ts";

function partitionDetection(detection: Detection, field: EventField): Detection {
  switch (detection.kind) {
    case "each":
      return detection;
    case "threshold":
    case "baseline":
    case "first_seen":
    case "ratio":
    case "silence":
      return { ...detection, by: [...detection.by, field] };
    case "sequence": {
      const { first, second } = detection;
      return {
        ...detection,
        first: { ...first, by: [...first.by, field] },
        second: { ...second, by: [...second.by, field] },
      };
    }
  }
}

/**
 * The rule grouped by one more field, in detection and suppression alike. Over a log whose events carry
 * the name of their part in that field, it raises the alerts that the rule raises over each part alone:
 * every kind judges entities apart, and the name is part of every entity. Only `silence` looks beyond
 * its entity, at the last event of all; parts must end at the same time for it.
 *
 * @param field One that the rule does not read.
 */
export function partitionRule(rule: RuleIr, field: EventField): RuleIr {
  const { by, forMs } = rule.suppress;
  return {
    ...rule,
    detection: partitionDetection(rule.detection, field),
    suppress: { by: [...by, field], forMs },
  };
}

/** A field that holds one text and that none of the rules reads and none of the events has. */
export function freeField(
  rules: readonly RuleIr[],
  used: ReadonlySet<string>,
): EventField | undefined {
  const read = new Set(rules.flatMap(fieldsOf));
  return eventFieldNames.findLast((field) => {
    const info = fieldInfo(field);
    return (
      info?.kind === "keyword" &&
      !info.values &&
      !info.expected &&
      !read.has(field) &&
      !used.has(field)
    );
  });
}
