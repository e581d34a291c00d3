/** An OTLP receiver as it runs: behind the connector's own reception, before a journal that a test holds. */
import { createSecretKey } from "node:crypto";
import { Reception } from "../../../src/connector/reception.ts";
import { createEnricher } from "../../../src/enrich/enrich.ts";
import type { CanonicalEvent } from "../../../src/event/event.ts";
import { createPolicy } from "../../../src/policy/policy.ts";
import { createPseudonymiser } from "../../../src/policy/pseudonym.ts";
import { otlpSourceKind } from "../../../src/source/otlp/kind.ts";
import { otlpOptions } from "../../../src/source/otlp/options.ts";
import type { Source, SourceTools } from "../../../src/source/source.ts";
import { sourceTools, until } from "../../conformance/source.ts";
import { type AttributeValue, attributesOf, encodeRequest, type Signal } from "../../wire/otlp.ts";
import { settingsOf } from "../settings.ts";

export const pseudonymiser: ReturnType<typeof createPseudonymiser> = createPseudonymiser(
  createSecretKey(Buffer.alloc(32, "stand")),
);

export class Stand {
  /** What is durable, in order. */
  readonly kept: CanonicalEvent[] = [];
  /** Lines of the reject file. */
  readonly rejects: string[] = [];
  readonly warnings: string[] = [];
  now = 1_795_480_000_000;
  isReady = true;
  /** Waited for before anything is durable. */
  gate: Promise<void> | undefined;
  readonly source: Source;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  private constructor(source: Source, self: { stand?: Stand }) {
    self.stand = this;
    this.source = source;
    const reception = new Reception({
      journal: {
        appendBatch: async (events) => {
          await this.gate;
          this.kept.push(...events);
          return [];
        },
      },
      policy: createPolicy({ pseudonymiser }),
      enricher: () => createEnricher({}),
      strict: true,
      now: () => this.now,
      room: async () => {},
    });
    const rejects = {
      append: async (lines: readonly string[]) => void this.rejects.push(...lines),
    };
    const door = reception.openDoor("otlp", rejects);
    this.#done = source.start(door.emit, this.#stop.signal);
  }

  static async open(settings = "", changes: Partial<SourceTools> = {}): Promise<Stand> {
    const self: { stand?: Stand } = {};
    const tools: SourceTools = {
      ...sourceTools(),
      now: () => self.stand?.now ?? 0,
      ready: () => self.stand?.isReady ?? true,
      warn: (message) => void self.stand?.warnings.push(message),
      ...changes,
    };
    const options = settingsOf(otlpOptions, `listen: 127.0.0.1:0\n${settings}`);
    const stand = new Stand(await otlpSourceKind.open(options, tools), self);
    await until("it listens", () => stand.source.address?.() !== undefined);
    return stand;
  }

  async post(
    path: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Buffer }> {
    const answer = await fetch(`http://${this.source.address?.()}${path}`, {
      method: "POST",
      headers,
      body: body as string,
    });
    const { status } = answer;
    return { status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  json(signal: Signal, request: object): ReturnType<Stand["post"]> {
    const headers = { "content-type": "application/json" };
    return this.post(`/v1/${signal}`, JSON.stringify(request), headers);
  }

  binary(signal: Signal, request: object): ReturnType<Stand["post"]> {
    const headers = { "content-type": "application/x-protobuf" };
    return this.post(`/v1/${signal}`, encodeRequest(signal, request), headers);
  }

  /** The count of a note. */
  noted(what: string): number {
    return this.source.notes?.().find((note) => note.what === what)?.count ?? 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

export const TIME = "1795479758134000000";

/** A request with records of one session, numbered from 0 unless a record says otherwise. */
export function requestOf(...records: readonly Readonly<Record<string, AttributeValue>>[]): {
  readonly resourceLogs: readonly object[];
} {
  const logRecords = records.map((attributes, at) => {
    const all = { "session.id": "s-1", "event.sequence": at, ...attributes };
    return { timeUnixNano: TIME, attributes: attributesOf(all) };
  });
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
}
