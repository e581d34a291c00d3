/** A dashboard as a workbook of Microsoft Sentinel. Pure: equal dashboards give equal documents. */
import type { Fidelity } from "../../rule/ir.ts";
import {
  type ChartPanel,
  type Dashboard,
  isChart,
  type Panel,
  type Section,
  SMALL_CELL_USERS,
} from "../ir.ts";
import { compileEvents, compilePanel } from "../query/compile.ts";
import type { KqlScope } from "../query/kql.ts";
import { statusText } from "../status-panel.ts";
import { drawChart } from "./chart.ts";
import {
  type GroupItem,
  type Item,
  type MarkdownItem,
  type QueryItem,
  type Visibility,
  WORKBOOK_SCHEMA,
  type Workbook,
} from "./document.ts";
import type { Drawing } from "./drawing.ts";
import { drawBehind, drawEvents } from "./event-list.ts";
import { drawGrid } from "./grid.ts";
import { drawHeatMap } from "./heat-map.ts";
import { layOut } from "./layout.ts";
import { unitWord } from "./number.ts";
import { parametersItem, SUBJECT_GIVEN } from "./parameter.ts";
import { scopeOf } from "./scope.ts";
import { drawStat } from "./stat.ts";
import { markdownText } from "./word.ts";

/** How faithfully the workbook shows a panel. */
export interface PanelFidelity {
  readonly panel: string;
  readonly fidelity: Fidelity;
}

/** A workbook, and how faithfully it shows each panel, in the order of the dashboard. */
export interface RenderedWorkbook {
  readonly workbook: Workbook;
  readonly panels: readonly PanelFidelity[];
}

/** A panel on the page, what a click on it opens, and how faithful it is. */
interface DrawnPanel extends PanelFidelity {
  readonly items: readonly Item[];
  readonly behind?: QueryItem;
}

function paragraph(name: string, text: string): MarkdownItem {
  return { type: 1, name, content: { json: text } };
}

function drawKind(panel: ChartPanel, scope: KqlScope): Drawing {
  switch (panel.kind) {
    case "stat":
      return drawStat(panel, scope);
    case "bar":
    case "table":
      return drawGrid(panel, scope);
    case "heat_map":
      return drawHeatMap(panel, scope);
    case "time_series":
    case "stacked":
    case "share":
    case "donut":
      return drawChart(panel, scope);
  }
}

/** The fidelity of the query, and what the drawing adds to it. */
function judge(query: Fidelity, differences: readonly string[]): Fidelity {
  if (query.level === "refused" || differences.length === 0) return query;
  const reasons = query.level === "degraded" ? [query.reason, ...differences] : differences;
  return { level: "degraded", reason: reasons.join(". ") };
}

/** What a reader must know beside the picture. */
function notes(panel: Panel): readonly string[] {
  const told = panel.kind === "text" || panel.note === undefined ? [] : [panel.note];
  const isBare = panel.kind === "heat_map" || panel.kind === "donut";
  const word = isBare ? unitWord(panel) : "";
  // Axes, columns and tiles name the unit themselves.
  const own = word === "" ? told : [`Numbers are ${word}.`, ...told];
  if (!isChart(panel) || panel.kind === "stat" || !panel.query.hidesSmallCells) return own;
  const isPart = panel.kind === "share" || panel.kind === "donut";
  const withheld = `Where fewer than ${SMALL_CELL_USERS} users are behind a value, there is none.`;
  return [...own, `${withheld}${isPart ? " Shares are of the values shown." : ""}`];
}

function noteItem(panel: Panel): readonly Item[] {
  const text = notes(panel).map(markdownText).join(" ");
  return text === "" ? [] : [paragraph(`${panel.name} note`, text)];
}

function drawing(panel: Panel, { content, differences }: Drawing, query: Fidelity): DrawnPanel {
  const item: QueryItem = { type: 3, name: panel.name, content };
  return {
    panel: panel.name,
    fidelity: judge(query, differences),
    items: [item, ...noteItem(panel)],
  };
}

function drawRefused(panel: Panel, fidelity: Fidelity & { level: "refused" }): DrawnPanel {
  const title = `#### ${markdownText(panel.title)}`;
  const why = markdownText(`${fidelity.reason}. ${fidelity.remedy}`);
  return { panel: panel.name, fidelity, items: [paragraph(panel.name, `${title}\n\n${why}`)] };
}

