/** Cases of the kind `first_seen`: what is known, for how long, and who has learnt enough. */
import { DAY_MS } from "../detection.ts";
import type { FirstSeenDetection } from "../ir.ts";
import {
  type CaseList,
  type Draft,
  entityOf,
  repeated,
  reversed,
  type Story,
} from "./case-list.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import type { Fields } from "./satisfy.ts";
import { matches, subjectOf, variation, without } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";

/** First millisecond of the day that is judged; days are those of UTC. */
const TODAY = Date.UTC(2026, 5, 17);
const NOON = TODAY + DAY_MS / 2;

interface Stage {
  readonly list: CaseList;
  readonly detection: FirstSeenDetection;
  /** An event with the value that is new. */
  readonly fresh: Fields;
  /** One of the same entity with a value that is known. */
  readonly known: Fields;
}

/** The first millisecond of a day before today, and its last. */
const firstMs = (distance: number): number => TODAY - distance * DAY_MS;
const lastMs = (distance: number): number => firstMs(distance) + DAY_MS - 1;

function tell({ detection }: Stage, drafts: readonly Draft[], fired: readonly Draft[]): Story {
  const keys = [...detection.by, detection.field];
  const expect = fired.map(({ atMs, fields }) => {
    return { entity: entityOf(keys, fields), timeMs: atMs, value: 1, limit: 0, events: 1 };
  });
  return { drafts, expect };
}

export function synthesiseFirstSeen(list: CaseList, detection: FirstSeenDetection): void {
  const { where, by, field } = detection;
  const fresh = subjectOf(where, [...by, field]);
  const known = fresh && variation(fresh, where, field);
  if (fresh === undefined || known === undefined) {
    const reason = fresh ? `the rule fixes ${field}, so nothing is new` : "no event matches";
    list.add("detect.field", "a value that is new", reason);
    return;
  }
  const stage: Stage = { list, detection, fresh, known };
  addPredicateCases(list, {
    key: "detect.where",
    where,
    by: [...by, field],
    story: (fields, matching) => {
      const entity = Object.fromEntries(by.map((key) => [key, fields[key]] as const));
      const other = { ...known, ...entity };
      // Where nothing of the entity matches, the same history in a near miss must stay quiet.
      const past =
        variation(other, where, field, [fields[field]]) ?? (matching ? undefined : other);
      if (past === undefined) return "the entity can have no other value, so it never learns";
      const whole = [...by, field].every((key) => fields[key] !== undefined);
      const now: Draft = { atMs: NOON, fields };
      const learnt: Draft = { atMs: firstMs(detection.learnDays), fields: past };
      return tell(stage, [learnt, now], matching && whole ? [now] : []);
    },
  });
  addLearnCases(stage);
  addHistoryCases(stage);
  addEntityCases(stage);
  addSuppressionCases(list, {
    subject: fresh,
    vary: (key) => variation(fresh, where, key, key === field ? [known[field]] : []),
    twice: (gap, first, second) => twice(stage, gap, first, second),
  });
}

function addLearnCases(stage: Stage): void {
  const { list, detection, fresh, known } = stage;
  const { learnDays, historyDays } = detection;
  const now: Draft = { atMs: NOON, fields: fresh };
  const key = "detect.learn_days";
  const row = (what: string, atMs: number, fires: boolean): void =>
    list.add(key, what, tell(stage, [{ atMs, fields: known }, now], fires ? [now] : []));
  row(`known since the last millisecond of day ${learnDays} before fires`, lastMs(learnDays), true);
  row(
    `known since the first of day ${learnDays - 1} before is too short`,
    firstMs(learnDays - 1),
    false,
  );
  row(`known on day ${historyDays} before only fires`, firstMs(historyDays), true);
  row(`known on day ${historyDays + 1} before only is forgotten`, lastMs(historyDays + 1), false);
  const alone = "an entity without history stays quiet";
  list.add(key, alone, tell(stage, [now], []));
}

