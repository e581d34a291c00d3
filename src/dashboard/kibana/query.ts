/** A panel's query as the ES|QL that its panel in Kibana runs. */
import { join, name, raw, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import {
  type ChartPanel,
  type Dashboard,
  dimensionName,
  type EventsPanel,
  SMALL_CELL_USERS,
} from "../ir.ts";
import { compileEsqlEvents, compileEsqlPanel } from "../query/esql.ts";
import type { CompiledPanel } from "../query/result.ts";
import { subjectNarrowing } from "./subject.ts";

/** Column of tables that says why a row has no number. */
export const WITHHELD = "withheld";

/** The words for a withheld number, in the order in which they apply; `otherwise` where there is one. */
function withheld({ query }: ChartPanel, otherwise: Text): Text {
  const small = query.hidesSmallCells ? [text`small, ${value(`< ${SMALL_CELL_USERS} users`)}`] : [];
  const few =
    query.measure.kind === "ratio" ? [text`value IS NULL, ${value("too few cases")}`] : [];
  return text`CASE(${join([...small, ...few, otherwise], ", ")})`;
}

/** Whether a row of the panel can come without its number. */
export function withholds({ query }: ChartPanel): boolean {
  return query.hidesSmallCells || query.measure.kind === "ratio";
}

/** What is left of a bar is its name: that says why there is no number, and how many cases a rate has. */
function named(panel: ChartPanel, key: Text): Text {
  const cases = text`CONCAT("n = ", COALESCE(TO_STRING(TO_LONG(n)), ""))`;
  const few = text`CONCAT("too few cases, ", ${cases})`;
  const { query } = panel;
  const isRate = query.measure.kind === "ratio";
  const conditions = [
    ...(query.hidesSmallCells
      ? [text`small, CONCAT(${key}, ${value(` (< ${SMALL_CELL_USERS} users)`)})`]
      : []),
    ...(isRate ? [text`value IS NULL, CONCAT(${key}, " (", ${few}, ")")`] : []),
    isRate ? text`CONCAT(${key}, " (", ${cases}, ")")` : key,
  ];
  return text`EVAL ${key} = CASE(${join(conditions, ", ")})`;
}

/** Commands that put words where the drawing has no room for numbers. */
function wording(panel: ChartPanel): readonly Text[] {
  if (!withholds(panel)) return [];
  const { kind, query } = panel;
  const [only, ...others] = query.dimensions;
  if (kind === "table") return [text`EVAL ${name(WITHHELD)} = ${withheld(panel, raw('""'))}`];
  const isNamed = kind === "bar" && only?.kind === "field" && others.length === 0;
  return isNamed ? [named(panel, name(dimensionName(only)))] : [];
}

function narrowing(dashboard: Dashboard, narrowedBy: readonly EventField[]): { narrowing?: Text } {
  const condition = subjectNarrowing(dashboard, narrowedBy);
  return condition === undefined ? {} : { narrowing: condition };
}

/** The query of a chart. Its last column may be `withheld`. */
export function chartQuery(dashboard: Dashboard, panel: ChartPanel): CompiledPanel {
  const compiled = compileEsqlPanel(panel.query, {
    ...narrowing(dashboard, panel.narrowedBy),
    after: wording(panel),
  });
  const hasWords = panel.kind === "table" && withholds(panel);
  return hasWords ? { ...compiled, columns: [...compiled.columns, WITHHELD] } : compiled;
}

export function eventsQuery(dashboard: Dashboard, panel: EventsPanel): CompiledPanel {
  return compileEsqlEvents(panel.query, narrowing(dashboard, panel.narrowedBy));
}
