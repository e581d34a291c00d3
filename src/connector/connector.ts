/**
 * The connector: sources, one journal, and sinks that each go at their own pace.
 *
 *     source ─ reception (validate, stamp, policy) ─ journal ─┬─ pump ─ sink
 *                                                             └─ pump ─ sink
 */
import { Bell, within } from "../delivery/clock.ts";
import { fail, type Result, succeed } from "../diagnostic/diagnostic.ts";
import type { Receipt } from "../journal/journal.ts";
import type { Pseudonymiser } from "../policy/pseudonym.ts";
import type { Emitted } from "../source/source.ts";
import type { ConnectorConfig } from "./config.ts";
import { type Core, openCore } from "./core.ts";
import type { Follower } from "./derived/follower.ts";
import { openFollowers } from "./derived/open.ts";
import { cannotOpen, openClient, openDoor, openSource, placeSink, type Shared } from "./parts.ts";
import { LIBRARY } from "./reception.ts";
import { reloadConnector } from "./reload.ts";
import type { SinkRun } from "./sink-run.ts";
import type { SourceRun } from "./source-run.ts";
import type { ConnectorStatus } from "./status.ts";
import { recordOf } from "./value-record.ts";
import type { World } from "./world.ts";

const PRUNE_MS = 60_000;
const LEAVE_MS = 5000;

export class Connector {
  readonly #core: Core;
  readonly #startedAt: number;
  readonly #pruning: Bell;
  readonly #refreshing: Bell;
  #followers: readonly Follower[] = [];
  #loops: Promise<unknown> | undefined;
  #stopping: Promise<void> | undefined;
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(core: Core) {
    this.#core = core;
    this.#startedAt = core.world.clock.now();
    this.#pruning = new Bell(core.world.clock);
    this.#refreshing = new Bell(core.world.clock);
  }

  /**
   * Opens everything a configuration names and starts it. When anything cannot be opened, nothing runs
   * and the diagnostics say what to do.
   */
  static async start(config: ConnectorConfig, world: World): Promise<Result<Connector>> {
    const opened = await openCore(config, world);
    if (!opened.ok) return opened;
    const connector = new Connector(opened.value);
    const parts = await connector.#openParts();
    if (!parts.ok) {
      await connector.#closeCore();
      return parts;
    }
    connector.#begin();
    return succeed(connector, opened.diagnostics);
  }

