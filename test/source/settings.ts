/** Settings of a kind as a configuration would give them. */
import { type OptionTable, readOptions } from "../../src/config/option.ts";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { parseYaml } from "../../src/yaml/parse.ts";
import { MapReader } from "../../src/yaml/reader.ts";

/** Reads YAML with a table; diagnostics instead when something is wrong with it. */
export function readSettings<T>(
  table: OptionTable<T>,
  yaml: string,
): { readonly value: T; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseYaml(yaml, "claude-siem.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const diagnostics: Diagnostic[] = [];
  const reader = MapReader.of(parsed.value, "the source", diagnostics);
  if (reader === undefined) throw new Error("the settings are no map");
  const value = readOptions(table, reader, diagnostics);
  reader.done();
  return { value, diagnostics };
}

/** Settings that are right, defaults included. */
export function settingsOf<T>(table: OptionTable<T>, yaml: string): T {
  const { value, diagnostics } = readSettings(table, yaml);
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return value;
}
