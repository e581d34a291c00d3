/** Attempts to deliver parcels, and what follows from the outcome of every record. */
import type { Clock } from "./clock.ts";
import type { Gate, Pass } from "./gate.ts";
import type { Waiting } from "./lane.ts";
import { forAll, type RecordOutcome } from "./outcome.ts";
import { type Tally, tally } from "./outcome-tally.ts";
import type { DeadLetter, DeadLetterPort, JournalPort, RefusedRecord } from "./port.ts";
import type { Settlement } from "./settlement.ts";
import { freshParcel, halvesOf, type Parcel, type Shelf } from "./shelf.ts";
import type { Sink } from "./sink.ts";
import type { SinkCounts, SinkError, SinkNotice } from "./sink-status.ts";

/** A record for the dead letters. */
interface Condemned {
  readonly waiting: Waiting;
  readonly reason: string;
}

export interface AttemptsOptions {
  readonly sink: Sink;
  readonly gate: Gate;
  readonly shelf: Shelf;
  readonly settlement: Settlement;
  readonly journal: JournalPort;
  readonly counts: SinkCounts;
  readonly deadLetters: DeadLetterPort;
  readonly clock: Clock;
  readonly notify: (notice: SinkNotice) => void;
  /** Failures of one record alone, each followed by successes of others, until it is a dead letter. */
  readonly attemptsAlone: number;
  /** Dead letters in a row without a delivery after which the sink is held; 0: no limit. */
  readonly lettersInARow: number;
}

/** Sinks have deadlines of their own; one that overlooks its deadline is given up after this. */
const ATTEMPT_MS_MAX = 600_000;
/** Strikes after which a parcel is cut in two to find the record that is refused. */
const STRIKES_TOGETHER = 2;
const BURY_AGAIN_MS = 1000;

