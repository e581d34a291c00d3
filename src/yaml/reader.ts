/**
 * Typed reading of YAML maps: every key asked for is known, every other key is an error.
 *
 * A reader collects diagnostics instead of stopping, so that one run shows every problem of a file.
 * Where a value is missing or wrong it reports that and returns `undefined`.
 */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import {
  describeNode,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from "./node.ts";

const DURATION = /^([0-9]{1,9})(ms|s|m|h|d)$/;
const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export interface NumberRange {
  readonly integer?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** Bounds of a duration, milliseconds, both allowed. */
export interface DurationRange {
  readonly min: number;
  readonly max: number;
}

export class MapReader {
  readonly span: Span;
  readonly #where: string;
  readonly #entries: ReadonlyMap<string, YamlEntry>;
  readonly #known = new Set<string>();
  readonly #diagnostics: Diagnostic[];

  private constructor(map: YamlMap, where: string, diagnostics: Diagnostic[]) {
    this.span = map.entries[0]?.keySpan ?? map.span;
    this.#where = where;
    this.#entries = new Map(map.entries.map((entry) => [entry.key, entry]));
    this.#diagnostics = diagnostics;
  }

  /** A reader over `node`, or `undefined` with a diagnostic when it is no map. `where` names it in messages. */
  static of(node: YamlNode, where: string, diagnostics: Diagnostic[]): MapReader | undefined {
    if (node.kind === "map") return new MapReader(node, where, diagnostics);
    const args = { key: where, expected: "a map of keys and values", found: describeNode(node) };
    diagnostics.push(report(yamlMessage.wrongType, node.span, args));
    return undefined;
  }

  /** The keys present, in file order. */
  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The place of a key's value, or of the map when the key is absent. */
  spanOf(key: string): Span {
    return this.#entries.get(key)?.value.span ?? this.span;
  }

  keySpanOf(key: string): Span {
    return this.#entries.get(key)?.keySpan ?? this.span;
  }

  /** The node under an optional key. A key with nothing after it counts as absent. */
  optional(key: string): YamlNode | undefined {
    this.#known.add(key);
    const node = this.#entries.get(key)?.value;
    return node?.kind === "scalar" && node.value === null ? undefined : node;
  }

  /** The node under a required key. */
  required(key: string, expected: string): YamlNode | undefined {
    const node = this.optional(key);
    if (node === undefined) {
      const args = { key, where: this.#where, expected };
      this.#diagnostics.push(report(yamlMessage.missingKey, this.span, args));
    }
    return node;
  }

  #wrongType(key: string, node: YamlNode, expected: string): undefined {
    const found = describeNode(node);
    this.#diagnostics.push(report(yamlMessage.wrongType, node.span, { key, expected, found }));
    return undefined;
  }

  #text(key: string, node: YamlNode | undefined): YamlScalar | undefined {
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && typeof node.value === "string" && node.value.trim() !== "")
      return node;
    return this.#wrongType(key, node, "text");
  }

  /** A required non-empty string, as the scalar node with its inner positions. */
  textNode(key: string): YamlScalar | undefined {
    return this.#text(key, this.required(key, "text"));
  }

  string(key: string): string | undefined {
    return this.textNode(key)?.value as string | undefined;
  }

  optionalString(key: string): string | undefined {
    return this.#text(key, this.optional(key))?.value as string | undefined;
  }

  #number(key: string, node: YamlNode | undefined, range: NumberRange): number | undefined {
    if (node === undefined) return undefined;
    const expected = range.integer ? "a whole number" : "a number";
    if (node.kind !== "scalar" || typeof node.value !== "number")
      return this.#wrongType(key, node, expected);
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
    const fits =
      node.value >= min &&
      node.value <= max &&
      (!range.integer || Number.isSafeInteger(node.value));
    if (fits) return node.value;
    const bounds = `${expected}${min > Number.NEGATIVE_INFINITY ? ` from ${min}` : ""}${max < Number.POSITIVE_INFINITY ? ` to ${max}` : ""}`;
    const args = { key, value: String(node.value), range: bounds };
    this.#diagnostics.push(report(yamlMessage.outOfRange, node.span, args));
    return undefined;
  }

  number(key: string, range: NumberRange = {}): number | undefined {
    return this.#number(
      key,
      this.required(key, range.integer ? "a whole number" : "a number"),
      range,
    );
  }

  optionalNumber(key: string, range: NumberRange = {}): number | undefined {
    return this.#number(key, this.optional(key), range);
  }

  optionalBoolean(key: string): boolean | undefined {
    const node = this.optional(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
    return this.#wrongType(key, node, "true or false");
  }

  #choice<T extends string>(
    key: string,
    text: string | undefined,
    values: readonly T[],
  ): T | undefined {
    if (text === undefined || (values as readonly string[]).includes(text))
      return text as T | undefined;
    const args = { key, value: text, known: values };
    this.#diagnostics.push(report(yamlMessage.unknownValue, this.spanOf(key), args));
    return undefined;
  }

  /** A required value out of a closed list. */
  choice<T extends string>(key: string, values: readonly T[]): T | undefined {
    return this.#choice(key, this.string(key), values);
  }

  optionalChoice<T extends string>(key: string, values: readonly T[]): T | undefined {
    return this.#choice(key, this.optionalString(key), values);
  }

  /** A duration such as `10m`, `24h`, `30d`, in milliseconds. */
  #duration(key: string, node: YamlNode | undefined): number | undefined {
    if (node === undefined) return undefined;
    const ms = node.kind === "scalar" ? parseDuration(String(node.value)) : undefined;
    return ms ?? this.#wrongType(key, node, "a duration such as 10m, 24h or 30d");
  }

  duration(key: string): number | undefined {
    return this.#duration(key, this.required(key, "a duration such as 10m, 24h or 30d"));
  }

  optionalDuration(key: string): number | undefined {
    return this.#duration(key, this.optional(key));
  }

  /** A duration within bounds, milliseconds; `undefined` and reported outside of them. */
  durationWithin(key: string, { min, max }: DurationRange): number | undefined {
    const ms = this.duration(key);
    if (ms === undefined || (ms >= min && ms <= max)) return ms;
    const range = `a duration from ${formatDuration(min)} to ${formatDuration(max)}`;
    const args = { key, value: formatDuration(ms), range };
    this.#diagnostics.push(report(yamlMessage.outOfRange, this.spanOf(key), args));
    return undefined;
  }

  #list(key: string, node: YamlNode | undefined): YamlList | undefined {
    if (node === undefined) return undefined;
    return node.kind === "list" ? node : this.#wrongType(key, node, "a list");
  }

  list(key: string): YamlList | undefined {
    return this.#list(key, this.required(key, "a list"));
  }

  /** A required list with something in it. */
  filledList(key: string): YamlList | undefined {
    const list = this.list(key);
    if (list?.items.length !== 0) return list;
    return this.#wrongType(key, list, "a list with at least one item");
  }

  optionalList(key: string): YamlList | undefined {
    return this.#list(key, this.optional(key));
  }

  #strings(key: string, list: YamlList | undefined): readonly string[] | undefined {
    if (list === undefined) return undefined;
    const texts: string[] = [];
    for (const item of list.items) {
      if (item.kind === "scalar" && typeof item.value === "string") texts.push(item.value);
      else {
        const quoted = "text in quotes (a colon and a blank make a map of it)";
        this.#wrongType(`Each item of ${key}`, item, item.kind === "map" ? quoted : "text");
      }
    }
    return texts;
  }

  strings(key: string): readonly string[] | undefined {
    return this.#strings(key, this.list(key));
  }

  optionalStrings(key: string): readonly string[] | undefined {
    return this.#strings(key, this.optionalList(key));
  }

  /** A reader over the map under a required key. */
  map(key: string): MapReader | undefined {
    const node = this.required(key, "a map of keys and values");
    return node && MapReader.of(node, `"${key}"`, this.#diagnostics);
  }

  optionalMap(key: string): MapReader | undefined {
    const node = this.optional(key);
    return node && MapReader.of(node, `"${key}"`, this.#diagnostics);
  }

  /** Reports every key that was never asked for. Call it last. */
  done(): void {
    for (const entry of this.#entries.values()) {
      if (this.#known.has(entry.key)) continue;
      const args = { key: entry.key, where: this.#where, known: [...this.#known] };
      this.#diagnostics.push(report(yamlMessage.unknownKey, entry.keySpan, args));
    }
  }
}

/** Milliseconds of a duration such as `10m`, `24h` or `30d`; `undefined` for other text. */
export function parseDuration(text: string): number | undefined {
  const parts = DURATION.exec(text);
  return parts === null
    ? undefined
    : Number(parts[1]) * DURATION_MS[parts[2] as keyof typeof DURATION_MS];
}

/** A duration in milliseconds in the shortest exact form: `10m`, `36h`, `1500ms`. */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms > 0 && ms % DURATION_MS[unit] === 0) return `${ms / DURATION_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
