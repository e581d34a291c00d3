/** The body of a request as records. */
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { recordsOf } from "../handover.ts";
import { LINE_BYTES_MAX, readLines } from "../lines.ts";
import type { SourceRecord } from "../source.ts";
import { type Refusal, refusal } from "./answer.ts";
import { splitArray } from "./split-array.ts";

/** How a body is written. */
export interface BodyForm {
  /** `lines`: one JSON object a line. `json`: one object, or an array of them. */
  readonly format: "lines" | "json";
  readonly isGzip: boolean;
}

export interface BodyLimits {
  /** Bytes as they travel and as they are after decompression. */
  readonly bytesMax: number;
  readonly eventsMax: number;
}

const FORMATS: ReadonlyMap<string, BodyForm["format"]> = new Map([
  ["application/x-ndjson", "lines"],
  ["application/ndjson", "lines"],
  ["application/jsonl", "lines"],
  ["application/json", "json"],
]);
const decompress = promisify(gunzip);

/** How the headers say that the body is written, or why it is not taken. */
export function judgeForm(headers: IncomingMessage["headers"]): BodyForm | Refusal {
  const [type, ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const format = FORMATS.get((type ?? "").trim());
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  const isUtf8Text = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (format === undefined || !isUtf8Text)
    return refusal(
      415,
      "unsupported-type",
      "Send content-type application/x-ndjson or application/json, in UTF-8.",
    );
  const coding = (headers["content-encoding"] ?? "identity").toLowerCase().trim();
  if (coding !== "identity" && coding !== "gzip")
    return refusal(415, "unsupported-encoding", "Send the body as it is or with gzip.", {
      "accept-encoding": "gzip",
    });
  return { format, isGzip: coding === "gzip" };
}

export function tooLarge({ bytesMax }: BodyLimits): Refusal {
  return refusal(
    413,
    "body-too-large",
    `A body may have ${bytesMax} bytes, after decompression too. Send fewer events at a time.`,
  );
}

/** Reads a body; `undefined` when the sender went away in the middle of it. */
export async function readBody(
  request: IncomingMessage,
  form: BodyForm,
  limits: BodyLimits,
): Promise<Buffer | Refusal | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // A refused body must not close the connection before its answer was sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > limits.bytesMax) return tooLarge(limits);
      chunks.push(chunk as Buffer);
    }
  } catch {
    // Whatever ended the connection, nobody is left to be told.
    return undefined;
  }
  const body = Buffer.concat(chunks);
  return form.isGzip ? inflate(body, limits) : body;
}

async function inflate(body: Buffer, limits: BodyLimits): Promise<Buffer | Refusal> {
  try {
    return await decompress(body, { maxOutputLength: limits.bytesMax });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(limits);
    if (!code.startsWith("Z_")) throw cause;
    return refusal(400, "bad-gzip", "The body is not what gzip writes. Send it again.");
  }
}

function tooMany({ eventsMax }: BodyLimits): Refusal {
  return refusal(
    413,
    "too-many-events",
    `A request may hold ${eventsMax} events. Send fewer at a time.`,
  );
}

/** The records of a body, or why it holds none that can be told apart. */
export async function parseBody(
  body: Buffer,
  form: BodyForm,
  limits: BodyLimits,
  origin: string,
): Promise<readonly SourceRecord[] | Refusal> {
  const records = form.format === "lines" ? linesOf(body, origin) : elementsOf(body, origin);
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
