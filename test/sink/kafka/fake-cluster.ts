/** A topic in memory with brokers that break on request. */
import { judgeKafkaError, type KafkaFailure } from "../../../src/config/kafka-failure.ts";
import type {
  KafkaMessage,
  MessageResult,
  Producer,
  TopicDescription,
} from "../../../src/sink/kafka/producer.ts";
import type { WireFault } from "../../wire/fault.ts";

/** What befalls requests: an answer, silence, or a producer whose numbers the broker takes for old. */
export type ClusterFault =
  | { readonly kind: "answer"; readonly failure: KafkaFailure; readonly stored?: boolean }
  | { readonly kind: "silence"; readonly stored: boolean }
  | { readonly kind: "stale" };

/** Errors of the protocol that stand for what HTTP says with a status. */
const errorOfStatus: Readonly<Record<number, string>> = {
  401: "SASL_AUTHENTICATION_FAILED",
  403: "TOPIC_AUTHORIZATION_FAILED",
  413: "MESSAGE_TOO_LARGE",
  500: "UNKNOWN_SERVER_ERROR",
  502: "NOT_LEADER_OR_FOLLOWER",
  503: "NOT_ENOUGH_REPLICAS",
  504: "REQUEST_TIMED_OUT",
};

/** The fault of a wire as one of a cluster. */
export function clusterFault(fault: WireFault): ClusterFault {
  const network: KafkaFailure = {
    kind: "temporary",
    reason: "the broker cannot be reached: ECONNRESET",
  };
  switch (fault.kind) {
    case "hang":
    case "hang-stored":
      return { kind: "silence", stored: fault.kind === "hang-stored" };
    case "reset-stored":
    case "reset-mid-answer":
      return { kind: "answer", failure: network, stored: true };
    case "status":
      return {
        kind: "answer",
        failure: judgeKafkaError(errorOfStatus[fault.status] ?? "UNKNOWN_SERVER_ERROR"),
      };
    default:
      return { kind: "answer", failure: network };
  }
}

export class FakeCluster {
  readonly partitions: readonly KafkaMessage[][];
  fault: ClusterFault | undefined;
  description: Partial<TopicDescription> = {};
  opened = 0;
  open = 0;
  /** Requests under way at the same time, at the most. */
  parallelMax = 0;

  constructor(partitions = 3) {
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  get messages(): readonly KafkaMessage[] {
    return this.partitions.flat();
  }

  /** Writes as a broker does: each partition's messages as one batch with one base offset. */
  #store(messages: readonly KafkaMessage[], partitionOf: (message: KafkaMessage) => number): void {
    for (const message of messages) this.partitions[partitionOf(message)]?.push(message);
  }

  readonly connect = (): Producer => {
    this.opened += 1;
    this.open += 1;
    let isOpen = true;
    let underWay = 0;
    const abandoned = Promise.withResolvers<undefined>();
    const partitionOf = ({ key }: KafkaMessage): number =>
      [...key].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) %
      this.partitions.length;

    const answer = async (messages: readonly KafkaMessage[]): Promise<readonly MessageResult[]> => {
      // A turn of the event loop, so that requests could overtake each other.
      await new Promise((resolve) => setImmediate(resolve));
      const { fault } = this;
      const bases = this.partitions.map(({ length }) => BigInt(length));
      const isStored = fault === undefined || (fault.kind !== "stale" && fault.stored === true);
      if (isStored) this.#store(messages, partitionOf);
      if (fault?.kind === "silence") await abandoned.promise;
      return messages.map((message) => {
        const partition = partitionOf(message);
        if (fault?.kind === "answer") return { partition, failure: fault.failure };
        if (fault?.kind === "stale") return { partition, baseOffset: 0n };
        if (fault?.kind === "silence")
          return { partition, failure: { kind: "temporary", reason: "the client was closed" } };
        return { partition, baseOffset: bases[partition] ?? 0n };
      });
    };

    return {
      send: async (messages) => {
        if (!isOpen) throw new Error("a producer was used after it was closed");
        underWay += 1;
        this.parallelMax = Math.max(this.parallelMax, underWay);
        const results = await answer(messages);
        underWay -= 1;
        return results;
      },
      describe: async () => {
        if (this.fault?.kind === "answer") return this.fault.failure;
        return {
          partitions: this.partitions.length,
          replicas: 3,
          leaderless: 0,
          operations: ["write"],
          settings: new Map([["min.insync.replicas", "2"]]),
          ...this.description,
        };
      },
      close: async () => {
        if (isOpen) this.open -= 1;
        isOpen = false;
        abandoned.resolve(undefined);
      },
    };
  };
}
