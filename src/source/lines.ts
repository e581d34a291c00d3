/**
 * A byte stream as lines, in bounded memory whatever the input holds.
 *
 * Text is decoded per line, never per chunk: one character above U+00FF in a chunk would make the
 * engine hold the whole chunk as two-byte text, and everything after it would cost double.
 */
import { isUtf8 } from "node:buffer";
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as sourceMessage from "../diagnostic/message/source.ts";

/** Largest line that is read, in bytes: an audit event with every field at its limit fits. */
export const LINE_BYTES_MAX = 1_048_576;

/** A line of text, or why there is none. Numbers start at 1 and count every line. */
export type Line =
  | { readonly number: number; readonly text: string; readonly problem?: undefined }
  | { readonly number: number; readonly text?: undefined; readonly problem: Diagnostic };

export interface LineOptions {
  /** Name of the source in diagnostics. */
  readonly file: string;
  readonly lineBytesMax?: number;
  /** Lines that lie before the first chunk, where reading does not begin at the start. */
  readonly linesBefore?: number;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

interface State {
  readonly file: string;
  readonly limit: number;
  /** Pieces of the line that is not complete yet. */
  pending: Uint8Array[];
  pendingBytes: number;
  number: number;
}

function spanOf(state: State): Span {
  return { file: state.file, line: state.number, column: 1, length: 1 };
}

/** Completes the current line with its last piece. Blank lines vanish but are counted. */
function finishLine(state: State, last: Uint8Array, out: Line[]): void {
  const bytes = state.pendingBytes + last.length;
  const pieces = state.pending;
  state.number += 1;
  state.pending = [];
  state.pendingBytes = 0;
  if (bytes > state.limit) {
    const args = { bytes, limit: state.limit };
    out.push({
      number: state.number,
      problem: report(sourceMessage.lineTooLong, spanOf(state), args),
    });
    return;
  }
  let buffer =
    pieces.length === 0
      ? Buffer.from(last.buffer, last.byteOffset, last.length)
      : Buffer.concat([...pieces, last]);
  if (buffer.at(-1) === CARRIAGE_RETURN) buffer = buffer.subarray(0, -1);
  if (state.number === 1 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf)
    buffer = buffer.subarray(3);
  if (buffer.length === 0) return;
  if (!isUtf8(buffer)) {
    out.push({
      number: state.number,
      problem: report(sourceMessage.invalidUtf8, spanOf(state), {}),
    });
    return;
  }
  const text = buffer.toString("utf8");
  if (text.trim() !== "") out.push({ number: state.number, text });
}

/** Keeps an unfinished piece, but only while the line can still be within the limit. */
function keep(state: State, piece: Uint8Array): void {
  state.pendingBytes += piece.length;
  if (state.pendingBytes > state.limit) state.pending = [];
  else state.pending.push(piece);
}

/**
 * Splits a byte stream into batches of lines, one batch per chunk. LF and CRLF end a line; the last
 * line may lack its end; a byte order mark at the start is dropped.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options: LineOptions,
): AsyncGenerator<readonly Line[]> {
  const limit = options.lineBytesMax ?? LINE_BYTES_MAX;
  const number = options.linesBefore ?? 0;
  const state: State = { file: options.file, limit, pending: [], pendingBytes: 0, number };
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      finishLine(state, chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length) keep(state, chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (state.pendingBytes > 0) {
    const lines: Line[] = [];
    finishLine(state, new Uint8Array(0), lines);
    yield lines;
  }
}
