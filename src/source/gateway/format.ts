/** What a source's records may be beside audit events, and how each is read. */
import type { Option } from "../../config/option.ts";
import { choice } from "../../config/option-type.ts";
import { adapterTexts } from "../../generated/adapter-text.ts";
import type { Adapter } from "./adapter.ts";
import { parseAdapter } from "./parse-adapter.ts";
import type { FormatReader } from "./reading.ts";
import { tableReader } from "./table-reader.ts";

/** Formats whose records stand alone: they may come one by one, in any order, from anywhere. */
export const recordFormats = ["audit_event", "litellm"] as const;
/** Formats of files too, whose lines need those before them. */
export const lineFormats: readonly LineFormat[] = [...recordFormats];

export type RecordFormat = (typeof recordFormats)[number];
export type LineFormat = RecordFormat;

const doc =
  "What the records are. audit_event: events of this product's schema. The others are records of gateways and clouds, which become events by the tables in adapters/; content in them is not kept.";

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

/** A reader for one source; it may remember what came before. */
export function openFormat(
  format: Exclude<LineFormat, "audit_event">,
  _tools: FormatTools = {},
): FormatReader {
  return tableReader(adapterOf(format));
}
