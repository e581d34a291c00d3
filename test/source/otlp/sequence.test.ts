import { beforeEach, describe, expect, it } from "vitest";
import { Random } from "../../../src/sample/random.ts";
import { SequenceWatch } from "../../../src/source/otlp/sequence.ts";

const SEED = process.env["OTLP_SEED"] ?? "20261125";
const LATER = 600_000;

describe("SequenceWatch", () => {
  let now: number;
  let watch: SequenceWatch;

  beforeEach(() => {
    now = 1_000_000;
    watch = new SequenceWatch({ now: () => now });
  });

  /** Notes numbers whose times are theirs in seconds, from a start. */
  function note(numbers: readonly number[], startMs = 0, session = "s"): void {
    for (const one of numbers) watch.note(session, one, startMs + one * 1000);
  }

  it.each<[string, readonly number[], number]>([
    ["nothing is missing", [0, 1, 2, 3], 0],
    ["records come in any order", [3, 1, 0, 2], 0],
    ["records come again", [0, 1, 1, 0, 2, 2], 0],
    ["one is missing", [0, 1, 3], 1],
    ["some are missing in two places", [0, 4, 5, 9], 6],
    ["a gap is filled from the middle", [0, 6, 3], 4],
    ["a gap is filled to its end", [0, 6, 5, 4, 3, 2, 1], 0],
    ["the first record seen is not the first of the session", [7, 8], 0],
    ["an earlier one comes later", [7, 8, 5], 1],
  ])("tells when %s", (_name, numbers, lost) => {
    note(numbers);
    expect(watch.lost).toBe(0);
    now += LATER;
    expect(watch.lost).toBe(lost);
    now += LATER;
    expect(watch.lost).toBe(lost);
  });

  it("keeps sessions apart", () => {
    note([0, 2], 0, "a");
    note([1], 0, "b");
    now += LATER;
    expect(watch.lost).toBe(1);
  });

  it("takes a lower number at a later time as a new process of the session", () => {
    note([0, 1, 2, 5]);
    note([0, 1, 2], 3_600_000);
    note([4]);
    note([4], 3_600_000);
    now += LATER;
    // The 3 of the first process and the 3 of the second.
    expect(watch.lost).toBe(2);
  });

  it("forgets the idlest sessions and counts what they lack", () => {
    watch = new SequenceWatch({ now: () => now, sessionsMax: 3 });
    for (const session of ["a", "b", "c"]) note([0, 2], 0, session);
    note([3], 0, "a");
    note([0], 0, "d");
    expect(watch.lost).toBe(1);
    note([1], 0, "a");
    now += LATER;
    // Those of b, which was forgotten, and of c; a is complete.
    expect(watch.lost).toBe(2);
  });

  it("bounds the gaps of a session", () => {
    note(Array.from({ length: 2000 }, (_, at) => at * 2));
    expect(watch.lost).toBeGreaterThan(1900);
    now += LATER;
    expect(watch.lost).toBe(1999);
  });

  it(`agrees with a count of what was taken out (seed ${SEED})`, () => {
    const random = Random.stream(SEED, "sequence");
    for (let round = 0; round < 200; round += 1) {
      watch = new SequenceWatch({ now: () => now });
      const length = random.whole(1, 40);
      const arriving = Array.from({ length }, (_, at) => at).filter(() => random.chance(0.8));
      const ends = [...arriving];
      const shuffled: number[] = [];
      while (arriving.length > 0) {
        const [one = 0] = arriving.splice(random.whole(0, arriving.length - 1), 1);
        shuffled.push(one, ...(random.chance(0.2) ? [one] : []));
      }
      note(shuffled);
      now += LATER;
      const span = ends.length === 0 ? 0 : (ends.at(-1) ?? 0) - (ends[0] ?? 0) + 1;
      expect(watch.lost, `round ${round}: ${shuffled.join()}`).toBe(span - ends.length);
    }
  });
});
