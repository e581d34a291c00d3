/** The rules as a site has them: what ships, changed by `claude-siem.content.yaml`. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isError } from "../diagnostic/diagnostic.ts";
import { applyOverrides, type LoadedRule, loadRules } from "../engine/rule-set.ts";
import { formatTime } from "../event/time.ts";
import type { BuildContent } from "../pack/artifact.ts";
import { parseOverrides } from "../rule/override.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";
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

/** The day of now in UTC, `YYYY-MM-DD`. */
export function todayOf({ now }: Context): string {
  return formatTime(now()).slice(0, 10);
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
  const { rules, diagnostics } = applyOverrides(loaded, parsed.value, todayOf(context));
  if (diagnostics.some(isError)) throw new CommandFailure(diagnostics, 2);
  await tell(context, diagnostics);
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  return { rules, content: { file: path, sha256 } };
}
