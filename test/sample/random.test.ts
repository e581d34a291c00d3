import { describe, expect, it } from "vitest";
import { isUuid } from "../../src/event/format.ts";
import { Random } from "../../src/sample/random.ts";

describe("the seeded generator", () => {
  it("gives the numbers of the reference implementation from the state 1, 2, 3, 4", () => {
    const random = new Random([1, 2, 3, 4]);
    const first = Array.from({ length: 4 }, () => random.next());
    expect(first).toEqual([11_520, 0, 5_927_040, 70_819_200]);
  });

  it("has a stream of its own for each name, and the same one again", () => {
    const numbers = (seed: string, name: string): readonly number[] => {
      const random = Random.stream(seed, name);
      return Array.from({ length: 8 }, () => random.next());
    };
    expect(numbers("seed", "one")).toEqual(numbers("seed", "one"));
    expect(numbers("seed", "one")).not.toEqual(numbers("seed", "two"));
    expect(numbers("seed", "one")).not.toEqual(numbers("other", "one"));
  });

  it("stays within the bounds it is given and reaches both ends", () => {
    const random = Random.stream("seed", "bounds");
    const seen = new Set(Array.from({ length: 500 }, () => random.whole(-2, 3)));
    expect([...seen].sort((one, other) => one - other)).toEqual([-2, -1, 0, 1, 2, 3]);
  });

  it("picks by weight, and never what weighs nothing", () => {
    const random = Random.stream("seed", "weights");
    const counts = { often: 0, seldom: 0, never: 0 };
    for (let round = 0; round < 10_000; round += 1)
      counts[random.weighted({ often: 9, seldom: 1, never: 0 })] += 1;
    expect(counts.never).toBe(0);
    // Expected 1000, deviation 30: six deviations either way.
    expect(Math.abs(counts.seldom - 1000)).toBeLessThan(180);
  });

  it("writes version 4 UUIDs", () => {
    const random = Random.stream("seed", "uuid");
    for (let round = 0; round < 200; round += 1) {
      const uuid = random.uuid();
      expect(isUuid(uuid)).toBe(true);
      expect(uuid).toMatch(/^.{14}4.{4}[89ab]/);
    }
  });
});
