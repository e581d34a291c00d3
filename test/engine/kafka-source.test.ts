/** The Kafka source against a real broker, where its jars are at hand. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Admin, Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KafkaSourceOptions } from "../../src/source/kafka/options.ts";
import { kafkaSourceKind } from "../../src/source/kafka/source.ts";
import type { Emit, SourceRecord } from "../../src/source/source.ts";
import { type Broker, kafkaLib, startBroker } from "./kafka-broker.ts";
import { sourceOptions, sourceTools } from "./kafka-source-options.ts";

if (kafkaLib === undefined)
  process.stdout.write(
    "skipped: no Kafka broker (CLAUDE_SIEM_KAFKA_LIB: scripts/engines/kafka.sh)\n",
  );

interface Taken {
  readonly record: SourceRecord;
  readonly origin: string;
}

/** A running source and what it handed over. */
interface Running {
  readonly taken: Taken[];
  readonly warnings: string[];
  readonly stop: () => Promise<void>;
  readonly until: (count: number) => Promise<void>;
}

async function waitFor(what: () => boolean, doing: string): Promise<void> {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 600) throw new Error(`waited in vain for ${doing}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function run(options: KafkaSourceOptions, before?: Emit): Promise<Running> {
  const taken: Taken[] = [];
  const warnings: string[] = [];
  const stop = new AbortController();
  const emit: Emit = async (records, origin) => {
    await before?.(records, origin);
    taken.push(...records.map((record) => ({ record, origin })));
    return { accepted: records.length, rejected: [] };
  };
  const source = await kafkaSourceKind.open(options, sourceTools(warnings));
  const ended = source.start(emit, stop.signal);
  return {
    taken,
    warnings,
    stop: async () => {
      stop.abort();
      await ended;
    },
    until: (count) => waitFor(() => taken.length >= count, `${count} records`),
  };
}

function textsOf({ taken }: Running): readonly string[] {
  return taken.map(({ record }) => record.text ?? record.problem?.code ?? "");
}

describe.skipIf(kafkaLib === undefined)("Kafka source on a broker", { timeout: 60_000 }, () => {
  let broker: Broker;
  let producer: Producer;
  let topics = 0;

  const newTopic = async (partitions: number): Promise<string> => {
    topics += 1;
    await broker.createTopic(`events-${topics}`, partitions);
    return `events-${topics}`;
  };

  const produce = async (
    topic: string,
    values: readonly (string | Buffer | undefined)[],
    partitions = 1,
  ): Promise<void> => {
    const messages = values.map((value, index) => ({
      topic,
      key: Buffer.from(`k${index}`),
      partition: index % partitions,
      ...(value !== undefined && { value: Buffer.from(value) }),
    }));
    await producer.send({ messages, acks: -1 });
  };

  beforeAll(async () => {
    broker = await startBroker(kafkaLib ?? "");
    producer = new Producer({ clientId: "producer", bootstrapBrokers: [broker.address] });
  }, 60_000);

  afterAll(async () => {
    await producer?.close();
    await broker?.stop();
  });

  it("hands over each partition in order, and goes on where it stopped", async () => {
    const topic = await newTopic(3);
    const values = Array.from({ length: 3000 }, (_, n) => `{"n":${n}}`);
    await produce(topic, values, 3);
    const options = sourceOptions(broker.address, { topics: [topic], group: "in-order" });
    const first = await run(options);
    await first.until(3000);
    await first.stop();
    expect([...textsOf(first)].sort()).toEqual([...values].sort());
    for (const partition of [0, 1, 2]) {
      const origin = `kafka ${topic}[${partition}]`;
      const mine = first.taken.filter((one) => one.origin === origin);
      expect(mine.map(({ record }) => record.position)).toEqual(mine.map((_, n) => n));
      expect(mine.map(({ record }) => record.text)).toEqual(
        values.filter((_, n) => n % 3 === partition),
      );
    }
    await produce(topic, ['{"n":"new"}']);
    const second = await run(options);
    await second.until(1);
    await second.stop();
    expect(textsOf(second)).toEqual(['{"n":"new"}']);
  });

  it("reads again what was handed over but not settled", async () => {
    const topic = await newTopic(1);
    await produce(topic, ["1", "2", "3"]);
    const options = sourceOptions(broker.address, { topics: [topic], group: "unsettled" });
    const ended = kafkaSourceKind
      .open(options, sourceTools())
      .then((source) =>
        source.start(
          () => Promise.reject(new Error("the journal is closed")),
          new AbortController().signal,
        ),
      );
    await expect(ended).rejects.toThrow("the journal is closed");
    const again = await run(options);
    await again.until(3);
    await again.stop();
    expect(textsOf(again)).toEqual(["1", "2", "3"]);
  });

  it("hands over why a message is no event, and reads on", async () => {
    const topic = await newTopic(1);
    await broker.createTopic(`${topic}-large`, 1, { "max.message.bytes": "3000000" });
    const large = `${topic}-large`;
    await produce(large, ["1", undefined, Buffer.from([0xff, 0xfe]), "x".repeat(1_100_000), "5"]);
    const running = await run(sourceOptions(broker.address, { topics: [large], group: "poison" }));
    await running.until(5);
    await running.stop();
    expect(textsOf(running)).toEqual(["1", "S741", "S742", "S743", "5"]);
    expect(running.taken[1]?.record.problem?.span).toMatchObject({
      file: `kafka ${large}[0]`,
      line: 1,
    });
  });

  it("says what retention deleted before it was read", async () => {
    const topic = await newTopic(1);
    await produce(topic, ["0", "1", "2"]);
    const options = sourceOptions(broker.address, { topics: [topic], group: "expired" });
    const first = await run(options);
    await first.until(3);
    await first.stop();
    await produce(topic, ["3", "4", "5", "6"]);
    const admin = new Admin({ clientId: "admin", bootstrapBrokers: [broker.address] });
    await admin.deleteRecords({
      topics: [{ name: topic, partitions: [{ partition: 0, offset: 5n }] }],
    });
    await admin.close();
    const second = await run(options);
    await second.until(3);
    await second.stop();
    expect(textsOf(second)).toEqual(["S744", "5", "6"]);
    expect(second.taken[0]?.record.problem?.message).toBe(
      "Offsets 3 to 4 were deleted before they were read",
    );
    expect(second.warnings.length).toBe(1);
  });

  it("shares partitions, and gives them up at once when it stops", async () => {
    const topic = await newTopic(4);
    const options = sourceOptions(broker.address, {
      topics: [topic],
      group: "shared",
      session_timeout: 20_000,
    });
    const one = await run(options);
    const two = await run(options);
    const sent = new Set<string>();
    let serial = 0;
    const send = async (): Promise<void> => {
      const values = Array.from({ length: 40 }, () => `{"n":${serial++}}`);
      for (const value of values) sent.add(value);
      await produce(topic, values, 4);
    };
    const partitionsOf = (running: Running): number =>
      new Set(running.taken.map(({ origin }) => origin)).size;
    for (
      let tries = 0;
      tries < 100 && (partitionsOf(one) < 1 || partitionsOf(two) < 1);
      tries += 1
    ) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(partitionsOf(one)).toBeGreaterThan(0);
    expect(partitionsOf(two)).toBeGreaterThan(0);
    await one.stop();
    await send();
    // Without leaving the group its partitions would lie still for the session's 20 seconds.
    const started = performance.now();
    await waitFor(
      () => new Set([...textsOf(one), ...textsOf(two)]).size === sent.size,
      "the rest of the messages",
    );
    expect(performance.now() - started).toBeLessThan(15_000);
    await two.stop();
  });

  it("loses nothing while members come and go and messages flow", async () => {
    const topic = await newTopic(6);
    const options = sourceOptions(broker.address, { topics: [topic], group: "come-and-go" });
    const slow: Emit = async (records) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { accepted: records.length, rejected: [] };
    };
    let sent = 0;
    let isFlowing = true;
    const flow = (async () => {
      while (isFlowing) {
        await produce(
          topic,
          Array.from({ length: 60 }, (_, n) => `${sent + n}`),
          6,
        );
        sent += 60;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const members: Running[] = [];
    const grow = async (): Promise<void> => {
      members.push(await run(options, slow));
      await members.at(-1)?.until(300);
    };
    await grow();
    await grow();
    await grow();
    // Those that stay must take over what the others leave.
    await members[1]?.stop();
    await members[0]?.stop();
    const left = members[2]?.taken.length ?? 0;
    await members[2]?.until(left + 1200);
    isFlowing = false;
    await flow;
    const texts = (): readonly string[] => members.flatMap(textsOf);
    await waitFor(() => new Set(texts()).size === sent, "everything");
    await members[2]?.stop();
    expect(members.flatMap(({ warnings }) => warnings)).toEqual([]);
    process.stdout.write(
      `Kafka source: ${sent} sent, 4 rebalancings, 0 lost, ${texts().length - sent} read twice\n`,
    );
  });

  it("keeps trying while the broker is down, and says so", async () => {
    const topic = await newTopic(2);
    await produce(topic, ["1", "2"], 2);
    const running = await run(sourceOptions(broker.address, { topics: [topic], group: "outage" }));
    await running.until(2);
    await broker.kill();
    await waitFor(() => running.warnings.length > 1, "warnings");
    await broker.start();
    await produce(topic, ["3", "4"], 2);
    await waitFor(() => new Set(textsOf(running)).size === 4, "messages after the outage");
    await running.stop();
    expect(running.warnings[0]).toMatch(/^events: .+ \(next attempt in \d+ ms\)$/);
  });

  it("loses nothing when one of two connectors is killed", async () => {
    const topic = await newTopic(4);
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-kafka-"));
    const files = [join(folder, "one"), join(folder, "two"), join(folder, "three")];
    const worker = (file: string): ChildProcess =>
      spawn(
        process.execPath,
        [join(import.meta.dirname, "kafka-worker.ts"), broker.address, topic, "killed", file],
        { stdio: ["ignore", "inherit", "inherit"] },
      );
    const journaled = (): ReadonlyMap<string, number> => {
      const counts = new Map<string, number>();
      for (const file of files) {
        let text = "";
        try {
          text = readFileSync(file, "utf8");
        } catch (error) {
          if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
        }
        // A line that was being written when the process was killed has no end.
        for (const line of text.split("\n").slice(0, -1)) {
          const value = line.split(" ").at(-1) ?? "";
          counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
      return counts;
    };
    const children = files.slice(0, 2).map(worker);
    let sent = 0;
    const send = async (): Promise<void> => {
      await produce(
        topic,
        Array.from({ length: 200 }, (_, n) => `event-${sent + n}`),
        4,
      );
      sent += 200;
    };
    for (let n = 0; n < 10; n += 1) await send();
    await waitFor(() => journaled().size > 1000, "the first thousand");
    children[0]?.kill("SIGKILL");
    for (let n = 0; n < 10; n += 1) await send();
    children.push(worker(files[2] ?? ""));
    await waitFor(() => journaled().size > 2500, "what comes after the kill");
    children[1]?.kill("SIGKILL");
    for (let n = 0; n < 5; n += 1) await send();
    await waitFor(() => journaled().size === sent, "everything");
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(
      children.map((child) =>
        child.exitCode !== null || child.signalCode !== null
          ? undefined
          : new Promise((resolve) => child.once("exit", resolve)),
      ),
    );
    const counts = journaled();
    const twice = [...counts.values()].filter((count) => count > 1).length;
    process.stdout.write(`Kafka source: ${sent} sent, 2 kills, 0 lost, ${twice} read twice\n`);
    expect([...counts.keys()].sort()).toEqual(
      Array.from({ length: sent }, (_, n) => `event-${n}`).sort(),
    );
    expect(children.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([
      "SIGKILL",
      "SIGKILL",
      0,
    ]);
    rmSync(folder, { recursive: true, force: true });
  });
});
