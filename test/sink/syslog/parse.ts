/** A strict reader of RFC 5424: what is not legal there is refused with the reason. */

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The free part, without a byte order mark. */
  readonly text: string;
  readonly hasMark: boolean;
}

const HEADER =
  /^<(0|[1-9][0-9]{0,2})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) /;
const NAME = /^[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}/;

class Cursor {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  demand(expected: string): void {
    if (!this.take(expected))
      throw new Error(`expected ${expected} before ${this.rest.slice(0, 40)}`);
  }

  name(): string {
    const name = NAME.exec(this.rest)?.[0];
    if (name === undefined) throw new Error(`no name at ${this.rest.slice(0, 40)}`);
    this.#at += name.length;
    return name;
  }

  /** A quoted value; a backslash escapes only quote, backslash and bracket. */
  value(): string {
    this.demand('"');
    let value = "";
    while (!this.take('"')) {
      const unit = this.#text[this.#at];
      if (unit === undefined) throw new Error("a value without an end");
      if (unit === "]") throw new Error("a bracket that is not escaped");
      const next = this.#text[this.#at + 1] ?? "";
      const isEscape = unit === "\\" && '"\\]'.includes(next) && next !== "";
      value += isEscape ? next : unit;
      this.#at += isEscape ? 2 : 1;
    }
    return value;
  }
}

function structuredData(cursor: Cursor): SyslogMessage["data"] {
  const data: Record<string, Record<string, string>> = {};
  if (cursor.take("-")) return data;
  do {
    cursor.demand("[");
    const params: Record<string, string> = {};
    data[cursor.name()] = params;
    while (!cursor.take("]")) {
      cursor.demand(" ");
      const name = cursor.name();
      cursor.demand("=");
      params[name] = cursor.value();
    }
  } while (cursor.rest.startsWith("["));
  return data;
}

/** @throws Error with the reason why it is no message. */
export function parseMessage(text: string): SyslogMessage {
  const header = HEADER.exec(text);
  if (header === null) throw new Error(`no header: ${JSON.stringify(text.slice(0, 200))}`);
  const [whole, priority, timestamp = "", hostname = "", appName = "", procId = "", msgId = ""] =
    header;
  const number = Number(priority);
  if (number > 191) throw new Error(`priority ${number}`);
  const cursor = new Cursor(text, whole.length);
  const data = structuredData(cursor);
  let free = "";
  if (cursor.rest !== "") {
    cursor.demand(" ");
    free = cursor.rest;
  }
  const hasMark = free.startsWith("\ufeff");
  if (!hasMark && /[\u0080-\uffff]/.test(free))
    throw new Error("UTF-8 without its byte order mark");
  return {
    facility: Math.floor(number / 8),
    severity: number % 8,
    ...{ timestamp, hostname, appName, procId, msgId, data },
    text: hasMark ? free.slice(1) : free,
    hasMark,
  };
}
