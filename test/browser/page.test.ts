/** The pages of `preview`, opened from disk in a real browser. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSampleLog } from "../../bench/sample-log.ts";
import { writePages } from "../../src/cli/preview/write-pages.ts";
import { formatValue } from "../../src/dashboard/html/format.ts";
import { type ChartPanel, chartsOf, type Dashboard } from "../../src/dashboard/ir.ts";
import { extentOf, rangeOf } from "../../src/engine/run-panel.ts";
import { Store } from "../../src/engine/store.ts";
import { parsed } from "../dashboard/panels.ts";
import type { Event } from "../oracle/evaluate.ts";
import { showPanel } from "../oracle/panel.ts";
import { expectWhole, hasBrowser, launchBrowser, openPage, seriousViolations } from "./browser.ts";

const EVENTS = 8000;
const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const names = ["compliance", "operations", "incident"];

let folder: string;
let browser: Browser;
let events: readonly Event[];
let toMs: number;
const dashboards: Dashboard[] = names.map((name) => {
  const file = `dashboards/${name}.yaml`;
  return parsed(readFileSync(file, "utf8"), file);
});

function panelOf(name: string): ChartPanel {
  const found = dashboards.flatMap(chartsOf).find((panel) => panel.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

beforeAll(async () => {
  if (!hasBrowser) return;
  folder = mkdtempSync(join(tmpdir(), "claude-siem-page-"));
  const log = join(folder, "log.ndjson");
  await writeSampleLog(log, EVENTS);
  const lines = readFileSync(log, "utf8").trim().split("\n");
  events = lines.map((line) => JSON.parse(line) as Event);
  const opened = await Store.open({ temporaryFolder: folder });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  const store = opened.value;
  await store.load(
    events.map((event, index) => ({
      event: { timestamp: String(event["timestamp"]) },
      json: lines[index] ?? "",
    })),
  );
  await store.seal();
  const lastMs = (await extentOf(store))?.lastMs ?? 0;
  toMs = rangeOf(lastMs, 0).toMs;
  const subject = new Map([["session_id" as const, String(events[3000]?.["session_id"])]]);
  const command = `claude-siem filter --events ${log}`;
  await writePages(
    store,
    { dashboards, subject, folder, source: "log.ndjson", command },
    { version: "1.2.3" },
  );
  await store.close();
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const address = (name: string, fragment = ""): string =>
  `${pathToFileURL(join(folder, `${name}.html`)).href}${fragment}`;

/** Cells of the table behind a panel's chart, a line of text for each row. */
async function tableOf(page: Page, panel: string): Promise<readonly string[]> {
  const rows = page.locator(`#${panel} tbody tr`);
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent).join("|")),
  );
  return cells;
}

/** Pairs of texts or cards that lie on each other, as a program for the page. */
const OVERLAPS = `(() => {
  const found = [];
  const check = (elements) => {
    const boxes = elements.map((one) => [one, one.getBoundingClientRect()]);
    for (const [index, [one, a]] of boxes.entries())
      for (const [other, b] of boxes.slice(index + 1))
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
          found.push(one.textContent.slice(0, 40) + " / " + other.textContent.slice(0, 40));
  };
  check([...document.querySelectorAll(".card")]);
  for (const svg of document.querySelectorAll("svg")) check([...svg.querySelectorAll("text")]);
  for (const part of document.querySelectorAll(".bars, .parts, .legend, .left, .controls"))
    check([...part.children].filter((one) => one.children.length < 3));
  return found;
})()`;

