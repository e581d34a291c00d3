/** A message as a record of a source: the text of one event, or why there is none. */
import { isUtf8 } from "node:buffer";
import { report, type Span } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import type { SourceRecord } from "../source.ts";
import type { FetchedMessage, PartitionBounds, PartitionOffset } from "./consumer.ts";

/** Bounds of what is handed over at once. */
export const BATCH_RECORDS_MAX = 1000;
export const BATCH_BYTES_MAX = 1_048_576;

function spanOf(origin: string, offset: bigint): Span {
  return { file: origin, line: Number(offset), column: 1, length: 1 };
}

/** The position of a record is its offset. */
export function toSourceRecord({ offset, value }: FetchedMessage, origin: string): SourceRecord {
  const position = Number(offset);
  const span = spanOf(origin, offset);
  if (value === null || value.length === 0)
    return { position, problem: report(sourceMessage.kafkaNoValue, span, {}) };
  if (value.length > LINE_BYTES_MAX) {
    const args = { bytes: value.length, limit: LINE_BYTES_MAX };
    return { position, problem: report(sourceMessage.kafkaTooLarge, span, args) };
  }
  if (!isUtf8(value)) return { position, problem: report(sourceMessage.kafkaNotUtf8, span, {}) };
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  return { position, text: bytes.toString("utf8") };
}

/** Why a group cannot go on where it was, as a record, so that it is kept with what was rejected. */
export function lostPosition(
  { offset }: PartitionOffset,
  { start, end }: PartitionBounds,
  origin: string,
): SourceRecord {
  const position = Number(offset);
  const span = spanOf(origin, offset);
  const problem =
    offset < start
      ? report(sourceMessage.kafkaExpired, span, { from: `${offset}`, to: `${start - 1n}` })
      : report(sourceMessage.kafkaRewound, span, { committed: `${offset}`, end: `${end}` });
  return { position, problem };
}

/** Messages in portions of bounded count and size, in order; a large message is a portion of its own. */
export function* portions(
  messages: readonly FetchedMessage[],
): Generator<readonly FetchedMessage[]> {
  let portion: FetchedMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const length = message.value?.length ?? 0;
    if (
      portion.length > 0 &&
      (portion.length >= BATCH_RECORDS_MAX || bytes + length > BATCH_BYTES_MAX)
    ) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(message);
    bytes += length;
  }
  if (portion.length > 0) yield portion;
}
