/** The pages of a connector that runs, in a real browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { criticalEvent, eventId, journaled } from "../conformance/event.ts";
import { expectWhole, hasBrowser, launchBrowser, openPage, type WatchedPage } from "./browser.ts";

const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
let folder: string;
let browser: Browser | undefined;
let connector: ChildProcess | undefined;
let said = "";
let page = "";
let receiver = "";

async function until(what: string, test: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await test()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}\n${said.slice(-2000)}`);
}

/** `claude-siem run` in a process of its own. */
async function startConnector(): Promise<void> {
  said = "";
  connector = spawn(process.execPath, [main, "run"], { cwd: folder });
  connector.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until("an address", () => said.includes('"msg":"receives"') && said.includes('"status"'));
  page = /"status":"([^"]+)"/.exec(said)?.[1] ?? "";
  receiver = /"kind":"http","address":"([^"]+)"/.exec(said)?.[1] ?? "";
}

async function stopConnector(): Promise<void> {
  const ended = new Promise((resolve) => connector?.once("close", resolve));
  connector?.kill("SIGTERM");
  await ended;
  connector = undefined;
}

beforeAll(async () => {
  if (!hasBrowser) return;
  folder = mkdtempSync(join(tmpdir(), "claude-siem-live-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
  writeFileSync(
    join(folder, "claude-siem.yaml"),
    `version: 1
data_dir: data
pseudonym: {key: {file: key}}
server: {listen: "127.0.0.1:0"}
sources:
  - {name: hooks, kind: http, listen: "127.0.0.1:0"}
sinks:
  - {name: store, kind: embedded, detect_every: 1s, threads: 1, delivery: {batch_age: 50ms}}
`,
  );
  [browser] = await Promise.all([launchBrowser(), startConnector()]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  if (connector !== undefined) await stopConnector();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}, 30_000);

async function post(...events: readonly object[]): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await fetch(`http://${receiver}/v1/events`, { method: "POST", headers, body });
  expect(answer.status).toBeLessThan(300);
}

/** Queries of eight users to a server, the n-th `n` seconds ago. */
function queries(count: number, server: string, department: string, from: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    ...journaled(from + index).event,
    timestamp: new Date(Date.now() - index * 1000).toISOString(),
    session_id: `session-${server}-${index % 9}`,
    user_id_hash: String(index % 8).repeat(64),
    mcp_server: server,
    department,
  }));
}

const barOf = (open: WatchedPage, server: string): Promise<string | null> =>
  open.page
    .locator("#mcp-queries .bars .name", { hasText: server })
    .locator("xpath=following-sibling::*[2]")
    .textContent();

it.runIf(hasBrowser)(
  "numbers change without a reload, a filter changes them, a row opens its events",
  async () => {
    if (browser === undefined) return;
    await post(...queries(20, "github", "research", 1));
    const open = await openPage(browser);
    await open.page.goto(`${page}/dashboards/compliance`);
    await until("the first events", async () => {
      const text = await open.page.locator("#mcp-queries").textContent();
      return text?.includes("github") === true;
    });
    expect((await barOf(open, "github"))?.trim()).toBe("20");
    // What the reader has opened stays open.
    await open.page.locator("#mcp-queries summary").click();
    await open.page.evaluate("window.since = 'the first load'");
    await post(...queries(10, "github", "research", 101), ...queries(9, "jira", "sales", 201));
    await until("the new events", async () => (await barOf(open, "github"))?.trim() === "30");
    expect(await open.page.evaluate("window.since")).toBe("the first load");
    expect(await open.page.locator("#mcp-queries details").getAttribute("open")).not.toBeNull();
    await expectWhole(open);

    await open.page.reload();
    await open.page.selectOption("select[name=department]", "sales");
    await open.page.getByRole("button", { name: "Show" }).click();
    await open.page.waitForURL(/department=sales/);
    expect((await barOf(open, "jira"))?.trim()).toBe("9");
    expect(await open.page.locator("#mcp-queries .bars").textContent()).not.toContain("github");

    await open.page.locator("#mcp-queries .bars a", { hasText: "jira" }).click();
    await open.page.waitForURL(/\/events\?/);
    const ids = await open.page.locator("td small code").allTextContents();
    expect(ids).toEqual(Array.from({ length: 9 }, (_, index) => eventId(201 + index)));
    await expectWhole(open);
    await open.page.locator("td a[href*=session_id]").first().click();
    await open.page.waitForURL(/\/dashboards\/incident\?session_id=session-jira-/);
    expect(await open.page.locator("#events .stat").textContent()).toContain("1");
    await expectWhole(open);
    await open.context.close();
  },
  60_000,
);

it.runIf(hasBrowser)(
  "an alert is acknowledged and closed, and is closed after a restart",
  async () => {
    if (browser === undefined) return;
    const open = await openPage(browser, 390);
    await open.page.goto(`${page}/`);
    await post(criticalEvent(900, { timestamp: new Date().toISOString() }).event);
    const alert = open.page.getByRole("link", { name: "Prompt injection attempt" });
    await alert.waitFor({ timeout: 30_000 });
    await expectWhole(open);
    await alert.click();
    const state = open.page.locator("#state");
    expect(await state.textContent()).toBe("new");
    await open.page.getByLabel("Your name").fill("Ann");
    await open.page.getByRole("button", { name: "Acknowledge" }).click();
    await open.page.locator("#state", { hasText: "acknowledged" }).waitFor();
    await open.page.getByLabel("Your name").fill("Ann");
    await open.page.getByRole("button", { name: "Close" }).click();
    expect(await open.page.getByRole("alert").textContent()).toContain("closed with a note");
    await open.page.getByLabel("Note").fill("A test of ours.");
    await open.page.getByRole("button", { name: "Close" }).click();
    await open.page.locator("#state", { hasText: "closed" }).waitFor();
    expect(await open.page.locator(".history").textContent()).toContain("A test of ours.");
    // A refused form is no fault of the page, but the browser notes its status.
    const refused = open.errors.filter((one) => !one.includes("409"));
    await expectWhole({ ...open, errors: refused });
    const path = new URL(open.page.url()).pathname;
    await stopConnector();
    await open.page.locator("#live", { hasText: "does not answer" }).waitFor();
    await open.context.close();

    await startConnector();
    const again = await openPage(browser);
    await again.page.goto(`${page}${path}`);
    expect(await again.page.locator("#state").textContent()).toBe("closed");
    expect(await again.page.locator(".history li").count()).toBe(2);
    await expectWhole(again);
    for (const one of [
      "/",
      "/alerts?state=all",
      "/dashboards/operations",
      "/dashboards/incident",
    ]) {
      await again.page.goto(`${page}${one}`);
      await expectWhole(again);
    }
    await again.context.close();
  },
  90_000,
);

it.runIf(hasBrowser)(
  "everything is there without a script",
  async () => {
    if (browser === undefined) return;
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${page}/dashboards/compliance`);
    expect(await plain.locator("#mcp-queries").textContent()).toContain("github");
    await plain.goto(`${page}/alerts?state=closed`);
    await plain.getByRole("link", { name: "Prompt injection attempt" }).click();
    await plain.getByLabel("Your name").fill("Bo");
    await plain.getByRole("button", { name: "Open again" }).click();
    expect(await plain.locator("#state").textContent()).toBe("new");
    await context.close();
  },
  30_000,
);
