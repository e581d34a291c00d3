import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connector } from "../../src/connector/connector.ts";
import { InvalidEventError } from "../../src/connector/reception.ts";
import type { Emit } from "../../src/source/source.ts";
import { eventId, journaled } from "../conformance/event.ts";
import { eventually, Stage } from "./stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(async () => {
  await stage.close();
});

function lines(count: number, from = 1): Parameters<Emit>[0] {
  return Array.from({ length: count }, (_, index) => ({
    text: JSON.stringify(journaled(from + index).event),
    position: index + 1,
  }));
}

const ids = (count: number, from = 1): readonly string[] =>
  Array.from({ length: count }, (_, index) => eventId(from + index));

describe("connector", () => {
  it("takes events from a source to every sink", async () => {
    const config = stage.config(["name: in"], ["name: one", "name: two"]);
    const connector = await stage.start(config);
    const emit = await stage.door("in");
    expect(await emit(lines(250), "test")).toEqual({ accepted: 250, rejected: [] });
    await connector.caughtUp();
    expect([...stage.sink("one").held].sort()).toEqual(ids(250));
    expect([...stage.sink("two").held].sort()).toEqual(ids(250));
    expect(connector.status()).toMatchObject({
      state: "running",
      journal: { state: "ok" },
      sources: [{ name: "in", accepted: 250, rejected: 0 }],
      sinks: [
        { name: "one", lagRecords: 0, counts: { delivered: 250 } },
        { name: "two", lagRecords: 0 },
      ],
    });
  });

  it("does not let a broken sink delay another or the source", async () => {
    stage.sink("down").answer = (batch) => batch.map(() => ({ kind: "retry", reason: "503" }));
    const connector = await stage.start(stage.config(["name: in"], ["name: down", "name: up"]));
    const emit = await stage.door("in");
    await emit(lines(500), "test");
    await eventually(() => stage.sink("up").held.length === 500, "the healthy sink has everything");
    expect(stage.sink("down").held).toEqual([]);
    await eventually(() => connector.status().sinks[0]?.state === "retrying", "it is tried again");
    expect(connector.status().sinks[0]).toMatchObject({ lastError: { reason: "503" } });
  });

  it("goes on where it stood after a restart", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    const first = await stage.start(config);
    await (await stage.door("in"))(lines(10), "test");
    await first.caughtUp();
    await first.stop();
    stage.sink("out").held.length = 0;
    const second = await stage.start(config);
    await (await stage.door("in"))(lines(5, 11), "test");
    await second.caughtUp();
    expect([...stage.sink("out").held].sort()).toEqual(ids(5, 11));
  });

  it("keeps rejects with their reasons, durable before the source hears of them", async () => {
    await stage.start(stage.config(["name: in"], ["name: out"]));
    const emit = await stage.door("in");
    const emitted = await emit(
      [...lines(1), { text: '{"event_id":', position: 2 }, { text: "{}", position: 3 }],
      "10.0.0.7:5",
    );
    expect(emitted.accepted).toBe(1);
    expect(emitted.rejected.map(({ index }) => index)).toEqual([1, 2]);
    const file = join(stage.folder, "data", "rejects", "in.ndjson");
    const kept = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { position: number; record: string; reasons: unknown[] });
    expect(kept.map(({ position, record }) => [position, record])).toEqual([
      [2, '{"event_id":'],
      [3, "{}"],
    ]);
    expect(kept.every(({ reasons }) => reasons.length > 0)).toBe(true);
  });

  it("stamps where an event came from, and replaces user ids before anything is written", async () => {
    const connector = await stage.start(
      stage.config(["name: in"], ["name: out"], "deployment: production\n"),
    );
    const seen: string[] = [];
    stage.sink("out").answer = (batch) => {
      seen.push(...batch.map((one) => one.body));
      return batch.map(() => ({ kind: "delivered" }));
    };
    const { user_id_hash: _, ...event } = journaled(1).event;
    await connector.append({ ...event, user_id_hash: "employee-4711" });
    await connector.caughtUp();
    const [body = "{}"] = seen;
    expect(JSON.parse(body)).toMatchObject({ deployment: "production", source_kind: "library" });
    expect(body).not.toContain("employee-4711");
    expect((JSON.parse(body) as { user_id_hash: string }).user_id_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("sends a sink only what its filter lets through", async () => {
    const connector = await stage.start(
      stage.config(["name: in"], ["name: out, where: 'token_input > 100'"]),
    );
    await connector.append({ ...journaled(1).event, token_input: 50 });
    await connector.append({ ...journaled(2).event, token_input: 500 });
    await connector.caughtUp();
    expect(stage.sink("out").held).toEqual([eventId(2)]);
  });

  it("writes dead letters to a file and passes over them", async () => {
    stage.sink("out").answer = (batch) =>
      batch.map(() => ({ kind: "quarantine", reason: "the product cannot read it" }));
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    await connector.append(journaled(1).event);
    await connector.caughtUp();
    const file = join(stage.folder, "data", "journal", "dead-letter", "out.ndjson");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      event_id: eventId(1),
      reason: "the product cannot read it",
    });
  });

  it("starts a source again that could not go on", async () => {
    const connector = await stage.start(stage.config(["name: in, from: broken"], ["name: out"]));
    await eventually(() => connector.status().sources[0]?.state === "failing", "it fails");
    expect(connector.status().sources[0]?.lastError?.reason).toBe("the address is in use");
  });

  it("ends when all sources have", async () => {
    const connector = await stage.start(stage.config(["name: in, from: short"], ["name: out"]));
    await connector.sourcesEnded();
    expect(connector.status().sources[0]?.state).toBe("ended");
  });

  it("starts nothing when something cannot be opened, and says what", async () => {
    const config = stage.config(
      ["name: in, from: missing"],
      ["name: good", "name: bad, to: missing"],
    );
    const started = await Connector.start(config, stage.world);
    expect(started.ok).toBe(false);
    expect(started.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["F960", "sink bad cannot be opened: the client is not installed"],
      ["F960", "source in cannot be opened: the client is not installed"],
    ]);
    expect(stage.sink("good").closed).toBe(1);
    // The journal was released: another connector may have it.
    await stage.start(stage.config(["name: in"], ["name: good"]));
  });

  it("refuses a second connector on the same folder", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    await stage.start(config);
    const second = await Connector.start(config, stage.world);
    expect(second).toMatchObject({ ok: false, diagnostics: [{ code: "J605" }] });
  });
});

