/**
 * The dashboards over a large log: `PREVIEW_EVENTS` events, a million when absent. Processor time is
 * what is judged, because it does not depend on what else runs: two cores give 30 s of it in 15 s, of which one thread needs most for reading.
 */
import { fork } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSampleLog } from "./sample-log.ts";

const CPU_SECONDS_MOST = 24;
const RSS_MB_MOST = 1000;
const PAGE_BYTES_MOST = 3_000_000;

interface Used {
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

/** Runs `preview` in a process of its own. */
function preview(log: string, out: string): Promise<Used> {
  return new Promise((resolve, reject) => {
    let used: Used | undefined;
    const child = fork(
      join(import.meta.dirname, "preview-child.ts"),
      ["preview", "--events", log, "--out", out, "--quiet"],
      { stdio: "inherit", execArgv: ["--max-semi-space-size=8"] },
    );
    child.on("message", (message) => {
      used = message as Used;
    });
    child.on("exit", (code) => {
      if (code === 0 && used !== undefined) resolve(used);
      else reject(new Error(`preview ended with ${code}`));
    });
  });
}

function judge(name: string, figure: number, most: number, unit: string): void {
  const isWithin = figure <= most;
  if (!isWithin) process.exitCode = 1;
  const verdict = isWithin ? "ok" : "TOO MUCH";
  process.stdout.write(
    `${name.padEnd(52)} ${figure.toFixed(1)} ${unit}  at most ${most}: ${verdict}\n`,
  );
}

/** Prints the figures; sets the exit code when one is above its bound. */
export async function benchPreview(): Promise<void> {
  const events = Number(process.env["PREVIEW_EVENTS"] ?? 1_000_000);
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-preview-"));
  try {
    const log = join(folder, "log.ndjson");
    await writeSampleLog(log, events);
    const megabytes = Math.round(statSync(log).size / 1e6);
    process.stdout.write(`\nDashboards over ${events} events, ${megabytes} MB\n\n`);
    const out = join(folder, "out");
    const begun = performance.now();
    const { cpuSeconds, rssMb } = await preview(log, out);
    const seconds = (performance.now() - begun) / 1000;
    const share = events / 1_000_000;
    judge("processor time", cpuSeconds, Math.max(3, CPU_SECONDS_MOST * share), "s");
    judge("memory", rssMb, RSS_MB_MOST, "MB");
    for (const name of readdirSync(out).filter((one) => one.endsWith(".html"))) {
      const bytes = statSync(join(out, name)).size;
      judge(name, bytes / 1e6, PAGE_BYTES_MOST / 1e6, "MB");
    }
    process.stdout.write(
      `${"from start to end, beside what else runs".padEnd(52)} ${seconds.toFixed(1)} s\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
