/** Evaluates what a mapping table says about one value. Pure. */
import type { FieldKind } from "../../event/field.ts";
import type { Condition, Origin, ValueSpec } from "./adapter.ts";
import { type Path, type Scope, valueAt } from "./path.ts";
import { amount, flag, instantMs, type TransformName, textOf, transforms } from "./transform.ts";

/** The transform of a field for which the table names none. */
const usual: Readonly<Record<FieldKind, TransformName>> = {
  keyword: "name",
  "keyword[]": "names",
  integer: "count",
  number: "amount",
  boolean: "flag",
  time: "time",
  object: "scalar",
};

/** A scalar as tables write it, for comparison. */
function comparable(value: unknown): string | undefined {
  return typeof value === "boolean" ? String(value) : textOf(value);
}

export function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case "present":
      return (valueAt(scope, condition.path) !== undefined) === condition.wanted;
    case "among": {
      const value = comparable(valueAt(scope, condition.path));
      return (value !== undefined && condition.values.includes(value)) === condition.wanted;
    }
    case "above": {
      const number = amount(valueAt(scope, condition.path));
      return number !== undefined && number > condition.limit;
    }
    case "any":
      return condition.conditions.some((one) => holds(one, scope));
  }
}

export function allHold(conditions: readonly Condition[], scope: Scope): boolean {
  return conditions.every((one) => holds(one, scope));
}

function sumOf(paths: readonly Path[], scope: Scope): number | undefined {
  const numbers = paths
    .map((path) => amount(valueAt(scope, path)))
    .filter((one) => one !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((sum, one) => sum + one, 0);
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => textOf(one) ?? []);
}

/** The raw values that come into question, best first. */
function candidates(origin: Exclude<Origin, { kind: "first" }>, scope: Scope): readonly unknown[] {
  switch (origin.kind) {
    case "from":
      return origin.paths.map((path) => valueAt(scope, path));
    case "value":
      return [origin.value];
    case "sum":
      return [sumOf(origin.paths, scope)];
    case "elapsed": {
      const start = instantMs(valueAt(scope, origin.start));
      const end = instantMs(valueAt(scope, origin.end));
      return [start === undefined || end === undefined ? undefined : end - start];
    }
    case "join": {
      const texts = origin.paths.flatMap((path) => textsOf(valueAt(scope, path)));
      return [texts.length === 0 ? undefined : texts.join(" ")];
    }
    case "flags": {
      const flags = origin.flags.filter(({ when }) => allHold(when, scope));
      return [flags.length === 0 ? undefined : flags.map(({ name }) => name)];
    }
  }
}

function translate(value: unknown, { map, otherwise }: ValueSpec, kind: FieldKind): unknown {
  if (map === undefined) return value;
  const key = comparable(value);
  const word = key === undefined ? undefined : (map.get(key) ?? otherwise);
  return kind === "boolean" ? flag(word) : word;
}

/**
 * The value that a table gives a field, in the form of its kind; `undefined` when the record has none.
 *
 * @param kind Decides the transform where the table names none.
 */
export function resolve(spec: ValueSpec, kind: FieldKind, scope: Scope): unknown {
  const { origin, as, fallback } = spec;
  if (origin.kind === "first") {
    for (const one of origin.values) {
      const value = resolve(one, kind, scope);
      if (value !== undefined) return value;
    }
    return fallback?.value;
  }
  const transform = transforms[as ?? (spec.map === undefined ? usual[kind] : "word")];
  for (const raw of candidates(origin, scope)) {
    if (raw === undefined) continue;
    const value = translate(transform(raw), spec, kind);
    if (value === undefined) continue;
    return kind === "keyword[]" && !Array.isArray(value) ? [value] : value;
  }
  return fallback?.value;
}
