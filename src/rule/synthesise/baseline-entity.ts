/** Cases of a baseline about whom it judges, what it adds up, and when it fires again. */
import type { EventField } from "../../event/event.ts";
import type { Story } from "./case-list.ts";
import type { Calendar } from "./day.ts";
import {
  allowed,
  type BaselineStage,
  type DayAlert,
  firing,
  history,
  lastDays,
  type Portion,
  TODAY,
  tellDays,
} from "./history.ts";
import type { Fields } from "./satisfy.ts";
import { variation, without } from "./subject.ts";

export function addBaselineEntityCases(stage: BaselineStage): void {
  const { list, detection, subject, calendar } = stage;
  const { minDays, where, by } = detection;
  const noon = calendar.noonOf(TODAY);
  const units = firing(stage, minDays, minDays);
  for (const field of by) {
    const bare = without(subject, field);
    const past = history(stage, lastDays(minDays), 1, bare);
    const missing = `events without ${field} belong to nobody`;
    if (field === "event_type") list.add("detect.by", missing, "every event has it");
    else list.add("detect.by", missing, tellDays(stage, [...past, [units, noon, bare]], []));
    const other = variation(subject, where, field);
    const apart = `two values of ${field} share neither history nor day`;
    if (other === undefined) {
      list.add("detect.by", apart, `the rule fixes ${field}`);
      continue;
    }
    const own = history(stage, lastDays(minDays), 1, subject);
    const foreign: Portion = [units, noon, other];
    list.add("detect.by", apart, tellDays(stage, [...own, foreign], []));
  }
  addMeasureCases(stage);
}

/** Each field that is added up fires alone, and no other number does. */
function addMeasureCases(stage: BaselineStage): void {
  const { list, detection, load, subject, calendar } = stage;
  const { measure, minDays } = detection;
  const [main] = load.free;
  if (measure.kind === "count" || main === undefined) return;
  const key = "detect.measure";
  const measured: readonly EventField[] = measure.fields;
  const fixed = measured.some(
    (field) => !load.free.includes(field) && subject[field] !== undefined,
  );
  if (fixed) {
    list.add(key, "each field is added", "the predicate sets one of the fields that are added up");
    return;
  }
  const units = firing(stage, minDays, minDays);
  const limit = allowed(stage, minDays, minDays);
  const past = history(stage, lastDays(minDays), 1, subject);
  const atMs = calendar.noonOf(TODAY);
  const alert = tellDays(stage, past, [{ day: TODAY, portions: [[units, atMs, subject]], limit }]);
  const quiet = tellDays(stage, past, []);
  if (typeof alert === "string" || typeof quiet === "string") return;
  for (const field of load.free) {
    const today = { atMs, fields: { ...subject, [field]: units } };
    list.add(key, `${field} is added`, { ...alert, drafts: [...alert.drafts, today] });
  }
  const noise = Object.fromEntries(load.unread.map((field) => [field, units]));
  const today = { atMs, fields: { ...subject, ...noise, [main]: units - 1 } };
  list.add(key, "other numbers are not added", { ...quiet, drafts: [...quiet.drafts, today] });
}

/** The day of an instant that is not before today. */
function dayAt(calendar: Calendar, ms: number): number {
  let day = TODAY;
  while (calendar.startOf(day + 1) <= ms) day += 1;
  return day;
}

/** Two alerts: of two entities within a day, or of one entity on two days. */
export function baselineTwice(
  stage: BaselineStage,
  gap: number,
  first: Fields,
  second: Fields,
): Story | string {
  const { detection, calendar } = stage;
  const { minDays, historyDays, by } = detection;
  const start = (day: number, fields: Fields): readonly Portion[] =>
    history(stage, lastDays(minDays), 1, fields, day);
  const units = firing(stage, minDays, minDays);
  const limit = allowed(stage, minDays, minDays);
  if (by.some((field) => first[field] !== second[field])) {
    const noon = calendar.noonOf(TODAY);
    const alerts = [first, second].map((fields, index): DayAlert => {
      const atMs = noon + index * gap;
      return { day: dayAt(calendar, atMs), portions: [[units, atMs, fields]], limit };
    });
    const now = alerts.flatMap(({ portions }) => portions);
    return tellDays(stage, [...start(TODAY, first), ...start(TODAY, second), ...now], alerts);
  }
  // The last millisecond of a day, so that the next day is as near as it can be.
  const lastMs = calendar.startOf(TODAY + 1) - 1;
  const later = dayAt(calendar, lastMs + gap);
  const now: Portion = [units, lastMs, first];
  const one: DayAlert = { day: TODAY, portions: [now], limit };
  if (later === TODAY) return "an entity fires once a day";
  // The first day is part of the second one's history; days before may have left it.
  const kept = lastDays(minDays).filter((distance) => later - TODAY + distance <= historyDays);
  const included = later - TODAY <= historyDays;
  const activeDays = kept.length + (included ? 1 : 0);
  if (activeDays < minDays) return "too few days of the history are left by then";
  const sum = kept.length + (included ? units : 0);
  const more: Portion = [firing(stage, sum, activeDays), lastMs + gap, first];
  const two: DayAlert = { day: later, portions: [more], limit: allowed(stage, sum, activeDays) };
  return tellDays(stage, [...start(TODAY, first), now, more], [one, two]);
}
