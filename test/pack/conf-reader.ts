/** A reader of Splunk's configuration files that knows which keys a saved search and a macro take. */

const savedSearchKeys: Readonly<Record<string, RegExp>> = {
  description: /^\S[^\n]*$/,
  search: /^`claude_index` /,
  disabled: /^[01]$/,
  enableSched: /^1$/,
  cron_schedule: /^(\*|\*\/\d+|\d+) (\*|\*\/\d+|\d+) \* \* \*$/,
  schedule_window: /^(auto|\d+)$/,
  "dispatch.earliest_time": /^-\d+s$/,
  "dispatch.latest_time": /^now$/,
  counttype: /^number of events$/,
  relation: /^greater than$/,
  quantity: /^\d+$/,
  "alert.track": /^[01]$/,
  "alert.severity": /^[1-6]$/,
  "alert.digest_mode": /^[01]$/,
  "alert.suppress": /^[01]$/,
  "alert.suppress.fields": /^[\w{}]+(,[\w{}]+)*$/,
  "alert.suppress.period": /^\d+s$/,
  "action.correlationsearch.enabled": /^[01]$/,
  "action.correlationsearch.label": /^.{1,99}$/,
  "action.correlationsearch.annotations": /^\{.*\}$/,
};

const macroKeys: Readonly<Record<string, RegExp>> = {
  definition: /^\S/,
  iseval: /^[01]$/,
  description: /^\S/,
};

/** Files that can be read. */
export type ConfFile = "savedsearches.conf" | "macros.conf";

const confKeys: Readonly<Record<ConfFile, Readonly<Record<string, RegExp>>>> = {
  "savedsearches.conf": savedSearchKeys,
  "macros.conf": macroKeys,
};

export type ConfStanzas = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads a file; throws at the first line, key or value that Splunk would not take as meant. */
export function readConf(text: string, file: ConfFile): ConfStanzas {
  const stanzas = new Map<string, Map<string, string>>();
  let settings: Map<string, string> | undefined;
  for (const line of text.replaceAll("\\\n", "\u0000").split("\n")) {
    if (line === "") continue;
    const header = /^\[([^\]\n]+)\]$/.exec(line);
    if (header !== null) {
      const name = header[1] ?? "";
      if (name === "default" || stanzas.has(name)) throw new Error(`stanza [${name}]`);
      settings = new Map();
      stanzas.set(name, settings);
      continue;
    }
    const [, key = "", value = ""] =
      /^([\w.]+) = (.*)$/s.exec(line.replaceAll("\u0000", "\n")) ?? [];
    const known = confKeys[file][key];
    if (settings === undefined || settings.has(key) || known === undefined) {
      throw new Error(`unexpected: ${line}`);
    }
    if (!known.test(value)) throw new Error(`${key} = ${value}`);
    settings.set(key, value);
  }
  return stanzas;
}
