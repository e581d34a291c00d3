/** Names of the files: sorted as texts they are in order of time. */

/** A file of this sink by its name. */
export interface NamedFile {
  readonly name: string;
  /** When it was begun, milliseconds since the epoch; no two files have the same. */
  readonly begun: number;
  readonly compression: "none" | "gzip" | "zstd";
}

const EXTENSIONS = { none: "", gzip: ".gz", zstd: ".zst" } as const;

/** `claude-audit-20260302T093000000Z.ndjson` */
export function fileName(
  prefix: string,
  begun: number,
  compression: NamedFile["compression"] = "none",
): string {
  const time = new Date(begun).toISOString().replace(/[-:.]/g, "");
  return `${prefix}-${time}.ndjson${EXTENSIONS[compression]}`;
}

function parseName(prefix: string, name: string): NamedFile | undefined {
  if (!name.startsWith(`${prefix}-`)) return undefined;
  const rest = name.slice(prefix.length + 1);
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.ndjson(\.gz|\.zst)?$/.exec(rest);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, millis, extension] = parts;
  const begun = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`);
  if (Number.isNaN(begun)) return undefined;
  const compression = extension === ".gz" ? "gzip" : extension === ".zst" ? "zstd" : "none";
  return { name, begun, compression };
}

/**
 * The files among the names of a folder, oldest first. Of a file that is there plain and compressed,
 * because a crash came between the two, only the plain one.
 */
export function namedFiles(prefix: string, names: readonly string[]): readonly NamedFile[] {
  const byBegin = new Map<number, NamedFile>();
  for (const name of names) {
    const file = parseName(prefix, name);
    if (file === undefined) continue;
    if (file.compression === "none" || !byBegin.has(file.begun)) byBegin.set(file.begun, file);
  }
  return [...byBegin.values()].sort((a, b) => a.begun - b.begun);
}
