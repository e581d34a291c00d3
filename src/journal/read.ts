/** Reading a journal: verification, and its events in order. */
import { type JournalFileSystem, listSegments, nodeFileSystem } from "./file-system.ts";
import { type JournalRecord, parseRecord } from "./record.ts";
import { type ScanResult, scanJournal } from "./scan.ts";

/** Checks the whole chain and names the first bad record. */
export function verifyJournal(
  folder: string,
  files: JournalFileSystem = nodeFileSystem,
): Promise<ScanResult> {
  return scanJournal(files, folder);
}

/** The records of a journal in order, without checking the chain; stops at an unreadable line. */
export async function* readJournal(
  folder: string,
  files: JournalFileSystem = nodeFileSystem,
): AsyncGenerator<JournalRecord> {
  for (const path of await listSegments(files, folder)) {
    let pending = "";
    const decoder = new TextDecoder("utf-8");
    for await (const chunk of files.read(path)) {
      const lines = (pending + decoder.decode(chunk, { stream: true })).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) {
        const record = parseRecord(line);
        if (record === undefined) return;
        yield record;
      }
    }
  }
}
