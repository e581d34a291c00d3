/** One panel as a visualization and the search that it reads. */
import { splLexicon } from "../../dialect/spl/lexicon.ts";
import { renderText } from "../../dialect/text.ts";
import {
  type ChartPanel,
  type Dashboard,
  type EventsPanel,
  isChart,
  type Panel,
  SMALL_CELL_USERS,
} from "../ir.ts";
import type { CompiledPanel } from "../query/result.ts";
import { compileSplEvents, compileSplPanel, type SplSetting } from "../query/spl.ts";
import { statusText } from "../status-panel.ts";
import { chartDrillDown, eventDrillDown } from "./drill-down.ts";
import { narrowing } from "./narrow.ts";
import { shapeOf } from "./shape.ts";
import { plainText, searchText } from "./token.ts";
import {
  drawingOf,
  escapeMarkdown,
  eventsDrawing,
  proseDrawing,
  type Visualization,
} from "./visualization.ts";

/** A search in two parts, so that panels with equal queries can share the first. */
export interface PanelSearch {
  readonly query: string;
  /** Steps from the query's result to the table that is drawn; empty where there are none. */
  readonly shape: string;
}

/** A visualization without its data, and the search for it; prose has none. */
export interface DrawnPanel {
  readonly visualization: Visualization;
  readonly search?: PanelSearch;
}

function settingOf(dashboard: Dashboard, panel: ChartPanel | EventsPanel): SplSetting {
  return { narrowing: narrowing(dashboard, panel.narrowedBy), end: "search" };
}

/** The query of a panel, narrowed by what people choose. */
export function compiledPanel(
  dashboard: Dashboard,
  panel: ChartPanel | EventsPanel,
): CompiledPanel {
  const setting = settingOf(dashboard, panel);
  return isChart(panel)
    ? compileSplPanel(panel.query, setting)
    : compileSplEvents(panel.query, setting);
}

const BUCKETS = { hour: "Hours", day: "Days", week: "Weeks from Monday" } as const;

/** What a reader must know beside the numbers. */
function descriptionOf({ kind, query, unit, note }: ChartPanel): string {
  const [first] = query.dimensions;
  const { measure } = query;
  const isPlain = kind === "stat" || unit === "time";
  return [
    ...(isPlain ? [] : [`In ${unit === "usd" ? "USD" : unit}.`]),
    ...(note === undefined ? [] : [note]),
    ...(first?.kind === "time" ? [`${BUCKETS[first.every]}, UTC.`] : []),
    ...(query.hidesSmallCells && kind !== "stat"
      ? [`Values of fewer than ${SMALL_CELL_USERS} users are withheld.`]
      : []),
    ...(measure.kind === "ratio" && kind !== "stat"
      ? [`Rates of fewer than ${measure.atLeast} cases are withheld.`]
      : []),
  ].join(" ");
}

/** A heading and a paragraph. */
export function prose(title: string, words: string): Visualization {
  const markdown = `### ${escapeMarkdown(title)}\n\n${escapeMarkdown(words)}`;
  return proseDrawing(plainText(markdown));
}

function drawQuery(dashboard: Dashboard, panel: ChartPanel | EventsPanel): DrawnPanel {
  const { text, fidelity } = compiledPanel(dashboard, panel);
  if (fidelity.level === "refused" || text === undefined) {
    const why = fidelity.level === "refused" ? `${fidelity.reason}. ${fidelity.remedy}` : "";
    return { visualization: prose(panel.title, why) };
  }
  const setting = settingOf(dashboard, panel);
  const isList = panel.kind === "events";
  const handler = isList ? eventDrillDown(panel, setting) : chartDrillDown(panel, setting);
  const note = isList ? (panel.note ?? "") : descriptionOf(panel);
  const steps = isList ? [] : shapeOf(panel);
  const shape = steps.map((step) => `\n| ${renderText(step, splLexicon)}`).join("");
  return {
    visualization: {
      ...(isList ? eventsDrawing(panel) : drawingOf(panel)),
      title: plainText(panel.title),
      ...(note !== "" && { description: plainText(note) }),
      ...(handler && { eventHandlers: [handler] }),
    },
    search: { query: searchText(text.trim()), shape: searchText(shape) },
  };
}

/** A panel that the product cannot ask for becomes prose that says why. */
export function drawPanel(dashboard: Dashboard, panel: Panel): DrawnPanel {
  if (panel.kind === "text") return { visualization: prose(panel.title, panel.text) };
  if (panel.kind !== "status") return drawQuery(dashboard, panel);
  const note = panel.note === undefined ? "" : ` ${panel.note}`;
  return { visualization: prose(panel.title, `${statusText(panel.of)}${note}`) };
}
