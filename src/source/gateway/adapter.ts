/** The vocabulary of mapping tables `adapters/*.yaml`: what a record of a product means as events. */
import type { EventField } from "../../event/event.ts";
import type { Path } from "./path.ts";
import type { TransformName } from "./transform.ts";

/** Whether something holds for a record or an element. */
export type Condition =
  | { readonly kind: "present"; readonly path: Path; readonly wanted: boolean }
  | {
      readonly kind: "among";
      readonly path: Path;
      readonly values: readonly string[];
      readonly wanted: boolean;
    }
  | { readonly kind: "above"; readonly path: Path; readonly limit: number }
  | { readonly kind: "any"; readonly conditions: readonly Condition[] };

/** Where a raw value is from. */
export type Origin =
  /** The first of these paths that gives a value. */
  | { readonly kind: "from"; readonly paths: readonly Path[] }
  | { readonly kind: "value"; readonly value: Constant }
  /** The sum of what is there. */
  | { readonly kind: "sum"; readonly paths: readonly Path[] }
  /** The time between two instants. */
  | { readonly kind: "elapsed"; readonly start: Path; readonly end: Path }
  /** All texts that are there, with blanks between them. */
  | { readonly kind: "join"; readonly paths: readonly Path[] }
  /** Names of those conditions that hold; no value when none does. */
  | { readonly kind: "flags"; readonly flags: readonly Flag[] }
  /** The first of these that gives a value. */
  | { readonly kind: "first"; readonly values: readonly ValueSpec[] };

export type Constant = string | number | boolean | readonly string[];

export interface Flag {
  readonly name: string;
  readonly when: readonly Condition[];
}

/** How one field gets its value. */
export interface ValueSpec {
  readonly origin: Origin;
  /** By the kind of the field when absent. */
  readonly as?: TransformName;
  readonly map?: ReadonlyMap<string, string>;
  /** For values that the map does not have; no value when absent. */
  readonly otherwise?: string;
  /** When there is no value, for the reason that the table gives. */
  readonly fallback?: { readonly value: Constant; readonly why: string };
}

/** An event that a record becomes. */
export interface Template {
  /** Part of the ids of its events, so it stays as it is. */
  readonly name: string;
  /** Where the product's own name is from, for the label `event_name`; the name above without it. */
  readonly namedBy: Path | undefined;
  /** Lists and, with `entries`, maps whose elements become an event each. */
  readonly each: readonly { readonly path: Path; readonly entries: boolean }[];
  /** All have to hold. */
  readonly when: readonly Condition[];
  readonly fields: ReadonlyMap<EventField, ValueSpec>;
  readonly details: ReadonlyMap<string, ValueSpec>;
  /** Paths within the element that may be copied to labels. */
  readonly labels: readonly Path[];
}

/** How records are wrapped on their way. */
export type Envelope =
  | { readonly kind: "list" | "object" | "json"; readonly path: Path }
  /** Base64 of gzip. */
  | { readonly kind: "packed"; readonly path: Path };

export interface Adapter {
  readonly format: string;
  readonly product: string;
  readonly envelopes: readonly Envelope[];
  /** Members one of which a record has to have in each group. */
  readonly record: readonly (readonly Path[])[];
  /** What tells a record from others, joined; the whole record where it has none of these. */
  readonly id: readonly Path[];
  readonly time: ValueSpec;
  /** Who did it, best first. */
  readonly person: ValueSpec;
  /** Fields of every event of a record. */
  readonly fields: ReadonlyMap<EventField, ValueSpec>;
  readonly events: readonly Template[];
  /** What a record becomes that no template fits. */
  readonly otherwise: Template;
  /** Fields that may be copied to labels when they hold an id, a number, true or false, or a word. */
  readonly labels: readonly Path[];
  /** Fields that are left out, by the reason. */
  readonly dropped: ReadonlyMap<string, readonly Path[]>;
}
