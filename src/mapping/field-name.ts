/** Event fields as queries of a target name them. */
import type { EventField } from "../event/event.ts";
import { targetFieldNames } from "../generated/target-fields.ts";
import type { ResolvedField, Schema } from "./schema.ts";

/**
 * The place of an event field in a target, or `undefined` where the mapping leaves it out.
 *
 * @example resolveField("ecs", "session_id") // { name: "claude.session.id", type: "keyword", … }
 */
export function resolveField(
  schema: Schema,
  field: EventField | "chain_seq" | "chain_hash",
): ResolvedField | undefined {
  return targetFieldNames[schema][field];
}
