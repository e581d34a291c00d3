/** A journal's folder as a connector leaves it, written at once. */
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CanonicalEvent } from "../../../src/event/event.ts";
import { GENESIS_HASH, nextRecord, renderRecord } from "../../../src/journal/record.ts";
import { segmentName } from "../../../src/journal/segment.ts";
import { journaled } from "../../conformance/event.ts";

export class WrittenJournal {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-journal-"));
  #hash = GENESIS_HASH;
  #seq: number;

  /** @param firstSeq Number of the first record; not 0 when retention has removed the beginning. */
  constructor(firstSeq = 0) {
    this.#seq = firstSeq - 1;
  }

  /** Number of the last record. */
  get seq(): number {
    return this.#seq;
  }

  /** Appends a segment with these events. */
  write(events: readonly CanonicalEvent[]): void {
    const firstSeq = this.#seq + 1;
    const lines = events.map((event) => {
      const record = nextRecord(this.#hash, this.#seq + 1, "event", JSON.stringify(event));
      this.#hash = record.hash;
      this.#seq = record.seq;
      return renderRecord(record);
    });
    writeFileSync(join(this.folder, segmentName(firstSeq)), lines.join(""));
  }

  /** Where a sink stands. */
  cursor(
    sink: string,
    seq: number,
    aheadRanges: readonly (readonly [number, number])[] = [],
  ): void {
    const state = JSON.stringify({ seq, hash: GENESIS_HASH, aheadRanges, trail: [] });
    mkdirSync(join(this.folder, "cursors"), { recursive: true });
    const line = `{"sha256":"${hash("sha256", state, "hex")}","state":${state}}\n`;
    writeFileSync(join(this.folder, "cursors", `${sink}.json`), line);
  }

  /** Letters of these events; their numbers are those of `eventAt`. */
  deadLetters(box: string, events: readonly CanonicalEvent[]): void {
    mkdirSync(join(this.folder, "dead-letter"), { recursive: true });
    const lines = events.map(
      (event) =>
        `${JSON.stringify({ at: event.timestamp, seq: sequenceOf(event), hash: hash("sha256", event.event_id, "hex"), event_id: event.event_id, reason: "refused", event })}\n`,
    );
    writeFileSync(join(this.folder, "dead-letter", `${box}.ndjson`), lines.join(""));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function sequenceOf({ event_id }: CanonicalEvent): number {
  return Number.parseInt(event_id.slice(-12), 16);
}

/** The n-th event at a time. */
export function eventAt(n: number, time: number): CanonicalEvent {
  return journaled(n, { timestamp: new Date(time).toISOString() }).event;
}
