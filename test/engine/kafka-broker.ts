/** A real Kafka broker on loopback for the time of a test file: KRaft, one node, data in a new folder. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Admin, Consumer, ListOffsetTimestamps } from "@platformatic/kafka";

/** Folder with the broker's jars, or `undefined`: `scripts/engines/kafka.sh` makes one. */
export const kafkaLib: string | undefined = process.env["CLAUDE_SIEM_KAFKA_LIB"];

export interface Broker {
  /** `127.0.0.1:port` of the plaintext listener. */
  readonly address: string;
  readonly createTopic: (
    topic: string,
    partitions: number,
    settings?: Readonly<Record<string, string>>,
  ) => Promise<void>;
  /** Ends the broker at once, as a power cut would. Its data stay. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function settingsText(port: number, controller: number, data: string, more: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
log.retention.check.interval.ms=500
${more}`;
}

async function answers(address: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const admin = new Admin({ clientId: "probe", bootstrapBrokers: [address], retries: 0 });
    try {
      await admin.listTopics();
      return;
    } catch (error) {
      if (tries >= 150) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    } finally {
      await admin.close();
    }
  }
}

function exited(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()));
}

/** Formats a new folder and starts a broker on free ports; resolves when it answers. */
export async function startBroker(lib: string, more = ""): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-kafka-"));
  const settings = join(folder, "server.properties");
  const [port, controller] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  writeFileSync(settings, settingsText(port, controller, join(folder, "data"), more));
  const java = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", `${lib}/*`];
  const format = ["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk"];
  execFileSync("java", [...java, ...format, "-c", settings], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: folder,
  });
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn("java", [...java, "kafka.Kafka", settings], { stdio: "ignore", cwd: folder });
    await answers(address);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined) return;
    child.kill(signal);
    await exited(child);
    child = undefined;
  };
  await start();
  return {
    address,
    createTopic: async (topic, partitions, configs = {}) => {
      const admin = new Admin({ clientId: "setup", bootstrapBrokers: [address] });
      const list = Object.entries(configs).map(([name, value]) => ({ name, value }));
      try {
        await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: list });
      } finally {
        await admin.close();
      }
    },
    kill: () => end("SIGKILL"),
    start,
    stop: async () => {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface StoredMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All messages that a topic holds now, each partition in order. */
export async function readTopic(address: string, topic: string): Promise<readonly StoredMessage[]> {
  const groupId = `reader-${process.hrtime.bigint()}`;
  const reader = new Consumer({ clientId: "reader", groupId, bootstrapBrokers: [address] });
  const stored: StoredMessage[] = [];
  try {
    const boundary = async (timestamp: bigint): Promise<readonly bigint[]> =>
      (await reader.listOffsets({ topics: [topic], timestamp })).get(topic) ?? [];
    const ends = await boundary(ListOffsetTimestamps.LATEST);
    const starts = await boundary(ListOffsetTimestamps.EARLIEST);
    const open = new Set(
      ends.flatMap((end, index) => (end > (starts[index] ?? 0n) ? [index] : [])),
    );
    if (open.size === 0) return [];
    const stream = await reader.consume({
      topics: [topic],
      mode: "earliest",
      autocommit: false,
      maxWaitTime: 100,
    });
    for await (const { partition, offset, key, value, headers } of stream) {
      stored.push({
        partition,
        offset,
        key: key?.toString() ?? "",
        value: value?.toString() ?? "",
        headers: Object.fromEntries([...headers].map(([k, v]) => [k.toString(), v.toString()])),
      });
      if (offset + 1n >= (ends[partition] ?? 0n)) open.delete(partition);
      if (open.size === 0) break;
    }
    return stored;
  } finally {
    await reader.close(true);
  }
}
