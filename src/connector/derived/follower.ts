/**
 * Reads the journal behind its writer and tells the events that a part derives, on the same way as all
 * others: journal, chain, sinks.
 *
 * Each event is told once, whatever happens in between: before events are told they are saved with the
 * state that they follow from, and after a restart those that the journal has already are left out.
 */
import { join } from "node:path";
import { Bell, type Clock } from "../../delivery/clock.ts";
import type { AuditEvent, CanonicalEvent } from "../../event/event.ts";
import type { Feed, FeedItem } from "../../journal/feed.ts";
import { GENESIS_HASH } from "../../journal/record.ts";
import { StateFile } from "../../journal/state-file.ts";
import type { AlarmBook } from "../alarm.ts";
import { InvalidEventError } from "../reception.ts";
import type { DerivedStatus, Part, PartKind } from "./part.ts";
import { loadFollower, type SavedFollower, type SavedJournal } from "./saved.ts";

/** The side of the journal that is read. */
export interface FollowedJournal extends SavedJournal {
  readonly committed: { readonly seq: number; readonly hash: string };
  readonly openFeed: (afterSeq: number) => Feed;
}

export interface FollowerOptions {
  readonly kind: PartKind;
  /** Folder of the states of followers; it exists. */
  readonly folder: string;
  readonly journal: FollowedJournal;
  /** Resolves when the event is in the journal, on the device. */
  readonly tell: (event: AuditEvent) => Promise<unknown>;
  /** Whether the connector takes events now: while it does not, silence means nothing. */
  readonly ready: () => boolean;
  readonly clock: Clock;
  readonly alarms: AlarmBook;
  /** Events are told no more often than this, because the whole state is saved before. Default: 2 s. */
  readonly tellMs?: number;
}

/** Read at once: small, because a reader of the whole journal runs beside the sinks and must not cost their memory. */
const BLOCK = { records: 50, bytes: 65_536 } as const;
/** Time is looked at this often while nothing comes. */
const TICK_MS = 1000;
/** The state is saved this often while nothing is told. */
const SAVE_MS = 30_000;
const TELL_MS = 2000;
/** Unless so many records have been read since. */
const TELL_RECORDS = 20_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 60_000;
/** Own events that are looked for after the state was lost. */
const KNOWN_MAX = 500_000;

export class Follower {
  readonly #options: FollowerOptions;
  readonly #file: StateFile;
  readonly #stop = new AbortController();
  readonly #pause: Bell;
  #part: Part | undefined;
  #feed: Feed | undefined;
  #seq = -1;
  #hash: string = GENESIS_HASH;
  /** Events that are told next; told they are only after they were saved. */
  #pending: readonly AuditEvent[] = [];
  #isPendingSaved = false;
  /** Ids of own events that the journal had at the start. */
  #known: Set<string> = new Set();
  #savedSeq = -1;
  #savedAt = 0;
  /** When events were told last, and what had been read by then. */
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldSeq = -1;
  /** When everything had been read; absent while it is behind. */
  #caughtUpAt: number | undefined;
  #written = 0;
  #state: DerivedStatus["state"] = "running";
  #lastError: { readonly at: number; readonly reason: string } | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, `${options.kind.name}.json`));
    this.#pause = new Bell(options.clock);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Up to where records are not needed any more, also after a restart. */
  get passedSeq(): number {
    return this.#savedSeq;
  }

  /** Ends; what was derived and not told is told after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#pause.ring();
    await this.#loop;
    await this.#feed?.close();
    this.#state = "stopped";
  }

  status(): DerivedStatus {
    const { kind, journal } = this.#options;
    return {
      name: kind.name,
      state: this.#state,
      lagRecords: Math.max(0, journal.committed.seq - this.#seq),
      pending: this.#pending.length,
      written: this.#written,
      counts: this.#part?.counts() ?? {},
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let pauseMs = AGAIN_MS;
    while (!signal.aborted) {
      try {
        const part = this.#part ?? (await this.#open());
        await this.#tellPending(part);
        await this.#step(part);
        pauseMs = AGAIN_MS;
        this.#state = "running";
      } catch (cause) {
        if (signal.aborted) break;
        this.#fail(cause);
        await this.#pause.wait(pauseMs);
        pauseMs = Math.min(AGAIN_MS_MAX, pauseMs * 2);
      }
    }
    // What was read since the last save is read again if this fails.
    if (this.#part !== undefined) await this.#save(this.#part).catch((cause) => this.#fail(cause));
  }

  #fail(cause: unknown): void {
    const { kind, alarms, clock } = this.#options;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#state = "failing";
    this.#caughtUpAt = undefined;
    this.#lastError = { at: clock.now(), reason };
    const what = `it cannot go on and tries again: ${reason}`;
    alarms.raise({ severity: "error", about: `derived ${kind.name}`, what });
  }

  /** The part as it was saved, or a new one that begins with the oldest record. */
  async #open(): Promise<Part> {
    const { kind, journal, alarms } = this.#options;
    const { saved, problem } = await loadFollower(this.#file, journal);
    if (problem !== undefined) {
      const what = `its state cannot be used, it reads the journal from the beginning: ${problem}`;
      alarms.raise({ severity: "warning", about: `derived ${kind.name}`, what });
    }
    if (saved === undefined) this.#known = await this.#findOwn(-1);
    else if (saved.pending.length > 0) this.#known = await this.#findOwn(saved.head);
    const part = kind.open(saved?.part);
    this.#seq = saved?.seq ?? -1;
    this.#hash = saved?.hash ?? GENESIS_HASH;
    this.#pending = saved?.pending ?? [];
    this.#isPendingSaved = true;
    this.#savedSeq = this.#seq;
    this.#part = part;
    return part;
  }

