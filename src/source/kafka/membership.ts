/**
 * One membership in a consumer group, from joining to leaving: fetch, hand over, commit, in this order
 * and never ahead. An offset is committed only when the journal has everything before it, so whatever
 * breaks in between is read again.
 */
import { judgeKafkaFailure } from "../../config/kafka-failure.ts";
import type { Emit } from "../source.ts";
import {
  type Consumer,
  type FetchedPartition,
  originOf,
  type PartitionOffset,
  type TopicPartition,
} from "./consumer.ts";
import { lostPosition, portions, toSourceRecord } from "./record.ts";

/** How long to wait before looking again when there is nothing to do. */
const IDLE_MS = 200;
/** The same while the group gives partitions anew. */
const REBALANCE_MS = 20;

export interface MembershipTools {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly ready: () => boolean;
  readonly warn: (message: string) => void;
  /** Resolves after a delay or when the signal aborts, whichever is first. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Told when messages arrived or there were none: the membership works. */
  readonly works: () => void;
}

/** The connector stops: what was being handed over must not be acknowledged. */
class EmitEnded extends Error {
  override readonly name = "EmitEnded";
}

interface Positions {
  readonly generation: number;
  /** Where each partition goes on. */
  readonly offsets: Map<string, PartitionOffset>;
}

/** What a member may do until the group gives partitions anew. */
interface Turn {
  /** A rebalancing waits: nothing new is begun. */
  isOver: boolean;
  /** The round under way; settles with it, whatever becomes of it. */
  running: Promise<unknown>;
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}[${partition}]`;
}

/** Waits for work unless the source stops; then `undefined`. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return undefined;
  }
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
    // Work that is left alone fails when the member is closed; nobody waits for that.
    work.catch(() => undefined);
  }
}

/** Where to begin: after what is committed, and at the oldest message where nothing is. */
async function startPositions(consumer: Consumer): Promise<Positions> {
  const { generation, partitions } = consumer.assignment();
  const offsets = new Map<string, PartitionOffset>();
  if (partitions.length > 0) {
    for (const committed of await consumer.committed(partitions))
      offsets.set(keyOf(committed), committed);
    const fresh = partitions.filter((one) => !offsets.has(keyOf(one)));
    if (fresh.length > 0)
      for (const { topic, partition, start } of await consumer.bounds(fresh))
        offsets.set(keyOf({ topic, partition }), { topic, partition, offset: start });
  }
  return { generation, offsets };
}

/** Hands over what one partition gave. Resolves with where it goes on. */
async function handOver(
  { topic, partition, messages, next }: FetchedPartition,
  emit: Emit,
): Promise<PartitionOffset> {
  const origin = originOf({ topic, partition });
  for (const portion of portions(messages)) {
    await emit(
      portion.map((message) => toSourceRecord(message, origin)),
      origin,
    );
  }
  return { topic, partition, offset: next };
}

/** Partitions whose position has left the log: say so, durably, and go on with the oldest message. */
async function recoverPositions(
  consumer: Consumer,
  positions: Positions,
  { emit, warn }: MembershipTools,
): Promise<void> {
  for (const bounds of await consumer.bounds([...positions.offsets.values()])) {
    const position = positions.offsets.get(keyOf(bounds));
    if (position === undefined) continue;
    if (position.offset >= bounds.start && position.offset <= bounds.end) continue;
    const origin = originOf(bounds);
    const record = lostPosition(position, bounds, origin);
    warn(`${origin}: ${record.problem?.message}. ${record.problem?.help}`);
    await emit([record], origin).catch(ended);
    const { topic, partition, start } = bounds;
    positions.offsets.set(keyOf(bounds), { topic, partition, offset: start });
  }
}

function ended(cause: unknown): never {
  throw new EmitEnded("the connector takes no more records", { cause });
}

/** Commits for the partitions that this member still has; others are not its to speak of. */
async function commit(consumer: Consumer, settled: readonly PartitionOffset[]): Promise<void> {
  const mine = new Set(consumer.assignment().partitions.map(keyOf));
  const offsets = settled.filter((one) => mine.has(keyOf(one)));
  if (offsets.length > 0) await consumer.commit(offsets);
}

/** One round: fetch, hand over, commit. */
async function round(
  consumer: Consumer,
  positions: Positions,
  turn: Turn,
  tools: MembershipTools,
): Promise<void> {
  const from = [...positions.offsets.values()];
  const fetched = await unlessStopped(consumer.fetch(from), tools.signal);
  if (fetched === undefined) return;
  tools.works();
  // After a rebalancing others may have read on; positions are looked up again, so nothing is skipped.
  if (turn.isOver || consumer.assignment().generation !== positions.generation) return;
  const moved = fetched.filter(
    (one) => one.next > (positions.offsets.get(keyOf(one))?.offset ?? 0n),
  );
  // Partitions are independent of each other, and one fsync can serve them all.
  const handed = await Promise.allSettled(moved.map((one) => handOver(one, tools.emit)));
  const settled = handed.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  await commit(consumer, settled);
  for (const position of settled) positions.offsets.set(keyOf(position), position);
  const failed = handed.find((one) => one.status === "rejected");
  if (failed !== undefined) ended(failed.reason);
}

/** A round that fails because its position has left the log is answered, not an error. */
async function roundOrRecovery(
  consumer: Consumer,
  positions: Positions,
  turn: Turn,
  tools: MembershipTools,
): Promise<void> {
  try {
    await round(consumer, positions, turn, tools);
  } catch (error) {
    if (judgeKafkaFailure(error).kind !== "out-of-range") throw error;
    await recoverPositions(consumer, positions, tools);
  }
}

async function readRounds(consumer: Consumer, tools: MembershipTools): Promise<void> {
  const { signal, ready, sleep, works } = tools;
  const turn: Turn = { isOver: false, running: Promise.resolve() };
  consumer.beforeRebalance(async () => {
    turn.isOver = true;
    await turn.running;
  });
  await unlessStopped(consumer.join(), signal);
  turn.isOver = false;
  let positions: Positions | undefined;
  while (!signal.aborted) {
    if (positions?.generation !== consumer.assignment().generation) {
      turn.isOver = false;
      positions = await unlessStopped(startPositions(consumer), signal);
    }
    if (positions === undefined) return;
    if (turn.isOver) {
      await sleep(REBALANCE_MS);
    } else if (positions.offsets.size === 0 || !ready()) {
      works();
      await sleep(IDLE_MS);
    } else {
      const running = roundOrRecovery(consumer, positions, turn, tools);
      turn.running = running.catch(() => undefined);
      await running;
    }
  }
}

/**
 * Reads as a member until the signal aborts or something breaks.
 *
 * @returns When the signal aborted, or when the connector takes no more records.
 * @throws The client's error when the membership broke.
 */
export async function readAsMember(consumer: Consumer, tools: MembershipTools): Promise<void> {
  try {
    await readRounds(consumer, tools);
  } catch (error) {
    if (!(error instanceof EmitEnded)) throw error;
    if (!tools.signal.aborted) throw error.cause;
  }
}
