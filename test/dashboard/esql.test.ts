/** The compiled ES|QL of panels, run by an interpreter of the language, against the plain meaning. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type ChartPanel, chartsOf, dimensionName } from "../../src/dashboard/ir.ts";
import { compilePanel } from "../../src/dashboard/query/compile.ts";
import { documentsOf } from "../dialect/elastic/documents.ts";
import { runEsql } from "../dialect/elastic/esql.ts";
import { EsDate, type EsValue } from "../dialect/elastic/esql-value.ts";
import type { Event } from "../oracle/evaluate.ts";
import { type PanelRow, showPanel } from "../oracle/panel.ts";
import { panelLog, range } from "./panel-log.ts";
import { constructs, shippedDashboard } from "./panels.ts";

const panels = [
  ...constructs,
  ...chartsOf(shippedDashboard()).map((panel) => [panel.name, panel] as const),
];

function plain(value: EsValue | undefined): string | number {
  return value instanceof EsDate ? value.ms : (value as string | number);
}

function shown(
  { query }: ChartPanel,
  log: readonly Event[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly PanelRow[] {
  // Whatever runs the query bounds its time; a comparison asks for its own start.
  const compares = query.dimensions.some((one) => one.kind === "period");
  const index = documentsOf(log).filter((row) => {
    const time = plain(row.get("@timestamp"));
    return Number(time) < toMs && (compares || Number(time) >= fromMs);
  });
  const rows = runEsql((compilePanel(query, "elastic").text ?? "").trim(), index, toMs);
  return rows.map((row) => ({
    keys: query.dimensions.map((one) => plain(row.get(dimensionName(one)))),
    value: row.get("value") as number | null,
    ...(query.measure.kind === "ratio" && { n: row.get("n") as number | null }),
    ...(query.hidesSmallCells && { small: row.get("small") === true }),
  }));
}

it("ES|QL shows what panels mean, in order", { timeout: 60_000 }, () => {
  let rows = 0;
  fc.assert(
    fc.property(panelLog, range, (log, times) => {
      for (const [name, panel] of panels) {
        const found = shown(panel, log, times);
        expect(found, name).toEqual(showPanel(panel.query, log, times));
        rows += found.length;
      }
    }),
    { numRuns: 40 },
  );
  expect(rows).toBeGreaterThan(1000);
});
