/**
 * Memory with a large backlog: a connector whose sinks are days behind, first while the products refuse
 * and then while they take. `BACKLOG_GB` sets the size, 10 when absent; the journal is written first.
 */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CanonicalEvent } from "../src/event/event.ts";
import { Journal } from "../src/journal/journal.ts";
import { makeCorpus } from "./corpus.ts";

const RSS_MIB_MOST = 300;

function say(name: string, figure: string): void {
  process.stdout.write(`${name.padEnd(52)} ${figure}\n`);
}

/** Fills a journal with whole batches until it has as many bytes. */
async function fill(folder: string, bytesWanted: number): Promise<number> {
  const opened = await Journal.open({ folder, now: Date.now, random: (n) => randomBytes(n) });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  const journal = opened.value;
  const { bytes, starts, ends } = makeCorpus(5000);
  const events = starts.map(
    (start, at) => JSON.parse(bytes.toString("utf8", start, ends[at])) as unknown as CanonicalEvent,
  );
  const bytesPerRound = bytes.length + events.length * 220;
  let count = 0;
  let pending: Promise<unknown> = Promise.resolve();
  for (let written = 0; written < bytesWanted; written += bytesPerRound) {
    await pending;
    pending = journal.appendBatch(events);
    count += events.length;
  }
  await pending;
  await journal.close();
  return count;
}

/** What the child tells once a second. */
interface Reading {
  readonly phase: "refused" | "taken";
  readonly rssMib: number;
  readonly delivered: number;
}

/** Prints the figures; sets the exit code when memory grows beyond its bound. */
export async function benchBacklog(): Promise<void> {
  const gigabytes = Number(process.env["BACKLOG_GB"] ?? 10);
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-backlog-"));
  try {
    process.stdout.write(`\nA backlog of ${gigabytes} GB\n\n`);
    const begun = performance.now();
    const count = await fill(join(folder, "journal"), gigabytes * 1e9);
    const seconds = (performance.now() - begun) / 1000;
    say("journaled to begin with", `${count} events in ${seconds.toFixed(0)} s`);
    const readings: Reading[] = [];
    await new Promise<void>((resolve, reject) => {
      // The bounds that `run` gives a connector with three sinks.
      const child = fork(join(import.meta.dirname, "backlog-child.ts"), [folder], {
        stdio: "inherit",
        execArgv: ["--max-old-space-size=216", "--max-semi-space-size=8"],
        env: { ...process.env, MALLOC_ARENA_MAX: "2" },
      });
      child.on("message", (reading) => readings.push(reading as Reading));
      child.on("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`the connector ended with ${code}`)),
      );
    });
    for (const phase of ["refused", "taken"] as const) {
      const own = readings.filter((reading) => reading.phase === phase);
      const most = Math.max(...own.map(({ rssMib }) => rssMib));
      if (most > RSS_MIB_MOST) process.exitCode = 1;
      const delivered = (own.at(-1)?.delivered ?? 0) - (own[0]?.delivered ?? 0);
      const per = Math.round(delivered / Math.max(1, own.length));
      const verdict = most > RSS_MIB_MOST ? "TOO MUCH" : "ok";
      say(
        phase === "refused" ? "while all sinks refuse" : "while all sinks catch up",
        `at most ${most} MiB over ${own.length} s, ${per} deliveries/s  at most ${RSS_MIB_MOST} MiB: ${verdict}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
