/** Spans and modifiers of time. */
import { SplError } from "./error.ts";

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Seconds of a span such as `10m`. Days and longer are refused: they follow the clock of a time zone,
 * and a day of it may have 23 hours.
 */
export function spanSeconds(text: string, at: number): number {
  const [, count, unit = ""] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (count === undefined || seconds === undefined) throw new SplError(`the span "${text}"`, at);
  return Number(count) * seconds;
}

/** A time from its modifier: `now`, or an offset such as `-900s`. Snapping (`@`) is refused. */
export function modifiedTime(modifier: string, now: number, at: number): number {
  if (modifier === "now") return now;
  const [, sign, span] = /^([+-])(\w+)$/.exec(modifier) ?? [];
  if (span === undefined) throw new SplError(`the time modifier "${modifier}"`, at);
  const seconds = spanSeconds(span, at);
  return sign === "-" ? now - seconds : now + seconds;
}

/** A time as text in a zone that is so many minutes ahead of UTC. */
export function formatTime(
  seconds: number,
  format: string,
  zoneMinutes: number,
  at: number,
): string {
  if (format !== "%Y-%m-%d") throw new SplError(`the time format "${format}"`, at);
  return new Date((seconds + zoneMinutes * 60) * 1000).toISOString().slice(0, 10);
}
