/** Attributes of one log record, read as what they should be. */
import type { Attribute, LogRecord } from "./decode.ts";

/** Fields of an event, those without a value left `undefined`. */
export type Fields = Readonly<Record<string, unknown>>;

/** Largest value of an integer field of the schema unless it says otherwise. */
export const COUNT_MAX = 2_147_483_647;
/** Largest `duration_ms` of the schema. */
const DURATION_MS_MAX = 9_007_199_254;
const IDENTIFIER_LENGTH_MAX = 256;

/** At most so many characters, none of them half. */
export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : text.slice(0, lengthMax).toWellFormed();
}

export class RecordReader {
  readonly #attributes: ReadonlyMap<string, Attribute>;

  constructor({ attributes }: LogRecord) {
    this.#attributes = attributes;
  }

  names(): Iterable<string> {
    return this.#attributes.keys();
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** Text without halves of characters, which JSON can carry and nothing behind the journal can. */
  text(name: string): string | undefined {
    const value = this.#attributes.get(name);
    if (value === undefined || value === "") return undefined;
    return typeof value === "string" ? value.toWellFormed() : String(value);
  }

  /** Only what an identifier field may hold; anything else stays out instead of failing the event. */
  identifier(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined || text.length > IDENTIFIER_LENGTH_MAX ? undefined : text;
  }

  /** A whole number within the schema's bounds; clients write some numbers as text. */
  count(name: string, max: number = COUNT_MAX): number | undefined {
    const value = this.amount(name);
    return value === undefined || value > max ? undefined : Math.round(value);
  }

  /** A number that is not negative. */
  amount(name: string): number | undefined {
    const value = Number(this.#attributes.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  }

  /** How long what the record tells of took: clients have a name for it by kind of record. */
  durationMs(): number | undefined {
    return (
      this.count("duration_ms", DURATION_MS_MAX) ??
      this.count("total_duration_ms", DURATION_MS_MAX) ??
      this.count("total_retry_duration_ms", DURATION_MS_MAX)
    );
  }

  /** Booleans travel as booleans or as text. */
  isTrue(name: string): boolean {
    return String(this.#attributes.get(name)) === "true";
  }
}
