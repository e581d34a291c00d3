/**
 * The mapping to CIM as calculated fields of props.conf, for sites that index the canonical event alone:
 * Splunk bills by the byte, and everything else follows from it at search time.
 *
 * Splunk computes every calculated field from the fields of the event, never from another calculated one,
 * so each expression stands for itself. One difference is known: a member `summary` of `details` that is no
 * text is shown as it is, where the connector writes all of `details` as JSON.
 */
import { splLexicon } from "../../dialect/spl/lexicon.ts";
import { join, name, raw, renderText, type Text, text, value } from "../../dialect/text.ts";
import type { EventType } from "../../event/event.ts";
import { type EventClass, eventClasses, OTHER, subtypeFields } from "../../mapping/event-class.ts";
import type {
  Constant,
  FieldOutput,
  Mapping,
  Output,
  Scalar,
  Source,
} from "../../mapping/mapping.ts";

/** A value for some kinds of event. */
interface Branch {
  readonly classes: ReadonlySet<EventClass>;
  readonly value: Text;
}

const ALL: ReadonlySet<EventClass> = new Set(eventClasses);

function either(parts: readonly Text[]): Text {
  const [first, ...rest] = parts;
  return first !== undefined && rest.length === 0 ? first : text`(${join(parts, " OR ")})`;
}

/** Classes of one event type by their next part. */
function byPart(classes: readonly EventClass[], part: number): ReadonlyMap<string, EventClass[]> {
  const groups = new Map<string, EventClass[]>();
  for (const one of classes) {
    const key = one.split("/")[part] ?? "";
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

const blockConditions: Readonly<Record<string, Text>> = {
  blocked: raw('auto_blocked="true"'),
  not_blocked: raw('auto_blocked="false"'),
  untold: raw("isnull(auto_blocked)"),
};

function subtypeCondition(eventType: EventType, subtype: string): Text {
  const field = name(subtypeFields[eventType] ?? "");
  return subtype === OTHER ? text`isnull(${field})` : text`${field}=${value(subtype)}`;
}

/** Condition under which an event is of one of the classes. */
function conditionOf(wanted: ReadonlySet<EventClass>): Text {
  const has = (classes: readonly EventClass[]): boolean => classes.every((one) => wanted.has(one));
  const types = [...byPart(eventClasses, 0)].flatMap(([eventType, ofType]) => {
    const own = text`event_type=${value(eventType)}`;
    if (!ofType.some((one) => wanted.has(one))) return [];
    if (has(ofType)) return [own];
    const subtypes = [...byPart(ofType, 1)].flatMap(([subtype, ofSubtype]) => {
      const same = subtypeCondition(eventType as EventType, subtype);
      if (has(ofSubtype)) return [same];
      const states = ofSubtype
        .filter((one) => wanted.has(one))
        .map((one) => one.split("/")[2] ?? "");
      if (states.length === 0) return [];
      return [
        text`(${same} AND ${either(states.map((state) => blockConditions[state] ?? raw("")))})`,
      ];
    });
    return [text`(${own} AND ${either(subtypes)})`];
  });
  return either(types);
}

function constantOf(constant: Constant): Text {
  if (typeof constant === "object") throw new Error("CIM has no constant lists");
  return value(constant as Scalar);
}

/** Values of fields as Splunk reads them from the canonical JSON. */
function sourceName(source: Source): Text {
  return name(source);
}

function transformed({ from, transform }: FieldOutput): Text {
  const [source] = from.map(sourceName);
  if (source === undefined) throw new Error("a rule without a source");
  switch (transform.kind) {
    case "copy":
      return source;
    case "first":
      return from.length === 1 ? source : text`coalesce(${join(from.map(sourceName), ", ")})`;
    case "ms_to_s":
      return text`${source}/1000`;
    case "summary":
      // An object's own words, or all of it as JSON.
      return text`coalesce(${name(`${from[0]}.summary`)}, json_extract(_raw, ${value(from[0] ?? "")}))`;
    case "lookup": {
      const cases = [...transform.table.entries].map(
        ([key, found]) => text`${source}=${value(key)}, ${value(found)}`,
      );
      return text`case(${join(cases, ", ")})`;
    }
    case "constant":
      return constantOf(transform.value);
    case "ms_to_ns":
    case "iso_to_epoch_seconds":
    case "array_wrap":
    case "collect":
    case "json_string":
    case "flat_keys":
      throw new Error(`no calculated field for the transform ${transform.kind}`);
  }
}

function branchesOf(output: Output): readonly Branch[] {
  switch (output.kind) {
    case "constant":
      return [{ classes: ALL, value: constantOf(output.value) }];
    case "class": {
      const byValue = new Map<string, { classes: Set<EventClass>; value: Text }>();
      for (const [eventClass, constant] of output.values) {
        const key = JSON.stringify(constant);
        const entry = byValue.get(key) ?? { classes: new Set(), value: constantOf(constant) };
        entry.classes.add(eventClass);
        byValue.set(key, entry);
      }
      return [...byValue.values()];
    }
    case "field": {
      const own = transformed(output);
      const { otherwise } = output;
      const filled = otherwise === undefined ? own : text`coalesce(${own}, ${value(otherwise)})`;
      return [{ classes: output.classes ?? ALL, value: filled }];
    }
  }
}

/** Everything that may write a field of the event, as one expression. */
function expressionOf(outputs: readonly Output[]): string {
  const branches = outputs.flatMap(branchesOf);
  const [only] = branches;
  const expression =
    only !== undefined && branches.length === 1 && only.classes.size === ALL.size
      ? only.value
      : text`case(${join(
          branches.map((branch) => text`${conditionOf(branch.classes)}, ${branch.value}`),
          ", ",
        )})`;
  return renderText(expression, splLexicon);
}

/** A field is there already when the mapping copies it under its own name for every event. */
function isCanonical(field: string, outputs: readonly Output[]): boolean {
  return outputs.every(
    (output) =>
      output.kind === "field" &&
      output.transform.kind === "copy" &&
      output.otherwise === undefined &&
      output.from.join() === field,
  );
}

/**
 * Calculated fields (`EVAL-…`) that make the fields of the mapping from the canonical event, by name.
 * What belongs to the record around the event (time, host, source) is not among them.
 */
export function searchProps(mapping: Mapping): ReadonlyMap<string, string> {
  const byField = new Map<string, Output[]>();
  for (const output of mapping.outputs) {
    const [head, field, ...rest] = output.path;
    if (head !== "event" || field === undefined || rest.length > 0) continue;
    byField.set(field, [...(byField.get(field) ?? []), output]);
  }
  const made = [...byField].filter(([field, outputs]) => !isCanonical(field, outputs));
  return new Map(made.map(([field, outputs]) => [`EVAL-${field}`, expressionOf(outputs)]));
}
