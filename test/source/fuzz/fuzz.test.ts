/** Hostile input for receivers. `FUZZ_REQUESTS=10000` sends more of it, `FUZZ_SEED` other. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 1000);
const SEED = process.env["FUZZ_SEED"] ?? "20261125";
/** What a heap may grow by between a quarter and the whole of the run: less than one leak a request. */
const HEAP_GROWTH_MAX = 16_000_000;

interface Report {
  readonly violations: readonly string[];
  readonly heapBefore: number;
  readonly heapAfter: number;
}

async function runChild<T extends Report>(name: string): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", join(import.meta.dirname, `${name}-child.ts`), SEED, String(REQUESTS)],
    { maxBuffer: 10_000_000 },
  );
  return JSON.parse(stdout) as T;
}

const options = { timeout: 20_000 + REQUESTS * 20 };

it(`the http source survives ${REQUESTS} random requests (seed ${SEED})`, options, async () => {
  const report = await runChild<
    Report & {
      readonly answered: number;
      readonly lastStatus: number;
      readonly statuses: Readonly<Record<string, number>>;
    }
  >("http");
  expect(report.violations).toEqual([]);
  expect(report.lastStatus).toBe(200);
  expect(report.heapAfter - report.heapBefore).toBeLessThan(HEAP_GROWTH_MAX);
  // The requests are of all kinds only if they meet all kinds of answers.
  for (const status of ["200", "400", "401", "404", "405", "413", "415", "431"])
    expect(report.statuses[status] ?? 0, `answers ${status}`).toBeGreaterThan(0);
  expect(report.answered).toBeGreaterThan(REQUESTS / 2);
});

it(`the otlp source survives ${REQUESTS} random requests (seed ${SEED})`, options, async () => {
  const report = await runChild<
    Report & {
      readonly rejectedRecords: number;
      readonly statuses: Readonly<Record<string, number>>;
    }
  >("otlp");
  expect(report.violations).toEqual([]);
  expect(report.heapAfter - report.heapBefore).toBeLessThan(HEAP_GROWTH_MAX);
  for (const status of ["200", "400", "401", "404", "413", "415"])
    expect(report.statuses[status] ?? 0, `answers ${status}`).toBeGreaterThan(0);
  expect(report.rejectedRecords).toBeGreaterThan(0);
});

it(`the syslog source survives ${REQUESTS} random messages (seed ${SEED})`, options, async () => {
  const report = await runChild<Report & { readonly sent: number; readonly rejected: number }>(
    "syslog",
  );
  expect(report.violations).toEqual([]);
  expect(report.heapAfter - report.heapBefore).toBeLessThan(HEAP_GROWTH_MAX);
  expect(report.sent).toBeGreaterThan(REQUESTS / 3);
  expect(report.rejected).toBeGreaterThan(REQUESTS / 10);
});
