/** The rules as a site has them: what ships, changed by `claude-siem.content.yaml`. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Diagnostic, isError, type Result, report } from "../diagnostic/diagnostic.ts";
import * as overrideMessage from "../diagnostic/message/override.ts";
import { formatTime } from "../event/time.ts";
import type { BuildContent } from "../pack/artifact.ts";
import type { RuleIr, Scalar } from "../rule/ir.ts";
import { applyOverride, parseOverrides, type RuleOverride } from "../rule/override.ts";
import { parseRule } from "../rule/parse-rule.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";
import { type LoadedRule, type LoadedRules, loadRules } from "./content.ts";
import { type Context, tell } from "./context.ts";
import { CommandFailure, reading } from "./failure.ts";

/** Name under which overrides are found in the working folder. */
export const CONTENT_FILE = "claude-siem.content.yaml";

export const contentOption: OptionSpec = {
  name: "content",
  value: "FILE",
  description: `Overrides of the site: parameters, filters, disabled rules. Default: ${CONTENT_FILE} in the working folder, when there is one.`,
};

export interface SiteRules {
  readonly rules: readonly LoadedRule[];
  /** Which overrides made the rules what they are. */
  readonly content?: BuildContent;
}

/** Rules with overrides applied, and everything there is to say about those. */
export function applyOverrides(
  { rules, texts }: LoadedRules,
  overrides: readonly RuleOverride[],
  context: Context,
): { readonly rules: readonly LoadedRule[]; readonly diagnostics: readonly Diagnostic[] } {
  const today = formatTime(context.now()).slice(0, 10);
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

/** The shipped rules with the site's overrides. Problems of either end the command, exit code 2. */
export async function loadSiteRules(args: Arguments, context: Context): Promise<SiteRules> {
  const loaded = loadRules(context.root);
  if (loaded.diagnostics.some(isError)) throw new CommandFailure(loaded.diagnostics, 2);
  const asked = args.text("content");
  const path = asked ?? CONTENT_FILE;
  if (asked === undefined && !existsSync(path)) return { rules: loaded.rules };
  const text = await reading(path, args.spanOf(path), async () => readFileSync(path, "utf8"));
  const parsed = parseOverrides(text, path);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  const { rules, diagnostics } = applyOverrides(loaded, parsed.value, context);
  if (diagnostics.some(isError)) throw new CommandFailure(diagnostics, 2);
  await tell(context, diagnostics);
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  return { rules, content: { file: path, sha256 } };
}
