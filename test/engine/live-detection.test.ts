import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as api from "@duckdb/node-api";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { suppressionKey } from "../../src/engine/detect.ts";
import { EventStore } from "../../src/engine/event-store.ts";
import { type LiveAlert, LiveDetection } from "../../src/engine/live-detection.ts";
import type { Alert, RuleIr } from "../../src/rule/ir.ts";
import { ruleOf } from "../dialect/cases.ts";
import { type Event, evaluate } from "../oracle/evaluate.ts";
import { burstLog, longLog, mixedLog, usageLog } from "./random-log.ts";
import { loadRule } from "./rules.ts";

const DAY = 86_400_000;
/** Each run writes several files and waits for the disk; LIVE_RUNS asks for more. */
const RUNS = Number(process.env["LIVE_RUNS"] ?? 3);
const NOW = Date.UTC(2026, 5, 1);

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-live-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function openStore(path: string): Promise<EventStore> {
  const scratch = `${path}.scratch`;
  return EventStore.open(api, { path, scratch, memoryBytesMax: 2 ** 28, threads: 1 });
}

function newPath(): string {
  files += 1;
  return join(folder, `${files}.duckdb`);
}

const timeOf = (event: Event): number => Date.parse(String(event["timestamp"]));

function append(store: EventStore, events: readonly Event[]): Promise<readonly boolean[]> {
  return store.append(
    events.map((event) => ({
      event_id: String(event["event_id"]),
      time: timeOf(event),
      body: JSON.stringify(event),
    })),
  );
}

interface Course {
  readonly rule: RuleIr;
  readonly events: readonly Event[];
  /** After how many events the rule runs, and whether everything is closed and opened then. */
  readonly stops: readonly { readonly after: number; readonly restart: boolean }[];
}

/** What is told in the course of events that come in one after the other. */
async function live({ rule, events, stops }: Course): Promise<readonly LiveAlert[]> {
  const path = newPath();
  let store = await openStore(path);
  let detection = await LiveDetection.open(store, [rule]);
  const told: LiveAlert[] = [];
  const judge = async (): Promise<void> => {
    const oldest = Date.UTC(2020, 0, 1);
    await detection.judge(rule, { now: NOW, oldest, caughtUp: false });
    const alerts = await detection.untold();
    await detection.markTold(alerts);
    told.push(...alerts);
  };
  let from = 0;
  for (const { after, restart } of [...stops].sort((a, b) => a.after - b.after)) {
    await append(store, events.slice(from, after));
    from = Math.max(from, after);
    await judge();
    if (!restart) continue;
    await store.close();
    store = await openStore(path);
    detection = await LiveDetection.open(store, [rule]);
  }
  await append(store, events.slice(from));
  await judge();
  await judge();
  await store.close();
  return told;
}

function course(rule: RuleIr, log: fc.Arbitrary<readonly Event[]>): fc.Arbitrary<Course> {
  return log.chain((events) =>
    fc
      .array(fc.record({ after: fc.nat(events.length), restart: fc.boolean() }), { maxLength: 4 })
      .map((stops) => ({ rule, events, stops })),
  );
}

/** When and about whom; which events were there by then depends on the course. */
const essence = ({ time, entity }: Alert): string =>
  JSON.stringify([time, Object.entries(entity).sort()]);

const byTime = (events: readonly Event[]): readonly Event[] =>
  [...events].sort((a, b) => timeOf(a) - timeOf(b));

