/** Reading a calendar: is this instant within a department's business hours, and what do its clocks say? */
import { formatTime, isRepresentable } from "../event/time.ts";
import type { Zone } from "./zone.ts";

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1440;

/** One span of working hours in minutes of its opening day; a night shift closes after 1440. */
export interface Shift {
  readonly opensMinute: number;
  readonly closesMinute: number;
}

/** The working week of one department. */
export interface DepartmentCalendar {
  readonly zone: Zone;
  /** Seven lists of shifts by opening day, Monday first. */
  readonly week: readonly (readonly Shift[])[];
  /** Local dates without shifts, in days since 1970-01-01. */
  readonly holidays: ReadonlySet<number>;
}

export interface Calendar {
  readonly departments: ReadonlyMap<string, DepartmentCalendar>;
  /** For departments not listed; absent when the calendar says `default: none`. */
  readonly fallback?: DepartmentCalendar;
}

/** The calendar of a department. An event without one counts as department "unknown". */
export function calendarOf(
  calendar: Calendar,
  department: string | undefined,
): DepartmentCalendar | undefined {
  return calendar.departments.get(department ?? "unknown") ?? calendar.fallback;
}

/** Whether a shift that opened on local day `day` covers `minute`, counted from that day's midnight. */
function covers(department: DepartmentCalendar, day: number, minute: number): boolean {
  if (department.holidays.has(day)) return false;
  // Day 0, 1970-01-01, was a Thursday: index 3 of a week that starts on Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  for (const shift of department.week[weekday] ?? []) {
    if (minute >= shift.opensMinute && minute < shift.closesMinute) return true;
  }
  return false;
}

/**
 * Whether an instant lies in the working hours of a department. Opening times belong to the span,
 * closing times do not. A shift belongs to the day it opens on: a holiday cancels the night that
 * begins on it, not the morning that ends the night before. Hours are wall-clock hours, so in a night
 * when clocks change a shift is an hour longer or shorter.
 */
export function isWorking(department: DepartmentCalendar, epochMs: number): boolean {
  const local = department.zone.localMs(epochMs);
  const day = Math.floor(local / MS_PER_DAY);
  const minute = Math.floor((local - day * MS_PER_DAY) / MS_PER_MINUTE);
  return covers(department, day, minute) || covers(department, day - 1, minute + MINUTES_PER_DAY);
}

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, value) =>
  String(value).padStart(2, "0"),
);

/**
 * RFC 3339 text of an instant on a zone's clocks, with milliseconds and offset.
 *
 * @param timestamp The same instant in canonical form, when the caller has it: seconds, and mostly
 *   the date, are the same on all clocks, and cutting them out is quicker than computing them.
 */
export function clockReading(
  zone: Zone,
  epochMs: number,
  timestamp: string = formatTime(epochMs),
): string | undefined {
  const offset = zone.offsetMinutesAt(epochMs);
  const local = epochMs + offset * MS_PER_MINUTE;
  if (!isRepresentable(local)) return undefined;
  const day = Math.floor(local / MS_PER_DAY);
  const sameDate = day === Math.floor(epochMs / MS_PER_DAY);
  const date = (sameDate ? timestamp : formatTime(local)).slice(0, 11);
  const minute = Math.floor((local - day * MS_PER_DAY) / MS_PER_MINUTE);
  const clock = `${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}`;
  const size = Math.abs(offset);
  const zoneText = `${twoDigits[Math.floor(size / 60)]}:${twoDigits[size % 60]}`;
  return `${date}${clock}${timestamp.slice(16, 23)}${offset < 0 ? "-" : "+"}${zoneText}`;
}

/**
 * Whether an instant is within the business hours of a department.
 *
 * @returns `undefined` when the calendar neither lists the department nor has a default.
 */
export function withinBusinessHours(
  calendar: Calendar,
  department: string | undefined,
  epochMs: number,
): boolean | undefined {
  const found = calendarOf(calendar, department);
  return found && isWorking(found, epochMs);
}

/**
 * The instant on the clocks of a department, RFC 3339 with offset.
 *
 * @returns `undefined` when the calendar has no zone for the department, or when the local reading
 *   would leave the years 0000 to 9999.
 */
export function localTime(
  calendar: Calendar,
  department: string | undefined,
  epochMs: number,
): string | undefined {
  const found = calendarOf(calendar, department);
  return found && clockReading(found.zone, epochMs);
}
