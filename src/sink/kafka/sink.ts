/** The sink kind `kafka`: one idempotent producer, one batch at a time, success only with an offset. */
import { readFileSync } from "node:fs";
import { describeBrokers, kafkaClientSettings } from "../../config/kafka.ts";
import { judgeKafkaFailure, type KafkaFailure } from "../../config/kafka-failure.ts";
import { loadPackage } from "../../config/package.ts";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type { CheckFinding, EncodedRecord, Sink, SinkKind } from "../../delivery/sink.ts";
import { findingsOf } from "./check.ts";
import { encodeKafka, type KafkaRecord, messageOf, OVERHEAD_BYTES } from "./encode.ts";
import { type KafkaSinkOptions, kafkaSinkConflicts, kafkaSinkOptions } from "./options.ts";
import { type AcknowledgedOffsets, outcomeOfFailure, outcomesOf } from "./outcome.ts";
import { openPlatformatic } from "./platformatic.ts";
import type { OpenProducer, Producer, TopicDescription } from "./producer.ts";

const RECORDS_MAX = 5000;

function isKafkaRecord(record: EncodedRecord): record is KafkaRecord {
  return "key" in record && "hash" in record;
}

/** Waits for work, at most until a signal: then the answer is `undefined` and the work goes on alone. */
async function settledBefore<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** A secret or file that the producer needs and that is not there. */
function failureToOpen(error: unknown): KafkaFailure {
  if (error instanceof Error && "path" in error && "code" in error)
    return {
      kind: "settings",
      reason: `${String(error.path)} cannot be read (${String(error.code)})`,
      instruction: "Make the file readable for the connector, or correct its path.",
    };
  return judgeKafkaFailure(error);
}

/**
 * Sends batches one after the other. A producer numbers what it writes to a partition, and the broker
 * recognises repetitions by these numbers; after a failure it is unknown which number comes next, and
 * a wrong one could make the broker take new events for old ones. So whatever fails ends the producer,
 * and the next attempt begins with a fresh identity.
 */
class ProducerSlot {
  readonly #open: OpenProducer;
  #producer: Producer | undefined;
  #acknowledged: AcknowledgedOffsets = new Map();
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(open: OpenProducer) {
    this.#open = open;
  }

  /** Runs `use` when all that was asked for before is done. */
  run<T>(use: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(use);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  producer(): Producer | KafkaFailure {
    if (this.#closed) return { kind: "temporary", reason: "the sink is closed" };
    if (this.#producer !== undefined) return this.#producer;
    try {
      this.#producer = this.#open();
      this.#acknowledged = new Map();
      return this.#producer;
    } catch (error) {
      return failureToOpen(error);
    }
  }

  get acknowledged(): AcknowledgedOffsets {
    return this.#acknowledged;
  }

  async discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.discard();
    await this.#tail;
  }
}

function givenUp(signal: AbortSignal, timeoutMs: number): string {
  return signal.aborted ? "the attempt was given up" : `no answer within ${timeoutMs} ms`;
}

async function attempt(
  slot: ProducerSlot,
  batch: readonly KafkaRecord[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly RecordOutcome[]> {
  if (signal.aborted)
    return forAll(batch.length, { kind: "retry", reason: givenUp(signal, timeoutMs) });
  const producer = slot.producer();
  if ("kind" in producer) return forAll(batch.length, outcomeOfFailure(producer, batch.length));
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const results = await settledBefore(producer.send(batch.map(messageOf)), deadline);
  if (results === undefined) {
    await slot.discard();
    return forAll(batch.length, { kind: "retry", reason: givenUp(signal, timeoutMs) });
  }
  const outcomes = outcomesOf(results, slot.acknowledged);
  if (outcomes.some(({ kind }) => kind !== "delivered")) await slot.discard();
  return outcomes;
}

async function describe(
  slot: ProducerSlot,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TopicDescription | KafkaFailure> {
  const producer = slot.producer();
  if ("kind" in producer) return producer;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const answer = await settledBefore(producer.describe(), deadline);
  if (answer === undefined || "kind" in answer) await slot.discard();
  return answer ?? { kind: "temporary", reason: givenUp(signal, timeoutMs) };
}

/** The sink over any client. */
export function createKafkaSink(
  name: string,
  options: KafkaSinkOptions,
  openProducer: OpenProducer,
): Sink {
  const slot = new ProducerSlot(openProducer);
  const { topic, format, timeout } = options;
  return {
    name,
    kind: "kafka",
    target: `${describeBrokers(options)}, topic ${topic}`,
    limits: {
      recordsMax: RECORDS_MAX,
      bytesMax: options.batch_size,
      overheadBytes: OVERHEAD_BYTES,
    },
    encode: (record) => encodeKafka(record, format),
    send: (batch, signal) => {
      const records = batch.filter(isKafkaRecord);
      if (records.length !== batch.length)
        throw new Error("a record was not encoded by the sink that sends it");
      return records.length === 0
        ? Promise.resolve([])
        : slot.run(() => attempt(slot, records, timeout, signal));
    },
    check: (signal): Promise<readonly CheckFinding[]> =>
      slot.run(async () => findingsOf(await describe(slot, timeout, signal), options)),
    close: () => slot.close(),
  };
}

export const kafkaKind: SinkKind<KafkaSinkOptions> = {
  kind: "kafka",
  summary:
    "Writes to a topic of Apache Kafka or a service that speaks its protocol, with an idempotent producer and acks=all; events of a session stay in order.",
  options: kafkaSinkOptions,
  conflicts: kafkaSinkConflicts,
  open: async (options, { name, readSecret }) => {
    const client = await loadPackage(
      "@platformatic/kafka",
      "the sink kind kafka",
      () => import("@platformatic/kafka"),
    );
    const readFile = (path: string): string => readFileSync(path, "utf8");
    return createKafkaSink(name, options, () =>
      openPlatformatic(client, kafkaClientSettings(options, { readSecret, readFile }), options),
    );
  },
};
