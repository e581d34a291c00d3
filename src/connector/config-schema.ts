/** The JSON Schema of claude-siem.yaml, for editors: completion, descriptions and early warnings. */
import type { JsonSchema } from "../config/option.ts";
import { type OptionRows, schemaOf } from "../config/section.ts";
import { connectorTable, type Kinds } from "./config-table.ts";

/**
 * The schema (JSON Schema 2020-12). It is looser than the parser where a schema cannot say it: bounds of
 * durations and sizes, expressions, names that repeat, settings that do not go together.
 */
export function configSchema(kinds: Kinds): JsonSchema {
  const rows: OptionRows = connectorTable(kinds);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "claude-siem.yaml",
    description: "Configuration of the claude-siem connector.",
    ...schemaOf(rows),
  };
}
