/** When Splunk runs a saved search. */
import type { Stanza } from "./conf.ts";
import type { Reading } from "./reading.ts";
import { prepareSearch } from "./run.ts";
import { modifiedTime } from "./time.ts";
import { numberOf, type Row } from "./value.ts";

/** Seconds between two runs of `cron_schedule`, of the forms that divide an hour or a day. */
export function cronSeconds(cron: string): number {
  const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(cron) ?? [];
  if (minutes !== undefined && 60 % Number(minutes) === 0) return Number(minutes) * 60;
  const [, hours] = /^0 \*\/(\d+) \* \* \*$/.exec(cron) ?? [];
  if (hours !== undefined && 24 % Number(hours) === 0) return Number(hours) * 3600;
  const known: Readonly<Record<string, number>> = {
    "* * * * *": 60,
    "0 * * * *": 3600,
    "0 0 * * *": 86_400,
  };
  const seconds = known[cron];
  if (seconds === undefined) throw new Error(`the schedule ${cron}`);
  return seconds;
}

function setting(stanza: Stanza, name: string): string {
  const value = stanza.get(name);
  if (value === undefined) throw new Error(`a saved search without ${name}`);
  return value;
}

/**
 * Every row that the runs of a saved search yield, from the first event to `until`, seconds. Events are
 * there as soon as they happen. Runs that would read nothing are left out.
 */
export function runScheduled(
  stanza: Stanza,
  events: readonly Row[],
  macros: ReadonlyMap<string, Stanza>,
  until: number,
  reading: Reading,
): readonly Row[] {
  const search = prepareSearch(setting(stanza, "search"), macros);
  const step = cronSeconds(setting(stanza, "cron_schedule"));
  const times = events.map((row) => numberOf(row.get("_time") ?? null) ?? Number.NaN);
  const first = times.reduce((least, time) => Math.min(least, time));
  const rows: Row[] = [];
  for (let now = Math.ceil(first / step) * step; now < until + step; now += step) {
    const earliest = modifiedTime(setting(stanza, "dispatch.earliest_time"), now, 0);
    const latest = modifiedTime(setting(stanza, "dispatch.latest_time"), now, 0);
    if (times.some((time) => time >= earliest && time < latest))
      rows.push(...search(events, { now, earliest, latest, reading }));
  }
  return rows;
}
