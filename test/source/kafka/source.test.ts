import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  portions,
  toSourceRecord,
} from "../../../src/source/kafka/record.ts";
import { createKafkaSource, retryDelayMs } from "../../../src/source/kafka/source.ts";
import { LINE_BYTES_MAX } from "../../../src/source/lines.ts";
import type { Emit, SourceRecord } from "../../../src/source/source.ts";
import { FakeGroup, TOPIC } from "./fake-group.ts";

interface Run {
  readonly records: SourceRecord[];
  readonly warnings: string[];
  readonly pauses: number[];
  readonly stop: () => Promise<void>;
  readonly ended: Promise<void>;
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 1000) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function run(group: FakeGroup, emit?: Emit, ready: () => boolean = () => true): Run {
  const records: SourceRecord[] = [];
  const warnings: string[] = [];
  const pauses: number[] = [];
  const stop = new AbortController();
  const source = createKafkaSource(
    {
      name: "events",
      random: (bytes) => new Uint8Array(bytes),
      ready,
      warn: (message) => warnings.push(message),
    },
    group.open,
    async (ms, signal) => {
      pauses.push(ms);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  );
  const taking: Emit = async (batch, origin) => {
    const emitted = await emit?.(batch, origin);
    records.push(...batch);
    return emitted ?? { accepted: batch.length, rejected: [] };
  };
  const ended = source.start(taking, stop.signal);
  return {
    records,
    warnings,
    pauses,
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

function textsOf({ records }: Run): readonly string[] {
  return records.map(({ text, problem }) => text ?? problem?.code ?? "");
}

describe("Kafka source", () => {
  it("commits after the hand-over, never ahead of it, and leaves the group", async () => {
    const group = new FakeGroup(1);
    group.append(0, ...Array.from({ length: 35 }, (_, n) => `${n}`));
    let durable = 0;
    const running = run(group, async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      durable += batch.length;
      return { accepted: batch.length, rejected: [] };
    });
    await until(() => {
      const committed = Number(group.committed.get(0) ?? 0n);
      expect(committed).toBeLessThanOrEqual(durable);
      return committed === 35;
    });
    await running.stop();
    expect(textsOf(running)).toEqual(Array.from({ length: 35 }, (_, n) => `${n}`));
    expect(running.records.map(({ position }) => position)).toEqual(
      Array.from({ length: 35 }, (_, n) => n),
    );
    expect(group.leaves).toBe(1);
  });

  it("asks for nothing more while a hand-over waits", async () => {
    const group = new FakeGroup(1);
    group.append(0, ...Array.from({ length: 100 }, (_, n) => `${n}`));
    const { promise: free, resolve } = Promise.withResolvers<void>();
    const running = run(group, async (batch) => {
      await free;
      return { accepted: batch.length, rejected: [] };
    });
    await new Promise((later) => setTimeout(later, 40));
    expect(group.fetches).toBe(1);
    resolve();
    await until(() => group.committed.get(0) === 100n);
    await running.stop();
  });

  it("asks for nothing while the connector is not ready", async () => {
    const group = new FakeGroup(1);
    group.append(0, "1");
    let isReady = false;
    const running = run(group, undefined, () => isReady);
    await new Promise((later) => setTimeout(later, 20));
    expect([group.joins, group.fetches]).toEqual([1, 0]);
    isReady = true;
    await until(() => running.records.length === 1);
    await running.stop();
  });

  it("settles what was handed over when it stops in the middle", async () => {
    const group = new FakeGroup(1);
    group.append(0, "1", "2");
    const { promise: free, resolve } = Promise.withResolvers<void>();
    const running = run(group, async (batch) => {
      await free;
      return { accepted: batch.length, rejected: [] };
    });
    await until(() => group.fetches === 1);
    await new Promise((later) => setTimeout(later, 5));
    const stopped = running.stop();
    resolve();
    await stopped;
    expect(group.committed.get(0)).toBe(2n);
    expect(group.leaves).toBe(1);
  });

  it("commits nothing of what the journal did not take", async () => {
    const group = new FakeGroup(2);
    group.append(0, "taken");
    group.append(1, "not taken");
    const running = run(group, async (batch, origin) => {
      if (origin.endsWith("[1]")) throw new Error("the journal is closed");
      return { accepted: batch.length, rejected: [] };
    });
    await expect(running.ended).rejects.toThrow("the journal is closed");
    expect([...group.committed]).toEqual([[0, 1n]]);
    expect(group.leaves).toBe(1);
  });

  it("looks up its positions again after a rebalancing, and skips nothing", async () => {
    const group = new FakeGroup(2);
    group.append(0, "a0", "a1");
    group.append(1, "b0", "b1");
    let rebalanced = false;
    group.whileFetching = () => {
      if (rebalanced) return;
      rebalanced = true;
      // Another member took partition 0, read one message of it and gave it back.
      group.generation = 2;
      group.committed.set(0, 1n);
    };
    const running = run(group);
    await until(() => group.committed.get(0) === 2n && group.committed.get(1) === 2n);
    await running.stop();
    expect([...textsOf(running)].sort()).toEqual(["a1", "b0", "b1"]);
  });

  it("commits what it is handing over before partitions are given anew, and begins nothing", async () => {
    const group = new FakeGroup(1);
    group.append(0, ...Array.from({ length: 30 }, (_, n) => `${n}`));
    const { promise: free, resolve } = Promise.withResolvers<void>();
    const running = run(group, async (batch) => {
      await free;
      return { accepted: batch.length, rejected: [] };
    });
    await until(() => group.fetches === 1);
    await new Promise((later) => setTimeout(later, 5));
    const settled = group.settle();
    resolve();
    await settled;
    expect(group.committed.get(0)).toBe(10n);
    await new Promise((later) => setTimeout(later, 10));
    expect(group.fetches).toBe(1);
    // Another member reads on while this one has nothing, and gives the partition back.
    group.committed.set(0, 20n);
    group.generation += 1;
    await until(() => group.committed.get(0) === 30n);
    await running.stop();
    expect(textsOf(running)).toEqual(
      Array.from({ length: 30 }, (_, n) => `${n}`).filter((_, n) => n < 10 || n >= 20),
    );
  });

  it("does not speak for a partition that it lost while it handed over", async () => {
    const group = new FakeGroup(2);
    group.append(0, "a0");
    group.append(1, "b0");
    const running = run(group, async (batch) => {
      group.generation = 2;
      group.assigned = [1];
      return { accepted: batch.length, rejected: [] };
    });
    await until(() => group.committed.has(1));
    await running.stop();
    expect(group.committed.has(0)).toBe(false);
  });

  it("hands over what is no event as a problem", async () => {
    const group = new FakeGroup(1);
    group.append(
      0,
      "1",
      null,
      new Uint8Array([0xff, 0xfe]),
      new Uint8Array(LINE_BYTES_MAX + 1),
      "",
    );
    group.append(0, "6");
    const running = run(group);
    await until(() => group.committed.get(0) === 6n);
    await running.stop();
    expect(textsOf(running)).toEqual(["1", "S741", "S742", "S743", "S741", "6"]);
    expect(running.records[1]?.problem?.span).toEqual({
      file: `kafka ${TOPIC}[0]`,
      line: 1,
      column: 1,
      length: 1,
    });
    for (const code of ["S741", "S742", "S743", "S744", "S745"])
      expect(readFileSync(`test/fixtures/diagnostic/${code}.txt`, "utf8")).not.toBe("");
  });

  it("says durably what retention deleted, once, and goes on", async () => {
    const group = new FakeGroup(1);
    group.append(0, ...Array.from({ length: 103 }, (_, n) => `${n}`));
    group.committed.set(0, 40n);
    group.starts[0] = 100n;
    const running = run(group);
    await until(() => group.committed.get(0) === 103n);
    await running.stop();
    expect(textsOf(running)).toEqual(["S744", "100", "101", "102"]);
    expect(running.records[0]?.problem?.message).toBe(
      "Offsets 40 to 99 were deleted before they were read",
    );
    expect(running.warnings).toEqual([
      expect.stringContaining("Offsets 40 to 99 were deleted before they were read"),
    ]);
  });

  it("begins again where a topic was created anew", async () => {
    const group = new FakeGroup(1);
    group.append(0, ...Array.from({ length: 7 }, (_, n) => `${n}`));
    group.committed.set(0, 500n);
    const running = run(group);
    await until(() => group.committed.get(0) === 7n);
    await running.stop();
    expect(textsOf(running)).toEqual(["S745", "0", "1", "2", "3", "4", "5", "6"]);
  });

  it("keeps trying with growing delays, warns with what to do, and starts afresh", async () => {
    const group = new FakeGroup(1);
    group.append(0, "1");
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const denied = Object.assign(new Error("denied"), { apiId: "GROUP_AUTHORIZATION_FAILED" });
    group.failures = [refused, refused, refused, denied];
    const running = run(group);
    await until(() => group.committed.get(0) === 1n);
    await running.stop();
    expect(running.pauses.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(running.warnings[0]).toBe(
      "events: the broker cannot be reached: ECONNREFUSED (next attempt in 250 ms)",
    );
    expect(running.warnings[3]).toBe(
      "events: the broker answered GROUP_AUTHORIZATION_FAILED. Allow this user the operation Read on the consumer group. (next attempt in 2000 ms)",
    );
  });

  it("reads again after a failed commit", async () => {
    const group = new FakeGroup(1);
    group.append(0, "1", "2");
    // One call of fetch succeeds, then the commit fails.
    let isFirst = true;
    const running = run(group, async (batch) => {
      if (isFirst) group.failures = [Object.assign(new Error(""), { apiId: "ILLEGAL_GENERATION" })];
      isFirst = false;
      return { accepted: batch.length, rejected: [] };
    });
    await until(() => group.committed.get(0) === 2n);
    await running.stop();
    expect(textsOf(running)).toEqual(["1", "2", "1", "2"]);
    expect(group.joins).toBe(2);
  });

  it("loses nothing whatever breaks in between", async () => {
    const step = fc.constantFrom("fail", "rebalance", "none", "none");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const group = new FakeGroup(3);
        const sent = Array.from({ length: 90 }, (_, n) => `${n}`);
        for (const [n, value] of sent.entries()) group.append(n % 3, value);
        const plan = [...steps];
        group.whileFetching = () => {
          const next = plan.shift();
          if (next === "rebalance") {
            group.generation += 1;
            group.assigned = group.generation % 2 === 0 ? [0, 2] : [0, 1, 2];
          }
          if (next === "fail")
            group.failures.push(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
          if (plan.length === 0) group.assigned = [0, 1, 2];
        };
        const running = run(group, async (batch) => {
          await new Promise((resolve) => setImmediate(resolve));
          return { accepted: batch.length, rejected: [] };
        });
        await until(() => {
          // The last rebalancing may have been planned away: give all partitions back.
          if (plan.length === 0 && group.assigned.length < 3) group.assigned = [0, 1, 2];
          if (plan.length === 0 && group.generation % 2 === 0) group.generation += 1;
          return [0, 1, 2].every((partition) => group.committed.get(partition) === 30n);
        });
        await running.stop();
        expect(new Set(textsOf(running))).toEqual(new Set(sent));
      }),
      { numRuns: 25, verbose: 1 },
    );
  });
});

describe("portions of messages", () => {
  it("are bounded, in order and complete", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 0, max: 2500 }), (large, small) => {
        const values = [...large, ...Array.from({ length: small }, () => 3)];
        const messages = values.map((length, n) => ({
          offset: BigInt(n),
          value: { length } as unknown as Uint8Array,
        }));
        const all = [...portions(messages)];
        expect(all.flat()).toEqual(messages);
        for (const portion of all) {
          expect(portion.length).toBeLessThanOrEqual(BATCH_RECORDS_MAX);
          const bytes = portion.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          expect(portion.length === 1 || bytes <= BATCH_BYTES_MAX).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("keep bytes as they are", () => {
    const text = '{"a":"ü😀\\u0000"}';
    const bytes = Buffer.from(`x${text}x`).subarray(1, -1);
    expect(toSourceRecord({ offset: 5n, value: bytes }, "kafka t[0]")).toEqual({
      position: 5,
      text,
    });
  });
});

describe("the delay before another attempt", () => {
  it("grows, is jittered and bounded", () => {
    const delays = (byte: number): readonly number[] =>
      [0, 1, 2, 5, 8, 100].map((failures) => retryDelayMs(failures, () => new Uint8Array([byte])));
    expect(delays(0)).toEqual([250, 500, 1000, 8000, 15_000, 15_000]);
    expect(delays(255)).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  });
});
