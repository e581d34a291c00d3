/** What the source needs of a Kafka client: thin enough that a test can be one. */

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A partition with an offset: that of the next message to read. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: bigint;
}

/** What a partition holds: `start` is the oldest message, `end` the one that comes next. */
export interface PartitionBounds extends TopicPartition {
  readonly start: bigint;
  readonly end: bigint;
}

export interface FetchedMessage {
  readonly offset: bigint;
  /** `null`: a tombstone. */
  readonly value: Uint8Array | null;
}

export interface FetchedPartition extends TopicPartition {
  readonly messages: readonly FetchedMessage[];
  /** The offset after all that was looked at, marks of transactions among it. */
  readonly next: bigint;
}

export interface Assignment {
  /** Differs after every rebalancing of the group. */
  readonly generation: number;
  readonly partitions: readonly TopicPartition[];
}

/**
 * A member of a consumer group. Its calls reject with the errors of the client, which
 * `judgeKafkaFailure` understands.
 */
export interface Consumer {
  /** Resolves once the group has given partitions to its members. */
  readonly join: () => Promise<void>;
  /**
   * `settle` is called before the group gives partitions anew, while commits of what this member had
   * still count. The group waits for it, but not for long.
   */
  readonly beforeRebalance: (settle: () => Promise<void>) => void;
  /** What this member has now. Throws when it is no member any more. */
  readonly assignment: () => Assignment;
  /** Committed offsets; a partition without one is left out. */
  readonly committed: (
    partitions: readonly TopicPartition[],
  ) => Promise<readonly PartitionOffset[]>;
  readonly bounds: (partitions: readonly TopicPartition[]) => Promise<readonly PartitionBounds[]>;
  /** Messages from the given offsets on, within the size of a fetch; waits a moment for some. */
  readonly fetch: (from: readonly PartitionOffset[]) => Promise<readonly FetchedPartition[]>;
  readonly commit: (offsets: readonly PartitionOffset[]) => Promise<void>;
  /** Leaves the group, so that others need not wait for the session's end. Never rejects. */
  readonly close: () => Promise<void>;
}

/** Makes a member without connecting it. Reads files and secrets, so it may throw. */
export type OpenConsumer = () => Consumer;

/** The name of a partition in diagnostics. */
export function originOf({ topic, partition }: TopicPartition): string {
  return `kafka ${topic}[${partition}]`;
}
