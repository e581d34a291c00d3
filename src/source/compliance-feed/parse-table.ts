/** The table of activity types, YAML → `ActivityTable`. */
import { type Diagnostic, type Result, report, resultOf } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import * as yamlMessage from "../../diagnostic/message/yaml.ts";
import type { Severity } from "../../event/event.ts";
import type { YamlNode } from "../../yaml/node.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { MapReader } from "../../yaml/reader.ts";
import {
  type ActivityTable,
  type ActivityType,
  activityCategories,
  activityKinds,
  outcomes,
} from "./activity-type.ts";

const NAME = /^[a-z][a-z0-9_]{1,127}$/;
/** A word of the vocabulary, or where it is read from. */
const VALUE = /^(\$[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?|\?[a-z][a-z0-9_]*|[a-z][a-z0-9_]*)$/;
const severities: readonly Severity[] = ["low", "medium", "high", "critical"];

/** Keys that mean nothing for some kinds, and those that others cannot do without. */
const neededBy: Readonly<Record<string, readonly string[]>> = {
  permission: [
    "permission_changed",
    "approval_requested",
    "approval_granted",
    "approval_denied",
    "decision",
  ],
  after: ["permission_changed"],
  decided_by: ["decision"],
};

interface Context {
  readonly references: ReadonlySet<string>;
  readonly diagnostics: Diagnostic[];
}

function checkValue(
  reader: MapReader,
  key: string,
  value: string | undefined,
  { diagnostics }: Context,
): void {
  if (value === undefined || VALUE.test(value)) return;
  const detail = `"${key}" holds ${JSON.stringify(value)}, which is neither a word nor $field`;
  diagnostics.push(report(sourceMessage.badActivityType, reader.spanOf(key), { detail }));
}

/** `after: word`, or `after: [$one, $other]`. */
function readValues(
  reader: MapReader,
  key: string,
  context: Context,
): readonly string[] | undefined {
  const one = reader.optional(key);
  const text = one?.kind === "list" ? undefined : reader.optionalString(key);
  const values = one?.kind === "list" ? reader.optionalStrings(key) : text && [text];
  for (const value of values || []) checkValue(reader, key, value, context);
  return values || undefined;
}

function readType(
  node: YamlNode,
  name: string,
  category: ActivityType["category"],
  context: Context,
): ActivityType | undefined {
  const { diagnostics, references } = context;
  const reader = MapReader.of(node, `the activity type ${name}`, diagnostics);
  if (reader === undefined) return undefined;
  const as = reader.choice("as", activityKinds);
  const outcome = reader.string("outcome");
  if (outcome !== undefined && !outcome.startsWith("$")) reader.choice("outcome", outcomes);
  const permission = reader.optionalString("permission");
  const before = reader.optionalString("before");
  const after = readValues(reader, "after", context);
  const decided_by = reader.optionalString("decided_by");
  const severity = reader.optionalChoice("severity", severities);
  const blocked = reader.optionalBoolean("blocked");
  const policy_flags = reader.optionalStrings("policy_flags");
  const security_flags = reader.optionalStrings("security_flags");
  for (const [key, value] of Object.entries({ outcome, permission, before, decided_by }))
    checkValue(reader, key, value, context);
  const from = reader.string("from");
  if (from !== undefined && !references.has(from)) {
    const args = { key: "from", value: from, known: [...references] };
    diagnostics.push(report(yamlMessage.unknownValue, reader.spanOf("from"), args));
  }
  reader.done();
  if (as === undefined || outcome === undefined) return undefined;
  for (const [key, kinds] of Object.entries(neededBy)) {
    const isGiven = reader.keys().includes(key);
    if (kinds.includes(as) === isGiven) continue;
    const detail = `${name} is ${as}, which ${isGiven ? "has no" : "needs"} "${key}"`;
    const place = isGiven ? reader.keySpanOf(key) : reader.spanOf("as");
    diagnostics.push(report(sourceMessage.badActivityType, place, { detail }));
  }
  if (as === "security" && severity === undefined) {
    const detail = `${name} is security, which needs "severity"`;
    diagnostics.push(report(sourceMessage.badActivityType, reader.spanOf("as"), { detail }));
  }
  return {
    category,
    as,
    outcome,
    ...(permission !== undefined && { permission }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(decided_by !== undefined && { decided_by }),
    ...(severity !== undefined && { severity }),
    ...(blocked !== undefined && { blocked }),
    ...(policy_flags !== undefined && { policy_flags }),
    ...(security_flags !== undefined && { security_flags }),
  };
}

/** Where the facts of rows are from; a row names one by its key. */
function readReferences(root: MapReader, diagnostics: Diagnostic[]): ReadonlySet<string> {
  const references = root.map("references");
  for (const key of references?.keys() ?? []) {
    const reference = references?.map(key);
    reference?.string("title");
    const url = reference?.string("url");
    if (url !== undefined && !url.startsWith("https://")) {
      const args = { detail: `the reference ${key} has no https URL` };
      const place = reference?.spanOf("url") ?? root.span;
      diagnostics.push(report(sourceMessage.badActivityType, place, args));
    }
    reference?.string("read");
    reference?.done();
  }
  return new Set(references?.keys());
}

function readTypes(root: MapReader, context: Context): ActivityTable["types"] {
  const { diagnostics } = context;
  const types = new Map<string, ActivityType>();
  const groups = root.map("types");
  for (const category of activityCategories) {
    const group = groups?.optionalMap(category);
    for (const name of group?.keys() ?? []) {
      const place = group?.keySpanOf(name) ?? root.span;
      const detail = types.has(name)
        ? `${name} stands in two categories`
        : `${JSON.stringify(name)} is no name of an activity type`;
      if (types.has(name) || !NAME.test(name))
        diagnostics.push(report(sourceMessage.badActivityType, place, { detail }));
      const node = group?.required(name, "a map of keys and values");
      const type = node && readType(node, name, category, context);
      if (type !== undefined) types.set(name, type);
    }
    group?.done();
  }
  groups?.done();
  return Object.fromEntries(types);
}

/**
 * Parses the table.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The table, or every problem with its place (codes S755, Y1xx).
 */
export function parseActivityTable(text: string, file: string): Result<ActivityTable> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const root = MapReader.of(yaml.value, "a table of activity types", diagnostics);
  if (root === undefined) return { ok: false, diagnostics };
  root.number("version", { integer: true, min: 1, max: 1 });
  const references = readReferences(root, diagnostics);
  const persons = root.strings("persons") ?? [];
  const labels = root.strings("labels") ?? [];
  for (const name of persons.filter((one) => labels.includes(one))) {
    const detail = `${name} names a person, so it cannot be a label`;
    diagnostics.push(report(sourceMessage.badActivityType, root.spanOf("labels"), { detail }));
  }
  const types = readTypes(root, { references, diagnostics });
  root.done();
  return resultOf({ persons, labels, types }, diagnostics);
}
