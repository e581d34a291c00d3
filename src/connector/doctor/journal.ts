/** The journal as it stands on the disk: its end, and how far every sink has come. */
import { stat } from "node:fs/promises";
import type { CheckFinding } from "../../delivery/sink.ts";
import { loadCheckpoint } from "../../journal/checkpoint.ts";
import { type CursorPosition, listCursors } from "../../journal/cursor.ts";
import { readLetters } from "../../journal/dead-letter.ts";
import { hasCode, nodeFileSystem } from "../../journal/file-system.ts";
import { findHash } from "../../journal/locate.ts";
import { GENESIS_HASH } from "../../journal/record.ts";
import { isDeclared, type Walk, walkJournal } from "../../journal/scan.ts";
import { listSegments, type Segment } from "../../journal/segment.ts";
import type { ConnectorConfig } from "../config.ts";
import { refusedBox } from "../resend/refused-box.ts";
import { failed, ok, warning } from "./check.ts";

const KEEP = "Copy the journal folder, then run `claude-siem journal verify` on it.";

export interface JournalCheckOptions {
  readonly config: ConnectorConfig;
  /** Folder of the journal. */
  readonly folder: string;
  /** Process that writes it at the moment. */
  readonly holder: number | undefined;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return false;
    throw cause;
  }
}

/** Walks the last segment from its link to the one before. */
async function walkLast(segments: readonly Segment[]): Promise<Walk> {
  const index = segments.length - 1;
  const firstSeq = segments[index]?.firstSeq ?? 0;
  const before = segments[index - 1];
  const hash =
    firstSeq === 0
      ? GENESIS_HASH
      : before === undefined
        ? undefined
        : await findHash(nodeFileSystem, segments, Number.POSITIVE_INFINITY, firstSeq - 1);
  const start = { index, bytes: 0, line: 0, seq: firstSeq - 1 };
  return walkJournal({
    files: nodeFileSystem,
    segments: hash === undefined ? segments.slice(index) : segments,
    ...(hash !== undefined && { start: { ...start, hash } }),
  });
}

function tailFinding(walk: Walk, segments: readonly Segment[], knownSeq: number): CheckFinding {
  const firstSeq = segments.at(-1)?.firstSeq ?? 0;
  // Without the segment before, nothing vouches for where this one begins; that is no damage.
  const damage = walk.damages.find(
    (one) => !(one.fromSeq === 0 && one.toSeq === firstSeq - 1) && !isDeclared(walk, one),
  );
  if (damage !== undefined) return failed(damage.problem.message, KEEP);
  if (walk.headSeq < knownSeq)
    return failed(
      `the journal ends at record ${walk.headSeq}, and record ${knownSeq} was there`,
      KEEP,
    );
  return ok(`the end of the chain holds, up to record ${walk.headSeq}`);
}

export async function checkJournal(options: JournalCheckOptions): Promise<readonly CheckFinding[]> {
  const { folder, holder } = options;
  const inUse =
    holder === undefined
      ? ok("no connector runs on it")
      : ok(`the connector runs, as process ${holder}`);
  if (!(await isFolder(folder))) return [inUse, ok("there is none yet")];
  // Read before the records: a connector that runs goes on meanwhile.
  const { checkpoint, problem } = await loadCheckpoint(nodeFileSystem, folder);
  const cursors = await listCursors(nodeFileSystem, folder);
  const segments = await listSegments(nodeFileSystem, folder);
  if (segments.length === 0) return [inUse, ok("it is empty")];
  const walk = await walkLast(segments);
  const damaged =
    problem === undefined ? [] : [warning(`checkpoint: ${problem.message}`, problem.help)];
  const tail = tailFinding(walk, segments, checkpoint?.seq ?? -1);
  return [inUse, tail, ...damaged, ...cursorFindings(options.config, cursors, walk.headSeq)];
}

function cursorFindings(
  { sinks }: ConnectorConfig,
  cursors: Awaited<ReturnType<typeof listCursors>>,
  headSeq: number,
): readonly CheckFinding[] {
  const known = new Set(sinks.map(({ name }) => name));
  return cursors.map(({ name, position }) => {
    if (!known.has(name))
      return warning(
        `the cursor of "${name}" belongs to no sink of the configuration`,
        "If the sink was renamed, give it its name back: under a new name everything is sent again. If it is gone for good, remove the file below cursors/.",
      );
    if (position === undefined)
      return warning(
        `the cursor of "${name}" is damaged`,
        "Check the device. The next start sends everything again, from the oldest record.",
      );
    return cursorFinding(name, position, headSeq);
  });
}

function cursorFinding(
  name: string,
  { seq, aheadRanges }: CursorPosition,
  headSeq: number,
): CheckFinding {
  if (seq > headSeq)
    return failed(
      `the cursor of "${name}" stands at record ${seq}, behind the end of the journal at ${headSeq}`,
      "Find out who restored, cut or replaced the journal before the connector starts.",
    );
  const ahead = aheadRanges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const waiting = headSeq - seq - ahead;
  return ok(
    waiting === 0
      ? `"${name}" has everything`
      : `${waiting.toLocaleString("en-US")} records wait for "${name}"`,
  );
}

/** Dead letters of one sink that wait for somebody. */
export async function checkLetters(folder: string, name: string): Promise<readonly CheckFinding[]> {
  let letters = 0;
  let last = "";
  let damaged = 0;
  for (const box of [name, refusedBox(name)]) {
    for await (const { letter } of readLetters(folder, box)) {
      if (letter === undefined) damaged += 1;
      else {
        letters += 1;
        last = letter.reason;
      }
    }
  }
  const findings: CheckFinding[] = [];
  if (letters > 0)
    findings.push(
      warning(
        `${letters.toLocaleString("en-US")} dead letters; the last: ${last}`,
        `Mend the cause, then run \`claude-siem journal replay --sink ${name}\`.`,
      ),
    );
  if (damaged > 0)
    findings.push(
      warning(`${damaged} lines of its dead letters are none`, "Compare with the journal."),
    );
  return findings;
}
