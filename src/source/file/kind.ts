/** Log files as a source: followed like `tail -F`, with a durable place to go on from. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, duration, integer } from "../../config/option-type.ts";
import { type LineFormat, lineFormatOption } from "../gateway/format.ts";
import { inFormat } from "../gateway/in-format.ts";
import type { SourceKind } from "../source.ts";
import { firstLine } from "./first-line.ts";
import { pathPatterns } from "./path-patterns.ts";
import { Tail } from "./tail.ts";

export interface FileOptions {
  /** Absolute paths and patterns. */
  readonly paths: readonly string[];
  readonly format: LineFormat;
  readonly start: "beginning" | "end";
  /** Milliseconds. */
  readonly poll_interval: number;
  /** Milliseconds. */
  readonly rotate_wait: number;
  readonly open_files_max: number;
}

const options: OptionTable<FileOptions> = {
  paths: pathPatterns({
    doc: "Files of lines, as paths or patterns (*, ?, [a-z], {a,b}, **). Files whose names end in .gz are decompressed. Let a pattern cover rotated files too, so that nothing is missed when a file is rotated while the connector is down.",
    example: "[/var/log/claude/audit.ndjson, /var/log/claude/audit.ndjson.*]",
  }),
  format: lineFormatOption,
  start: choice({
    doc: "Where a file begins that is there when the source runs for the first time. Files that appear later are always read from their beginning.",
    of: ["beginning", "end"],
    fallback: "beginning",
  }),
  poll_interval: duration({
    doc: "How often files are looked at. Changes that the system tells of are seen at once; network file systems tell of none.",
    fallback: 1000,
    minMs: 10,
    maxMs: 3_600_000,
  }),
  rotate_wait: duration({
    doc: "How long a file that was renamed away or deleted is still watched after its last line, for a writer that has not opened the new one yet.",
    fallback: 60_000,
    minMs: 0,
    maxMs: 86_400_000,
  }),
  open_files_max: integer({
    doc: "Files that are held open. Beyond that those that were quiet longest are closed and looked at by name.",
    fallback: 512,
    min: 1,
    max: 100_000,
  }),
};

function conflicts({ paths }: FileOptions): readonly SettingConflict[] {
  if (paths.length > 0) return [];
  return [
    {
      key: "paths",
      problem: "the list is empty, so nothing would ever be read",
      instruction: "Name at least one file or pattern.",
    },
  ];
}

export const fileSourceKind: SourceKind<FileOptions> = {
  kind: "file",
  summary:
    "Follows log files through rotation, truncation and restarts. Nothing is lost as long as rotated files stay until they were read.",
  options,
  conflicts,
  open: async (settings, tools) =>
    inFormat(
      {
        name: tools.name,
        kind: "file",
        start: (emit, signal) =>
          Tail.run(
            {
              patterns: settings.paths,
              start: settings.start,
              pollMs: settings.poll_interval,
              rotateWaitMs: settings.rotate_wait,
              openFilesMax: settings.open_files_max,
            },
            tools,
            emit,
            signal,
          ),
      },
      settings.format,
      { firstLine },
    ),
};
