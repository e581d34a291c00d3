/** The feed on a clock of the test: the fake service behind a port without network, sleeps that pass at once. */

import type { HttpPort } from "../../../src/source/compliance-feed/client.ts";
import { complianceFeedKind } from "../../../src/source/compliance-feed/kind.ts";
import { complianceFeedOptions } from "../../../src/source/compliance-feed/options.ts";
import type { Source, SourceRecord } from "../../../src/source/source.ts";
import { sourceTools } from "../../conformance/source.ts";
import { FakeCompliance } from "../../wire/fake-compliance.ts";
import { settingsOf } from "../settings.ts";

export const START_MS: number = Date.parse("2026-04-10T08:00:00.000Z");
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;

/** What a request met instead of an answer. */
export type NetworkFault = "network" | "certificate" | "oversized";

/** Checkpoints that outlive the source; a test may replace `save`. */
interface Kept {
  state: string | undefined;
  readonly load: () => Promise<string | undefined>;
  save: (state: string) => Promise<void>;
}

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

export interface Run {
  readonly source: Source;
  /** Durable records. */
  readonly taken: SourceRecord[];
  readonly warnings: readonly string[];
  /** Rejects as `start` does. */
  readonly done: Promise<void>;
  readonly stop: AbortController;
}

export class Stage {
  nowMs: number = START_MS;
  /** What the machine's clock shows beyond the real time. */
  clockErrorMs = 0;
  readonly service: FakeCompliance = new FakeCompliance(() => this.nowMs);
  readonly checkpoints: Kept = {
    state: undefined,
    load: async () => this.checkpoints.state,
    save: async (state) => {
      await Promise.resolve();
      this.checkpoints.state = state;
    },
  };
  readonly taken: SourceRecord[] = [];
  readonly naps: number[] = [];
  /** Faults that the next requests meet. */
  readonly faults: NetworkFault[] = [];
  /** What happens, in order of time: passed by sleeps. */
  readonly #plan: { readonly atMs: number; readonly act: () => void }[] = [];
  /** Called with the number of the emit before it becomes durable, and after; may throw. */
  onEmit: (count: number) => void = () => {};
  afterEmit: (count: number) => void = () => {};
  ready: () => boolean = () => true;
  #emits = 0;
  readonly #sleepers: Sleeper[] = [];

  /** Sleeps pass at once: when everybody sleeps, the clock goes to the first who wakes. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.naps.push(ms);
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { wakeMs: this.nowMs + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal.addEventListener("abort", () => resolve(), { once: true });
    setImmediate(() => {
      const first = this.#sleepers.toSorted((a, b) => a.wakeMs - b.wakeMs)[0];
      if (first === undefined) return;
      this.#sleepers.splice(this.#sleepers.indexOf(first), 1);
      this.pass(Math.max(0, first.wakeMs - this.nowMs));
      first.wake();
    });
    await promise;
    const at = this.#sleepers.indexOf(sleeper);
    if (at >= 0) this.#sleepers.splice(at, 1);
  }

  at(atMs: number, act: () => void): void {
    this.#plan.push({ atMs, act });
    this.#plan.sort((a, b) => a.atMs - b.atMs);
  }

  /** Lets time pass, with everything that was planned for it. */
  pass(ms: number): void {
    const until = this.nowMs + ms;
    while (this.#plan[0] !== undefined && this.#plan[0].atMs <= until) {
      const next = this.#plan.shift();
      this.nowMs = Math.max(this.nowMs, next?.atMs ?? 0);
      next?.act();
    }
    this.nowMs = until;
  }

  readonly port: HttpPort = {
    send: async ({ method, url, headers }, signal) => {
      await Promise.resolve();
      if (signal.aborted) return { failure: "aborted", reason: "given up" };
      const fault = this.faults.shift();
      if (fault !== undefined) return { failure: fault, reason: `a ${fault} fault` };
      const answer = this.service.handle({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers,
      });
      return {
        status: answer.status,
        headers: answer.headers ?? {},
        body: String(answer.body ?? ""),
      };
    },
    close: async () => {},
  };

  /** Starts the source, as at a start of the connector. It runs until `endMs` of the clock. */
  async start(yaml: string, endMs: number): Promise<Run> {
    const kind = complianceFeedKind(
      () => this.port,
      async (ms, signal) => {
        await this.#sleep(ms, signal);
        if (this.nowMs >= endMs) stop.abort();
      },
    );
    const options = settingsOf(complianceFeedOptions, `api_key: {env: KEY}\n${yaml.trim()}`);
    const stop = new AbortController();
    const tools = sourceTools({
      name: "compliance",
      now: () => this.nowMs + this.clockErrorMs,
      checkpoints: this.checkpoints,
      readSecret: () => this.service.key,
      ready: () => this.ready(),
    });
    const source = await kind.open(options, tools);
    const taken: SourceRecord[] = [];
    const emit = async (records: readonly SourceRecord[]) => {
      this.#emits += 1;
      this.onEmit(this.#emits);
      await Promise.resolve();
      taken.push(...records);
      this.taken.push(...records);
      this.afterEmit(this.#emits);
      return { accepted: records.length, rejected: [] };
    };
    const done = source.start(emit, stop.signal);
    done.catch(() => {});
    return { source, taken, warnings: tools.warnings, done, stop };
  }

  /** Starts it and waits for its end. */
  async run(yaml: string, ms: number): Promise<Run> {
    const run = await this.start(yaml, this.nowMs + ms);
    await run.done;
    return run;
  }
}

/** Fields of an event, or its problem's code. */
export function eventOf(record: SourceRecord): Readonly<Record<string, unknown>> {
  if (record.problem !== undefined) return { problem: record.problem.code };
  return JSON.parse(record.text) as Readonly<Record<string, unknown>>;
}

/** Ids of activities, as they became durable. */
export function idsOf(records: readonly SourceRecord[]): readonly string[] {
  return records.map((record) => String(eventOf(record)["source_record_id"]));
}
