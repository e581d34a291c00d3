/** `claude-siem test`: the rules' own cases, run on the embedded engine. */
import { readFileSync } from "node:fs";
import { type Diagnostic, isError } from "../diagnostic/diagnostic.ts";
import { runRuleTest, type TestOutcome } from "../engine/run-tests.ts";
import type { Store } from "../engine/store.ts";
import { parseRule } from "../rule/parse-rule.ts";
import { parseRuleTests } from "../rule/parse-tests.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { displayPath, type LoadedRule, loadRules, selectRules } from "./content.ts";
import { type Context, write } from "./context.ts";
import { openStore } from "./detect.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { paint } from "./terminal/style.ts";

const spec: CommandSpec = {
  name: "test",
  summary: "run the rules' test cases",
  description:
    "Runs the cases of every tests.yaml on the embedded engine: described events in, expected alerts out. The exit code is 1 when a case fails.",
  positionals: [],
  options: [
    {
      name: "rule",
      value: "NAME",
      multiple: true,
      description: "Only this rule; may be repeated.",
    },
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json", "junit"],
      description: "Default: text.",
    },
  ],
  examples: [
    "claude-siem test",
    "claude-siem test --rule high-volume-user",
    "claude-siem test --format junit > report.xml",
  ],
};

/** Runs the cases of one rule, each with its own parameters. */
async function testRule(
  store: Store,
  loaded: LoadedRule,
  context: Context,
): Promise<readonly TestOutcome[]> {
  if (loaded.testsPath === undefined) return [];
  const file = displayPath(context.root, loaded.testsPath);
  const parsed = parseRuleTests(readFileSync(loaded.testsPath, "utf8"), file);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  const ruleText = readFileSync(loaded.testsPath.replace(/tests\.ya?ml$/, "rule.yaml"), "utf8");
  const outcomes: TestOutcome[] = [];
  for (const test of parsed.value) {
    const tuned = parseRule(ruleText, loaded.source, { parameters: test.parameters });
    if (!tuned.ok) throw new CommandFailure(tuned.diagnostics, 2);
    outcomes.push(await runRuleTest(store, tuned.value, test));
  }
  return outcomes;
}

function renderText(outcomes: readonly TestOutcome[], colour: boolean): string {
  let text = "";
  let rule = "";
  for (const outcome of outcomes) {
    if (outcome.rule !== rule)
      text += `${text === "" ? "" : "\n"}${paint(colour, "bold", outcome.rule)}\n`;
    rule = outcome.rule;
    const passed = outcome.differences.length === 0;
    text += `  ${passed ? paint(colour, "green", "✓") : paint(colour, "red", "✗")} ${outcome.test.name}\n`;
    const { file, line } = outcome.test.span;
    if (!passed) text += `      ${paint(colour, "dim", `${file}:${line}`)}\n`;
    for (const difference of outcome.differences) text += `      ${difference}\n`;
  }
  const failed = outcomes.filter(({ differences }) => differences.length > 0).length;
  return `${text}\n${outcomes.length - failed} passed, ${failed} failed\n`;
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    '"': "&quot;",
  };
  return text.replace(/[<>&"]/g, (character) => entities[character] ?? character);
}

/** JUnit XML as CI systems read it: one suite per rule. */
function renderJunit(outcomes: readonly TestOutcome[]): string {
  const rules = [...new Set(outcomes.map(({ rule }) => rule))];
  const suites = rules.map((rule) => {
    const own = outcomes.filter((outcome) => outcome.rule === rule);
    const failures = own.filter(({ differences }) => differences.length > 0).length;
    const cases = own.map(({ test, differences }) => {
      const head = `    <testcase classname="${escapeXml(rule)}" name="${escapeXml(test.name)}" file="${escapeXml(test.span.file)}" line="${test.span.line}"`;
      if (differences.length === 0) return `${head}/>\n`;
      return `${head}>\n      <failure message="${escapeXml(differences[0] ?? "")}">${escapeXml(differences.join("\n"))}</failure>\n    </testcase>\n`;
    });
    return `  <testsuite name="${escapeXml(rule)}" tests="${own.length}" failures="${failures}">\n${cases.join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function renderJson(outcomes: readonly TestOutcome[]): string {
  const rows = outcomes.map(({ rule, test, differences, alerts }) => {
    return { rule, name: test.name, passed: differences.length === 0, differences, alerts };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const loaded = loadRules(context.root);
  const broken: readonly Diagnostic[] = loaded.diagnostics.filter(isError);
  if (broken.length > 0) throw new CommandFailure(broken, 2);
  const selected = selectRules(loaded, args.texts("rule"), args.spanOf);
  const store = await openStore();
  const outcomes: TestOutcome[] = [];
  try {
    for (const rule of selected) outcomes.push(...(await testRule(store, rule, context)));
  } finally {
    await store.close();
  }
  const format = args.text("format") ?? "text";
  if (format === "junit") await write(context.stdout, renderJunit(outcomes));
  else if (format === "json") await write(context.stdout, renderJson(outcomes));
  else await write(context.stdout, renderText(outcomes, context.colour.stdout));
  return outcomes.some(({ differences }) => differences.length > 0) ? EXIT.findings : EXIT.ok;
}

export const test: Command = { spec, run };
