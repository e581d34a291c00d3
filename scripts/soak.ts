/**
 * Kills a connector some thousand times while events flow, and judges it.
 *
 *     npm run soak -- [--kills N] [--minutes M] [--seed S] [--strands N]
 *
 * Ends with the figures, also after Ctrl+C, and with status 1 when anything was lost, altered or made up.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CrashReport, runCrashes } from "../test/fault/crash-run.ts";

/** Kills of one connector before it is judged and a new one is begun on an empty folder. */
const KILLS_PER_ROUND = 100;

interface Totals {
  kills: number;
  rounds: number;
  acknowledged: number;
  duplicatesMost: number;
  readonly delivered: Map<string, number>;
  readonly duplicates: Map<string, number>;
  readonly deadLetters: Map<string, number>;
  readonly moments: Map<string, number>;
  readonly problems: string[];
}

function add(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}

function include(totals: Totals, { verdict, moments, duplicatesMost }: CrashReport, seed: number) {
  totals.rounds += 1;
  totals.acknowledged += verdict.acknowledged;
  totals.duplicatesMost = Math.max(totals.duplicatesMost, duplicatesMost);
  for (const [name, figures] of Object.entries(verdict.sinks)) {
    add(totals.delivered, name, figures.delivered);
    add(totals.duplicates, name, figures.duplicates);
    add(totals.deadLetters, name, figures.deadLetters);
  }
  for (const [name, count] of Object.entries(moments)) add(totals.moments, name, count);
  totals.problems.push(...verdict.problems.map((problem) => `seed ${seed}: ${problem}`));
}

function render(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 1 ? `${Math.round(ms / 1000)} s` : `${minutes} min`;
}

/** One line that is written over on a terminal, and now and then a new one elsewhere. */
function progressOf(totals: Totals, kills: number, start: number): () => void {
  let last = 0;
  const { isTTY } = process.stderr;
  return () => {
    totals.kills += 1;
    const now = performance.now();
    if (now - last < (isTTY ? 500 : 30_000) && totals.kills < kills) return;
    last = now;
    const rate = totals.kills / ((now - start) / 1000);
    const left = duration(((kills - totals.kills) / rate) * 1000);
    const line = `${totals.kills}/${kills} kills, ${rate.toFixed(1)} a second, ${totals.acknowledged} events judged, ${left} left`;
    process.stderr.write(isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  };
}

function report(totals: Totals, ms: number): string {
  const lines = [
    `${totals.kills} kills in ${duration(ms)}, ${totals.rounds} connectors`,
    `moments of the kills: ${render(totals.moments)}`,
    `events acknowledged: ${totals.acknowledged}`,
    `delivered: ${render(totals.delivered)}`,
    `arrived again: ${render(totals.duplicates)}; after one kill ${totals.duplicatesMost} at most`,
    `dead letters: ${render(totals.deadLetters)}`,
    `lost, altered or made up: ${totals.problems.length}`,
    ...totals.problems.map((problem) => `  ${problem}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "10000" },
      minutes: { type: "string", default: "1440" },
      seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
      strands: { type: "string", default: String(availableParallelism()) },
    },
  });
  const kills = Number(values.kills);
  const seed = Number(values.seed);
  process.stderr.write(`seed ${seed}, ${values.strands} connectors at once\n`);
  const compileCache = mkdtempSync(join(tmpdir(), "claude-siem-soak-"));
  const interrupted = new AbortController();
  process.once("SIGINT", () => {
    process.stderr.write(
      "\nEnding: the connectors under way are judged. Ctrl+C again ends at once.\n",
    );
    interrupted.abort();
  });
  const timeUp = AbortSignal.timeout(Number(values.minutes) * 60_000);
  const signal = AbortSignal.any([timeUp, interrupted.signal]);
  const start = performance.now();
  const totals: Totals = {
    ...{ kills: 0, rounds: 0, acknowledged: 0, duplicatesMost: 0 },
    delivered: new Map(),
    duplicates: new Map(),
    deadLetters: new Map(),
    moments: new Map(),
    problems: [],
  };
  const onKill = progressOf(totals, kills, start);
  let planned = 0;
  const strand = async (): Promise<void> => {
    while (planned < kills && !signal.aborted) {
      const share = Math.min(KILLS_PER_ROUND, kills - planned);
      planned += share;
      const own = seed + planned;
      const round = { kills: share, seed: own, compileCache, onKill, signal };
      try {
        include(totals, await runCrashes(round), own);
      } catch (cause) {
        // A connector that does not start or does not catch up is a finding; the others go on.
        totals.problems.push(
          `seed ${own}: ${cause instanceof Error ? cause.message : String(cause)}`,
        );
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Number(values.strands) }, strand));
  } finally {
    rmSync(compileCache, { recursive: true, force: true });
  }
  process.stderr.write("\n");
  process.stdout.write(report(totals, performance.now() - start));
  return totals.problems.length === 0 ? 0 : 1;
}

process.exitCode = await main();
