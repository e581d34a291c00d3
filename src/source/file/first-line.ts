/** The first line of a file, for formats whose lines mean nothing without it. */
import { open } from "node:fs/promises";
import { gzipContent, plainContent } from "./content.ts";

/** Longer first lines are no header of anything. */
const LENGTH_MAX = 65_536;

/** The first line of a file as it is now; `undefined` when the file is gone or has no such line. */
export async function firstLine(path: string): Promise<string | undefined> {
  let content: ReturnType<typeof plainContent> | undefined;
  try {
    const handle = await open(path);
    content = path.endsWith(".gz") ? gzipContent(handle) : plainContent(handle);
    const start = (await content.peek(0, LENGTH_MAX)).toString("utf8");
    const end = start.indexOf("\n");
    return end === -1 ? undefined : start.slice(0, end).replace(/\r$/, "");
  } catch (cause) {
    // Files are renamed and deleted at any time; the caller says what is missing then.
    if (cause instanceof Error && "code" in cause) return undefined;
    throw cause;
  } finally {
    await content?.close();
  }
}
