/** Whether Sigma documents that belong together are valid, and every name in them stands for something. */
import { eventFieldNames } from "../../../src/event/field.ts";
import { type SigmaKind, schemaProblems } from "./schema.ts";

interface Document {
  readonly id?: string;
  readonly name?: string;
  readonly detection?: Readonly<Record<string, unknown>>;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly correlation?: {
    readonly rules?: readonly string[];
    readonly "group-by"?: readonly string[];
    readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** Names that a condition refers to. */
function conditionNames(condition: string): readonly string[] {
  return condition.split(/[\s()]+/).filter((word) => !["", "and", "or", "not"].includes(word));
}

function kindOf({ correlation, filter }: Document): SigmaKind {
  if (correlation !== undefined) return "correlation";
  return filter === undefined ? "detection" : "filter";
}

function selectionProblems(body: Readonly<Record<string, unknown>>): readonly string[] {
  const used = conditionNames(String(body["condition"] ?? ""));
  const defined = Object.keys(body).filter((name) => !["condition", "rules"].includes(name));
  return [
    ...used.filter((name) => !defined.includes(name)).map((name) => `no selection ${name}`),
    ...defined.filter((name) => !used.includes(name)).map((name) => `${name} is not used`),
  ];
}

function correlationProblems({ correlation }: Document): readonly string[] {
  const aliases = correlation?.aliases ?? {};
  const rules = correlation?.rules ?? [];
  const groups = correlation?.["group-by"] ?? [];
  const known = new Set<string>([...eventFieldNames, ...Object.keys(aliases)]);
  return [
    ...groups.filter((name) => !known.has(name)).map((name) => `no field or alias ${name}`),
    ...Object.entries(aliases).flatMap(([alias, fields]) => [
      ...(groups.includes(alias) ? [] : [`alias ${alias} is not used`]),
      ...rules.filter((rule) => !(rule in fields)).map((rule) => `${alias} misses ${rule}`),
      ...Object.keys(fields)
        .filter((rule) => !rules.includes(rule))
        .map((rule) => `${alias} names ${rule}, which the correlation does not read`),
    ]),
  ];
}

/** Problems of some documents that belong together, such as a base rule and its correlation. */
export function checkSigmaDocuments(documents: readonly unknown[]): readonly string[] {
  const problems: string[] = [];
  const all = documents as readonly Document[];
  const names = all.flatMap(({ name }) => name ?? []);
  const ids = all.flatMap(({ id }) => id ?? []);
  if (new Set(names).size < names.length) problems.push("two documents share a name");
  if (new Set(ids).size < ids.length) problems.push("two documents share an id");
  for (const document of all) {
    const { correlation, detection, filter } = document;
    problems.push(
      ...schemaProblems(kindOf(document), document),
      ...correlationProblems(document),
      ...selectionProblems(detection ?? filter ?? {}),
    );
    const referred = [...(correlation?.rules ?? []), ...((filter?.["rules"] ?? []) as string[])];
    for (const name of referred) {
      if (!names.includes(name) && !ids.includes(name)) problems.push(`no rule is named ${name}`);
    }
  }
  return problems;
}
