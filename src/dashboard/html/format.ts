/** Numbers, times and groups as a reader sees them. */

import type { EventField } from "../../event/event.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { type ChartPanel, type Dimension, SMALL_CELL_USERS, type Unit } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import type { Shown } from "./draw.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const tenth = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 2,
});
const percent = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const shortPercent = new Intl.NumberFormat("en-US", {
  style: "percent",
  maximumFractionDigits: 1,
});

/** A value with its unit where that is a sign; words for units stand in headings. */
export function formatValue(value: number, unit: Unit): string {
  if (unit === "percent") return percent.format(value);
  if (unit === "usd") return dollars.format(value);
  if (unit === "time") return formatMinute(value);
  if (unit === "ms") return formatMs(value);
  return Number.isInteger(value) ? whole.format(value) : decimal.format(value);
}

/** `240 ms`, `3.2 s`, `5.5 min`, `7.1 h`: two to four digits tell enough. */
function formatMs(value: number): string {
  if (value < 1000) return `${whole.format(value)} ms`;
  if (value < 120_000) return `${tenth.format(value / 1000)} s`;
  if (value < 7_200_000) return `${tenth.format(value / 60_000)} min`;
  return `${tenth.format(value / 3_600_000)} h`;
}

/** The word after a number, where it does not carry its unit already. */
export function formatUnit(unit: Unit): string {
  return ["percent", "usd", "time", "ms"].includes(unit) ? "" : unit;
}

/** The same for the marks of an axis and other narrow places. */
export function formatShort(value: number, unit: Unit): string {
  if (unit === "percent") return shortPercent.format(value);
  if (unit === "ms") return formatMs(value);
  if (unit === "time") return formatDay(value);
  const text = short.format(value);
  return unit === "usd" ? `$${text}` : text;
}

export function formatCount(value: number): string {
  return whole.format(value);
}

export function formatShare(share: number): string {
  return percent.format(share);
}

/** `Feb 3`, or `Feb 3, 14:00`. UTC. */
function formatBucket(time: number, every: "hour" | "day" | "week"): string {
  const date = new Date(time);
  const day = `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
  return every === "hour" ? `${day}, ${String(date.getUTCHours()).padStart(2, "0")}:00` : day;
}

/** `7 days`, or `36h` where it is not whole days. */
export function formatLength(ms: number): string {
  const days = ms / 86_400_000;
  return Number.isInteger(days) ? `${days} ${days === 1 ? "day" : "days"}` : formatDuration(ms);
}

/** `2026-02-03`. */
export function formatDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The days of a time, and how long it is. */
export function formatTimes({ fromMs, toMs }: Pick<Shown, "fromMs" | "toMs">): string {
  const length = formatLength(toMs - fromMs);
  return `${formatDay(fromMs)} to ${formatDay(toMs - 1)} (${length}, UTC).`;
}

/** `2026-02-03 14:05 UTC`. */
export function formatMinute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A character that leaves something to see. */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** A name from events; one that nobody could see or click on is quoted, character by character. */
export function formatName(name: string): string {
  if (VISIBLE.test(name)) return name;
  const code = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return `"${name.replaceAll(/[^ ]/gu, code)}"`;
}

export function formatKey(dimension: Dimension, key: string | number): string {
  if (dimension.kind === "time") return formatBucket(Number(key), dimension.every);
  if (dimension.kind === "hour_of_day") return String(key).padStart(2, "0");
  if (dimension.kind === "period") return key === "current" ? "now" : "the time before";
  const name = formatName(String(key));
  return dimension.field.endsWith("_type") ? name.replaceAll("_", " ") : name;
}

/** The name of a field in running text. */
export function fieldTitle(field: EventField): string {
  return field.replaceAll("_", " ").replace(/^mcp /, "MCP ");
}

/** Heading of a dimension's column. */
export function dimensionTitle(dimension: Dimension): string {
  switch (dimension.kind) {
    case "time":
      return { hour: "hour", day: "day", week: "week from" }[dimension.every];
    case "hour_of_day":
      return "hour";
    case "period":
      return "period";
    case "field":
      return fieldTitle(dimension.field);
  }
}

/** The value of a row, or the words that stand for one that is withheld. */
export function formatCell({ unit, query }: ChartPanel, row: ResultRow): string {
  if (row.small) return `< ${SMALL_CELL_USERS} users`;
  if (row.value !== undefined) return formatValue(row.value, unit);
  return query.measure.kind === "ratio" ? "too few cases" : "none";
}
