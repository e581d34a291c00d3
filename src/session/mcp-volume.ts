/**
 * Finds sessions with more MCP queries than are normal within a sliding window, as the rule
 * `anomalous-mcp-volume` means it: distinct event ids whose times lie in the closed window that ends at
 * a query; after an alert the session stays quiet for a while.
 *
 * A session is kept only while its window can still matter. With a limit of 50 it takes 400 bytes and a
 * few numbers: that many queries are all that the next one has to be compared with.
 */
import { hash } from "node:crypto";
import { type AuditEvent, SCHEMA_VERSION } from "../event/event.ts";
import { canonicalTimeMs } from "../event/time.ts";
import { RecentKeys, type SavedKeys } from "./recent-keys.ts";

export interface VolumeOptions {
  /** Queries within the window that are still normal. */
  readonly limit: number;
  readonly windowMs: number;
  readonly quietMs: number;
  /** Sessions that are watched; beyond, the one that was quiet longest is forgotten. */
  readonly sessionsMax: number;
  /** Alerts that are remembered, so that events which come again raise none again. */
  readonly alertsMax: number;
}

export interface VolumeCounts {
  alerts: number;
  /** Sessions that were forgotten while they were watched, because there were too many. */
  evicted: number;
}

/** A session in a snapshot: id, time of its last alert, and times and keys of queries by turns. */
type SavedSession = readonly [id: string, alertedAt: number | null, queries: readonly number[]];

export interface SavedVolume {
  readonly clock: number;
  readonly sessions: readonly SavedSession[];
  readonly alerted: SavedKeys;
}

/** Text that every event of these has. */
export const VOLUME_MARK = '"derived_by":"mcp-volume"';

function keyOf(eventId: string): number {
  return Number.parseInt(hash("sha256", eventId).slice(0, 8), 16);
}

/** The latest queries of one session, oldest first. */
class RecentQueries {
  /** Times after `#base` and keys, by turns. */
  #slots: Uint32Array = new Uint32Array(8);
  #base: number;
  #count = 0;
  readonly #limit: number;
  /** Time of the query that raised the last alert. */
  alertedAt: number | undefined;

  constructor(limit: number, firstTime: number) {
    this.#limit = limit;
    // Room for queries that come late.
    this.#base = firstTime - 2 ** 31;
  }

  timeAt(index: number): number {
    return this.#base + (this.#slots[2 * index] ?? 0);
  }

  get newest(): number {
    return this.#count === 0 ? Number.NEGATIVE_INFINITY : this.timeAt(this.#count - 1);
  }

