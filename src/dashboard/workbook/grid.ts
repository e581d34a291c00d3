/** Panels that workbooks draw as grids: bars with their numbers, and tables. */
import { join, name, raw, type Text, text } from "../../dialect/text.ts";
import { dimensionTitle } from "../html/format.ts";
import { type ChartPanel, type Dimension, dimensionName } from "../ir.ts";
import { type KqlScope, kqlDimension, kqlGroup, kqlGroups, kqlPanel } from "../query/kql.ts";
import {
  type ExportedParameter,
  FORMATTER,
  type Formatter,
  type GridSettings,
  PARAMETER,
  SIZE,
} from "./document.ts";
import { type Drawing, type DrillDown, parameterOf, queryItem, SHOWN_TIME } from "./drawing.ts";
import { groupFormatter, hasRemark, remark, valueFormatter } from "./number.ts";
import { isListField, TIME_RANGE } from "./scope.ts";
import { plainText } from "./word.ts";

/** Grids show 250 rows unless they are told otherwise. */
export const ROWS_MAX = 1000;

/** The keys of rows once more, encoded, where a click finds them and nobody sees them. */
export function keyColumns(dimensions: readonly Dimension[]): readonly Text[] {
  return dimensions.map((one, index) => {
    const key = name(dimensionName(one));
    const words = one.kind === "field" ? key : text`tostring(${key})`;
    return text`key_${raw(String(index))} = base64_encode_tostring(${words})`;
  });
}

export const HIDDEN_KEYS: Formatter = { columnMatch: "^key_\\d$", formatter: FORMATTER.hidden };

function inGroup(dimension: Dimension, parameter: string, scope: KqlScope): Text {
  // The exported column is encoded by the query itself, so its letters cannot end a literal.
  const key = text`base64_decode_tostring(${raw(`'{${parameter}}'`)})`;
  if (dimension.kind !== "field")
    return text`tostring(${kqlDimension(dimension, scope)}) == ${key}`;
  const { field } = dimension;
  return isListField(field)
    ? text`set_has_element(${kqlGroups(field)}, ${key})`
    : text`${kqlGroup(field)} == ${key}`;
}

/** The events behind a row, told by some of a panel's dimensions. */
export function behindRow(
  panel: ChartPanel,
  dimensions: readonly Dimension[],
  scope: KqlScope,
): DrillDown {
  return {
    parameter: parameterOf(panel, "row", 0),
    conditions: dimensions.map((one, index) =>
      inGroup(one, parameterOf(panel, "row", index), scope),
    ),
    time: TIME_RANGE,
  };
}

/** What a click on a row sets. */
export function exportedKeys(
  panel: ChartPanel,
  dimensions: readonly Dimension[],
): readonly ExportedParameter[] {
  return dimensions.map((_, index) => ({
    fieldName: `key_${index}`,
    parameterName: parameterOf(panel, "row", index),
    parameterType: PARAMETER.text,
  }));
}

/** How the cells of a dimension are drawn. */
export function keyFormatters(dimensions: readonly Dimension[]): readonly Formatter[] {
  return dimensions.flatMap((one): readonly Formatter[] => {
    const columnMatch = dimensionName(one);
    if (one.kind === "field") return groupFormatter(one.field, columnMatch);
    if (one.kind !== "time") return [];
    const formatName = one.every === "hour" ? "shortDateTimePattern" : "shortDatePattern";
    const dateFormat = { showUtcTime: true, formatName } as const;
    return [{ columnMatch, formatter: FORMATTER.dateTime, dateFormat }];
  });
}

export function keyLabels(dimensions: readonly Dimension[]): GridSettings["labelSettings"] {
  return dimensions.map((one) => ({
    columnId: dimensionName(one),
    label: plainText(dimensionTitle(one)),
  }));
}

function gridQuery(panel: ChartPanel, scope: KqlScope): Text {
  const { query } = panel;
  const columns = [
    ...query.dimensions.map((one) => name(dimensionName(one))),
    raw("value"),
    ...(query.measure.kind === "ratio" ? [raw("n")] : []),
    ...(hasRemark(query) ? [text`remark = ${remark(query)}`] : []),
    ...keyColumns(query.dimensions),
  ];
  return text`${kqlPanel(query, scope)}
| project ${join(columns, ", ")}`;
}

/** Bars are a table with a bar in the cell of the value, as charts of workbooks have no room for n. */
export function drawGrid(panel: ChartPanel, scope: KqlScope): Drawing {
  const { dimensions } = panel.query;
  const isBar = panel.kind === "bar";
  const content = queryItem(panel.title, gridQuery(panel, scope), {
    size: SIZE.medium,
    visualization: "table",
    ...SHOWN_TIME,
    gridSettings: {
      formatters: [
        HIDDEN_KEYS,
        ...keyFormatters(dimensions),
        valueFormatter(panel, isBar ? FORMATTER.bar : FORMATTER.automatic),
      ],
      rowLimit: ROWS_MAX,
      ...(!isBar && { filter: true as const }),
      labelSettings: [
        ...keyLabels(dimensions),
        { columnId: "value", label: panel.unit },
        ...(panel.query.measure.kind === "ratio" ? [{ columnId: "n", label: "cases" }] : []),
      ],
    },
    exportedParameters: exportedKeys(panel, dimensions),
    showExportToExcel: true,
  });
  return { content, differences: [], drillDown: behindRow(panel, dimensions, scope) };
}
