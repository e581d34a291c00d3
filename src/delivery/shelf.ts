/** What a sink has read from the journal and not settled: batches that are ripe leave from here. */
import { Bell, type Clock } from "./clock.ts";
import { Lane, type Waiting } from "./lane.ts";
import type { BatchLimits } from "./sink.ts";

/** Records that are sent together. */
export interface Parcel {
  readonly batch: readonly Waiting[];
  /** Attempts that failed for the whole parcel. */
  readonly failures: number;
  /** Those of them after which other records got through: the fault may be in this parcel. */
  readonly strikes: number;
  /** Not to be sent before this, monotonic milliseconds. */
  readonly notBefore: number;
  /** The gate's count of successes when the last attempt ended. */
  readonly successesAt: number;
}

/** A parcel of records that were not sent yet. */
export function freshParcel(batch: readonly Waiting[]): Parcel {
  return { batch, failures: 0, strikes: 0, notBefore: 0, successesAt: 0 };
}

/** The two halves of a parcel, each to be tried on its own. */
export function halvesOf(parcel: Parcel): readonly Parcel[] {
  const middle = Math.ceil(parcel.batch.length / 2);
  return [parcel.batch.slice(0, middle), parcel.batch.slice(middle)]
    .filter((batch) => batch.length > 0)
    .map((batch) => ({ ...parcel, batch, strikes: 0 }));
}

/** How long what is urgent waits for company: nobody sees the difference, and few batches do for many. */
const URGENT_MS = 100;

export interface ShelfOptions {
  readonly limits: BatchLimits;
  /** A record waits at most this long for company, milliseconds. */
  readonly batchAgeMs: number;
  /** Bytes of encoded records that may be held at once. */
  readonly bufferBytesMax: number;
  readonly clock: Clock;
}

/** A choice: a parcel to send now, or how long nothing is ripe (`undefined`: nothing waits). */
export type Choice =
  | { readonly parcel: Parcel; readonly waitMs?: undefined }
  | { readonly parcel?: undefined; readonly waitMs: number | undefined };

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #urgent: Lane;
  readonly #fresh: Lane;
  #again: Parcel[] = [];
  #bytes = 0;
  #turn = 0;
  readonly #room: Bell;
  readonly #scoutRoom: Bell;
  /** Rings when there may be something new to send. */
  readonly bell: Bell;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#urgent = new Lane(options.limits);
    this.#fresh = new Lane(options.limits);
    this.bell = new Bell(options.clock);
    this.#room = new Bell(options.clock);
    this.#scoutRoom = new Bell(options.clock);
  }

  /** Bytes held, those on their way included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that wait for an attempt. */
  get waiting(): number {
    const again = this.#again.reduce((sum, { batch }) => sum + batch.length, 0);
    return this.#urgent.length + this.#fresh.length + again;
  }

  /** Takes a record. Whoever puts many in rings the bell after the last; what is urgent rings by itself. */
  put(waiting: Waiting, urgent: boolean): void {
    (urgent ? this.#urgent : this.#fresh).push(waiting);
    this.#bytes += waiting.record.bytes;
    if (urgent) this.bell.ring();
  }

  /** Gives the room of a settled record back. */
  release(waiting: Waiting): void {
    this.#bytes -= waiting.record.bytes;
    this.#room.ring();
    this.#scoutRoom.ring();
  }

  /** To be sent again. */
  putBack(parcels: readonly Parcel[]): void {
    this.#again.push(...parcels);
    this.bell.ring();
  }

  /** Batches to come stay well below a size that was refused. */
  shrink(bytes: number): void {
    this.#urgent.shrink(bytes);
    this.#fresh.shrink(bytes);
  }

  /** Waits until there is room for more, or until somebody rings. */
  async waitForRoom(hasRoom: () => boolean, signal: AbortSignal): Promise<void> {
    while (!this.#fits(1) || !hasRoom()) {
      if (signal.aborted) return;
      await this.#room.wait();
    }
  }

  /** The same for records that are sent before their turn: they may take a little more than all room. */
  async waitForUrgentRoom(hasRoom: () => boolean, signal: AbortSignal): Promise<void> {
    while (!this.#fits(1.25) || !hasRoom()) {
      if (signal.aborted) return;
      await this.#scoutRoom.wait();
    }
  }

  /** Wakes everybody who waits here, for the end. */
  wake(): void {
    this.bell.ring();
    this.#room.ring();
    this.#scoutRoom.ring();
  }

  #fits(share: number): boolean {
    return this.#bytes < this.#options.bufferBytesMax * share;
  }

  /**
   * Chooses what to send next.
   *
   * @param probing Whether the last attempt failed: then parcels that failed and fresh batches take
   *   turns, so that one that is refused for ever does not keep the others from showing that the
   *   product is back.
   * @param draining Whether nothing should wait for company any more.
   */
  choose(probing: boolean, draining: boolean): Choice {
    const now = this.#options.clock.monotonic();
    const { batchAgeMs } = this.#options;
    const urgent = this.#chooseFrom(this.#urgent, Math.min(batchAgeMs, URGENT_MS), now, draining);
    if (urgent.parcel !== undefined) return urgent;
    this.#turn += 1;
    const freshFirst = probing && this.#turn % 2 === 0;
    const chooseFresh = (): Choice => this.#chooseFrom(this.#fresh, batchAgeMs, now, draining);
    const first = freshFirst ? chooseFresh() : this.#chooseAgain(now);
    if (first.parcel !== undefined) return first;
    const second = freshFirst ? this.#chooseAgain(now) : chooseFresh();
    if (second.parcel !== undefined) return second;
    const waits = [urgent.waitMs, first.waitMs, second.waitMs].filter((one) => one !== undefined);
    return { waitMs: waits.length === 0 ? undefined : Math.min(...waits) };
  }

  #chooseAgain(now: number): Choice {
    const index = this.#again.findIndex(({ notBefore }) => notBefore <= now);
    const [parcel] = index === -1 ? [] : this.#again.splice(index, 1);
    if (parcel !== undefined) return { parcel };
    if (this.#again.length === 0) return { waitMs: undefined };
    return { waitMs: Math.min(...this.#again.map(({ notBefore }) => notBefore)) - now };
  }

  #chooseFrom(lane: Lane, ageMs: number, now: number, draining: boolean): Choice {
    const oldest = lane.oldest;
    if (oldest === undefined) return { waitMs: undefined };
    const age = now - oldest.since;
    // With the buffer full nothing can join the batch, so waiting would be in vain.
    const waits = age < ageMs && !draining && this.#fits(1);
    // A lane with less than a batch is not walked through while its records wait.
    if (waits && !lane.mayBeFull) return { waitMs: ageMs - age };
    const { count, full } = lane.cut();
    return waits && !full ? { waitMs: ageMs - age } : { parcel: freshParcel(lane.take(count)) };
  }
}
