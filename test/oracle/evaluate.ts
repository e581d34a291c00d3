/**
 * What a rule means, in the plainest TypeScript: quadratic, no windows, no SQL.
 *
 * Written from the words of the rule format alone and shared with nothing that compiles, so that
 * agreement between the two says something.
 */
import type { Alert, Detection, Measure, Predicate, RuleIr } from "../../src/rule/ir.ts";

export type Event = Readonly<Record<string, unknown>>;

interface Match {
  readonly timeMs: number;
  readonly entity: Readonly<Record<string, string>>;
  readonly value: number;
  readonly limit: number;
  readonly ids: readonly string[];
}

export function holds(predicate: Predicate, event: Event): boolean {
  switch (predicate.kind) {
    case "always":
      return true;
    case "all":
      return predicate.of.every((part) => holds(part, event));
    case "any":
      return predicate.of.some((part) => holds(part, event));
    case "not":
      return !holds(predicate.of, event);
    case "equals":
      return event[predicate.field] === predicate.value;
    case "in":
      return predicate.values.some((value) => event[predicate.field] === value);
    case "has": {
      const list = event[predicate.field];
      return Array.isArray(list) && list.includes(predicate.value);
    }
    case "compare": {
      const value = event[predicate.field];
      if (typeof value !== "number") return false;
      if (predicate.operator === "<") return value < predicate.value;
      if (predicate.operator === "<=") return value <= predicate.value;
      return predicate.operator === ">" ? value > predicate.value : value >= predicate.value;
    }
    case "present": {
      const value = event[predicate.field];
      return value !== undefined && !(Array.isArray(value) && value.length === 0);
    }
  }
}

function timeOf(event: Event): number {
  return Date.parse(String(event["timestamp"]));
}

function amountOf(measure: Measure, event: Event): number {
  if (measure.kind === "count") return 1;
  return measure.fields.reduce((sum, field) => sum + Number(event[field] ?? 0), 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function inOrder(events: readonly Event[]): readonly Event[] {
  return [...events].sort(
    (a, b) => timeOf(a) - timeOf(b) || compareText(String(a["event_id"]), String(b["event_id"])),
  );
}

/** Every event id once; the first line of an id counts. */
function distinct(events: readonly Event[]): readonly Event[] {
  const seen = new Set<unknown>();
  return events.filter(({ event_id: id }) => !seen.has(id) && seen.add(id));
}

function entityOf(keys: readonly string[], event: Event): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keys.filter((key) => event[key] !== undefined).map((key) => [key, String(event[key])]),
  );
}

function byEntity(
  keys: readonly string[],
  events: readonly Event[],
): readonly (readonly Event[])[] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    if (keys.some((key) => event[key] === undefined)) continue;
    const key = JSON.stringify(keys.map((name) => event[name]));
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()];
}

const total = (measure: Measure, events: readonly Event[]): number =>
  events.reduce((sum, event) => sum + amountOf(measure, event), 0);

const calendars = new Map<string, Intl.DateTimeFormat>();

/** Formatters are slow to make, and a zone has only one. */
function calendarOf(zone: string): Intl.DateTimeFormat {
  const known = calendars.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  calendars.set(zone, made);
  return made;
}

function dayOf(timeMs: number, zone: string): number {
  return Date.parse(`${calendarOf(zone).format(timeMs)}T00:00:00Z`) / 86_400_000;
}

function thresholdMatches(
  detection: Detection & { kind: "threshold" },
  events: readonly Event[],
): readonly Match[] {
  return byEntity(detection.by, events).flatMap((group) => {
    const times = [...new Set(group.map(timeOf))].sort((a, b) => a - b);
    const windowAt = (t: number): readonly Event[] =>
      group.filter((event) => timeOf(event) >= t - detection.withinMs && timeOf(event) <= t);
    return times.flatMap((t, index) => {
      const now = total(detection.measure, windowAt(t));
      const before =
        index === 0 ? 0 : total(detection.measure, windowAt(times[index - 1] as number));
      if (!(now > detection.greaterThan && !(before > detection.greaterThan))) return [];
      const ids = inOrder(windowAt(t)).map((event) => String(event["event_id"]));
      const entity = entityOf(detection.by, group[0] as Event);
      return [{ timeMs: t, entity, value: now, limit: detection.greaterThan, ids }];
    });
  });
}

