/** The questions of `init`, and the choices they end in. */
import type { Option } from "../../config/option.ts";
import { isRequired } from "../../config/section.ts";
import type { Kinds } from "../../connector/config-table.ts";
import type { KindEntry } from "../../connector/kind.ts";
import { answerToYaml } from "./answer.ts";
import { shownValue, type TemplateItem } from "./template.ts";

/** Asks one question; `undefined` when there is nobody left to answer. */
export type Ask = (question: string) => Promise<string | undefined>;

/** Says something between questions. */
export type Say = (text: string) => Promise<void>;

/** What flags gave, and after the questions what is known. */
export interface InitChoices {
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
  readonly deployment: string | undefined;
  readonly keyFile: string | undefined;
}

export interface Answered extends InitChoices {
  /** Settings of the chosen kinds that had to be asked for, as YAML. */
  readonly sourceItems: readonly TemplateItem[];
  readonly sinkItems: readonly TemplateItem[];
}

async function askKinds(
  what: "sources" | "sinks",
  entries: readonly KindEntry<never, unknown>[],
  ask: Ask,
  say: Say,
): Promise<readonly string[]> {
  const known = entries.map(({ kind }) => kind);
  const purpose = what === "sources" ? "Where do events come from?" : "Where do events go?";
  for (;;) {
    const answer = await ask(`${purpose} One or more of ${known.join(", ")}: `);
    if (answer === undefined) return [];
    const chosen = answer.split(/[\s,]+/).filter((word) => word !== "");
    const unknown = chosen.filter((word) => !known.includes(word));
    if (unknown.length === 0 && chosen.length > 0) return chosen;
    if (unknown.length > 0) await say(`There is no kind ${unknown.join(", ")}.\n`);
  }
}

async function askSetting(
  kind: string,
  key: string,
  option: Option<unknown>,
  ask: Ask,
  say: Say,
): Promise<string | undefined> {
  const isSecret = option.type.startsWith("secret");
  const hint = isSecret
    ? "name of an environment variable, or path of a file; never the secret itself"
    : option.type;
  const shown = shownValue(option);
  await say(`\n${option.doc}\n`);
  for (;;) {
    const answer = await ask(`${kind} ${key} (${hint}) [${shown}]: `);
    if (answer === undefined || answer.trim() === "") return undefined;
    const judged = answerToYaml(key, option, answer);
    if ("yaml" in judged) return judged.yaml;
    for (const { message, help } of judged.problems) await say(`${message}. ${help}\n`);
  }
}

/** Items with what their kinds require; an empty answer leaves the example. */
async function askItems(
  chosen: readonly string[],
  entries: readonly KindEntry<never, unknown>[],
  ask: Ask | undefined,
  say: Say,
): Promise<readonly TemplateItem[]> {
  const items: TemplateItem[] = [];
  for (const kind of chosen) {
    const values: Record<string, string> = {};
    const { rows = {}, starter = [] } = entries.find((entry) => entry.kind === kind) ?? {};
    for (const [key, option] of Object.entries(rows)) {
      const isWanted = isRequired(option) || starter.includes(key);
      if (ask === undefined || !isWanted || option.rows !== undefined) continue;
      const yaml = await askSetting(kind, key, option, ask, say);
      if (yaml !== undefined) values[key] = yaml;
    }
    items.push({ kind, values });
  }
  return items;
}

/**
 * Completes what flags gave.
 *
 * @param ask Absent when nobody can be asked: then nothing is added.
 */
export async function askForMissing(
  kinds: Kinds,
  given: InitChoices,
  ask: Ask | undefined,
  say: Say,
): Promise<Answered> {
  const isComplete = given.sources.length > 0 && given.sinks.length > 0;
  // Whoever names everything on the command line wants no questions.
  const asked = isComplete ? undefined : ask;
  const missing = async (what: "sources" | "sinks"): Promise<readonly string[]> =>
    given[what].length > 0 || asked === undefined
      ? given[what]
      : await askKinds(what, kinds[what], asked, say);
  const sources = await missing("sources");
  const sinks = await missing("sinks");
  const deployment =
    given.deployment ?? ((await asked?.("Name of this deployment (none): "))?.trim() || undefined);
  const keyFile =
    given.keyFile ??
    ((
      await asked?.(
        "File for the key of pseudonyms, made if it is not there (none; then the environment variable CLAUDE_SIEM_KEY): ",
      )
    )?.trim() ||
      undefined);
  return {
    sources,
    sinks,
    deployment,
    keyFile,
    sourceItems: await askItems(sources, kinds.sources, asked, say),
    sinkItems: await askItems(sinks, kinds.sinks, asked, say),
  };
}
