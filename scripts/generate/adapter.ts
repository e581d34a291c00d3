// From adapters/*.yaml: the mapping tables as texts in code, so that no file has to be found at run time.
import { readdirSync, readFileSync } from "node:fs";
import { parseAdapter } from "../../src/source/gateway/parse-adapter.ts";

const folder = new URL("../../adapters/", import.meta.url);

/** The text of a table; throws with every problem of it. */
function loadTable(name: string): readonly [format: string, text: string] {
  const text = readFileSync(new URL(name, folder), "utf8");
  const parsed = parseAdapter(text, `adapters/${name}`);
  if (!parsed.ok) {
    const lines = parsed.diagnostics.map(
      ({ code, span, message }) => `${span.file}:${span.line}:${span.column} ${code} ${message}`,
    );
    throw new Error(`A mapping table has errors:\n${lines.join("\n")}`);
  }
  const { format } = parsed.value;
  if (`${format.replaceAll("_", "-")}.yaml` !== name)
    throw new Error(`adapters/${name} has the format ${format}; the file is named after it`);
  return [format, text];
}

/** Comments are for readers of the file. */
function withoutComments(text: string): string {
  return text.replace(/^ *#.*\n/gm, "").replace(/\n{2,}/g, "\n");
}

export function generateAdapters(): Readonly<Record<string, string>> {
  const tables = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map(loadTable);
  const rows = tables.map(
    ([format, text]) => `  ${format}: ${JSON.stringify(withoutComments(text))},\n`,
  );
  return {
    "adapter-text.ts":
      "// Written by `npm run generate` from adapters/*.yaml. Do not edit.\n\n" +
      "/** The mapping tables of gateways and clouds, by format. */\n" +
      `export const adapterTexts: Readonly<Record<string, string>> = {\n${rows.join("")}};\n`,
  };
}
