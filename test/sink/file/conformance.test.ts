import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalFileSystem } from "../../../src/journal/file-system.ts";
import { ownerOnlyFileSystem } from "../../../src/sink/file/disk.ts";
import type { FileOptions } from "../../../src/sink/file/options.ts";
import { describeSink } from "../../conformance/sink.ts";
import { heldIds, openFileSink } from "./open.ts";

/** A file has no network, so only a device that does not answer is left. */
const inapplicable = [
  ...["refused", "reset-unread", "reset-stored", "reset-mid-answer", "hang", "hang-stored"],
  ...["trickle", "page", "empty", "truncated", "flood", "redirect"],
  ...[401, 403, 407, 408, 413, 429, 500, 502, 503, 504].map((status) => `status ${status}`),
  "status 429, Retry-After 7",
];

for (const format of ["canonical", "elastic", "sentinel", "splunk"] as FileOptions["format"][]) {
  describeSink({
    name: `file, ${format}`,
    inapplicable,
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), "claude-siem-files-"));
      let hangs = false;
      const files: JournalFileSystem = {
        ...ownerOnlyFileSystem,
        // A device that answers after the patience of everybody.
        syncFolder: async (path) => {
          if (hangs) await new Promise((resolve) => setTimeout(resolve, 300));
          await ownerOnlyFileSystem.syncFolder(path);
        },
      };
      const sink = openFileSink({ folder, format, rotate_size: 20_000, compress: "gzip", files });
      return {
        sink,
        stored: () => heldIds(sink),
        inject: async () => {
          hangs = true;
        },
        secrets: [],
        close: async () => rmSync(folder, { recursive: true }),
      };
    },
  });
}
