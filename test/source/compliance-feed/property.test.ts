import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventOf, idsOf, MINUTE_MS, SECOND_MS, START_MS, Stage } from "./stage.ts";

const OVERLAP_MS = 5 * MINUTE_MS;
const RUN_MS = 40 * MINUTE_MS;

const happening = fc.record({
  atMs: fc.integer({ min: -20 * MINUTE_MS, max: 30 * MINUTE_MS }),
  /** The API shows it at most the overlap later; the last polls still come. */
  lateMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: OVERLAP_MS - 2 * SECOND_MS })),
});

const scenario = fc.record({
  activities: fc.array(happening, { maxLength: 60 }),
  pageSize: fc.integer({ min: 1, max: 9 }),
  pollS: fc.integer({ min: 5, max: 240 }),
  clockErrorMs: fc.oneof(fc.constant(0), fc.integer({ min: -2 * RUN_MS, max: 2 * RUN_MS })),
  /** Emits that fail, emits after which nothing is saved any more, cursors that are forgotten. */
  crashes: fc.array(
    fc.record({
      emit: fc.integer({ min: 1, max: 30 }),
      how: fc.constantFrom("before" as const, "after" as const, "cursors" as const),
    }),
    { maxLength: 4 },
  ),
  networkFaults: fc.integer({ min: 0, max: 6 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Plays a scenario through all its crashes; every crash is followed by a start. */
async function play({
  activities,
  pageSize,
  pollS,
  clockErrorMs,
  crashes,
  networkFaults,
}: Scenario): Promise<Stage> {
  const stage = new Stage();
  stage.clockErrorMs = clockErrorMs;
  for (const { atMs, lateMs } of activities) {
    if (atMs < 0) stage.service.happen({}, lateMs, START_MS + atMs);
    else stage.at(START_MS + atMs, () => stage.service.happen({}, lateMs));
  }
  stage.faults.push(...Array.from({ length: networkFaults }, () => "network" as const));
  const planned = new Map(crashes.map(({ emit, how }) => [emit, how]));
  let isDead = false;
  stage.onEmit = (count) => {
    if (planned.get(count) === "before") throw new Error("the connector stops");
  };
  stage.afterEmit = (count) => {
    if (planned.get(count) === "after") isDead = true;
    if (planned.get(count) === "cursors") stage.service.forgetCursors();
  };
  stage.checkpoints.save = async (state) => {
    if (isDead) throw new Error("killed");
    stage.checkpoints.state = state;
  };
  const settings = `start: "2026-04-10T07:30:00Z"\noverlap: 5m\npage_size: ${pageSize}\npoll_every: ${pollS}s`;
  const endMs = START_MS + RUN_MS;
  for (let starts = 0; stage.nowMs < endMs && starts < 100; starts += 1) {
    isDead = false;
    const run = await stage.start(settings, endMs);
    await run.done.catch(() => {});
    stage.pass(SECOND_MS);
  }
  return stage;
}

describe("overlapping windows", () => {
  it("find every activity that is shown within the overlap, whatever breaks in between", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        const stage = await play(one);
        const wanted = stage.service.activities.map(({ id }) => id).toSorted();
        expect([...new Set(idsOf(stage.taken))].toSorted()).toEqual(wanted);
        const ids = new Map(
          stage.taken.map((record) => {
            const event = eventOf(record);
            return [String(event["source_record_id"]), String(event["event_id"])];
          }),
        );
        // The same activity always has the same event_id, and different ones different ids.
        for (const record of stage.taken) {
          const event = eventOf(record);
          expect(ids.get(String(event["source_record_id"]))).toBe(event["event_id"]);
        }
        expect(new Set(ids.values()).size).toBe(ids.size);
      }),
      { numRuns: 80, endOnFailure: true },
    );
  });

  it("hand over nothing twice while nothing breaks", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        const stage = await play({ ...one, crashes: [], networkFaults: 0 });
        expect(idsOf(stage.taken).toSorted()).toEqual(
          stage.service.activities.map(({ id }) => id).toSorted(),
        );
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
