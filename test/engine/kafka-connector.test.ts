/** Connectors of one group between two topics, killed and started again, where a broker's jars are at hand. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journaledRange } from "../conformance/event.ts";
import { type Broker, kafkaLib, readTopic, startBroker } from "./kafka-broker.ts";

if (kafkaLib === undefined)
  process.stdout.write(
    "skipped: no Kafka broker (CLAUDE_SIEM_KAFKA_LIB: scripts/engines/kafka.sh)\n",
  );

const EVENTS = 6000;

describe.skipIf(kafkaLib === undefined)("connectors between topics", { timeout: 90_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-connector-"));
  const key = randomBytes(32).toString("hex");
  const children = new Set<ChildProcess>();
  let broker: Broker;
  let producer: Producer;

  const start = async (name: string): Promise<ChildProcess> => {
    const cluster = { kind: "kafka", brokers: [broker.address], allow_plaintext: true };
    const configuration = {
      version: 1,
      data_dir: join(folder, name),
      pseudonym: { key: { env: "PSEUDONYM_KEY" } },
      sources: [{ name: "in", ...cluster, topics: ["in"], session_timeout: "2s" }],
      sinks: [{ name: "out", ...cluster, topic: "out", delivery: { batch_age: "50ms" } }],
    };
    const script = join(import.meta.dirname, "kafka-connector-child.ts");
    const child = spawn(process.execPath, [script, JSON.stringify(configuration)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, PSEUDONYM_KEY: key },
    });
    children.add(child);
    await new Promise((resolve) => child.once("message", resolve));
    return child;
  };

  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null && child.kill(signal)) await exited;
    children.delete(child);
  };

  const send = async (values: readonly string[]): Promise<void> => {
    const messages = values.map((value, n) => ({
      topic: "in",
      key: Buffer.from(`${n % 40}`),
      value: Buffer.from(value),
    }));
    await producer.send({ messages, acks: -1 });
  };

  const arrived = async (): Promise<ReadonlySet<string>> =>
    new Set(
      (await readTopic(broker.address, "out")).map(({ headers }) => headers["event_id"] ?? ""),
    );

  const arriving = async (count: number): Promise<ReadonlySet<string>> => {
    for (let tries = 0; tries < 300; tries += 1) {
      const ids = await arrived();
      if (ids.size >= count) return ids;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return arrived();
  };

  beforeAll(async () => {
    broker = await startBroker(kafkaLib ?? "");
    await broker.createTopic("in", 6);
    await broker.createTopic("out", 3);
    producer = new Producer({ clientId: "producer", bootstrapBrokers: [broker.address] });
  }, 60_000);

  afterAll(async () => {
    await Promise.all([...children].map((child) => end(child, "SIGKILL")));
    await producer?.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("bring every event over, whoever is killed", async () => {
    const events = journaledRange(EVENTS).map(({ event }) => event);
    const third = EVENTS / 3;
    const texts = events.map((event) => JSON.stringify(event));
    let one = await start("one");
    const two = await start("two");
    await send(texts.slice(0, third));
    await arriving(third / 2);
    await end(one, "SIGKILL");
    await send([...texts.slice(third, 2 * third), "this is no event"]);
    await arriving(third + 1);
    // What it had journaled and not delivered is delivered now.
    one = await start("one");
    await send(texts.slice(2 * third));
    const ids = await arriving(EVENTS);
    await Promise.all([end(one, "SIGTERM"), end(two, "SIGTERM")]);
    expect(events.filter(({ event_id }) => !ids.has(event_id))).toEqual([]);
    expect(ids.size).toBe(EVENTS);
    expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
    const rejected = ["one", "two"]
      .map((name) => {
        try {
          return readFileSync(join(folder, name, "rejects", "in.ndjson"), "utf8");
        } catch {
          return "";
        }
      })
      .join("");
    expect(rejected).toContain("this is no event");
    const stored = await readTopic(broker.address, "out");
    process.stdout.write(
      `connectors: ${EVENTS} events, 1 kill, 0 lost, ${stored.length - EVENTS} twice in the topic\n`,
    );
  });
});
