/**
 * Which request carried which records. Azure Monitor takes records before it transforms them; what fails
 * then is written to the table DCRLogErrors with the id of the request, and only this file knows which
 * records that were. It is bounded: the oldest part goes when a new one is begun.
 *
 *     {"time":"2026-03-02T09:30:00.000Z","request":"…","first":17,"last":42,"count":26,"outcome":"delivered"}
 */
import { appendFile, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { OutcomeKind } from "../../delivery/outcome.ts";

export interface SentRequest {
  /** UTC, milliseconds. */
  readonly time: string;
  /** `x-ms-client-request-id`. */
  readonly request: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly outcome: OutcomeKind;
}

export interface SentLog {
  /** Resolves when the line is written; never rejects, because no record depends on it. */
  readonly append: (sent: SentRequest) => Promise<void>;
  /** The requests with these ids, oldest first. */
  readonly find: (requests: ReadonlySet<string>) => Promise<readonly SentRequest[]>;
  readonly close: () => Promise<void>;
}

/** At one request a second about four days. */
const PART_BYTES_MAX = 16 * 1_048_576;
const PARTS_MAX = 4;

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw cause;
  }
}

/** A line of the file; a crash can leave the last one torn. */
function parseLine(line: string): SentRequest | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<SentRequest> | null;
    return typeof parsed?.request === "string" ? (parsed as SentRequest) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param warn Told once when the file cannot be written.
 */
export function openSentLog(
  folder: string,
  warn: (message: string) => void,
  partBytesMax: number = PART_BYTES_MAX,
): SentLog {
  const nameOf = (part: number): string =>
    join(folder, part === 0 ? "requests.ndjson" : `requests.${part}.ndjson`);
  let bytes: number | undefined;
  let isBroken = false;
  let queue: Promise<void> = Promise.resolve();

  async function rotate(): Promise<void> {
    await rm(nameOf(PARTS_MAX - 1), { force: true });
    for (let part = PARTS_MAX - 2; part >= 0; part -= 1) {
      try {
        await rename(nameOf(part), nameOf(part + 1));
      } catch (cause) {
        if (!isMissing(cause)) throw cause;
      }
    }
    bytes = 0;
  }

  async function write(line: string): Promise<void> {
    try {
      bytes ??= await bytesOf(nameOf(0));
      if (bytes > 0 && bytes + line.length > partBytesMax) await rotate();
      await appendFile(nameOf(0), line, { mode: 0o640 });
      bytes += line.length;
      isBroken = false;
    } catch (cause) {
      if (!isBroken) {
        const why = cause instanceof Error ? cause.message : String(cause);
        warn(`requests to Azure Monitor are no longer written down (${why}); records go on`);
      }
      isBroken = true;
      bytes = undefined;
    }
  }

  async function readPart(part: number): Promise<readonly SentRequest[]> {
    try {
      const text = await readFile(nameOf(part), "utf8");
      return text.split("\n").flatMap((line) => parseLine(line) ?? []);
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  }

  return {
    append: (sent) => {
      queue = queue.then(() => write(`${JSON.stringify(sent)}\n`));
      return queue;
    },
    find: async (requests) => {
      await queue;
      const found: SentRequest[] = [];
      for (let part = PARTS_MAX - 1; part >= 0; part -= 1)
        found.push(...(await readPart(part)).filter(({ request }) => requests.has(request)));
      return found;
    },
    close: () => queue,
  };
}
