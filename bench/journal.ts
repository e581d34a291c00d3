/**
 * How fast the journal is: durable acceptance, acknowledgement under a steady load, recovery, reading.
 *
 * It runs on the device of the folder for temporary files (`TMPDIR`); the first figure tells how fast
 * that device syncs, for everything else depends on it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { CanonicalEvent } from "../src/event/event.ts";
import { nodeFileSystem } from "../src/journal/file-system.ts";
import { Journal } from "../src/journal/journal.ts";
import { walkJournal } from "../src/journal/scan.ts";
import { listSegments } from "../src/journal/segment.ts";
import { makeCorpus } from "./corpus.ts";

const EVENTS = 200_000;
const STEADY_SECONDS = 3;

function say(name: string, figure: string, bound = ""): void {
  process.stdout.write(`${name.padEnd(52)} ${figure}${bound === "" ? "" : `  ${bound}`}\n`);
}

function judge(isMet: boolean, bound: string): string {
  if (!isMet) process.exitCode = 1;
  return `${bound}: ${isMet ? "ok" : "TOO SLOW"}`;
}

function events(count: number): readonly CanonicalEvent[] {
  const { bytes, starts, ends } = makeCorpus(20_000);
  const parsed = starts.map(
    (start, index) =>
      JSON.parse(bytes.toString("utf8", start, ends[index])) as unknown as CanonicalEvent,
  );
  return Array.from({ length: count }, (_, n) => parsed[n % parsed.length] as CanonicalEvent);
}

async function openJournal(folder: string): Promise<Journal> {
  const opened = await Journal.open({ folder, now: Date.now, random: (n) => randomBytes(n) });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return opened.value;
}

/** Median milliseconds of a 4 KiB write and its sync. */
async function syncTime(folder: string): Promise<number> {
  const handle = await open(join(folder, "probe"), "a");
  const times: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    const begun = performance.now();
    await handle.write(Buffer.alloc(4096));
    await handle.datasync();
    times.push(performance.now() - begun);
  }
  await handle.close();
  return times.toSorted((a, b) => a - b)[25] ?? Number.NaN;
}

/** Events per second of CPU and wall time when sources hand over batches as fast as they are taken. */
async function benchAcceptance(folder: string, all: readonly CanonicalEvent[]): Promise<void> {
  const journal = await openJournal(folder);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const pending: Promise<unknown>[] = [];
  for (let at = 0; at < all.length; at += 500) {
    pending.push(journal.appendBatch(all.slice(at, at + 500)));
    if (pending.length >= 4) await pending.shift();
  }
  await Promise.all(pending);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await journal.close();
  const speed = all.length / seconds;
  const cpuSpeed = all.length / ((user + system) / 1e6);
  say(
    "durable and chained, batches of 500",
    `${Math.round(speed / 1000)}k events/s, ${Math.round(cpuSpeed / 1000)}k per second of CPU`,
    judge(cpuSpeed >= 50_000, "at least 50k on one core"),
  );
}

interface Steady {
  /** Milliseconds from when an event was due to its acknowledgement, ascending. */
  readonly times: readonly number[];
  /** Part of one core. */
  readonly cpu: number;
}

/** Single events that arrive evenly. */
async function steady(
  folder: string,
  all: readonly CanonicalEvent[],
  perSecond: number,
): Promise<Steady> {
  const journal = await openJournal(folder);
  const times: number[] = [];
  const pending: Promise<unknown>[] = [];
  const total = perSecond * STEADY_SECONDS;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond));
    for (; sent < due; sent += 1) {
      // Measured from the moment it was due, so that a stalled sender does not hide a stall.
      const dueAt = begun + (sent / perSecond) * 1000;
      const event = all[sent % all.length] as CanonicalEvent;
      pending.push(
        journal.append(event).then(() => {
          times.push(performance.now() - dueAt);
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - begun);
  await journal.close();
  return { times: times.toSorted((a, b) => a - b), cpu: share };
}

async function benchSteady(folder: string, all: readonly CanonicalEvent[]): Promise<void> {
  const { times, cpu } = await steady(folder, all, 10_000);
  const p50 = times[Math.floor(times.length * 0.5)] ?? Number.NaN;
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  say(
    "acknowledgement of single events at 10k events/s",
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${Math.round(cpu * 100)} % of a core`,
    judge(p99 < 20, "p99 below 20 ms"),
  );
  const slow = await steady(folder, all, 1000);
  say("the journal's share of a core at 1k events/s", `${Math.round(slow.cpu * 100)} %`);
}

async function benchScan(folder: string): Promise<void> {
  const files = nodeFileSystem;
  const segments = await listSegments(files, folder);
  const bytes = segments.reduce((sum, { path }) => sum + statSync(path).size, 0);
  let best = 0;
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    const walk = await walkJournal({ files, segments });
    if (walk.damages.length > 0) throw new Error("the journal is damaged");
    best = Math.max(best, bytes / (performance.now() - begun) / 1000);
  }
  say(
    "recovery and verification scan",
    `${Math.round(best)} MB/s`,
    judge(best >= 200, "at least 200"),
  );
}

async function benchFeed(folder: string): Promise<void> {
  const journal = await openJournal(folder);
  const feed = journal.openFeed(-1);
  globalThis.gc?.();
  const rss = process.memoryUsage().rss;
  const begun = performance.now();
  let records = 0;
  const signal = new AbortController().signal;
  while (records < journal.committed.seq + 1)
    records += (await feed.next({ records: 1000, bytes: 1_000_000 }, signal)).length;
  const seconds = (performance.now() - begun) / 1000;
  const grown = Math.round((process.memoryUsage().rss - rss) / 1e6);
  await feed.close();
  await journal.close();
  say(
    "a sink's feed, every hash checked",
    `${Math.round(records / seconds / 1000)}k records/s, RSS grows by ${grown} MB`,
  );
}

/** Prints the journal's figures; sets the exit code when a bound is not met. */
export async function benchJournal(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-bench-"));
  try {
    const all = events(EVENTS);
    process.stdout.write("\nThe journal\n\n");
    say("a 4 KiB write with its sync on this device", `${(await syncTime(folder)).toFixed(2)} ms`);
    await benchAcceptance(join(folder, "accept"), all);
    await benchSteady(join(folder, "steady"), all);
    await benchScan(join(folder, "accept"));
    await benchFeed(join(folder, "accept"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