export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #running = new Set<Promise<void>>();
  #lastError: SinkError | undefined;
  #lastDelivery: number | undefined;
  #refusedInARow = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  get lastError(): SinkError | undefined {
    return this.#lastError;
  }

  get lastDelivery(): number | undefined {
    return this.#lastDelivery;
  }

  /** Starts an attempt; the shelf's bell rings when it has ended. */
  start(parcel: Parcel, signal: AbortSignal): void {
    const running = this.#attempt(parcel, signal).finally(() => {
      this.#running.delete(running);
      this.#options.shelf.bell.ring();
    });
    this.#running.add(running);
  }

  /** Resolves when all attempts have ended. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #attempt(parcel: Parcel, signal: AbortSignal): Promise<void> {
    const { gate, counts } = this.#options;
    const pass = gate.enter();
    counts.batches += 1;
    const outcomes = await this.#send(parcel.batch, signal);
    const result = this.#braked(tally(parcel.batch, outcomes));
    this.#settleDelivered(result);
    // The gate learns first, so that a slow disk for dead letters does not hold a place.
    const condemned = this.#tellGate(pass, parcel, result, signal);
    await this.#buryRefused([...result.quarantined, ...condemned], signal);
  }

  /** Outcomes of one attempt; whatever a sink does wrong means that nothing is known. */
  async #send(batch: readonly Waiting[], signal: AbortSignal): Promise<readonly RecordOutcome[]> {
    const { sink, clock } = this.#options;
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort();
    signal.addEventListener("abort", giveUp, { once: true });
    let cancel = (): void => {};
    const unknown = (reason: string): readonly RecordOutcome[] =>
      forAll(batch.length, { kind: "retry", reason });
    const deadline = new Promise<readonly RecordOutcome[]>((resolve) => {
      cancel = clock.after(ATTEMPT_MS_MAX, () => {
        attempt.abort();
        resolve(unknown("the attempt did not end within 10 minutes"));
      });
    });
    try {
      const records = batch.map(({ record }) => record);
      const outcomes = await Promise.race([sink.send(records, attempt.signal), deadline]);
      if (outcomes.length === batch.length) return outcomes;
      return unknown(`the sink reported on ${outcomes.length} of ${batch.length} records`);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      return unknown(`the sink failed by a defect: ${detail}`);
    } finally {
      cancel();
      signal.removeEventListener("abort", giveUp);
    }
  }

  /**
   * A product that refuses every single record is not asked to refuse the whole journal: its mapping or
   * schema is wrong, and everything is kept until somebody has mended it.
   */
  #braked(result: Tally): Tally {
    const { lettersInARow } = this.#options;
    const { delivered, quarantined } = result;
    if (delivered.length > 0) this.#refusedInARow = 0;
    if (lettersInARow === 0 || quarantined.length === 0 || delivered.length > 0) return result;
    if (this.#refusedInARow < lettersInARow) {
      this.#refusedInARow += quarantined.length;
      return result;
    }
    const hold = {
      kind: "hold",
      reason: `the last ${this.#refusedInARow} records were all refused: ${quarantined[0]?.reason ?? "no reason given"}`,
      instruction:
        "Mend what the reason names in the product, or raise delivery.dead_letters_in_a_row; then run `claude-siem journal replay`.",
    } as const;
    const retry = [...result.retry, ...quarantined.map(({ waiting }) => waiting)];
    return { ...result, quarantined: [], retry, hold, reason: hold.reason };
  }

  #settleDelivered({ delivered }: Tally): void {
    const { counts, notify, clock } = this.#options;
    for (const { waiting, outcome } of delivered) {
      counts.delivered += 1;
      counts.bytes += waiting.record.bytes;
      if (outcome.duplicate === true) counts.duplicates += 1;
      if (outcome.setAside !== undefined) {
        counts.setAside += 1;
        const { event_id } = waiting.record;
        notify({ kind: "setAside", event_id, reason: outcome.setAside });
      }
      this.#settle(waiting);
    }
    if (delivered.length > 0) this.#lastDelivery = clock.now();
  }

  #settle(waiting: Waiting): void {
    this.#options.settlement.settle(waiting.passage);
    this.#options.shelf.release(waiting);
  }

  /**
   * What the attempt says about the product, and what is sent again when.
   *
   * @returns Records whose patience is used up.
   */
  #tellGate(pass: Pass, parcel: Parcel, result: Tally, signal: AbortSignal): readonly Condemned[] {
    const { gate, shelf, counts, clock } = this.#options;
    const { retry, split, hold, afterMs, reason } = result;
    if (reason !== undefined) this.#noteError(reason, hold?.instruction);
    counts.retried += retry.length + split.length;
    if (split.length > 0) {
      const bytes = parcel.batch.reduce((sum, { record }) => sum + record.bytes, 0);
      shelf.shrink(bytes);
      shelf.putBack(halvesOf(freshParcel(split)));
    }
    const progress = result.delivered.length + result.quarantined.length + split.length > 0;
    if (signal.aborted && !progress) {
      gate.left();
      shelf.putBack([parcel]);
      return [];
    }
    const before = { hold: gate.hold?.reason, failures: gate.failures };
    if (hold !== undefined) gate.held(pass, { reason: hold.reason, instruction: hold.instruction });
    else if (!progress) gate.failed(pass, afterMs);
    else if (retry.length > 0 && afterMs !== undefined) gate.throttled(afterMs);
    else gate.passed();
    this.#tellChange(before, result, progress);
    if (retry.length === 0) return [];
    if (hold === undefined)
      return this.#again({ ...parcel, batch: retry }, result, clock.monotonic());
    // Nothing was found out about these records: they go as they are, when somebody has acted.
    shelf.putBack([{ ...parcel, batch: retry, notBefore: 0 }]);
    return [];
  }

  /** Sends again later, in smaller parcels when others get through and these do not. */
  #again(parcel: Parcel, result: Tally, now: number): readonly Condemned[] {
    const { gate, shelf, attemptsAlone } = this.#options;
    const failures = parcel.failures + 1;
    // An attempt that was partly taken shows by itself that the product takes other records.
    const others =
      result.delivered.length > 0 || (parcel.failures > 0 && gate.successes > parcel.successesAt);
    const strikes = parcel.strikes + (others ? 1 : 0);
    const notBefore = now + gate.backoff(failures, result.afterMs);
    const next = { ...parcel, failures, strikes, notBefore, successesAt: gate.successes };
    if (next.batch.length > 1 && strikes >= STRIKES_TOGETHER) {
      shelf.putBack(halvesOf(next));
      return [];
    }
    const [alone] = next.batch;
    if (next.batch.length === 1 && alone !== undefined && strikes >= attemptsAlone) {
      const reason = `refused ${failures} times while other records were taken; last: ${result.reason ?? "no reason given"}`;
      return [{ waiting: alone, reason }];
    }
    shelf.putBack([next]);
    return [];
  }

  async #buryRefused(refused: readonly Condemned[], signal: AbortSignal): Promise<void> {
    if (refused.length === 0) return;
    const records = refused.map(({ waiting, reason }): RefusedRecord => {
      const { seq, hash } = waiting.passage;
      return { seq, hash, event_id: waiting.record.event_id, reason };
    });
    try {
      await this.bury(records, signal);
    } catch {
      // Stopped before the letters were durable: they did not settle and come again after the start.
      return;
    }
    for (const { waiting } of refused) this.#settle(waiting);
  }

  /** Makes letters durable, trying again for as long as the disk refuses; rejects at the stop. */
  async bury(refused: readonly RefusedRecord[], signal: AbortSignal): Promise<void> {
    const { deadLetters, counts, notify, clock } = this.#options;
    for (;;) {
      try {
        // Dead letters are few, so their events are read again instead of being held for all records.
        await deadLetters.append(await this.#lettersOf(refused, signal));
        break;
      } catch (cause) {
        if (signal.aborted) throw cause;
        const detail = cause instanceof Error ? cause.message : String(cause);
        notify({ kind: "disk", reason: `dead letters cannot be written: ${detail}` });
        await new Promise<void>((resolve) => clock.after(BURY_AGAIN_MS, resolve));
      }
    }
    counts.quarantined += refused.length;
    for (const { event_id, reason } of refused) notify({ kind: "quarantined", event_id, reason });
  }

  async #lettersOf(
    refused: readonly RefusedRecord[],
    signal: AbortSignal,
  ): Promise<readonly DeadLetter[]> {
    const seqs = refused.map(({ seq }) => seq);
    const events = await this.#options.journal.readAgain(seqs, signal);
    return refused.map((one) => {
      const event = events.get(one.seq);
      if (event === undefined)
        throw new Error(`record ${one.seq} cannot be read from the journal again`);
      return { ...one, event };
    });
  }

  #noteError(reason: string, instruction: string | undefined): void {
    const at = this.#options.clock.now();
    this.#lastError = { at, reason, ...(instruction !== undefined && { instruction }) };
  }

  /** Tells when the sink begins to fail, is held for another reason, or works again. */
  #tellChange(
    before: { readonly hold: string | undefined; readonly failures: number },
    { hold, reason }: Tally,
    progress: boolean,
  ): void {
    const { notify, counts } = this.#options;
    if (!progress) counts.failedBatches += 1;
    if (hold !== undefined) {
      if (hold.reason !== before.hold)
        notify({ kind: "held", reason: hold.reason, instruction: hold.instruction });
    } else if (!progress) {
      if (before.failures === 0 || before.hold !== undefined)
        notify({ kind: "failing", reason: reason ?? "no reason given" });
    } else if (before.failures > 0 || before.hold !== undefined) notify({ kind: "recovered" });
  }
}
