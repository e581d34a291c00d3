/** What a language can say about which fields; everything else is refused before a word is printed. */
import type { EventField } from "../event/event.ts";
import { resolveField } from "../mapping/field-name.ts";
import type { ResolvedField, Schema } from "../mapping/schema.ts";
import { fieldsOf, windowOf } from "../rule/detection.ts";
import type { BaselineDetection, RuleIr } from "../rule/ir.ts";
import type { RunSchedule } from "./compiled.ts";

/** Why a language cannot say something, and what helps. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** The first field that the target does not hold in a form that literals compare with. */
export function findUnmappedField(rule: RuleIr, schema: Schema): Obstacle | undefined {
  return findUnmapped(fieldsOf(rule), schema);
}

/** The same among any fields. */
export function findUnmapped(fields: readonly EventField[], schema: Schema): Obstacle | undefined {
  for (const field of fields) {
    const resolved = resolveField(schema, field);
    // Splunk extracts the members of a JSON object as fields, and nothing for the object itself.
    if (schema === "cim" && resolved?.type === "object")
      return {
        reason: `Splunk has fields for the members of ${field}, none for the whole`,
        remedy: `Leave ${field} out, or let the embedded engine judge this rule.`,
      };
    if (resolved?.transform === "copy") continue;
    return {
      reason: `The mapping "${schema}" does not keep the values of ${field}`,
      remedy: `Map ${field} in mappings/${schema}.yaml, or leave it out.`,
    };
  }
  return undefined;
}

/** The place of a field that `findUnmappedField` has passed. */
export function columnOf(schema: Schema, field: EventField): ResolvedField {
  const resolved = resolveField(schema, field);
  if (resolved === undefined) throw new Error(`unchecked field ${field} for ${schema}`);
  return resolved;
}

/** The runs a rule asks for. Each reads what candidates of the last `every + late` need. */
export function scheduleOf(rule: RuleIr): RunSchedule {
  const { everyMs, lateMs } = rule.schedule;
  const freshMs = everyMs + lateMs;
  return { everyMs, freshMs, lookbackMs: windowOf(rule.detection) + freshMs };
}

/** History behind the connector's daily `usage_rollup` record, in days. */
const ROLLUP_DAYS = 30;

/**
 * Why the connector's daily rollup cannot stand for a baseline: it holds tokens, per user and UTC
 * day, over 30 days, of all events.
 */
export function findRollupObstacle(detection: BaselineDetection): string | undefined {
  const { by, measure, where, zone, historyDays } = detection;
  if (zone !== "UTC") return `usage_rollup counts UTC days, the rule days in ${zone}`;
  if (historyDays !== ROLLUP_DAYS)
    return `usage_rollup holds ${ROLLUP_DAYS} days of history, the rule asks for ${historyDays}`;
  if (by.join() !== "user_id_hash") return "usage_rollup is kept by user_id_hash alone";
  if (where.kind !== "always") return "usage_rollup counts all events, the rule only some";
  const fields = measure.kind === "sum" ? [...measure.fields].sort().join() : "";
  if (fields !== "token_input,token_output")
    return "usage_rollup holds token_input + token_output only";
  return undefined;
}
