import { describe, expect, it } from "vitest";
import { judgeKafkaError } from "../../../src/config/kafka-failure.ts";
import { MissingSecretError } from "../../../src/config/secret.ts";
import type { EncodedRecord, JournaledEvent, Sink } from "../../../src/delivery/sink.ts";
import type { KafkaSinkOptions } from "../../../src/sink/kafka/options.ts";
import { createKafkaSink } from "../../../src/sink/kafka/sink.ts";
import { journaled, journaledRange } from "../../conformance/event.ts";
import { describeSink } from "../../conformance/sink.ts";
import { sinkOptions } from "../../engine/kafka-sink-options.ts";
import { clusterFault, FakeCluster } from "./fake-cluster.ts";

const never = (): AbortSignal => new AbortController().signal;

function openSink(cluster: FakeCluster, changes: Partial<KafkaSinkOptions> = {}): Sink {
  const options = sinkOptions("127.0.0.1:9092", { timeout: 200, ...changes });
  return createKafkaSink("kafka", options, cluster.connect);
}

function encoded(sink: Sink, records: readonly JournaledEvent[]): readonly EncodedRecord[] {
  return records.map((record) => sink.encode(record) as EncodedRecord);
}

function idsOf(cluster: FakeCluster): readonly string[] {
  return cluster.messages.map(({ value }) => (JSON.parse(value) as { event_id: string }).event_id);
}

describeSink({
  name: "kafka on a cluster in memory",
  // Faults of answers in HTTP, and statuses that no error of Kafka stands for.
  inapplicable: [
    ...["trickle", "page", "empty", "truncated", "flood", "redirect"],
    ...["status 407", "status 408", "status 429", "status 429, Retry-After 7"],
  ],
  open: async () => {
    const cluster = new FakeCluster();
    return {
      sink: openSink(cluster),
      stored: () => idsOf(cluster),
      inject: async (fault) => {
        cluster.fault = clusterFault(fault);
      },
      heal: async () => {
        cluster.fault = undefined;
      },
      openConnections: () => cluster.open,
      secrets: [],
      close: () => Promise.resolve(),
    };
  },
});

