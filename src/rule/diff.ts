/** What changed between two versions of a rule, told apart by what it means. */
import { formatDuration } from "../yaml/reader.ts";
import type { RuleIr } from "./ir.ts";
import {
  type ChangeKind,
  canonicalJson,
  canonicalWords,
  meaningOf,
  type Plain,
} from "./meaning.ts";
import { compareVersions, leastVersionAfter } from "./version.ts";

/** One value that differs; `undefined` where a side does not have it. */
export interface Difference {
  readonly kind: ChangeKind;
  /** Keys as in rule.yaml, joined by dots. */
  readonly path: string;
  readonly before: Plain | undefined;
  readonly after: Plain | undefined;
}

/** Two versions of one rule. */
export interface RuleDiff {
  readonly name: string;
  /** The gravest kind of change; absent where nothing changed. */
  readonly change?: ChangeKind;
  readonly differences: readonly Difference[];
  /** The least version that the change asks for, where the newer rule's is below it. */
  readonly versionNeeded?: string;
}

const GRAVITY: readonly ChangeKind[] = ["logic", "tuning", "text"];

/** Keys whose values are predicates, which are compared and told as a whole. */
const PREDICATES = /(^|\.)(where|of)$/;

function isMap(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function differencesOf(
  kind: ChangeKind,
  path: string,
  before: Plain | undefined,
  after: Plain | undefined,
): readonly Difference[] {
  if (isMap(before) && isMap(after) && !PREDICATES.test(path)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      differencesOf(kind, path === "" ? key : `${path}.${key}`, before[key], after[key]),
    );
  }
  const same =
    before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after);
  return same ? [] : [{ kind, path, before, after }];
}

/** Compares two rules by their canonical meaning. */
export function diffRules(before: RuleIr, after: RuleIr): RuleDiff {
  const [old, now] = [meaningOf(before), meaningOf(after)];
  const differences = GRAVITY.flatMap((kind) => differencesOf(kind, "", old[kind], now[kind]));
  const change = GRAVITY.find((kind) => differences.some((one) => one.kind === kind));
  const least = change === undefined ? before.version : leastVersionAfter(before.version, change);
  return {
    name: after.name,
    differences,
    ...(change !== undefined && { change }),
    ...(compareVersions(after.version, least) < 0 && { versionNeeded: least }),
  };
}

/** Keys whose values are milliseconds. */
const DURATIONS = /(^|\.)(within|for|every|late)$/;

function words(path: string, value: Plain | undefined): string {
  if (value === undefined) return "nothing";
  if (PREDICATES.test(path)) return canonicalWords(value);
  if (typeof value === "number" && DURATIONS.test(path)) return formatDuration(value);
  return typeof value === "string" ? value.replace(/\s+/g, " ") : canonicalJson(value);
}

/** A difference as `key: before → after`. */
export function describeDifference({ path, before, after }: Difference): string {
  return `${path}: ${words(path, before)} → ${words(path, after)}`;
}
