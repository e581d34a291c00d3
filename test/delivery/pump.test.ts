import { describe, expect, it } from "vitest";
import { halvesOf } from "../../src/delivery/shelf.ts";
import { criticalEvent, eventId, journaled } from "../conformance/event.ts";
import { all, delivered, MemoryJournal, rig, ScriptedSink } from "./rig.ts";
import { VirtualClock } from "./virtual-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function ids(count: number, from = 1): readonly string[] {
  return Array.from({ length: count }, (_, index) => eventId(from + index));
}

describe("pump: batches", () => {
  it("delivers everything in order of the journal and remembers how far it came", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, saved } = rig({ clock, delivery: { concurrency: 1 } });
    journal.appendRange(1050);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toEqual(ids(1050));
    await clock.run(2000);
    expect(saved.at(-1)).toMatchObject({ seq: 1050, hash: journal.committed.hash });
    expect(pump.status()).toMatchObject({ state: "idle", lagRecords: 0, lagMs: 0, inFlight: 0 });
  });

  it("lets a lone event leave within its age", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock, delivery: { batch_age: 1000 } });
    pump.start();
    await clock.run(MINUTE);
    journal.appendRange(1);
    await clock.run(999);
    expect(sink.attempts).toHaveLength(0);
    await clock.run(1);
    expect(sink.taken).toEqual(ids(1));
  });

  it("does not let a trickle put a batch off", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock, delivery: { batch_age: 1000 } });
    pump.start();
    await clock.run(10);
    for (let n = 1; n <= 30; n += 1) {
      journal.appendRange(1, n);
      await clock.run(100);
    }
    expect(sink.attempts[0]?.at).toBeLessThanOrEqual(1200);
  });

  it("cuts batches by count, by bytes and by span", async () => {
    const clock = new VirtualClock();
    for (const limits of [{ recordsMax: 7 }, { bytesMax: 5000 }, { spanMsMax: 4000 }]) {
      const sink = new ScriptedSink(clock, limits);
      const { pump, journal } = rig({ clock, sink });
      journal.appendRange(100);
      pump.start();
      expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
      const most = Math.max(...sink.attempts.map((one) => one.ids.length));
      expect(most).toBeLessThan(12);
      expect(most).toBeGreaterThan(3);
      await pump.stop(0);
    }
  });

  it("sends a record that is over the limit alone, and buries it when the product refuses its size", async () => {
    const clock = new VirtualClock();
    const sink = new ScriptedSink(clock, { bytesMax: 5000 });
    const { pump, journal, letters } = rig({ clock, sink });
    const huge = journaled(2, { details: { note: "x".repeat(9000) } } as never).event;
    sink.answer = (batch) =>
      batch.map((one) =>
        one.bytes > 5000 ? { kind: "split", reason: "413 too large" } : { kind: "delivered" },
      );
    journal.append(journaled(1).event, huge, journaled(3).event);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(letters).toMatchObject([{ event_id: eventId(2), reason: "413 too large" }]);
    expect([...sink.taken].sort()).toEqual([eventId(1), eventId(3)]);
  });

  it("holds no more than its buffer, whatever the backlog", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock, delivery: { buffer_size: 100_000 } });
    sink.answer = all({ kind: "retry", reason: "503" });
    journal.appendRange(20_000);
    pump.start();
    await clock.run(MINUTE);
    expect(journal.reads).toBeLessThan(6000);
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, HOUR)).toBe(true);
    expect(new Set(sink.taken).size).toBe(20_000);
  });

  it("splits what is too large and then stays below", async () => {
    const clock = new VirtualClock();
    const sink = new ScriptedSink(clock, { recordsMax: 10_000 });
    const { pump, journal } = rig({ clock, sink });
    sink.answer = (batch) => {
      const bytes = batch.reduce((sum, one) => sum + one.bytes, 0);
      return bytes > 100_000 ? all({ kind: "split", reason: "413" })(batch) : delivered(batch);
    };
    journal.appendRange(10_000);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(new Set(sink.taken).size).toBe(10_000);
    expect(pump.status().counts.retried).toBeLessThan(15_000);
  });

  it("halves keep every record", () => {
    for (const length of [2, 3, 9]) {
      const batch = Array.from({ length }, (_, n) => n) as never;
      const halves = halvesOf({ batch, failures: 1, strikes: 2, notBefore: 0, successesAt: 0 });
      expect(halves.flatMap((half) => half.batch)).toEqual(batch);
    }
  });
});

