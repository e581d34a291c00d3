/** Content of a pack on disk: rules with their tests, mappings, context tables. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { RuleIr } from "../rule/ir.ts";
import { parseRule } from "../rule/parse-rule.ts";
import { CommandFailure } from "./failure.ts";

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

/** The rules a `--rule` option names, or all; an unknown name is a usage error. */
export function selectRules(
  rules: readonly LoadedRule[],
  names: readonly string[],
  spanOf: (name: string) => Span,
): readonly LoadedRule[] {
  if (names.length === 0) return rules;
  const known = rules.map(({ rule }) => rule.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const diagnostics = unknown.map((rule) =>
      report(commandMessage.unknownRule, spanOf(rule), { rule, known }),
    );
    throw new CommandFailure(diagnostics, 2);
  }
  return rules.filter(({ rule }) => names.includes(rule.name));
}

/** What kind of content a file is, by its name and place. */
export type ContentKind =
  | "rule"
  | "tests"
  | "mapping"
  | "calendar"
  | "clearances"
  | "prices"
  | "overrides"
  | "config"
  | "events";

export function contentKind(path: string): ContentKind | undefined {
  const name = basename(path);
  if (name === "rule.yaml" || name === "rule.yml") return "rule";
  if (name === "tests.yaml" || name === "tests.yml") return "tests";
  if (/^calendar.*\.ya?ml$/.test(name)) return "calendar";
  if (/^clearances.*\.(ya?ml|csv)$/.test(name)) return "clearances";
  if (/^prices.*\.ya?ml$/.test(name)) return "prices";
  if (/^claude-siem\.content.*\.ya?ml$/.test(name)) return "overrides";
  if (/^claude-siem(\.[^.]+)?\.ya?ml$/.test(name)) return "config";
  if (/\.ndjson$/.test(name)) return "events";
  if (basename(dirname(path)) === "mappings" || /^(ecs|sentinel|cim).*\.ya?ml$/.test(name))
    return "mapping";
  return undefined;
}

/** A key that only files of one kind have at the start of a line. */
const TELLING_KEYS: readonly (readonly [RegExp, ContentKind])[] = [
  [/^detect:/m, "rule"],
  [/^cases:/m, "tests"],
  [/^classify:/m, "mapping"],
  [/^departments:/m, "calendar"],
  [/^prices:/m, "prices"],
  // Other programs have sinks too, so one key alone does not tell.
  [/^version:[\s\S]*^sinks:|^sinks:[\s\S]*^version:/m, "config"],
];

/** The kind of a file that has a name of its own, by what it holds. */
export function sniffKind(text: string): ContentKind | undefined {
  return TELLING_KEYS.find(([pattern]) => pattern.test(text))?.[1];
}
