/** What every compiler answers. */
import type { EventField } from "../event/event.ts";
import type { Fidelity } from "../rule/ir.ts";
import { type Lexicon, type Piece, renderPieces, type Text } from "./text.ts";

/** The products and languages a rule compiles to. */
export type RuleTarget = "sigma" | "sentinel" | "splunk" | "elastic" | "duckdb";

export const ruleTargets: readonly RuleTarget[] = [
  "sigma",
  "sentinel",
  "splunk",
  "elastic",
  "duckdb",
];

/**
 * Where clearance and business hours come from: stamped on each event at ingest, or looked up in the
 * product's own table (Sentinel watchlist, Splunk lookup, Elastic lookup index, Sigma placeholder).
 */
export type ContextMode = "stamped" | "native";

/** Choices of whoever builds a pack. */
export interface CompileOptions {
  readonly context: ContextMode;
}

export const DEFAULT_OPTIONS: CompileOptions = { context: "stamped" };

/** What a column of the result is for. `key` is an entity, or the day of a baseline. */
export type ColumnRole = "time" | "event_id" | "key" | "context" | "value" | "limit";

/** A column of a query's result. */
export interface ResultColumn {
  readonly name: string;
  readonly role: ColumnRole;
  /** Where the column holds an event field, or the day of a baseline. */
  readonly field?: EventField | "day";
}

/** One text of a compiled rule. A Sigma correlation has several: the rules it counts or orders, too. */
export interface CompiledText {
  readonly role: "query" | "rule" | "base" | "first" | "second" | "correlation";
  readonly text: string;
  /** Which of a product's languages it is, where the product has several. */
  readonly language?: "kuery" | "esql";
  /** The text in pieces that know where in the rule they come from, for texts made of chunks. */
  readonly pieces?: readonly Piece[];
}

/** A text with a final line end, from chunks. */
export function compiledText(
  role: CompiledText["role"],
  chunk: Text,
  lexicon: Lexicon,
): CompiledText {
  const pieces = [...renderPieces(chunk, lexicon), { text: "\n" }];
  return { role, text: pieces.map((piece) => piece.text).join(""), pieces };
}

/**
 * A rule in one language. A refused rule has no texts.
 *
 * Fidelity is about what fires. Suppression and schedules are settings of the product around the
 * query, so a query yields every candidate of the time range it is given.
 */
export interface Compiled {
  readonly fidelity: Fidelity;
  readonly texts: readonly CompiledText[];
  /** Columns of the result, in order; empty where the language does not name any. */
  readonly columns: readonly ResultColumn[];
  readonly schedule: RunSchedule;
}

/** How a product should run a query. */
export interface RunSchedule {
  readonly everyMs: number;
  /** How far back a run reads. */
  readonly lookbackMs: number;
  /** How far back candidates are new; older ones an earlier run has seen, and may lack history here. */
  readonly freshMs: number;
}

/** For texts that say nothing about runs, and for rules without any. */
export const NO_RUN: RunSchedule = { everyMs: 0, lookbackMs: 0, freshMs: 0 };

/** A rule that the language cannot say. `reason` has no final stop, `remedy` is a sentence. */
export function refuse(reason: string, remedy: string): Compiled {
  return {
    fidelity: { level: "refused", reason, remedy },
    texts: [],
    columns: [],
    schedule: NO_RUN,
  };
}
