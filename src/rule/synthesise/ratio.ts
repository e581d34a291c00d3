/** Cases of the kind `ratio`: its share, its least number, its window, its entities. */
import type { EventField } from "../../event/event.ts";
import type { Predicate, RatioDetection } from "../ir.ts";
import { type Rational, rationalOf } from "../rational.ts";
import {
  type CaseList,
  type Draft,
  entityOf,
  repeated,
  reversed,
  type Story,
} from "./case-list.ts";
import { typed } from "./event-type.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import { type Fields, solutions, toFields } from "./satisfy.ts";
import { subjectOf, variation, without } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";
import type { Choice } from "./value.ts";

const START = Date.UTC(2026, 2, 3, 10);

/** Events enough to tell shares apart that differ by a hundredth. */
const TELLING = 100;

interface Stage {
  readonly list: CaseList;
  readonly detection: RatioDetection;
  readonly share: Rational;
  /** An event that counts and is one of those looked for. */
  readonly hit: Fields;
  /** An event of the same entity that only counts; `undefined` when there is none. */
  readonly miss: Fields | undefined;
}

/** Hits and misses at one time. */
interface Step {
  readonly atMs: number;
  readonly hits: number;
  readonly misses: number;
  readonly hit?: Fields;
}

/** Most hits among `total` events that are not too many. */
function allowedHits({ share }: Stage, total: number): number {
  return Math.floor((share.numerator * total) / share.denominator);
}

function draftsOf({ hit, miss }: Stage, step: Step): readonly Draft[] {
  const { atMs, hits, misses } = step;
  const one = (fields: Fields): Draft => ({ atMs, fields });
  return [
    ...Array.from({ length: hits }, () => one(step.hit ?? hit)),
    ...Array.from({ length: misses }, () => one(miss ?? {})),
  ];
}

/** The alert at the last step: what its window holds. */
function tell(stage: Stage, steps: readonly Step[], fires: boolean): Story | string {
  const { detection, hit } = stage;
  if (stage.miss === undefined && steps.some(({ misses }) => misses > 0))
    return "every event that counts is one of those looked for";
  const drafts = steps.flatMap((step) => draftsOf(stage, step));
  const last = steps.at(-1);
  if (last === undefined || !fires) return { drafts, expect: [] };
  const seen = steps.filter(({ atMs }) => atMs >= last.atMs - detection.withinMs);
  const hits = seen.reduce((sum, step) => sum + step.hits, 0);
  const total = seen.reduce((sum, step) => sum + step.hits + step.misses, 0);
  const entity = entityOf(detection.by, last.hit ?? hit);
  const alert = {
    entity,
    timeMs: last.atMs,
    value: hits / total,
    limit: detection.greaterThan,
    events: hits,
  };
  return { drafts, expect: [alert] };
}

export function synthesiseRatio(list: CaseList, detection: RatioDetection): void {
  const { where, of, by, atLeast } = detection;
  const both: Predicate = { kind: "all", of: [where, of], span: where.span };
  const hit = subjectOf(both, by);
  if (hit === undefined) {
    list.add("detect.of", "an event that matches both", "no event does and belongs to an entity");
    return;
  }
  const given = new Map(by.map((field): [EventField, Choice] => [field, hit[field]]));
  const goals = [
    { predicate: where, want: true },
    { predicate: of, want: false },
  ];
  const [missing] = solutions(goals, given);
  const miss = missing && typed(toFields(missing));
  const stage: Stage = { list, detection, share: rationalOf(detection.greaterThan), hit, miss };
  addShareCases(stage);
  addWindowCases(stage);
  addEntityCases(stage);
  addSuppressionCases(list, {
    subject: hit,
    vary: (field) => variation(hit, both, field),
    twice: (gap, first, second) => twice(stage, gap, first, second),
  });
  // Last, because they are many and may exceed what the cases of one rule may hold.
  addPredicateCases(list, {
    key: "detect.where",
    where: both,
    by,
    story: (fields, matching) => {
      const whole = by.every((field) => fields[field] !== undefined);
      const step = { atMs: START, hits: atLeast, misses: 0, hit: fields };
      return tell(stage, [step], matching && whole);
    },
  });
}

