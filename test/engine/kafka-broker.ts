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
  /** `127.0.0.1:port` of the plaintext listener, whose users may do everything. */
  readonly address: string;
  /** `127.0.0.1:port` of the listener with TLS and SASL, where access is granted user by user. */
  readonly secureAddress: string;
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

export async function freePort(): Promise<number> {
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

/** What a broker is started with beside its plaintext listener. */
export interface BrokerOptions {
  /** PEM text of key and certificate of the secure listener. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Users of the secure listener, for SASL PLAIN and SCRAM. */
  readonly users?: Readonly<Record<string, string>>;
  /** A plaintext listener on `port` that tells clients to connect to `advertised`: a proxy of the test. */
  readonly proxied?: { readonly port: number; readonly advertised: number };
}

interface Ports {
  readonly plain: number;
  readonly secure: number;
  readonly controller: number;
}

function settingsText(ports: Ports, folder: string, options: BrokerOptions): string {
  const { certificate, users = {}, proxied } = options;
  const listeners = [`PLAINTEXT://127.0.0.1:${ports.plain}`];
  const advertised = [...listeners];
  if (certificate !== undefined) {
    listeners.push(`SECURE://127.0.0.1:${ports.secure}`);
    advertised.push(`SECURE://localhost:${ports.secure}`);
  }
  if (proxied !== undefined) {
    listeners.push(`PROXIED://127.0.0.1:${proxied.port}`);
    advertised.push(`PROXIED://127.0.0.1:${proxied.advertised}`);
  }
  const plainUsers = Object.entries(users).map(([name, word]) => `user_${name}="${word}"`);
  const modules = "org.apache.kafka.common.security";
  const secure = `
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, "broker.pem")}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required ${plainUsers.join(" ")};
listener.name.secure.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
listener.name.secure.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
listeners=${listeners.join(",")},CONTROLLER://127.0.0.1:${ports.controller}
advertised.listeners=${advertised.join(",")}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,SECURE:SASL_SSL
controller.listener.names=CONTROLLER
log.dirs=${join(folder, "data")}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
${certificate === undefined ? "" : secure}`;
}

function scramUsers(users: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(users).flatMap(([name, word]) =>
    ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${name},password=${word}]`,
    ]),
  );
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
export async function startBroker(lib: string, options: BrokerOptions = {}): Promise<Broker> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-kafka-"));
  const settings = join(folder, "server.properties");
  const ports = {
    plain: await freePort(),
    secure: await freePort(),
    controller: await freePort(),
  };
  const address = `127.0.0.1:${ports.plain}`;
  writeFileSync(settings, settingsText(ports, folder, options));
  const { certificate, users = {} } = options;
  if (certificate !== undefined)
    writeFileSync(join(folder, "broker.pem"), `${certificate.key}${certificate.cert}`);
  const java = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", `${lib}/*`];
  const format = ["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk"];
  execFileSync("java", [...java, ...format, ...scramUsers(users), "-c", settings], {
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
    secureAddress: `127.0.0.1:${ports.secure}`,
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
