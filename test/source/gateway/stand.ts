/** Records of fixtures, read in their format and taken as a connector takes them. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseEventLine } from "../../../src/event/parse.ts";
import { openFormat } from "../../../src/source/gateway/format.ts";
import type { FormatReader } from "../../../src/source/gateway/reading.ts";
import type { Emit, SourceRecord } from "../../../src/source/source.ts";

export type Format = Parameters<typeof openFormat>[0];

/** Formats with records of their own among the fixtures. */
export const formats: readonly Format[] = [
  ...(["litellm", "kong", "bedrock", "cloudflare", "portkey"] as const),
  ...(["claude_gateway", "claude_audit_csv", "otlp_json"] as const),
];

/** A stand-in for the pseudonym of a deployment. */
export function pseudonymOf(identity: string): string {
  return createHmac("sha256", "a key of a test").update(identity.toLowerCase()).digest("hex");
}

/** Lines of the fixture of a format. */
export function fixtureLines(format: Format): readonly string[] {
  const path =
    format === "otlp_json"
      ? "test/fixtures/otlp/mcp3-details.ndjson"
      : `test/fixtures/gateway/${format}/records.${format.endsWith("csv") ? "csv" : "ndjson"}`;
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

/** What the lines become. */
export async function readLines(
  format: Format,
  lines: readonly string[],
  reader: FormatReader = openFormat(format),
): Promise<{
  readonly records: readonly SourceRecord[];
  readonly unknownFields: readonly string[];
  readonly unknownRecords: number;
  readonly passedOver: number;
}> {
  const records: SourceRecord[] = [];
  const unknownFields: string[] = [];
  let unknownRecords = 0;
  let passedOver = 0;
  for (const [index, text] of lines.entries()) {
    const reading = await reader.read({ text, position: index + 1 }, `${format}.log`);
    records.push(...reading.records);
    unknownFields.push(...(reading.unknownFields ?? []));
    unknownRecords += reading.unknownRecords ?? 0;
    passedOver += reading.passedOver ?? 0;
  }
  return { records, unknownFields, unknownRecords, passedOver };
}

/** An event of a record, with the person's pseudonym; throws when it is no event without a finding. */
export function eventOf(record: SourceRecord): Readonly<Record<string, unknown>> {
  if (record.text === undefined) throw new Error(record.problem.message);
  const parsed = parseEventLine(record.text, record.position, { file: "test", strict: true });
  if (!parsed.ok || parsed.diagnostics.length > 0)
    throw new Error(`${JSON.stringify(parsed.diagnostics)} ${record.text}`);
  return {
    ...parsed.value,
    ...(record.identity !== undefined && { user_id_hash: pseudonymOf(record.identity) }),
  };
}

/** Keeps what a source hands over. */
export class Taken {
  readonly records: SourceRecord[] = [];
  readonly emit: Emit = async (records) => {
    this.records.push(...records);
    const rejected = records.flatMap(({ problem }, index) =>
      problem === undefined ? [] : [{ index, diagnostics: [problem] }],
    );
    return { accepted: records.length - rejected.length, rejected };
  };
}
