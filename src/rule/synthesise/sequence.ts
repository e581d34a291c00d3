/** Cases of the kind `sequence`: two steps in order, within a window, of one entity. */
import type { EventField } from "../../event/event.ts";
import type { Predicate, SequenceDetection } from "../ir.ts";
import { type CaseList, entityOf, repeated, reversed, type Story } from "./case-list.ts";
import { typed } from "./event-type.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import { type Assignment, type Fields, solutions, toFields } from "./satisfy.ts";
import { matches, subjects, variation, without } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";
import type { Choice } from "./value.ts";

const START = Date.UTC(2026, 2, 3, 10);

/** Pairs looked at before two steps count as overlapping. */
const PAIRS_MAX = 2000;

interface Pair {
  readonly first: Fields;
  readonly second: Fields;
}

/** The values of `from` under the names that pair up with them. */
function carry(
  from: Fields,
  keys: readonly EventField[],
  names: readonly EventField[],
): Assignment {
  return new Map(keys.map((key, index): [EventField, Choice] => [names[index] ?? key, from[key]]));
}

/** Events of one entity for both steps, neither of which is the other step as well if that can be. */
function pairOf({ first, second }: SequenceDetection): Pair | undefined {
  const { span } = first.where;
  const apart: Predicate = { kind: "not", of: second.where, span };
  const only: Predicate = { kind: "all", of: [first.where, apart], span };
  let overlapping: Pair | undefined;
  let tried = 0;
  for (const where of [only, first.where])
    for (const one of subjects(where, first.by)) {
      const given = carry(one, first.by, second.by);
      for (const assignment of solutions([{ predicate: second.where, want: true }], given)) {
        const pair = { first: one, second: typed(toFields(assignment)) };
        if (!matches(second.where, one) && !matches(first.where, pair.second)) return pair;
        overlapping ??= pair;
        tried += 1;
        if (tried > PAIRS_MAX) return overlapping;
      }
    }
  return overlapping;
}

type Step = readonly [atMs: number, fields: Fields];

function tell(detection: SequenceDetection, steps: readonly Step[], fires: boolean): Story {
  const [timeMs, fields] = steps.at(-1) ?? [START, {}];
  const entity = entityOf(detection.second.by, fields);
  const drafts = steps.map(([atMs, of]) => ({ atMs, fields: of }));
  return { drafts, expect: fires ? [{ entity, timeMs, value: 1, limit: 0, events: 2 }] : [] };
}

export function synthesiseSequence(list: CaseList, detection: SequenceDetection): void {
  const { first, second } = detection;
  const pair = pairOf(detection);
  if (pair === undefined) {
    list.add("detect.second", "two steps of one entity", "no two events match and name one entity");
    return;
  }
  if (detection.withinMs === 0) {
    list.add("detect.within", "two steps in order", "the window has no inside, so nothing fires");
    return;
  }
  addPredicateCases(list, {
    key: "detect.first.where",
    where: first.where,
    by: first.by,
    story: (fields, matching) => {
      const closing = { ...pair.second, ...toFields(carry(fields, first.by, second.by)) };
      if (!matches(second.where, closing)) return "no second step belongs to that entity";
      const whole = first.by.every((field) => fields[field] !== undefined);
      return tell(
        detection,
        [
          [START, fields],
          [START + 1, closing],
        ],
        matching && whole,
      );
    },
  });
  addPredicateCases(list, {
    key: "detect.second.where",
    where: second.where,
    by: second.by,
    story: (fields, matching) => {
      const opening = { ...pair.first, ...toFields(carry(fields, second.by, first.by)) };
      if (!matches(first.where, opening)) return "no first step belongs to that entity";
      const whole = second.by.every((field) => fields[field] !== undefined);
      return tell(
        detection,
        [
          [START, opening],
          [START + 1, fields],
        ],
        matching && whole,
      );
    },
  });
  addOrderCases(list, detection, pair);
  addEntityCases(list, detection, pair);
  addSuppressionCases(list, {
    subject: pair.second,
    vary: (field) => variation(pair.second, second.where, field),
    twice: (gap, one, two) => twice(detection, pair, gap, one, two),
  });
}

