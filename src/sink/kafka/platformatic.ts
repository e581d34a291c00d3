/** The producer on the package `@platformatic/kafka`: one call, one request to each leader, no queue. */
import type * as Client from "@platformatic/kafka";
import { isLoopbackHost } from "../../config/endpoint.ts";
import {
  judgeKafkaError,
  judgeKafkaFailure,
  type KafkaFailure,
  kafkaCauses,
} from "../../config/kafka-failure.ts";
import type { KafkaSinkOptions } from "./options.ts";
import type { KafkaMessage, MessageResult, Producer, TopicDescription } from "./producer.ts";

/**
 * With idempotence the client raises fewer than 2 repetitions to endless ones. Two are useful: they
 * carry the numbers of the first attempt, so a batch whose answer was lost is not written twice.
 */
const CLIENT_RETRIES = 2;
const CLIENT_RETRY_DELAY_MS = 200;
const METADATA_AGE_MS_MAX = 30_000;

/** Bits of `authorized_operations` (Kafka's `AclOperation`), of which we say something. */
const operationBits: readonly (readonly [number, string])[] = [
  [3, "read"],
  [4, "write"],
  [6, "delete"],
  [7, "alter"],
  [11, "alter-configs"],
];
/** What a broker sends that does not tell (KIP-430). */
const UNTOLD = -2_147_483_648;

type PartitionAnswer = { readonly baseOffset: bigint } | { readonly failure: KafkaFailure };

/** Partitions of an answer to a Produce request that came with an error, as the client attaches it. */
function answersOf(
  error: Error,
  nameOfCode: (code: number) => string,
): readonly (readonly [number, PartitionAnswer])[] {
  const response = Reflect.get(error, "response") as
    | {
        readonly responses?: readonly {
          readonly partitionResponses?: readonly {
            readonly index: number;
            readonly errorCode: number;
            readonly baseOffset: bigint;
          }[];
        }[];
      }
    | undefined;
  const partitions = (response?.responses ?? []).flatMap((one) => one.partitionResponses ?? []);
  return partitions.map(({ index, errorCode, baseOffset }) => [
    index,
    errorCode === 0 ? { baseOffset } : { failure: judgeKafkaError(nameOfCode(errorCode)) },
  ]);
}

/**
 * What each partition answered in all attempts of a request. An offset that was given once counts,
 * whatever became of a repetition.
 */
export function collectAnswers(
  error: unknown,
  nameOfCode: (code: number) => string,
): ReadonlyMap<number, PartitionAnswer> {
  const answers = new Map<number, PartitionAnswer>();
  for (const cause of kafkaCauses(error)) {
    const produced = Reflect.get(cause, "produced") as Client.ProduceResult | undefined;
    for (const { partition, offset } of produced?.offsets ?? [])
      answers.set(partition, { baseOffset: offset });
    for (const [partition, answer] of answersOf(cause, nameOfCode)) {
      const known = answers.get(partition);
      if (known === undefined || "failure" in known) answers.set(partition, answer);
    }
  }
  return answers;
}

