/**
 * The business calendar: departments with their zone, working hours and holidays.
 *
 *     holidays:
 *       germany: [2026-01-01, 2026-12-25]
 *     departments:
 *       finance: {zone: Europe/Berlin, hours: {mon-fri: 09:00-18:00}, holidays: [germany]}
 *     default: none
 */
import { type Diagnostic, fail, type Result, report, resultOf } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { parseDate } from "../event/time.ts";
import { describeNode, type YamlEntry, type YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import type { Calendar, DepartmentCalendar } from "./business-hours.ts";
import { parseWeek } from "./week.ts";
import { openZone, type Zone, zoneNames } from "./zone.ts";

type HolidayLists = ReadonlyMap<string, ReadonlySet<number>>;

/** What the parts of one file share. */
interface Context {
  readonly diagnostics: Diagnostic[];
  /** Departments of one zone share its cache. */
  readonly zones: Map<string, Zone>;
  readonly usedLists: Set<string>;
}

/** A date that is exactly `YYYY-MM-DD`, in days since 1970-01-01. */
export function parseCalendarDate(text: string): number | undefined {
  return text.length === 10 ? parseDate(text) : undefined;
}

function parseDates(list: string, node: YamlNode, diagnostics: Diagnostic[]): ReadonlySet<number> {
  const lineOfDate = new Map<number, number>();
  if (node.kind !== "list") {
    const args = { key: list, expected: "a list of dates", found: describeNode(node) };
    diagnostics.push(report(yamlMessage.wrongType, node.span, args));
    return new Set();
  }
  for (const item of node.items) {
    const text = item.kind === "scalar" ? String(item.value) : describeNode(item);
    const date = item.kind === "scalar" ? parseCalendarDate(text) : undefined;
    const line = date === undefined ? undefined : lineOfDate.get(date);
    if (date === undefined) {
      diagnostics.push(report(contextMessage.badDate, item.span, { text }));
    } else if (line !== undefined) {
      diagnostics.push(report(contextMessage.duplicateDate, item.span, { date: text, line }));
    } else {
      lineOfDate.set(date, item.span.line);
    }
  }
  return new Set(lineOfDate.keys());
}

/** The entries of a map with free keys; reports and yields nothing for anything else. */
function entriesOf(
  key: string,
  node: YamlNode | undefined,
  diagnostics: Diagnostic[],
): readonly YamlEntry[] {
  if (node === undefined) return [];
  if (node.kind === "map") return node.entries;
  const args = { key, expected: "a map of names", found: describeNode(node) };
  diagnostics.push(report(yamlMessage.wrongType, node.span, args));
  return [];
}

function parseZone(reader: MapReader, context: Context): Zone | undefined {
  const name = reader.string("zone");
  if (name === undefined) return undefined;
  const zone = context.zones.get(name) ?? openZone(name);
  if (zone) context.zones.set(name, zone);
  else {
    const args = { zone: name, known: zoneNames() };
    context.diagnostics.push(report(contextMessage.unknownZone, reader.spanOf("zone"), args));
  }
  return zone;
}

/** The union of the holiday lists a department names. */
function parseHolidays(
  reader: MapReader,
  lists: HolidayLists,
  context: Context,
): ReadonlySet<number> {
  const dates = new Set<number>();
  for (const item of reader.optionalList("holidays")?.items ?? []) {
    const name = item.kind === "scalar" ? String(item.value) : describeNode(item);
    const list = lists.get(name);
    if (list === undefined) {
      const args = { list: name, known: [...lists.keys()] };
      context.diagnostics.push(report(contextMessage.unknownHolidays, item.span, args));
      continue;
    }
    context.usedLists.add(name);
    for (const date of list) dates.add(date);
  }
  return dates;
}

function parseDepartment(
  name: string,
  node: YamlNode,
  lists: HolidayLists,
  context: Context,
): DepartmentCalendar | undefined {
  const reader = MapReader.of(node, `the calendar of "${name}"`, context.diagnostics);
  if (reader === undefined) return undefined;
  const zone = parseZone(reader, context);
  const hours = reader.required("hours", "working hours by weekday");
  const entries = entriesOf("hours", hours, context.diagnostics);
  const week = parseWeek(entries, context.diagnostics);
  const holidays = parseHolidays(reader, lists, context);
  reader.done();
  return zone && { zone, week, holidays };
}

/** `none`, or the calendar of every department that is not listed. */
function parseDefault(
  root: MapReader,
  lists: HolidayLists,
  context: Context,
): DepartmentCalendar | undefined {
  const node = root.required("default", '"none", or zone and hours');
  if (node === undefined || (node.kind === "scalar" && node.value === "none")) return undefined;
  if (node.kind === "map") return parseDepartment("default", node, lists, context);
  const args = { key: "default", expected: '"none", or zone and hours', found: describeNode(node) };
  context.diagnostics.push(report(yamlMessage.wrongType, node.span, args));
  return undefined;
}

function parseCalendarNode(node: YamlNode, diagnostics: Diagnostic[]): Calendar {
  const context: Context = { diagnostics, zones: new Map(), usedLists: new Set() };
  const departments = new Map<string, DepartmentCalendar>();
  const root = MapReader.of(node, "a calendar", diagnostics);
  if (root === undefined) return { departments };

  const holidayEntries = entriesOf("holidays", root.optional("holidays"), diagnostics);
  const lists = new Map(
    holidayEntries.map(({ key, value }) => [key, parseDates(key, value, diagnostics)]),
  );
  const listed = root.required("departments", "calendars by department");
  for (const { key, value } of entriesOf("departments", listed, diagnostics)) {
    const department = parseDepartment(key, value, lists, context);
    if (department) departments.set(key, department);
  }
  const fallback = parseDefault(root, lists, context);
  for (const { key, keySpan } of holidayEntries) {
    if (!context.usedLists.has(key))
      diagnostics.push(report(contextMessage.unusedHolidays, keySpan, { list: key }));
  }
  root.done();
  return { departments, ...(fallback && { fallback }) };
}

/**
 * Parses a business calendar.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The calendar, or every problem of the file (codes C501 to C509 and Y1xx) with its place.
 */
export function parseCalendar(text: string, file: string): Result<Calendar> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return fail(yaml.diagnostics);
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  return resultOf(parseCalendarNode(yaml.value, diagnostics), diagnostics);
}
