/** What the sink needs of a Kafka client: thin enough that a test can be one. */
import type { KafkaFailure } from "../../config/kafka-failure.ts";

export interface KafkaMessage {
  /** Messages with the same key go to the same partition, in order. */
  readonly key: string;
  readonly value: string;
  /** Names and values, both plain ASCII. */
  readonly headers: readonly (readonly [string, string])[];
}

/** What is known of one message after an attempt. */
export type MessageResult =
  | {
      readonly partition: number;
      /** Offset of the first message that this request wrote to the partition. */
      readonly baseOffset: bigint;
      readonly failure?: undefined;
    }
  | {
      /** Absent when it failed before messages were given to partitions. */
      readonly partition?: number;
      readonly failure: KafkaFailure;
      readonly baseOffset?: undefined;
    };

/** What a broker says of a topic and of what this user may do with it. */
export interface TopicDescription {
  readonly partitions: number;
  /** The fewest replicas that any partition has. */
  readonly replicas: number;
  /** Partitions without a leader: nothing can be written to them. */
  readonly leaderless: number;
  /** Names of allowed operations, such as `write`; `undefined` when the broker does not tell. */
  readonly operations: readonly string[] | undefined;
  /** Settings of the topic; `undefined` when this user may not read them. */
  readonly settings: ReadonlyMap<string, string> | undefined;
}

/** An idempotent producer for one topic, for one request at a time. */
export interface Producer {
  /** One result for each message, in order. Never rejects. */
  readonly send: (messages: readonly KafkaMessage[]) => Promise<readonly MessageResult[]>;
  readonly describe: () => Promise<TopicDescription | KafkaFailure>;
  /** Gives up what is under way. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a producer without connecting it. Reads files and secrets, so it may throw
 * `MissingSecretError` or an error of the file system.
 */
export type OpenProducer = () => Producer;
