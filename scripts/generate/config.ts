// The JSON Schema and the reference page of claude-siem.yaml, from the tables that read the file.
import { renderConfigReference } from "../../src/connector/config-reference.ts";
import { configSchema } from "../../src/connector/config-schema.ts";
import { kinds } from "../../src/connector/registry.ts";

const LINE_WIDTH = 100;

/** JSON as the formatter of this project writes it: lists of plain values on one line where they fit. */
function renderJson(value: unknown, indent: string, room: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((one) => JSON.stringify(one)).join(", ")}]`;
    const isPlain = value.every((one) => typeof one !== "object" || one === null);
    if (isPlain && line.length <= room) return line;
    const items = value.map((one) => renderJson(one, deeper, LINE_WIDTH - deeper.length - 1));
    return `[\n${deeper}${items.join(`,\n${deeper}`)}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, one]) => {
    const name = `${JSON.stringify(key)}: `;
    return name + renderJson(one, deeper, LINE_WIDTH - deeper.length - name.length - 1);
  });
  if (entries.length === 0) return "{}";
  return `{\n${deeper}${entries.join(`,\n${deeper}`)}\n${indent}}`;
}

export function generateConfig(): Readonly<Record<string, string>> {
  return {
    "schema/claude-siem.schema.json": `${renderJson(configSchema(kinds), "", LINE_WIDTH)}\n`,
    "docs/configuration.md": renderConfigReference(kinds),
  };
}
