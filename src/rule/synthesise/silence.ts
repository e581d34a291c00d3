/** Cases of the kind `silence`: the last event, the clock, and what breaks the silence. */
import type { SilenceDetection } from "../ir.ts";
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

/** An event that moves the clock. */
type Tick = (atMs: number) => Draft;

const START = Date.UTC(2026, 2, 3, 10);

/** A log, and an alert for each event that nothing followed in time. */
function tell(
  { by, forMs }: SilenceDetection,
  drafts: readonly Draft[],
  last: readonly Draft[],
): Story {
  const expect = last.map(({ atMs, fields }) => {
    return { entity: entityOf(by, fields), timeMs: atMs + forMs, value: 0, limit: 1, events: 1 };
  });
  return { drafts, expect };
}

/** Fields of an event that moves the clock and that nobody hears; `undefined` when all are heard. */
function unheard({ where, by }: SilenceDetection): Fields | undefined {
  // Every event has a type; without any other field it belongs to nobody.
  if (by.some((field) => field !== "event_type")) return {};
  const [assignment] = solutions([{ predicate: where, want: false }]);
  if (assignment === undefined) return undefined;
  return typed(toFields(assignment));
}

export function synthesiseSilence(list: CaseList, detection: SilenceDetection): void {
  const { where, by, forMs } = detection;
  const subject = subjectOf(where, by);
  if (subject === undefined) {
    list.add("detect.where", "an event that matches", "no event does and belongs to an entity");
    return;
  }
  if (forMs === 0) {
    list.add("detect.for", "a silence", "a silence of no length follows every event");
    return;
  }
  const clock = unheard(detection);
  if (clock === undefined) {
    list.add("detect.where", "a clock", "every event is heard, so nothing tells the time");
    return;
  }
  const tick: Tick = (atMs) => ({ atMs, fields: clock });
  addPredicateCases(list, {
    key: "detect.where",
    where,
    by,
    story: (fields, matching) => {
      const whole = by.every((field) => fields[field] !== undefined);
      const heard = { atMs: START, fields };
      return tell(detection, [heard, tick(START + forMs)], matching && whole ? [heard] : []);
    },
  });
  addClockCases(list, detection, subject, tick);
  addEntityCases(list, detection, subject, tick);
  addSuppressionCases(list, {
    subject,
    vary: (field) => variation(subject, where, field),
    twice: (gap, first, second) => {
      const shared = by.every((field) => first[field] === second[field]);
      if (shared && gap <= forMs) return "an event within that time would break the silence";
      const heard: readonly Draft[] = [
        { atMs: START, fields: first },
        { atMs: START + gap, fields: second },
      ];
      return tell(detection, [...heard, tick(START + gap + forMs)], heard);
    },
  });
}

function addClockCases(
  list: CaseList,
  detection: SilenceDetection,
  subject: Fields,
  tick: Tick,
): void {
  const { forMs } = detection;
  const heard: Draft = { atMs: START, fields: subject };
  const key = "detect.for";
  const row = (what: string, others: readonly Draft[], fires: boolean): void =>
    list.add(key, what, tell(detection, [heard, ...others], fires ? [heard] : []));
  row("a clock 1 ms before its end stays quiet", [tick(START + forMs - 1)], false);
  row("a clock exactly at its end fires", [tick(START + forMs)], true);
  const next = (after: number): Draft => ({ atMs: START + after, fields: subject });
  row("an event 1 ms before its end breaks the silence", [next(forMs - 1)], false);
  row("an event exactly at its end breaks the silence", [next(forMs)], false);
  row("an event 1 ms after its end comes too late", [next(forMs + 1)], true);
  const whole = tell(detection, [heard, tick(START + forMs)], [heard]);
  list.add(key, "lines in reverse order fire as well", reversed(whole));
  list.add(key, "lines delivered three times fire once", repeated(whole, 3));
  list.add("detect.where", "who was never heard is not known", tell(detection, [tick(START)], []));
}

function addEntityCases(
  list: CaseList,
  detection: SilenceDetection,
  subject: Fields,
  tick: Tick,
): void {
  const { where, by, forMs } = detection;
  const heard: Draft = { atMs: START, fields: subject };
  for (const field of by) {
    const bare: Draft = { atMs: START, fields: without(subject, field) };
    const missing = `an event without ${field} is heard from nobody`;
    const quiet = tell(detection, [bare, tick(START + forMs)], []);
    list.add("detect.by", missing, field === "event_type" ? "every event has it" : quiet);
    const other = variation(subject, where, field);
    const what = `another value of ${field} does not break the silence`;
    if (other === undefined) list.add("detect.by", what, `the rule fixes ${field}`);
    else {
      const follower: Draft = { atMs: START + forMs, fields: other };
      list.add("detect.by", what, tell(detection, [heard, follower], [heard]));
    }
  }
}
