/**
 * The member on the package `@platformatic/kafka`. Its stream reads ahead and forgets positions on
 * its own terms, so only its parts are used: membership, offsets and single fetches.
 */
import type * as Client from "@platformatic/kafka";
import type {
  Assignment,
  Consumer,
  FetchedMessage,
  FetchedPartition,
  PartitionBounds,
  PartitionOffset,
  TopicPartition,
} from "./consumer.ts";
import type { KafkaSourceOptions } from "./options.ts";

/** Joining may take some rounds while others join too. */
const MEMBER_RETRIES = 5;
const JOIN_DELAY_MS = 300;
/** The client repeats inside of what it repeats, so this delay counts up to 36 times. */
const RETRY_DELAY_MS = 50;
/** How long a broker waits for messages to come before it answers with none. */
const FETCH_WAIT_MS = 500;
/** The same when several brokers are asked: the one without messages must not hold up the others. */
const FETCH_WAIT_MS_SHARED = 100;
const CLOSE_MS_MAX = 3000;
/** How long a rebalancing waits for what is being handed over; the group waits for its slowest member. */
const SETTLE_MS_MAX = 10_000;
/** The same while a commit is under way: it may itself be what asked for the rebalancing. */
const COMMIT_MS_MAX = 1000;

function groupByTopic(partitions: readonly TopicPartition[]): Client.GroupAssignment[] {
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  return [...topics].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }));
}

