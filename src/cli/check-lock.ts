/** The lock file beside a folder of rules, for `check`. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Diagnostic, isError } from "../diagnostic/diagnostic.ts";
import { displayPath, loadRules, ruleFiles } from "../engine/rule-set.ts";
import type { RuleIr } from "../rule/ir.ts";
import { checkLock, LOCK_FILE, parseLock, renderLock } from "../rule/lock.ts";
import { writing } from "./failure.ts";

/** A rule that was checked, with the path of its file. */
export interface CheckedRule {
  readonly rule: RuleIr;
  readonly path: string;
}

/** The folder `rules` that a rule's file stands in, as `rules/NAME/rule.yaml`; none elsewhere. */
function rulesFolderOf(path: string): string | undefined {
  const folder = dirname(dirname(resolve(path)));
  return basename(folder) === "rules" ? folder : undefined;
}

/** Rules by their folder. */
function byFolder(rules: readonly CheckedRule[]): ReadonlyMap<string, readonly CheckedRule[]> {
  const folders = new Map<string, CheckedRule[]>();
  for (const one of rules) {
    const folder = rulesFolderOf(one.path);
    if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  return folders;
}

const lockPath = (folder: string): string => join(dirname(folder), LOCK_FILE);

/** Findings about rules whose folder has a lock beside it; a folder without one is not versioned. */
export function checkLocks(rules: readonly CheckedRule[], root: string): readonly Diagnostic[] {
  return [...byFolder(rules)].flatMap(([folder, own]) => {
    const path = lockPath(folder);
    if (!existsSync(path)) return [];
    const file = displayPath(root, path);
    const lock = parseLock(readFileSync(path, "utf8"), file);
    if (!lock.ok) return lock.diagnostics;
    const found = own.map(({ rule }) => rule);
    return checkLock(found, lock.value, file, own.length === ruleFiles(folder).length);
  });
}

/** Findings that writing the lock anew settles. */
const settled = new Set(["R330", "R332", "R333"]);

/**
 * Writes the locks of the folders that the rules stand in, unless something speaks against it, which is
 * returned: a version that is too low stays so.
 */
export async function updateLocks(
  rules: readonly CheckedRule[],
  root: string,
): Promise<readonly Diagnostic[]> {
  const found = checkLocks(rules, root).filter(({ code }) => !settled.has(code));
  if (found.some(isError)) return found;
  for (const folder of byFolder(rules).keys()) {
    const path = lockPath(folder);
    // The lock is of all rules of the folder, whichever of them were checked.
    const all = loadRules(root, ruleFiles(folder));
    if (all.diagnostics.some(isError)) return all.diagnostics;
    await writing(path, async () => {
      writeFileSync(`${path}.tmp`, renderLock(all.rules.map(({ rule }) => rule)));
      renameSync(`${path}.tmp`, path);
    });
  }
  return found;
}
