/**
 * Clearances and business hours as tables of a product, for sites that look context up there instead of
 * stamping it at ingest.
 */
import { formatTime } from "../event/time.ts";
import type { Calendar, DepartmentCalendar } from "./business-hours.ts";
import type { ClearanceTable } from "./clearance.ts";

/** A header and rows of equal length. */
export interface LookupTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One row for each user, by pseudonym; what the table does not state is empty. */
export function clearanceTable({ users }: ClearanceTable): LookupTable {
  const rows = [...users]
    .sort(([a], [b]) => byCode(a, b))
    .map(([user, { clearance = "", department = "", business_unit: unit = "" }]) => {
      return [user, clearance, department, unit];
    });
  return { columns: ["user_id_hash", "clearance", "department", "business_unit"], rows };
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_PER_DAY = 1440;

function clock(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** A closing time after midnight is the next morning; midnight itself is 24:00. */
function closing(minute: number): string {
  return clock(minute > MINUTES_PER_DAY ? minute - MINUTES_PER_DAY : minute);
}

/** One row for each span of hours, with the days that have it. */
function shiftRows(
  name: string,
  { zone, week, holidays }: DepartmentCalendar,
): readonly string[][] {
  const days = new Map<string, string[]>();
  week.forEach((shifts, day) => {
    for (const { opensMinute, closesMinute } of shifts) {
      const hours = `${clock(opensMinute)} ${closing(closesMinute)}`;
      days.set(hours, [...(days.get(hours) ?? []), WEEKDAYS[day] ?? ""]);
    }
  });
  const dates = [...holidays]
    .sort((a, b) => a - b)
    .map((day) => formatTime(day * MINUTES_PER_DAY * 60_000).slice(0, 10));
  return [...days].map(([hours, names]) => {
    const [opens = "", closes = ""] = hours.split(" ");
    return [name, zone.name, names.join(" "), opens, closes, dates.join(" ")];
  });
}

/** One row for each department and span of hours; `*` stands for departments that are not listed. */
export function businessHoursTable({ departments, fallback }: Calendar): LookupTable {
  const listed = [...departments].sort(([a], [b]) => byCode(a, b));
  const all = fallback === undefined ? listed : [...listed, ["*", fallback] as const];
  return {
    columns: ["department", "zone", "days", "opens", "closes", "holidays"],
    rows: all.flatMap(([name, department]) => shiftRows(name, department)),
  };
}

/** CSV as RFC 4180 has it, with line feeds. */
export function renderCsv({ columns, rows }: LookupTable): string {
  const cell = (text: string): string =>
    /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}
