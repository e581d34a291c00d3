/** A journal in a folder of its own, with followers that a test lets fall over. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AlarmBook } from "../../../src/connector/alarm.ts";
import { Follower } from "../../../src/connector/derived/follower.ts";
import type { PartKind } from "../../../src/connector/derived/part.ts";
import type { Clock } from "../../../src/delivery/clock.ts";
import type { AuditEvent, CanonicalEvent } from "../../../src/event/event.ts";
import { Journal } from "../../../src/journal/journal.ts";

export class Track {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-derived-"));
  readonly messages: string[] = [];
  /** What the wall clock says. */
  now = 0;
  /** Time that passes without anybody waiting. */
  passed = 0;
  /** Whether the connector takes events. */
  ready = true;
  #journal: Journal | undefined;
  readonly #followers = new Set<Follower>();

  readonly clock: Clock = {
    now: () => this.now,
    monotonic: () => performance.now() + this.passed,
    after: (ms, call) => {
      const timer = setTimeout(call, Math.min(ms, 5));
      return () => clearTimeout(timer);
    },
    random: () => 0.5,
  };

  constructor(now: number) {
    this.now = now;
  }

  async open(): Promise<Journal> {
    const opened = await Journal.open({
      folder: join(this.folder, "journal"),
      now: this.clock.now,
      random: randomBytes,
    });
    if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join());
    this.#journal = opened.value;
    return opened.value;
  }

  get journal(): Journal {
    if (this.#journal === undefined) throw new Error("the journal is open");
    return this.#journal;
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    await this.journal.appendBatch(events as readonly CanonicalEvent[]);
  }

  /** A follower that runs; `told` decides about each event before it is written. */
  follow(kind: PartKind, told: (event: AuditEvent) => void = () => {}): Follower {
    const { journal, clock } = this;
    const note = (_: object, message: string): void => void this.messages.push(message);
    const follower = new Follower({
      kind,
      folder: this.folder,
      journal,
      tell: async (event) => {
        told(event);
        return journal.append(event as CanonicalEvent);
      },
      ready: () => this.ready,
      clock,
      tellMs: 0,
      alarms: new AlarmBook({ debug: note, info: note, warn: note, error: note }, clock.now),
    });
    follower.start();
    this.#followers.add(follower);
    return follower;
  }

  /** Ends as the machine does when its power fails: what the state file had stays as it was. */
  async crash(follower: Follower, name: string): Promise<void> {
    const state = this.state(name);
    await follower.stop();
    this.#followers.delete(follower);
    if (state === undefined) rmSync(this.statePath(name), { force: true });
    else writeFileSync(this.statePath(name), state);
  }

  statePath(name: string): string {
    return join(this.folder, `${name}.json`);
  }

  state(name: string): string | undefined {
    try {
      return readFileSync(this.statePath(name), "utf8");
    } catch {
      return undefined;
    }
  }

  /** The events that the journal holds and a test looks for. */
  async events(wanted: (event: CanonicalEvent) => boolean): Promise<readonly CanonicalEvent[]> {
    const feed = this.journal.openFeed(-1);
    const found: CanonicalEvent[] = [];
    const end = this.journal.committed.seq;
    for (let seq = -1; seq < end; ) {
      const items = await feed.next({ records: 1000, bytes: 1e6 }, new AbortController().signal);
      for (const item of items) {
        if (item.kind !== "record") continue;
        seq = item.record.seq;
        if (item.record.kind === "event") found.push(JSON.parse(item.record.body));
      }
    }
    await feed.close();
    return found.filter(wanted);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers].map((follower) => follower.stop()));
    await this.#journal?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
