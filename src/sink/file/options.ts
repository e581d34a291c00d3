/** Settings of the sink kind `file`. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, duration, integer, text } from "../../config/option-type.ts";
import { path } from "../../config/path.ts";
import { size } from "../../config/size.ts";
import type { Target } from "../../mapping/schema.ts";

export interface FileOptions {
  readonly folder: string;
  readonly prefix: string;
  readonly format: "canonical" | Target;
  /** Bytes. */
  readonly rotate_size: number;
  /** Milliseconds. */
  readonly rotate_age: number;
  readonly compress: "none" | "gzip" | "zstd";
  /** 0: all. */
  readonly keep_files: number;
  /** Milliseconds; 0: for ever. */
  readonly keep_age: number;
}

const MIB = 2 ** 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const fileOptions: OptionTable<FileOptions> = {
  folder: path({
    doc: "Folder of the files. It is made if it is missing; files are readable by their owner only.",
    example: "/var/log/claude-siem",
  }),
  prefix: text({
    doc: "Start of the names, which go on with the time the file was begun: claude-audit-20260302T093000000Z.ndjson.",
    fallback: "claude-audit",
  }),
  format: choice({
    doc: "`canonical`: the event with chain_seq and chain_hash. The others: what would be sent to that product.",
    fallback: "canonical",
    of: ["canonical", "elastic", "sentinel", "splunk"],
  }),
  rotate_size: size({
    doc: "A file that would grow beyond this is closed and a new one is begun.",
    fallback: 256 * MIB,
    minBytes: 4096,
    maxBytes: 65_536 * MIB,
  }),
  rotate_age: duration({
    doc: "A file older than this is closed when the next event comes.",
    fallback: DAY_MS,
    minMs: 1000,
    maxMs: 366 * DAY_MS,
  }),
  compress: choice({
    doc: "How closed files are compressed. The original is removed after the compressed file was read back.",
    fallback: "none",
    of: ["none", "gzip", "zstd"],
  }),
  keep_files: integer({
    doc: "How many closed files are kept; older ones are removed. 0 keeps all.",
    fallback: 0,
    min: 0,
    max: 1_000_000,
  }),
  keep_age: duration({
    doc: "Closed files whose last event was written longer ago than this are removed. 0s keeps them for ever.",
    fallback: 0,
    minMs: 0,
    maxMs: 36_600 * DAY_MS,
  }),
};

/** Settings that do not go together. */
export function fileConflicts({ prefix }: FileOptions): readonly SettingConflict[] {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(prefix)) return [];
  return [
    {
      key: "prefix",
      problem: "it cannot be the start of a file's name",
      instruction:
        "Use letters, digits, dots, dashes and underscores, at most 64, first a letter or digit.",
    },
  ];
}
