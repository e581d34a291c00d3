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
import type { SignaturePattern } from "./signature.ts";
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
  readonly automaton: Automaton;
  /** Units that the longest match of any pattern covers. */
  readonly unitsMax: number;
  readonly #compiled: (RE2JS | undefined)[];

  constructor(patterns: readonly ScanPattern[]) {
    this.patterns = patterns;
    const needles = patterns.flatMap(({ pattern }, index) =>
      pattern.required.flatMap((set, group) =>
        set.map((text): Needle => ({ text, id: index * 2 + group })),
      ),
    );
    this.automaton = new Automaton(needles);
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

/** A match in positions of units, without its borders. */
export interface UnitMatch {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** Where one pattern stands in one text. */
interface Progress {
  /** Position of the last hit of each required set; -1 before the first. */
  readonly hits: [number, number];
  /** Where the next match may begin. */
  from: number;
  /** The region to search: from `low` for matches that begin up to `last`. */
  low: number;
  last: number;
  isPending: boolean;
  matches: number;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

export class PatternScan {
  readonly #set: PatternSet;
  readonly #window: UnitWindow;
  readonly #progress: (Progress | undefined)[] = [];
  #pending: number[] = [];
  #state = 0;
  #scanned = 0;

  constructor(set: PatternSet, window: UnitWindow) {
    this.#set = set;
    this.#window = window;
  }

  /** The first position that is still needed. */
  get needed(): number {
    const lows = this.#pending.map((index) => this.#progress[index]?.low ?? 0);
    return Math.max(0, Math.min(this.#scanned - this.#set.unitsMax, ...lows));
  }

  /** Looks at the units that were added since, and yields the matches that are certain now. */
  advance(isEnd: boolean): readonly UnitMatch[] {
    const { automaton } = this.#set;
    const end = this.#window.end;
    let state = this.#state;
    for (let position = this.#scanned; position < end; position += 1) {
      state = automaton.step(state, this.#window.unitAt(position));
      if (state === 0) continue;
      for (const id of automaton.found(state)) this.#hit(id >> 1, id & 1, position);
    }
    this.#state = state;
    this.#scanned = end;
    return this.#settle(isEnd);
  }

  #hit(index: number, group: number, position: number): void {
    const pattern = this.#set.patterns[index]?.pattern;
    if (pattern === undefined) return;
    let own = this.#progress[index];
    if (own === undefined) {
      own = { hits: [-1, -1], from: 0, low: 0, last: 0, isPending: false, matches: 0 };
      this.#progress[index] = own;
    }
    if (own.matches === PATTERN_MATCHES_MAX) return;
    own.hits[group] = position;
    const earliest = position - pattern.unitsMax + 1;
    const isComplete = pattern.required.every((_, one) => {
      const hit = own.hits[one] ?? -1;
      return hit >= 0 && hit >= earliest;
    });
    if (!isComplete) return;
    if (!own.isPending) {
      own.isPending = true;
      own.low = Math.max(own.from, earliest);
      this.#pending.push(index);
    }
    own.last = position;
  }

  #settle(isEnd: boolean): readonly UnitMatch[] {
    if (this.#pending.length === 0) return [];
    const matches: UnitMatch[] = [];
    this.#pending = this.#pending.filter((index) => {
      const own = this.#progress[index];
      if (own === undefined) return false;
      // A match that begins here or earlier is visible to its last unit, and the unit after it.
      const certain = this.#scanned - (this.#set.patterns[index]?.pattern.unitsMax ?? 0) - 1;
      const limit = isEnd ? own.last : Math.min(own.last, certain);
      if (limit < own.last && limit - own.low < REGION_UNITS) return true;
      this.#search(index, own, limit, matches);
      own.low = Math.max(own.from, limit + 1);
      own.isPending = limit < own.last && own.matches < PATTERN_MATCHES_MAX;
      return own.isPending;
    });
    return matches;
  }

  /** Finds the matches of a pattern that begin from `own.low` up to `limit`. */
  #search(index: number, own: Progress, limit: number, matches: UnitMatch[]): void {
    const unitsMax = this.#set.patterns[index]?.pattern.unitsMax ?? 0;
    // Half of a character is no border of a word.
    const low = own.low + (isLowSurrogate(this.#window.unitAt(own.low)) ? 1 : 0);
    if (limit < low) return;
    const text = this.#window.text(low, Math.min(this.#scanned, limit + unitsMax + 1));
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
