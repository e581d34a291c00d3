/** Taking out what must not leave: from texts, from keys, and from JSON that hides in texts. */
import { isPseudonym } from "../event/format.ts";
import { isContentKey } from "./content.ts";
import { findSecrets, SECRET_KINDS, type SecretKind, searchSecrets } from "./secret.ts";
import { isSuspect } from "./suspect.ts";

/** How often each kind was taken out. */
export type RedactionCounts = Record<SecretKind | "content" | "oversize", number>;

export const CONTENT_MARKER = "[removed:content]";
const OVERSIZE_MARKER = "[redacted:oversize]";

/** Structure deeper than this is nobody's metadata. */
const JSON_DEPTH_MAX = 32;
const KEYS_REMEMBERED = 1024;
const NAMES_REMEMBERED = 1024;
const NAME_LENGTH_MAX = 64;

/** Counters at zero. */
export function noRedactions(): RedactionCounts {
  const kinds = [...SECRET_KINDS, "content", "oversize"] as const;
  return Object.fromEntries(kinds.map((kind) => [kind, 0])) as RedactionCounts;
}

export interface RedactorOptions {
  /** Stands for a whole value that identifies something, see `Pseudonymiser.token`. */
  readonly token: (value: string) => string;
  /** Whether values under content-bearing keys stay, redacted, instead of being removed. */
  readonly keepContent: boolean;
}

type Scalar = string | number | boolean;

/** Hex digits count nothing, a dash one, every other character more than an id can hold. */
const idWeights = new Uint8Array(128).fill(64);
for (const digit of "0123456789abcdef") idWeights[digit.charCodeAt(0)] = 0;
idWeights[45] = 1;

/** Ids in their usual shape, UUIDs and pseudonyms: most strings of an event, and they hold nothing. */
function isPlainId(value: string): boolean {
  if (value.length !== 36) return isPseudonym(value);
  let weight = 0;
  for (let at = 0; at < 36; at += 1) weight += idWeights[value.charCodeAt(at)] ?? 64;
  const dashes = value.charCodeAt(8) + value.charCodeAt(13) + value.charCodeAt(18);
  return weight === 4 && dashes + value.charCodeAt(23) === 180;
}

/** Parses text that looks like a JSON structure; `undefined` for any other text. */
function parseStructure(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Cut JSON is common in telemetry; it is then redacted as the text it is.
    return undefined;
  }
}

/** Redacts and counts what it took out. A result is the given value itself when nothing was. */
export class Redactor {
  readonly counts: RedactionCounts = noRedactions();
  readonly #options: RedactorOptions;
  readonly #contentKeys = new Map<string, boolean>();
  readonly #cleanNames = new Set<string>();

  constructor(options: RedactorOptions) {
    this.#options = options;
  }

  /** Free text: each finding becomes `[redacted:<kind>]`, the rest stays. */
  text(value: string, lengthMax: number): string {
    return this.#within(this.#redactText(value), lengthMax);
  }

  /**
   * A value that names something: replaced as a whole by `[redacted:<kind>:<token>]`, so that equal
   * values stay equal and different ones different; sessions and duplicates are still told apart.
   */
  identifier(value: string): string {
    if (isPlainId(value) || !isSuspect(value)) return value;
    const [first] = searchSecrets(value);
    if (first === undefined) return value;
    this.counts[first.kind] += 1;
    return `[redacted:${first.kind}:${this.#options.token(value)}]`;
  }

  /** The same for names out of a vocabulary, which come again and again: clean ones are remembered. */
  name(value: string): string {
    if (this.#cleanNames.has(value)) return value;
    const redacted = this.identifier(value);
    if (redacted === value && value.length <= NAME_LENGTH_MAX) {
      if (this.#cleanNames.size >= NAMES_REMEMBERED) this.#cleanNames.clear();
      this.#cleanNames.add(value);
    }
    return redacted;
  }

  /** A flat map such as labels: keys as identifiers, values as text, content removed by key. */
  map(
    values: Readonly<Record<string, Scalar>>,
    lengthMax: number,
  ): Readonly<Record<string, Scalar>> {
    let changed = false;
    const entries = Object.entries(values).map(([key, value]) => {
      const newKey = this.name(key);
      const newValue = this.#redactEntry(key, value, lengthMax);
      changed ||= newKey !== key || newValue !== value;
      return [newKey, newValue] as const;
    });
    // fromEntries defines own properties, so a key such as __proto__ stays data.
    return changed ? Object.fromEntries(entries) : values;
  }

  #redactText(value: string): string {
    const secrets = findSecrets(value);
    if (secrets.length === 0) return value;
    let result = "";
    let end = 0;
    for (const secret of secrets) {
      this.counts[secret.kind] += 1;
      result += `${value.slice(end, secret.start)}[redacted:${secret.kind}]`;
      end = secret.end;
    }
    return result + value.slice(end);
  }

  /** A number is digits too: a card number sent as a number is still one. */
  #redactNumber(value: number): number | string {
    if (!Number.isSafeInteger(value) || value < 1e12) return value;
    const text = String(value);
    const redacted = this.#redactText(text);
    return redacted === text ? value : redacted;
  }

  #redactEntry(key: string, value: Scalar, lengthMax: number): Scalar {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return this.#redactNumber(value);
    if (this.#namesContent(key)) return this.#removeContent(value);
    return this.#within(this.#redactNested(value, 0), lengthMax);
  }

  /** Text that may be JSON in itself, as telemetry sends parameters. */
  #redactNested(value: string, depth: number): string {
    const structure = depth < JSON_DEPTH_MAX ? parseStructure(value) : undefined;
    if (structure === undefined) return this.#redactText(value);
    const before = JSON.stringify(structure);
    const after = JSON.stringify(this.#redactStructure(structure, depth + 1));
    return this.#redactText(before === after ? value : after);
  }

  /** Redacts the leaves and keys of a parsed structure; below content-bearing keys nothing stays. */
  #redactStructure(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.#redactNested(value, depth);
    if (typeof value === "number") return this.#redactNumber(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= JSON_DEPTH_MAX) return this.#removeContent(value);
    if (Array.isArray(value)) return value.map((item) => this.#redactStructure(item, depth + 1));
    const entries = Object.entries(value).map(([key, inner]) => {
      const mayHide = typeof inner === "string" || (typeof inner === "object" && inner !== null);
      const kept =
        mayHide && this.#namesContent(key)
          ? this.#removeContent(inner)
          : this.#redactStructure(inner, depth + 1);
      return [this.name(key), kept];
    });
    return Object.fromEntries(entries);
  }

  #namesContent(key: string): boolean {
    if (this.#options.keepContent) return false;
    const known = this.#contentKeys.get(key);
    if (known !== undefined) return known;
    // Keys come from outside; the memory for them is bounded.
    if (this.#contentKeys.size >= KEYS_REMEMBERED) this.#contentKeys.clear();
    const content = isContentKey(key);
    this.#contentKeys.set(key, content);
    return content;
  }

  #removeContent(value: unknown): string {
    if (value !== CONTENT_MARKER) this.counts.content += 1;
    return CONTENT_MARKER;
  }

  /** Markers can be longer than what they replace, and a cut could end inside a character. */
  #within(text: string, lengthMax: number): string {
    if (text.length <= lengthMax) return text;
    this.counts.oversize += 1;
    return OVERSIZE_MARKER;
  }
}