  /** Times and keys by turns, of queries from a time on. */
  since(time: number): readonly number[] {
    const kept: number[] = [];
    for (let index = 0; index < this.#count; index += 1)
      if (this.timeAt(index) >= time)
        kept.push(this.timeAt(index), this.#slots[2 * index + 1] ?? 0);
    return kept;
  }

  /**
   * Times are 32 bits wide, which is 49 days. A query beyond them begins anew: no window reaches from
   * there to what was kept, be it that a session lasts for weeks or that a clock was wrong.
   */
  #rebase(time: number): void {
    const base = time - 2 ** 31;
    const kept = this.since(base);
    this.#base = base;
    this.#count = 0;
    for (let at = 0; at < kept.length; at += 2) {
      const offset = (kept[at] ?? 0) - base;
      if (offset >= 2 ** 32) break;
      this.#slots[at] = offset;
      this.#slots[at + 1] = kept[at + 1] ?? 0;
      this.#count += 1;
    }
  }

  #has(key: number): boolean {
    for (let index = 0; index < this.#count; index += 1)
      if (this.#slots[2 * index + 1] === key) return true;
    return false;
  }

  #insert(at: number, time: number, key: number): void {
    if (2 * this.#count === this.#slots.length) {
      const wider = new Uint32Array(Math.min(2 * this.#limit, 2 * this.#slots.length));
      wider.set(this.#slots);
      this.#slots = wider;
    }
    this.#slots.copyWithin(2 * at + 2, 2 * at, 2 * this.#count);
    this.#slots[2 * at] = time - this.#base;
    this.#slots[2 * at + 1] = key;
    this.#count += 1;
  }

  /** @returns Whether more than the limit now lie within a window; a query that is known adds nothing. */
  add(time: number, key: number, windowMs: number): boolean {
    if (time < this.#base || time - this.#base >= 2 ** 32) this.#rebase(time);
    if (this.#has(key)) return false;
    let at = this.#count;
    while (at > 0 && this.timeAt(at - 1) > time) at -= 1;
    if (this.#count < this.#limit) {
      this.#insert(at, time, key);
      return false;
    }
    const oldest = Math.min(time, this.timeAt(0));
    const newest = Math.max(time, this.newest);
    if (at > 0) {
      // The oldest makes room.
      this.#slots.copyWithin(0, 2, 2 * at);
      this.#slots[2 * at - 2] = time - this.#base;
      this.#slots[2 * at - 1] = key;
    }
    return newest - oldest <= windowMs;
  }
}

export class McpVolume {
  readonly #options: VolumeOptions;
  /** By session id; those that were read about longest ago come first. */
  readonly #sessions = new Map<string, RecentQueries>();
  readonly #alerted: RecentKeys;
  readonly #due: AuditEvent[] = [];
  #clock: number;
  readonly counts: VolumeCounts = { alerts: 0, evicted: 0 };

  constructor(options: VolumeOptions, saved?: SavedVolume) {
    this.#options = options;
    this.#clock = saved?.clock ?? Number.NEGATIVE_INFINITY;
    this.#alerted = new RecentKeys(options.alertsMax, saved?.alerted);
    for (const [id, alertedAt, queries] of saved?.sessions ?? []) {
      const session = this.#sessionOf(id, queries[0] ?? alertedAt ?? 0);
      if (alertedAt !== null) session.alertedAt = alertedAt;
      for (let at = 0; at < queries.length; at += 2)
        session.add(queries[at] ?? 0, queries[at + 1] ?? 0, options.windowMs);
    }
  }

  /** Sessions that are watched. */
  get watched(): number {
    return this.#sessions.size;
  }

  /** The state without what is due; take that first. */
  save(): SavedVolume {
    this.#forgetOld();
    return {
      // JSON has no infinity.
      clock: Math.max(0, this.#clock),
      sessions: [...this.#sessions].map(([id, session]) => [
        id,
        session.alertedAt ?? null,
        session.since(this.#clock - 2 * this.#options.windowMs),
      ]),
      alerted: this.#alerted.save(),
    };
  }

  /** @param nowMs Now; an event from the future does not make all others old. */
  take(event: AuditEvent, nowMs: number): void {
    const { session_id: id, event_type: type } = event;
    if (type !== "activity_event" || event.activity_type !== "mcp_query" || id === undefined)
      return;
    const { limit, windowMs, quietMs } = this.#options;
    const time = canonicalTimeMs(event.timestamp);
    this.#clock = Math.max(this.#clock, Math.min(time, nowMs));
    const session = this.#sessionOf(id, time);
    const isOver = session.add(time, keyOf(event.event_id), windowMs);
    this.#makeRoom();
    if (!isOver) return;
    // To both sides: queries may come late, and one of a wrong clock must not silence the session.
    const { alertedAt } = session;
    if (alertedAt !== undefined && Math.abs(time - alertedAt) < quietMs) return;
    session.alertedAt = time;
    const alert = alertEvent(event, limit, windowMs);
    if (!this.#alerted.add(alert.event_id)) return;
    this.counts.alerts += 1;
    this.#due.push(alert);
  }

  /** The session, now the one that was read about last. */
  #sessionOf(id: string, time: number): RecentQueries {
    const session = this.#sessions.get(id) ?? new RecentQueries(this.#options.limit, time);
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  /** Whether the session's queries are in no window that a query of now or a little earlier ends. */
  #isOver({ newest, alertedAt = Number.NEGATIVE_INFINITY }: RecentQueries): boolean {
    const { windowMs, quietMs } = this.#options;
    return newest < this.#clock - 2 * windowMs && alertedAt < this.#clock - quietMs;
  }

  #makeRoom(): void {
    for (const [id, session] of this.#sessions) {
      if (this.#sessions.size <= this.#options.sessionsMax) return;
      this.#sessions.delete(id);
      if (!this.#isOver(session)) this.counts.evicted += 1;
    }
  }

  #forgetOld(): void {
    for (const [id, session] of this.#sessions)
      if (this.#isOver(session)) this.#sessions.delete(id);
  }

  takeDue(): readonly AuditEvent[] {
    return this.#due.splice(0);
  }
}

/**
 * The alert that a query raises. Its id depends on the query's alone: the same query raises the same
 * alert whenever it comes.
 */
function alertEvent(query: AuditEvent, limit: number, windowMs: number): AuditEvent {
  const hex = hash("sha256", `claude-siem/mcp-volume\n${query.session_id}\n${query.event_id}`);
  const server = "mcp_server" in query ? query.mcp_server : undefined;
  const same = ["user_id_hash", "department", "business_unit", "deployment"] as const;
  const known = same.flatMap((field) =>
    query[field] === undefined ? [] : [[field, query[field]]],
  );
  const level = query.data_classification;
  return {
    ...(Object.fromEntries(known) as Partial<AuditEvent>),
    schema_version: SCHEMA_VERSION,
    event_id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    event_type: "security_event",
    security_event_type: "anomalous_mcp_volume",
    severity: "medium",
    timestamp: query.timestamp,
    ...(query.session_id !== undefined && { session_id: query.session_id }),
    ...(level !== undefined && { data_classification: level }),
    ...(server !== undefined && { mcp_integrations: [server] }),
    auto_blocked: false,
    details: { queries_over: limit, window_ms: windowMs, last_event: query.event_id },
    labels: { derived: "true", derived_by: "mcp-volume" },
  } as AuditEvent;
}
