import { beforeEach, describe, expect, it } from "vitest";
import { eventOf, idsOf, MINUTE_MS, SECOND_MS, START_MS, Stage } from "./stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

/** Activities at given seconds after the start, before anything runs. */
function past(...seconds: readonly number[]): readonly string[] {
  return seconds.map((at) => stage.service.happen({}, 0, START_MS + at * SECOND_MS).id);
}

describe("reading the Activity Feed", () => {
  it("reads all pages of a window, each activity once", async () => {
    const ids = past(...Array.from({ length: 25 }, (_, n) => -3000 + n));
    const { taken } = await stage.run("page_size: 10", 5 * MINUTE_MS);
    expect(idsOf(taken).toSorted()).toEqual(ids);
    const pages = stage.service.asked.filter(({ query }) => query.has("after_id"));
    expect(pages.length).toBe(2);
  });

  it("hands over what one page holds in the order of time", async () => {
    const ids = past(-50, -40, -30);
    const { taken } = await stage.run("", MINUTE_MS);
    expect(idsOf(taken)).toEqual(ids);
    expect(taken.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  it("begins a day back, or at the start that is set", async () => {
    past(-90_000, -80_000);
    expect(idsOf((await stage.run("", MINUTE_MS)).taken)).toEqual(["activity_000002"]);
    const other = new Stage();
    for (const at of [-90_000, -80_000]) other.service.happen({}, 0, START_MS + at * SECOND_MS);
    const { taken } = await other.run('start: "2026-04-01T00:00:00Z"', MINUTE_MS);
    expect(idsOf(taken)).toEqual(["activity_000001", "activity_000002"]);
  });

  it("reads a long past day by day, oldest first, without pauses", async () => {
    const days = Array.from({ length: 9 }, (_, n) => n - 9);
    const ids = past(...days.flatMap((day) => [day * 86_400 + 10, day * 86_400 + 70_000]));
    const { taken } = await stage.run('start: "2026-04-01T08:00:00Z"', MINUTE_MS);
    expect(idsOf(taken)).toEqual(ids);
    const bounded = stage.service.asked.filter(({ query }) => query.has("created_at.lt"));
    expect(bounded.length).toBe(8);
  });

  it("finds new activities at every poll and reads nothing twice", async () => {
    for (let n = 1; n <= 30; n += 1)
      stage.at(START_MS + n * 47 * SECOND_MS, () => stage.service.happen());
    const { taken, source } = await stage.run("poll_every: 30s", 30 * MINUTE_MS);
    expect(idsOf(taken)).toEqual(stage.service.activities.map(({ id }) => id));
    const absorbed = source.notes?.().find(({ what }) => what === "duplicates_absorbed");
    expect(absorbed?.count).toBeGreaterThan(30);
  });

  it("finds an activity that is listed late, within the overlap", async () => {
    stage.at(START_MS + MINUTE_MS, () => stage.service.happen({}, 9 * MINUTE_MS));
    stage.at(START_MS + 2 * MINUTE_MS, () => stage.service.happen());
    const { taken, source } = await stage.run("overlap: 10m", 20 * MINUTE_MS);
    expect(idsOf(taken)).toEqual(["activity_000002", "activity_000001"]);
    const late = source.notes?.().find(({ what }) => what === "late_arrivals");
    expect(late).toMatchObject({ count: 1 });
    expect(late?.instruction).toContain("Raise overlap");
  });

  it("finds what was listed late while it was down", async () => {
    stage.at(START_MS + 4 * MINUTE_MS, () => stage.service.happen({}, 5 * MINUTE_MS));
    await stage.run("", 5 * MINUTE_MS);
    expect(stage.taken).toEqual([]);
    stage.pass(300 * MINUTE_MS);
    const { taken } = await stage.run("", MINUTE_MS);
    expect(idsOf(taken)).toEqual(["activity_000001"]);
  });

  it("hands over nothing again after a stop in order", async () => {
    past(-120, -60, -10);
    await stage.run("", 3 * MINUTE_MS);
    const { taken } = await stage.run("", 3 * MINUTE_MS);
    expect(taken).toEqual([]);
    expect(stage.taken.length).toBe(3);
  });

  it("keeps no cursor before the page is durable, and gives the same ids again", async () => {
    past(...Array.from({ length: 30 }, (_, n) => -100 + n));
    stage.onEmit = (count) => {
      if (count === 2) throw new Error("the connector stops");
    };
    const run = await stage.start("page_size: 10", START_MS + MINUTE_MS);
    await expect(run.done).rejects.toThrow("the connector stops");
    expect(stage.taken.length).toBe(10);
    const before = stage.service.asked.length;
    stage.onEmit = () => {};
    await stage.run("page_size: 10", MINUTE_MS);
    const again = stage.service.asked[before];
    expect(again?.query.get("after_id")).toBe(stage.service.asked[1]?.query.get("after_id"));
    expect(idsOf(stage.taken).toSorted()).toEqual(stage.service.activities.map(({ id }) => id));
  });

  it("loses nothing when it dies between fsync and cursor, and repeats under equal event_ids", async () => {
    past(...Array.from({ length: 30 }, (_, n) => -100 + n));
    const save = stage.checkpoints.save;
    let isDead = false;
    stage.afterEmit = (count) => {
      isDead ||= count === 2;
    };
    stage.checkpoints.save = async (state) => {
      if (isDead) throw new Error("killed");
      await save(state);
    };
    const run = await stage.start("page_size: 10", START_MS + MINUTE_MS);
    await expect(run.done).rejects.toThrow("killed");
    expect(stage.taken.length).toBe(20);
    stage.checkpoints.save = save;
    await stage.run("page_size: 10", MINUTE_MS);
    expect(stage.taken.length).toBe(40);
    const texts = new Map<string, string>();
    for (const record of stage.taken) {
      const { event_id, ...rest } = eventOf(record);
      const text = JSON.stringify(rest);
      expect(texts.get(String(event_id)) ?? text).toBe(text);
      texts.set(String(event_id), text);
    }
    expect(texts.size).toBe(30);
  });

  it("reads a window again when its cursor is not known any more", async () => {
    past(...Array.from({ length: 30 }, (_, n) => -100 + n));
    stage.afterEmit = (count) => {
      if (count === 2) stage.service.forgetCursors();
    };
    const { taken, source, warnings } = await stage.run("page_size: 10", MINUTE_MS);
    expect(idsOf(taken).toSorted()).toEqual(stage.service.activities.map(({ id }) => id));
    expect(source.notes?.()).toContainEqual(
      expect.objectContaining({ what: "cursors_lost", count: 1 }),
    );
    expect(warnings.join()).toContain("read again");
  });

  it("loses nothing with a clock that is hours ahead or behind", async () => {
    for (const error of [26 * 60, -26 * 60]) {
      const skewed = new Stage();
      skewed.clockErrorMs = error * MINUTE_MS;
      for (let n = 1; n <= 40; n += 1)
        skewed.at(START_MS + n * 31 * SECOND_MS, () => skewed.service.happen());
      const { taken } = await skewed.run('start: "2026-04-10T07:00:00Z"', 30 * MINUTE_MS);
      expect(idsOf(taken)).toEqual(skewed.service.activities.map(({ id }) => id));
      expect(skewed.service.asked.length).toBeLessThan(60);
    }
  });

  it("asks for nothing while the connector takes nothing", async () => {
    past(-10);
    stage.ready = () => stage.nowMs >= START_MS + MINUTE_MS;
    const run = await stage.start("", START_MS + 30 * SECOND_MS);
    await run.done;
    expect(stage.service.asked).toEqual([]);
    expect(idsOf((await stage.run("", 2 * MINUTE_MS)).taken)).toEqual(["activity_000001"]);
  });

  it("does nothing when it was told to stop before it began, and stops in a pause", async () => {
    const run = await stage.start("", START_MS);
    run.stop.abort();
    await run.done;
    const other = await new Stage().run("directory: {enabled: true}", MINUTE_MS);
    expect(other.warnings).toEqual([]);
  });

  it("starts again from its start when the checkpoint is damaged, and says so", async () => {
    past(-10);
    stage.checkpoints.state = '{"version":9}';
    const { taken, warnings } = await stage.run("", MINUTE_MS);
    expect(idsOf(taken)).toEqual(["activity_000001"]);
    expect(warnings.join()).toContain("reads again from its start");
  });

  it("keeps a record that is no activity for the reject file, once", async () => {
    const { id } = stage.service.happen({ id: undefined });
    stage.service.happen({ created_at: "yesterday" });
    const { taken } = await stage.run("", 4 * MINUTE_MS);
    expect(id).toBe("activity_000001");
    expect(taken.map(({ problem }) => problem?.code)).toEqual(["S756", "S756"]);
    expect(taken[0]?.problem?.span.file).toBe("api.anthropic.com/v1/compliance/activities");
  });

  it("labels its own requests, and nobody else's", async () => {
    stage.service.logsAccess = true;
    stage.service.happen({
      type: "compliance_api_accessed",
      actor: { type: "api_actor", api_key_id: "apikey_01Own", user_agent: "curl/8" },
      status_code: 403,
    });
    const { taken, source } = await stage.run("", 5 * MINUTE_MS);
    const marked = taken.map(eventOf).map((event) => (event["labels"] as object | undefined) ?? {});
    expect(marked.length).toBeGreaterThan(4);
    expect(marked[0]).toMatchObject({ outcome: "failure" });
    expect(marked[0]).not.toHaveProperty("own_access");
    expect(marked.slice(1).every((labels) => "own_access" in labels)).toBe(true);
    expect(source.notes?.()).toContainEqual(
      expect.objectContaining({ what: "own_accesses", count: marked.length - 1 }),
    );
  });

  it("knows its own requests by the key when it is named", async () => {
    stage.service.logsAccess = true;
    const { taken } = await stage.run("own_key_id: apikey_01Other", 3 * MINUTE_MS);
    expect(taken.length).toBeGreaterThan(1);
    expect(JSON.stringify(taken)).not.toContain("own_access");
  });

  it("passes types that it does not know, under their name, and counts them", async () => {
    stage.service.happen({ type: "claude_dream_recorded", dream_id: "dream_1" });
    const { taken, source } = await stage.run("", MINUTE_MS);
    expect(taken.map(eventOf)[0]).toMatchObject({
      event_type: "activity_event",
      labels: {
        event_name: "claude_dream_recorded",
        category: "unknown",
        fields_left_out: "dream_id",
      },
    });
    const note = source.notes?.().find(({ what }) => what === "unknown_types");
    expect(note).toMatchObject({ count: 1 });
    expect(note?.meaning).toContain("claude_dream_recorded");
  });
});
