/** What the files hold, for `reconcile`. */
import { join } from "node:path";
import type { Inventory, MinuteCount } from "../../delivery/sink.ts";
import { hasCode, type JournalFileSystem } from "../../journal/file-system.ts";
import { readPlain } from "./closed.ts";
import { type NamedFile, namedFiles } from "./name.ts";
import type { FileOptions } from "./options.ts";

interface Entry {
  readonly event_id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

interface Row {
  readonly event_id?: string;
  readonly timestamp?: string;
  readonly "@timestamp"?: string;
  readonly EventId?: string;
  readonly TimeGenerated?: string;
  readonly event?: {
    readonly id?: string;
    readonly event_id?: string;
    readonly timestamp?: string;
  };
}

function entryOf(row: Row, format: FileOptions["format"]): Entry | undefined {
  const [id, time] = {
    canonical: [row.event_id, row.timestamp],
    elastic: [row.event?.id, row["@timestamp"]],
    sentinel: [row.EventId, row.TimeGenerated],
    splunk: [row.event?.event_id, row.event?.timestamp],
  }[format];
  return id === undefined || time === undefined
    ? undefined
    : { event_id: id, time: Date.parse(time) };
}

/** Complete lines; a last one without its end was never called delivered. */
async function* linesOf(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  for await (const block of blocks) {
    let start = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
      yield Buffer.concat([...pending, block.subarray(start, end)]).toString("utf8");
      pending = [];
      start = end + 1;
    }
    if (start < block.length) pending.push(block.subarray(start));
  }
}

function parseRow(line: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // What somebody else wrote into the file is no record of ours, and so is missing where one was.
    return undefined;
  }
}

/**
 * The lines of a file. It may be compressed or removed between being listed and being opened; then it
 * is looked for once more.
 */
async function* currentLines(
  files: JournalFileSystem,
  { folder, prefix }: FileOptions,
  file: NamedFile,
): AsyncGenerator<string> {
  let found: NamedFile | undefined = file;
  try {
    await files.stat(join(folder, file.name));
  } catch (cause) {
    if (!hasCode(cause, "ENOENT")) throw cause;
    const again = namedFiles(prefix, await files.list(folder));
    found = again.find(({ begun }) => begun === file.begun);
  }
  if (found !== undefined) yield* linesOf(readPlain(files, folder, found));
}

/** Reads all files at each question: event times need not follow the times of the files. */
export function fileInventory(files: JournalFileSystem, options: FileOptions): Inventory {
  const { folder, prefix, format } = options;
  async function* entries(from: number, to: number, signal: AbortSignal): AsyncGenerator<Entry> {
    await files.makeFolder(folder);
    for (const file of namedFiles(prefix, await files.list(folder))) {
      for await (const line of currentLines(files, options, file)) {
        signal.throwIfAborted();
        const row = parseRow(line);
        const entry = row === undefined ? undefined : entryOf(row, format);
        if (entry !== undefined && entry.time >= from && entry.time < to) yield entry;
      }
    }
  }
  return {
    keptFrom: async () => {
      if (options.keep_files === 0 && options.keep_age === 0) return undefined;
      // Files that were removed were written before the oldest that is there, and so were their events.
      await files.makeFolder(folder);
      return namedFiles(prefix, await files.list(folder))[0]?.begun;
    },
    countByMinute: async (from, to, signal) => {
      const minutes = new Map<number, { records: number; readonly ids: Set<string> }>();
      for await (const { event_id, time } of entries(from, to, signal)) {
        const minute = Math.floor(time / 60_000) * 60_000;
        const count = minutes.get(minute) ?? { records: 0, ids: new Set<string>() };
        count.records += 1;
        count.ids.add(event_id);
        minutes.set(minute, count);
      }
      return [...minutes]
        .map(([minute, { records, ids }]): MinuteCount => ({ minute, records, distinct: ids.size }))
        .sort((a, b) => a.minute - b.minute);
    },
    eventIds: async function* (from, to, signal) {
      for await (const { event_id } of entries(from, to, signal)) yield event_id;
    },
  };
}
