/** Panels that workbooks draw as charts: lines and columns over time, stacks, and parts of a whole. */
import { timespan } from "../../dialect/kql/rows.ts";
import { join, name, raw, type Text, text } from "../../dialect/text.ts";
import { formatKey } from "../html/format.ts";
import { type ChartPanel, type Dimension, dimensionName } from "../ir.ts";
import { type KqlScope, kqlGroup, kqlGroups, kqlPanel } from "../query/kql.ts";
import { bucketOf } from "../query/result.ts";
import { type ChartSettings, PARAMETER, type QueryContent, SIZE } from "./document.ts";
import { type Drawing, type DrillDown, parameterOf, queryItem, SHOWN_TIME } from "./drawing.ts";
import { sortForLegend } from "./field-order.ts";
import { countsNothing, groupColours, numberFormat, unitWord } from "./number.ts";
import { decoded, END, isListField, START, TIME_RANGE } from "./scope.ts";
import { plainText } from "./word.ts";

const SHARE_FORMAT = {
  unit: 0,
  options: { style: "percent", useGrouping: true, maximumFractionDigits: 0 },
} as const;

/** Workbooks draw 100 series at most; beyond that they are merged. */
const SERIES_MAX = 100;

function seriesSettings(
  dimension: Dimension | undefined,
): Pick<ChartSettings, "seriesLabelSettings"> {
  if (dimension?.kind !== "field") return {};
  const seriesLabelSettings = groupColours(dimension.field).map(([seriesName, color]) => ({
    seriesName,
    label: plainText(formatKey(dimension, seriesName)),
    color,
  }));
  return { seriesLabelSettings };
}

function settings(panel: ChartPanel): ChartSettings {
  const [first, second] = panel.query.dimensions;
  const isShare = panel.kind === "share";
  const word = unitWord(panel);
  const axis = isShare
    ? { numberFormatSettings: SHARE_FORMAT, min: 0, max: 1, label: `share of ${panel.unit}` }
    : { numberFormatSettings: numberFormat(panel), min: 0, ...(word !== "" && { label: word }) };
  if (panel.kind === "donut")
    return {
      yAxis: ["value"],
      group: first === undefined ? "value" : dimensionName(first),
      createOtherGroup: SERIES_MAX,
      showMetrics: true,
      ...seriesSettings(first),
      ySettings: { numberFormatSettings: numberFormat(panel) },
    };
  return {
    ...(first !== undefined && { xAxis: dimensionName(first) }),
    yAxis: ["value"],
    ...(second !== undefined && { group: dimensionName(second), createOtherGroup: SERIES_MAX }),
    ...(second !== undefined && { showLegend: true }),
    showMetrics: false,
    ...(second === undefined
      ? {
          seriesLabelSettings: [
            { seriesName: "value", label: plainText(panel.title), color: "blue" },
          ],
        }
      : seriesSettings(second)),
    ySettings: axis,
  };
}

/** Every bucket from the first event's to the end of the time shown. */
function buckets(dimension: Dimension & { kind: "time" }): Text {
  const { lengthMs, startMs } = bucketOf(dimension);
  const length = timespan(lengthMs);
  const first =
    startMs === 0
      ? text`bin(${START}, ${length})`
      : text`bin_at(${START}, ${length}, datetime(1970-01-05))`;
  return text`range bucket from ${first} to ${END} step ${length}
| where bucket < ${END}
| extend one = 1
| join kind=inner (counted | summarize since = min(bucket) | extend one = 1) on one
| where bucket >= since`;
}

/** Rows with 0 where nothing was counted: a line would otherwise pass over quiet days. */
function filled(panel: ChartPanel, scope: KqlScope, time: Dimension & { kind: "time" }): Text {
  const [, series] = panel.query.dimensions;
  const counted = text`let counted = materialize(${kqlPanel(panel.query, scope)});\n`;
  const value = raw("value = iff(isnull(at), real(0), value)");
  if (series === undefined)
    return text`${counted}${buckets(time)}
| join kind=leftouter (counted | project at = bucket, value) on $left.bucket == $right.at
| project bucket, ${value}
| sort by bucket asc`;
  const group = name(dimensionName(series));
  return text`${counted}${buckets(time)}
| project bucket, one
| join kind=inner (counted | distinct ${group} | extend one = 1) on one
| project bucket, ${group}
| join kind=leftouter (counted | project at = bucket, told = ${group}, value) on $left.bucket == $right.at, $left.${group} == $right.told
| project bucket, ${group}, ${value}${sortForLegend(panel.query.dimensions)}`;
}