describe("pump: patience", () => {
  it("outlives an outage of three days and spreads its attempts", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, notices } = rig({ clock, delivery: { priority: false } });
    sink.answer = all({ kind: "retry", reason: "503 service unavailable" });
    journal.appendRange(500);
    pump.start();
    await clock.run(72 * HOUR);
    expect(sink.taken).toEqual([]);
    const times = sink.attempts.map((one) => one.at);
    // Full jitter below a minute: about 30 s apart on average once the backoff has grown.
    expect(times.length).toBeGreaterThan(72 * 60);
    expect(times.length).toBeLessThan(72 * 60 * 5);
    const pauses = times.slice(20).map((at, index) => at - (times[index + 19] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60_001);
    expect(new Set(pauses.map(Math.round)).size).toBeGreaterThan(100);
    expect(pump.status()).toMatchObject({ state: "retrying" });
    expect(notices.filter((one) => one.kind === "failing")).toHaveLength(1);
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, 2 * MINUTE)).toBe(true);
    expect([...new Set(sink.taken)].sort()).toEqual(ids(500));
    expect(notices.at(-1)).toEqual({ kind: "recovered" });
  });

  it("waits at least as long as the product asks", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    sink.answer = all({ kind: "retry", reason: "429", afterMs: 20_000 });
    journal.appendRange(10);
    pump.start();
    await clock.run(5 * MINUTE);
    const pauses = sink.attempts
      .slice(1)
      .map(({ at }, index) => at - (sink.attempts[index]?.at ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(20_000);
  });

  it("probes with one attempt at a time after a failure, and grows again with success", async () => {
    const clock = new VirtualClock();
    const sink = new ScriptedSink(clock, { recordsMax: 10 });
    const { pump, journal } = rig({ clock, sink, delivery: { concurrency: 8 } });
    let up = false;
    sink.answer = async (batch) => {
      await new Promise<void>((resolve) => clock.after(100, resolve));
      return up ? delivered(batch) : all({ kind: "retry", reason: "503" })(batch);
    };
    journal.appendRange(4000);
    pump.start();
    await clock.run(5000);
    sink.inFlightMost = 0;
    await clock.run(10 * MINUTE);
    expect(sink.inFlightMost).toBe(1);
    up = true;
    expect(await clock.runUntil(() => pump.lagRecords === 0, HOUR)).toBe(true);
    expect(sink.inFlightMost).toBe(8);
  });

  it("is held until somebody acts, says what to do, and goes on by itself", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, notices } = rig({ clock });
    const hold = { kind: "hold", reason: "401", instruction: "Renew the token." } as const;
    sink.answer = all(hold);
    journal.appendRange(300);
    pump.start();
    await clock.run(10 * MINUTE);
    expect(pump.status()).toMatchObject({
      state: "held",
      lastError: { reason: "401", instruction: "Renew the token." },
    });
    expect(sink.attempts.length).toBeGreaterThan(18);
    expect(sink.attempts.length).toBeLessThan(45);
    expect(notices.filter((one) => one.kind === "held")).toHaveLength(1);
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(pump.status().state).toBe("idle");
  });

  it("does not let one sink's clock be fooled by the machine's", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    sink.answer = all({ kind: "retry", reason: "503" });
    journal.appendRange(10);
    pump.start();
    await clock.run(MINUTE);
    clock.offset += 365 * 24 * HOUR;
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, 2 * MINUTE)).toBe(true);
    clock.offset -= 2 * 365 * 24 * HOUR;
    journal.appendRange(10, 11);
    expect(await clock.runUntil(() => pump.lagRecords === 0, 2 * MINUTE)).toBe(true);
  });
});

