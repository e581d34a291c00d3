/** A connector in a folder of its own, with sources and sinks that a test plays. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "../../src/config/option-type.ts";
import type { Log } from "../../src/connector/alarm.ts";
import { type ConnectorConfig, parseConnectorConfig } from "../../src/connector/config.ts";
import type { Kinds } from "../../src/connector/config-table.ts";
import { Connector } from "../../src/connector/connector.ts";
import { sinkEntry, sourceEntry } from "../../src/connector/kind.ts";
import type { World } from "../../src/connector/world.ts";
import { systemClock } from "../../src/delivery/clock.ts";
import type { RecordOutcome } from "../../src/delivery/outcome.ts";
import type { EncodedRecord, Inventory, Sink, SinkKind } from "../../src/delivery/sink.ts";
import type { Emit, SourceKind } from "../../src/source/source.ts";

/** What a played sink does with a batch, and what it holds. */
export interface PlayedSink {
  answer: (batch: readonly EncodedRecord[]) => RecordOutcome[] | Promise<RecordOutcome[]>;
  readonly held: string[];
  check: Sink["check"];
  /** Present when the product can be asked. */
  inventory?: Inventory;
  opened: number;
  closed: number;
}

export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

export class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-connector-"));
  readonly sinks: Map<string, PlayedSink> = new Map();
  /** The door of each source that runs. */
  readonly doors: Map<string, Emit> = new Map();
  readonly log: LogEntry[] = [];
  readonly #connectors: Connector[] = [];

  constructor() {
    writeFileSync(join(this.folder, "key"), `${randomBytes(32).toString("hex")}\n`);
  }

  sink(name: string): PlayedSink {
    const known = this.sinks.get(name);
    if (known !== undefined) return known;
    const sink: PlayedSink = {
      answer: (batch) => batch.map(() => ({ kind: "delivered" })),
      held: [],
      check: async () => [],
      opened: 0,
      closed: 0,
    };
    this.sinks.set(name, sink);
    return sink;
  }

  readonly #sinkKind: SinkKind<{ readonly to: string }> = {
    kind: "played",
    summary: "A sink of a test.",
    options: { to: text({ doc: "Which.", fallback: "nowhere" }) },
    open: async ({ to }, { name }) => {
      if (to === "missing") throw new Error("the client is not installed");
      const played = this.sink(name);
      played.opened += 1;
      return {
        name,
        kind: "played",
        target: to,
        limits: { recordsMax: 100, bytesMax: 100_000, overheadBytes: 0 },
        encode: ({ seq, event }) => {
          const body = JSON.stringify(event);
          const time = Date.parse(event.timestamp);
          return { seq, event_id: event.event_id, body, bytes: body.length, time };
        },
        send: async (batch) => {
          const outcomes = await played.answer(batch);
          for (const [index, { kind }] of outcomes.entries())
            if (kind === "delivered") played.held.push(batch[index]?.event_id ?? "");
          return outcomes;
        },
        check: (signal) => played.check(signal),
        ...(played.inventory !== undefined && { inventory: played.inventory }),
        close: async () => {
          played.closed += 1;
        },
      };
    },
  };

  readonly #sourceKind: SourceKind<{ readonly from: string }> = {
    kind: "played",
    summary: "A source of a test.",
    options: { from: text({ doc: "Which.", fallback: "nowhere" }) },
    open: async ({ from }, { name }) => {
      if (from === "missing") throw new Error("the client is not installed");
      return {
        name,
        kind: "played",
        start: async (emit, signal) => {
          if (from === "broken") throw new Error("the address is in use");
          this.doors.set(name, emit);
          if (from === "short") return;
          await new Promise<void>((resolve) => {
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
          this.doors.delete(name);
        },
      };
    },
  };

  get kinds(): Kinds {
    return { sources: [sourceEntry(this.#sourceKind)], sinks: [sinkEntry(this.#sinkKind)] };
  }

  /** A configuration of these items; lines of `more` are root keys. */
  config(sources: readonly string[], sinks: readonly string[], more = ""): ConnectorConfig {
    const list = (items: readonly string[], rest = ""): string =>
      items.map((item) => `  - {kind: played, ${item}${rest}}\n`).join("");
    const brisk = ", delivery: {batch_age: 20ms, backoff: 20ms}";
    const yaml = `version: 1\npseudonym: {key: {file: key}}\nserver: {enabled: false}\n${more}sources:\n${list(sources)}sinks:\n${list(sinks, brisk)}`;
    const parsed = parseConnectorConfig(yaml, join(this.folder, "claude-siem.yaml"), this.kinds);
    if (!parsed.ok) throw new Error(parsed.diagnostics.map((one) => one.message).join("; "));
    return parsed.value;
  }

  get world(): World {
    const at = (level: string) => (fields: object, message: string) => {
      this.log.push({ level, message, fields });
    };
    const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    return { clock: systemClock, random: randomBytes, environment: {}, log, version: "0.0.0" };
  }

  async start(config: ConnectorConfig): Promise<Connector> {
    const started = await Connector.start(config, this.world);
    if (!started.ok) throw new Error(started.diagnostics.map((one) => one.message).join("; "));
    this.#connectors.push(started.value);
    return started.value;
  }

  /** The door of a source, once it runs. */
  async door(name: string): Promise<Emit> {
    for (let tries = 0; tries < 200; tries += 1) {
      const door = this.doors.get(name);
      if (door !== undefined) return door;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`source ${name} does not run`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#connectors.map((connector) => connector.stop(0)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something is true; fails after two seconds. */
export async function eventually(test: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (test()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never: ${what}`);
}
