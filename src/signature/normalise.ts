/** Text → folded units in a window, piece by piece; the same units however the text is cut. */
import {
  canCarryText,
  EAST_ASIA,
  foldCodePoint,
  foldUnit,
  HIDDEN_TEXT,
  isWordUnit,
  NOTHING,
} from "./fold.ts";
import type { UnitWindow } from "./window.ts";

/** Longest run of units between words that is kept; what is more, tells no more. */
export const SEPARATOR_UNITS_MAX = 8;
/** Longest word; a longer one, such as a block of base64, is taken as several. */
export const WORD_UNITS_MAX = 32;
/**
 * So many tags or variation selectors in a row carry text. Emoji need fewer: the flag of a region is
 * written with seven tags at most.
 */
const HIDDEN_RUN = 8;

/** Most units that one code point folds to (U+FDFA is eighteen letters), with room to spare. */
const EXPANSION_MAX = 64;

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

export class Normaliser {
  readonly #window: UnitWindow;
  /** UTF-16 units of the original taken so far. */
  #taken = 0;
  #separators = 0;
  #wordUnits = 0;
  #isAfterBlank = false;
  #hiddenRun = 0;
  #hiddenFrom = 0;
  /** A high surrogate at the end of a piece, whose other half is in the next one. */
  #half = 0;

  /** The text begins and ends with a virtual blank, so that a word at its border stands alone too. */
  constructor(window: UnitWindow) {
    this.#window = window;
    this.#put(0x20, 0, 0);
  }

  /** Takes from `text` what the window has room for. Returns the index where to go on. */
  take(text: string, from: number): number {
    let at = from;
    while (at < text.length && this.#window.room > EXPANSION_MAX) {
      const unit = text.charCodeAt(at);
      at += 1;
      if (this.#half !== 0 || isHigh(unit)) this.#takeSurrogate(unit);
      else {
        const folded = foldUnit(unit);
        if (folded > NOTHING) this.#put(folded, this.#taken, 1);
        else this.#takeCodePoint(unit, this.#taken, 1);
        this.#taken += 1;
      }
    }
    return at;
  }

  #takeSurrogate(unit: number): void {
    const high = this.#half;
    this.#half = 0;
    if (high !== 0 && isLow(unit)) {
      const codePoint = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
      this.#takeCodePoint(codePoint, this.#taken, 2);
      this.#taken += 2;
      return;
    }
    if (high !== 0) {
      this.#takeCodePoint(high, this.#taken, 1);
      this.#taken += 1;
    }
    if (isHigh(unit)) {
      this.#half = unit;
      return;
    }
    this.#takeCodePoint(unit, this.#taken, 1);
    this.#taken += 1;
  }

  #takeCodePoint(codePoint: number, origin: number, width: number): void {
    const folded = foldCodePoint(codePoint);
    if (folded !== "") {
      for (let index = 0; index < folded.length; index += 1)
        this.#put(folded.charCodeAt(index), origin, width);
    } else if (canCarryText(codePoint)) {
      if (this.#hiddenRun === 0) this.#hiddenFrom = origin;
      this.#hiddenRun += 1;
      if (this.#hiddenRun !== HIDDEN_RUN) return;
      const covered = Math.min(255, origin + width - this.#hiddenFrom);
      this.#window.add(HIDDEN_TEXT.charCodeAt(0), this.#hiddenFrom, covered);
    }
  }

  #put(unit: number, origin: number, width: number): void {
    this.#hiddenRun = 0;
    if (isWordUnit(unit)) {
      this.#separators = 0;
      this.#isAfterBlank = false;
      if (unit >= EAST_ASIA) this.#wordUnits = 0;
      else if (this.#wordUnits < WORD_UNITS_MAX) this.#wordUnits += 1;
      else {
        this.#window.add(0x20, origin, 0);
        this.#wordUnits = 1;
      }
    } else {
      const isBlank = unit === 0x20;
      this.#wordUnits = 0;
      if (this.#separators === SEPARATOR_UNITS_MAX || (isBlank && this.#isAfterBlank)) return;
      this.#separators += 1;
      this.#isAfterBlank = isBlank;
    }
    this.#window.add(unit, origin, width);
  }

  /** Takes what was waiting for its other half, and the closing blank. Needs room for two units. */
  end(): void {
    if (this.#half !== 0) {
      this.#takeCodePoint(this.#half, this.#taken, 1);
      this.#half = 0;
      this.#taken += 1;
    }
    this.#window.add(0x20, this.#taken, 0);
  }
}
