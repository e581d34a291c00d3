/**
 * What every source has to do, whatever it reads from: hand over all records in order, tell its origin
 * nothing before `emit` has resolved, stop when told to, and get again what was never acknowledged.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  Checkpoints,
  Emit,
  Source,
  SourceRecord,
  SourceTools,
} from "../../src/source/source.ts";
import { journaled } from "./event.ts";

/** The input of a source, and what its origin has been told. It outlives instances of the source. */
export interface SourceWorld {
  /** An instance over the input, as at a start of the connector. */
  readonly open: (tools: SourceTools) => Promise<Source>;
  /** Puts lines into the input, without waiting for what becomes of them. */
  readonly put: (lines: readonly Uint8Array[]) => void | Promise<void>;
  /**
   * How many of the lines the origin holds for taken: answered, committed, or passed by the checkpoint,
   * whose durable state is given. Left out where the transport acknowledges nothing.
   */
  readonly acknowledged?: (checkpoint: string | undefined) => number | Promise<number>;
  /** Ends the input, where it can end. */
  readonly end?: () => void | Promise<void>;
  /** Lets an origin that sends again do so; called after a restart. Sources that read again need none. */
  readonly sendAgain?: () => void | Promise<void>;
  /** Bytes that were put in and that nobody has taken from the origin, where it can tell. */
  readonly unread?: () => number;
  readonly close: () => Promise<void>;
}

export interface SourceSubject {
  readonly name: string;
  readonly create: () => Promise<SourceWorld>;
  /** Whether what was not acknowledged comes again after a restart. */
  readonly replays: boolean;
  /** The input can end, and the source with it. */
  readonly ends?: true;
  /** Most bytes of records that may wait in the source and in `emit`; 8 MiB when absent. */
  readonly waitingBytesMax?: number;
}

/** A record as a test sees it: its text, or the code of its problem. */
export interface Taken {
  readonly what: string;
  readonly position: number;
  readonly origin: string;
  readonly record: SourceRecord;
}

/** An `emit` that waits and fails on request. */
export class Taker {
  /** Handed over, durable or not. */
  readonly offered: Taken[] = [];
  /** Durable. */
  readonly taken: Taken[] = [];
  offeredBytes = 0;
  #gate: { readonly promise: Promise<void>; readonly open: () => void } | undefined;
  #failure: Error | undefined;

  /** Makes `emit` wait until `release`. */
  hold(): void {
    if (this.#gate !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = { promise, open: resolve };
  }

  release(): void {
    this.#gate?.open();
    this.#gate = undefined;
  }

  /** Makes every `emit` reject from now on, those that wait included. */
  fail(): void {
    this.#failure = new Error("the connector stops");
    this.release();
  }

  readonly emit: Emit = async (records, origin) => {
    const seen = records.map((record) => ({
      what: record.text ?? record.problem.code,
      position: record.position,
      origin,
      record,
    }));
    this.offered.push(...seen);
    for (const { what } of seen) this.offeredBytes += what.length;
    await this.#gate?.promise;
    if (this.#failure !== undefined) throw this.#failure;
    this.taken.push(...seen);
    const rejected = seen.flatMap(({ record }, index) =>
      record.problem === undefined ? [] : [{ index, diagnostics: [record.problem] }],
    );
    return { accepted: seen.length - rejected.length, rejected };
  };
}

/** Checkpoints that forget nothing and survive a restart of the source. */
export class MemoryCheckpoints implements Checkpoints {
  state: string | undefined;
  saves = 0;
  readonly load = async (): Promise<string | undefined> => this.state;
  readonly save = async (state: string): Promise<void> => {
    // A save takes a moment on a device too.
    await new Promise((resolve) => setImmediate(resolve));
    this.state = state;
    this.saves += 1;
  };
}

/** What a source may use, for a test. Warnings are kept. */
export function sourceTools(
  changes: Partial<SourceTools> = {},
): SourceTools & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    name: "test",
    now: () => Date.now(),
    random: (bytes) => new Uint8Array(bytes).fill(7),
    readSecret: (reference) => {
      throw new Error(`the test has no secret ${JSON.stringify(reference)}`);
    },
    checkpoints: new MemoryCheckpoints(),
    warn: (message) => warnings.push(message),
    ready: () => true,
    ...changes,
    warnings,
  };
}

