import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listCursors } from "../../src/journal/cursor.ts";
import { nodeFileSystem } from "../../src/journal/file-system.ts";
import { readJournal, verifyJournal } from "../../src/journal/read.ts";

const KILLS = Number(process.env["CRASH_KILLS"] ?? 25);
const SEED = Number(process.env["CRASH_SEED"] ?? 20_261_124);

/** A small linear congruential generator (Numerical Recipes constants): only the kill moments need it. */
function* moments(seed: number): Generator<number> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Runs the writer until a kill; what it said was acknowledged, and where its cursor was saved last. */
function runUntilKilled(
  folder: string,
  run: number,
  afterMs: number,
): Promise<{ acknowledged: readonly string[]; cursor: number; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [
      join(import.meta.dirname, "append-forever.ts"),
      folder,
      String(run),
    ]);
    let out = "";
    let errors = "";
    let armed = false;
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (armed) return;
      armed = true;
      setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on("close", () => {
      // The last line may be cut by the kill; a cut id was acknowledged all the same, but cannot be read.
      const lines = out.split("\n").slice(0, -1);
      const cursors = lines.filter((line) => line.startsWith("cursor "));
      resolve({
        acknowledged: lines.filter((line) => line !== "ready" && !line.startsWith("cursor ")),
        cursor: Math.max(-1, ...cursors.map((line) => Number(line.slice("cursor ".length)))),
        errors,
      });
    });
  });
}

it(`loses nothing acknowledged over ${KILLS} kills (seed ${SEED})`, {
  timeout: 120_000 + KILLS * 2000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-crash-"));
  const moment = moments(SEED);
  const acknowledged: string[] = [];
  let saved = -1;
  for (let run = 0; run < KILLS; run += 1) {
    const result = await runUntilKilled(folder, run, (moment.next().value as number) * 60);
    expect(result.errors, `run ${run}`).toBe("");
    acknowledged.push(...result.acknowledged);
    saved = Math.max(saved, result.cursor);
    for (const { name, position } of await listCursors(nodeFileSystem, folder)) {
      expect(position?.seq, `cursor of ${name} after run ${run}`).toBeGreaterThanOrEqual(saved);
    }
  }
  const { problem, segments } = await verifyJournal(folder);
  expect(problem?.severity ?? "none").not.toBe("error");
  const present = new Set<string>();
  for await (const { kind, body } of readJournal(folder)) {
    if (kind === "event") present.add((JSON.parse(body) as { event_id: string }).event_id);
  }
  expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  expect(segments).toBeGreaterThan(KILLS);
  expect(saved).toBeGreaterThan(0);
  rmSync(folder, { recursive: true, force: true });
});
