/** Working hours of a week: `mon-fri: 09:00-18:00` → shifts by opening day. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { describeNode, type YamlEntry, type YamlNode, type YamlScalar } from "../yaml/node.ts";
import type { Shift } from "./business-hours.ts";

const WEEKDAYS: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const HOURS = /^(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)$/;

/** A shift with its place, before the week is checked as a whole. */
interface PlacedShift extends Shift {
  readonly day: number;
  readonly text: string;
  readonly span: Span;
}

/** The days an entry is for, Monday = 0; a range may run over the weekend (`sat-mon`). */
function parseDays(key: string): readonly number[] | undefined {
  const ends = key.split("-").map((name) => WEEKDAYS.indexOf(name.trim()));
  const [first, last = first] = ends;
  if (first === undefined || last === undefined || ends.length > 2 || ends.includes(-1))
    return undefined;
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (first + index) % 7);
}

/** Minute of the day, or what is wrong with the clock time. */
function clockMinute(hour: string, minute: string): number | string {
  const clock = `${hour}:${minute}`;
  if (Number(minute) > 59) return `${clock} has more than 59 minutes`;
  if (Number(hour) * 60 + Number(minute) > MINUTES_PER_DAY) return `${clock} is after 24:00`;
  return Number(hour) * 60 + Number(minute);
}

function parseShift(node: YamlScalar, diagnostics: Diagnostic[]): Shift | undefined {
  const text = String(node.value);
  const refuse = (reason: string, span: Span): undefined => {
    diagnostics.push(report(contextMessage.badHours, span, { text, reason }));
    return undefined;
  };
  const parts = HOURS.exec(text);
  if (parts === null) return refuse("it must read HH:MM-HH:MM", node.span);
  const [, openHour = "", openMinute = "", closeHour = "", closeMinute = ""] = parts;
  const opens = clockMinute(openHour, openMinute);
  const closes = clockMinute(closeHour, closeMinute);
  if (typeof opens === "string") return refuse(opens, node.within(0, 5));
  if (typeof closes === "string") return refuse(closes, node.within(text.length - 5, 5));
  if (opens === MINUTES_PER_DAY) return refuse("a day opens before 24:00", node.within(0, 5));
  if (opens === closes) return refuse("it opens and closes at the same time", node.span);
  return { opensMinute: opens, closesMinute: closes > opens ? closes : closes + MINUTES_PER_DAY };
}

function parseShifts(key: string, node: YamlNode, diagnostics: Diagnostic[]): PlacedShift[] {
  const nodes = node.kind === "list" ? node.items : [node];
  const shifts: PlacedShift[] = [];
  for (const item of nodes) {
    if (item.kind !== "scalar" || typeof item.value !== "string") {
      const args = { key, expected: "hours such as 09:00-17:30", found: describeNode(item) };
      diagnostics.push(report(yamlMessage.wrongType, item.span, args));
      continue;
    }
    const shift = parseShift(item, diagnostics);
    if (shift) shifts.push({ ...shift, day: 0, text: item.value, span: item.span });
  }
  return shifts;
}

/** Whether `a` is written after `b`; a diagnostic stands at the later of two. */
function isAfter(a: Span, b: Span): boolean {
  return a.line > b.line || (a.line === b.line && a.column > b.column);
}

/** Reports written spans that overlap anywhere in the circle of the week, once for each pair. */
function checkOverlaps(shifts: readonly PlacedShift[], diagnostics: Diagnostic[]): void {
  const start = (shift: PlacedShift): number => shift.day * MINUTES_PER_DAY + shift.opensMinute;
  const sorted = shifts.toSorted((a, b) => start(a) - start(b));
  const reported = new Set<string>();
  sorted.forEach((shift, index) => {
    const next = sorted[(index + 1) % sorted.length] ?? shift;
    const turn = index + 1 === sorted.length ? MINUTES_PER_WEEK : 0;
    const ends = shift.day * MINUTES_PER_DAY + shift.closesMinute;
    if (ends <= start(next) + turn) return;
    const [later, other] = isAfter(shift.span, next.span) ? [shift, next] : [next, shift];
    const pair = [later, other].map(({ span }) => `${span.line}:${span.column}`).join(" ");
    if (reported.has(pair)) return;
    reported.add(pair);
    const args = { text: later.text, other: other.text, line: other.span.line };
    diagnostics.push(report(contextMessage.overlappingHours, later.span, args));
  });
}

/**
 * Parses the `hours` of one department. Days that are not named have no working hours.
 *
 * @returns Seven lists of shifts, Monday first, sorted by opening time.
 */
export function parseWeek(
  entries: readonly YamlEntry[],
  diagnostics: Diagnostic[],
): readonly (readonly Shift[])[] {
  const lineOfDay = new Map<number, number>();
  const placed: PlacedShift[] = [];
  for (const { key, keySpan, value } of entries) {
    const days = parseDays(key);
    if (days === undefined) {
      diagnostics.push(report(contextMessage.badWeekday, keySpan, { text: key, known: WEEKDAYS }));
      continue;
    }
    const shifts = parseShifts(key, value, diagnostics);
    for (const day of days) {
      const line = lineOfDay.get(day);
      if (line !== undefined) {
        const args = { day: WEEKDAYS[day] ?? key, line };
        diagnostics.push(report(contextMessage.repeatedWeekday, keySpan, args));
        break;
      }
      lineOfDay.set(day, keySpan.line);
      placed.push(...shifts.map((shift) => ({ ...shift, day })));
    }
  }
  checkOverlaps(placed, diagnostics);
  return WEEKDAYS.map((_, day) =>
    placed
      .filter((shift) => shift.day === day)
      .map(({ opensMinute, closesMinute }) => ({ opensMinute, closesMinute }))
      .sort((a, b) => a.opensMinute - b.opensMinute),
  );
}
