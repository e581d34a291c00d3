/**
 * Reads the feed: a window of time, page by page, each page durable before the next cursor is kept; then
 * the next window, until the present; then a pause.
 *
 * Windows are polled by time and not by the newest cursor, because a cursor never shows what is listed
 * late behind it (https://platform.claude.com/docs/en/manage-claude/compliance-integration-patterns).
 */
import type { Checkpoints, Emit } from "../source.ts";
import { type ActivityContext, type ReadActivity, readActivity } from "./activity.ts";
import type { Sleep } from "./budget.ts";
import { type ApiClient, type ApiFailure, describeFailure } from "./client.ts";
import { type PageFilter, readPage } from "./page.ts";
import { type Progress, prune, renderProgress, settledAfter, type Window } from "./progress.ts";
import type { Tally } from "./tally.ts";

export interface ReaderOptions {
  readonly client: ApiClient;
  readonly filter: PageFilter;
  readonly context: ActivityContext;
  readonly checkpoints: Checkpoints;
  readonly tally: Tally;
  readonly overlapMs: number;
  readonly pollMs: number;
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly ready: () => boolean;
  readonly warn: (message: string) => void;
}

/** The past is read in stretches, oldest first, so that the journal follows the order of time. */
const STRETCH_MS = 86_400_000;
/** Records of one hand-over. */
const PORTION = 1000;
const NOT_READY_MS = 1000;
/** A request that fails for good is made again after this time at the earliest. */
const REPEATED_MS = 300_000;

export class FeedReader {
  readonly #options: ReaderOptions;
  #progress: Progress;
  /** Up to where the last complete window could see. */
  #seenUntilMs: number | undefined;

  constructor(options: ReaderOptions, progress: Progress) {
    this.#options = options;
    this.#progress = progress;
  }

  /** Reads until the signal aborts. Rejects when somebody has to act, or when the API stays away. */
  async run(emit: Emit, signal: AbortSignal): Promise<void> {
    const { sleep, ready, pollMs } = this.#options;
    while (!signal.aborted) {
      if (!ready()) {
        await sleep(NOT_READY_MS, signal);
        continue;
      }
      const window = this.#progress.window ?? this.#nextWindow();
      const pauseMs = await this.#readWindow(window, emit, signal);
      // A stretch of the past is followed by the next one at once, unless a clock runs ahead of the API's.
      const isPast = window.toMs !== undefined && this.#progress.settledMs >= window.toMs;
      if (pauseMs !== undefined) await sleep(Math.max(pauseMs, pollMs), signal);
      else if (!isPast) await sleep(pollMs, signal);
    }
  }

  #nextWindow(): Window {
    const { now, overlapMs } = this.#options;
    const fromMs = this.#progress.settledMs;
    const toMs = fromMs + STRETCH_MS;
    return toMs < now() - overlapMs ? { fromMs, toMs } : { fromMs };
  }

  /** Reads a window to its end. Resolves with a pause when it has to be left for a while. */
  async #readWindow(start: Window, emit: Emit, signal: AbortSignal): Promise<number | undefined> {
    const { client, filter, now } = this.#options;
    let window: Window | undefined = start;
    while (window !== undefined && !signal.aborted) {
      const askedMs = now();
      const page = await readPage(client, window, filter, signal);
      if (!page.ok) {
        if (page.failure.kind === "aborted") return undefined;
        const pauseMs = await this.#afterFailure(page.failure, window);
        if (pauseMs !== undefined) return pauseMs;
        const { after: _, horizonMs: __, ...fresh } = window;
        window = fresh;
        continue;
      }
      // The earlier of the two clocks: claiming to have seen less is never wrong.
      window = { horizonMs: Math.min(askedMs, page.serverMs ?? askedMs), ...window };
      await this.#take(page.activities, window, emit);
      window = await this.#pass(window, page.next);
    }
    return undefined;
  }

  /** Hands over what is new of a page, oldest first. */
  async #take(activities: readonly unknown[], window: Window, emit: Emit): Promise<void> {
    const { context, tally, overlapMs } = this.#options;
    const seen = new Map(this.#progress.seen);
    const settledMs = settledAfter(this.#progress, window, overlapMs);
    const fresh: ReadActivity[] = [];
    for (const raw of activities.toReversed()) {
      const activity = readActivity(raw, context);
      if (seen.has(activity.key)) {
        tally.duplicates += 1;
        continue;
      }
      fresh.push(activity);
      // What no later window can meet again needs no memory.
      const createdMs = activity.createdMs ?? window.horizonMs ?? settledMs;
      if (createdMs >= settledMs) seen.set(activity.key, createdMs);
    }
    for (let at = 0; at < fresh.length; at += PORTION) {
      const records = fresh
        .slice(at, at + PORTION)
        .map(({ record }, index) => ({ ...record, position: at + index + 1 }));
      await emit(records, context.origin);
    }
    for (const activity of fresh) this.#count(activity);
    this.#progress = { ...this.#progress, seen };
  }

  #count({ createdMs, isOwn, unknownName }: ReadActivity): void {
    const { tally } = this.#options;
    if (isOwn) tally.own += 1;
    if (unknownName !== undefined) tally.unknownType(unknownName);
    if (createdMs !== undefined && this.#seenUntilMs !== undefined && createdMs < this.#seenUntilMs)
      tally.lateBy(this.#seenUntilMs - createdMs);
  }

  /** Keeps where reading goes on, now that everything before is durable. */
  async #pass(window: Window, next: string | undefined): Promise<Window | undefined> {
    const { checkpoints, overlapMs } = this.#options;
    const { settledMs: before, seen, instance } = this.#progress;
    if (next !== undefined) {
      const further = { ...window, after: next };
      this.#progress = { settledMs: before, seen: prune(seen, before), instance, window: further };
      await checkpoints.save(renderProgress(this.#progress));
      return further;
    }
    const settledMs = settledAfter(this.#progress, window, overlapMs);
    if (window.toMs === undefined) this.#seenUntilMs = window.horizonMs;
    this.#progress = { settledMs, seen: prune(seen, settledMs), instance };
    await checkpoints.save(renderProgress(this.#progress));
    return undefined;
  }

  /** Resolves with a pause, or with nothing when the window can be read again from its start at once. */
  async #afterFailure(failure: ApiFailure, window: Window): Promise<number | undefined> {
    const { tally, warn } = this.#options;
    if (failure.kind === "repeated") {
      tally.repeated += 1;
      warn(describeFailure(failure));
      return REPEATED_MS;
    }
    if (failure.kind === "cursor" && window.after !== undefined) {
      tally.cursorsLost += 1;
      warn(`${failure.reason}: the cursor is not known any more, its window is read again`);
      return undefined;
    }
    throw new Error(describeFailure(failure));
  }
}
