/** A real browser for tests of pages, and what every page has to hold. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** Debian's Chromium unless CLAUDE_SIEM_CHROMIUM names another. */
const path = process.env["CLAUDE_SIEM_CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether there is a browser here; tests that need one say so and pass where there is none. */
export const hasBrowser: boolean = existsSync(path);

if (!hasBrowser) process.stdout.write(`skipped: there is no browser at ${path}\n`);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
}

/** A page that remembers what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, of the policy and of requests. */
  readonly errors: readonly string[];
}

export async function openPage(browser: Browser, width = 1280): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  return { page, context, errors };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** Serious accessibility violations of the page as it is, each with a place. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, so that the policy of the page stands.
  await page.evaluate(axe);
  const violations = (await page.evaluate(
    "axe.run(document).then(({ violations }) => violations)",
  )) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ""}`);
}

/** The page is whole: nothing went wrong in it, it is accessible, and it does not scroll sideways. */
export async function expectWhole({ page, errors }: WatchedPage): Promise<void> {
  expect(errors).toEqual([]);
  expect(await seriousViolations(page)).toEqual([]);
  const overflow = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  expect(overflow).toBe(0);
}