/** Waits until something is so; fails after five seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  throw new Error(`never: ${what}`);
}

/** The n-th event as a line, without its end. */
export function lineOf(n: number): string {
  return JSON.stringify(journaled(n).event);
}

export function linesOf(count: number, from = 1): readonly string[] {
  return Array.from({ length: count }, (_, index) => lineOf(from + index));
}

function bytesOf(lines: readonly string[]): readonly Uint8Array[] {
  return lines.map((line) => Buffer.from(line));
}

function textsOf(records: readonly Taken[]): readonly string[] {
  return records.map(({ what }) => what);
}

/** A source that runs, with what stops it. */
interface Running {
  readonly source: Source;
  /** Rejects as `start` does. */
  readonly done: Promise<void>;
  /** Whether `start` has settled. */
  readonly settled: () => boolean;
  readonly stop: () => void;
}

async function run(
  world: SourceWorld,
  taker: Taker,
  checkpoints: MemoryCheckpoints,
  stop: AbortController = new AbortController(),
): Promise<Running> {
  const source = await world.open(sourceTools({ checkpoints }));
  let settled = false;
  const done = source.start(taker.emit, stop.signal).finally(() => {
    settled = true;
  });
  // A test that expects a failure awaits `done` itself; until then nobody must be alarmed.
  done.catch(() => {});
  const listens = () => settled || source.address === undefined || source.address() !== undefined;
  await until("the source listens", listens);
  return { source, done, settled: () => settled, stop: () => stop.abort() };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the suite for a source. */
export function describeSource(subject: SourceSubject): void {
  describe(`source: ${subject.name}`, () => {
    let world: SourceWorld;
    let taker: Taker;
    let checkpoints: MemoryCheckpoints;
    let running: Running | undefined;

    beforeEach(async () => {
      world = await subject.create();
      taker = new Taker();
      checkpoints = new MemoryCheckpoints();
    });

    afterEach(async () => {
      taker.fail();
      running?.stop();
      await running?.done.catch(() => {});
      running = undefined;
      await world.close();
    });

    const acknowledged = async (): Promise<number> =>
      (await world.acknowledged?.(checkpoints.state)) ?? 0;

    it("hands over every record once, in order, with where it came from", async () => {
      running = await run(world, taker, checkpoints);
      for (let from = 1; from <= 81; from += 20) await world.put(bytesOf(linesOf(20, from)));
      await until("100 records", () => taker.taken.length >= 100);
      expect(textsOf(taker.taken)).toEqual(linesOf(100));
      for (const [index, { position, origin }] of taker.taken.entries()) {
        expect(origin).not.toBe("");
        const before = taker.taken[index - 1];
        if (before?.origin === origin && before.position >= position)
          // Every request or batch may count anew, but then from its start.
          expect(position).toBeLessThanOrEqual(1);
      }
    });

    it("hands over a record that comes alone, without waiting for others", async () => {
      running = await run(world, taker, checkpoints);
      for (const n of [1, 2, 3]) {
        await world.put(bytesOf([lineOf(n)]));
        await until(`record ${n}`, () => taker.taken.length === n);
      }
    });

    if (subject.replays)
      it("tells its origin nothing before the records are durable", async () => {
        taker.hold();
        running = await run(world, taker, checkpoints);
        await world.put(bytesOf(linesOf(10)));
        await until("records are handed over", () => taker.offered.length > 0);
        await pause(60);
        expect(await acknowledged()).toBe(0);
        taker.release();
        await until("records are acknowledged", async () => (await acknowledged()) === 10);
        expect(textsOf(taker.taken)).toEqual(linesOf(10));
      });

    it("stops when it is told to, without input", async () => {
      running = await run(world, taker, checkpoints);
      running.stop();
      await running.done;
      expect(taker.offered).toEqual([]);
    });

    it("does nothing when it was told to stop before it began", async () => {
      const stop = new AbortController();
      stop.abort();
      running = await run(world, taker, checkpoints, stop);
      await running.done;
      expect(taker.offered).toEqual([]);
    });

    it("settles what was handed over before it stops", async () => {
      taker.hold();
      running = await run(world, taker, checkpoints);
      await world.put(bytesOf(linesOf(10)));
      await until("records are handed over", () => taker.offered.length > 0);
      running.stop();
      await pause(40);
      expect(running.settled()).toBe(false);
      taker.release();
      await running.done;
      expect(taker.taken.length).toBe(taker.offered.length);
      if (world.acknowledged !== undefined)
        await until("all taken is acknowledged", async () => {
          return (await acknowledged()) === taker.taken.length;
        });
    });

    if (subject.replays) describeRestart();

    it("keeps what waits bounded while nothing can be written", async () => {
      const lines = linesOf(20_000);
      taker.hold();
      running = await run(world, taker, checkpoints);
      await world.put(bytesOf(lines));
      await until("records are handed over", () => taker.offered.length > 0);
      for (let before = -1; before !== taker.offered.length; await pause(50))
        before = taker.offered.length;
      expect(taker.offeredBytes).toBeLessThan(subject.waitingBytesMax ?? 8 * 1_048_576);
      expect(taker.offered.length).toBeLessThan(lines.length);
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      expect(world.unread?.() ?? bytes).toBeGreaterThan(bytes / 2);
      taker.release();
      await until("all records", () => taker.taken.length >= lines.length);
      expect(textsOf(taker.taken)).toEqual(lines);
    });

    it("reports bytes that are no text at their place, and goes on", async () => {
      running = await run(world, taker, checkpoints);
      const bad = Buffer.from([0x7b, 0xff, 0xc0, 0x7d]);
      await world.put([Buffer.from(lineOf(1)), bad, Buffer.from(lineOf(2))]);
      await until("three records", () => taker.taken.length >= 3);
      const [first, second, third] = taker.taken;
      expect([first?.what, third?.what]).toEqual([lineOf(1), lineOf(2)]);
      const problem = second?.record.problem;
      expect(problem?.severity).toBe("error");
      expect(problem?.span.file).toBe(second?.origin);
      expect(problem?.help ?? "").not.toBe("");
      if (first?.origin === second?.origin && second?.origin === third?.origin) {
        expect(second?.position).toBeGreaterThan(first?.position ?? 0);
        expect(third?.position).toBeGreaterThan(second?.position ?? 0);
      }
    });

    if (subject.ends === true)
      it("ends when its input ends", async () => {
        running = await run(world, taker, checkpoints);
        await world.put(bytesOf(linesOf(5)));
        await world.end?.();
        await running.done;
        expect(textsOf(taker.taken)).toEqual(linesOf(5));
      });

    function describeRestart(): void {
      it("gets again what was not durable when the connector stopped", async () => {
        running = await run(world, taker, checkpoints);
        await world.put(bytesOf(linesOf(10)));
        await until("the first are acknowledged", async () => (await acknowledged()) === 10);
        taker.hold();
        await world.put(bytesOf(linesOf(10, 11)));
        await until("more are handed over", () => taker.offered.length > 10);
        taker.fail();
        running.stop();
        await Promise.allSettled([running.done]);
        expect(await acknowledged()).toBe(10);

        const next = new Taker();
        running = await run(world, next, checkpoints);
        await world.sendAgain?.();
        await until("all came", () => new Set(textsOf([...taker.taken, ...next.taken])).size >= 20);
        expect(textsOf(next.taken).slice(-10)).toEqual(linesOf(10, 11));
        await until("all is acknowledged", async () => (await acknowledged()) === 20);
      });

      it("goes on where it was after a stop in order", async () => {
        running = await run(world, taker, checkpoints);
        await world.put(bytesOf(linesOf(7)));
        await until("the first are durable", async () => (await acknowledged()) === 7);
        running.stop();
        await running.done;
        const next = new Taker();
        running = await run(world, next, checkpoints);
        await world.put(bytesOf(linesOf(5, 8)));
        await until("the rest came", () => next.taken.length >= 5);
        expect(textsOf(next.taken)).toEqual(linesOf(5, 8));
      });
    }
  });
}
