/** Splunk's configuration files: stanzas of keys and values. */

export interface Stanza {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number>>;
}

/** A value may span lines: a backslash at the end of a line says that the next belongs to it. */
function renderValue(value: string | number): string {
  return String(value).trim().replace(/\s*\n/g, " \\\n");
}

/** Text of a configuration file, stanzas in the order given. */
export function renderConf(stanzas: readonly Stanza[]): string {
  return stanzas
    .map(({ name, settings }) => {
      const lines = Object.entries(settings).map(
        ([key, value]) => `${key} = ${renderValue(value)}`,
      );
      return `[${name}]\n${lines.join("\n")}\n`;
    })
    .join("\n");
}
