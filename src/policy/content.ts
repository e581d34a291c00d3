/**
 * Keys under which content travels: what people and models wrote, and what tools were given and gave
 * back. Audit events are metadata; under such a key nothing is.
 */

/** A key whose last word is one of these carries content, whatever stands before it. */
const LAST_WORDS: ReadonlySet<string> = new Set(
  `prompt prompts completion completions content contents response responses messages transcript
   transcripts conversation conversations body thinking reasoning instructions attachment attachments
   snippet text input output arguments args stdin stdout stderr utterance query`.split(/\s+/),
);

/** Pairs of last words that carry content although the second alone often does not. */
const LAST_PAIRS: ReadonlySet<string> = new Set(
  `tool_result tool_results tool_parameters tool_params call_result user_message assistant_message
   human_message system_message bash_command full_command command_line response_json request_json
   file_contents`.split(/\s+/),
);

/** The words of a key: `gen_ai.input.messages`, `toolInput`, `tool-input`. */
function wordsOf(key: string): readonly string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Whether a label, a detail or a JSON key names content. `prompt` does, `prompt_length` does not. */
export function isContentKey(key: string): boolean {
  const words = wordsOf(key);
  const last = words.at(-1) ?? "";
  return LAST_WORDS.has(last) || LAST_PAIRS.has(`${words.at(-2)}_${last}`);
}
