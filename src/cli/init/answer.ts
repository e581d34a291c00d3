/** What a person types → YAML of one setting. */
import type { Option } from "../../config/option.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { MapReader } from "../../yaml/reader.ts";

/** Texts that YAML reads as they are, and structures that are YAML already. */
const WRITTEN_AS_IS =
  /^([A-Za-z0-9/][A-Za-z0-9_./@-]*|https?:\/\/[A-Za-z0-9_.:/?=&@%+-]*|[[{"].*)$/;

/** Ways to write an answer, the plainest first. */
function candidates(answer: string): readonly string[] {
  const quoted = JSON.stringify(answer);
  const list = JSON.stringify(answer.split(",").map((part) => part.trim()));
  return [
    ...(WRITTEN_AS_IS.test(answer) ? [answer] : []),
    quoted,
    list,
    // A secret is asked for by its place; what has a slash can only be a path.
    ...(/^[A-Za-z_][A-Za-z0-9_]*$/.test(answer) ? [`{env: ${answer}}`] : []),
    ...(/[\\/]/.test(answer) ? [`{file: ${quoted}}`] : []),
  ];
}

/** Problems of a setting written as `yaml`. */
export function judgeSetting(
  key: string,
  option: Option<unknown>,
  yaml: string,
): readonly Diagnostic[] {
  const parsed = parseYaml(`${key}: ${yaml}\n`, "answer");
  if (!parsed.ok) return parsed.diagnostics;
  const diagnostics: Diagnostic[] = [];
  const reader = MapReader.of(parsed.value, "the answer", diagnostics);
  if (reader !== undefined) option.read(reader, key, diagnostics);
  return diagnostics;
}

/** An answer as YAML, or why it is no value of the setting. */
export function answerToYaml(
  key: string,
  option: Option<unknown>,
  answer: string,
): { readonly yaml: string } | { readonly problems: readonly Diagnostic[] } {
  const judged = candidates(answer.trim()).map((yaml) => ({
    yaml,
    problems: judgeSetting(key, option, yaml),
  }));
  const right = judged.find(({ problems }) => problems.length === 0);
  if (right !== undefined) return { yaml: right.yaml };
  // Where one way of writing it has the right form, what is wrong with the value tells more.
  const formed = judged.find(({ problems }) => problems.every(({ code }) => code !== "Y104"));
  return { problems: (formed ?? judged[0])?.problems ?? [] };
}
