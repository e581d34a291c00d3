/**
 * A deterministic log of a fictional company, for the demo, tests and benchmarks.
 *
 * Two hundred people in nine departments and six zones work for 45 days with Claude; incidents are
 * planted among them, each with a near miss. Events come in order of time and are made day by day, so
 * memory does not grow with the number of days. Context (clearance, business hours, cost) is not on
 * the events: enrichment stamps it, as it does for real sources.
 */
import type { AuditEvent, PolicyEventType } from "../event/event.ts";
import { parseDate } from "../event/time.ts";
import { DAY_MS, HOUR_MS, localInstant, weekday } from "./clock.ts";
import {
  hirePeople,
  type Person,
  renderClearances,
  sampleUuid,
  withinClearance,
} from "./company.ts";
import { type PlantedIncident, stageIncidents } from "./incident.ts";
import { createRandom, type Random } from "./random.ts";
import { personEvent, playSession, type TimedEvent } from "./session.ts";

export interface SampleOptions {
  readonly seed: number;
  readonly people: number;
  readonly days: number;
  /** The last day of the log, `YYYY-MM-DD`. */
  readonly endsOn: string;
}

/** The demo's company: its log crosses the change of clocks in America. */
export const defaultSample: SampleOptions = {
  seed: 7,
  people: 200,
  days: 45,
  endsOn: "2026-03-18",
};

export interface Sample {
  /** Events in order of time; a fresh iteration starts over. */
  readonly events: () => Iterable<AuditEvent>;
  readonly incidents: readonly PlantedIncident[];
  /** The people as a clearance table, CSV. */
  readonly clearances: string;
}

const CLOCKS_AHEAD_MS = 14 * HOUR_MS;

function workDay(person: Person, day: number, random: Random): readonly TimedEvent[] {
  const { department } = person;
  const restful = weekday(day) === 0 || weekday(day) === 6;
  if (restful || random.chance(0.15)) return [];
  const sessions = random.integer(1, 3);
  return Array.from({ length: sessions }, (_, turn) => {
    const latest = department.closes - department.opens - 3;
    const hour = department.opens + 0.3 + random.next() * latest;
    return playSession(
      {
        name: `${person.hash.slice(0, 12)} ${day} ${turn}`,
        person,
        startMs: localInstant(department.zone, day, hour),
        classification: withinClearance(
          random.weighted(department.classifications),
          person.clearance,
        ),
        requests: random.integer(2, Math.round(4 + person.intensity * 2)),
        queries: random.integer(0, Math.round(department.queriesMax / 2)),
        paceMs: 90_000,
        tokensPerRequest: 2500 * person.intensity,
      },
      random,
    );
  }).flat();
}

/** Somebody asks for an approval and somebody else decides; now and then an exception or a permission. */
function approvals(people: readonly Person[], day: number, random: Random): readonly TimedEvent[] {
  if (weekday(day) === 0 || weekday(day) === 6) return [];
  return Array.from({ length: random.integer(2, 6) }, (_, turn) => {
    const asker = random.pick(people);
    const decider = random.pick(people.filter((person) => person !== asker));
    const name = `approval ${day} ${turn}`;
    const startMs = localInstant(
      asker.department.zone,
      day,
      asker.department.opens + 1 + random.next() * 4,
    );
    const topic = {
      use_case_id: `uc-${random.integer(1, 40)}`,
      request_id: sampleUuid(name),
      policy_ref: "ai-use/3.2",
    };
    const outcome: PolicyEventType = random.weighted([
      ["approval_granted", 8],
      ["approval_denied", 2],
      ["exception_granted", 1],
    ] as const);
    const asks = outcome === "exception_granted" ? "exception_requested" : "approval_requested";
    const exception = outcome === "exception_granted" ? { exception_id: `ex-${day}-${turn}` } : {};
    const session = sampleUuid(`session ${name}`);
    const requested = {
      event_type: "policy_event" as const,
      policy_event_type: asks,
      ...topic,
      ...exception,
    };
    const decided = {
      event_type: "policy_event" as const,
      policy_event_type: outcome,
      ...topic,
      ...exception,
      approver_id_hash: decider.hash,
      decision_reason:
        outcome === "approval_denied"
          ? "outside of the agreed purpose"
          : "within the agreed purpose",
    };
    return [
      personEvent(`${name} asked`, asker, session, startMs, requested),
      personEvent(
        `${name} decided`,
        asker,
        session,
        startMs + random.integer(60, 7200) * 1000,
        decided,
      ),
    ];
  }).flat();
}

function* inOrder(
  days: Iterable<{ readonly day: number; readonly events: readonly TimedEvent[] }>,
): Generator<AuditEvent> {
  let waiting: TimedEvent[] = [];
  const order = (a: TimedEvent, b: TimedEvent): number =>
    a.timeMs - b.timeMs || (a.event.event_id < b.event.event_id ? -1 : 1);
  for (const { day, events } of days) {
    waiting = [...waiting, ...events].sort(order);
    // The next day begins where clocks are furthest ahead; everything before that is complete.
    const safeMs = (day + 1) * DAY_MS - CLOCKS_AHEAD_MS;
    const index = waiting.findIndex(({ timeMs }) => timeMs >= safeMs);
    const ready = index === -1 ? waiting : waiting.slice(0, index);
    waiting = index === -1 ? [] : waiting.slice(index);
    for (const { event } of ready) yield event;
  }
  for (const { event } of waiting) yield event;
}

function dayOf(date: string): number {
  const day = parseDate(date);
  if (day === undefined) throw new RangeError(`${date} is no date`);
  return day;
}

/** Makes a company and its log. */
export function createSample(options: SampleOptions = defaultSample): Sample {
  const lastDay = dayOf(options.endsOn);
  const firstDay = lastDay - options.days + 1;
  const people = hirePeople(options.seed, options.people);
  const plot = stageIncidents({
    people,
    firstDay,
    lastDay,
    random: createRandom(options.seed + 1),
  });

  function* days(): Generator<{ day: number; events: readonly TimedEvent[] }> {
    const random = createRandom(options.seed + 2);
    const planted = new Map<number, TimedEvent[]>();
    for (const event of plot.events) {
      const day = Math.floor(event.timeMs / DAY_MS);
      planted.set(day, [...(planted.get(day) ?? []), event]);
    }
    for (let day = firstDay; day <= lastDay; day += 1) {
      const ordinary = people
        .filter((person) => !plot.starring.has(person))
        .flatMap((person) => workDay(person, day, random));
      // A planted event may lie before its UTC day is made; the day before hands it over in time.
      const early = day === firstDay ? (planted.get(day) ?? []) : [];
      const events = [
        ...ordinary,
        ...approvals(people, day, random),
        ...early,
        ...(planted.get(day + 1) ?? []),
      ];
      yield { day, events };
    }
  }

  return {
    events: () => inOrder(days()),
    incidents: plot.incidents,
    clearances: renderClearances(people),
  };
}
