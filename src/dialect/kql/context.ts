/**
 * Context looked up in Sentinel's watchlists instead of stamped on events at ingest.
 *
 * The rows of the table get their clearance, their department and their business hours by the rules
 * of `enrich/`: what an event carries already is kept, a user of unknown department gets the
 * department of the clearance list, a department that is not listed is judged by the row `*`, and by
 * nothing where there is no such row. The query itself stays the same and reads these rows.
 *
 * With an empty watchlist nobody is cleared and no hour is known, so a rule would alert on everybody
 * or on nobody. Then the query returns one row instead, which says that the watchlist is empty: one
 * alert that somebody sees, whatever the rule.
 */
import type { EventField } from "../../event/event.ts";
import { comparisonsOf } from "../../rule/detection.ts";
import type { Fidelity, RuleIr } from "../../rule/ir.ts";
import { join, name, raw, sequence, type Text, text, value } from "../text.ts";
import { column, columnName } from "./predicate.ts";
import { KQL_TABLE, type Lowered, list, names } from "./rows.ts";

/** Search key user_id_hash; columns clearance, department and business_unit as in clearances.csv. */
export const CLEARANCE_WATCHLIST = "ClaudeClearances";

/**
 * Search key department (`*` for those not listed); one row for each shift: zone (IANA), days (such as
 * `mon tue wed`), opens and closes (HH:MM; a closing time before the opening time is the next
 * morning), holidays (dates on which the shift does not begin).
 */
export const BUSINESS_HOURS_WATCHLIST = "ClaudeBusinessHours";

/** Rows of these keys only show the form of a watchlist; an empty one would have no columns. */
export const EXAMPLE_USER: string = "0".repeat(64);
export const EXAMPLE_DEPARTMENT = "example";

/** A field that is looked up: in which watchlist, and what the query calls its rows and their number. */
interface Lookup {
  readonly field: EventField;
  readonly watchlist: string;
  readonly rows: string;
  readonly size: string;
}

const lookups: readonly Lookup[] = [
  {
    field: "user_clearance",
    watchlist: CLEARANCE_WATCHLIST,
    rows: "clearances",
    size: "clearancesListed",
  },
  {
    field: "within_business_hours",
    watchlist: BUSINESS_HOURS_WATCHLIST,
    rows: "hours",
    size: "hoursListed",
  },
];

/** What of a rule's fields a watchlist says. */
function lookupsOf(rule: RuleIr): readonly Lookup[] {
  const read = new Set(comparisonsOf(rule.detection).map(({ field }) => field));
  return lookups.filter(({ field }) => read.has(field));
}

/** A column of a watchlist as text: one that has no items has no such column. */
function item(key: string): Text {
  return text`tostring(column_ifexists(${value(key)}, ''))`;
}

/** One row for each user. Rows of one user that disagree say nothing. */
function clearanceRows(): Text {
  const user = columnName("user_id_hash");
  return text`let clearances = _GetWatchlist(${value(CLEARANCE_WATCHLIST)})
| project ${user} = ${item("user_id_hash")}, Listed = ${item("clearance")}, ListedDepartment = ${item("department")}
| where ${user} != '' and ${user} != ${value(EXAMPLE_USER)}
| summarize Clearance = take_any(Listed), Clearances = dcount(Listed), OfDepartment = take_any(ListedDepartment), Departments = dcount(ListedDepartment) by ${user}
| project ${user}, Listed = iff(Clearances == 1, Clearance, ''), ListedDepartment = iff(Departments == 1, OfDepartment, '');
`;
}

/** Minutes of a clock time such as 8:30. */
function minutes(clock: Text): Text {
  return text`toint(split(${clock}, ':')[0]) * 60 + toint(split(${clock}, ':')[1])`;
}

/** One row for each shift, with minutes of its opening day. Rows that cannot be read are left out. */
function hoursRows(): Text {
  return text`let hours = _GetWatchlist(${value(BUSINESS_HOURS_WATCHLIST)})
| project HoursOf = ${item("department")}, Zone = ${item("zone")}, Days = ${item("days")}, OpensAt = ${item("opens")}, ClosesAt = ${item("closes")}, Holidays = ${item("holidays")}
| extend Opens = ${minutes(raw("OpensAt"))}, Closes = ${minutes(raw("ClosesAt"))}
| where HoursOf != '' and HoursOf != ${value(EXAMPLE_DEPARTMENT)} and isnotnull(Opens) and isnotnull(Closes)
| extend Closes = iff(Closes > Opens, Closes, Closes + 1440);
`;
}

/** Whether a shift that opens on `day` covers `minute`, counted from that day's midnight. */
function covers(day: string, minute: string): Text {
  return raw(
    `(Days contains substring('sunmontuewedthufrisat', 3 * toint(dayofweek(${day}) / 1d), 3) and not(Holidays contains substring(tostring(${day}), 0, 10)) and ${minute} >= Opens and ${minute} < Closes)`,
  );
}

