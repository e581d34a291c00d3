import { describe, expect, it } from "vitest";
import { seedOf } from "./ground.ts";
import { runScenario } from "./scenario-run.ts";

const RUNS = Number(process.env["FAULT_RUNS"] ?? 5);
const SEED = seedOf("FAULT_SEED");
const seeds = Array.from({ length: RUNS }, (_, at) => SEED + at);

describe("a connector with random products in random trouble", { timeout: 40_000 }, () => {
  it.each(seeds)("loses nothing whatever happens (FAULT_SEED=%i)", async (seed) => {
    const { verdict, story } = await runScenario(seed);
    expect(verdict.problems, story.join("\n")).toEqual([]);
    expect(verdict.acknowledged).toBeGreaterThan(30);
  });
});
