/** Cases of the kind `baseline`: its floor, its factor, its history, its days. */
import type { BaselineDetection } from "../ir.ts";
import { addBaselineEntityCases, baselineTwice } from "./baseline-entity.ts";
import { type CaseList, repeated, reversed } from "./case-list.ts";
import {
  allowed,
  type BaselineStage,
  baselineStage,
  evenShare,
  firing,
  history,
  lastDays,
  type Portion,
  TODAY,
  tellDays,
} from "./history.ts";
import { loadOf } from "./load.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import { subjectOf, variation } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";

/** A mean large enough to tell factors apart that differ by a millionth, or by a tenth for counts. */
const SHARE_MIN = { sum: 2_000_000, count: 20 } as const;

export function synthesiseBaseline(list: CaseList, detection: BaselineDetection): void {
  const { where, by, measure } = detection;
  const load = loadOf(measure, where);
  const subject = subjectOf(where, by);
  if (typeof load === "string" || subject === undefined) {
    const reason = typeof load === "string" ? load : "no event matches and belongs to an entity";
    list.add("detect.where", "an event that matches", reason);
    return;
  }
  const stage = baselineStage(list, detection, load, subject);
  addFactorCases(stage);
  addFloorCases(stage);
  addHistoryCases(stage);
  addAverageCases(stage);
  addDayCases(stage);
  addBaselineEntityCases(stage);
  addSuppressionCases(list, {
    subject,
    vary: (field) => variation(subject, where, field),
    twice: (gap, first, second) => baselineTwice(stage, gap, first, second),
  });
  // Last, because they are many and may exceed what the cases of one rule may hold.
  addPredicateCases(list, {
    key: "detect.where",
    where,
    by,
    story: (fields, matching) => {
      const whole = by.every((field) => fields[field] !== undefined);
      const days = detection.minDays;
      const units = firing(stage, days, days);
      const now: Portion = [units, stage.calendar.noonOf(TODAY), fields];
      const alert = { day: TODAY, portions: [now], limit: allowed(stage, days, days) };
      const past = history(stage, lastDays(days), 1, fields);
      return tellDays(stage, [...past, now], matching && whole ? [alert] : []);
    },
  });
}

/** A day judged by `days` days of the same share. */
interface Judged {
  readonly distances: readonly number[];
  readonly share: number;
  readonly today: readonly Portion[];
  readonly fires: boolean;
}

function judged(
  stage: BaselineStage,
  { distances, share, today, fires }: Judged,
): ReturnType<typeof tellDays> {
  const inHistory = distances.filter((distance) => distance <= stage.detection.historyDays);
  const limit = allowed(stage, share * inHistory.length, inHistory.length);
  const past = history(stage, distances, share, stage.subject);
  const alerts = fires ? [{ day: TODAY, portions: today, limit }] : [];
  return tellDays(stage, [...past, ...today], alerts);
}

/** Only as many days as must be active: none of them has enough history to fire itself. */
function addFactorCases(stage: BaselineStage): void {
  const { list, detection, subject, calendar } = stage;
  const days = detection.minDays;
  const noon = calendar.noonOf(TODAY);
  const key = "detect.factor";
  const share = evenShare(stage, days, detection.floor + 1, SHARE_MIN[detection.measure.kind]);
  if (share === undefined) {
    list.add(key, "exactly at the factor", "a factor of 0 allows nothing above the floor");
    return;
  }
  const distances = lastDays(days);
  const limit = allowed(stage, share * days, days);
  const past = { distances, share };
  const exactly = judged(stage, { ...past, today: [[limit, noon, subject]], fires: false });
  list.add(key, "exactly at the factor is not enough", exactly);
  const above = judged(stage, { ...past, today: [[limit + 1, noon, subject]], fires: true });
  list.add(key, "just above the factor fires", above);
  list.add(key, "lines in reverse order fire as well", reversed(above));
  list.add(key, "a line delivered twice counts once", repeated(exactly, 2));
  const crossing: readonly Portion[] = [
    [limit, noon, subject],
    [1, noon + 1, subject],
  ];
  const later: Portion = [1, noon + 2, subject];
  const crossed = judged(stage, { ...past, today: crossing, fires: true });
  const after = stage.load.fill(...later);
  const whole =
    typeof crossed === "string" || !after
      ? crossed
      : { ...crossed, drafts: [...crossed.drafts, ...after] };
  list.add(key, "the event that crosses fires, with what came before", whole);
}

function addFloorCases(stage: BaselineStage): void {
  const { list, detection, subject, calendar } = stage;
  const { floor, minDays } = detection;
  const key = "detect.floor";
  const noon = calendar.noonOf(TODAY);
  if (allowed(stage, minDays, minDays) > floor) {
    list.add(key, "exactly at the floor", "the smallest history allows more than the floor");
    return;
  }
  const past = { distances: lastDays(minDays), share: 1 };
  const nothing = floor === 0 && !stage.load.canAddNothing;
  const at = judged(stage, { ...past, today: [[floor, noon, subject]], fires: false });
  list.add(key, "exactly at the floor is not enough", nothing ? "every event adds something" : at);
  const above = judged(stage, { ...past, today: [[floor + 1, noon, subject]], fires: true });
  list.add(key, "just above the floor fires", above);
}