function addHistoryCases(stage: Stage): void {
  const { list, detection, fresh, known } = stage;
  const { learnDays, historyDays } = detection;
  const key = "detect.history_days";
  const now: Draft = { atMs: NOON, fields: fresh };
  const learnt: Draft = { atMs: firstMs(learnDays), fields: known };
  const seen = (atMs: number): readonly Draft[] => [
    { atMs, fields: fresh },
    // The known value comes with it, so that it is not new itself when it comes again.
    { atMs, fields: known },
  ];
  list.add(
    key,
    `the value on day ${historyDays} before is known`,
    tell(stage, [...seen(firstMs(historyDays)), now], []),
  );
  const forgotten = [...seen(lastMs(historyDays + 1)), learnt, now];
  list.add(
    key,
    `the value on day ${historyDays + 1} before is forgotten`,
    tell(stage, forgotten, [now]),
  );
  const yesterday = [learnt, { atMs: lastMs(1), fields: known }, now];
  list.add(key, "a value that others stand for is not known", tell(stage, yesterday, [now]));
  const again: Draft = { atMs: NOON + 1, fields: fresh };
  const first = tell(stage, [learnt, now, again], [now]);
  list.add("detect.field", "the first event of the day fires, the next does not", first);
  list.add("detect.field", "lines in reverse order fire as well", reversed(first));
  list.add("detect.field", "lines delivered three times fire once", repeated(first, 3));
}

function addEntityCases(stage: Stage): void {
  const { list, detection, fresh, known } = stage;
  const { where, by, field, learnDays } = detection;
  const now: Draft = { atMs: NOON, fields: fresh };
  const learnt: Draft = { atMs: firstMs(learnDays), fields: known };
  for (const key of [...by, field]) {
    const bare: Draft = { atMs: NOON, fields: without(fresh, key) };
    const missing = `an event without ${key} is nobody's news`;
    const always = key === "event_type";
    list.add("detect.by", missing, always ? "every event has it" : tell(stage, [learnt, bare], []));
  }
  for (const key of by) {
    const other = variation(known, where, key);
    const otherFresh = other && { ...other, [field]: fresh[field] };
    const what = `two values of ${key} share no history`;
    if (!other || !otherFresh || !matches(where, otherFresh)) {
      list.add("detect.by", what, `the rule fixes ${key}`);
      continue;
    }
    list.add("detect.by", what, tell(stage, [{ ...learnt, fields: other }, now], []));
    const elsewhere = [learnt, { ...learnt, fields: otherFresh }, now];
    list.add("detect.by", `what another ${key} knows is news here`, tell(stage, elsewhere, [now]));
  }
}

/** Events of the known value on every day up to the second alert, so that only news fires. */
function daily(known: Fields, fromMs: number, untilMs: number): readonly Draft[] {
  const days = Math.floor((untilMs - fromMs) / DAY_MS);
  return Array.from({ length: days }, (_, day) => ({ atMs: fromMs + day * DAY_MS, fields: known }));
}

function twice(stage: Stage, gap: number, first: Fields, second: Fields): Story | string {
  const { detection, list, known } = stage;
  const { where, by, field, historyDays, learnDays } = detection;
  if (gap === 0) return "alerts of one time come in no order";
  const sameValue = [...by, field].every((key) => first[key] === second[key]);
  const free = sameValue && !list.rule.suppress.by.includes(field);
  const next = free ? variation(second, where, field, [known[field]]) : second;
  if (next === undefined) return `the rule leaves no third value of ${field}`;
  // The last millisecond of a day, so that the second alert is as many days later as it can be.
  const start = TODAY + DAY_MS - 1;
  if (sameValue && !free && gap <= historyDays * DAY_MS)
    return "a value stays known for longer than suppression lasts";
  const from = firstMs(learnDays);
  const until = Math.floor((start + gap) / DAY_MS) * DAY_MS;
  const pasts = [first, next].map((fields): Fields => {
    const entity = Object.fromEntries(by.map((key) => [key, fields[key]] as const));
    return { ...known, ...entity } as Fields;
  });
  const [one = known, two = known] = pasts;
  if (!pasts.every((fields) => matches(where, fields)))
    return "the known value does not match there";
  const shared = by.every((key) => one[key] === two[key]);
  const past = [...daily(one, from, until), ...(shared ? [] : daily(two, from, until))];
  const alerts: readonly Draft[] = [
    { atMs: start, fields: first },
    { atMs: start + gap, fields: next },
  ];
  return tell(stage, [...past, ...alerts], alerts);
}
