/**
 * Derives starts and ends of sessions from events of sources that tell neither.
 *
 * Each kind of source has a clock: the newest time among its events, moved on by the time that passes
 * while nothing is left to read. Under one condition the derived events are the same for every order
 * of the same events and for every replay: no event comes later than `lateMs` behind its kind's clock.
 * What comes later still counts for its session while that is open, and is only counted after its end.
 *
 * A session starts at its first event and ends at the last one before a pause longer than `idleMs`. A
 * start or end that a source tells itself, within `lateMs`, takes the place of the derived one.
 */
import type { AuditEvent } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";
import { Facts, type SavedFact } from "./fact.ts";
import { RecentKeys, type SavedKeys } from "./recent-keys.ts";
import { type EndReason, endEvent, isDerived, startEvent } from "./session-event.ts";
import { addTime, type Stretch } from "./stretch.ts";

export interface SessionOptions {
  /** Kinds of sources, as in `source_kind`, whose sessions are derived. */
  readonly kinds: readonly string[];
  /** A pause longer than this ends a session. */
  readonly idleMs: number;
  /** How far behind its kind's clock an event may come; at most `idleMs`. */
  readonly lateMs: number;
  /** Sessions that are kept open; beyond, those that were read about longest ago are ended. */
  readonly openMax: number;
  /** Ended sessions that are remembered. */
  readonly endedMax: number;
}

/** What came of it since the start. */
export interface SessionCounts {
  starts: number;
  ends: number;
  /** Events of sessions that had ended. */
  afterEnd: number;
  /** Events from before a start that was written already. */
  beforeStart: number;
  /** Starts and ends that a source told after the derived ones had been written. */
  contradicted: number;
  /** Sessions that were ended because too many were open. */
  evicted: number;
}

interface OpenSession {
  readonly stretches: Stretch[];
  readonly facts: Facts;
  /** Kinds of sources whose sessions are derived and that told of this one. */
  readonly kinds: Set<string>;
  /** How much later than `lateMs` its events came; its end waits as much longer. */
  lagMs: number;
  /** First event of a kind whose sessions are derived. */
  derivedFrom?: number;
  /** First start and first end that a source told. */
  toldStart?: number;
  toldEnd?: number;
  isStarted: boolean;
}

type SavedSession = Omit<OpenSession, "facts" | "kinds"> & {
  readonly facts: readonly SavedFact[];
  readonly kinds: readonly string[];
};

/** A snapshot, as JSON can say it. */
export interface SavedSessions {
  readonly clocks: readonly (readonly [string, number])[];
  readonly open: readonly (readonly [string, SavedSession])[];
  readonly ended: SavedKeys;
}

/** The clock of all kinds whose sessions are not derived. */
const OTHERS = "";
/** Open sessions are looked through when clocks have moved on by this much. */
const LOOK_MS = 1000;

function newSession(): OpenSession {
  return { stretches: [], facts: new Facts(), kinds: new Set(), lagMs: 0, isStarted: false };
}

export class Sessionizer {
  readonly #options: SessionOptions;
  readonly #kinds: ReadonlySet<string>;
  readonly #clocks: Map<string, number>;
  /** By session id; those that were read about longest ago come first. */
  readonly #open: Map<string, OpenSession>;
  readonly #ended: RecentKeys;
  readonly #due: AuditEvent[] = [];
  #movedMs: number = LOOK_MS;
  readonly counts: SessionCounts = {
    starts: 0,
    ends: 0,
    afterEnd: 0,
    beforeStart: 0,
    contradicted: 0,
    evicted: 0,
  };

