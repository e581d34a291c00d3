/**
 * How many log records of Claude Code the receiver takes: decompressed, decoded, mapped, validated, freed of
 * content and identity, journaled and acknowledged after fsync. The sender is a process of its own.
 */
import { fork } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Reception } from "../src/connector/reception.ts";
import { createEnricher } from "../src/enrich/enrich.ts";
import { Journal } from "../src/journal/journal.ts";
import { createPolicy } from "../src/policy/policy.ts";
import { createPseudonymiser } from "../src/policy/pseudonym.ts";
import { otlpSourceKind } from "../src/source/otlp/kind.ts";
import { otlpOptions } from "../src/source/otlp/options.ts";
import { sourceTools, until } from "../test/conformance/source.ts";
import { settingsOf } from "../test/source/settings.ts";

const LEAST_PER_SECOND = 20_000;
/** A receiver runs for months: its first requests, when code is compiled, do not count. */
const WARM_UP = 200;
const REQUESTS = 300;
/** What the batch processor of the clients' SDK sends at most. */
export const RECORDS_PER_REQUEST = 512;

interface Run {
  readonly name: string;
  readonly encoding: "json" | "binary";
  readonly gzip: boolean;
}

const runs: readonly Run[] = [
  { name: "http/protobuf", encoding: "binary", gzip: false },
  { name: "http/protobuf, gzip", encoding: "binary", gzip: true },
  { name: "http/json", encoding: "json", gzip: false },
];

/** Sends requests from another process; resolves with how many records were acknowledged. */
async function send(address: string, run: Run, requests: number, first: number): Promise<number> {
  const child = fork(join(import.meta.dirname, "otlp-sender.ts"), { stdio: "inherit" });
  const answer = new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(message as number));
    child.once("exit", (code) => reject(new Error(`the sender ended with ${code}`)));
  });
  child.send({ address, ...run, requests, first });
  const acknowledged = await answer;
  child.disconnect();
  return acknowledged;
}

/** User and whole CPU seconds of this process while something runs, and what it gave. */
async function measured<T>(work: () => Promise<T>): Promise<{
  readonly result: T;
  readonly user: number;
  readonly cpu: number;
  readonly wall: number;
}> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - begun) / 1000;
  return { result, user: user / 1e6, cpu: (user + system) / 1e6, wall };
}

export async function benchOtlp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-bench-"));
  const opened = await Journal.open({ folder, now: Date.now, random: (n) => randomBytes(n) });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  const journal = opened.value;
  const pseudonymiser = createPseudonymiser(createSecretKey(randomBytes(32)));
  const reception = new Reception({
    journal,
    policy: createPolicy({ pseudonymiser }),
    enricher: () => createEnricher({}),
    strict: false,
    now: Date.now,
    room: async () => {},
  });
  const door = reception.openDoor("otlp", { append: async () => {} });
  const source = await otlpSourceKind.open(
    settingsOf(otlpOptions, "listen: 127.0.0.1:0"),
    sourceTools(),
  );
  const stop = new AbortController();
  const ended = source.start(door.emit, stop.signal);
  await until("it listens", () => source.address?.() !== undefined);
  const address = source.address?.() ?? "";
  let first = 0;
  for (const run of runs) {
    await send(address, run, WARM_UP, first);
    first += WARM_UP;
    const { result, user, cpu, wall } = await measured(() => send(address, run, REQUESTS, first));
    first += REQUESTS;
    const perCore = Math.round(result / user);
    const isMet = perCore >= LEAST_PER_SECOND && result === REQUESTS * RECORDS_PER_REQUEST;
    if (!isMet) process.exitCode = 1;
    process.stdout.write(
      `${`otlp, ${run.name}, acknowledged after fsync`.padEnd(52)} ` +
        `${(perCore / 1000).toFixed(1)}k records per second of user CPU, ` +
        `${(result / cpu / 1000).toFixed(1)}k of all CPU, ${(result / wall / 1000).toFixed(1)}k by the clock  ` +
        `at least ${LEAST_PER_SECOND / 1000}k: ${isMet ? "ok" : "TOO SLOW"}\n`,
    );
  }
  stop.abort();
  await ended;
  await journal.close();
  rmSync(folder, { recursive: true });
}
