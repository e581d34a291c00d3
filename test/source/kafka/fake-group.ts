/** A consumer group over partitions in memory. */
import type {
  Assignment,
  Consumer,
  FetchedMessage,
  FetchedPartition,
  PartitionOffset,
  TopicPartition,
} from "../../../src/source/kafka/consumer.ts";

export const TOPIC: string = "events";

export class FakeGroup {
  readonly logs: FetchedMessage[][];
  /** First offset that retention has left, by partition. */
  readonly starts: bigint[];
  readonly committed: Map<number, bigint> = new Map();
  /** Highest offset that was ever committed: what the journal must have. */
  readonly commits: PartitionOffset[] = [];
  assigned: readonly number[];
  generation: number = 1;
  /** Thrown by the next calls, one each. */
  failures: Error[] = [];
  /** Runs between a fetch and its answer. */
  whileFetching: (() => void) | undefined;
  /** What the last member wants to do before partitions are given anew. */
  settle: () => Promise<void> = () => Promise.resolve();
  joins = 0;
  leaves = 0;
  fetches = 0;
  fetchMessagesMax = 10;

  constructor(partitions = 2) {
    this.logs = Array.from({ length: partitions }, () => []);
    this.starts = Array.from({ length: partitions }, () => 0n);
    this.assigned = Array.from({ length: partitions }, (_, index) => index);
  }

  append(partition: number, ...values: readonly (string | Uint8Array | null)[]): void {
    const log = this.logs[partition] ?? [];
    for (const value of values) {
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      log.push({ offset: BigInt(log.length), value: bytes });
    }
  }

  #mayFail(): void {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }

  readonly open = (): Consumer => {
    let isMember = false;
    const partitions = (): readonly TopicPartition[] =>
      isMember ? this.assigned.map((partition) => ({ topic: TOPIC, partition })) : [];
    return {
      join: async () => {
        this.joins += 1;
        this.#mayFail();
        isMember = true;
      },
      beforeRebalance: (settle) => {
        this.settle = settle;
      },
      assignment: (): Assignment => ({
        generation: this.generation,
        partitions: partitions(),
      }),
      committed: async (wanted) =>
        wanted.flatMap(({ topic, partition }) => {
          const offset = this.committed.get(partition);
          return offset === undefined ? [] : [{ topic, partition, offset }];
        }),
      bounds: async (wanted) =>
        wanted.map(({ topic, partition }) => ({
          topic,
          partition,
          start: this.starts[partition] ?? 0n,
          end: BigInt(this.logs[partition]?.length ?? 0),
        })),
      fetch: async (from) => {
        this.fetches += 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
        this.whileFetching?.();
        this.#mayFail();
        return from.flatMap((position) => this.#read(position));
      },
      commit: async (offsets) => {
        this.#mayFail();
        this.commits.push(...offsets);
        for (const { partition, offset } of offsets) this.committed.set(partition, offset);
      },
      close: async () => {
        if (isMember) this.leaves += 1;
        isMember = false;
      },
    };
  };

  #read({ topic, partition, offset }: PartitionOffset): readonly FetchedPartition[] {
    const log = this.logs[partition] ?? [];
    if (offset < (this.starts[partition] ?? 0n) || offset > BigInt(log.length))
      throw Object.assign(new Error("fetch failed"), { apiId: "OFFSET_OUT_OF_RANGE" });
    const messages = log.slice(Number(offset), Number(offset) + this.fetchMessagesMax);
    if (messages.length === 0) return [];
    return [{ topic, partition, messages, next: offset + BigInt(messages.length) }];
  }
}
