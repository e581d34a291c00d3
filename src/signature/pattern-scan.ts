/**
 * Runs the patterns of signatures over a window of text.
 *
 * A pattern is tried only where the texts that each of its matches contains were met. Matches of one
 * pattern are the leftmost ones that do not overlap, as in the whole text; a match is accepted once
 * everything it could reach is visible, so a cut in the text cannot shorten it.
 */
import { type Matcher as ExpressionMatcher, RE2JS } from "re2js";
import { Automaton, type Needle } from "./automaton.ts";
import type { FindingHead } from "./finding.ts";
import { EAST_ASIA } from "./fold.ts";
import { REQUIRED_MAX } from "./required-text.ts";
import { type SignaturePattern, signatureLanguages } from "./signature.ts";
import type { UnitWindow } from "./window.ts";

/** Matches of one pattern that are reported for one text; the pattern rests afterwards. */
export const PATTERN_MATCHES_MAX = 16;
/** Units over which nearby hits of a pattern are searched in one go. */
const REGION_UNITS = 2048;

export interface ScanPattern {
  readonly head: FindingHead;
  readonly pattern: SignaturePattern;
}

/** What is shared by all texts: the automaton of required texts and the compiled patterns. */
export class PatternSet {
  readonly patterns: readonly ScanPattern[];
  /** For languages whose words stand apart: reads words, and one blank for all between them. */
  readonly words: Automaton;
  /** For all others: reads the units as they are. */
  readonly units: Automaton;
  /** Units that the longest match of any pattern covers. */
  readonly unitsMax: number;
  readonly #compiled: (RE2JS | undefined)[];

  constructor(patterns: readonly ScanPattern[]) {
    this.patterns = patterns;
    const needles = (hasSpaces: boolean): readonly Needle[] =>
      patterns.flatMap(({ pattern }, index) =>
        signatureLanguages[pattern.language].hasSpaces !== hasSpaces
          ? []
          : pattern.required.flatMap((set, group) =>
              set.map((text): Needle => ({ text, id: index * REQUIRED_MAX + group })),
            ),
      );
    this.words = new Automaton(needles(true));
    this.units = new Automaton(needles(false));
    this.unitsMax = Math.max(0, ...patterns.map(({ pattern }) => pattern.unitsMax));
    this.#compiled = patterns.map(() => undefined);
  }

  /** Compiled when first needed: most patterns never are, and a hook has no time to lose. */
  expression(index: number): RE2JS {
    const known = this.#compiled[index];
    if (known !== undefined) return known;
    const compiled = RE2JS.compile(this.patterns[index]?.pattern.expression ?? "");
    this.#compiled[index] = compiled;
    return compiled;
  }
}

const BLANK = 0x20;

/** Whether a unit is part of a word in languages whose words stand apart. */
function isSpacedWord(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x80 && unit < EAST_ASIA)
  );
}

const NEVER = Number.NEGATIVE_INFINITY;

/** A match in positions of units, without its borders. */
export interface UnitMatch {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Where one pattern stands in one text. */
interface Progress {
  /** Where the next match may begin. */
  from: number;
  /** The region to search: from `low` for matches that begin up to `last`. */
  low: number;
  last: number;
  isPending: boolean;
  matches: number;
}

export class PatternScan {
  readonly #set: PatternSet;
  readonly #window: UnitWindow;
  readonly #progress: (Progress | undefined)[] = [];
  #pending: number[] = [];
  /** For each required set: where the nearest row of hits that leads up to it began. */
  readonly #chains: Float64Array;
  /** For each pattern: the first hit of its first set after a gap that no match can cover. */
  readonly #eldest: Float64Array;
  #wordState = 0;
  #unitState = 0;
  /** Whether the last unit was none of a word, so that its blank was read already. */
  #isApart = false;
  #scanned = 0;

  constructor(set: PatternSet, window: UnitWindow) {
    this.#set = set;
    this.#chains = new Float64Array(set.patterns.length * REQUIRED_MAX).fill(NEVER);
    this.#eldest = new Float64Array(set.patterns.length);
    this.#window = window;
  }

