/** One number, and how it compares with the same time before, as a tile. */
import { join, raw, type Text, text, value } from "../../dialect/text.ts";
import { formatLength } from "../html/format.ts";
import type { ChartPanel } from "../ir.ts";
import { type KqlScope, kqlPanel } from "../query/kql.ts";
import { periodOf } from "../query/result.ts";
import { FORMATTER, PARAMETER, SIZE, type TileSettings } from "./document.ts";
import { type Drawing, type DrillDown, parameterOf, queryItem, SHOWN_TIME } from "./drawing.ts";
import {
  countsNothing,
  FEW,
  missingWord,
  movement,
  SMALL,
  spoken,
  unitWord,
  valueFormatter,
} from "./number.ts";
import { END, TIME_RANGE } from "./scope.ts";

/** Behind how many cases a rate stands, or why there is none; of everything else the unit. */
function cases(panel: ChartPanel): Text {
  const { query } = panel;
  if (query.measure.kind !== "ratio") return value(unitWord(panel));
  const told = raw("strcat('n = ', tostring(n))");
  const few = text`strcat(${value(FEW)}, ', ', ${told})`;
  const known = text`case(isnull(n), ${value(FEW)}, isnull(value), ${few}, ${told})`;
  return query.hidesSmallCells ? text`iff(small, ${value(SMALL)}, ${known})` : known;
}

function single(panel: ChartPanel, scope: KqlScope): Text {
  const { query } = panel;
  const time = text`iff(isnull(value), ${value(missingWord(query))}, strcat(format_datetime(value, 'yyyy-MM-dd HH:mm'), ' UTC'))`;
  const shown = query.measure.kind === "latest" ? time : raw("value");
  return text`${kqlPanel(query, scope)}
| project value = ${shown}, remark = ${cases(panel)}`;
}

/** Of a time without any event there is no row: nothing was counted, but no rate can be told. */
function ofPeriod(panel: ChartPanel, period: "current" | "before"): Text {
  const found = text`maxif(value, period == ${value(period)})`;
  if (!countsNothing(panel.query)) return found;
  return text`iff(countif(period == ${value(period)}) == 0, real(0), ${found})`;
}

/** Both periods in one row, and what became of the one before as a sentence. */
function compared(panel: ChartPanel, periodMs: number, scope: KqlScope): Text {
  const { query } = panel;
  const isRate = query.measure.kind === "ratio";
  const isHiding = query.hidesSmallCells;
  const columns = [
    text`current = ${ofPeriod(panel, "current")}`,
    text`earlier = ${ofPeriod(panel, "before")}`,
    ...(isRate
      ? [
          raw(
            "cases = iff(countif(period == 'current') == 0, long(0), maxif(n, period == 'current'))",
          ),
        ]
      : []),
    ...(isHiding ? [raw("few = countif(period == 'current' and small) > 0")] : []),
  ];
  const named = [
    raw("value = current, before = earlier"),
    ...(isRate ? [raw("n = cases")] : []),
    ...(isHiding ? [raw("small = few")] : []),
  ];
  const told = text`iff(isnull(before), ${value(missingWord(query))}, ${spoken(panel, raw("before"))})`;
  const moved = text`iff(isnull(value) or isnull(before), '', strcat(${movement(panel)}, ', '))`;
  const parts = [
    ...(isRate || unitWord(panel) !== "" ? [cases(panel), raw("'; '")] : []),
    moved,
    told,
    value(` in the ${formatLength(periodMs)} before`),
  ];
  return text`${kqlPanel(query, scope)}
| summarize ${join(columns, ", ")}
| project ${join(named, ", ")}
| project value, before, remark = strcat(${join(parts, ", ")})`;
}

function tile(panel: ChartPanel): TileSettings {
  const isTime = panel.query.measure.kind === "latest";
  const left = isTime
    ? { columnMatch: "value", formatter: FORMATTER.text }
    : valueFormatter(panel, FORMATTER.bigNumber);
  return {
    leftContent: left,
    secondaryContent: { columnMatch: "remark", formatter: FORMATTER.text },
    showBorder: false,
    size: "full",
  };
}

export function drawStat(panel: ChartPanel, scope: KqlScope): Drawing {
  const period = periodOf(panel.query);
  const parameter = parameterOf(panel, "row");
  const query = period === undefined ? single(panel, scope) : compared(panel, period.ms, scope);
  const content = queryItem(panel.title, query, {
    size: SIZE.tiny,
    visualization: "tiles",
    tileSettings: tile(panel),
    // A comparison looks further back than the time shown and bounds its time itself.
    ...(period === undefined && SHOWN_TIME),
    exportedParameters: [
      { fieldName: "", parameterName: parameter, parameterType: PARAMETER.text },
    ],
  });
  return { content, differences: [], drillDown: behind(parameter, period?.ms) };
}

/** The events that the number counts; of a comparison those of the current period. */
function behind(parameter: string, periodMs: number | undefined): DrillDown {
  if (periodMs === undefined) return { parameter, conditions: [], time: TIME_RANGE };
  const seconds = raw(`${periodMs / 1000}s`);
  return {
    parameter,
    conditions: [text`TimeGenerated >= ${END} - ${seconds}`, text`TimeGenerated < ${END}`],
  };
}
