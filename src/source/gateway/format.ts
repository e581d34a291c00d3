/** What a source's records may be beside audit events, and how each is read. */
import type { Option } from "../../config/option.ts";
import { choice } from "../../config/option-type.ts";
import { adapterTexts } from "../../generated/adapter-text.ts";
import type { Adapter } from "./adapter.ts";
import { auditCsvReader } from "./audit-csv.ts";
import { prepareBedrock } from "./bedrock.ts";
import { isGatewayLogLine, prepareClaudeGateway } from "./claude-gateway.ts";
import { otlpReader } from "./otlp.ts";
import { parseAdapter } from "./parse-adapter.ts";
import type { FormatReader } from "./reading.ts";
import { type TableReaderOptions, tableReader } from "./table-reader.ts";

/** Formats whose records stand alone: they may come one by one, in any order, from anywhere. */
export type RecordFormat =
  | ("audit_event" | "otlp_json" | "litellm" | "kong" | "bedrock")
  | ("cloudflare" | "portkey" | "claude_gateway");

/** Formats of files too, whose lines need those before them. */
export type LineFormat = RecordFormat | "claude_audit_csv";

export const recordFormats: readonly RecordFormat[] = [
  ...(["audit_event", "otlp_json", "litellm", "kong", "bedrock"] as const),
  ...(["cloudflare", "portkey", "claude_gateway"] as const),
];
export const lineFormats: readonly LineFormat[] = [...recordFormats, "claude_audit_csv"];

const doc =
  "What the records are. audit_event: events of this product's schema. otlp_json: what a collector's file or Kafka exporter writes. The others are records of gateways and clouds; content in them is not kept.";

/** The setting for sources of single records. */
export const recordFormatOption: Option<RecordFormat> = choice({
  doc,
  of: recordFormats,
  fallback: "audit_event",
});

/** The setting for sources of files. */
export const lineFormatOption: Option<LineFormat> = choice({
  doc,
  of: lineFormats,
  fallback: "audit_event",
});

/** What a reader may ask of its source. */
export interface FormatTools {
  /** The first line of a file that is read from its middle; `undefined` when it cannot be had. */
  readonly firstLine?: (origin: string) => Promise<string | undefined>;
}

/** The mapping table of a format. */
export function adapterOf(format: string): Adapter {
  const file = `adapters/${format.replaceAll("_", "-")}.yaml`;
  const parsed = parseAdapter(adapterTexts[format] ?? "", file);
  // The texts were parsed when they were generated.
  if (!parsed.ok) throw new TypeError(`${file}: ${parsed.diagnostics[0]?.message ?? "no table"}`);
  return parsed.value;
}

/** What a table cannot say, by format. */
const byCode: Readonly<Partial<Record<LineFormat, TableReaderOptions>>> = {
  bedrock: { prepare: prepareBedrock },
  claude_gateway: { prepare: prepareClaudeGateway, passOver: isGatewayLogLine },
};

/** A reader for one source; it may remember what came before. */
export function openFormat(
  format: Exclude<LineFormat, "audit_event">,
  tools: FormatTools = {},
): FormatReader {
  if (format === "otlp_json") return otlpReader();
  if (format === "claude_audit_csv") return auditCsvReader(tools.firstLine);
  return tableReader(adapterOf(format), byCode[format]);
}