  /** The first position that is still needed. */
  get needed(): number {
    const lows = this.#pending.map((index) => this.#progress[index]?.low ?? 0);
    return Math.max(0, Math.min(this.#scanned - this.#set.unitsMax, ...lows));
  }

  /** Looks at the units that were added since, and yields the matches that are certain now. */
  advance(isEnd: boolean): readonly UnitMatch[] {
    const { words, units } = this.#set;
    const end = this.#window.end;
    // Members are read once: this loop runs for every unit of every text.
    let [unitState, wordState, isApart] = [this.#unitState, this.#wordState, this.#isApart];
    for (let position = this.#scanned; position < end; position += 1) {
      const unit = this.#window.unitAt(position);
      unitState = units.step(unitState, unit);
      if (unitState !== 0) this.#hitAll(units.found(unitState), position);
      const isWord = isSpacedWord(unit);
      if (!isWord && isApart) continue;
      isApart = !isWord;
      wordState = words.step(wordState, isWord ? unit : BLANK);
      if (wordState !== 0) this.#hitAll(words.found(wordState), position);
    }
    this.#unitState = unitState;
    this.#wordState = wordState;
    this.#isApart = isApart;
    this.#scanned = end;
    return this.#settle(isEnd);
  }

  #hitAll(ids: readonly number[], position: number): void {
    for (let at = 0; at < ids.length; at += 1) this.#hit(ids[at] ?? 0, position);
  }

  /**
   * Notes that a required text ends at `position`. The texts of a match stand in the order of their sets,
   * so a set counts only behind the one before it, near enough for one match to cover both.
   */
  #hit(id: number, position: number): void {
    const group = id % REQUIRED_MAX;
    const index = (id - group) / REQUIRED_MAX;
    const pattern = this.#set.patterns[index]?.pattern;
    if (pattern === undefined) return;
    const before = this.#chains[group === 0 ? id : id - 1] ?? NEVER;
    const isNear = before > position - pattern.unitsMax;
    if (group === 0) {
      if (!isNear) this.#eldest[index] = position;
    } else if (!isNear) return;
    const first = group === 0 ? position : before;
    this.#chains[id] = first;
    if (group < pattern.required.length - 1) return;
    // All matches that end the row here begin before `first`, and none before the eldest of its kind.
    const eldest = Math.max(this.#eldest[index] ?? 0, position - pattern.unitsMax + 1);
    this.#want(index, eldest - pattern.firstEndMax + 1, first);
  }

  /** Has the pattern searched for matches that begin from `low` to `last`. */
  #want(index: number, low: number, last: number): void {
    let own = this.#progress[index];
    if (own === undefined) {
      own = { from: 0, low: 0, last: 0, isPending: false, matches: 0 };
      this.#progress[index] = own;
    }
    if (own.matches === PATTERN_MATCHES_MAX || last < own.from) return;
    if (!own.isPending) {
      own.isPending = true;
      own.low = Math.max(own.from, low);
      this.#pending.push(index);
    }
    own.last = last;
  }

  #settle(isEnd: boolean): readonly UnitMatch[] {
    if (this.#pending.length === 0) return [];
    const matches: UnitMatch[] = [];
    this.#pending = this.#pending.filter((index) => {
      const own = this.#progress[index];
      if (own === undefined) return false;
      // A match that begins here or earlier is visible to its last unit.
      const certain = this.#scanned - (this.#set.patterns[index]?.pattern.unitsMax ?? 0);
      const limit = isEnd ? own.last : Math.min(own.last, certain);
      if (limit < own.last && limit - own.low < REGION_UNITS) return true;
      this.#search(index, own, limit, matches);
      own.from = Math.max(own.from, limit + 1);
      own.low = own.from;
      own.isPending = limit < own.last && own.matches < PATTERN_MATCHES_MAX;
      return own.isPending;
    });
    return matches;
  }

  /** Finds the matches of a pattern that begin from `own.low` up to `limit`. */
  #search(index: number, own: Progress, limit: number, matches: UnitMatch[]): void {
    const unitsMax = this.#set.patterns[index]?.pattern.unitsMax ?? 0;
    const { low } = own;
    if (limit < low) return;
    const text = this.#window.text(low, Math.min(this.#scanned, limit + unitsMax));
    const expression = this.#set.expression(index);
    // Without positions RE2 runs as an automaton, ten times as fast; most candidates end here.
    if (!expression.test(text)) return;
    const matcher: ExpressionMatcher = expression.matcher(text);
    let from = 0;
    while (own.matches < PATTERN_MATCHES_MAX && matcher.find(from)) {
      if (low + matcher.start() > limit) return;
      const match = { index, start: low + matcher.start(1), end: low + matcher.end(1) };
      matches.push(match);
      own.matches += 1;
      // The border after a match may be the border before the next one.
      own.from = match.end;
      from = match.end - low;
    }
  }
}
