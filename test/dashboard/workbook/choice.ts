/** Queries of workbooks with choices filled in, and what the binder says of them. */
import type { Dashboard } from "../../../src/dashboard/ir.ts";
import type { Workbook } from "../../../src/dashboard/workbook/document.ts";
import { renderWorkbook } from "../../../src/dashboard/workbook/workbook.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { pages } from "./page.ts";
import { type Choices, fill } from "./value.ts";

/** Every page by name, with its workbook. */
export const documents: readonly (readonly [string, Dashboard, Workbook])[] = pages.map(
  (page) => [page.name, page, renderWorkbook(page).workbook] as const,
);

/** Names of parameters in a text. */
export function namesIn(query: string): readonly string[] {
  return [...query.matchAll(/\{(\w+)(?::\w+)?\}/g)].map(([, name = ""]) => name);
}

export const times: Choices = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 2, 31) };

export function clicks(query: string, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    namesIn(query)
      .filter((name) => name.startsWith("row_"))
      .map((name) => [
        name,
        query.includes(`{${name}:base64}`) ? key : Buffer.from(key).toString("base64"),
      ]),
  );
}

export function filled(workbook: Workbook, query: string, rest: Partial<Choices> = {}): string {
  return fill(workbook, query, { ...times, clicked: clicks(query, '{"x":"a"}'), ...rest });
}

const analyses = new Map<string, ReturnType<typeof analyzeKql>>();

/** What the binder says; each query is asked about once. */
export function analyzed(query: string): ReturnType<typeof analyzeKql> {
  const found = analyses.get(query) ?? analyzeKql(query);
  analyses.set(query, found);
  return found;
}

/** What a list offers for a group, as its query makes it. */
export function offered(group: string): string {
  return `base64_decode_tostring('${Buffer.from(group, "utf8").toString("base64")}')`;
}
