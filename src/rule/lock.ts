/**
 * The lock file: what each rule meant when its version was last raised. A rule whose meaning changed
 * must say so in its version, because a SIEM, a reviewer and an auditor go by that.
 */
import {
  type Diagnostic,
  fail,
  fileSpan,
  type Result,
  report,
  succeed,
} from "../diagnostic/diagnostic.ts";
import * as lockMessage from "../diagnostic/message/lock.ts";
import type { RuleIr } from "./ir.ts";
import { type ChangeKind, hashMeaning } from "./meaning.ts";
import { compareVersions, leastVersionAfter } from "./version.ts";

/** What the lock holds of one rule. */
export interface LockedRule {
  readonly id: string;
  readonly version: string;
  /** SHA-256 of each part of the meaning. */
  readonly hashes: Readonly<Record<ChangeKind, string>>;
}

/** Locked rules by name. */
export type Lock = ReadonlyMap<string, LockedRule>;

/** Name of the lock file, beside the folder `rules`. */
export const LOCK_FILE = "rules.lock.json";

const FORMAT = 1;
const KINDS = ["logic", "tuning", "text"] as const satisfies readonly ChangeKind[];

/** Text of a lock for rules as they are. */
export function renderLock(rules: readonly RuleIr[]): string {
  const ordered = [...rules].sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries = ordered.map((rule) => {
    const { logic, tuning, text } = hashMeaning(rule);
    return [rule.name, { id: rule.id, version: rule.version, logic, tuning, text }] as const;
  });
  const document = { format: FORMAT, rules: Object.fromEntries(entries) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function isLockedEntry(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    ["id", "version", ...KINDS].every(
      (key) => typeof (value as Readonly<Record<string, unknown>>)[key] === "string",
    )
  );
}

/** Reads a lock file; fails with R335 where it is not one that we wrote. */
export function parseLock(text: string, file: string): Result<Lock> {
  const bad = (reason: string): Result<Lock> =>
    fail([report(lockMessage.badLock, fileSpan(file), { reason })]);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return bad("it is not JSON");
  }
  const { format, rules } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== FORMAT) return bad(`its format is not ${FORMAT}`);
  const entries = Object.entries((rules ?? {}) as Readonly<Record<string, unknown>>);
  const locked = new Map<string, LockedRule>();
  for (const [name, entry] of entries) {
    if (!isLockedEntry(entry)) return bad(`the entry of ${name} lacks a part`);
    const { id = "", version = "", logic = "", tuning = "", text: prose = "" } = entry;
    locked.set(name, { id, version, hashes: { logic, tuning, text: prose } });
  }
  return succeed(locked);
}

/** The gravest part in which the rule differs from the lock, if any. */
export function changeSince(rule: RuleIr, locked: LockedRule): ChangeKind | undefined {
  const hashes = hashMeaning(rule);
  return KINDS.find((kind) => hashes[kind] !== locked.hashes[kind]);
}

function checkRule(rule: RuleIr, locked: LockedRule): readonly Diagnostic[] {
  const at = rule.spans["version"] ?? rule.span;
  const { name, version } = rule;
  if (rule.id !== locked.id) {
    const args = { name, found: rule.id, locked: locked.id };
    return [report(lockMessage.changedId, rule.spans["id"] ?? rule.span, args)];
  }
  const change = changeSince(rule, locked);
  const least = change === undefined ? locked.version : leastVersionAfter(locked.version, change);
  if (compareVersions(version, least) < 0) {
    const what = change === undefined ? "version went down" : `${change} changed`;
    return [
      report(lockMessage.versionTooLow, at, { what, locked: locked.version, version, least }),
    ];
  }
  if (change === undefined && version === locked.version) return [];
  return [report(lockMessage.staleLock, at, { name, version, locked: locked.version })];
}

/**
 * Rules against the lock.
 *
 * @param whole Whether `rules` are all rules of the folder, so that a missing one was removed.
 */
export function checkLock(
  rules: readonly RuleIr[],
  lock: Lock,
  file: string,
  whole: boolean,
): readonly Diagnostic[] {
  const found = rules.flatMap((rule) => {
    const locked = lock.get(rule.name);
    if (locked !== undefined) return checkRule(rule, locked);
    return [report(lockMessage.unlockedRule, rule.spans["name"] ?? rule.span, { name: rule.name })];
  });
  const names = new Set(rules.map(({ name }) => name));
  const removed = whole ? [...lock.keys()].filter((name) => !names.has(name)) : [];
  return [
    ...found,
    ...removed.map((name) => report(lockMessage.removedRule, fileSpan(file), { name })),
  ];
}
