/** Cases of the kind `threshold`: its limit, both ends of its window, its entities, its edges. */
import type { EventField } from "../../event/event.ts";
import type { ThresholdDetection } from "../ir.ts";
import type { ExpectedAlert } from "../parse-tests.ts";
import {
  type CaseList,
  type Draft,
  entityOf,
  repeated,
  reversed,
  type Story,
} from "./case-list.ts";
import { joinDrafts, type Load, loadOf } from "./load.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import type { Fields } from "./satisfy.ts";
import { subjectOf, variation, without } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";

const START = Date.UTC(2026, 2, 3, 10);

/** What the cases of one threshold share. */
interface Stage {
  readonly list: CaseList;
  readonly detection: ThresholdDetection;
  readonly load: Load;
  readonly subject: Fields;
}

/** An amount at a time. */
type Step = readonly [units: number, atMs: number, fields: Fields];

/** A log of steps, and the alert of the last one with the amount in its window; or no alert. */
function tell(
  { detection, load }: Stage,
  steps: readonly Step[],
  value: number | undefined,
): Story | string {
  const drafts = joinDrafts(...steps.map((step) => load.fill(...step)));
  if (typeof drafts === "string") return drafts;
  if (value === undefined) return { drafts, expect: [] };
  const [, timeMs, fields] = steps.at(-1) ?? [0, START, {}];
  const limit = detection.greaterThan;
  const entity = entityOf(detection.by, fields);
  return { drafts, expect: [{ entity, timeMs, value, limit, events: drafts.length }] };
}

export function synthesiseThreshold(list: CaseList, detection: ThresholdDetection): void {
  const { where, by, measure, greaterThan: limit } = detection;
  const load = loadOf(measure, where);
  const subject = subjectOf(where, by);
  if (typeof load === "string" || subject === undefined) {
    const reason = typeof load === "string" ? load : "no event matches and belongs to an entity";
    list.add("detect.where", "an event that matches", reason);
    return;
  }
  const stage: Stage = { list, detection, load, subject };
  addLimitCases(stage);
  addWindowCases(stage);
  addEntityCases(stage);
  addMeasureCases(stage);
  addEdgeCase(stage);
  addSuppressionCases(list, {
    subject,
    vary: (field) => variation(subject, where, field),
    twice: (gap, first, second) => twice(stage, gap, first, second),
  });
  // Last, because they are many and may exceed what the cases of one rule may hold.
  addPredicateCases(list, {
    key: "detect.where",
    where,
    by,
    story: (fields, matching) => {
      const whole = by.every((field) => fields[field] !== undefined);
      return tell(stage, [[limit + 1, START, fields]], matching && whole ? limit + 1 : undefined);
    },
  });
}

function addLimitCases(stage: Stage): void {
  const { list, detection, subject } = stage;
  const limit = detection.greaterThan;
  const key = "detect.greater_than";
  const amounts = [limit - 1, limit, limit + 1].filter((units) => units >= 0);
  for (const units of amounts) {
    const above = units > limit;
    const value = above ? units : undefined;
    const nothing = units === 0 && !stage.load.canAddNothing;
    const story = nothing
      ? "it takes an event that adds nothing, and every event counts"
      : tell(stage, [[units, START, subject]], value);
    list.add(key, `${units} ${above ? "fires" : "is not enough"}`, story);
  }
  const doubled = repeated(tell(stage, [[limit, START, subject]], undefined), 2);
  const alone = "one event is too many already";
  list.add(key, "a line delivered twice counts once", limit === 0 ? alone : doubled);
}

function addWindowCases(stage: Stage): void {
  const { list, detection, subject } = stage;
  const { greaterThan: limit, withinMs } = detection;
  const key = "detect.within";
  const rows = [
    { what: "1 ms inside of its edge fires", apart: withinMs - 1, fires: true },
    { what: "exactly at its edge fires", apart: withinMs, fires: true },
    { what: "1 ms outside of its edge is not enough", apart: withinMs + 1, fires: false },
  ];
  const alone = "a single event is above the limit, whatever the window";
  for (const { what, apart, fires } of rows) {
    const steps: readonly Step[] = [
      [limit, START, subject],
      [1, START + apart, subject],
    ];
    if (limit === 0) list.add(key, what, alone);
    else if (apart < 0) list.add(key, what, "the window has no inside");
    else list.add(key, what, tell(stage, steps, fires ? limit + 1 : undefined));
  }
  const half = Math.floor((limit + 1) / 2);
  // The next multiple of the window since 1970: where a query that counts in buckets would cut.
  const cut = (Math.floor(START / Math.max(1, withinMs)) + 1) * Math.max(1, withinMs);
  const straddling: readonly Step[] = [
    [limit + 1 - half, cut - 1, subject],
    [half, cut, subject],
  ];
  const straddle = "amounts on both sides of a clock boundary fire";
  if (half === 0) list.add(key, straddle, alone);
  else if (withinMs === 0) list.add(key, straddle, "the window has no inside");
  else list.add(key, straddle, tell(stage, straddling, limit + 1));
  const late = tell(
    stage,
    [
      [limit, START, subject],
      [1, START + withinMs, subject],
    ],
    limit + 1,
  );
  const disorder = "lines in reverse order fire at the time of the last event";
  if (limit === 0) list.add(key, disorder, alone);
  else list.add(key, disorder, reversed(late));
}