describe("pump: outcomes of records", () => {
  it("sends again only what was left", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    let first = true;
    sink.answer = (batch) => {
      if (!first) return delivered(batch);
      first = false;
      return batch.map((_, index) =>
        index % 3 === 0 ? { kind: "retry", reason: "429 for the item" } : { kind: "delivered" },
      );
    };
    journal.appendRange(30);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toHaveLength(30);
    expect(sink.attempts.flatMap((one) => one.ids)).toHaveLength(40);
  });

  it("moves the cursor only over what has settled, whatever the order", async () => {
    const clock = new VirtualClock();
    const sink = new ScriptedSink(clock, { recordsMax: 10 });
    const { pump, journal, saved } = rig({ clock, sink });
    sink.answer = (batch) =>
      batch.some((one) => one.event_id === eventId(15))
        ? all({ kind: "retry", reason: "not now" })(batch)
        : delivered(batch);
    journal.appendRange(100);
    pump.start();
    await clock.run(2500);
    expect(sink.taken.length).toBeGreaterThanOrEqual(90);
    for (const { seq } of saved) expect(seq).toBeLessThan(15);
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, 2 * MINUTE)).toBe(true);
  });

  it("buries a record with its reason before it passes over it", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, letters, disk, notices, saved } = rig({ clock });
    disk.lettersFail = true;
    sink.answer = (batch) =>
      batch.map((one) =>
        one.event_id === eventId(5)
          ? { kind: "quarantine", reason: "mapper_parsing_exception" }
          : { kind: "delivered" },
      );
    journal.appendRange(10);
    pump.start();
    await clock.run(10_000);
    expect(saved.at(-1)?.seq ?? -1).toBeLessThan(5);
    expect(notices.some((one) => one.kind === "disk")).toBe(true);
    disk.lettersFail = false;
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(letters).toMatchObject([
      { seq: 5, event_id: eventId(5), reason: "mapper_parsing_exception" },
    ]);
    expect(letters[0]?.event).toEqual(journaled(5).event);
  });

  it("finds the one record that a product cannot stand, while the others pass", async () => {
    const clock = new VirtualClock();
    const sink = new ScriptedSink(clock, { recordsMax: 64 });
    const { pump, journal, letters } = rig({ clock, sink });
    const poison = eventId(777);
    sink.answer = (batch) =>
      batch.some((one) => one.event_id === poison)
        ? all({ kind: "retry", reason: "500 internal error" })(batch)
        : delivered(batch);
    const feedSlowly = async (): Promise<void> => {
      // Others must keep getting through, or nobody can tell a poisonous record from an outage.
      for (let n = 0; n < 200 && letters.length === 0; n += 1) {
        journal.appendRange(20, 1001 + n * 20);
        await clock.run(5000);
      }
    };
    journal.appendRange(1000);
    pump.start();
    await feedSlowly();
    expect(letters).toMatchObject([{ event_id: poison }]);
    expect(letters[0]?.reason).toContain("500 internal error");
    expect(await clock.runUntil(() => pump.lagRecords === 0, HOUR)).toBe(true);
  });

  it("does not let a product refuse the whole journal", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, letters } = rig({
      clock,
      delivery: { dead_letters_in_a_row: 250, concurrency: 1 },
    });
    sink.answer = all({ kind: "quarantine", reason: "no column named event_id" });
    journal.appendRange(5000);
    pump.start();
    await clock.run(HOUR);
    expect(letters).toHaveLength(300);
    expect(pump.status()).toMatchObject({ state: "held" });
    expect(pump.status().lastError?.reason).toContain("no column named event_id");
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toHaveLength(4700);
  });

  it("never calls a record poisonous while nothing gets through", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, letters } = rig({
      clock,
      delivery: { attempts_alone: 1, priority: false },
    });
    sink.answer = all({ kind: "retry", reason: "500" });
    journal.appendRange(1);
    pump.start();
    await clock.run(24 * HOUR);
    expect(letters).toEqual([]);
    expect(sink.attempts.length).toBeGreaterThan(1000);
  });

  it.each([
    ["too few outcomes", (batch: readonly unknown[]) => delivered(batch.slice(1) as never)],
    ["too many outcomes", (batch: readonly unknown[]) => delivered([...batch, batch[0]] as never)],
    [
      "an exception",
      () => {
        throw new Error("defect");
      },
    ],
  ])("takes %s of a sink as unknown", async (_, answer) => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    sink.answer = answer;
    journal.appendRange(5);
    pump.start();
    await clock.run(10_000);
    expect(pump.lagRecords).toBeGreaterThan(0);
    sink.answer = delivered;
    expect(await clock.runUntil(() => pump.lagRecords === 0, 2 * MINUTE)).toBe(true);
  });

  it("buries what has no form, and what an encoder stumbles over", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, letters } = rig({ clock });
    sink.unencodable = (event) => {
      if (event.event_id === eventId(2)) return "larger than the product takes";
      if (event.event_id === eventId(3)) throw new Error("defect");
      return undefined;
    };
    journal.appendRange(4);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(letters.map((one) => one.event_id)).toEqual([eventId(2), eventId(3)]);
    expect(sink.taken).toEqual([eventId(1), eventId(4)]);
  });

  it("counts duplicates and what the product set aside, and tells of the latter", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, notices } = rig({ clock });
    sink.answer = (batch) =>
      batch.map((one) =>
        one.event_id === eventId(1)
          ? { kind: "delivered", duplicate: true }
          : { kind: "delivered", setAside: "failure store" },
      );
    journal.appendRange(2);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(pump.status().counts).toMatchObject({ delivered: 2, duplicates: 1, setAside: 1 });
    expect(notices).toContainEqual({
      kind: "setAside",
      event_id: eventId(2),
      reason: "failure store",
    });
  });

  it("passes over what its filter leaves out", async () => {
    const clock = new VirtualClock();
    const matches = ({ event_id }: { event_id: string }): boolean => event_id === eventId(2);
    const { pump, journal, sink } = rig({ clock, matches });
    journal.appendRange(5);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toEqual([eventId(2)]);
    expect(pump.status().counts.filtered).toBe(4);
  });

  it("tells of records that cannot be read and goes on behind them", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, notices } = rig({ clock });
    journal.appendRange(10);
    journal.damaged.add(4);
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toHaveLength(9);
    expect(pump.status().counts.unreadable).toBe(1);
    expect(notices.some((one) => one.kind === "unreadable")).toBe(true);
  });
});