describe("append", () => {
  it("resolves with the place in the journal", async () => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    const first = await connector.append(journaled(1).event);
    const second = await connector.append(journaled(2).event);
    expect(second.seq).toBe(first.seq + 1);
    expect(second.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  const cyclic: Record<string, unknown> = { ...journaled(1).event };
  cyclic["details"] = cyclic;
  it.each([
    ["a text", "hello"],
    ["nothing", undefined],
    ["a number that is none", { ...journaled(1).event, token_input: Number.NaN }],
    ["a date", { ...journaled(1).event, timestamp: new Date() }],
    ["a map", { ...journaled(1).event, details: new Map([["a", "b"]]) }],
    ["a big integer", { ...journaled(1).event, token_input: 5n }],
    ["a function", { ...journaled(1).event, details: { run: () => {} } }],
    ["a circle", cyclic],
    ["no event", { hello: "world" }],
    [
      "a getter that throws",
      Object.defineProperty({ ...journaled(1).event }, "department", {
        enumerable: true,
        get: () => {
          throw new Error("no");
        },
      }),
    ],
    ["text that is no Unicode", { ...journaled(1).event, department: "\ud800" }],
  ])("refuses %s and writes nothing", async (_, value) => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    const before = connector.status().journal.seq;
    await expect(connector.append(value)).rejects.toThrow(InvalidEventError);
    await expect(connector.appendBatch([journaled(1).event, value])).rejects.toThrow(
      InvalidEventError,
    );
    expect(connector.status().journal.seq).toBe(before);
  });
});

describe("reload", () => {
  it("takes what changed and leaves the rest running", async () => {
    const connector = await stage.start(
      stage.config(["name: in", "name: gone"], ["name: stays", "name: changes", "name: goes"]),
    );
    await (await stage.door("in"))(lines(10), "test");
    await connector.caughtUp();
    const taken = await connector.reload(
      stage.config(
        ["name: in", "name: new"],
        ["name: stays", "name: changes, to: elsewhere", "name: comes"],
      ),
    );
    expect(taken.ok).toBe(true);
    await (await stage.door("new"))(lines(10, 11), "test");
    await connector.caughtUp();
    expect(stage.doors.has("gone")).toBe(false);
    expect(stage.sink("stays")).toMatchObject({ opened: 1, closed: 0 });
    expect(stage.sink("changes")).toMatchObject({ opened: 2, closed: 1 });
    expect(stage.sink("goes").closed).toBe(1);
    expect([...stage.sink("stays").held].sort()).toEqual(ids(20));
    expect([...stage.sink("changes").held].sort()).toEqual(ids(20));
    // A sink with a new name begins with the oldest record.
    expect([...stage.sink("comes").held].sort()).toEqual(ids(20));
    expect(connector.status().sinks.map(({ name, target }) => [name, target])).toEqual([
      ["stays", "nowhere"],
      ["changes", "elsewhere"],
      ["comes", "nowhere"],
    ]);
  });

  it("keeps the configuration before when anything of the new one cannot be used", async () => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    const bad = stage.config(["name: in"], ["name: other", "name: bad, to: missing"]);
    const taken = await connector.reload(bad);
    expect(taken).toMatchObject({ ok: false, diagnostics: [{ code: "F960" }] });
    expect(stage.sink("other")).toMatchObject({ opened: 1, closed: 1 });
    await connector.append(journaled(1).event);
    await connector.caughtUp();
    expect(stage.sink("out").held).toEqual([eventId(1)]);
    expect(connector.status().sinks.map(({ name }) => name)).toEqual(["out"]);
  });

  it("says what needs a restart", async () => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    const next = stage.config(["name: in"], ["name: out"], "data_dir: elsewhere\nstrict: true\n");
    const taken = await connector.reload(next);
    expect(taken.ok).toBe(false);
    expect(taken.diagnostics.map(({ message }) => message.split('"')[1])).toEqual([
      "data_dir",
      "strict",
    ]);
  });

  it("loses nothing while sources and sinks are exchanged under load", async () => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    let sent = 0;
    let stop = false;
    const pour = (async () => {
      while (!stop) {
        await connector.append(journaled(sent + 1).event);
        sent += 1;
      }
    })();
    for (let turn = 0; turn < 6; turn += 1) {
      const taken = await connector.reload(
        stage.config(["name: in"], [`name: out, to: place-${turn}`]),
      );
      expect(taken.ok).toBe(true);
    }
    stop = true;
    await pour;
    await connector.caughtUp();
    expect([...new Set(stage.sink("out").held)].sort()).toEqual(ids(sent));
  });
});

describe("stop", () => {
  it("keeps for the next start what a sink did not take in time", async () => {
    const config = stage.config(["name: in"], ["name: out"]);
    stage.sink("out").answer = () => new Promise(() => {});
    const first = await stage.start(config);
    await first.append(journaled(1).event);
    await first.stop(100);
    stage.sink("out").answer = (batch) => batch.map(() => ({ kind: "delivered" }));
    const second = await stage.start(config);
    await second.caughtUp();
    expect(stage.sink("out").held).toEqual([eventId(1)]);
  });

  it("may be called twice, and refuses events afterwards", async () => {
    const connector = await stage.start(stage.config(["name: in"], ["name: out"]));
    await Promise.all([connector.stop(), connector.stop()]);
    await expect(connector.append(journaled(1).event)).rejects.toThrow(/stop/);
  });
});
