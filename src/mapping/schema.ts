/** The products we serve and the schema each speaks. */
export type Target = "elastic" | "sentinel" | "splunk";

export type Schema = "ecs" | "sentinel" | "cim";

export const targets: readonly Target[] = ["elastic", "sentinel", "splunk"];

/** The schema that documents of a target follow. */
export const schemaOf: Readonly<Record<Target, Schema>> = {
  elastic: "ecs",
  sentinel: "sentinel",
  splunk: "cim",
};

/** The label every forwarded record carries, in the form each product allows. */
export const SOURCE_LABEL = "claude_deployment";

/** Integrity of a journaled record as it travels to every sink. */
export interface ChainLink {
  readonly chain_seq: number;
  /** SHA-256, 64 lower-case hex digits. */
  readonly chain_hash: string;
}

/** What a query must know of an event field in a target. */
export interface ResolvedField {
  /** Dotted path in ECS, column in Sentinel, field in Splunk (`name{}` for the elements of a list). */
  readonly name: string;
  /** Type in the target: see `target-type.ts`. */
  readonly type: string;
  /** How stored values differ from event values; `copy`: not at all, so that literals compare as they are. */
  readonly transform: "copy" | "ms_to_ns" | "ms_to_s" | "iso_to_epoch_seconds" | "flat_keys";
}

/** A field or column that documents of a target have. */
export interface TargetField {
  readonly name: string;
  readonly type: string;
}
