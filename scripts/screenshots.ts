/**
 * Takes the pictures of README and docs from the sample log: `npm run screenshots [-- --out DIR]`.
 *
 * Every picture is of the real thing in a real browser: pages of `preview`, and pages of a `run` that
 * was sent the last days of the sample, moved to end now. Needs Chromium (CLAUDE_SIEM_CHROMIUM).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";

const root = join(import.meta.dirname, "..");
const main = join(root, "src", "cli", "main.ts");
/** The live pages show a week; a little more gives every comparison something to compare with. */
const LIVE_DAYS = 15;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const BATCH = 2000;

interface Picture {
  readonly name: string;
  readonly url: string;
  /** Height of the picture, pixels of the page; the whole page when absent. */
  readonly height?: number;
  readonly width?: number;
  readonly dark?: boolean;
}

function command(...words: readonly string[]): void {
  const done = spawnSync(process.execPath, ["--max-semi-space-size=8", main, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // 1 says that the log has findings, which it was made to have.
  if (done.status !== 0 && done.status !== 1)
    throw new Error(`claude-siem ${words.join(" ")} ended with ${done.status}`);
}

async function take(browser: Browser, folder: string, picture: Picture): Promise<void> {
  const { name, url, height, width = 1280, dark = false } = picture;
  const context = await browser.newContext({
    viewport: { width, height: height ?? 900 },
    colorScheme: dark ? "dark" : "light",
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: height === undefined });
  await context.close();
  process.stderr.write(`${name}.png\n`);
}

interface SampleEvent {
  readonly timestamp: string;
  readonly session_id?: string;
}

/** The last days of the log as batches of lines, moved so that they end now. */
async function* recent(log: string): AsyncGenerator<string> {
  const lines: SampleEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(log) })) {
    try {
      lines.push(JSON.parse(line) as SampleEvent);
    } catch {
      // The sample has lines that are no JSON, to be rejected; they are not for pictures.
    }
  }
  const dated = lines.filter(({ timestamp }) => Number.isFinite(Date.parse(timestamp)));
  // Some events of the sample are from the future, to be rejected as well.
  const times = dated.map(({ timestamp }) => Date.parse(timestamp)).sort((a, b) => a - b);
  const last = times[Math.floor(times.length * 0.9995)] ?? 0;
  // Whole weeks, so that working hours stay working hours.
  const shift = Math.floor((Date.now() - last) / WEEK_MS) * WEEK_MS;
  const shown = dated.filter(({ timestamp }) => {
    const time = Date.parse(timestamp);
    return time <= last && time > last - LIVE_DAYS * DAY_MS;
  });
  for (let start = 0; start < shown.length; start += BATCH)
    yield shown
      .slice(start, start + BATCH)
      .map((event) => {
        const timestamp = new Date(Date.parse(event.timestamp) + shift).toISOString();
        return JSON.stringify({ ...event, timestamp });
      })
      .join("\n");
}

class LiveConnector {
  readonly #child: ChildProcess;
  #said = "";

  constructor(folder: string) {
    writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
    writeFileSync(
      join(folder, "claude-siem.yaml"),
      `version: 1
data_dir: data
pseudonym: {key: {file: key}}
context: {clearances: context/clearances.csv, calendar: context/calendar.yaml, prices: context/prices.yaml}
server: {listen: "127.0.0.1:0"}
sources:
  - {name: gateway, kind: http, listen: "127.0.0.1:0"}
  - {name: telemetry, kind: otlp, listen: "127.0.0.1:0"}
sinks:
  - {name: store, kind: embedded, detect_every: 5s}
  - {name: archive, kind: file, folder: archive}
`,
    );
    this.#child = spawn(process.execPath, [main, "run"], { cwd: folder });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
  }

  /** What the log says of itself, once it says it. */
  async #find(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = pattern.exec(this.#said)?.[1];
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the connector does not start: ${this.#said.slice(-2000)}`);
  }

  page(): Promise<string> {
    return this.#find(/"status":"([^"]+)"/);
  }

  async send(body: string): Promise<void> {
    const receiver = await this.#find(/"kind":"http","address":"([^"]+)"/);
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await fetch(`http://${receiver}/v1/events`, { method: "POST", headers, body });
    if (!answer.ok)
      throw new Error(`the connector answers ${answer.status}: ${await answer.text()}`);
  }

  /** Waits until the store has everything and alerts were raised. */
  async settled(): Promise<void> {
    const page = await this.page();
    for (let tries = 0; tries < 600; tries += 1) {
      const status = (await (await fetch(`${page}/status.json`)).json()) as {
        readonly sinks: readonly { readonly lagRecords: number }[];
        readonly alerts?: { readonly recent?: readonly unknown[] };
      };
      const isBehind = status.sinks.some(({ lagRecords }) => lagRecords > 0);
      if (!isBehind) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    // Rules run every five seconds.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGTERM");
    await ended;
  }
}

/** The session that an incident responder of the sample would look at. */
function incidentSession(folder: string): string {
  const alerts = readFileSync(join(folder, "alerts.ndjson"), "utf8").trim().split("\n");
  for (const line of alerts) {
    const { rule, entity } = JSON.parse(line) as {
      readonly rule: string;
      readonly entity: { readonly session_id?: string };
    };
    if (rule === "prompt-injection" && entity.session_id !== undefined) return entity.session_id;
  }
  throw new Error("the demo raised no alert of prompt-injection");
}

async function previews(browser: Browser, work: string, out: string): Promise<void> {
  const pages = join(work, "pages");
  const log = join(work, "log.ndjson");
  command(
    "preview",
    ...["--events", log, "--dashboard", "incident", "--out", pages],
    ...["--session", incidentSession(work)],
  );
  const file = (name: string): string => `file://${join(work, "dashboards", `${name}.html`)}`;
  await take(browser, out, { name: "compliance", url: file("compliance"), height: 1180 });
  await take(browser, out, {
    name: "compliance-dark-phone",
    url: file("compliance"),
    height: 900,
    width: 390,
    dark: true,
  });
  await take(browser, out, { name: "operations", url: file("operations"), height: 1000 });
  await take(browser, out, {
    name: "incident",
    url: `file://${join(pages, "incident.html")}`,
    height: 1100,
  });
}

async function livePages(browser: Browser, work: string, out: string): Promise<void> {
  const connector = new LiveConnector(work);
  try {
    for await (const batch of recent(join(work, "log.ndjson"))) await connector.send(batch);
    await connector.settled();
    const page = await connector.page();
    await take(browser, out, { name: "live", url: `${page}/`, height: 1000 });
    await take(browser, out, {
      name: "live-compliance",
      url: `${page}/dashboards/compliance`,
      height: 1000,
    });
    // The overview shows the worst alert first.
    const overview = await (await fetch(`${page}/`)).text();
    const alert = /href="(\/alerts\/[^"#?]+)"/.exec(overview)?.[1];
    if (alert === undefined) throw new Error("the connector raised no alert");
    await take(browser, out, { name: "alert", url: `${page}${alert}`, height: 1000, dark: true });
  } finally {
    await connector.stop();
  }
}

const { values } = parseArgs({
  options: { out: { type: "string", default: join(root, "docs", "image") } },
});
const work = mkdtempSync(join(tmpdir(), "claude-siem-pictures-"));
const browser = await chromium.launch({
  executablePath: process.env["CLAUDE_SIEM_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  mkdirSync(values.out, { recursive: true });
  command("demo", "--out", work, "--no-progress");
  await previews(browser, work, values.out);
  await livePages(browser, work, values.out);
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