/** Each value as a part of what is shown in its place. */
function shares(panel: ChartPanel, scope: KqlScope): Text {
  const names = panel.query.dimensions.map((one) => name(dimensionName(one)));
  const [first = raw("bucket")] = names;
  return text`let counted = materialize(${kqlPanel(panel.query, scope)});
counted
| join kind=inner (counted | summarize total = sum(value) by at = ${first}) on $left.${first} == $right.at
| project ${join(names, ", ")}, value = iff(total > 0, value / total, real(null))
| where isnotnull(value)${sortForLegend(panel.query.dimensions)}`;
}

function chartQuery(panel: ChartPanel, scope: KqlScope): Text {
  const [first] = panel.query.dimensions;
  if (panel.kind === "share") return shares(panel, scope);
  if (panel.kind === "time_series" && first?.kind === "time" && countsNothing(panel.query))
    return filled(panel, scope, first);
  const names = panel.query.dimensions.map((one) => name(dimensionName(one)));
  const order = panel.query.order === "key" ? sortForLegend(panel.query.dimensions) : raw("");
  return text`${kqlPanel(panel.query, scope)}
| where isnotnull(value)
| project ${join([...names, raw("value")], ", ")}${order}`;
}

/** Where a click on a chart may say the group: its kinds have different words for it. */
const CLICKED = ["series", "label", "x"] as const;

/** Events in the group that was clicked. A point comes as JSON. */
function clickedGroup(
  dimension: Dimension & { kind: "field" },
  parameter: string,
  members: readonly (typeof CLICKED)[number][],
): Text {
  const point = text`parse_json(${decoded(parameter)})`;
  const words = join(
    members.map((member) => text`tostring(${point}.${raw(member)})`),
    ", ",
  );
  const { field } = dimension;
  if (isListField(field))
    return text`array_length(set_intersect(${kqlGroups(field)}, pack_array(${words}))) > 0`;
  return text`${kqlGroup(field)} in (${words})`;
}

function behind(panel: ChartPanel): DrillDown {
  const parameter = parameterOf(panel, "row");
  const [first, second] = panel.query.dimensions;
  const conditions = [
    ...(first?.kind === "field"
      ? [clickedGroup(first, parameter, second === undefined ? CLICKED : ["x"])]
      : []),
    ...(second?.kind === "field" ? [clickedGroup(second, parameter, ["series"])] : []),
  ];
  const time = first?.kind === "time" ? parameterOf(panel, "time") : TIME_RANGE;
  return { parameter, conditions, time };
}

const KINDS: Readonly<Partial<Record<ChartPanel["kind"], QueryContent["visualization"]>>> = {
  time_series: "timechart",
  stacked: "barchart",
  share: "barchart",
  donut: "piechart",
};

function differencesOf({ query }: ChartPanel): readonly string[] {
  const isOverTime = query.dimensions[0]?.kind === "time";
  return [
    ...(isOverTime
      ? ["Charts name times in the browser's zone; hours, days and weeks are UTC"]
      : []),
    ...(query.measure.kind === "ratio"
      ? ["A chart has no place for the number of cases behind a rate"]
      : []),
  ];
}

export function drawChart(panel: ChartPanel, scope: KqlScope): Drawing {
  const drillDown = behind(panel);
  const isOverTime = panel.query.dimensions[0]?.kind === "time";
  const content = queryItem(panel.title, chartQuery(panel, scope), {
    size: SIZE.medium,
    visualization: KINDS[panel.kind] ?? "barchart",
    chartSettings: settings(panel),
    ...SHOWN_TIME,
    ...(isOverTime && { timeBrushParameterName: parameterOf(panel, "time") }),
    exportedParameters: [
      { fieldName: "", parameterName: drillDown.parameter, parameterType: PARAMETER.text },
    ],
    showExportToExcel: true,
  });
  return { content, differences: differencesOf(panel), drillDown };
}
