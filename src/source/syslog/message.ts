/** The event that a syslog message carries (RFC 5424, RFC 3164), as the text of a JSON object. */

/** The text of the event, or what the message carries instead, told without its content. */
export type Carried =
  | { readonly text: string; readonly found?: undefined }
  | { readonly found: string; readonly text?: undefined };

/** Cookie that announces JSON (CEE log syntax, lumberjack). */
const COOKIE = "@cee:";
const BYTE_ORDER_MARK = "\ufeff";
/** Bounded, so that no line can make matching slow. */
const PRIORITY = /^<[0-9]{1,3}>/;
const RFC_5424_HEADER = /^1 [^ ]{1,64} [^ ]{1,255} [^ ]{1,128} [^ ]{1,128} [^ ]{1,64} (?=[-[])/;
const LEGACY_TIME =
  /^(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]{8,24}) /;
const LEGACY_HOST = /^[^\s{]{1,255} /;
const LEGACY_TAG = /^[^\s:[{]{1,64}(?:\[[^\]\s]{0,64}\])?:? ?/;

/** The JSON object that a text consists of, judged by how it begins. */
function objectOf(text: string): string | undefined {
  let rest = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  rest = rest.trim();
  if (rest.startsWith(COOKIE)) rest = rest.slice(COOKIE.length).trimStart();
  return rest.startsWith("{") ? rest : undefined;
}

interface StructuredData {
  /** Values of parameters, unescaped. */
  readonly values: readonly string[];
  /** What comes after it. */
  readonly message: string;
}

/** One element `[ID NAME="VALUE" …]`; the position after it, or `undefined` when it is broken. */
function readElement(text: string, opening: number, values: string[]): number | undefined {
  let at = opening + 1;
  while (at < text.length && text[at] !== " " && text[at] !== "]") at += 1;
  while (text[at] === " ") {
    const equals = text.indexOf('="', at);
    if (equals === -1) return undefined;
    let value = "";
    let end = equals + 2;
    while (end < text.length && text[end] !== '"') {
      // Only these three are escaped; a backslash before anything else stands for itself (6.3.3).
      if (text[end] === "\\" && /["\\\]]/.test(text[end + 1] ?? "")) end += 1;
      value += text[end];
      end += 1;
    }
    if (end >= text.length) return undefined;
    values.push(value);
    at = end + 1;
  }
  return text[at] === "]" ? at + 1 : undefined;
}

function readStructuredData(text: string): StructuredData | undefined {
  const values: string[] = [];
  let at = 0;
  if (text.startsWith("-")) at = 1;
  else
    while (text[at] === "[") {
      const next = readElement(text, at, values);
      if (next === undefined) return undefined;
      at = next;
    }
  if (at < text.length && text[at] !== " ") return undefined;
  return { values, message: text.slice(at + 1) };
}

function carriedByRfc5424(text: string): Carried {
  const data = readStructuredData(text);
  if (data === undefined) return { found: "its structured data is broken" };
  const inMessage = objectOf(data.message);
  if (inMessage !== undefined) return { text: inMessage };
  for (const value of data.values) {
    const inValue = objectOf(value);
    if (inValue !== undefined) return { text: inValue };
  }
  return { found: data.message.trim() === "" ? "it has no text" : "its text is something else" };
}

/** Takes away what senders of the old form put before the message, one part after the other. */
function carriedByLegacy(text: string): Carried {
  let rest = text;
  for (const part of [undefined, LEGACY_TIME, LEGACY_HOST, LEGACY_TAG]) {
    if (part !== undefined) rest = rest.replace(part, "");
    const object = objectOf(rest);
    if (object !== undefined) return { text: object };
  }
  return { found: rest.trim() === "" ? "it has no text" : "its text is something else" };
}

/** Finds the event in a message. A message that is a bare JSON object is one too. */
export function carriedEvent(message: string): Carried {
  const rest = message.replace(PRIORITY, "");
  const header = RFC_5424_HEADER.exec(rest)?.[0];
  return header === undefined ? carriedByLegacy(rest) : carriedByRfc5424(rest.slice(header.length));
}