  /** What parts that are opened later share with those that run. */
  #shared(config: ConnectorConfig): Shared {
    const { world, alarms, journal, reception, hasher, people, rejects, stop } = this.#core;
    return {
      config,
      world,
      alarms,
      journal,
      reception,
      hasher,
      people,
      rejects,
      ready: () => this.#takes,
      signal: stop.signal,
    };
  }

  get #takes(): boolean {
    const { journal, disk, stop } = this.#core;
    return journal.state.state === "ok" && !disk.low && !stop.signal.aborted;
  }

  async #openParts(): Promise<Result<undefined>> {
    const { running } = this.#core;
    const shared = this.#shared(running.config);
    const problems = [];
    const sinks: SinkRun[] = [];
    for (const one of running.config.sinks) {
      try {
        sinks.push(await placeSink(shared, one, await openClient(shared, one)));
      } catch (cause) {
        problems.push(cannotOpen(running.config, `sink ${one.name}`, cause));
      }
    }
    const sources: SourceRun[] = [];
    for (const one of running.config.sources) {
      try {
        sources.push(await openSource(shared, one));
      } catch (cause) {
        problems.push(cannotOpen(running.config, `source ${one.name}`, cause));
      }
    }
    running.sinks = sinks;
    running.sources = sources;
    try {
      this.#followers = await this.#openFollowers();
    } catch (cause) {
      problems.push(cannotOpen(running.config, "the folder of derived events", cause));
    }
    return problems.length === 0 ? succeed(undefined) : fail(problems);
  }

  #openFollowers(): Promise<readonly Follower[]> {
    const { running, places, journal, alarms, world } = this.#core;
    return openFollowers(running.config, {
      folder: places.derived,
      journal,
      alarms,
      clock: world.clock,
      ready: () => this.#takes,
      tell: (event) => this.tell(event),
    });
  }

  #begin(): void {
    const { running } = this.#core;
    for (const sink of running.sinks) sink.start();
    for (const source of running.sources) source.start();
    for (const follower of this.#followers) follower.start();
    this.#loops = Promise.all([this.#prune(), this.#refresh()]);
  }

  /** Deletes segments that every sink and follower has passed and that are old enough. */
  async #prune(): Promise<void> {
    const { stop, journal, running, world, alarms } = this.#core;
    while (!stop.signal.aborted) {
      await this.#pruning.wait(PRUNE_MS);
      if (stop.signal.aborted || running.sinks.length === 0) continue;
      const passedSeq = Math.min(
        ...[...running.sinks, ...this.#followers].map((reader) => reader.passedSeq),
      );
      const olderThanMs = world.clock.now() - running.config.journal.keep_for;
      try {
        await journal.prune({ passedSeq, olderThanMs });
      } catch (cause) {
        const detail = cause instanceof Error ? cause.message : String(cause);
        const what = `old segments cannot be deleted: ${detail}`;
        alarms.raise({ severity: "warning", about: "journal", what });
      }
    }
  }

  /** Takes tables whose files have changed. */
  async #refresh(): Promise<void> {
    const { stop, running, alarms } = this.#core;
    while (!stop.signal.aborted) {
      const { reload_every: every } = running.config.context;
      await this.#refreshing.wait(every === 0 ? undefined : every);
      if (stop.signal.aborted) return;
      for (const what of await running.tables.refresh())
        alarms.raise({ severity: "error", about: "context", what });
    }
  }

  /**
   * Takes one event of a program, in any form that the vocabulary allows.
   *
   * @returns Its place in the journal, after fsync. Waits while the disk refuses. Rejects with
   *   `InvalidEventError` when it is no event, with `StoppingError` or `NotDurableError` at the stop.
   */
  async append(event: unknown): Promise<Receipt> {
    const [receipt] = await this.appendBatch([event]);
    if (receipt === undefined) throw new Error("an appended event has a receipt");
    return receipt;
  }

  /** The same for several events: all of them or, when one is no event, none. */
  appendBatch(events: readonly unknown[]): Promise<readonly Receipt[]> {
    return this.#core.reception.append(events, this.#core.library);
  }

  /**
   * Takes an event that the connector itself has to tell, on the same way as all others.
   *
   * @returns Its place in the journal, after fsync; rejects like `append`.
   */
  async tell(event: unknown): Promise<Receipt> {
    const { reception, library } = this.#core;
    const [receipt] = await reception.append([event], library, "connector");
    if (receipt === undefined) throw new Error("an appended event has a receipt");
    return receipt;
  }

  /** The pseudonyms of the deployment. */
  get pseudonymiser(): Pseudonymiser {
    return this.#core.hasher;
  }

  /**
   * A door for a program's own log: unlike `append` it takes what it is given one by one, and what is
   * no event goes to the reject file of that name with its reasons.
   *
   * @param name Name of the reject file: small letters, digits and dashes.
   * @returns A function that resolves when all values are on the device.
   */
  async openDoor(name: string): Promise<(values: readonly unknown[]) => Promise<Emitted>> {
    const shared = this.#shared(this.#core.running.config);
    const { emit } = await openDoor(shared, { name, kind: LIBRARY });
    return (values) =>
      emit(
        values.map((value, index) => recordOf(value, index + 1)),
        name,
      );
  }

  /** Resolves when everything that is durable now has been delivered or has become a dead letter. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#core.running.sinks.map((sink) => sink.caughtUp()));
  }

  /** Resolves when the input of all sources has ended; never while one of them is a receiver. */
  async sourcesEnded(): Promise<void> {
    await Promise.all(this.#core.running.sources.map((source) => source.ended()));
  }

  /** The sinks as they run, for `doctor` and `reconcile`. */
  get sinks(): readonly SinkRun[] {
    return this.#core.running.sinks;
  }

  /**
   * Goes over to another configuration. It is opened as a whole first: when anything is wrong with it,
   * the one before stays in force, untouched. Sources and sinks that did not change go on running.
   */
  reload(config: ConnectorConfig): Promise<Result<undefined>> {
    const { running } = this.#core;
    const work = (): Promise<Result<undefined>> =>
      reloadConnector(running, config, this.#shared(config));
    const done = this.#reloading.then(work, work);
    this.#reloading = done;
    return done.finally(() => this.#refreshing.ring());
  }

  /**
   * Stops: sources first, so that nothing new comes in; then each sink delivers what is left, no longer
   * than `graceMs`. What is left then is delivered after the next start.
   */
  stop(graceMs = 10_000): Promise<void> {
    this.#stopping ??= this.#end(graceMs);
    return this.#stopping;
  }

  async #end(graceMs: number): Promise<void> {
    const { running, stop } = this.#core;
    await Promise.allSettled([this.#reloading]);
    const sources = Promise.allSettled(running.sources.map((source) => source.stop()));
    stop.abort();
    this.#pruning.ring();
    this.#refreshing.ring();
    await this.#core.disk.stop();
    // A source may wait for a journal that cannot be written; the end does not wait for that.
    await within(graceMs, sources, this.#core.world.clock);
    const followers = Promise.allSettled(this.#followers.map((follower) => follower.stop()));
    await within(LEAVE_MS, followers, this.#core.world.clock);
    await Promise.allSettled(running.sinks.map((sink) => sink.stop(graceMs)));
    await this.#loops;
    await this.#core.journal.close();
    // Whoever waited for the journal has been refused; a source that hangs all the same is left behind.
    await within(LEAVE_MS, sources, this.#core.world.clock);
    await Promise.allSettled([...this.#core.rejects.values()].map((box) => box.close()));
  }

  async #closeCore(): Promise<void> {
    const { running, journal, disk } = this.#core;
    await Promise.allSettled(running.sinks.map((sink) => sink.stop(0)));
    await disk.stop();
    await journal.close();
  }

  status(): ConnectorStatus {
    const { world, journal, disk, running, policy, alarms, stop, places } = this.#core;
    const { deployment } = running.config;
    const state = journal.state;
    return {
      version: world.version,
      ...(deployment !== undefined && { deployment }),
      startedAt: this.#startedAt,
      now: world.clock.now(),
      state: stop.signal.aborted ? "stopping" : "running",
      journal: {
        state: state.state,
        ...(state.state === "blocked" && { reason: state.reason }),
        folder: places.journal,
        ...journal.committed,
      },
      disk: {
        low: disk.low,
        freeMin: running.config.journal.disk_free_min,
        ...(disk.freeBytes !== undefined && { freeBytes: disk.freeBytes }),
      },
      sources: running.sources.map((source) => source.status()),
      sinks: running.sinks.map((sink) => sink.status()),
      derived: this.#followers.map((follower) => follower.status()),
      tables: running.tables.status(),
      unstamped: running.tables.counts(),
      classified: running.tables.classified(),
      policy: policy.counts(),
      alarms: alarms.recent,
      alarmCounts: alarms.counts,
    };
  }
}
