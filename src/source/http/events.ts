/** Events in a body: one a line, one alone or an array of them. */
import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { recordsOf } from "../handover.ts";
import { LINE_BYTES_MAX, readLines } from "../lines.ts";
import type { SourceRecord } from "../source.ts";
import { type Refusal, refusal, renderEmitted, renderRefusal } from "./answer.ts";
import { type BodyLimits, judgeCoding, mediaType, tooMany } from "./body.ts";
import type { Reading, Service } from "./service.ts";
import { splitArray } from "./split-array.ts";

/** `lines`: one JSON object a line. `json`: one object, or an array of them. */
type Format = "lines" | "json";

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["application/x-ndjson", "lines"],
  ["application/ndjson", "lines"],
  ["application/jsonl", "lines"],
  ["application/json", "json"],
]);

/** How the headers say that the body is written, or why it is not taken. */
function judgeFormat(headers: IncomingHttpHeaders): Format | Refusal {
  const { type, isUtf8Text } = mediaType(headers);
  const format = FORMATS.get(type);
  if (format !== undefined && isUtf8Text) return format;
  return refusal(
    415,
    "unsupported-type",
    "Send content-type application/x-ndjson or application/json, in UTF-8.",
  );
}

function judge(headers: IncomingHttpHeaders, limits: BodyLimits): Reading | Refusal {
  const format = judgeFormat(headers);
  if (typeof format !== "string") return format;
  const coding = judgeCoding(headers);
  if (typeof coding !== "string") return coding;
  return {
    isGzip: coding === "gzip",
    parse: async (body, origin) => {
      const records = await parseEvents(body, format, limits, origin);
      if ("status" in records) return records;
      return { records, cost: records.length, reply: renderEmitted };
    },
  };
}

/** The service of the http source: events at one path. */
export function eventService(path: string, limits: BodyLimits): Service {
  return {
    scheme: "http",
    refusePath: (asked) =>
      asked === path ? undefined : refusal(404, "wrong-path", `Send events to ${path}.`),
    judge: (_path, headers) => judge(headers, limits),
    renderRefusal,
  };
}

/** The records of a body, or why it holds none that can be told apart. */
async function parseEvents(
  body: Buffer,
  format: Format,
  limits: BodyLimits,
  origin: string,
): Promise<readonly SourceRecord[] | Refusal> {
  const records = format === "lines" ? linesOf(body, origin) : elementsOf(body, origin);
  const known = await records;
  return "status" in known || known.length <= limits.eventsMax ? known : tooMany(limits);
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}

async function linesOf(body: Buffer, origin: string): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const lines of readLines(once(body), { file: origin }))
    for (const record of recordsOf(lines)) records.push(record);
  return records;
}

async function elementsOf(
  body: Buffer,
  origin: string,
): Promise<readonly SourceRecord[] | Refusal> {
  const malformed = refusal(
    400,
    "malformed-json",
    "The body is neither one JSON object nor an array of them, in UTF-8. Nothing of it was taken.",
  );
  if (!isUtf8(body)) return malformed;
  const text = body.toString("utf8").replace(/^\ufeff/, "");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return malformed;
    const elements = Array.isArray(value) ? splitArray(text) : [text.trim()];
    return elements.map((element, index) => elementRecord(element, index + 1, origin));
  } catch (cause) {
    if (cause instanceof SyntaxError) return malformed;
    throw cause;
  }
}

function elementRecord(text: string, position: number, origin: string): SourceRecord {
  if (text.length <= LINE_BYTES_MAX) return { text, position };
  const span = { file: origin, line: position, column: 1, length: 1 };
  const args = { bytes: Buffer.byteLength(text), limit: LINE_BYTES_MAX };
  return { problem: report(sourceMessage.lineTooLong, span, args), position };
}
