/**
 * The part of a text that is in memory: folded units, each with its place in the original.
 *
 * Positions of units count from the start of the text and never change; the window slides over them.
 */
const CAPACITY_MIN = 512;
/** Units in memory at most. */
export const WINDOW_UNITS = 16_384;

export class UnitWindow {
  /** Position of the first unit in memory. */
  #base = 0;
  #length = 0;
  #units: Uint16Array = new Uint16Array(CAPACITY_MIN);
  #origins: Float64Array = new Float64Array(CAPACITY_MIN);
  #widths: Uint8Array = new Uint8Array(CAPACITY_MIN);
  /** The whole window as text, and where it ended when it was made. */
  #whole = "";
  #wholeBase = 0;
  #wholeEnd = -1;

  /** Position after the last unit. */
  get end(): number {
    return this.#base + this.#length;
  }

  /** Units that can be added before the window must slide. */
  get room(): number {
    return WINDOW_UNITS - this.#length;
  }

  /** @param origin Where the unit's character begins in the original, `width` how long it is there. */
  add(unit: number, origin: number, width: number): void {
    if (this.#length === this.#units.length) this.#grow();
    this.#units[this.#length] = unit;
    this.#origins[this.#length] = origin;
    this.#widths[this.#length] = width;
    this.#length += 1;
  }

  #grow(): void {
    const capacity = Math.min(this.#units.length * 4, WINDOW_UNITS);
    const units = new Uint16Array(capacity);
    const origins = new Float64Array(capacity);
    const widths = new Uint8Array(capacity);
    units.set(this.#units);
    origins.set(this.#origins);
    widths.set(this.#widths);
    this.#units = units;
    this.#origins = origins;
    this.#widths = widths;
  }

  unitAt(position: number): number {
    return this.#units[position - this.#base] ?? 0;
  }

  /** Where the character of a unit begins in the original. */
  originAt(position: number): number {
    return this.#origins[position - this.#base] ?? 0;
  }

  /** Where the character of a unit ends in the original. */
  originEndAt(position: number): number {
    const index = position - this.#base;
    return (this.#origins[index] ?? 0) + (this.#widths[index] ?? 0);
  }

  /** The units from `start` to `end` (exclusive) as text. */
  text(start: number, end: number): string {
    if (this.#wholeEnd !== this.end || this.#wholeBase !== this.#base) {
      // Several patterns look at the same part of a text; a small part is not worth the whole window.
      if ((end - start) * 4 < this.#length) return this.#make(start - this.#base, end - this.#base);
      this.#whole = this.#make(0, this.#length);
      this.#wholeBase = this.#base;
      this.#wholeEnd = this.end;
    }
    return this.#whole.slice(start - this.#base, end - this.#base);
  }

  #make(from: number, to: number): string {
    return Reflect.apply(String.fromCharCode, undefined, this.#units.subarray(from, to));
  }

  /** Forgets the units before `position`, once room is needed. */
  slideTo(position: number): void {
    const by = position - this.#base;
    if (by <= 0 || this.#length < WINDOW_UNITS / 2) return;
    this.#units.copyWithin(0, by, this.#length);
    this.#origins.copyWithin(0, by, this.#length);
    this.#widths.copyWithin(0, by, this.#length);
    this.#base = position;
    this.#length -= by;
  }
}