/** Waits for work, but not longer than a bound. Never rejects. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

class PlatformaticConsumer implements Consumer {
  readonly #client: typeof Client;
  readonly #options: KafkaSourceOptions;
  readonly #member: Client.Consumer;
  /** A client of its own: a broker answers one connection in order, and joining a group may take long. */
  readonly #fetcher: Client.Consumer;
  #failure: Error | undefined;
  #settle: (() => Promise<void>) | undefined;
  #isCommitting = false;
  #generation = 0;

  constructor(client: typeof Client, settings: Client.BaseOptions, options: KafkaSourceOptions) {
    this.#client = client;
    this.#options = options;
    const { session_timeout, timeout, topics } = options;
    const group = {
      groupId: options.group,
      autocommit: false,
      sessionTimeout: session_timeout,
      rebalanceTimeout: session_timeout,
      heartbeatInterval: Math.min(3000, Math.floor(session_timeout / 4)),
      isolationLevel: client.FetchIsolationLevels.READ_COMMITTED,
    };
    this.#member = new client.Consumer({
      ...settings,
      ...group,
      // A broker answers a member that joins when all members have come, at the latest then.
      requestTimeout: Math.max(timeout, session_timeout + 10_000),
      retries: MEMBER_RETRIES,
      // The client awaits this before it asks to join, and there is no other place to settle things.
      protocolsMetadata: async () => {
        const ms = this.#isCommitting
          ? COMMIT_MS_MAX
          : Math.min(SETTLE_MS_MAX, session_timeout / 2);
        await atMost(ms, this.#settle?.() ?? Promise.resolve());
        return Buffer.alloc(0);
      },
      retryDelay: (_, operation) => (operation === "joinGroup" ? JOIN_DELAY_MS : RETRY_DELAY_MS),
    });
    this.#fetcher = new client.Consumer({
      ...settings,
      ...group,
      retries: 1,
      retryDelay: RETRY_DELAY_MS,
    });
    const fail = (error: Error): void => {
      this.#failure ??= error;
    };
    // The client changes its own number of the generation before it knows its new partitions.
    this.#member.on("consumer:group:join", () => {
      this.#generation += 1;
    });
    this.#member.on("error", fail);
    this.#fetcher.on("error", fail);
    this.#member.on("consumer:heartbeat:stalled", ({ lastError }) => {
      fail(lastError ?? new Error("the broker did not answer the signs of life"));
    });
    this.#member.topics.trackAll(...topics);
    this.#fetcher.topics.trackAll(...topics);
  }

  readonly join = async (): Promise<void> => {
    await this.#member.joinGroup({});
  };

  readonly beforeRebalance = (settle: () => Promise<void>): void => {
    this.#settle = settle;
  };

  readonly assignment = (): Assignment => {
    if (this.#failure !== undefined) throw this.#failure;
    return {
      generation: this.#generation,
      partitions: (this.#member.assignments ?? []).flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    };
  };

  readonly committed = async (
    partitions: readonly TopicPartition[],
  ): Promise<readonly PartitionOffset[]> => {
    const topics = await this.#member.listCommittedOffsets({ topics: groupByTopic(partitions) });
    return partitions.flatMap(({ topic, partition }) => {
      const offset = topics.get(topic)?.[partition];
      return offset === undefined || offset < 0n ? [] : [{ topic, partition, offset }];
    });
  };

  readonly bounds = async (
    partitions: readonly TopicPartition[],
  ): Promise<readonly PartitionBounds[]> => {
    const grouped = groupByTopic(partitions);
    const wanted = {
      topics: grouped.map(({ topic }) => topic),
      partitions: Object.fromEntries(grouped.map((one) => [one.topic, one.partitions])),
    };
    const { EARLIEST, LATEST } = this.#client.ListOffsetTimestamps;
    const starts = await this.#fetcher.listOffsets({ ...wanted, timestamp: EARLIEST });
    const ends = await this.#fetcher.listOffsets({ ...wanted, timestamp: LATEST });
    return partitions.map(({ topic, partition }) => {
      const start = starts.get(topic)?.[partition];
      const end = ends.get(topic)?.[partition];
      if (start === undefined || end === undefined)
        throw new Error(`the broker does not tell the offsets of ${topic}[${partition}]`);
      return { topic, partition, start, end };
    });
  };

  readonly fetch = async (
    from: readonly PartitionOffset[],
  ): Promise<readonly FetchedPartition[]> => {
    const metadata = await this.#fetcher.metadata({ topics: [...this.#options.topics] });
    const leaders = Map.groupBy(from, ({ topic, partition }) => {
      const leader = metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1;
      if (leader < 0) {
        this.#fetcher.clearMetadata();
        throw new Error(`${topic}[${partition}] has no leader`);
      }
      return leader;
    });
    const maxWaitTime = leaders.size > 1 ? FETCH_WAIT_MS_SHARED : FETCH_WAIT_MS;
    const answers = await Promise.all(
      [...leaders].map(([node, offsets]) => this.#fetchFrom(node, offsets, metadata, maxWaitTime)),
    );
    return answers.flat();
  };

  async #fetchFrom(
    node: number,
    offsets: readonly PartitionOffset[],
    metadata: Client.ClusterMetadata,
    maxWaitTime: number,
  ): Promise<readonly FetchedPartition[]> {
    const names = new Map<string, string>();
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, list]) => {
      const topicId = metadata.topics.get(topic)?.id ?? "";
      names.set(topicId, topic);
      return {
        topicId,
        partitions: list.map(({ partition, offset }) => ({
          partition,
          fetchOffset: offset,
          partitionMaxBytes: this.#options.fetch_size,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        })),
      };
    });
    const answer = await this.#fetcher.fetch({
      node,
      topics,
      maxWaitTime,
      minBytes: 1,
      maxBytes: this.#options.fetch_size,
    });
    const asked = new Map(
      offsets.map(({ topic, partition, offset }) => [`${topic}[${partition}]`, offset]),
    );
    return answer.responses.flatMap(({ topicId, partitions }) =>
      partitions.flatMap(({ partitionIndex: partition, records }) => {
        const topic = names.get(topicId);
        const offset = asked.get(`${topic}[${partition}]`);
        if (topic === undefined || offset === undefined) return [];
        return [{ topic, partition, ...this.#messagesOf(records ?? [], offset) }];
      }),
    );
  }

  /** A batch is sent whole even when it was asked for from its middle; what comes before is left out. */
  #messagesOf(
    batches: readonly Client.RecordsBatch[],
    from: bigint,
  ): Pick<FetchedPartition, "messages" | "next"> {
    const messages: FetchedMessage[] = [];
    let next = from;
    for (const batch of batches) {
      const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
      if (after > next) next = after;
      if ((batch.attributes & this.#client.IS_CONTROL) !== 0) continue;
      for (const { offsetDelta, value } of batch.records) {
        const offset = batch.firstOffset + BigInt(offsetDelta);
        if (offset >= from) messages.push({ offset, value });
      }
    }
    return { messages, next };
  }

  readonly commit = async (offsets: readonly PartitionOffset[]): Promise<void> => {
    this.#isCommitting = true;
    try {
      await this.#member.commit({ offsets: offsets.map((one) => ({ ...one, leaderEpoch: -1 })) });
    } finally {
      this.#isCommitting = false;
    }
  };

  readonly close = async (): Promise<void> => {
    const sockets = [...this.#member.connections, ...this.#fetcher.connections].map(
      ([, connection]) => connection.socket,
    );
    const left = Promise.allSettled([this.#member.close(true), this.#fetcher.close(true)]);
    // A broker that does not answer notices by the session's end that this member is gone.
    await atMost(CLOSE_MS_MAX, left);
    for (const socket of sockets) socket?.destroy();
  };
}

/** Makes a member; see `OpenConsumer`. */
export function openPlatformatic(
  client: typeof Client,
  settings: Client.BaseOptions,
  options: KafkaSourceOptions,
): Consumer {
  return new PlatformaticConsumer(client, settings, options);
}
