/** The reference page of claude-siem.yaml, from the tables that read it. */
import type { Option } from "../config/option.ts";
import { isAbsentByDefault, isRequired, type OptionRows } from "../config/section.ts";
import { connectorTable, type Kinds, sinkSettings } from "./config-table.ts";
import type { KindEntry } from "./kind.ts";
import { itemRows } from "./kind-list.ts";
import { whereExamples } from "./where.ts";

/** Text for a cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function defaultOf(option: Option<unknown>): string {
  if (isRequired(option)) return "**required**";
  if (option.rows !== undefined) return "";
  return isAbsentByDefault(option) ? "none" : `\`${option.fallback}\``;
}

function tableRow(key: string, option: Option<unknown>): readonly string[] {
  const cells = [`\`${key}\``, option.type, defaultOf(option), option.doc].map(cell);
  const inner = Object.entries(option.rows ?? {});
  return [
    `| ${cells.join(" | ")} |`,
    ...inner.flatMap(([name, row]) => tableRow(`${key}.${name}`, row)),
  ];
}

function table(rows: OptionRows): string {
  const lines = Object.entries(rows).flatMap(([key, option]) => tableRow(key, option));
  return ["| Key | Type | Default | Meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

/** The rows of one kind that no other kind has by itself. */
function kindSection(what: "source" | "sink", entry: KindEntry<never, unknown>): string {
  const none = "No settings of its own.";
  const own = Object.keys(entry.rows).length === 0 ? none : table(entry.rows);
  return `### ${what === "source" ? "Source" : "Sink"} \`${entry.kind}\`\n\n${entry.summary}\n\n${own}`;
}

/** What every item of a list has, with `kind` described once for all. */
function sharedTable(
  what: "source" | "sink",
  entries: readonly KindEntry<never, unknown>[],
  shared: OptionRows,
): string {
  const [first] = entries;
  if (first === undefined) return "";
  const { name, kind } = itemRows(what, { ...first, rows: {} }, {});
  const names = entries.map((entry) => entry.kind).join(" \\| ");
  if (name === undefined || kind === undefined) return "";
  const doc = `What it is; decides which further keys there are: ${names.replaceAll(" \\| ", ", ")}.`;
  return table({ name, kind: { ...kind, doc }, ...shared });
}

const expressions = whereExamples.map((one) => `\`${one}\``).join(", ");

const FORMS = `Every key is checked when the file is read: an unknown key, a wrong type or a value out of bounds is
an error with file, line and column, and the connector does not start (or, on a reload, goes on with
the configuration it has). \`claude-siem check claude-siem.yaml\` does the same without starting it, and
\`claude-siem init\` writes a file with every key and its default.

- **Secrets** never stand in the file: \`{env: NAME}\` reads an environment variable, \`{file: PATH}\` a
  file, each time they are used, so that a rotated secret takes effect without a restart. One line
  break at the end is not part of the secret.
- **Paths** that are relative count from the folder of the configuration file.
- **Durations** are written as \`500ms\`, \`30s\`, \`10m\`, \`24h\` or \`90d\`; **sizes** as \`512KiB\`, \`64MiB\` or
  \`10GiB\`, in steps of 1024.
- **Expressions** (\`where:\`) are those of rules: ${expressions}. A missing field equals nothing, and a list without elements is a missing one; text
  with blanks stands in quotes.
- A key with nothing after it has its default.
- **Editors** that know \`# yaml-language-server: $schema=…\` complete keys and show this page's text, from
  \`schema/claude-siem.schema.json\`.`;

/** A small file as a whole; a test reads it. */
const EXAMPLE = `\`\`\`yaml
# yaml-language-server: $schema=./node_modules/claude-siem/schema/claude-siem.schema.json
version: 1
deployment: production
data_dir: /var/lib/claude-siem
pseudonym:
  key: {file: /run/secrets/claude-siem-key}
context:
  clearances: clearances.csv
  calendar: calendar.yaml
  classification: classification.yaml
sources:
  - name: gateway
    kind: file
    paths: [/var/log/claude/*.ndjson]
sinks:
  - name: elastic
    kind: elasticsearch
    nodes: [https://elastic.example.com:9200]
    api_key: {env: ELASTIC_API_KEY}
  - name: soc
    kind: syslog
    where: severity in (high, critical)
    host: syslog.example.com
    delivery: {batch_age: 100ms}
\`\`\``;

/** The page, as Markdown. */
export function renderConfigReference(kinds: Kinds): string {
  const { sources, sinks, ...root } = connectorTable(kinds) as OptionRows;
  return `${[
    "# claude-siem.yaml",
    "<!-- Generated from the tables that read the file; change those and run `npm run generate`. -->",
    FORMS,
    "## A small one",
    EXAMPLE,
    "## The file",
    table({ ...root, ...(sources && { sources }), ...(sinks && { sinks }) }),
    "## Sources",
    `Every item of \`sources:\` has these keys, and those of its kind.`,
    sharedTable("source", kinds.sources, {}),
    ...kinds.sources.map((entry) => kindSection("source", entry)),
    "## Sinks",
    `Every item of \`sinks:\` has these keys, and those of its kind.`,
    sharedTable("sink", kinds.sinks, sinkSettings),
    ...kinds.sinks.map((entry) => kindSection("sink", entry)),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}
