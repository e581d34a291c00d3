/** claude-siem.yaml → what the connector runs. Nothing is opened or read here but the text. */
import { readOptions } from "../config/option.ts";
import { type Diagnostic, fail, type Result, resultOf } from "../diagnostic/diagnostic.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { type ConnectorSettings, connectorTable, type Kinds } from "./config-table.ts";

/** A configuration without errors. Durations are milliseconds, sizes bytes, paths can be opened. */
export interface ConnectorConfig extends ConnectorSettings {
  /** The file it was read from. */
  readonly file: string;
}

/** Some keys are read more than once, by themselves and by keys that depend on them. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()];
}

/**
 * Parses a configuration.
 *
 * @param file Path of the file: positions name it, and relative paths in it count from its folder.
 * @param kinds The kinds of sources and sinks that it may name.
 * @returns Every problem of the file at once: Y1xx (form), F9xx (settings), R3xx (`where`), C540
 *   (content logging).
 */
export function parseConnectorConfig(
  text: string,
  file: string,
  kinds: Kinds,
): Result<ConnectorConfig> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [];
  const reader = MapReader.of(yaml.value, "the configuration", diagnostics);
  if (reader === undefined) return fail(diagnostics);
  const settings = readOptions(connectorTable(kinds), reader, diagnostics);
  reader.done();
  return resultOf<ConnectorConfig>({ ...settings, file }, withoutRepeats(diagnostics));
}
