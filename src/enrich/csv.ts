/**
 * CSV as RFC 4180 defines it, with the place of every cell.
 *
 * A generator: tables of hundreds of thousands of users are read row by row and never held as cells.
 */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";

export interface CsvCell {
  /** The value, unquoted, without blanks at its ends. */
  readonly text: string;
  readonly span: Span;
}

export type CsvRow = readonly CsvCell[];

/** Where the reader stands. `lineStart` is the offset of the first character of `line`. */
interface Position {
  at: number;
  line: number;
  lineStart: number;
}

function spanFrom(file: string, start: Readonly<Position>, end: number): Span {
  const length = Math.max(1, end - start.at);
  return { file, line: start.line, column: start.at - start.lineStart + 1, length };
}

/** Length of the line break at `at`: 2 for CRLF, 1 for LF or a lone CR, 0 for none. */
function lineBreakAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 10) return 1;
  if (code !== 13) return 0;
  return text.charCodeAt(at + 1) === 10 ? 2 : 1;
}

function isCellEnd(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === 44 || lineBreakAt(text, at) > 0;
}

function skipToCellEnd(text: string, position: Position): void {
  while (!isCellEnd(text, position.at)) position.at += 1;
}

/** Reads a cell that starts with a quote; leaves the position at the end of the cell. */
function readQuoted(text: string, file: string, position: Position, found: Diagnostic[]): CsvCell {
  const start = { ...position };
  const pieces: string[] = [];
  for (;;) {
    const from = position.at + 1;
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      const help = "Close the quote, or double it where it belongs to the text.";
      const args = { detail: "a quote is never closed", help };
      found.push(report(contextMessage.csvSyntax, spanFrom(file, start, start.at + 1), args));
      position.at = text.length;
      return { text: text.slice(from), span: spanFrom(file, start, start.at + 1) };
    }
    for (let at = from; at < quote; ) {
      const breakLength = lineBreakAt(text, at);
      at += Math.max(1, breakLength);
      if (breakLength === 0) continue;
      position.line += 1;
      position.lineStart = at;
    }
    pieces.push(text.slice(from, quote));
    position.at = quote + 1;
    if (text.charCodeAt(position.at) !== 34) break;
  }
  const sameLine = start.line === position.line;
  const span = spanFrom(file, start, sameLine ? position.at : start.at + 1);
  if (!isCellEnd(text, position.at)) {
    const help = "End the cell after its closing quote, or double the quote if it is text.";
    const place = spanFrom(file, position, position.at + 1);
    found.push(
      report(contextMessage.csvSyntax, place, { detail: "text follows a closing quote", help }),
    );
    skipToCellEnd(text, position);
  }
  return { text: pieces.join('"').trim(), span };
}

function readPlain(text: string, file: string, position: Position, found: Diagnostic[]): CsvCell {
  const start = { ...position };
  skipToCellEnd(text, position);
  const raw = text.slice(start.at, position.at);
  const quote = raw.indexOf('"');
  if (quote !== -1) {
    const help = "Put quotes around the whole cell and double those inside.";
    const place = spanFrom(file, { ...start, at: start.at + quote }, start.at + quote + 1);
    found.push(
      report(contextMessage.csvSyntax, place, { detail: "a quote stands inside of a cell", help }),
    );
  }
  const leading = raw.length - raw.trimStart().length;
  const cell = { ...start, at: start.at + leading };
  return { text: raw.trim(), span: spanFrom(file, cell, start.at + raw.trimEnd().length) };
}

/**
 * Reads rows one by one; lines with nothing on them are skipped.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @param found Receives C510 for every breach of the format; such a row is not yielded, those behind it are.
 */
export function* readCsv(
  text: string,
  file: string,
  found: Diagnostic[],
): Generator<CsvRow, void, undefined> {
  const byteOrderMark = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const position: Position = { at: byteOrderMark, line: 1, lineStart: byteOrderMark };
  while (position.at < text.length) {
    const row: CsvCell[] = [];
    const foundBefore = found.length;
    for (;;) {
      const quoted = text.charCodeAt(position.at) === 34;
      row.push((quoted ? readQuoted : readPlain)(text, file, position, found));
      if (text.charCodeAt(position.at) !== 44) break;
      position.at += 1;
    }
    position.at += lineBreakAt(text, position.at);
    position.line += 1;
    position.lineStart = position.at;
    const isBlank = row.length === 1 && row[0]?.text === "";
    if (!isBlank && found.length === foundBefore) yield row;
  }
}
