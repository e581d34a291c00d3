/** The Kafka sink against a real broker, where its jars are at hand. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EncodedRecord, JournaledEvent, Sink } from "../../src/delivery/sink.ts";
import { journaled, journaledRange } from "../conformance/event.ts";
import { describeSink } from "../conformance/sink.ts";
import { type Broker, freePort, kafkaLib, readTopic, startBroker } from "./kafka-broker.ts";
import { type LossyProxy, startProxy } from "./kafka-proxy.ts";
import { openSink } from "./kafka-sink-options.ts";

if (kafkaLib === undefined)
  process.stdout.write(
    "skipped: no Kafka broker (CLAUDE_SIEM_KAFKA_LIB: scripts/engines/kafka.sh)\n",
  );

const never = (): AbortSignal => new AbortController().signal;

function encoded(sink: Sink, records: readonly JournaledEvent[]): readonly EncodedRecord[] {
  return records.map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
}

/** Kinds and reasons without repetition. */
function summary(outcomes: readonly { readonly kind: string; readonly reason?: string }[]): string {
  return [...new Set(outcomes.map(({ kind, reason = "" }) => `${kind} ${reason}`.trim()))].join(
    "; ",
  );
}

describe.skipIf(kafkaLib === undefined)("Kafka sink on a broker", { timeout: 60_000 }, () => {
  let broker: Broker;
  let proxy: LossyProxy;
  let topics = 0;

  const newTopic = async (
    partitions = 4,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    topics += 1;
    const topic = `audit-${topics}`;
    await broker.createTopic(topic, partitions, settings);
    return topic;
  };

  beforeAll(async () => {
    const port = await freePort();
    proxy = await startProxy(port);
    broker = await startBroker(kafkaLib ?? "", { proxied: { port, advertised: proxy.port } });
  }, 60_000);

  afterAll(async () => {
    await proxy?.stop();
    await broker?.stop();
  });

  describeSink({
    name: "kafka on a broker",
    real: true,
    open: async () => {
      const topic = await newTopic();
      return {
        sink: await openSink(broker.address, { topic }),
        stored: async () =>
          (await readTopic(broker.address, topic)).map(
            ({ value }) => (JSON.parse(value) as { event_id: string }).event_id,
          ),
        secrets: [],
        close: () => Promise.resolve(),
      };
    },
  });

  it.each(["none", "gzip", "zstd"] as const)(
    "writes key and headers, compression %s",
    async (compression) => {
      const topic = await newTopic();
      const sink = await openSink(broker.address, { topic, compression });
      const records = [1, 2, 3, 4, 5, 6].map((n) =>
        journaled(n, { session_id: `session-${n % 2}` }),
      );
      expect(summary(await sink.send(encoded(sink, records), never()))).toBe("delivered");
      await sink.close();
      const stored = await readTopic(broker.address, topic);
      expect(new Set(stored.map(({ key }) => key))).toEqual(new Set(["session-0", "session-1"]));
      for (const key of ["session-0", "session-1"]) {
        const mine = stored.filter((message) => message.key === key);
        expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
        expect(mine.map(({ headers }) => Number(headers["chain_seq"]))).toEqual(
          records.filter(({ event }) => event.session_id === key).map(({ seq }) => seq),
        );
      }
      const first = stored.find(({ headers }) => headers["chain_seq"] === "1");
      expect(first?.headers).toEqual({
        event_id: records[0]?.event.event_id,
        chain_seq: "1",
        chain_hash: records[0]?.hash,
      });
    },
  );

  it("holds for a topic that is missing, and delivers once it is there", async () => {
    const sink = await openSink(broker.address, { topic: "later" });
    const batch = encoded(sink, journaledRange(3));
    const outcomes = await sink.send(batch, never());
    expect(outcomes).toEqual(
      batch.map(() => ({
        kind: "hold",
        reason: "the broker answered UNKNOWN_TOPIC_OR_PARTITION",
        instruction: "Create the topic, or correct its name.",
      })),
    );
    expect((await sink.check(never())).map(({ status }) => status)).toEqual(["failed"]);
    await broker.createTopic("later", 2);
    expect(summary(await sink.send(batch, never()))).toBe("delivered");
    await sink.close();
  });

  it("splits what is too large together, and sets aside what is too large alone", async () => {
    const topic = await newTopic(1, { "max.message.bytes": "4096" });
    const sink = await openSink(broker.address, { topic });
    const batch = encoded(sink, journaledRange(20));
    expect((await sink.send(batch, never())).map(({ kind }) => kind)).toEqual(
      batch.map(() => "split"),
    );
    expect(summary(await sink.send(batch.slice(0, 2), never()))).toBe("delivered");
    const large = encoded(sink, [journaled(21, { details: { text: "x".repeat(9000) } } as never)]);
    expect(summary(await sink.send(large, never()))).toBe(
      "quarantine the broker answered MESSAGE_TOO_LARGE for this message alone",
    );
    const findings = await sink.check(never());
    expect(findings.map(({ what }) => what)).toContain(
      "the topic takes batches of 4096 bytes, and batch_size is 950000",
    );
    await sink.close();
  });

  it("does not write twice when the answer is lost", async () => {
    const topic = await newTopic(1);
    const sink = await openSink(`127.0.0.1:${proxy.port}`, { topic });
    expect(summary(await sink.send(encoded(sink, journaledRange(5)), never()))).toBe("delivered");
    proxy.loseAnswer();
    expect(summary(await sink.send(encoded(sink, journaledRange(5, 6)), never()))).toBe(
      "delivered",
    );
    expect(proxy.lost()).toBe(1);
    await sink.close();
    const stored = await readTopic(broker.address, topic);
    expect(stored.map(({ headers }) => headers["chain_seq"])).toEqual(
      journaledRange(10).map(({ seq }) => `${seq}`),
    );
  });

  it("comes back after the broker was killed", async () => {
    const topic = await newTopic();
    const sink = await openSink(broker.address, { topic, timeout: 3000 });
    const batch = encoded(sink, journaledRange(100));
    expect(summary(await sink.send(batch, never()))).toBe("delivered");
    await broker.kill();
    const down = await sink.send(encoded(sink, journaledRange(100, 101)), never());
    expect(new Set(down.map(({ kind }) => kind))).toEqual(new Set(["retry"]));
    expect((await sink.check(never())).map(({ status }) => status)).toEqual(["failed"]);
    await broker.start();
    const again = await sink.send(encoded(sink, journaledRange(100, 101)), never());
    expect(summary(again)).toBe("delivered");
    await sink.close();
    const ids = (await readTopic(broker.address, topic)).map(({ headers }) => headers["event_id"]);
    expect(new Set(ids).size).toBe(200);
  });

  it("takes 40,000 events, and tells how fast", async () => {
    const topic = await newTopic();
    const sink = await openSink(broker.address, { topic });
    const records = journaledRange(40_000).map((record, index) => ({
      ...record,
      event: { ...record.event, session_id: `session-${index % 200}` },
    }));
    const started = performance.now();
    for (let at = 0; at < records.length; at += 1000) {
      const outcomes = await sink.send(encoded(sink, records.slice(at, at + 1000)), never());
      expect(summary(outcomes)).toBe("delivered");
    }
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`Kafka sink: ${Math.round(records.length / seconds)} events/s\n`);
    await sink.close();
  });
});
