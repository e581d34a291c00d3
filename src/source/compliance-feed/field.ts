/**
 * Reads an activity of the Compliance API field by field. What comes out is closed: ids, numbers, true
 * or false, words. Names, titles, addresses and texts never leave this file.
 */

/** A JSON object as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** A word or an id: nothing with blanks, nothing that could be an address of a person. */
const WORD = /^[A-Za-z0-9_.:/+-]{1,256}$/;
const TEXT_MAX = 256;
/** Lists of words, such as scopes, are joined up to this length. */
const LIST_MAX = 1024;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Non-empty text within the bound of an event's field. */
export function textOf(value: unknown, lengthMax: number = TEXT_MAX): string | undefined {
  if (typeof value !== "string" || value === "" || !value.isWellFormed()) return undefined;
  return value.length <= lengthMax ? value : undefined;
}

/** The value under `name`, or under `outer.inner`. */
export function valueAt(fields: Fields, name: string): unknown {
  const [outer = "", inner] = name.split(".");
  const value = Object.hasOwn(fields, outer) ? fields[outer] : undefined;
  if (inner === undefined) return value;
  return isFields(value) && Object.hasOwn(value, inner) ? value[inner] : undefined;
}

/** The types of the entries of a list such as `audience` and `updates`: `[{"type": "organization"}]`. */
function typesOf(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => (isFields(value) ? value["type"] : value));
}

/** A value as a word; `undefined` for everything that is none. */
export function wordOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "number":
      return Number.isFinite(value) ? String(value) : undefined;
    case "string":
      return WORD.test(value) ? value : undefined;
    default: {
      if (!Array.isArray(value)) return undefined;
      const words = typesOf(value).map((one) =>
        typeof one === "string" ? wordOf(one) : undefined,
      );
      const isClosed = words.every((word) => word !== undefined);
      const joined = words.join(",");
      return isClosed && joined.length <= LIST_MAX ? joined || "none" : undefined;
    }
  }
}

/** The words for a switch, so that rules need not know how each setting spells them. */
function settingOf(value: unknown): string | undefined {
  if (value === true) return "enabled";
  if (value === false) return "disabled";
  return value === null ? "none" : wordOf(value);
}

/** What a row of the table says: a word as it stands, `$field` for its value, `?field` for its presence. */
export function resolve(reference: string, fields: Fields): string | undefined {
  const name = reference.slice(1);
  if (reference.startsWith("$")) return settingOf(valueAt(fields, name));
  if (!reference.startsWith("?")) return reference;
  const value = valueAt(fields, name);
  return value === undefined || value === null || value === "" ? "none" : "set";
}

const GOOD = new Set(["success", "succeeded", "approved", "imported", "completed"]);
const BAD = /^(fail|den|reject|block|error)/;

/** How an activity ended: a word of the table, or what a field says. */
export function outcomeOf(reference: string, fields: Fields): "success" | "failure" | "unknown" {
  const value = reference.startsWith("$") ? valueAt(fields, reference.slice(1)) : reference;
  if (typeof value === "boolean") return value ? "success" : "failure";
  if (typeof value === "number") {
    // HTTP status codes (RFC 9110, section 15); a failure of the server says nothing about the request.
    if (value >= 500 || value < 100) return "unknown";
    return value >= 400 ? "failure" : "success";
  }
  if (typeof value !== "string") return "unknown";
  const word = value.toLowerCase();
  if (GOOD.has(word)) return "success";
  return BAD.test(word) ? "failure" : "unknown";
}
