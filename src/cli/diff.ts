/** `claude-siem diff`: what changed between two rules or folders of rules, and what that does. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isError } from "../diagnostic/diagnostic.ts";
import { compareVerdicts, type VerdictChange } from "../engine/compare-verdicts.ts";
import { displayPath, type LoadedRule, loadRules, ruleFiles } from "../engine/rule-set.ts";
import type { Store } from "../engine/store.ts";
import { describeDifference, diffRules, type RuleDiff } from "../rule/diff.ts";
import type { RuleIr } from "../rule/ir.ts";
import { parseRuleTests, type RuleTest } from "../rule/parse-tests.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { type Context, write } from "./context.ts";
import { openStore } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, reading } from "./failure.ts";
import { paint, type Tint } from "./terminal/style.ts";
import { counted } from "./terminal/table.ts";

const spec: CommandSpec = {
  name: "diff",
  summary: "what changed between two rules, and which verdicts change",
  description:
    "Compares rules by what they mean: a rule.yaml, a rule's folder, or a folder of rules on each side. Every change is text, tuning (limits, windows, times, severity) or logic (conditions, fields, keys, kind); order, parentheses and comments are none. The test cases of both sides run on both rules, and those that end differently are listed. The exit code is 1 when anything differs.",
  positionals: ["A", "B"],
  options: [
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json"],
      description: "Default: text.",
    },
  ],
  examples: [
    "claude-siem diff rules/prompt-injection my-rules/prompt-injection",
    "git worktree add /tmp/old v1.2.0 && claude-siem diff /tmp/old/rules rules",
  ],
};

/** A rule on both sides, with cases that end differently. */
interface Compared {
  readonly before: RuleIr;
  readonly after: RuleIr;
  readonly diff: RuleDiff;
  readonly verdicts: readonly VerdictChange[];
}

interface Comparison {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Compared[];
}

async function loadSide(
  path: string,
  args: Arguments,
  context: Context,
): Promise<readonly LoadedRule[]> {
  const files = await reading(path, args.spanOf(path), async () => {
    if (!statSync(path).isDirectory()) return [path];
    const own = join(path, "rule.yaml");
    return existsSync(own) ? [own] : ruleFiles(path);
  });
  const loaded = loadRules(context.root, files);
  if (loaded.diagnostics.some(isError)) throw new CommandFailure(loaded.diagnostics, 2);
  return loaded.rules;
}

function testsOf(loaded: LoadedRule, context: Context): readonly RuleTest[] {
  if (loaded.testsPath === undefined) return [];
  const file = displayPath(context.root, loaded.testsPath);
  const parsed = parseRuleTests(readFileSync(loaded.testsPath, "utf8"), file);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  return parsed.value;
}

/** Cases of both sides; one that both have under one name with the same events counts once. */
function casesOf(before: LoadedRule, after: LoadedRule, context: Context): readonly RuleTest[] {
  const cases = [...testsOf(before, context), ...testsOf(after, context)];
  const distinct = new Map(cases.map((test) => [JSON.stringify([test.name, test.events]), test]));
  return [...distinct.values()];
}

async function compare(
  before: readonly LoadedRule[],
  after: readonly LoadedRule[],
  store: Store,
  context: Context,
): Promise<Comparison> {
  const isSame = (a: LoadedRule, b: LoadedRule): boolean => a.rule.id === b.rule.id;
  const changed: Compared[] = [];
  for (const now of after) {
    const old = before.find((one) => isSame(one, now));
    if (old === undefined) continue;
    const diff = diffRules(old.rule, now.rule);
    if (diff.differences.length === 0) continue;
    const cases = diff.change === "text" ? [] : casesOf(old, now, context);
    const verdicts = await compareVerdicts(store, old.rule, now.rule, cases);
    changed.push({ before: old.rule, after: now.rule, diff, verdicts });
  }
  const names = (side: readonly LoadedRule[], other: readonly LoadedRule[]): readonly string[] =>
    side.filter((one) => !other.some((two) => isSame(one, two))).map(({ rule }) => rule.name);
  return { added: names(after, before), removed: names(before, after), changed };
}

const TINTS: Readonly<Record<string, Tint>> = { logic: "red", tuning: "yellow", text: "dim" };

/** Where a key stands on a side, as `line`. */
function lineOf(rule: RuleIr, path: string): number {
  const keys = path.split(".");
  const two = rule.spans[keys.slice(0, 2).join(".").replace("detect.second", "detect.then")];
  return (two ?? rule.spans[keys[0] ?? ""] ?? rule.span).line;
}

function renderChanged({ before, after, diff, verdicts }: Compared, colour: boolean): string {
  const kind = diff.change ?? "text";
  const head = `${paint(colour, "bold", diff.name)} ${before.version} → ${after.version}: ${paint(colour, TINTS[kind] ?? "dim", kind)}`;
  const lines = diff.differences.map((one) => {
    const places = `${before.span.file}:${lineOf(before, one.path)} → ${after.span.file}:${lineOf(after, one.path)}`;
    return `  ${one.kind.padEnd(6)}  ${describeDifference(one)}\n          ${paint(colour, "dim", places)}`;
  });
  const cases = verdicts.map(({ test, before: old, after: now }) => {
    const { file, line } = test.span;
    const verdict =
      old.length === now.length
        ? `${counted(old.length, "alert")} as before, at another event or with other values`
        : `${counted(old.length, "alert")} → ${counted(now.length, "alert")}`;
    return `  verdict  ${test.name}: ${verdict}  ${paint(colour, "dim", `${file}:${line}`)}`;
  });
  const quiet =
    verdicts.length === 0 && kind !== "text" ? ["  No test case ends differently."] : [];
  const version =
    diff.versionNeeded === undefined
      ? []
      : [`  The version must be ${diff.versionNeeded} or above.`];
  return `${[head, ...lines, ...cases, ...quiet, ...version].join("\n")}\n`;
}

function renderText({ added, removed, changed }: Comparison, colour: boolean): string {
  const parts = [
    ...removed.map((name) => `${paint(colour, "bold", name)}: only in A\n`),
    ...added.map((name) => `${paint(colour, "bold", name)}: only in B\n`),
    ...changed.map((one) => renderChanged(one, colour)),
  ];
  return parts.length === 0 ? "No difference in meaning or text.\n" : parts.join("\n");
}

function renderJson({ added, removed, changed }: Comparison): string {
  const rules = changed.map(({ before, after, diff, verdicts }) => ({
    rule: diff.name,
    change: diff.change,
    version_before: before.version,
    version_after: after.version,
    ...(diff.versionNeeded !== undefined && { version_needed: diff.versionNeeded }),
    differences: diff.differences,
    verdicts: verdicts.map(({ test, before: old, after: now }) => ({
      case: test.name,
      file: test.span.file,
      line: test.span.line,
      alerts_before: old,
      alerts_after: now,
    })),
  }));
  return `${JSON.stringify({ added, removed, changed: rules }, null, 2)}\n`;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const [left = "", right = ""] = args.positionals;
  const before = await loadSide(left, args, context);
  const after = await loadSide(right, args, context);
  const store = await openStore();
  const comparison = await compare(before, after, store, context).finally(() => store.close());
  const json = args.text("format") === "json";
  await write(
    context.stdout,
    json ? renderJson(comparison) : renderText(comparison, context.colour.stdout),
  );
  const { added, removed, changed } = comparison;
  return added.length + removed.length + changed.length > 0 ? EXIT.findings : EXIT.ok;
}

export const diff: Command = { spec, run };
