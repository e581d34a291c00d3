/** What the drawings of all kinds of panels have in common. */
import { renderText, type Text } from "../../dialect/text.ts";
import type { Panel } from "../ir.ts";
import type { KqlScope } from "../query/kql.ts";
import { type QueryContent, WORKSPACE_TYPE } from "./document.ts";
import { TIME_RANGE } from "./scope.ts";
import { plainText, workbookLexicon } from "./word.ts";

/** A panel as a query item, and the conditions that name the events behind what was clicked in it. */
export interface Drawing {
  readonly content: QueryContent;
  /** What the item shows differently from what the panel means. */
  readonly differences: readonly string[];
  readonly drillDown?: DrillDown;
}

/** Which events a click names. */
export interface DrillDown {
  /** Set by the click. */
  readonly parameter: string;
  readonly conditions: readonly Text[];
  /** The parameter that bounds the time of the events; absent where the conditions do. */
  readonly time?: string;
}

/** Name of a parameter that belongs to a panel; panels are named in kebab case. */
export function parameterOf(panel: Panel, role: "row" | "time", index?: number): string {
  const end = index === undefined ? "" : `_${index}`;
  return `${role}_${panel.name.replaceAll("-", "_")}${end}`;
}

/** The time shown as the time of a query. */
export const SHOWN_TIME: Pick<QueryContent, "timeContext" | "timeContextFromParameter"> = {
  timeContext: { durationMs: 0 },
  timeContextFromParameter: TIME_RANGE,
};

/** A query as a workbook holds it. */
export function queryText(query: Text): string {
  return renderText(query, workbookLexicon);
}

/** The parts of a query item that all have. */
export function queryItem(
  title: string,
  query: Text,
  rest: Pick<QueryContent, "size" | "visualization"> & Partial<QueryContent>,
): QueryContent {
  return {
    version: "KqlItem/1.0",
    query: queryText(query),
    title: plainText(title),
    noDataMessage: "No events in the time shown.",
    queryType: 0,
    resourceType: WORKSPACE_TYPE,
    ...rest,
  };
}

/** Draws one panel within a scope. */
export type Draw<P extends Panel> = (panel: P, scope: KqlScope) => Drawing;