function baselineMatches(
  detection: Detection & { kind: "baseline" },
  events: readonly Event[],
): readonly Match[] {
  const { measure, zone, historyDays, factor } = detection;
  return byEntity(detection.by, events).flatMap((group) => {
    const days = [...new Set(group.map((event) => dayOf(timeOf(event), zone)))];
    const totalOf = (day: number): number =>
      total(
        measure,
        group.filter((event) => dayOf(timeOf(event), zone) === day),
      );
    return days.flatMap((today) => {
      const past = days.filter(
        (day) => day < today && day >= today - historyDays && totalOf(day) > 0,
      );
      if (past.length < detection.minDays) return [];
      const sum = past.reduce((all, day) => all + totalOf(day), 0);
      const divisor = detection.averageOver === "active_days" ? past.length : historyDays;
      const mine = inOrder(group.filter((event) => dayOf(timeOf(event), zone) === today));
      for (const event of mine) {
        const soFar = mine.filter((other) => timeOf(other) <= timeOf(event));
        const value = total(measure, soFar);
        if (!(value > detection.floor && value * divisor > factor * sum)) continue;
        const day = new Date(today * 86_400_000).toISOString().slice(0, 10);
        const ids = soFar
          .filter((other) => amountOf(measure, other) > 0)
          .map((other) => String(other["event_id"]));
        const entity = { ...entityOf(detection.by, event), day };
        const limit = Math.max(detection.floor, (factor * sum) / divisor);
        return [{ timeMs: timeOf(event), entity, value, limit, ids }];
      }
      return [];
    });
  });
}

const SPAN_DAY = 86_400_000;

function sequenceMatches(
  { first, second, withinMs }: Detection & { kind: "sequence" },
  events: readonly Event[],
): readonly Match[] {
  const keyOf = (by: readonly string[], event: Event): string | undefined =>
    by.some((key) => event[key] === undefined)
      ? undefined
      : JSON.stringify(by.map((key) => event[key]));
  const firsts = events.filter(
    (event) => holds(first.where, event) && keyOf(first.by, event) !== undefined,
  );
  const seconds = events.filter(
    (event) => holds(second.where, event) && keyOf(second.by, event) !== undefined,
  );
  return byEntity(second.by, seconds).flatMap((group) => {
    const key = keyOf(second.by, group[0] as Event);
    return [...new Set(group.map(timeOf))].flatMap((t) => {
      const before = firsts.filter(
        (event) =>
          keyOf(first.by, event) === key && timeOf(event) < t && timeOf(event) >= t - withinMs,
      );
      if (before.length === 0) return [];
      const latest = Math.max(...before.map(timeOf));
      const ids = [
        ...inOrder(before.filter((event) => timeOf(event) === latest)),
        ...inOrder(group.filter((event) => timeOf(event) === t)),
      ].map((event) => String(event["event_id"]));
      return [
        { timeMs: t, entity: entityOf(second.by, group[0] as Event), value: 1, limit: 0, ids },
      ];
    });
  });
}

function firstSeenMatches(
  { by, field, historyDays, learnDays }: Detection & { kind: "first_seen" },
  events: readonly Event[],
): readonly Match[] {
  const day = (event: Event): number => Math.floor(timeOf(event) / SPAN_DAY);
  const known = events.filter((event) => event[field] !== undefined);
  return byEntity(by, known).flatMap((entity) =>
    byEntity([field], entity).flatMap((group) =>
      [...new Set(group.map(day))].flatMap((today) => {
        const isRecent = (event: Event): boolean =>
          day(event) >= today - historyDays && day(event) < today;
        if (group.some(isRecent)) return [];
        if (!entity.some((event) => isRecent(event) && day(event) <= today - learnDays)) return [];
        const t = Math.min(...group.filter((event) => day(event) === today).map(timeOf));
        const ids = inOrder(group.filter((event) => timeOf(event) === t)).map((event) =>
          String(event["event_id"]),
        );
        const named = entityOf([...by, field], group[0] as Event);
        return [{ timeMs: t, entity: named, value: 1, limit: 0, ids }];
      }),
    ),
  );
}