describe("pump: priority", () => {
  it("lets a fresh critical event pass a backlog, once", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, saved } = rig({ clock, delivery: { concurrency: 1 } });
    sink.answer = async (batch) => {
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      return delivered(batch);
    };
    journal.appendRange(50_000);
    pump.start();
    await clock.run(5000);
    journal.append(criticalEvent(60_000).event);
    const before = sink.taken.length;
    expect(await clock.runUntil(() => sink.taken.includes(eventId(60_000)), MINUTE)).toBe(true);
    expect(sink.taken.length - before).toBeLessThan(1000);
    await clock.run(2000);
    // It is remembered as settled beyond the cursor, so that a restart does not send it again.
    expect(saved.at(-1)?.aheadRanges).toEqual([[50_001, 50_001]]);
    expect(await clock.runUntil(() => pump.lagRecords === 0, HOUR)).toBe(true);
    expect(sink.taken.filter((id) => id === eventId(60_000))).toHaveLength(1);
    expect(pump.position.aheadRanges).toEqual([]);
  });

  it("lets a critical event leave within a fifth of a second when nothing waits", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    pump.start();
    await clock.run(1);
    journal.append(criticalEvent(1).event);
    await clock.run(175);
    expect(sink.taken).toEqual([eventId(1)]);
  });

  it("does not send again after a restart what it sent before its turn", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal();
    journal.appendRange(10);
    journal.append(criticalEvent(11).event);
    const { hash } = journal.records[0] ?? { hash: "" };
    const { pump, sink } = rig({
      clock,
      journal,
      start: { seq: 0, hash, aheadRanges: [[11, 11]] },
    });
    pump.start();
    expect(await clock.runUntil(() => pump.lagRecords === 0, MINUTE)).toBe(true);
    expect(sink.taken).toEqual(ids(10));
  });
});

describe("pump: the end", () => {
  it("delivers what is left within its grace", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, saved } = rig({ clock, delivery: { batch_age: 60_000 } });
    journal.appendRange(50);
    pump.start();
    await clock.run(10);
    let stopped = false;
    const done = pump.stop(10_000).then(() => {
      stopped = true;
    });
    expect(await clock.runUntil(() => stopped, 10_000)).toBe(true);
    await done;
    expect(sink.taken).toHaveLength(50);
    expect(saved.at(-1)?.seq).toBe(50);
    expect(pump.status().state).toBe("stopped");
  });

  it("ends after its grace whatever the sink does, and keeps the rest for the next start", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink, saved } = rig({ clock });
    sink.answer = () => new Promise(() => {});
    journal.appendRange(1_000);
    pump.start();
    await clock.run(5000);
    let stopped = false;
    const done = pump.stop(10_000).then(() => {
      stopped = true;
    });
    expect(await clock.runUntil(() => stopped, 16_000)).toBe(true);
    await done;
    expect(saved.at(-1)?.seq ?? -1).toBeLessThan(1);
  });

  it("does not wait for a sink that is held", async () => {
    const clock = new VirtualClock();
    const { pump, journal, sink } = rig({ clock });
    sink.answer = all({ kind: "hold", reason: "403", instruction: "Grant the role." });
    journal.appendRange(10);
    pump.start();
    await clock.run(5000);
    let stopped = false;
    const done = pump.stop(HOUR).then(() => {
      stopped = true;
    });
    expect(await clock.runUntil(() => stopped, 1000)).toBe(true);
    await done;
  });

  it("keeps a cursor that could not be written until it can", async () => {
    const clock = new VirtualClock();
    const { pump, journal, saved, disk, notices } = rig({ clock });
    disk.cursorFails = true;
    journal.appendRange(10);
    pump.start();
    await clock.run(5000);
    expect(saved).toEqual([]);
    expect(notices.some((one) => one.kind === "disk")).toBe(true);
    disk.cursorFails = false;
    await clock.run(2000);
    expect(saved.at(-1)?.seq).toBe(10);
  });
});