function addHistoryCases(stage: BaselineStage): void {
  const { list, detection, subject, calendar } = stage;
  const { minDays, historyDays } = detection;
  const noon = calendar.noonOf(TODAY);
  const units = 2 * firing(stage, minDays, minDays);
  const today: readonly Portion[] = [[units, noon, subject]];
  const row = (key: string, what: string, distances: readonly number[], fires: boolean): void =>
    list.add(key, what, judged(stage, { distances, share: 1, today, fires }));
  const recent = lastDays(minDays - 1);
  const few = `${minDays - 1} active days are not enough, and the day itself is none of them`;
  row("detect.min_days", few, recent, false);
  row("detect.min_days", `${minDays} active days are enough`, lastDays(minDays), true);
  row(
    "detect.history_days",
    `day ${historyDays} before is history`,
    [...recent, historyDays],
    true,
  );
  row(
    "detect.history_days",
    `day ${historyDays + 1} before is not`,
    [...recent, historyDays + 1],
    false,
  );
  const idle = "a day that adds nothing is not active";
  if (minDays > historyDays - 1 || !stage.load.canAddNothing) {
    const reason = stage.load.canAddNothing
      ? "every day of the history must be active"
      : "every event adds something";
    list.add("detect.min_days", idle, reason);
    return;
  }
  const empty = history(stage, [minDays], 0, subject);
  const past = history(stage, recent, 1, subject);
  list.add("detect.min_days", idle, tellDays(stage, [...empty, ...past, ...today], []));
}

/** A history without gaps, where the mean over active days is that over all days. */
function addAverageCases(stage: BaselineStage): void {
  const { list, detection, subject, calendar } = stage;
  const { minDays, historyDays, floor } = detection;
  const key = "detect.average_over";
  const share = evenShare(stage, historyDays, floor + 1, 1) ?? floor + 1;
  // On the first days that are judged, the mean over all days is still low.
  const firesEarly = share > floor && share > allowed(stage, share * minDays, minDays);
  if (minDays === historyDays || firesEarly) {
    const reason = firesEarly
      ? "days of such a history would fire themselves"
      : "every day of the history must be active";
    list.add(key, "every day active, exactly at the factor", reason);
    return;
  }
  const noon = calendar.noonOf(TODAY);
  const limit = allowed(stage, share * historyDays, historyDays);
  const past = { distances: lastDays(historyDays), share };
  const exactly = judged(stage, { ...past, today: [[limit, noon, subject]], fires: false });
  list.add(key, "every day active, exactly at the factor is not enough", exactly);
  const above = judged(stage, { ...past, today: [[limit + 1, noon, subject]], fires: true });
  list.add(key, "every day active, just above the factor fires", above);
}

/** The edges of the day, on an ordinary day and on one that clocks make longer or shorter. */
function addDayCases(stage: BaselineStage): void {
  const { list, detection, calendar, subject } = stage;
  const { minDays } = detection;
  const key = "detect.zone";
  const units = firing(stage, minDays, minDays);
  const half = Math.floor(units / 2);
  const edges = (day: number): ReturnType<typeof tellDays> => {
    const today: readonly Portion[] = [
      [units - half, calendar.startOf(day), subject],
      [half, calendar.startOf(day + 1) - 1, subject],
    ];
    const past = history(stage, lastDays(minDays), 1, subject, day);
    const limit = allowed(stage, minDays, minDays);
    return tellDays(stage, [...past, ...today], [{ day, portions: today, limit }]);
  };
  const split = "the first and the last millisecond of a day count together";
  list.add(key, split, half === 0 ? "a single event fires" : edges(TODAY));
  const change = calendar.nextChange(TODAY);
  const changing = "the day on which clocks change is one day";
  if (change === undefined) list.add(key, changing, `clocks do not change in ${detection.zone}`);
  else list.add(key, changing, half === 0 ? "a single event fires" : edges(change));
  addMidnightCase(stage);
}

/** Amounts on both sides of midnight belong to two days, neither of which is above anything. */
function addMidnightCase(stage: BaselineStage): void {
  const { list, detection, calendar, subject } = stage;
  const what = "amounts on both sides of midnight do not add up";
  const { minDays: days, historyDays } = detection;
  const share = evenShare(stage, days, detection.floor + 1, 2) ?? 0;
  const limit = allowed(stage, share * days, days);
  const sides: readonly Portion[] = [
    [limit, calendar.startOf(TODAY + 1) - 1, subject],
    [1, calendar.startOf(TODAY + 1), subject],
  ];
  const past = history(stage, lastDays(days), share, subject);
  // The first day joins the history of the second, and the oldest day may leave it.
  const kept = Math.min(days, historyDays - 1);
  const next = firing(stage, share * kept + limit, kept + 1);
  const story =
    share === 0 || next <= 1 ? "a single event fires" : tellDays(stage, [...past, ...sides], []);
  list.add("detect.zone", what, story);
}
