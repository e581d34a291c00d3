/** The log of a baseline: days of history, and a day to be judged by them. */
import type { BaselineDetection } from "../ir.ts";
import { type Rational, rationalOf } from "../rational.ts";
import { type CaseList, entityOf, type Story } from "./case-list.ts";
import { type Calendar, calendarOf } from "./day.ts";
import { joinDrafts, type Load } from "./load.ts";
import type { Fields } from "./satisfy.ts";

/** The day most cases judge: far from changes of clocks in most zones. */
export const TODAY: number = Date.UTC(2026, 5, 17) / 86_400_000;

/** What the cases of one baseline share. */
export interface BaselineStage {
  readonly list: CaseList;
  readonly detection: BaselineDetection;
  readonly load: Load;
  readonly subject: Fields;
  readonly calendar: Calendar;
  readonly factor: Rational;
}

export function baselineStage(
  list: CaseList,
  detection: BaselineDetection,
  load: Load,
  subject: Fields,
): BaselineStage {
  const calendar = calendarOf(detection.zone);
  return { list, detection, load, subject, calendar, factor: rationalOf(detection.factor) };
}

/** An amount at a time. */
export type Portion = readonly [units: number, atMs: number, fields: Fields];

/** The amount that is still allowed on a day with such a history: the factor times the mean. */
export function allowed(
  { detection, factor }: BaselineStage,
  sum: number,
  activeDays: number,
): number {
  const days = detection.averageOver === "active_days" ? activeDays : detection.historyDays;
  return (factor.numerator * sum) / (days * factor.denominator);
}

/** The least amount that fires after such a history. */
export function firing(stage: BaselineStage, sum: number, activeDays: number): number {
  return Math.max(stage.detection.floor, Math.floor(allowed(stage, sum, activeDays))) + 1;
}

/** The smallest amount for each of `days` active days whose allowance is whole and at least `least`. */
export function evenShare(
  stage: BaselineStage,
  days: number,
  least: number,
  shareMin: number,
): number | undefined {
  const { numerator } = stage.factor;
  if (numerator === 0) return undefined;
  // The allowance of a share of 1; shares are multiples of whatever makes it whole.
  const { denominator } = stage.factor;
  const divisor =
    stage.detection.averageOver === "active_days"
      ? denominator
      : denominator * stage.detection.historyDays;
  const perShare = stage.detection.averageOver === "active_days" ? numerator : numerator * days;
  const step = divisor / greatestCommonDivisor(divisor, perShare);
  const needed = Math.max(shareMin, Math.ceil((least * divisor) / perShare));
  return Math.ceil(needed / step) * step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** `share` at noon of each of the days, given as distances before today. */
export function history(
  { calendar }: BaselineStage,
  distances: readonly number[],
  share: number,
  fields: Fields,
  today: number = TODAY,
): readonly Portion[] {
  return distances.map((distance): Portion => [share, calendar.noonOf(today - distance), fields]);
}

/** The distances 1 to `count`. */
export function lastDays(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** An alert on `day` at the last portion of the day, with everything of that day behind it. */
export interface DayAlert {
  readonly day: number;
  /** Portions of the day up to the one that crosses. */
  readonly portions: readonly Portion[];
  readonly limit: number;
}

/** A log of portions and its alerts. */
export function tellDays(
  stage: BaselineStage,
  portions: readonly Portion[],
  alerts: readonly DayAlert[],
): Story | string {
  const { load, detection, calendar } = stage;
  const drafts = joinDrafts(...portions.map((portion) => load.fill(...portion)));
  if (typeof drafts === "string") return drafts;
  const expect = alerts.map(({ day, portions: own, limit }) => {
    const [, timeMs, fields] = own.at(-1) ?? [0, 0, {}];
    const value = own.reduce((sum, [units]) => sum + units, 0);
    const adding = own.filter(([units]) => units > 0);
    const events = adding.reduce((sum, portion) => sum + (load.fill(...portion)?.length ?? 0), 0);
    const entity = { ...entityOf(detection.by, fields), day: calendar.nameOf(day) };
    return { entity, timeMs, value, limit: Math.max(detection.floor, limit), events };
  });
  return { drafts, expect };
}