function addOrderCases(list: CaseList, detection: SequenceDetection, pair: Pair): void {
  const { first, second, withinMs } = detection;
  const key = "detect.within";
  const apart = (ms: number): readonly Step[] => [
    [START, pair.first],
    [START + ms, pair.second],
  ];
  const row = (what: string, steps: readonly Step[], fires: boolean): void =>
    list.add(key, what, tell(detection, steps, fires));
  if (withinMs >= 2) row("1 ms inside of its edge fires", apart(withinMs - 1), true);
  else list.add(key, "1 ms inside of its edge fires", "the window is a single millisecond");
  row("exactly at its edge fires", apart(withinMs), true);
  row("1 ms outside of its edge stays quiet", apart(withinMs + 1), false);
  row("both steps at one time are not in order", apart(0), false);
  if (matches(second.where, pair.first) || matches(first.where, pair.second)) {
    const reason = "an event that is one step is the other as well";
    list.add("detect.second", "the second step before the first stays quiet", reason);
    return;
  }
  const backwards: readonly Step[] = [
    [START + 1, pair.first],
    [START, pair.second],
  ];
  list.add(
    "detect.second",
    "the second step before the first stays quiet",
    tell(detection, backwards, false),
  );
  list.add(
    "detect.first",
    "a first step alone stays quiet",
    tell(detection, [[START, pair.first]], false),
  );
  list.add(
    "detect.second",
    "a second step alone stays quiet",
    tell(detection, [[START, pair.second]], false),
  );
  const fires = tell(detection, apart(withinMs), true);
  list.add("detect.second", "lines in reverse order fire as well", reversed(fires));
  list.add("detect.second", "lines delivered three times fire once", repeated(fires, 3));
  const again: readonly Step[] = [
    [START, pair.first],
    [START + 1, pair.first],
    [START + withinMs + 1, pair.second],
  ];
  list.add(
    "detect.first",
    "a later first step counts after an earlier one has expired",
    tell(detection, again, true),
  );
}

function addEntityCases(list: CaseList, detection: SequenceDetection, pair: Pair): void {
  const { first, second } = detection;
  const steps = (one: Fields, two: Fields): Story =>
    tell(
      detection,
      [
        [START, one],
        [START + 1, two],
      ],
      false,
    );
  for (const field of second.by) {
    const other = variation(pair.second, second.where, field);
    const what = `steps with two values of ${field} are not one entity's`;
    list.add(
      "detect.second.by",
      what,
      other ? steps(pair.first, other) : `the rule fixes ${field}`,
    );
    const missing = `a second step without ${field} belongs to nobody`;
    const always = field === "event_type";
    list.add(
      "detect.second.by",
      missing,
      always ? "every event has it" : steps(pair.first, without(pair.second, field)),
    );
  }
  for (const field of first.by) {
    const missing = `a first step without ${field} belongs to nobody`;
    const always = field === "event_type";
    list.add(
      "detect.first.by",
      missing,
      always ? "every event has it" : steps(without(pair.first, field), pair.second),
    );
  }
}

/** Each alert has its own two steps, 1 ms apart. */
function twice(
  { first, second }: SequenceDetection,
  pair: Pair,
  gap: number,
  one: Fields,
  two: Fields,
): Story | string {
  if (gap === 0) return "alerts of one entity at one time are one alert";
  const opening = (fields: Fields): Fields => ({
    ...pair.first,
    ...toFields(carry(fields, second.by, first.by)),
  });
  const openings = [opening(one), opening(two)];
  if (!openings.every((fields) => matches(first.where, fields)))
    return "no first step belongs to that entity";
  if (matches(first.where, one) || openings.some((fields) => matches(second.where, fields)))
    return "an event that is one step is the other as well";
  const times = [START, START + gap];
  const drafts = [one, two].flatMap((fields, index) => {
    const atMs = times[index] ?? START;
    return [
      { atMs, fields: openings[index] ?? {} },
      { atMs: atMs + 1, fields },
    ];
  });
  const expect = [one, two].map((fields, index) => {
    const timeMs = (times[index] ?? START) + 1;
    return { entity: entityOf(second.by, fields), timeMs, value: 1, limit: 0, events: 2 };
  });
  return { drafts, expect };
}
