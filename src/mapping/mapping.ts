/**
 * A parsed mapping: how documents of one target schema are made from events. Plain data; `apply.ts`
 * is its meaning, and `scripts/generate/mapping.ts` compiles it to serializers of the same meaning.
 */
import type { Span } from "../diagnostic/diagnostic.ts";
import type { EventField } from "../event/event.ts";
import type { EventClass } from "./event-class.ts";
import type { Schema } from "./schema.ts";

/** What a rule reads: an event field, the chain link beside the event, or the event as a whole. */
export type Source = EventField | "chain_seq" | "chain_hash" | "canonical_event";

export type Scalar = string | number | boolean;

export type Constant = Scalar | readonly string[];

/** Translation of an enumeration: one entry for each legal value of the field. */
export interface Table {
  readonly name: string;
  readonly entries: ReadonlyMap<string, Scalar>;
}

/**
 * What happens to a value on its way. Closed: a mapping holds no code.
 *
 * - `copy` takes it as it is
 * - `ms_to_ns`, `ms_to_s` convert a duration
 * - `iso_to_epoch_seconds` makes epoch seconds with up to three decimals of a canonical time
 * - `array_wrap` makes a list of one
 * - `collect` makes a list of the distinct values of several text fields, in order
 * - `first` takes the first of several fields that is there
 * - `summary` takes an object's text member `summary`, else its JSON text
 * - `json_string` makes JSON text of an object or of the canonical event
 * - `flat_keys` copies a flat object with U+0000 in keys replaced by U+FFFD
 * - `lookup` translates an enumeration
 * - `constant` yields a fixed value when the field is there
 */
export type Transform =
  | { readonly kind: PlainTransform }
  | { readonly kind: "lookup"; readonly table: Table }
  | { readonly kind: "constant"; readonly value: Scalar };

export const plainTransforms = [
  "copy",
  "ms_to_ns",
  "ms_to_s",
  "iso_to_epoch_seconds",
  "array_wrap",
  "collect",
  "first",
  "summary",
  "json_string",
  "flat_keys",
] as const;

export type PlainTransform = (typeof plainTransforms)[number];

export const transformNames: readonly Transform["kind"][] = [
  ...plainTransforms,
  "lookup",
  "constant",
];

interface Place {
  /** Target path as written, dotted. */
  readonly to: string;
  /** The same, split. */
  readonly path: readonly string[];
  /** Type the target stores it as, one of `targetTypes` of the schema. */
  readonly type: string;
  readonly span: Span;
}

/** A value that every document carries. */
export interface ConstantOutput extends Place {
  readonly kind: "constant";
  readonly value: Constant;
}

/** A value that depends on the kind of event alone. Classes without an entry do not write the path. */
export interface ClassOutput extends Place {
  readonly kind: "class";
  readonly values: ReadonlyMap<EventClass, Constant>;
}

/** A value made from the event. */
export interface FieldOutput extends Place {
  readonly kind: "field";
  readonly from: readonly Source[];
  readonly transform: Transform;
  /** Kinds of event the rule applies to; absent: all. */
  readonly classes?: ReadonlySet<EventClass>;
  /** The rule applies only beside this source. */
  readonly beside?: Source;
  /** Value when the transform yields nothing. */
  readonly otherwise?: Scalar;
  /** Name in queries where it is not the path. */
  readonly query?: string;
}

export type Output = ConstantOutput | ClassOutput | FieldOutput;

export interface Mapping {
  readonly schema: Schema;
  /** Version of the target schema. */
  readonly schemaVersion: string;
  /**
   * Every output in document order: the members of one object stand together. At most one output
   * writes a path for one kind of event.
   */
  readonly outputs: readonly Output[];
  /** The field rules in file order. Queries name a field by the first rule that reads it alone. */
  readonly fields: readonly FieldOutput[];
  /** Fields left out on purpose, with the reason. */
  readonly unmapped: ReadonlyMap<EventField, string>;
}

/** The single field a rule copies the meaning of, or `undefined` for rules over several. */
export function soleSource(output: FieldOutput): Source | undefined {
  return output.from.length === 1 ? output.from[0] : undefined;
}