function toMessage(
  { key, value, headers }: KafkaMessage,
  topic: string,
  partition: number,
): Client.MessageToProduce {
  // No timestamp: the moment of sending counts. Brokers delete by it, and events of a backlog would
  // be deleted as soon as they arrive if it were the moment they happened.
  return {
    topic,
    partition,
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: new Map(headers.map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
}

function isFailure(value: object): value is KafkaFailure {
  return "reason" in value;
}

class PlatformaticProducer implements Producer {
  readonly #client: typeof Client;
  readonly #settings: Client.BaseOptions;
  readonly #options: KafkaSinkOptions;
  readonly #producer: Client.Producer;

  constructor(client: typeof Client, settings: Client.BaseOptions, options: KafkaSinkOptions) {
    this.#client = client;
    this.#settings = settings;
    this.#options = options;
    this.#producer = new client.Producer({
      ...settings,
      idempotent: true,
      acks: client.ProduceAcks.ALL,
      retries: CLIENT_RETRIES,
      retryDelay: CLIENT_RETRY_DELAY_MS,
      metadataMaxAge: METADATA_AGE_MS_MAX,
      // Repeats all messages of a leader at the new leader of one of them; the pump does that better.
      repeatOnStaleMetadata: false,
      compression: options.compression,
    });
  }

  async #topic(): Promise<Client.ClusterTopicMetadata | KafkaFailure> {
    const { topic, allow_plaintext } = this.#options;
    const { brokers, topics } = await this.#producer.metadata({ topics: [topic] });
    const strange = [...brokers.values()].find(({ host }) => !isLoopbackHost(host));
    if (allow_plaintext && strange !== undefined)
      return {
        kind: "settings",
        reason: `the broker names itself ${strange.host}, which is not this machine`,
        instruction: "Use TLS, or set advertised.listeners of the broker to 127.0.0.1.",
      };
    return topics.get(topic) ?? judgeKafkaError("UNKNOWN_TOPIC_OR_PARTITION");
  }

  readonly send = async (messages: readonly KafkaMessage[]): Promise<readonly MessageResult[]> => {
    let placed: readonly Client.MessageToProduce[] = [];
    try {
      const topic = await this.#topic();
      if (isFailure(topic)) return messages.map(() => ({ failure: topic }));
      placed = messages.map((message) => {
        // As Java's producer places keys, so that others who write this topic agree.
        const positive = this.#client.murmur2(Buffer.from(message.key)) & 0x7fffffff;
        const partition = positive % topic.partitionsCount;
        return toMessage(message, this.#options.topic, partition);
      });
      const { offsets = [] } = await this.#producer.send({ messages: [...placed] });
      return this.#results(
        placed,
        new Map(offsets.map(({ partition, offset }) => [partition, { baseOffset: offset }])),
        { kind: "temporary", reason: "the broker's answer leaves out this partition" },
      );
    } catch (error) {
      const failure = judgeKafkaFailure(error);
      if (placed.length === 0) return messages.map(() => ({ failure }));
      return this.#results(placed, collectAnswers(error, this.#nameOfCode), failure);
    }
  };

  readonly #nameOfCode = (code: number): string =>
    this.#client.protocolErrorsCodesById[code] ?? `ERROR_${code}`;

  #results(
    placed: readonly Client.MessageToProduce[],
    answers: ReadonlyMap<number, PartitionAnswer>,
    otherwise: KafkaFailure,
  ): readonly MessageResult[] {
    return placed.map(({ partition = 0 }) => {
      const answer = answers.get(partition) ?? { failure: otherwise };
      return { partition, ...answer };
    });
  }

  readonly describe = async (): Promise<TopicDescription | KafkaFailure> => {
    try {
      const topic = await this.#topic();
      if (isFailure(topic)) return topic;
      // An identity is what a real send needs first, and brokers may refuse it.
      await this.#producer.initIdempotentProducer({});
      return {
        partitions: topic.partitionsCount,
        replicas: Math.min(...topic.partitions.map(({ replicas }) => replicas.length)),
        leaderless: topic.partitions.filter(({ leader }) => leader < 0).length,
        operations: await this.#operations(),
        settings: await this.#topicSettings(),
      };
    } catch (error) {
      return judgeKafkaFailure(error);
    }
  };

  async #operations(): Promise<readonly string[] | undefined> {
    const connections = await this.#producer.connectToBrokers();
    const [connection] = connections.values();
    if (connection === undefined) return undefined;
    const { topic } = this.#options;
    try {
      const answer = await this.#client.metadataV12.api.async(connection, [topic], false, true);
      const bits = answer.topics.find(({ name }) => name === topic)?.topicAuthorizedOperations;
      if (bits === undefined || bits === UNTOLD) return undefined;
      return operationBits.flatMap(([bit, name]) => ((bits & (1 << bit)) === 0 ? [] : [name]));
    } catch (error) {
      // A broker that does not know this version of the request does not tell either.
      if (kafkaCauses(error).some((cause) => Reflect.get(cause, "apiId") === "UNSUPPORTED_VERSION"))
        return undefined;
      throw error;
    }
  }

  /** A user that may only write may not read settings, and must not need to. */
  async #topicSettings(): Promise<ReadonlyMap<string, string> | undefined> {
    const admin = new this.#client.Admin({ ...this.#settings, retries: 0 });
    const { topic } = this.#options;
    const resourceType = this.#client.ConfigResourceTypes.TOPIC;
    try {
      const [answer] = await admin.describeConfigs({
        resources: [{ resourceType, resourceName: topic, configurationKeys: null }],
      });
      return new Map(
        answer?.configs.flatMap(({ name, value }) =>
          typeof value === "string" ? [[name, value] as const] : [],
        ),
      );
    } catch (error) {
      if (judgeKafkaFailure(error).kind === "settings") return undefined;
      throw error;
    } finally {
      await admin.close();
    }
  }

  readonly close = async (): Promise<void> => {
    const sockets = [...this.#producer.connections].map(([, connection]) => connection.socket);
    const closed = this.#producer.close(true);
    // The client would wait until all is sent, which a peer that does not read makes for ever. Nothing
    // that counts is under way: what has no answer yet is reported as unknown.
    for (const socket of sockets) socket?.destroy();
    try {
      await closed;
    } catch {
      // Its connections are broken already; there is nothing left to give back.
    }
  };
}

/** Makes a producer; see `OpenProducer`. */
export function openPlatformatic(
  client: typeof Client,
  settings: Client.BaseOptions,
  options: KafkaSinkOptions,
): Producer {
  return new PlatformaticProducer(client, settings, options);
}
