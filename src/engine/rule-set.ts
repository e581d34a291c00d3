/** The rules as they lie on disk, and as a site changes them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Diagnostic, type Result, report } from "../diagnostic/diagnostic.ts";
import * as overrideMessage from "../diagnostic/message/override.ts";
import type { RuleIr, Scalar } from "../rule/ir.ts";
import { applyOverride, type RuleOverride } from "../rule/override.ts";
import { parseRule } from "../rule/parse-rule.ts";

/** A rule as loaded, with the path that names it in diagnostics and manifests. */
export interface LoadedRule {
  readonly rule: RuleIr;
  /** Path of rule.yaml, relative to the content's root, with forward slashes. */
  readonly source: string;
  /** Path of tests.yaml beside it, when there is one. */
  readonly testsPath?: string;
}

export interface LoadedRules {
  readonly rules: readonly LoadedRule[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by the file name used in diagnostics, for excerpts. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A path for people: relative to `root` with forward slashes when it lies below it. */
export function displayPath(root: string, path: string): string {
  const short = relative(root, path).replaceAll("\\", "/");
  return short.startsWith("..") ? path : short;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** All `rule.yaml` files of a folder of rules, in order of names. */
export function ruleFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, "rule.yaml"))
    .filter(exists)
    .sort();
}

/** Loads the rules below `root`/rules. Broken rules are left out and told in `diagnostics`. */
export function loadRules(
  root: string,
  files: readonly string[] = ruleFiles(join(root, "rules")),
): LoadedRules {
  const rules: LoadedRule[] = [];
  const diagnostics: Diagnostic[] = [];
  const texts = new Map<string, string>();
  for (const file of files) {
    const source = displayPath(root, file);
    const text = readFileSync(file, "utf8");
    texts.set(source, text);
    const parsed = parseRule(text, source);
    diagnostics.push(...parsed.diagnostics);
    if (!parsed.ok) continue;
    const testsPath = join(dirname(file), "tests.yaml");
    const rule = parsed.value;
    rules.push({ rule, source, ...(exists(testsPath) && { testsPath }) });
  }
  return { rules, diagnostics, texts };
}

/**
 * Rules with overrides applied, and everything there is to say about those.
 *
 * @param today `YYYY-MM-DD` in UTC: filters of the site may have an end.
 */
export function applyOverrides(
  { rules, texts }: LoadedRules,
  overrides: readonly RuleOverride[],
  today: string,
): { readonly rules: readonly LoadedRule[]; readonly diagnostics: readonly Diagnostic[] } {
  const known = rules.map(({ rule }) => rule.name);
  const diagnostics: Diagnostic[] = overrides
    .filter(({ rule }) => !known.includes(rule))
    .map(({ rule, span }) => report(overrideMessage.unknownOverride, span, { rule, known }));
  const changed = rules.flatMap((loaded) => {
    const override = overrides.find(({ rule }) => rule === loaded.rule.name);
    if (override === undefined) return [loaded];
    const { source } = loaded;
    const reparse = (parameters: Readonly<Record<string, Scalar>>): Result<RuleIr> =>
      parseRule(texts.get(source) ?? "", source, { parameters });
    const applied = applyOverride(loaded.rule, override, reparse, today);
    diagnostics.push(...applied.diagnostics);
    return applied.rule === undefined ? [] : [{ ...loaded, rule: applied.rule }];
  });
  return { rules: changed, diagnostics };
}
