/** `journal replay`: dead letters, or a part of the journal, once more through a sink. */
import type { Sink } from "../../delivery/sink.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import { type Result, succeed } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { DeadLetterBox, deadLetterFolder } from "../../journal/dead-letter.ts";
import type { FeedItem } from "../../journal/feed.ts";
import { nodeFileSystem } from "../../journal/file-system.ts";
import { takeLock, thisProcess } from "../../journal/lock.ts";
import type { SeqRange } from "../reconcile/seq-ranges.ts";
import { readFolder } from "../reconcile/time-index.ts";
import { LetterReplay } from "./letters.ts";
import { refusedBox } from "./refused-box.ts";
import { type ResendOptions, type ResendResult, resend } from "./resend.ts";

/** What all ways of sending again share. */
export interface ReplayOptions
  extends Pick<
    ResendOptions,
    "delivery" | "matches" | "clock" | "patienceMs" | "signal" | "onProgress"
  > {
  readonly sink: Sink;
  /** Folder of the journal. */
  readonly folder: string;
}

/** Records of the journal in ranges of sequence numbers, ascending. */
export async function* recordsIn(
  folder: string,
  ranges: readonly SeqRange[],
  signal: AbortSignal,
): AsyncGenerator<FeedItem> {
  for (const [from, to] of ranges) {
    for await (const item of readFolder(folder, from - 1, signal)) {
      const seq = item.kind === "record" ? item.record.seq : item.from;
      if (seq > to) break;
      yield item;
    }
  }
}

/** Records of the journal whose events happened in `[from, to)`, milliseconds since the epoch. */
export async function* recordsBetween(
  folder: string,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<FeedItem> {
  for await (const item of readFolder(folder, -1, signal)) {
    if (item.kind === "record") {
      if (item.record.kind !== "event") continue;
      const time = canonicalTimeMs((JSON.parse(item.record.body) as CanonicalEvent).timestamp);
      if (time < from || time >= to) continue;
    }
    yield item;
  }
}

/**
 * Runs work that writes the box of refused events of a sink: one command at a time, whether or not the
 * connector runs, because the connector never writes that box.
 *
 * @returns Diagnostics (J605) when another command holds it.
 */
async function withRefusedBox<T>(
  { folder, sink, clock }: ReplayOptions,
  work: (box: DeadLetterBox) => Promise<T>,
): Promise<Result<T>> {
  const letters = deadLetterFolder(folder);
  await nodeFileSystem.makeFolder(letters);
  const lock = `${refusedBox(sink.name)}.lock`;
  const taken = await takeLock(nodeFileSystem, letters, thisProcess(), lock);
  if (!taken.ok) return taken;
  try {
    const box = await DeadLetterBox.open({ folder, name: refusedBox(sink.name), now: clock.now });
    try {
      return succeed(await work(box));
    } finally {
      await box.close();
    }
  } finally {
    await taken.value();
  }
}

/** Sends records again; what is refused goes to the box of refused events. */
export function resendRecords(
  options: ReplayOptions,
  items: AsyncIterable<FeedItem>,
): Promise<Result<ResendResult>> {
  return withRefusedBox(options, (refused) => resend({ ...options, items, refused }));
}

const NOTHING: ResendResult = {
  ...{ given: 0, delivered: 0, duplicates: 0, setAside: 0, filtered: 0, refused: 0 },
  ...{ refusals: [], complete: true, problems: [] },
};

function sum(a: ResendResult, b: ResendResult): ResendResult {
  return {
    given: a.given + b.given,
    delivered: a.delivered + b.delivered,
    duplicates: a.duplicates + b.duplicates,
    setAside: a.setAside + b.setAside,
    filtered: a.filtered + b.filtered,
    refused: a.refused + b.refused,
    refusals: [...a.refusals, ...b.refusals],
    complete: a.complete && b.complete,
    ...(b.stopped !== undefined && { stopped: b.stopped }),
    problems: [...a.problems, ...b.problems],
  };
}

/**
 * Sends the dead letters of a sink again. The connector may run: it only appends to its box, and the
 * mark of what was sent again is written by this command alone. What is refused once more goes to the
 * box of refused events before its letter counts as settled.
 */
export function replayLetters(options: ReplayOptions): Promise<Result<ResendResult>> {
  const { folder, sink } = options;
  return withRefusedBox(options, async (refused) => {
    let total = NOTHING;
    // The box that this writes comes first, so that nothing is sent twice in one go.
    for (const box of [refusedBox(sink.name), sink.name]) {
      const replay = new LetterReplay(folder, box);
      const settledBefore = total.given;
      const { onProgress } = options;
      const result = await resend({
        ...options,
        ...{ refused, items: replay.items(), cursor: replay.cursor },
        ...(onProgress !== undefined && {
          onProgress: (settled: number) => onProgress(settledBefore + settled),
        }),
      });
      if (result.complete) await replay.finish();
      const problems: readonly Diagnostic[] = replay.problems;
      total = sum(total, { ...result, problems: [...result.problems, ...problems] });
      if (!result.complete) break;
    }
    return total;
  });
}