function drawWords(panel: Panel, text: string, fidelity: Fidelity): DrawnPanel {
  const json = `#### ${markdownText(panel.title)}\n\n${markdownText(text)}`;
  return { panel: panel.name, fidelity, items: [paragraph(panel.name, json), ...noteItem(panel)] };
}

const STATE: Fidelity = {
  level: "degraded",
  reason: "No event carries the state of the connector: a text names its page and its metrics",
};

function drawPanel(panel: Panel, dashboard: Dashboard): DrawnPanel {
  if (panel.kind === "text") return drawWords(panel, panel.text, { level: "exact" });
  if (panel.kind === "status") return drawWords(panel, statusText(panel.of), STATE);
  const scope = scopeOf(dashboard, panel.narrowedBy);
  const { fidelity } =
    panel.kind === "events"
      ? compileEvents(panel.query, "sentinel")
      : compilePanel(panel.query, "sentinel");
  if (fidelity.level === "refused") return drawRefused(panel, fidelity);
  if (panel.kind === "events") return drawing(panel, drawEvents(panel, scope), fidelity);
  const drawn = drawKind(panel, scope);
  const { drillDown } = drawn;
  if (drillDown === undefined) return drawing(panel, drawn, fidelity);
  const behind: QueryItem = {
    type: 3,
    name: `${panel.name} events`,
    conditionalVisibility: whereSet(drillDown.parameter),
    content: drawBehind(panel, scope, drillDown),
  };
  return { ...drawing(panel, drawn, fidelity), behind };
}

function whereSet(parameterName: string): Visibility {
  return { parameterName, comparison: "isNotEqualTo" };
}

/** A section: its text, its panels in rows, and below them the events behind what was clicked. */
function drawSection(
  section: Section,
  index: number,
  dashboard: Dashboard,
): { readonly item: GroupItem; readonly drawn: readonly DrawnPanel[] } {
  const placed = layOut(section.panels);
  const drawn = placed.map(({ panel }) => drawPanel(panel, dashboard));
  const panels = drawn.map(
    ({ panel, items }, at): GroupItem => ({
      type: 12,
      name: `${panel} panel`,
      customWidth: String(placed[at]?.width ?? 100),
      content: {
        version: "NotebookGroup/1.0",
        groupType: "editable",
        exportParameters: true,
        items,
      },
    }),
  );
  const head = paragraph(
    `section ${index + 1} text`,
    `## ${markdownText(section.title)}\n\n${markdownText(section.about)}`,
  );
  // Prose about the page is there for whoever has not named anybody yet.
  const waits = dashboard.subject.length > 0 && section.panels.some(({ kind }) => kind !== "text");
  const item: GroupItem = {
    type: 12,
    name: `section ${index + 1}`,
    ...(waits && { conditionalVisibility: whereSet(SUBJECT_GIVEN) }),
    content: {
      version: "NotebookGroup/1.0",
      groupType: "editable",
      items: [head, ...panels, ...drawn.flatMap(({ behind }) => behind ?? [])],
    },
  };
  return { item, drawn };
}

function headOf({ title, description, name, version, subject }: Dashboard): string {
  const ask =
    subject.length === 0 ? [] : ["Nothing is shown until a session or a user is named below."];
  const about = markdownText(
    `Dashboard ${name} ${version}. Click a number, a row or a chart to see the events behind it.`,
  );
  return [`# ${markdownText(title)}`, markdownText(description), ...ask, about].join("\n\n");
}

/** The workbook of a dashboard. */
export function renderWorkbook(dashboard: Dashboard): RenderedWorkbook {
  const sections = dashboard.sections.map((section, index) =>
    drawSection(section, index, dashboard),
  );
  const drawn = new Map(sections.flatMap((one) => one.drawn).map((one) => [one.panel, one]));
  const order = dashboard.sections.flatMap(({ panels }) => panels.map(({ name }) => name));
  return {
    workbook: {
      version: "Notebook/1.0",
      items: [
        paragraph("head", headOf(dashboard)),
        parametersItem(dashboard),
        ...sections.map(({ item }) => item),
      ],
      fromTemplateId: "sentinel-UserWorkbook",
      $schema: WORKBOOK_SCHEMA,
    },
    panels: order.flatMap((panel) => {
      const one = drawn.get(panel);
      return one === undefined ? [] : [{ panel, fidelity: one.fidelity }];
    }),
  };
}
