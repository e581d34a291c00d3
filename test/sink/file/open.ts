/** File sinks on a disk of the test's choice. */
import type { EncodedRecord, Sink } from "../../../src/delivery/sink.ts";
import type { JournalFileSystem } from "../../../src/journal/file-system.ts";
import type { LockOwner } from "../../../src/journal/lock.ts";
import { openFiles } from "../../../src/sink/file/kind.ts";
import type { FileOptions } from "../../../src/sink/file/options.ts";
import { journaled, START } from "../../conformance/event.ts";

export const defaults: FileOptions = {
  folder: "/out",
  prefix: "claude-audit",
  format: "canonical",
  rotate_size: 256 * 2 ** 20,
  rotate_age: 86_400_000,
  compress: "none",
  keep_files: 0,
  keep_age: 0,
};

export interface OpenFilesOptions extends Partial<FileOptions> {
  readonly files?: JournalFileSystem;
  readonly owner?: LockOwner;
  readonly now?: () => number;
  readonly warnings?: string[];
}

export function openFileSink(options: OpenFilesOptions): Sink {
  const { files, owner, now = Date.now, warnings = [], ...settings } = options;
  const tools = {
    name: "files",
    now,
    random: () => new Uint8Array(0),
    readSecret: () => "",
    folder: "/nonexistent",
    warn: (message: string) => warnings.push(message),
  };
  return openFiles({ ...defaults, ...settings }, tools, files, owner);
}

/** Records `from` … `from + count - 1`. */
export function encodedRange(sink: Sink, count: number, from = 1): readonly EncodedRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const form = sink.encode(journaled(from + index));
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
}

/** event_ids that the sink's own inventory finds, sorted; duplicates repeat. */
export async function heldIds(sink: Sink): Promise<readonly string[]> {
  const ids: string[] = [];
  const signal = new AbortController().signal;
  const all = sink.inventory?.eventIds(START - 1e9, START + 1e12, signal);
  if (all !== undefined) for await (const id of all) ids.push(id);
  return ids.sort();
}

export const never = (): AbortSignal => new AbortController().signal;
