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
