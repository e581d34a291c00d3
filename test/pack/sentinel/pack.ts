/** The pack of the rules that ship, and its files by path. */

import { compileRule } from "../../../src/dialect/compile.ts";
import type { CompileOptions } from "../../../src/dialect/compiled.ts";
import type { Artifact } from "../../../src/pack/artifact.ts";
import { buildPack } from "../../../src/pack/build-pack.ts";
import type { CompiledRule } from "../../../src/pack/compiled-rule.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { shippedRules } from "../../dialect/cases.ts";

export const rules: readonly RuleIr[] = shippedRules();

export function buildSentinel(options?: CompileOptions): readonly Artifact[] {
  const sourced = rules.map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
  return buildPack(sourced, ["sentinel"], options);
}

export const pack: readonly Artifact[] = buildSentinel();

/** The rules that Sentinel takes. */
export const kept: readonly string[] = rules
  .filter(({ name }) => pack.some(({ rule, body }) => rule === name && body !== undefined))
  .map(({ name }) => name);

export function bodyOf(path: string, files: readonly Artifact[] = pack): string {
  const body = files.find((one) => one.path === `sentinel/${path}`)?.body;
  if (typeof body !== "string") throw new Error(`no text ${path}`);
  return body;
}

/** A rule on its way into the pack. */
export function compiled(rule: RuleIr): CompiledRule {
  return { rule, source: "rules/small-rule/rule.yaml", compiled: compileRule(rule, "sentinel") };
}