function addShareCases(stage: Stage): void {
  const { list, detection, share } = stage;
  const { atLeast } = detection;
  const at = { atMs: START, misses: 0 };
  const key = "detect.at_least";
  const few = `${atLeast - 1} events are too few`;
  const enough = tell(stage, [{ ...at, hits: atLeast }], true);
  list.add(
    key,
    few,
    atLeast === 1
      ? "without events nothing is judged"
      : tell(stage, [{ ...at, hits: atLeast - 1 }], false),
  );
  list.add(key, `${atLeast} events are enough`, enough);
  list.add(key, "lines in reverse order fire as well", reversed(enough));
  const doubled = repeated(tell(stage, [{ ...at, hits: atLeast - 1 }], false), 2);
  list.add(
    key,
    "a line delivered twice counts once",
    atLeast === 1 ? "one event is enough" : doubled,
  );
  // A number of events of which the share is whole, so that the boundary is hit exactly.
  const total = share.denominator * Math.ceil(Math.max(atLeast, TELLING) / share.denominator);
  const hits = allowedHits(stage, total);
  const exactly = tell(stage, [{ atMs: START, hits, misses: total - hits }], false);
  list.add("detect.greater_than", "exactly the share is not enough", exactly);
  const above = tell(stage, [{ atMs: START, hits: hits + 1, misses: total - hits - 1 }], true);
  list.add("detect.greater_than", "one hit above the share fires", above);
}

function addWindowCases(stage: Stage): void {
  const { list, detection } = stage;
  const { atLeast, withinMs } = detection;
  const key = "detect.within";
  for (const [what, apart, inside] of [
    ["1 ms inside of its edge", withinMs - 1, true],
    ["exactly at its edge", withinMs, true],
    ["1 ms outside of its edge", withinMs + 1, false],
  ] as const) {
    const later = { atMs: START + apart, hits: 1, misses: 0 };
    const name = `an event ${what} ${inside ? "counts" : "does not count"}`;
    const hits = atLeast - 1;
    // Where one event is enough, misses before it show the window: they keep the share down.
    const misses =
      stage.share.numerator === 0 ? 0 : Math.ceil(stage.share.denominator / stage.share.numerator);
    const before = hits > 0 ? { atMs: START, hits, misses: 0 } : { atMs: START, hits: 0, misses };
    if (apart < 0) list.add(key, name, "the window has no inside");
    else if (hits === 0 && misses === 0) list.add(key, name, "one hit fires, whatever the window");
    else list.add(key, name, tell(stage, [before, later], hits > 0 ? inside : !inside));
  }
}

function addEntityCases(stage: Stage): void {
  const { list, detection, hit } = stage;
  const { by, atLeast, where, of } = detection;
  const both: Predicate = { kind: "all", of: [where, of], span: where.span };
  for (const field of by) {
    const bare = { atMs: START, hits: atLeast, misses: 0, hit: without(hit, field) };
    const always = field === "event_type";
    list.add(
      "detect.by",
      `events without ${field} belong to nobody`,
      always ? "every event has it" : tell(stage, [bare], false),
    );
    const other = variation(hit, both, field);
    const what = `events of two values of ${field} are not one entity's`;
    const steps: readonly Step[] = [
      { atMs: START, hits: atLeast - 1, misses: 0 },
      { atMs: START, hits: 1, misses: 0, ...(other && { hit: other }) },
    ];
    if (other === undefined) list.add("detect.by", what, `the rule fixes ${field}`);
    else if (atLeast === 1) list.add("detect.by", what, "one event is enough");
    else list.add("detect.by", what, tell(stage, steps, false));
  }
}

/** Two rising edges: misses bring the share down in between. */
function twice(stage: Stage, gap: number, first: Fields, second: Fields): Story | string {
  const { detection, share } = stage;
  const { by, atLeast, withinMs } = detection;
  const rise: Step = { atMs: START, hits: atLeast, misses: 0, hit: first };
  const one = tell(stage, [rise], true);
  const other = tell(stage, [{ ...rise, atMs: START + gap, hit: second }], true);
  if (typeof one === "string") return one;
  if (typeof other === "string") return other;
  if (by.some((field) => first[field] !== second[field]))
    return { drafts: [...one.drafts, ...other.drafts], expect: [...one.expect, ...other.expect] };
  if (stage.miss === undefined)
    return "the share never falls: every event is one of those looked for";
  const quick = share.numerator > 0;
  const fallAt = START + (quick ? 1 : withinMs + 1);
  const again = START + gap;
  if (again <= fallAt) return "the share cannot fall and rise again within that time";
  const needed = quick ? Math.ceil((atLeast * share.denominator) / share.numerator) - atLeast : 1;
  const fall: Step = { atMs: fallAt, hits: 0, misses: Math.max(1, needed) };
  const left = [rise, fall].filter(({ atMs }) => atMs >= again - withinMs);
  const hits = left.reduce((sum, step) => sum + step.hits, 0);
  const total = left.reduce((sum, step) => sum + step.hits + step.misses, 0);
  // (hits + more) * denominator > numerator * (total + more), with at least `atLeast` events.
  const { numerator, denominator } = share;
  const lift = Math.floor((numerator * total - hits * denominator) / (denominator - numerator)) + 1;
  const more = Math.max(1, lift, atLeast - total);
  const whole = tell(stage, [rise, fall, { atMs: again, hits: more, misses: 0 }], true);
  return typeof whole === "string" ? whole : { ...whole, expect: [...one.expect, ...whole.expect] };
}
