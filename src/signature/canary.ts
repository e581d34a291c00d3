/**
 * Canary tokens: words that stand in one system prompt and nowhere else.
 *
 * A response that holds the token has leaked the prompt, whatever the language and wording around it.
 * A token is 24 letters of 16 (96 bits) in groups of four, such as `bdfg-hkmn-…`: no sign that Markdown
 * or a tokeniser would change, no word of a language, nothing to guess without the key.
 */
import { createHmac, type KeyObject } from "node:crypto";
import { Automaton, type Needle } from "./automaton.ts";
import type { FindingHead } from "./finding.ts";
import type { UnitWindow } from "./window.ts";

export interface Canary {
  /** Name of the system prompt, chosen by its owner. Findings carry it. */
  readonly promptId: string;
  /** What to put into the system prompt, on a line of its own. */
  readonly token: string;
}

const LETTERS = "bcdfghjkmnprtvwz";
const GROUP = /.{4}(?!$)/g;

/**
 * The token of one system prompt: always the same for the same key and id.
 *
 * @example createCanary(key, "support-bot").token // "xxxx-xxxx-xxxx-xxxx-xxxx-xxxx"
 */
export function createCanary(key: KeyObject, promptId: string): Canary {
  const digest = createHmac("sha256", key).update(`claude-siem/canary\n${promptId}`).digest();
  const letters = [...digest.subarray(0, 12)].map(
    (byte) => `${LETTERS[byte >> 4]}${LETTERS[byte & 15]}`,
  );
  return { promptId, token: letters.join("").replace(GROUP, "$&-") };
}

/** How a model may write a token when it is told to hide it. */
const DISGUISES: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => [...token].reverse().join(""),
  (token) =>
    token.replace(/[a-z]/g, (letter) => {
      const shifted = letter.charCodeAt(0) - 97 + 13;
      return String.fromCharCode(97 + (shifted % 26));
    }),
  (token) => Buffer.from(token).toString("hex"),
  ...[0, 1, 2].map((shift) => (token: string) => innerBase64(token, shift)),
];

/** The part of a token's base64 that does not depend on what stands around it. */
function innerBase64(token: string, shift: number): string {
  const whole = Buffer.from(`${" ".repeat(shift)}${token}`)
    .toString("base64")
    .replace(/=+$/, "");
  const skip = shift === 0 ? 0 : shift + 1;
  const isFull = (shift + token.length) % 3 === 0;
  return whole.slice(skip, isFull ? undefined : -1);
}

function isAlphanumeric(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

/** Letters and digits in lower case: all that is compared, so spaces, signs and line breaks do not hide. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function formsOf({ token }: Canary): readonly string[] {
  const writings = [token, token.toUpperCase()].flatMap((one) => [one, one.replaceAll("-", "")]);
  const forms = writings.flatMap((one) => DISGUISES.map((disguise) => bare(disguise(one))));
  return [...new Set(forms)];
}

/** The longest form is hexadecimal: 29 signs of two digits. A power of two, for the ring below. */
const FORM_UNITS_MAX = 64;

interface Form {
  readonly canary: Canary;
  readonly length: number;
}

/** The forms of all canaries, shared by all texts. */
export class CanarySet {
  readonly automaton: Automaton;
  readonly #forms: readonly Form[];

  constructor(canaries: readonly Canary[]) {
    const texts = canaries.flatMap((canary) =>
      formsOf(canary).map((text) => ({ canary, text, length: text.length })),
    );
    this.#forms = texts;
    this.automaton = new Automaton(texts.map(({ text }, id): Needle => ({ text, id })));
  }

  form(id: number): Form | undefined {
    return this.#forms[id];
  }
}

/** Where a token stands in the original text. */
export interface CanaryMatch {
  readonly canary: Canary;
  readonly offset: number;
  readonly length: number;
}

/** Findings of canaries have no signature's file; this is what they say instead. */
export const canaryHead: FindingHead = {
  signature: "canary",
  version: "1.0.0",
  category: "system_prompt_leakage",
  severity: "high",
  atlas: ["AML.T0056"],
};

/** Matches of one canary that are reported for one text. */
export const CANARY_MATCHES_MAX = 16;

/** Looks for canaries in the letters and digits of a text, as they come. */
export class CanaryScan {
  readonly #set: CanarySet;
  readonly #window: UnitWindow;
  /** Where the last letters and digits stood in the original. */
  readonly #origins: Float64Array = new Float64Array(FORM_UNITS_MAX);
  readonly #counts = new Map<Canary, number>();
  #seen = 0;
  #state = 0;
  #scanned = 0;

  constructor(set: CanarySet, window: UnitWindow) {
    this.#set = set;
    this.#window = window;
  }

  /** Looks at the units that were added since. */
  advance(): readonly CanaryMatch[] {
    const { automaton } = this.#set;
    const matches: CanaryMatch[] = [];
    const end = this.#window.end;
    for (let position = this.#scanned; position < end; position += 1) {
      const unit = this.#window.unitAt(position);
      if (!isAlphanumeric(unit)) continue;
      this.#origins[this.#seen % FORM_UNITS_MAX] = this.#window.originAt(position);
      this.#seen += 1;
      this.#state = automaton.step(this.#state, unit);
      for (const id of automaton.found(this.#state)) {
        const form = this.#set.form(id);
        if (form !== undefined) this.#note(form, this.#window.originEndAt(position), matches);
      }
    }
    this.#scanned = end;
    return matches;
  }

  #note({ canary, length }: Form, end: number, matches: CanaryMatch[]): void {
    const count = this.#counts.get(canary) ?? 0;
    if (count === CANARY_MATCHES_MAX) return;
    this.#counts.set(canary, count + 1);
    const offset = this.#origins[(this.#seen - length) % FORM_UNITS_MAX] ?? 0;
    matches.push({ canary, offset, length: end - offset });
  }
}
