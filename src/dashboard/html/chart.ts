/** A panel's rows as its chart. */
import type { ChartPanel } from "../ir.ts";
import type { ResultRow } from "../panel-result.ts";
import type { Draw } from "./draw.ts";
import { drawBars, drawLegend, drawRing, drawStat } from "./figure.ts";
import { formatCount } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import { drawHeatMap, drawPlot } from "./plot.ts";
import { columnMarks, lineMarks } from "./plot-marks.ts";
import { type Grid, gridOf } from "./series.ts";
import { drawTable } from "./table.ts";

/** A ring has one series for each part, where other charts have one for each value of the second field. */
export function ringGrid(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Grid {
  const [dimension] = panel.query.dimensions;
  if (dimension === undefined) return { places: [], series: [], leftOut: 0 };
  const dimensions = [{ kind: "hour_of_day" as const }, dimension];
  const turned = rows.map((row) => ({ ...row, keys: [0, ...row.keys] }));
  return gridOf({ ...panel, query: { ...panel.query, dimensions } }, turned, draw);
}

export function drawChart(panel: ChartPanel, rows: readonly ResultRow[], draw: Draw): Markup {
  switch (panel.kind) {
    case "stat":
      return drawStat(panel, rows);
    case "bar":
      return drawBars(panel, rows, draw);
    case "donut":
      return drawRing(panel, ringGrid(panel, rows, draw), draw);
    case "table":
      return drawTable(panel, rows, draw);
    case "heat_map":
      return drawHeatMap(panel, gridOf(panel, rows, draw), draw);
    case "time_series":
    case "stacked":
    case "share": {
      const grid = gridOf(panel, rows, draw);
      const isLine = panel.kind === "time_series";
      const marks = isLine ? lineMarks(panel, grid, draw) : columnMarks(panel, grid, draw);
      const plot = drawPlot(panel, grid, marks);
      const left =
        grid.leftOut === 0
          ? NOTHING
          : html`<p class="note">${formatCount(grid.leftOut)} more in the table.</p>`;
      return html`${plot}${drawLegend(panel, grid, draw)}${left}`;
    }
  }
}