describe.runIf(hasBrowser)("a page from disk", { timeout: 60_000 }, () => {
  for (const name of names) {
    for (const width of [1280, 390]) {
      it(`${name} is whole and nothing overlaps at ${width} pixels`, async () => {
        const open = await openPage(browser, width);
        // The layout does not depend on the colours, so each width stands for one scheme.
        await open.page.emulateMedia({ colorScheme: width === 1280 ? "light" : "dark" });
        await open.page.goto(address(name));
        await expectWhole(open);
        expect(await open.page.evaluate(OVERLAPS)).toEqual([]);
        await open.context.close();
      });
    }
  }

  it("shows the numbers of what is chosen, keeps them in the address, and leads back", async () => {
    const open = await openPage(browser);
    const { page } = open;
    await page.goto(address("compliance"));
    const all = await tableOf(page, "mcp-queries");
    await page.getByRole("combobox", { name: "department" }).selectOption("engineering");
    await page.getByRole("combobox", { name: "data classification" }).selectOption("internal");
    const own = events.filter(
      (event) =>
        event["department"] === "engineering" && event["data_classification"] === "internal",
    );
    for (const [days, label] of [
      [30, undefined],
      [1, "last 1 day"],
    ] as const) {
      if (label !== undefined)
        await page.getByRole("combobox", { name: "time" }).selectOption(label);
      const range = { fromMs: toMs - days * 86_400_000, toMs };
      for (const name of ["mcp-queries", "policy-events-by-policy", "active-users"]) {
        const { query, unit } = panelOf(name);
        const rows = showPanel(query, own, range).map(({ keys, value }) => {
          const shown = value === null ? "< 5 users" : formatValue(value, unit);
          const words = keys.map((key) =>
            String(key).replace("current", "now").replace("before", "the time before"),
          );
          return [...words.map((word) => word.replaceAll("_", " ")), shown].join("|");
        });
        expect(await tableOf(page, name), name).toEqual(rows);
      }
    }
    expect(await page.locator("#said").textContent()).toBe(
      "Shown: department engineering, data classification internal, last 1 day.",
    );
    expect(page.url()).toMatch(/#range=1d&department=engineering&data_classification=internal$/);
    await page.goBack();
    await page.goBack();
    await page.goBack();
    expect(await tableOf(page, "mcp-queries")).toEqual(all);
    await expectWhole(open);
    await open.context.close();
  });

  it("leads from a bar to its row and to a command that prints its events", async () => {
    const open = await openPage(browser);
    const { page } = open;
    await page.goto(address("compliance", "#department=engineering"));
    const name = page.locator("#mcp-queries .bars .name a").nth(1);
    const server = await name.textContent();
    await page.locator("#mcp-queries .bars svg a").nth(1).click();
    const marked = page.locator("#mcp-queries tr.marked");
    expect(await marked.count()).toBe(1);
    expect(await marked.isVisible()).toBe(true);
    const [group, value] = await marked.locator("td").allTextContents();
    expect(group).toBe(server);
    const command = (await page.locator("#mcp-queries .behind code").textContent()) ?? "";
    await page.getByRole("button", { name: "Copy" }).click();
    expect(await page.locator("#mcp-queries .behind span").textContent()).toMatch(
      /Copied|Selected/,
    );
    await expectWhole(open);
    await open.context.close();
    const words = command.replace(/^claude-siem/, `"${process.execPath}" "${main}"`);
    const printed = execFileSync("sh", ["-c", `${words} --quiet`], { encoding: "utf8" });
    expect(printed.trim().split("\n")).toHaveLength(Number(value?.replaceAll(",", "")));
    for (const line of printed.trim().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ department: "engineering", mcp_server: server });
  });

  it("is used with the keyboard alone: marks of a chart, names of a legend", async () => {
    const open = await openPage(browser);
    const { page } = open;
    await page.goto(address("compliance"));
    await page.locator("#mcp-by-hour svg.row a[tabindex='0']").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect(await page.locator("#mcp-by-hour tr.marked").count()).toBe(1);
    expect(await page.evaluate("document.activeElement.className")).toBe("behind");
    await page.locator("#policy-events-by-day .legend a").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#mcp-by-hour tr.marked").count()).toBe(0);
    const marked = await page.locator("#policy-events-by-day tr.marked").count();
    expect(marked).toBeGreaterThan(1);
    await expectWhole(open);
    await open.context.close();
  });

  it("withholds everything of a group that is too small", async () => {
    const open = await openPage(browser);
    const { page } = open;
    await page.goto(address("compliance"));
    const values = JSON.parse((await page.locator("#views").textContent()) ?? "") as {
      readonly fields: readonly { readonly field: string; readonly values: readonly string[] }[];
      readonly combinations: readonly (readonly number[])[];
      readonly withheld: readonly (readonly number[])[];
    };
    const [place] = values.withheld[0] ?? [];
    const words = (values.combinations[place ?? 0] ?? []).flatMap((one, index) => {
      const field = values.fields[index];
      return one === 0 ? [] : [`${field?.field}=${field?.values[one - 1]}`];
    });
    expect(words.length).toBeGreaterThan(0);
    await page.goto(address("compliance", `#${words.join("&")}`));
    expect(await page.locator("#said").textContent()).toContain("Withheld: fewer than 5 users");
    expect(await page.locator("#mcp-queries").textContent()).toContain("Withheld");
    expect(await page.locator("main svg").count()).toBe(0);
    await open.context.close();
  });

  it("is whole on paper: dark on white, and no table is cut off", async () => {
    const open = await openPage(browser, 720);
    await open.page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const name of names) {
      await open.page.goto(address(name));
      const cut = await open.page.evaluate(`[...document.querySelectorAll(".content > .scroll")]
        .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
        .map((one) => one.ariaLabel)`);
      expect(cut, name).toEqual([]);
      expect(await seriousViolations(open.page), name).toEqual([]);
      expect(await open.page.evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe(
        "rgb(28, 35, 48)",
      );
    }
    await open.context.close();
  });

  it("shows everything without scripts, and on paper", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address("compliance"));
    expect(await page.locator("#controls").isVisible()).toBe(false);
    expect(await page.locator("#mcp-queries .bars .number").count()).toBeGreaterThan(3);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
    await context.close();
  });
});
