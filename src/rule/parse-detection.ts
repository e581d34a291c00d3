/** The parts of a rule that carry meaning: `detect`, `suppress`, `schedule`. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import type { MapReader } from "../yaml/reader.ts";
import type { Detection, Schedule, Suppression, SuppressKey } from "./ir.ts";
import { type ParameterScope, readPositiveDuration } from "./parameter.ts";
import { parseFields, parseKind } from "./parse-kind.ts";

export interface Meaning {
  readonly detection: Detection | undefined;
  readonly suppress: Suppression | undefined;
  readonly schedule: Schedule | undefined;
  /** Places of the values of the inner keys, named like `detect.within`. */
  readonly spans: Readonly<Record<string, Span>>;
}

/** What an alert of a detection carries, so what suppression may tell apart. */
function carriedKeys(detection: Detection): readonly SuppressKey[] {
  switch (detection.kind) {
    case "each":
      return eventFieldNames.filter((name) => fieldInfo(name)?.kind === "keyword");
    case "threshold":
    case "ratio":
    case "silence":
      return detection.by;
    case "baseline":
      return [...detection.by, "day"];
    case "sequence":
      return detection.second.by;
    case "first_seen":
      return [...detection.by, detection.field];
  }
}

function parseSuppress(
  reader: MapReader,
  scope: ParameterScope,
  detection: Detection | undefined,
  diagnostics: Diagnostic[],
): Suppression | undefined {
  const by = parseFields(reader, "by", ["day" as const], diagnostics);
  const forMs = scope.duration(reader, "for");
  reader.done();
  const carried = detection ? carriedKeys(detection) : undefined;
  for (const key of by ?? []) {
    if (carried === undefined || carried.includes(key)) continue;
    diagnostics.push(report(ruleMessage.badSuppression, reader.spanOf("by"), { key, carried }));
  }
  return by && forMs !== undefined ? { by, forMs } : undefined;
}

function innerSpans(outer: string, reader: MapReader | undefined): Readonly<Record<string, Span>> {
  const keys = reader?.keys() ?? [];
  return Object.fromEntries(
    keys.map((key) => [`${outer}.${key}`, reader?.spanOf(key) as Span] as const),
  );
}

/** Reads what a rule means; `scope` resolves references to its parameters. */
export function parseDetection(
  reader: MapReader,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): Meaning {
  const detect = reader.map("detect");
  const detection = detect && parseKind(detect, scope, diagnostics);
  const suppressing = reader.map("suppress");
  const suppress = suppressing && parseSuppress(suppressing, scope, detection, diagnostics);
  const scheduling = reader.map("schedule");
  const everyMs = scheduling && readPositiveDuration(scheduling, "every", diagnostics);
  const lateMs = scheduling?.duration("late");
  scheduling?.done();
  const schedule = everyMs !== undefined && lateMs !== undefined ? { everyMs, lateMs } : undefined;
  const spans = { ...innerSpans("detect", detect), ...innerSpans("suppress", suppressing) };
  return {
    detection,
    suppress,
    schedule,
    spans: { ...spans, ...innerSpans("schedule", scheduling) },
  };
}
