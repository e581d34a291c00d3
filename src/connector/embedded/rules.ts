/** The rules that an embedded store runs: those that ship, as the site changes them. */
import { existsSync, readFileSync } from "node:fs";
import { type Diagnostic, isError } from "../../diagnostic/diagnostic.ts";
import { applyOverrides, loadRules } from "../../engine/rule-set.ts";
import { formatTime } from "../../event/time.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { parseOverrides, type RuleOverride } from "../../rule/override.ts";
import type { EmbeddedOptions } from "./options.ts";

/** The rules cannot be used as the settings say. */
export class RuleSelectionError extends Error {
  override readonly name = "RuleSelectionError";
}

function refuse(diagnostics: readonly Diagnostic[]): never {
  const texts = diagnostics
    .filter(isError)
    .map(
      ({ span, code, message, help }) =>
        `${span.file}:${span.line}:${span.column} ${code}: ${message}. ${help}`,
    );
  throw new RuleSelectionError(texts.join("\n"));
}

function readOverrides(path: string | undefined): readonly RuleOverride[] {
  if (path === undefined) return [];
  if (!existsSync(path))
    throw new RuleSelectionError(`content: ${path} is missing; write it, or leave content out`);
  const parsed = parseOverrides(readFileSync(path, "utf8"), path);
  return parsed.ok ? parsed.value : refuse(parsed.diagnostics);
}

/**
 * Loads the rules.
 *
 * @param root Folder of the package.
 * @param now Milliseconds since the epoch: filters of the site may have an end.
 * @param warn Told what is questionable about the overrides.
 * @throws RuleSelectionError when a rule is unknown or the overrides are wrong.
 */
export function selectLiveRules(
  root: string,
  { rules: names, content }: Pick<EmbeddedOptions, "rules" | "content">,
  now: number,
  warn: (message: string) => void,
): readonly RuleIr[] {
  const loaded = loadRules(root);
  if (loaded.diagnostics.some(isError)) refuse(loaded.diagnostics);
  const today = formatTime(now).slice(0, 10);
  const { rules, diagnostics } = applyOverrides(loaded, readOverrides(content), today);
  if (diagnostics.some(isError)) refuse(diagnostics);
  for (const { span, message } of diagnostics) warn(`${span.file}:${span.line}: ${message}`);
  if (names === "all") return rules.map(({ rule }) => rule);
  const known = new Set(loaded.rules.map(({ rule }) => rule.name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new RuleSelectionError(
      `rules: there is no rule ${unknown.join(", ")}; there are ${[...known].join(", ")}`,
    );
  return rules.map(({ rule }) => rule).filter(({ name }) => names.includes(name));
}
