/** All patterns that rules have for one fact, so that a value is not compared with each of them. */
import {
  comparable,
  type NamePattern,
  type PathParts,
  type PathPattern,
  partsOf,
} from "./classify-pattern.ts";

/** How values and patterns of one kind meet. */
interface Kind<Pattern, Value> {
  readonly read: (text: string) => Value;
  /** A text without which the pattern cannot match. */
  readonly neededBy: (pattern: Pattern) => string | undefined;
  /** The texts that a value has for patterns that need one. */
  readonly textsOf: (value: Value) => Iterable<string>;
  readonly matches: (pattern: Pattern, value: Value) => boolean;
}

const names: Kind<NamePattern, string> = {
  read: (text) => text,
  neededBy: ({ exact }) => exact,
  textsOf: (value) => [value],
  matches: ({ matches }, value) => matches(value),
};

const paths: Kind<PathPattern, PathParts> = {
  read: partsOf,
  neededBy: ({ needs }) => needs,
  // A path may repeat a name as often as somebody likes; its patterns are compared once.
  textsOf: (path) => new Set(path.names),
  matches: ({ matches }, path) => matches(path),
};

interface Compared<Pattern> {
  readonly rule: number;
  readonly pattern: Pattern;
}

/** Patterns for texts that are all taken as they are, or all in lower case. */
class HalfIndex<Pattern, Value> {
  readonly #kind: Kind<Pattern, Value>;
  readonly #byText = new Map<string, Compared<Pattern>[]>();
  /** Patterns that have to be compared with every value. */
  readonly #others: Compared<Pattern>[] = [];

  constructor(kind: Kind<Pattern, Value>) {
    this.#kind = kind;
  }

  get isEmpty(): boolean {
    return this.#byText.size + this.#others.length === 0;
  }

  add(rule: number, pattern: Pattern): void {
    const text = this.#kind.neededBy(pattern);
    const list = text === undefined ? this.#others : (this.#byText.get(text) ?? []);
    list.push({ rule, pattern });
    if (text !== undefined) this.#byText.set(text, list);
  }

  collect(text: string, rules: Set<number>): void {
    const value = this.#kind.read(text);
    const take = (list: readonly Compared<Pattern>[]): void => {
      for (const { rule, pattern } of list)
        if (!rules.has(rule) && this.#kind.matches(pattern, value)) rules.add(rule);
    };
    for (const one of this.#kind.textsOf(value)) take(this.#byText.get(one) ?? []);
    take(this.#others);
  }
}

export class RuleIndex<Pattern, Value> {
  readonly #asWritten: HalfIndex<Pattern, Value>;
  readonly #inLowerCase: HalfIndex<Pattern, Value>;

  constructor(kind: Kind<Pattern, Value>) {
    this.#asWritten = new HalfIndex(kind);
    this.#inLowerCase = new HalfIndex(kind);
  }

  add(rule: number, patterns: readonly Pattern[], ignoreCase: boolean): void {
    const half = ignoreCase ? this.#inLowerCase : this.#asWritten;
    for (const pattern of patterns) half.add(rule, pattern);
  }

  /** Rules with a pattern that the value satisfies. */
  rulesOf(value: string): ReadonlySet<number> {
    const rules = new Set<number>();
    if (!this.#asWritten.isEmpty) this.#asWritten.collect(comparable(value, false), rules);
    if (!this.#inLowerCase.isEmpty) this.#inLowerCase.collect(comparable(value, true), rules);
    return rules;
  }
}

export function nameIndex(): RuleIndex<NamePattern, string> {
  return new RuleIndex(names);
}

export function pathIndex(): RuleIndex<PathPattern, PathParts> {
  return new RuleIndex(paths);
}
