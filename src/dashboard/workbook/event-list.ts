/** Grids of single events: the panels that list them, and the events behind what was clicked. */
import type { EventField } from "../../event/event.ts";
import { fieldInfo } from "../../event/field.ts";
import { dimensionTitle } from "../html/format.ts";
import type { ChartPanel, EventsPanel, EventsQuery } from "../ir.ts";
import { type KqlScope, kqlEvents } from "../query/kql.ts";
import { fieldsOf } from "../query/result.ts";
import { rowEvents } from "../row-predicate.ts";
import {
  FORMATTER,
  type Formatter,
  type GridSettings,
  type QueryContent,
  SIZE,
} from "./document.ts";
import { type Drawing, type DrillDown, queryItem, SHOWN_TIME } from "./drawing.ts";
import { groupFormatter } from "./number.ts";
import { plainText } from "./word.ts";

/** How many events a click shows. */
const BEHIND_MAX = 100;

function eventGrid(columns: readonly EventField[], rowLimit: number): GridSettings {
  const formatters = columns.flatMap((field): readonly Formatter[] =>
    fieldInfo(field)?.kind === "time"
      ? [
          {
            columnMatch: field,
            formatter: FORMATTER.dateTime,
            dateFormat: { showUtcTime: true, formatName: "shortDateTimePattern" },
          },
        ]
      : groupFormatter(field, field),
  );
  return {
    formatters,
    rowLimit,
    filter: true,
    labelSettings: columns.map((field) => ({
      columnId: field,
      label: plainText(dimensionTitle({ kind: "field", field })),
    })),
  };
}

function eventItem(
  title: string,
  query: EventsQuery,
  scope: KqlScope,
  rest: Partial<QueryContent>,
): QueryContent {
  return queryItem(title, kqlEvents(query, scope), {
    size: SIZE.medium,
    visualization: "table",
    gridSettings: eventGrid(query.columns, query.limit),
    showExportToExcel: true,
    ...rest,
  });
}

export function drawEvents(panel: EventsPanel, scope: KqlScope): Drawing {
  return {
    content: eventItem(panel.title, panel.query, scope, SHOWN_TIME),
    differences: [],
  };
}

/**
 * The newest events behind what was clicked, as they are in the table. Without the user: whoever has a
 * reason to follow one opens the dashboard about it.
 */
export function drawBehind(
  panel: ChartPanel,
  scope: KqlScope,
  { conditions, time }: DrillDown,
): QueryContent {
  const told: readonly EventField[] = ["timestamp", "event_type", "user_id_hash", "event_id"];
  const read = fieldsOf(panel.query).filter((field) => !told.includes(field));
  const columns: readonly EventField[] = [
    "timestamp",
    "event_type",
    ...read.filter((field) => field !== "session_id"),
    "session_id",
    "event_id",
  ];
  const everything = { fromMs: 0, toMs: 0 };
  const where = rowEvents(panel.query, [], everything).where;
  const query: EventsQuery = { where, columns, order: "newest", limit: BEHIND_MAX };
  const within = { ...scope, conditions: [...scope.conditions, ...conditions] };
  return eventItem(`Events behind: ${panel.title}`, query, within, {
    ...(time !== undefined && { timeContext: { durationMs: 0 }, timeContextFromParameter: time }),
  });
}
