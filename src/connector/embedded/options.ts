/** Settings of the sink kind `embedded`. */
import type { Option, OptionTable } from "../../config/option.ts";
import { duration, integer } from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import { size } from "../../config/size.ts";

export interface EmbeddedOptions {
  /** The DuckDB file; in the sink's own folder when absent. */
  readonly path: string | undefined;
  /** Milliseconds. */
  readonly keep: number;
  /** Milliseconds. */
  readonly detect_every: number;
  /** Names of rules, or all of them. */
  readonly rules: "all" | readonly string[];
  /** File of overrides. */
  readonly content: string | undefined;
  /** File of alerts; in the sink's own folder when absent. */
  readonly alerts: string | undefined;
  /** Bytes. */
  readonly memory_limit: number;
  readonly threads: number;
}

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;

const rules: Option<"all" | readonly string[]> = {
  doc: "Which of the shipped rules run: all, or a list of their names.",
  type: "all | list of texts",
  fallback: "all",
  example: "[prompt-injection, anomalous-mcp-volume]",
  schema: {
    oneOf: [{ const: "all" }, { type: "array", items: { type: "string", minLength: 1 } }],
  },
  read: (reader, key) => {
    const node = reader.optional(key);
    if (node === undefined || (node.kind === "scalar" && node.value === "all")) return "all";
    return reader.optionalStrings(key);
  },
};

export const embeddedOptions: OptionTable<EmbeddedOptions> = {
  path: optionalPath({
    doc: "The DuckDB file. Without it, events.duckdb in the folder of the sink below data_dir. Only one process can have it open.",
    example: "/var/lib/claude-siem/events.duckdb",
  }),
  keep: duration({
    doc: "Events older than this, by their own time, are deleted. Rules that compare with a history need as much as they look back, 31 days for those that ship.",
    fallback: 45 * DAY_MS,
    minMs: 60_000,
    maxMs: 7300 * DAY_MS,
  }),
  detect_every: duration({
    doc: "How often the rules judge what has arrived. Rules that read a day of events or more run as often as their own `schedule` says.",
    fallback: 60_000,
    minMs: 1000,
    maxMs: DAY_MS,
  }),
  rules,
  content: optionalPath({
    doc: "Overrides of the site: parameters, filters, disabled rules, as the commands take them with --content.",
    example: "claude-siem.content.yaml",
  }),
  alerts: optionalPath({
    doc: "File that every alert is appended to, one line of JSON, synced. Without it, alerts.ndjson in the folder of the sink below data_dir.",
    example: "/var/log/claude-siem/alerts.ndjson",
  }),
  memory_limit: size({
    doc: "Memory of the engine; what needs more goes to files beside the store.",
    fallback: 512 * MIB,
    minBytes: 128 * MIB,
    maxBytes: 1024 * 1024 * MIB,
  }),
  threads: integer({
    doc: "Threads of the engine.",
    fallback: 2,
    min: 1,
    max: 64,
  }),
};