function addEntityCases(stage: Stage): void {
  const { list, detection, subject } = stage;
  const limit = detection.greaterThan;
  for (const field of detection.by) {
    const bare = tell(stage, [[limit + 1, START, without(subject, field)]], undefined);
    const missing = `events without ${field} belong to nobody`;
    if (field === "event_type") list.add("detect.by", missing, "every event has it");
    else list.add("detect.by", missing, bare);
    const other = variation(subject, detection.where, field);
    const apart = `amounts of two values of ${field} do not add up`;
    if (other === undefined) list.add("detect.by", apart, `the rule fixes ${field}`);
    else if (limit === 0) list.add("detect.by", apart, "a single event is above the limit");
    else
      list.add(
        "detect.by",
        apart,
        tell(
          stage,
          [
            [limit, START, subject],
            [1, START, other],
          ],
          undefined,
        ),
      );
  }
}

/** An alert for events that are given whole. */
function whole(stage: Stage, fields: Fields, value: number | undefined): Story {
  const { detection } = stage;
  const entity = entityOf(detection.by, fields);
  const alert: ExpectedAlert = {
    entity,
    timeMs: START,
    value: value ?? 0,
    limit: detection.greaterThan,
    events: 1,
  };
  return { drafts: [{ atMs: START, fields }], expect: value === undefined ? [] : [alert] };
}

function addMeasureCases(stage: Stage): void {
  const { list, detection, load, subject } = stage;
  const limit = detection.greaterThan;
  const [main] = load.free;
  if (detection.measure.kind === "count" || main === undefined) return;
  const key = "detect.measure";
  const measured: readonly EventField[] = detection.measure.fields;
  const fixed = measured
    .filter((field) => !load.free.includes(field))
    .some((field) => subject[field] !== undefined);
  if (fixed) {
    list.add(key, "each field is added", "the predicate sets one of the fields that are added up");
    return;
  }
  for (const field of load.free) {
    list.add(key, `${field} is added`, whole(stage, { ...subject, [field]: limit + 1 }, limit + 1));
  }
  const noise = Object.fromEntries(load.unread.map((field) => [field, limit + 1]));
  const others = { ...subject, ...noise, [main]: limit };
  list.add(key, "other numbers are not added", whole(stage, others, undefined));
}

/** Fires when it rises above the limit, not for as long as it stays there. */
function addEdgeCase(stage: Stage): void {
  const { list, detection, subject } = stage;
  const { greaterThan: limit, withinMs } = detection;
  const { forMs } = list.rule.suppress;
  const what = "an amount that stays above the limit fires once";
  const rounds = withinMs === 0 ? Number.POSITIVE_INFINITY : Math.floor(forMs / withinMs) + 2;
  if (rounds > 1000) {
    list.add(
      "detect.greater_than",
      what,
      "suppression lasts for too many windows to fill them all",
    );
    return;
  }
  const steps = Array.from(
    { length: rounds },
    (_, round): Step => [limit + 1, START + round * withinMs, subject],
  );
  const [first] = steps;
  const all = tell(stage, steps, undefined);
  const one = first === undefined ? all : tell(stage, [first], limit + 1);
  const story =
    typeof all === "string" || typeof one === "string" ? all : { ...all, expect: one.expect };
  list.add("detect.greater_than", what, story);
}

/** Two rising edges: the amount falls in between, because edges are counted and not heights. */
function twice(stage: Stage, gap: number, first: Fields, second: Fields): Story | string {
  const { detection, load } = stage;
  const { by, greaterThan: limit, withinMs } = detection;
  const one = tell(stage, [[limit + 1, START, first]], limit + 1);
  const other = tell(stage, [[limit + 1, START + gap, second]], limit + 1);
  if (typeof one === "string") return one;
  if (typeof other === "string") return other;
  if (by.some((field) => first[field] !== second[field])) {
    return { drafts: [...one.drafts, ...other.drafts], expect: [...one.expect, ...other.expect] };
  }
  const rest = load.canAddNothing ? 0 : 1;
  if (limit < rest) return "every event is above the limit, so it never falls";
  // With room for two events, the fall follows at once, after most of the amount left the window.
  const quick = limit >= 1 + rest;
  const fall = quick ? 1 : withinMs + 1;
  if (gap <= fall) return "the amount cannot fall and rise again within that time";
  return falling(stage, gap, fall, quick, first);
}

function falling(
  stage: Stage,
  gap: number,
  fall: number,
  quick: boolean,
  subject: Fields,
): Story | string {
  const { detection, load } = stage;
  const { by, greaterThan: limit, withinMs } = detection;
  const rest = load.canAddNothing ? 0 : 1;
  const before = START - withinMs;
  const rise: readonly Step[] =
    quick && withinMs > 0
      ? [
          [limit, before, subject],
          [1, START, subject],
        ]
      : [[limit + 1, START, subject]];
  const steps: readonly Step[] = [
    ...rise,
    [rest, START + fall, subject],
    [limit + 1, START + gap, subject],
  ];
  const parts = steps.map((step) => load.fill(...step));
  const drafts = joinDrafts(...parts);
  if (typeof drafts === "string") return drafts;
  const entity = entityOf(by, subject);
  const since = START + gap - withinMs;
  const inWindow = (part: readonly Draft[] | undefined): number =>
    (part ?? []).filter(({ atMs }) => atMs >= since).length;
  const amount = steps.filter(([, atMs]) => atMs >= since).reduce((sum, [units]) => sum + units, 0);
  const events = parts.reduce((sum, part) => sum + inWindow(part), 0);
  const risen = rise.reduce((sum, [units]) => sum + units, 0);
  const firstEvents = parts
    .slice(0, rise.length)
    .reduce((sum, part) => sum + (part?.length ?? 0), 0);
  return {
    drafts,
    expect: [
      { entity, timeMs: START, value: risen, limit, events: firstEvents },
      { entity, timeMs: START + gap, value: amount, limit, events },
    ],
  };
}
