/**
 * Sends records again through a sink, with the same pump as the connector, and comes to an end: when
 * all are delivered or refused, when somebody has to act first, or when nothing moves any more.
 */
import type { Clock } from "../../delivery/clock.ts";
import type { DeliveryOptions } from "../../delivery/delivery-options.ts";
import type { CursorPort, DeadLetterPort } from "../../delivery/port.ts";
import { Pump } from "../../delivery/pump.ts";
import type { Sink } from "../../delivery/sink.ts";
import type { SinkNotice, SinkStatus } from "../../delivery/sink-status.ts";
import type { Diagnostic } from "../../diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../event/event.ts";
import type { FeedItem } from "../../journal/feed.ts";
import { GENESIS_HASH } from "../../journal/record.ts";
import { OneWayJournal } from "./one-way.ts";

export interface ResendOptions {
  readonly sink: Sink;
  readonly delivery: DeliveryOptions;
  /** What is sent, in order. */
  readonly items: AsyncIterable<FeedItem>;
  readonly matches?: ((event: CanonicalEvent) => boolean) | undefined;
  /** Gets what the sink refuses. */
  readonly refused: DeadLetterPort;
  /** Told up to which record everything has settled. */
  readonly cursor?: CursorPort;
  readonly clock: Clock;
  /** Gives up when nothing was delivered for so long, milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (settled: number) => void;
}

export interface Refusal {
  readonly event_id: string;
  readonly reason: string;
}

/** Why it ended before everything had settled. */
export interface Stopped {
  readonly reason: string;
  readonly instruction: string;
}

export interface ResendResult {
  readonly given: number;
  readonly delivered: number;
  /** Delivered, and known to the product before. */
  readonly duplicates: number;
  /** Delivered into a quarantine of the product. */
  readonly setAside: number;
  readonly filtered: number;
  readonly refused: number;
  /** The first of them. */
  readonly refusals: readonly Refusal[];
  /** Whether everything was delivered, refused or filtered. */
  readonly complete: boolean;
  readonly stopped?: Stopped;
  /** Records that cannot be read. */
  readonly problems: readonly Diagnostic[];
}

const REFUSALS_KEPT = 1000;
const LOOK_MS = 25;
/** Nothing new comes, so a batch does not wait long for company. */
const BATCH_AGE_MS_MAX = 100;
const NO_CURSOR: CursorPort = { save: async () => {} };

const AGAIN = "Mend the cause and run the same command again: what was delivered is not lost.";

/** Waits until everything has settled, or says why it goes no further. */
async function settled(
  options: ResendOptions,
  pump: Pump,
  journal: OneWayJournal,
  broken: () => string | undefined,
): Promise<Stopped | undefined> {
  const { clock, patienceMs, signal, onProgress } = options;
  let before = -1;
  let since = clock.monotonic();
  for (;;) {
    const { counts, state, lastError } = pump.status();
    const count = counts.delivered + counts.quarantined + counts.filtered;
    onProgress?.(count);
    if (journal.ended && count >= journal.given) return undefined;
    if (count !== before) since = clock.monotonic();
    before = count;
    const defect = broken();
    if (defect !== undefined) return { reason: defect, instruction: AGAIN };
    if (signal.aborted) return { reason: "it was interrupted", instruction: AGAIN };
    if (state === "held")
      return {
        reason: lastError?.reason ?? "the sink is held",
        instruction: lastError?.instruction ?? AGAIN,
      };
    if (clock.monotonic() - since > patienceMs)
      return { reason: stuck(lastError), instruction: AGAIN };
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
}

function stuck(lastError: SinkStatus["lastError"]): string {
  if (lastError === undefined) return "the sink did not answer in time";
  return `nothing was delivered any more; last: ${lastError.reason}`;
}

export async function resend(options: ResendOptions): Promise<ResendResult> {
  const { sink, clock, matches, refused, cursor = NO_CURSOR } = options;
  const journal = new OneWayJournal(options.items);
  const refusals: Refusal[] = [];
  let broken: string | undefined;
  const notify = (notice: SinkNotice): void => {
    if (notice.kind === "quarantined" && refusals.length < REFUSALS_KEPT)
      refusals.push({ event_id: notice.event_id, reason: notice.reason });
    if (notice.kind === "broken" || notice.kind === "disk") broken = notice.reason;
  };
  const batch_age = Math.min(options.delivery.batch_age, BATCH_AGE_MS_MAX);
  const pump = new Pump({
    ...{ sink, journal, cursor, matches, clock, notify, deadLetters: refused },
    start: { seq: -1, hash: GENESIS_HASH, aheadRanges: [] },
    // The order of what is sent is given; nothing passes anything.
    delivery: { ...options.delivery, batch_age, priority: false },
  });
  pump.start();
  const stopped = await settled(options, pump, journal, () => broken);
  await pump.stop(0);
  await journal.close();
  const { counts } = pump.status();
  return {
    given: journal.given,
    delivered: counts.delivered,
    duplicates: counts.duplicates,
    setAside: counts.setAside,
    filtered: counts.filtered,
    refused: counts.quarantined,
    refusals,
    complete: stopped === undefined,
    ...(stopped !== undefined && { stopped }),
    problems: journal.problems,
  };
}
