import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fault } from "./cases.ts";
import { runCrashes } from "./crash-run.ts";
import { seedOf } from "./ground.ts";

const KILLS = Number(process.env["CRASH_KILLS"] ?? 120);
const SEED = seedOf("CRASH_SEED");
/** Runs side by side, each a connector of its own. */
const STRANDS = 2;

const compileCache = mkdtempSync(join(tmpdir(), "claude-siem-compile-"));

afterAll(() => rmSync(compileCache, { recursive: true, force: true }));

describe(fault(35), () => {
  it(`loses nothing acknowledged over ${KILLS} kills of the whole connector (seed ${SEED})`, {
    timeout: 120_000 + KILLS * 2000,
  }, async () => {
    const kills = Math.ceil(KILLS / STRANDS);
    const runs = Array.from({ length: STRANDS }, (_, strand) =>
      runCrashes({ kills, seed: SEED + strand, compileCache }),
    );
    const acknowledged: number[] = [];
    for (const { verdict, kills: done } of await Promise.all(runs)) {
      expect(verdict.problems).toEqual([]);
      expect(done).toBe(kills);
      acknowledged.push(verdict.acknowledged);
    }
    expect(Math.min(...acknowledged)).toBeGreaterThan(kills);
  });
});
