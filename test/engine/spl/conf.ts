/** Splunk's configuration files, and the macros of macros.conf. */
import { SplError } from "./error.ts";
import { endOfQuotes } from "./lexer.ts";

export type Stanza = ReadonlyMap<string, string>;

/**
 * Stanzas by name. A backslash at the end of a line continues a value, with a line feed between the
 * parts (Admin Manual, How to edit a configuration file).
 */
export function parseConf(text: string): ReadonlyMap<string, Stanza> {
  const stanzas = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.replaceAll("\\\n", "\u0000").split("\n")) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const stanza = /^\[(.*)\]$/.exec(line)?.[1];
    if (stanza !== undefined) {
      if (stanzas.has(stanza)) throw new Error(`stanza [${stanza}] twice`);
      current = new Map();
      stanzas.set(stanza, current);
      continue;
    }
    const setting = /^([^=\s]+)[^\S\n]*=[^\S\n]*([\s\S]*)$/.exec(line);
    if (setting === null || current === undefined) throw new Error(`no setting: ${line}`);
    current.set(setting[1] ?? "", (setting[2] ?? "").replaceAll("\u0000", "\n"));
  }
  return stanzas;
}

const MACRO_SETTINGS = ["definition", "args", "iseval", "description"];

function definitionOf(
  macros: ReadonlyMap<string, Stanza>,
  name: string,
  values: readonly string[],
  at: number,
): string {
  const stanza = macros.get(values.length === 0 ? name : `${name}(${values.length})`);
  if (stanza === undefined) throw new SplError(`no macro ${name} of ${values.length}`, at);
  const unknown = [...stanza.keys()].find((key) => !MACRO_SETTINGS.includes(key));
  if (unknown !== undefined) throw new SplError(`the setting ${unknown} of a macro`, at);
  if ((stanza.get("iseval") ?? "0") !== "0") throw new SplError("a macro that is evaluated", at);
  const names = stanza.get("args")?.split(/,\s*/) ?? [];
  if (names.length !== values.length) throw new SplError(`arguments of the macro ${name}`, at);
  return names.reduce(
    (text, argument, index) => text.replaceAll(`$${argument}$`, values[index] ?? ""),
    stanza.get("definition") ?? "",
  );
}

/**
 * Puts definitions in place of macros. A backtick inside of double quotes is refused: the manual does
 * not say whether a macro is expanded there.
 */
export function expandMacros(search: string, macros: ReadonlyMap<string, Stanza>): string {
  let expanded = "";
  for (let at = 0; at < search.length; at += 1) {
    const sign = search[at] ?? "";
    if (sign === '"') {
      const end = endOfQuotes(search, at);
      const quoted = search.slice(at, end);
      if (quoted.includes("`")) throw new SplError("a backtick inside of quotes", at);
      expanded += quoted;
      at = end - 1;
    } else if (sign === "`") {
      const end = search.indexOf("`", at + 1);
      const call = /^(\w+)(?:\(([^"()]*)\))?$/.exec(search.slice(at + 1, end));
      if (end < 0 || call === null) throw new SplError("a macro that cannot be read", at);
      const values = call[2] === undefined ? [] : call[2].split(",").map((one) => one.trim());
      expanded += expandMacros(definitionOf(macros, call[1] ?? "", values, at), macros);
      at = end;
    } else expanded += sign;
  }
  return expanded;
}