  constructor(options: SessionOptions, saved?: SavedSessions) {
    this.#options = options;
    this.#kinds = new Set(options.kinds);
    this.#clocks = new Map(saved?.clocks ?? []);
    this.#ended = new RecentKeys(options.endedMax, saved?.ended);
    this.#open = new Map(
      (saved?.open ?? []).map(([id, one]) => [
        id,
        { ...one, facts: Facts.restore(one.facts), kinds: new Set(one.kinds) },
      ]),
    );
  }

  get open(): number {
    return this.#open.size;
  }

  /** Ended sessions that are no longer remembered: an event would open them again, under the same ids. */
  get forgotten(): number {
    return this.#ended.forgotten;
  }

  /** The state without what is due; take that first. */
  save(): SavedSessions {
    return {
      clocks: [...this.#clocks],
      open: [...this.#open].map(([id, { facts, kinds, ...rest }]) => [
        id,
        { ...rest, facts: facts.save(), kinds: [...kinds] },
      ]),
      ended: this.#ended.save(),
    };
  }

  /**
   * Takes in one event.
   *
   * @param nowMs Now; an event from the future, of a machine whose clock is wrong, does not end the
   *   sessions of all others.
   */
  take(event: AuditEvent, nowMs: number): void {
    const { session_id: id, event_type: type, source_kind: kind = OTHERS } = event;
    const isWanted = this.#kinds.has(kind);
    const isMark = type === "session_start" || type === "session_end";
    if (id === undefined || !(isWanted || isMark) || isDerived(event)) return;
    const time = canonicalTimeMs(event.timestamp);
    const clock = isWanted ? kind : OTHERS;
    this.#moveClock(clock, Math.min(time, nowMs));
    const known = this.#open.get(id);
    if (known === undefined && this.#ended.has(id)) {
      this.counts.afterEnd += 1;
      if (isMark) this.counts.contradicted += 1;
      return;
    }
    const session = known ?? newSession();
    // Those that are read about last come last.
    this.#open.delete(id);
    this.#open.set(id, session);
    if (isWanted) session.kinds.add(kind);
    this.#note(session, event, time, isWanted);
    this.#evict();
  }

  #moveClock(clock: string, to: number): void {
    const before = this.#clocks.get(clock);
    if (before !== undefined && before >= to) return;
    this.#movedMs += before === undefined ? 0 : to - before;
    this.#clocks.set(clock, to);
  }

  #note(session: OpenSession, event: AuditEvent, time: number, isWanted: boolean): void {
    const { idleMs, lateMs } = this.#options;
    const isStart = event.event_type === "session_start";
    session.lagMs = Math.max(session.lagMs, this.#clockOf(session) - lateMs - time);
    session.facts.add(event, time);
    const isNewStart = isStart && session.toldStart === undefined;
    if (isWanted) session.derivedFrom = Math.min(session.derivedFrom ?? time, time);
    if (isStart) session.toldStart = Math.min(session.toldStart ?? time, time);
    if (event.event_type === "session_end")
      session.toldEnd = Math.min(session.toldEnd ?? time, time);
    const [first] = session.stretches;
    if (!session.isStarted || first === undefined) addTime(session.stretches, time, idleMs);
    else {
      // What has been written stays true: the session began there.
      if (time < first.from) this.counts.beforeStart += 1;
      if (isNewStart) this.counts.contradicted += 1;
      addTime(session.stretches, Math.max(time, first.from), idleMs);
    }
  }

  #clockOf({ kinds }: OpenSession): number {
    const names = kinds.size === 0 ? [OTHERS] : [...kinds];
    return Math.min(...names.map((name) => this.#clocks.get(name) ?? Number.NEGATIVE_INFINITY));
  }

  #evict(): void {
    while (this.#open.size > this.#options.openMax) {
      const [oldest] = this.#open;
      if (oldest === undefined) return;
      this.counts.evicted += 1;
      this.#close(...oldest, "capacity");
    }
  }

  /** Time that passed while nothing was left to read: all clocks go on, for sources that fell silent. */
  pass(elapsedMs: number, nowMs: number): void {
    for (const [clock, time] of this.#clocks)
      this.#moveClock(clock, Math.min(time + elapsedMs, nowMs));
  }

  /** Takes what is due to be written now, a session's start before its end. */
  takeDue(): readonly AuditEvent[] {
    if (this.#movedMs >= LOOK_MS) {
      this.#movedMs = 0;
      for (const [id, session] of this.#open) this.#look(id, session);
    }
    return this.#due.splice(0);
  }

  /** Writes what can no longer change. */
  #look(id: string, session: OpenSession): void {
    const [first] = session.stretches;
    if (first === undefined) return;
    const { idleMs, lateMs } = this.#options;
    const known = this.#clockOf(session) - lateMs - session.lagMs;
    const { derivedFrom, toldEnd } = session;
    const isDerived = derivedFrom !== undefined && derivedFrom <= first.to;
    const startKnown = (derivedFrom ?? first.to) + lateMs;
    if (isDerived && !session.isStarted && known > startKnown) this.#start(id, session, first);
    const isToldEnd = isDerived && toldEnd !== undefined && toldEnd <= first.to;
    if (known > first.to + idleMs || (isToldEnd && known > Math.max(toldEnd, startKnown)))
      this.#close(id, session, "idle");
  }

  #start(id: string, session: OpenSession, first: Stretch): void {
    const { derivedFrom, toldStart } = session;
    if (session.isStarted || derivedFrom === undefined || derivedFrom > first.to) return;
    session.isStarted = true;
    const until = derivedFrom + this.#options.lateMs;
    if (toldStart !== undefined && toldStart <= until) return;
    this.counts.starts += 1;
    this.#due.push(startEvent(id, first.from, session.facts, until));
  }

  #close(id: string, session: OpenSession, reason: EndReason): void {
    const [first, ...others] = session.stretches;
    this.#open.delete(id);
    this.#ended.add(id);
    for (const { events } of others) this.counts.afterEnd += events;
    if (first === undefined) return;
    this.#start(id, session, first);
    const { derivedFrom, toldEnd } = session;
    if (derivedFrom === undefined || derivedFrom > first.to) return;
    if (toldEnd !== undefined && toldEnd <= first.to) return;
    this.counts.ends += 1;
    this.#due.push(endEvent(id, first, session.facts, reason));
  }
}
