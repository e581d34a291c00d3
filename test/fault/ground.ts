/** A connector with its real sinks on products that break, and a ledger of what it was given. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../src/connector/alarm.ts";
import { parseConnectorConfig } from "../../src/connector/config.ts";
import { Connector } from "../../src/connector/connector.ts";
import { kinds } from "../../src/connector/registry.ts";
import { type Clock, systemClock } from "../../src/delivery/clock.ts";
import { listCursors } from "../../src/journal/cursor.ts";
import { nodeFileSystem } from "../../src/journal/file-system.ts";
import { criticalEvent, hostileTexts, journaled } from "../conformance/event.ts";
import {
  deadLetterIds,
  judge,
  leadingCursors,
  type Offered,
  type Standstill,
  type Verdict,
} from "./oracle.ts";
import type { Product, Site } from "./product.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Seed of random tests: the one of the environment, or another one each time. */
export function seedOf(variable: string): number {
  const given = process.env[variable];
  return given === undefined ? Date.now() % 1_000_000_000 : Number(given);
}

/** The n-th event of a run: plain, critical, or with texts that break naive senders. */
export function eventOf(n: number, random: () => number = () => 1): Fields {
  const kind = random();
  const text = hostileTexts[Math.floor(random() * hostileTexts.length)] ?? "";
  const { event } =
    kind < 0.05
      ? criticalEvent(n)
      : kind < 0.2
        ? journaled(n, { mcp_tool: text, department: text, details: { summary: text } } as never)
        : journaled(n);
  // The vocabulary leaves out what is undefined.
  return JSON.parse(JSON.stringify(event)) as Fields;
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** What a promise resolves to, or `undefined` after a while. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Ground implements Site {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-fault-"));
  readonly environment: Record<string, string> = {
    CLAUDE_SIEM_KEY: randomBytes(32).toString("hex"),
  };
  readonly offered: Map<string, Offered> = new Map();
  readonly log: string[] = [];
  readonly moments: Standstill[] = [];
  products: readonly Product[] = [];
  clock: Clock = systemClock;
  /** Further keys of the configuration. */
  more: Fields = {};
  /** Called at the end, when nothing runs any more. */
  readonly cleanups: (() => void)[] = [];
  #connector: Connector | undefined;
  #next = 1;

  /** Folder of the connector's own. */
  data: string = join(this.folder, "data");

  get journal(): string {
    return join(this.data, "journal");
  }

  get connector(): Connector {
    if (this.#connector === undefined) throw new Error("nothing runs");
    return this.#connector;
  }

  /** The configuration as text; `changed` are other items for some of the products. */
  configuration(changed: Readonly<Record<string, Fields>> = {}): Fields {
    return {
      version: 1,
      data_dir: this.data,
      pseudonym: { key: { env: "CLAUDE_SIEM_KEY" } },
      journal: { disk_free_min: "0B", segment_size: "1MiB" },
      sinks: this.products.map(({ name, settings }) => ({ ...settings, ...changed[name] })),
      ...this.more,
    };
  }

  parse(configuration: Fields): Parameters<Connector["reload"]>[0] {
    const file = join(this.folder, "claude-siem.yaml");
    const text = JSON.stringify(configuration);
    const parsed = parseConnectorConfig(text, file, { ...kinds, sourcesOptional: true });
    if (!parsed.ok) throw new Error(parsed.diagnostics.map((one) => one.message).join("; "));
    return parsed.value;
  }

  async start(configuration: Fields = this.configuration()): Promise<Connector> {
    const at = (level: string) => (fields: object, message: string) => {
      this.log.push(`${level} ${JSON.stringify(fields)} ${message}`);
    };
    const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    const { clock, environment } = this;
    const world = { clock, random: randomBytes, environment, log, version: "0.0.0" };
    const started = await Connector.start(this.parse(configuration), world);
    if (!started.ok) throw new Error(started.diagnostics.map((one) => one.message).join("; "));
    this.#connector = started.value;
    return started.value;
  }

  /** Sets up the cluster of elastic products, which needs a key that the connector does not use. */
  async setUp(): Promise<void> {
    for (const { sink } of this.connector.sinks) {
      const findings = (await sink.setUp?.(new AbortController().signal)) ?? [];
      const failed = findings.filter(({ status }) => status === "failed");
      if (failed.length > 0) throw new Error(JSON.stringify(failed));
    }
  }

  /** Gives the connector its next events; they count as acknowledged when it says so. */
  async append(count: number, random?: () => number): Promise<void> {
    const events = Array.from({ length: count }, (_, at) => eventOf(this.#next + at, random));
    this.#next += count;
    await this.offer(events);
  }

  async offer(events: readonly Fields[]): Promise<void> {
    const ledger = events.map((event): Offered => ({ event, acknowledged: false }));
    for (const one of ledger) this.offered.set(String(one.event["event_id"]), one);
    await this.connector.appendBatch(events);
    for (const one of ledger) one.acknowledged = true;
  }

  /** Waits until all products have everything; fails after a while with what stands in the way. */
  async caughtUp(withinMs = 8000): Promise<void> {
    const done = this.connector.caughtUp().then(() => true);
    if ((await within(withinMs, done)) === true) return;
    const states = this.connector.status().sinks.map(({ name, state, lagRecords, lastError }) => {
      return `${name} ${state}, ${lagRecords} left, ${lastError?.reason ?? "no error"}`;
    });
    throw new Error(`not caught up after ${withinMs} ms: ${states.join("; ")}`);
  }

  async heal(): Promise<void> {
    for (const product of this.products) await product.heal();
  }

  /** Stops, and remembers how far cursors were and what products held at that moment. */
  async stop(graceMs = 0): Promise<void> {
    await this.#connector?.stop(graceMs);
    this.#connector = undefined;
    const cursors = await listCursors(nodeFileSystem, this.journal);
    for (const product of this.products) {
      const position = cursors.find(({ name }) => name === product.name)?.position;
      if (position === undefined) continue;
      this.moments.push({
        sink: product.name,
        cursor: position.seq,
        aheadRanges: position.aheadRanges,
        held: product.held().length,
        letters: await deadLetterIds(this.journal, product.name),
      });
    }
  }

  /** Heals everything, waits until all is delivered, stops and judges. */
  async verdict(withinMs?: number): Promise<Verdict> {
    await this.heal();
    await this.caughtUp(withinMs);
    await this.stop();
    const accounts = this.products.map((product) => product.account());
    const verdict = await judge(this.journal, this.offered, accounts);
    const led = await leadingCursors(this.journal, accounts, this.moments);
    return { ...verdict, problems: [...verdict.problems, ...led] };
  }

  async close(): Promise<void> {
    await this.#connector?.stop(0);
    for (const product of this.products) await product.close();
    for (const cleanup of this.cleanups) cleanup();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