/** Whether each department was at work at each time of an event. A zone that is none says nothing. */
function verdictRows(): Text {
  const department = columnName("department");
  return text`let verdicts = cleared
| distinct ${department}, TimeGenerated
| extend Asked = iff(${department} == '', 'unknown', ${department})
| extend HoursOf = iff(Asked in ((hours | project HoursOf)), Asked, '*')
| join kind=inner (hours) on HoursOf
| extend Local = datetime_utc_to_local(TimeGenerated, Zone)
| where isnotnull(Local)
| extend Today = startofday(Local), Minute = datetime_part('hour', Local) * 60 + datetime_part('minute', Local)
| extend Yesterday = Today - 1d, NightMinute = Minute + 1440
| summarize Open = max(iff(${covers("Today", "Minute")} or ${covers("Yesterday", "NightMinute")}, 1, 0)) by ${department}, TimeGenerated;
`;
}

/** The table's rows as `stamped`, with what the watchlists say where the event does not. */
function stampedRows(read: readonly Lookup[]): Text {
  const [user, clearance, department, within] = [
    columnName("user_id_hash"),
    columnName("user_clearance"),
    columnName("department"),
    columnName("within_business_hours"),
  ];
  const needsHours = read.some(({ field }) => field === "within_business_hours");
  const cleared = text`let cleared = ${raw(KQL_TABLE)}
| join kind=leftouter (clearances) on ${user}
| extend ${clearance} = iff(isempty(${clearance}), Listed, ${clearance}), ${department} = iff(${department} in ('', 'unknown') and isnotempty(ListedDepartment), ListedDepartment, ${department});
`;
  const stamped = needsHours
    ? text`let stamped = cleared
| join kind=leftouter (verdicts) on ${department}, TimeGenerated
| extend ${within} = iff(isnull(${within}) and isnotnull(Open), Open == 1, ${within});
`
    : raw("let stamped = cleared;\n");
  return sequence(
    clearanceRows(),
    ...(needsHours ? [hoursRows()] : []),
    cleared,
    ...(needsHours ? [verdictRows()] : []),
    stamped,
  );
}

function sizes(read: readonly Lookup[]): Text {
  const counts = read.map(({ rows, size }) => `let ${size} = toscalar(${rows} | count);\n`);
  return raw(counts.join(""));
}

/** The same text over other rows than the table's. The name of the table stands alone in its chunk. */
function overStamped(chunk: Text): Text {
  switch (chunk.kind) {
    case "raw":
      return chunk.text === KQL_TABLE ? raw("stamped") : chunk;
    case "sequence":
      return { ...chunk, parts: chunk.parts.map(overStamped) };
    case "origin":
      return { ...chunk, of: overStamped(chunk.of) };
    case "name":
    case "value":
      return chunk;
  }
}

/** One row that says that a watchlist is empty, in a column that tells alerts apart. */
function emptyRow({ columns }: Lowered, { watchlist, size }: Lookup): Text {
  const place = columns.find(
    ({ role, field }) =>
      role === "key" && field !== undefined && field !== "day" && column(field).type === "string",
  );
  const told =
    place === undefined
      ? []
      : [text`${name(place.name)} = ${value(`The watchlist ${watchlist} is empty`)}`];
  const cells = join([raw("TimeGenerated = now()"), ...told], ", ");
  return text`(print ${cells} | where ${raw(size)} == 0)`;
}

/** A query with its context looked up; unchanged where the rule reads none. */
export function withNativeContext(rule: RuleIr, lowered: Lowered): Lowered {
  const read = lookupsOf(rule);
  if (read.length === 0) return lowered;
  const full = raw(read.map(({ size }) => `${size} > 0`).join(" and "));
  const empty = join(
    read.map((one) => emptyRow(lowered, one)),
    ", ",
  );
  return {
    columns: lowered.columns,
    query: text`${stampedRows(read)}${sizes(read)}${overStamped(lowered.query)}
| where ${full}
| union ${empty}
| project ${list(names(lowered.columns))}`,
  };
}

/** How faithful a rule is whose context is looked up when it runs. */
export function nativeFidelity(rule: RuleIr, fidelity: Fidelity): Fidelity {
  if (lookupsOf(rule).length === 0 || fidelity.level === "refused") return fidelity;
  const before = fidelity.level === "degraded" ? `${fidelity.reason}. ` : "";
  return {
    level: "degraded",
    reason: `${before}Clearance and business hours are looked up in watchlists as they are when the rule runs, not as they were when the event happened`,
    remedy: "Build with the context stamped (--context stamped) where that difference matters.",
  };
}
