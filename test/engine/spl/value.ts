/** Values of fields, and how they compare. */

/**
 * One value or several. A field with one value is no list, and a field without value is not in its row.
 * Every list has two values or more.
 */
export type Value = string | number | readonly string[];

/** What an expression yields; null is the absence of a value. */
export type Result = Value | boolean | null;

export type Row = ReadonlyMap<string, Value>;

/** Texts that eval reads as numbers: decimal digits with an optional sign, fraction and exponent. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a value is or reads as, if any. */
export function numberOf(value: Result): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : undefined;
}

export function isList(value: Result): value is readonly string[] {
  return Array.isArray(value);
}

/** A list of texts as a value: nothing, the one text, or the list. */
export function oneOrMany(texts: readonly string[]): Value | null {
  const [only] = texts;
  if (only === undefined) return null;
  return texts.length === 1 ? only : texts;
}

/** Every value of a field, as text. */
export function textsOf(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  return isList(value) ? value : [String(value)];
}

/** Order by bytes of UTF-8, as the manual's lexicographical order has it. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