/** More at one time than a window may hold, after a full window long ago, is an edge only to the live run. */
function isSudden(events: readonly Event[], limit: number): boolean {
  const counts = new Map<string, number>();
  for (const { timestamp, session_id } of events) {
    const key = `${timestamp} ${session_id}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > limit);
}

function limited(greaterThan: number): RuleIr {
  const rule = loadRule("anomalous-mcp-volume");
  if (rule.detection.kind !== "threshold") throw new Error("kind");
  return { ...rule, detection: { ...rule.detection, greaterThan } };
}

const burst = burstLog(4).filter((events) => !isSudden(events, 4));
const firstSeen = ruleOf(
  "kind: first_seen\nwhere: event_type = activity_event\nby: [department]\nfield: mcp_server\nhistory_days: 12\nlearn_days: 3",
  "department, mcp_server",
);
const sequence = ruleOf(
  "kind: sequence\nfirst: { where: event_type = policy_event, by: [target_user_id_hash] }\nthen: { where: data_classification = restricted, by: [user_id_hash] }\nwithin: 2d",
  "user_id_hash",
);

const subjects: readonly (readonly [string, RuleIr, fc.Arbitrary<readonly Event[]>])[] = [
  ["single events", loadRule("restricted-data-access"), mixedLog],
  ["thresholds", limited(4), burst],
  ["baselines", loadRule("high-volume-user"), usageLog],
  ["values that are new", firstSeen, longLog],
  ["sequences", sequence, longLog],
];

describe("rules over events as they come in", { timeout: 60_000 }, () => {
  it.each(subjects)("find what they find over the whole log: %s", async (_, rule, log) => {
    const ordered = log.map(byTime);
    await fc.assert(
      fc.asyncProperty(course(rule, ordered), async (one) => {
        const told = await live(one);
        expect(new Set(told.map(({ alert_id }) => alert_id)).size).toBe(told.length);
        const wanted = evaluate(rule, one.events, true);
        expect([...new Set(told.map(essence))].sort()).toEqual(
          [...new Set(wanted.map(essence))].sort(),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it.each(subjects)(
    "miss nothing that comes late, and tell nothing twice: %s",
    async (_, rule, log) => {
      await fc.assert(
        fc.asyncProperty(course(rule, log), async (one) => {
          const told = await live(one);
          expect(new Set(told.map(({ alert_id }) => alert_id)).size).toBe(told.length);
          for (const match of evaluate(rule, one.events, false)) {
            const key = suppressionKey(rule, match);
            const near = told.some(
              (alert) =>
                essence(alert) === essence(match) ||
                (key !== undefined &&
                  suppressionKey(rule, alert) === key &&
                  Math.abs(Date.parse(alert.time) - Date.parse(match.time)) < rule.suppress.forMs),
            );
            expect(near, essence(match)).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
    },
  );
});

const query = (n: number, at: number, session = "s-1"): Event => ({
  event_id: `${session}-${n}`,
  event_type: "activity_event",
  activity_type: "mcp_query",
  timestamp: new Date(at).toISOString(),
  session_id: session,
  source_kind: session,
});

const many = (count: number, at: number, session = "s-1", step = 1000): readonly Event[] =>
  Array.from({ length: count }, (_, n) => query(n, at + n * step, `${session}`));

it("an alert about nobody is told once, however often its time is looked at again", async () => {
  const rule = loadRule("prompt-injection");
  const path = newPath();
  const time = { now: NOW, oldest: 0, caughtUp: false };
  const injection = (id: string, at: number): Event => ({
    event_id: id,
    event_type: "security_event",
    security_event_type: "prompt_injection_attempt",
    timestamp: new Date(at).toISOString(),
  });
  let told = 0;
  for (const at of [NOW - 1000, NOW - 2000, NOW - 2000, NOW - 3000]) {
    const store = await openStore(path);
    const detection = await LiveDetection.open(store, [rule]);
    told += 1;
    await append(store, [injection(`i-${told}`, at)]);
    await detection.judge(rule, time);
    const alerts = await detection.untold();
    expect(alerts.map(({ event_ids }) => event_ids)).toEqual([[`i-${told}`]]);
    await detection.markTold(alerts);
    await store.close();
  }
});

describe("a rule that was changed", () => {
  it("judges what comes from then on, and not the past", async () => {
    const path = newPath();
    const time = { now: NOW, oldest: 0, caughtUp: false };
    let store = await openStore(path);
    let detection = await LiveDetection.open(store, [limited(50)]);
    await append(store, many(20, NOW - DAY));
    await detection.judge(limited(50), time);
    await store.close();

    store = await openStore(path);
    detection = await LiveDetection.open(store, [limited(10)]);
    // A straggler has the rule look at the old stretch again.
    await append(store, [
      query(900, NOW - DAY - 60_000, "s-2"),
      ...many(20, NOW - 3_600_000, "s-3"),
    ]);
    await detection.judge(limited(10), time);
    const alerts = await detection.untold();
    expect(alerts.map(({ entity }) => entity)).toEqual([{ session_id: "s-3" }]);
    await store.close();
  });

  it("is forgotten when it is gone, and starts anew when it comes back", async () => {
    const path = newPath();
    const time = { now: NOW, oldest: 0, caughtUp: false };
    const other = loadRule("prompt-injection");
    let store = await openStore(path);
    let detection = await LiveDetection.open(store, [limited(10), other]);
    await store.close();
    store = await openStore(path);
    detection = await LiveDetection.open(store, [other]);
    await append(store, many(20, NOW - DAY));
    await detection.judge(other, time);
    await store.close();
    store = await openStore(path);
    detection = await LiveDetection.open(store, [limited(10), other]);
    await detection.judge(limited(10), time);
    expect(await detection.untold()).toEqual([]);
    await store.close();
  });
});

describe("silence", () => {
  const rule = loadRule("source-silent");
  const HOUR = 3_600_000;

  it("is found when the clock says so and everything has come", async () => {
    const store = await openStore(newPath());
    const detection = await LiveDetection.open(store, [rule]);
    await append(store, many(3, NOW - 30 * HOUR, "hooks"));
    const judge = async (now: number, caughtUp: boolean): Promise<readonly LiveAlert[]> => {
      await detection.judge(rule, { now, oldest: 0, caughtUp });
      const alerts = await detection.untold();
      await detection.markTold(alerts);
      return alerts;
    };
    // While a backlog comes in, nobody knows what is still on its way.
    expect(await judge(NOW, false)).toEqual([]);
    const [alert, ...others] = await judge(NOW, true);
    expect(alert?.entity).toEqual({ source_kind: "hooks" });
    expect(alert?.time).toBe(new Date(NOW - 6 * HOUR + 2000).toISOString());
    expect(others).toEqual([]);
    expect(await judge(NOW + HOUR, true)).toEqual([]);
    await store.close();
  });

  it("waits as long as late events may take", async () => {
    const store = await openStore(newPath());
    const detection = await LiveDetection.open(store, [rule]);
    await append(store, [query(1, NOW, "hooks")]);
    const late = rule.schedule.lateMs;
    for (const [at, count] of [
      [NOW + 24 * HOUR + late - 1, 0],
      [NOW + 24 * HOUR + late, 1],
    ] as const) {
      await detection.judge(rule, { now: at, oldest: 0, caughtUp: true });
      expect(await detection.untold()).toHaveLength(count);
    }
    await store.close();
  });

  it("of one source is found while another one speaks", async () => {
    const store = await openStore(newPath());
    const detection = await LiveDetection.open(store, [rule]);
    await append(store, [query(1, NOW - 40 * HOUR, "a")]);
    for (let hour = 39; hour >= 0; hour -= 1)
      await append(store, [query(hour, NOW - hour * HOUR, "b")]);
    await detection.judge(rule, { now: NOW, oldest: 0, caughtUp: false });
    expect((await detection.untold()).map(({ entity }) => entity)).toEqual([{ source_kind: "a" }]);
    await store.close();
  });
});
