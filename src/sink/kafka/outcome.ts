/** What the answers of brokers mean for the records of a batch. */
import type { KafkaFailure } from "../../config/kafka-failure.ts";
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { MessageResult } from "./producer.ts";

/**
 * Offsets that this producer was told, by partition: the last one of each.
 *
 * A broker that takes a batch for a repetition answers with success and the offset of the batch it
 * has. That is right for a repetition and a loss for anything else, so an offset that does not grow
 * proves nothing.
 */
export type AcknowledgedOffsets = Map<number, bigint>;

export function outcomeOfFailure(
  failure: KafkaFailure,
  messagesInPartition: number,
): RecordOutcome {
  const { reason } = failure;
  switch (failure.kind) {
    case "settings":
      return { kind: "hold", reason, instruction: failure.instruction };
    case "too-large":
    case "refused":
      // The broker judges the batch of a partition as a whole; only a message alone is known to be it.
      return messagesInPartition > 1
        ? { kind: "split", reason: `${reason} for a batch of ${messagesInPartition} messages` }
        : { kind: "quarantine", reason: `${reason} for this message alone` };
    case "temporary":
    case "fenced":
    case "out-of-range":
      return { kind: "retry", reason };
  }
}

function countByPartition(results: readonly MessageResult[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { partition = -1 } of results) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return counts;
}

/** Partitions whose offset did not grow. The offsets of the others are remembered. */
function notGrown(
  results: readonly MessageResult[],
  acknowledged: AcknowledgedOffsets,
): ReadonlySet<number> {
  const offsets = new Map<number, bigint>();
  for (const { partition, baseOffset } of results)
    if (partition !== undefined && baseOffset !== undefined) offsets.set(partition, baseOffset);
  const stale = new Set<number>();
  for (const [partition, offset] of offsets) {
    if (offset > (acknowledged.get(partition) ?? -1n)) acknowledged.set(partition, offset);
    else stale.add(partition);
  }
  return stale;
}

/** One outcome for each message. Messages of one partition share their fate: they are one batch there. */
export function outcomesOf(
  results: readonly MessageResult[],
  acknowledged: AcknowledgedOffsets,
): readonly RecordOutcome[] {
  const counts = countByPartition(results);
  const stale = notGrown(results, acknowledged);
  return results.map(({ partition, failure }) => {
    if (failure !== undefined) return outcomeOfFailure(failure, counts.get(partition ?? -1) ?? 0);
    if (partition === undefined || stale.has(partition))
      return {
        kind: "retry",
        reason: "the broker answered with an offset that it had given before",
      };
    return { kind: "delivered" };
  });
}
