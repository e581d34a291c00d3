/** Event logs as commands read them: files, stdin, gzip; rejects kept with reasons; warnings counted. */
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  type Diagnostic,
  fail,
  fileSpan,
  isError,
  report,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as sourceMessage from "../diagnostic/message/source.ts";
import { printable, renderDiagnostic } from "../diagnostic/render.ts";
import type { AuditEvent } from "../event/event.ts";
import { type ParsedLine, parseEventLine } from "../event/parse.ts";
import { readLines } from "../source/lines.ts";
import type { SourceRecord } from "../source/source.ts";
import { type Context, write } from "./context.ts";
import { CommandFailure, reading, writing } from "./failure.ts";
import type { RecordReading } from "./record-format.ts";
import { startProgress } from "./terminal/progress.ts";
import { counted } from "./terminal/table.ts";

export interface ReadOptions {
  /** A path, or `-` for stdin. */
  readonly path: string;
  /** Where the path stands on the command line. */
  readonly span: Span;
  /** File for rejected lines with their reasons, one JSON object a line. */
  readonly rejectsPath?: string | undefined;
  readonly strict: boolean;
  /** How many findings about rejects are told one by one; the rest is counted. Default 20. */
  readonly shownMax?: number;
  /** What the progress bar says. */
  readonly label: string;
  /** How lines that are records of a gateway are read; events when absent. */
  readonly records?: RecordReading | undefined;
}

const SHOWN_MAX_DEFAULT = 20;
const CHUNK_BYTES = 262_144;

interface Input {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly totalBytes: number | undefined;
  readonly bytesRead: () => number;
}

function isGzip(chunk: Uint8Array): boolean {
  return chunk[0] === 0x1f && chunk[1] === 0x8b;
}

/** Decompresses the stream when its first bytes are those of gzip (RFC 1952, section 2.3.1). */
async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value;
  };
  if (!isGzip(first.value)) yield* rest();
  else yield* Readable.from(rest()).compose(createGunzip()) as AsyncIterable<Uint8Array>;
}

