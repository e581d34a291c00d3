/** What stands in each place of a dashboard: prose, or a chart with its query. */
import { formatDuration } from "../../yaml/reader.ts";
import {
  type ChartPanel,
  type Dashboard,
  isChart,
  type Panel,
  type Section,
  SMALL_CELL_USERS,
} from "../ir.ts";
import { periodOf } from "../query/result.ts";
import { statusText } from "../status-panel.ts";
import { type Drawing, drawingOf } from "./drawing.ts";
import { type Box, placesOf } from "./grid.ts";
import { partId } from "./identity.ts";
import { escapeMarkdown, headingText } from "./prose.ts";
import { chartQuery, eventsQuery } from "./query.ts";

export type KibanaPanel =
  | {
      readonly kind: "prose";
      readonly id: string;
      readonly box: Box;
      /** Absent for headings, which have theirs in the text. */
      readonly title?: string;
      readonly markdown: string;
    }
  | {
      readonly kind: "chart";
      readonly id: string;
      readonly box: Box;
      readonly title: string;
      /** Shown where the pointer rests on the title. */
      readonly description?: string;
      readonly drawing: Drawing;
      readonly query: string;
      /** A time of its own instead of the one chosen, in Kibana's date math. */
      readonly timeFrom?: string;
    };

/** Why numbers may be missing, where the drawing itself has no room to say so. */
function withheldText({ query }: ChartPanel): readonly string[] {
  const { measure, hidesSmallCells } = query;
  return [
    ...(hidesSmallCells
      ? [`Blank where it would be about fewer than ${SMALL_CELL_USERS} users.`]
      : []),
    ...(measure.kind === "ratio" ? [`Blank below ${measure.atLeast} cases.`] : []),
  ];
}

function descriptionOf(panel: Panel): string | undefined {
  const note = panel.kind === "text" || panel.note === undefined ? [] : [panel.note];
  const words = [...note, ...(isChart(panel) ? withheldText(panel) : [])];
  return words.length === 0 ? undefined : words.join(" ");
}

/** A comparison looks back twice its period from now, whatever time is chosen. */
function ownTime({ query }: ChartPanel): string | undefined {
  const period = periodOf(query);
  return period === undefined ? undefined : `now-${formatDuration(2 * period.ms)}`;
}

function queryOf(dashboard: Dashboard, panel: Panel): string | undefined {
  if (isChart(panel)) return chartQuery(dashboard, panel).text?.trim();
  return panel.kind === "events" ? eventsQuery(dashboard, panel).text?.trim() : undefined;
}

function proseOf(panel: Panel): string {
  if (panel.kind === "text") return escapeMarkdown(panel.text);
  if (panel.kind !== "status") return "Elasticsearch cannot answer this panel.";
  const note = panel.note === undefined ? [] : [escapeMarkdown(panel.note)];
  return [escapeMarkdown(statusText(panel.of)), ...note].join("\n\n");
}

function panelOf(dashboard: Dashboard, panel: Panel, box: Box): KibanaPanel {
  const id = partId(dashboard.name, `panel ${panel.name}`);
  const { title } = panel;
  const query = queryOf(dashboard, panel);
  const drawn = drawingOf(panel);
  if (query === undefined || drawn === undefined)
    return { kind: "prose", id, box, title, markdown: proseOf(panel) };
  const description = descriptionOf(panel);
  const timeFrom = isChart(panel) ? ownTime(panel) : undefined;
  return {
    kind: "chart",
    id,
    box,
    title,
    ...(description !== undefined && { description }),
    drawing: drawn.drawing,
    query,
    ...(timeFrom !== undefined && { timeFrom }),
  };
}

/** By the section's title, so that a panel more or less leaves the ids of the others alone. */
function headingId({ name, sections }: Dashboard, section: Section): string {
  const { title } = section;
  const alike = sections.filter((one) => one.title === title).indexOf(section);
  return partId(name, `heading ${title}${alike > 0 ? ` ${alike + 1}` : ""}`);
}

/** Every panel of a dashboard in Kibana, from top to bottom. */
export function kibanaPanels(dashboard: Dashboard): readonly KibanaPanel[] {
  return placesOf(dashboard).map((placed) =>
    placed.kind === "panel"
      ? panelOf(dashboard, placed.panel, placed.box)
      : {
          kind: "prose",
          id: headingId(dashboard, placed.section),
          box: placed.box,
          markdown: headingText(dashboard, placed.section),
        },
  );
}
