/** Single events with the clearance of their user joined from a lookup index. */
import { entityFields, leavesOf } from "../../rule/detection.ts";
import type { EachDetection, RuleIr } from "../../rule/ir.ts";
import { lowerPredicate } from "../predicate.ts";
import { join, name, raw, text } from "../text.ts";
import { esqlPredicate, fieldName } from "./predicate.ts";
import { columnsOf, ELASTIC_INDEX, type Lowered, list, TIME } from "./rows.ts";

/** Index of mode `lookup`, one document for each user: `user.hash` and `listed_clearance`. */
export const CLEARANCE_INDEX = "claude-clearances";

/**
 * What is stamped on an event is kept. Rows carry the document's id, so that an event that two runs see
 * becomes one alert.
 */
export function lowerEachJoined({ where }: EachDetection, rule: RuleIr): Lowered {
  const keys = entityFields(rule);
  const compared = leavesOf(where).map(({ field }) => field);
  const shown = [...new Set([...keys, "user_id_hash" as const, ...compared])].filter(
    (field) => field !== "timestamp",
  );
  const columns = [
    TIME,
    ...columnsOf(keys, "key"),
    ...columnsOf(
      shown.filter((field) => !keys.includes(field)),
      "context",
    ),
  ];
  const clearance = name(fieldName("user_clearance"));
  const metadata = join(["_id", "_index", "_version"].map(raw), ", ");
  return {
    columns,
    query: text`FROM ${raw(ELASTIC_INDEX)} METADATA ${metadata}
| LOOKUP JOIN ${raw(CLEARANCE_INDEX)} ON ${name(fieldName("user_id_hash"))}
| EVAL ${clearance} = COALESCE(${clearance}, listed_clearance)
| WHERE ${lowerPredicate(where, esqlPredicate)}
| KEEP ${metadata}, ${list(columns)}`,
  };
}