async function openInput(path: string, span: Span, context: Context): Promise<Input> {
  let bytes = 0;
  const counting = async function* (stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  if (path === "-") {
    const chunks = gunzipped(counting(context.stdin));
    return { name: "stdin", chunks, totalBytes: undefined, bytesRead: () => bytes };
  }
  const file = await reading(path, span, () => open(path));
  const { size } = await file.stat();
  const stream = file.createReadStream({ highWaterMark: CHUNK_BYTES });
  return {
    name: path,
    chunks: gunzipped(counting(stream)),
    totalBytes: size,
    bytesRead: () => bytes,
  };
}

/** What became of the lines of a log. */
export interface ReadTally {
  accepted: number;
  rejected: number;
  /** Findings by code: how many, and the first of them. */
  readonly findings: Map<string, { count: number; readonly first: Diagnostic }>;
}

export interface AcceptedEvent {
  readonly event: AuditEvent;
  /** Number of the line it came from. */
  readonly line: number;
  /**
   * The line itself where it is JSON of exactly this event; absent where something was repaired. A key
   * may still stand in it twice, of which the last one counts.
   */
  readonly text?: string;
}

/** A reject as written to the reject file: enough to mend the line and send it again. */
function renderReject(
  file: string,
  line: number,
  text: string | undefined,
  reasons: readonly Diagnostic[],
): string {
  const told = reasons
    .filter(isError)
    .map(({ code, message, help, pointer }) => ({ code, pointer, message, help }));
  return `${JSON.stringify({ file, line, reasons: told, record: text })}\n`;
}

interface Judged {
  readonly event?: AcceptedEvent;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a log batch by batch, keeping count. Call `finish` after the last batch. */
export class EventReader {
  readonly tally: ReadTally = { accepted: 0, rejected: 0, findings: new Map() };
  readonly #options: ReadOptions;
  readonly #context: Context;
  #rejects: FileHandle | undefined;
  #shown = 0;

  constructor(options: ReadOptions, context: Context) {
    this.#options = options;
    this.#context = context;
  }

  #note(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const known = this.tally.findings.get(diagnostic.code);
      if (known) known.count += 1;
      else this.tally.findings.set(diagnostic.code, { count: 1, first: diagnostic });
    }
  }

  async #reject(file: string, record: SourceRecord, reasons: readonly Diagnostic[]): Promise<void> {
    const { position: line, text = "raw" in record ? record.raw : undefined } = record;
    this.tally.rejected += 1;
    for (const reason of reasons.filter(isError)) {
      this.#shown += 1;
      if (this.#shown > (this.#options.shownMax ?? SHOWN_MAX_DEFAULT)) break;
      await write(
        this.#context.stderr,
        renderDiagnostic(reason, { colour: this.#context.colour.stderr }),
      );
    }
    const path = this.#options.rejectsPath;
    if (path === undefined) return;
    this.#rejects ??= await writing(path, () => open(path, "w", 0o600));
    await this.#rejects.write(renderReject(file, line, text, reasons));
  }

  /** What a record of a gateway becomes. */
  async #recordsOf(line: SourceRecord, file: string): Promise<readonly SourceRecord[]> {
    const { records } = this.#options;
    if (records === undefined || line.problem !== undefined) return [line];
    return (await records.reader.read(line, file)).records;
  }

  #judge(record: SourceRecord, file: string): Judged {
    const { position: line, problem, text } = record;
    const result: ParsedLine =
      problem === undefined
        ? parseEventLine(record.text, line, { file, strict: this.#options.strict })
        : fail([problem]);
    this.#note(result.diagnostics);
    const { diagnostics } = result;
    if (!result.ok) return { diagnostics };
    const identity = problem === undefined ? record.identity : undefined;
    const pseudonym = identity && this.#options.records?.pseudonymise(identity);
    if (pseudonym !== undefined)
      return { event: { event: { ...result.value, user_id_hash: pseudonym }, line }, diagnostics };
    const isSame = result.isVerbatim === true && text !== undefined;
    return { event: { event: result.value, line, ...(isSame && { text }) }, diagnostics };
  }

  /** Batches of accepted events, in order. */
  async *batches(): AsyncGenerator<readonly AcceptedEvent[]> {
    const { path, span, label } = this.#options;
    const isPlain = this.#options.records === undefined;
    const input = await openInput(path, span, this.#context);
    const progress = startProgress({
      stream: this.#context.stderr,
      enabled: this.#context.progress,
      now: this.#context.now,
      label,
      unit: "events",
      ...(input.totalBytes !== undefined && { total: input.totalBytes }),
    });
    try {
      for await (const lines of readLines(input.chunks, { file: input.name })) {
        const accepted: AcceptedEvent[] = [];
        for (const line of lines) {
          const { number: position, text, problem } = line;
          const plain = text === undefined ? { problem, position } : { text, position };
          // Events are the rule, and waiting for nothing costs time for each of them.
          const records = isPlain ? [plain] : await this.#recordsOf(plain, input.name);
          for (const record of records) {
            const { event, diagnostics } = this.#judge(record, input.name);
            if (event !== undefined) accepted.push(event);
            else await this.#reject(input.name, record, diagnostics);
          }
        }
        this.tally.accepted += accepted.length;
        progress.update(input.bytesRead(), this.tally.accepted);
        if (accepted.length > 0) yield accepted;
      }
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_")))
        throw cause;
      const diagnostic = report(sourceMessage.badGzip, fileSpan(input.name), {
        detail: cause.message,
      });
      throw new CommandFailure([diagnostic], 3);
    } finally {
      progress.finish();
      await this.#rejects?.close();
    }
  }

  /** The closing lines on stderr: what was rejected and what was noticed, by code. */
  async summarise(): Promise<void> {
    const { accepted, rejected, findings } = this.tally;
    if (findings.size === 0 || (this.#context.quiet && rejected === 0)) return;
    const lines = [...findings.values()]
      .filter(({ first }) => !this.#context.quiet || isError(first))
      .sort((a, b) => a.first.code.localeCompare(b.first.code))
      .map(({ count, first }) => {
        const place = `${printable(first.span.file)}:${first.span.line}:${first.span.column}`;
        return `  ${first.severity} ${first.code}  ${counted(count, "time")}, first at ${place}: ${printable(first.message)}\n`;
      });
    const kept = this.#options.rejectsPath ? `, kept in ${this.#options.rejectsPath}` : "";
    const head = `${counted(accepted, "event")} accepted, ${counted(rejected, "line")} rejected${rejected > 0 ? kept : ""}\n`;
    const hint = "  `claude-siem explain CODE` says more about a code.\n";
    await write(this.#context.stderr, head + lines.join("") + hint);
  }
}
