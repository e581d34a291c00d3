/** How fast rules compile: 500 of them, copies of the shipped ones, for every target. */
import { readdirSync, readFileSync } from "node:fs";
import { compileRule } from "../src/dialect/compile.ts";
import { ruleTargets } from "../src/dialect/compiled.ts";
import type { RuleIr } from "../src/rule/ir.ts";
import { parseRule } from "../src/rule/parse-rule.ts";

const COPIES = 500;

/** What sigma-cli needs for one rule and one target, in milliseconds. */
const SIGMA_CLI_MS = 1.3;

function loadRules(): readonly RuleIr[] {
  const root = new URL("../rules/", import.meta.url);
  return readdirSync(root).flatMap((name) => {
    const parsed = parseRule(readFileSync(new URL(`${name}/rule.yaml`, root), "utf8"), name);
    if (!parsed.ok) throw new Error(`rules/${name} has errors`);
    return [parsed.value];
  });
}

/** Compiles once, in the state a command finds the process in, and reports. */
export function benchCompile(): void {
  const shipped = loadRules();
  const rules = Array.from({ length: COPIES }, (_, index) => shipped[index % shipped.length]);
  const begun = performance.now();
  for (const target of ruleTargets) {
    for (const rule of rules) if (rule !== undefined) compileRule(rule, target);
  }
  const ms = performance.now() - begun;
  const each = ms / (COPIES * ruleTargets.length);
  process.stdout.write(
    `${COPIES} rules × ${ruleTargets.length} targets compiled once, cold: ${ms.toFixed(0)} ms, ` +
      `${each.toFixed(2)} ms a rule and target; sigma-cli needs about ${SIGMA_CLI_MS}\n`,
  );
}
