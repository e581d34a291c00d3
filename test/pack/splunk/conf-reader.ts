/**
 * A reader of Splunk's configuration files that knows which stanzas, keys and values each of them takes,
 * from Splunk's specification of every file.
 */

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
  "action.notable": /^[01]$/,
  "action.notable.param.rule_title": /^[^\n]+$/,
  "action.notable.param.rule_description": /^[^\n]+$/,
  "action.notable.param.security_domain": /^(access|endpoint|network|threat|identity|audit)$/,
  "action.notable.param.severity": /^(informational|low|medium|high|critical|unknown)$/,
  "action.notable.param.nes_fields": /^[\w{}]+(,[\w{}]+)*$/,
  "action.notable.param.drilldown_searches": /^\[\{.*\}\]$/,
};

const macroKeys: Readonly<Record<string, RegExp>> = {
  definition: /^\S/,
  iseval: /^[01]$/,
  description: /^\S/,
};

const appKeys: Readonly<Record<string, RegExp>> = {
  is_configured: /^[01]$/,
  build: /^\d+$/,
  author: /^\S/,
  description: /^\S.{0,199}$/,
  version: /^\d+\.\d+\.\d+$/,
  is_visible: /^[01]$/,
  label: /^.{5,80}$/,
  id: /^[A-Za-z][A-Za-z0-9_-]*$/,
  check_for_updates: /^[01]$/,
  name: /^[A-Za-z][A-Za-z0-9_-]*$/,
};

const propsKeys: Readonly<Record<string, RegExp>> = {
  KV_MODE: /^(none|auto|json)$/,
  AUTO_KV_JSON: /^(true|false)$/,
  SHOULD_LINEMERGE: /^(true|false)$/,
  LINE_BREAKER: /\(.*\)/,
  TIME_PREFIX: /^\S/,
  TIME_FORMAT: /^%/,
  MAX_TIMESTAMP_LOOKAHEAD: /^\d+$/,
  TRUNCATE: /^\d+$/,
  TZ: /^UTC$/,
  category: /^\S/,
  description: /^\S/,
};

/** Files that can be read. */
export type ConfFile =
  | "savedsearches.conf"
  | "macros.conf"
  | "app.conf"
  | "props.conf"
  | "eventtypes.conf"
  | "transforms.conf"
  | "tags.conf";

const confKeys: Readonly<Record<ConfFile, Readonly<Record<string, RegExp>>>> = {
  "savedsearches.conf": savedSearchKeys,
  "macros.conf": macroKeys,
  "app.conf": appKeys,
  "props.conf": propsKeys,
  "eventtypes.conf": { search: /^[^|`]+$/, description: /^\S/ },
  "transforms.conf": {
    filename: /^[a-z_]+\.csv$/,
    case_sensitive_match: /^[01]$/,
    max_matches: /^\d+$/,
  },
  // Keys are the tags themselves.
  "tags.conf": Object.fromEntries(
    ["alert", "authentication", "change", "data", "access", "dlp", "incident", "ids", "attack"].map(
      (tag) => [tag, /^(enabled|disabled)$/],
    ),
  ),
};

const stanzaNames: Readonly<Record<ConfFile, RegExp>> = {
  "savedsearches.conf": /^Claude - [a-z-]+ - Rule$/,
  "macros.conf": /^[a-z_]+$/,
  "app.conf": /^(install|launcher|ui|package|id)$/,
  "props.conf": /^[a-z:]+$/,
  "eventtypes.conf": /^[a-z_]+$/,
  "transforms.conf": /^[a-z_]+$/,
  "tags.conf": /^eventtype=[a-z_]+$/,
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
      if (name === "default" || stanzas.has(name) || !stanzaNames[file].test(name))
        throw new Error(`stanza [${name}]`);
      settings = new Map();
      stanzas.set(name, settings);
      continue;
    }
    const [, key = "", value = ""] =
      /^([\w.-]+) = (.*)$/s.exec(line.replaceAll("\u0000", "\n")) ?? [];
    const known =
      confKeys[file][key] ??
      (/^EVAL-[a-z_]+$/.test(key) && file === "props.conf" ? /^\S/ : undefined);
    if (settings === undefined || settings.has(key) || known === undefined) {
      throw new Error(`unexpected: ${line}`);
    }
    if (!known.test(value)) throw new Error(`${key} = ${value}`);
    settings.set(key, value);
  }
  return stanzas;
}
