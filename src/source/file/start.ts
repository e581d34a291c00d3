/** Where reading begins in a file whose present lines are not wanted. */
import type { Content } from "./content.ts";
import type { FoundFile } from "./discover.ts";
import { type FileProgress, MARK_BYTES_MAX, markOf } from "./progress.ts";

const NEWLINE = 10;
/** How far back the start of an unfinished last line is looked for. */
const BACK_BYTES = 1_048_576;

/** The end of the last whole line. Lines before it are not counted, so numbers begin anew there. */
export async function startAtEnd(file: FoundFile, content: Content): Promise<FileProgress> {
  const { size } = await content.look();
  const from = Math.max(0, size - BACK_BYTES);
  const last = (await content.peek(from, size - from)).lastIndexOf(NEWLINE);
  const offset = last === -1 && from === 0 ? 0 : last === -1 ? size : from + last + 1;
  const length = Math.min(offset, MARK_BYTES_MAX);
  return {
    path: file.path,
    id: file.id,
    offset,
    lines: 0,
    head: markOf(await content.peek(0, length)),
    tail: markOf(await content.peek(offset - length, length)),
  };
}