  /** Ids of own events that the journal has behind a place. */
  async #findOwn(afterSeq: number): Promise<Set<string>> {
    const { journal, kind } = this.#options;
    const { signal } = this.#stop;
    const found = new Set<string>();
    const end = journal.committed.seq;
    const feed = journal.openFeed(afterSeq);
    try {
      for (let seq = afterSeq; seq < end; ) {
        const items = await feed.next(BLOCK, signal);
        if (items.length === 0) signal.throwIfAborted();
        for (const item of items) {
          if (item.kind === "damage") continue;
          seq = item.record.seq;
          if (found.size >= KNOWN_MAX || !item.record.body.includes(kind.mark)) continue;
          found.add((JSON.parse(item.record.body) as CanonicalEvent).event_id);
        }
      }
    } finally {
      await feed.close();
    }
    return found;
  }

  async #tellPending(part: Part): Promise<void> {
    if (this.#pending.length === 0) return;
    if (!this.#isPendingSaved) await this.#save(part);
    this.#isPendingSaved = true;
    const told = new Set<string>();
    const missing = this.#pending.filter(({ event_id }) => !this.#known.has(event_id));
    const results = await Promise.allSettled(
      missing.map(async (event) => {
        await this.#tell(event);
        told.add(event.event_id);
      }),
    );
    // The others are tried again, in this run or in the next.
    this.#pending = missing.filter(({ event_id }) => !told.has(event_id));
    const failed = results.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #tell(event: AuditEvent): Promise<void> {
    const { tell, alarms, kind } = this.#options;
    try {
      await tell(event);
      this.#written += 1;
    } catch (cause) {
      if (!(cause instanceof InvalidEventError)) throw cause;
      const what = `event ${event.event_id} cannot be told: ${cause.message}`;
      alarms.raise({ severity: "error", about: `derived ${kind.name}`, what }, "invalid");
    }
  }

  /** Reads what there is, or waits a moment for it; then tells what has become due. */
  async #step(part: Part): Promise<void> {
    const { journal, clock } = this.#options;
    for (const item of await this.#next()) this.#take(part, item);
    if (this.#stop.signal.aborted) return;
    if (journal.committed.seq - this.#seq <= BLOCK.records) this.#pass(part);
    else this.#caughtUpAt = undefined;
    if (this.#mayTell()) await this.#tellDue(part);
    const isOld = clock.monotonic() - this.#savedAt >= SAVE_MS;
    if (isOld && this.#seq > this.#savedSeq) await this.#save(part);
  }

  #mayTell(): boolean {
    const { clock, tellMs = TELL_MS } = this.#options;
    const isTime = clock.monotonic() - this.#toldAt >= tellMs;
    return isTime || this.#seq - this.#toldSeq >= TELL_RECORDS;
  }

  async #tellDue(part: Part): Promise<void> {
    for (let due = part.takeDue(); due.length > 0; due = part.takeDue()) {
      this.#pending = due;
      this.#isPendingSaved = false;
      await this.#tellPending(part);
      this.#toldAt = this.#options.clock.monotonic();
    }
    this.#toldSeq = this.#seq;
  }

  async #next(): Promise<readonly FeedItem[]> {
    const { journal, clock } = this.#options;
    this.#feed ??= journal.openFeed(this.#seq);
    const wait = new AbortController();
    const end = (): void => wait.abort();
    const cancel = clock.after(TICK_MS, end);
    this.#stop.signal.addEventListener("abort", end);
    if (this.#stop.signal.aborted) end();
    try {
      return await this.#feed.next(BLOCK, wait.signal);
    } finally {
      cancel();
      this.#stop.signal.removeEventListener("abort", end);
    }
  }

  /** Damage is told of by the sinks' own readers. */
  #take(part: Part, item: FeedItem): void {
    if (item.kind === "damage") return;
    const { seq, hash, kind, body } = item.record;
    this.#seq = seq;
    this.#hash = hash;
    if (kind === "event" && part.concerns(body))
      part.take(JSON.parse(body) as CanonicalEvent, this.#options.clock.now());
  }

  #pass(part: Part): void {
    const { clock, ready } = this.#options;
    const at = clock.monotonic();
    const elapsedMs = at - (this.#caughtUpAt ?? at);
    this.#caughtUpAt = at;
    if (ready()) part.pass(elapsedMs, clock.now());
  }

  async #save(part: Part): Promise<void> {
    const { journal, clock } = this.#options;
    const seq = this.#seq;
    const state: SavedFollower = {
      version: 1,
      seq,
      hash: this.#hash,
      head: journal.committed.seq,
      pending: this.#pending,
      part: part.save(),
    };
    await this.#file.save(JSON.stringify(state));
    this.#savedSeq = seq;
    this.#savedAt = clock.monotonic();
  }
}
