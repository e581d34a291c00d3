/** Two steps in order. */
import type { RuleIr, SequenceDetection } from "../../rule/ir.ts";
import type { ResultColumn } from "../compiled.ts";
import { join, name, origin, text } from "../text.ts";
import { column } from "./predicate.ts";
import {
  columnsOf,
  distinctEvents,
  type Lowered,
  list,
  matchingRows,
  names,
  renamed,
  TIME,
  timespan,
  userContext,
} from "./rows.ts";

const FIRST_TIME: ResultColumn = { name: "FirstTime", role: "context" };

export function lowerSequence(
  { first, second, withinMs }: SequenceDetection,
  rule: RuleIr,
): Lowered {
  const by = columnsOf(second.by, "key");
  const user = userContext(second.by);
  const columns = [TIME, ...by, ...user, FIRST_TIME];
  const keys = list(names(by));
  const window = origin(rule.spans["detect.within"], timespan(withinMs));
  // The entity of both steps goes by the names of the second.
  const pairs = first.by.map(
    (field, index) => [column(second.by[index] ?? field).name, column(field).name] as const,
  );
  const shown = [...names(by), ...names(user)];
  const users = user.map((one) => text`, ${name(one.name)} = take_any(${name(one.name)})`);
  return {
    columns,
    query: text`let earlier = ${matchingRows(first.where, first.by)}
| project Earlier = TimeGenerated, ${renamed(pairs)}
| distinct Earlier, ${keys};
let later = ${matchingRows(second.where, second.by)}${distinctEvents(shown)}
| project TimeGenerated, ${list(shown)};
later
| join kind=inner earlier on ${keys}
| where Earlier < TimeGenerated and Earlier >= TimeGenerated - ${window}
| summarize FirstTime = max(Earlier)${join(users, "")} by TimeGenerated, ${keys}
| project ${list(names(columns))}`,
  };
}
