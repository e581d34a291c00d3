/** What Elastic's own definition of ECS says about a document. */
import { isIP } from "node:net";
import { EcsFlat } from "@elastic/ecs";
import type { AuditEvent } from "../../src/event/event.ts";
import { parseTime } from "../../src/event/time.ts";
import { ecsCustomFields } from "../../src/generated/target-fields.ts";
import type { TargetDocument } from "../../src/mapping/apply-mapping.ts";

interface EcsField {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly allowed_values?: readonly {
    readonly name: string;
    readonly expected_event_types?: readonly string[];
  }[];
}

const ecs = EcsFlat as unknown as Readonly<Record<string, EcsField>>;
const ours = new Map(ecsCustomFields.map(({ name, type }) => [name, type]));

function fits(type: string, value: unknown): boolean {
  switch (type) {
    case "keyword":
    case "constant_keyword":
    case "match_only_text":
      return typeof value === "string";
    case "date":
      return typeof value === "string" && parseTime(value) !== undefined;
    case "ip":
      return typeof value === "string" && isIP(value) !== 0;
    case "integer":
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case "long":
      return Number.isSafeInteger(value);
    case "float":
    case "double":
      return typeof value === "number" && Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    default:
      return false;
  }
}

/** A flattened field takes an object of scalars whose keys are without the separator U+0000. */
function isFlattened(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([key, one]) => !key.includes("\0") && typeof one !== "object",
  );
}

function checkLeaf(path: string, value: unknown): readonly string[] {
  const own = ours.get(path) ?? (path.startsWith("labels.") ? "keyword" : undefined);
  const field = ecs[path];
  const type = own ?? field?.type;
  if (type === undefined) return [`${path} is not a field of ECS and not ours`];
  if (own !== undefined && field !== undefined) return [`${path} is a field of ECS, not ours`];
  const values = Array.isArray(value) ? value : [value];
  const problems = values
    .filter((one) => !fits(type, one))
    .map((one) => `${path} is ${type}, not ${JSON.stringify(one)}`);
  if (field !== undefined && field.normalize.includes("array") !== Array.isArray(value)) {
    problems.push(`${path} must ${Array.isArray(value) ? "not " : ""}be an array`);
  }
  const allowed = field?.allowed_values?.map(({ name }) => name);
  for (const one of values) {
    if (allowed && !allowed.includes(String(one))) problems.push(`${path} must not be ${one}`);
  }
  return problems;
}

function checkTree(value: unknown, path: string): readonly string[] {
  if (ours.get(path) === "flattened") {
    return isFlattened(value) ? [] : [`${path} is not a flat object`];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return checkLeaf(path, value);
  }
  return Object.entries(value).flatMap(([name, member]) =>
    checkTree(member, path === "" ? name : `${path}.${name}`),
  );
}

/** With several categories a type must be expected by at least one of them. */
function checkTypes(event: TargetDocument): readonly string[] {
  const categories = [event["category"]].flat();
  const expected = new Set(
    (ecs["event.category"]?.allowed_values ?? [])
      .filter(({ name }) => categories.includes(name))
      .flatMap((category) => category.expected_event_types ?? []),
  );
  return [event["type"]]
    .flat()
    .filter((type) => !expected.has(String(type)))
    .map((type) => `event.type ${type} does not go with event.category ${categories.join(", ")}`);
}

function member(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce((value, name) => (value as TargetDocument | undefined)?.[name], document);
}

/** Every way in which a document is not ECS 9.4, or contradicts the event it was made from. */
export function checkEcs(document: TargetDocument, source: AuditEvent): readonly string[] {
  const event = (document["event"] ?? {}) as TargetDocument;
  const problems = [...checkTree(document, ""), ...checkTypes(event)];
  for (const name of ["kind", "category", "type", "action", "id", "dataset", "module"]) {
    if (event[name] === undefined) problems.push(`event.${name} is missing`);
  }
  if (document["@timestamp"] === undefined) problems.push("@timestamp is missing");
  if (member(document, "ecs", "version") !== "9.4.0") problems.push("ecs.version is not 9.4.0");
  if (member(document, "data_stream", "dataset") !== event["dataset"]) {
    problems.push("event.dataset differs from data_stream.dataset");
  }
  const { duration_ms: ms } = source;
  // ECS: "Duration of the event in nanoseconds."
  if (ms !== undefined && event["duration"] !== ms * 1e6) problems.push("event.duration is not ns");
  return problems;
}
