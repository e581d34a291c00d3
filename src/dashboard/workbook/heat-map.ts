/** Heat maps: a grid with a column for each place along the axis, coloured by one scale. */
import { join, name, raw, type Text, text, value } from "../../dialect/text.ts";
import { fieldInfo } from "../../event/field.ts";
import { dimensionTitle, formatKey } from "../html/format.ts";
import { type ChartPanel, type Dimension, dimensionName } from "../ir.ts";
import { type KqlScope, kqlPanel } from "../query/kql.ts";
import { NONE, UNKNOWN } from "../query/result.ts";
import { FORMATTER, SIZE } from "./document.ts";
import { type Drawing, queryItem, SHOWN_TIME } from "./drawing.ts";
import {
  behindRow,
  drawGrid,
  exportedKeys,
  HIDDEN_KEYS,
  keyColumns,
  keyFormatters,
  keyLabels,
  ROWS_MAX,
} from "./grid.ts";
import { countsNothing, valueFormatter } from "./number.ts";
import { isListField } from "./scope.ts";
import { plainText } from "./word.ts";

/** Every group that a dimension can have, where that is known before the query runs. */
function knownGroups(dimension: Dimension): readonly (string | number)[] | undefined {
  if (dimension.kind === "hour_of_day") return Array.from({ length: 24 }, (_, hour) => hour);
  if (dimension.kind !== "field") return undefined;
  const info = fieldInfo(dimension.field);
  if (info?.kind === "boolean") return ["true", "false", UNKNOWN];
  if (info?.values === undefined) return undefined;
  const rest = isListField(dimension.field) ? NONE : UNKNOWN;
  return [...info.values.filter((one) => one !== rest), rest];
}

/** One cell of a column. Where nothing was counted there is no row; a withheld value stays empty. */
function cell(panel: ChartPanel, column: Dimension, group: string | number): Text {
  const condition = text`${name(dimensionName(column))} == ${value(group)}`;
  const found = text`maxif(value, ${condition})`;
  if (!countsNothing(panel.query)) return found;
  return text`iff(countif(${condition}) == 0, real(0), ${found})`;
}

function mapQuery(
  panel: ChartPanel,
  column: Dimension,
  row: Dimension,
  groups: readonly (string | number)[],
  scope: KqlScope,
): Text {
  const key = name(dimensionName(row));
  const cells = groups.map(
    (group, index) => text`c${raw(String(index))} = ${cell(panel, column, group)}`,
  );
  const columns = groups.map((_, index) => raw(`c${index}`));
  return text`${kqlPanel(panel.query, scope)}
| summarize ${join([...cells, raw("total = sum(value)")], ", ")} by ${key}
| sort by total desc, ${key} asc
| project ${join([key, ...columns, ...keyColumns([row])], ", ")}`;
}

const AS_LIST =
  "Neither side of the map has groups that are known beforehand, so it is a list with a bar for each";

export function drawHeatMap(panel: ChartPanel, scope: KqlScope): Drawing {
  const [first, second] = panel.query.dimensions;
  if (first === undefined || second === undefined) return drawGrid(panel, scope);
  const column = [first, second].find((one) => knownGroups(one) !== undefined);
  const groups = column && knownGroups(column);
  if (column === undefined || groups === undefined) {
    const list = drawGrid({ ...panel, kind: "bar" }, scope);
    return { ...list, differences: [AS_LIST] };
  }
  const row = column === first ? second : first;
  const content = queryItem(panel.title, mapQuery(panel, column, row, groups, scope), {
    size: SIZE.medium,
    visualization: "table",
    ...SHOWN_TIME,
    gridSettings: {
      formatters: [
        HIDDEN_KEYS,
        ...keyFormatters([row]),
        // One rule for all columns gives them one scale.
        valueFormatter(panel, FORMATTER.heatMap, "^c\\d+$"),
      ],
      rowLimit: ROWS_MAX,
      labelSettings: [
        ...keyLabels([row]),
        ...groups.map((group, index) => ({
          columnId: `c${index}`,
          label: plainText(formatKey(column, group)),
        })),
      ],
    },
    exportedParameters: exportedKeys(panel, [row]),
    showExportToExcel: true,
  });
  return {
    content,
    differences: [
      `A click names the whole row: the events of every ${dimensionTitle(column)}`,
      ...(panel.query.measure.kind === "ratio"
        ? ["A cell has no place for the number of cases behind a rate"]
        : []),
    ],
    drillDown: behindRow(panel, [row], scope),
  };
}