function ratioMatches(
  { of, by, withinMs, atLeast, greaterThan }: Detection & { kind: "ratio" },
  events: readonly Event[],
): readonly Match[] {
  // Shares such as 0.2 have no exact double; decimals of up to six digits compare as whole numbers.
  const scaled = Math.round(greaterThan * 1e6);
  return byEntity(by, events).flatMap((group) => {
    const times = [...new Set(group.map(timeOf))].sort((a, b) => a - b);
    const windowAt = (t: number): readonly Event[] =>
      group.filter((event) => timeOf(event) >= t - withinMs && timeOf(event) <= t);
    const isAbove = (t: number): boolean => {
      const all = windowAt(t);
      const hits = all.filter((event) => holds(of, event)).length;
      return all.length >= atLeast && hits * 1e6 > scaled * all.length;
    };
    return times.flatMap((t, index) => {
      if (!isAbove(t) || (index > 0 && isAbove(times[index - 1] as number))) return [];
      const all = windowAt(t);
      const hits = inOrder(all.filter((event) => holds(of, event)));
      return [
        {
          timeMs: t,
          entity: entityOf(by, group[0] as Event),
          value: hits.length / all.length,
          limit: greaterThan,
          ids: hits.map((event) => String(event["event_id"])),
        },
      ];
    });
  });
}

function silenceMatches(
  { where, by, forMs }: Detection & { kind: "silence" },
  events: readonly Event[],
): readonly Match[] {
  const end = Math.max(...events.map(timeOf));
  const heard = events.filter((event) => holds(where, event));
  return byEntity(by, heard).flatMap((group) =>
    [...new Set(group.map(timeOf))].flatMap((t) => {
      if (t + forMs > end) return [];
      if (group.some((event) => timeOf(event) > t && timeOf(event) <= t + forMs)) return [];
      const ids = inOrder(group.filter((event) => timeOf(event) === t)).map((event) =>
        String(event["event_id"]),
      );
      return [
        { timeMs: t + forMs, entity: entityOf(by, group[0] as Event), value: 0, limit: 1, ids },
      ];
    }),
  );
}

function matchesOf(rule: RuleIr, events: readonly Event[]): readonly Match[] {
  const { detection } = rule;
  const all = distinct(events);
  if (detection.kind === "sequence") return sequenceMatches(detection, all);
  if (detection.kind === "silence") return silenceMatches(detection, all);
  const matching = all.filter((event) => holds(detection.where, event));
  if (detection.kind === "first_seen") return firstSeenMatches(detection, matching);
  if (detection.kind === "ratio") return ratioMatches(detection, matching);
  if (detection.kind === "threshold") return thresholdMatches(detection, matching);
  if (detection.kind === "baseline") return baselineMatches(detection, matching);
  return inOrder(matching).map((event) => ({
    timeMs: timeOf(event),
    entity: entityOf(rule.suppress.by, event),
    value: 1,
    limit: 0,
    ids: [String(event["event_id"])],
  }));
}

/** Alerts of one rule over a log, in order of time; `suppress` as the command line has it. */
export function evaluate(
  rule: RuleIr,
  events: readonly Event[],
  suppress: boolean,
): readonly Alert[] {
  const kept: Match[] = [];
  const ordered = [...matchesOf(rule, events)].sort((a, b) => a.timeMs - b.timeMs);
  for (const match of ordered) {
    const complete = rule.suppress.by.every((key) => match.entity[key] !== undefined);
    const quiet = kept.some(
      (earlier) =>
        rule.suppress.by.every((key) => earlier.entity[key] === match.entity[key]) &&
        match.timeMs - earlier.timeMs < rule.suppress.forMs,
    );
    if (!suppress || !complete || !quiet) kept.push(match);
  }
  return kept.map(({ timeMs, entity, value, limit, ids }) => ({
    rule: rule.name,
    rule_version: rule.version,
    severity: rule.severity,
    time: new Date(timeMs).toISOString(),
    entity,
    value,
    limit,
    event_ids: ids,
  }));
}