describe("Kafka sink", () => {
  it("sends one batch at a time", async () => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster);
    const batches = [1, 11, 21, 31].map((from) => encoded(sink, journaledRange(10, from)));
    await Promise.all(batches.map((batch) => sink.send(batch, never())));
    expect(cluster.parallelMax).toBe(1);
    expect(cluster.opened).toBe(1);
    const chain = cluster.partitions.map((messages) =>
      messages.map(({ headers }) => Number(headers[1]?.[1])),
    );
    for (const numbers of chain) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it("begins with a new producer after every failure", async () => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster);
    const batch = encoded(sink, journaledRange(3));
    for (const name of ["OUT_OF_ORDER_SEQUENCE_NUMBER", "PRODUCER_FENCED", "NOT_ENOUGH_REPLICAS"]) {
      cluster.fault = { kind: "answer", failure: judgeKafkaError(name) };
      const outcomes = await sink.send(batch, never());
      expect(outcomes).toEqual(
        batch.map(() => ({ kind: "retry", reason: `the broker answered ${name}` })),
      );
    }
    cluster.fault = undefined;
    expect((await sink.send(batch, never())).map(({ kind }) => kind)).toEqual(
      batch.map(() => "delivered"),
    );
    expect(cluster.opened).toBe(4);
    expect(cluster.open).toBe(1);
  });

  it("does not take an offset that it was given before for a proof", async () => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster);
    await sink.send(encoded(sink, journaledRange(10)), never());
    cluster.fault = { kind: "stale" };
    const batch = encoded(sink, journaledRange(5, 11));
    const outcomes = await sink.send(batch, never());
    expect(outcomes.map(({ kind }) => kind)).toEqual(batch.map(() => "retry"));
    cluster.fault = undefined;
    await sink.send(batch, never());
    expect(new Set(idsOf(cluster)).size).toBe(15);
  });

  it("tells partitions apart", async () => {
    const cluster = new FakeCluster(2);
    const results: unknown[] = [];
    const sink = createKafkaSink("kafka", sinkOptions("127.0.0.1:9092"), () => ({
      ...cluster.connect(),
      send: async (messages) =>
        messages.map(({ key }) =>
          key === "even"
            ? { partition: 0, baseOffset: 7n }
            : { partition: 1, failure: judgeKafkaError("MESSAGE_TOO_LARGE") },
        ),
    }));
    const keys = ["even", "odd", "even", "odd"];
    const records = keys.map((key, n) => journaled(n + 1, { session_id: key }));
    results.push(...(await sink.send(encoded(sink, records), never())));
    expect(results).toEqual([
      { kind: "delivered" },
      { kind: "split", reason: "the broker answered MESSAGE_TOO_LARGE for a batch of 2 messages" },
      { kind: "delivered" },
      { kind: "split", reason: "the broker answered MESSAGE_TOO_LARGE for a batch of 2 messages" },
    ]);
    // With one message in that partition it is known which one is too large.
    expect((await sink.send(encoded(sink, records.slice(0, 2)), never()))[1]).toEqual({
      kind: "quarantine",
      reason: "the broker answered MESSAGE_TOO_LARGE for this message alone",
    });
  });

  it("holds while a secret or a file is missing", async () => {
    let problem: Error | undefined = new MissingSecretError(
      "environment variable KAFKA is not set",
    );
    const cluster = new FakeCluster();
    const sink = createKafkaSink("kafka", sinkOptions("127.0.0.1:9092"), () => {
      if (problem !== undefined) throw problem;
      return cluster.connect();
    });
    const batch = encoded(sink, journaledRange(2));
    expect((await sink.send(batch, never()))[0]).toEqual({
      kind: "hold",
      reason: "environment variable KAFKA is not set",
      instruction: "Provide the secret.",
    });
    problem = Object.assign(new Error("ENOENT"), { code: "ENOENT", path: "/etc/ca.pem" });
    expect((await sink.send(batch, never()))[0]).toMatchObject({
      kind: "hold",
      reason: "/etc/ca.pem cannot be read (ENOENT)",
    });
    problem = undefined;
    expect((await sink.send(batch, never()))[0]).toEqual({ kind: "delivered" });
  });

  it("gives up what is too late, and what waits is sent afterwards", async () => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster, { timeout: 50 });
    cluster.fault = { kind: "silence", stored: false };
    const late = sink.send(encoded(sink, journaledRange(2)), never());
    const next = sink.send(encoded(sink, journaledRange(2, 3)), never());
    expect((await late)[0]).toEqual({ kind: "retry", reason: "no answer within 50 ms" });
    cluster.fault = undefined;
    expect(["retry", "delivered"]).toContain((await next)[0]?.kind);
  });

  it.each([
    ["session_id", { session_id: "s-1" }, "s-1"],
    ["user_id_hash", { session_id: undefined }, "a".repeat(64)],
    ["event_id", { session_id: undefined, user_id_hash: undefined }, journaled(1).event.event_id],
  ] as const)("keys by %s", async (_, changes, key) => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster);
    await sink.send(encoded(sink, [journaled(1, changes as never)]), never());
    expect(cluster.messages.map((message) => message.key)).toEqual([key]);
  });

  it.each([
    ["canonical", "event_id"],
    ["elastic", "@timestamp"],
    ["sentinel", "TimeGenerated"],
    ["splunk", "sourcetype"],
  ] as const)("sends the form of %s", async (format, field) => {
    const cluster = new FakeCluster();
    const sink = openSink(cluster, { format });
    await sink.send(encoded(sink, journaledRange(1)), never());
    const [message] = cluster.messages;
    expect(JSON.parse(message?.value ?? "")).toHaveProperty([field]);
    expect(message?.value).toContain(journaled(1).hash);
    expect(message?.headers).toEqual([
      ["event_id", journaled(1).event.event_id],
      ["chain_seq", "1"],
      ["chain_hash", journaled(1).hash],
    ]);
  });

  it.each([
    [{ replicas: 1, settings: undefined }, "warning", "partitions have one replica only"],
    [{ leaderless: 1 }, "failed", "1 of 3 partitions have no leader"],
    [{ operations: ["read"] }, "failed", "this user may not write to the topic"],
    [{ operations: ["read", "write", "delete"] }, "warning", "this user may also read, delete"],
    [{ operations: undefined }, "warning", "the broker does not tell what this user may do"],
    [
      { settings: new Map([["min.insync.replicas", "1"]]) },
      "warning",
      "min.insync.replicas is 1: one broker's word is enough for an acknowledgement",
    ],
    [
      { settings: new Map([["min.insync.replicas", "4"]]) },
      "warning",
      "min.insync.replicas is 4, but a partition has 3 only",
    ],
    [
      { settings: new Map([["max.message.bytes", "1000"]]) },
      "warning",
      "the topic takes batches of 1000 bytes, and batch_size is 950000",
    ],
    [
      { settings: new Map([["cleanup.policy", "compact,delete"]]) },
      "failed",
      "the topic is compacted: it keeps only the last event of each session",
    ],
    [
      { settings: new Map([["unclean.leader.election.enable", "true"]]) },
      "warning",
      "unclean.leader.election.enable is true: acknowledged events may be cut off",
    ],
  ] as const)("check sees %o", async (description, status, what) => {
    const cluster = new FakeCluster();
    const changes = { allow_plaintext: false };
    const sink = openSink(cluster, changes);
    expect((await sink.check(never())).filter((one) => one.status !== "ok")).toEqual([]);
    cluster.description = description;
    const findings = (await sink.check(never())).filter((one) => one.status !== "ok");
    expect(findings).toEqual([{ status, what, instruction: expect.stringMatching(/.{20}/) }]);
    expect(cluster.messages).toEqual([]);
  });
});
