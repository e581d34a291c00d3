/** Numbers, times and colours of a panel in the words of a workbook. */
import { raw, type Text, text, value } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { type ChartPanel, type PanelQuery, SMALL_CELL_USERS, type Unit } from "../ir.ts";
import { fixedColours, palette } from "../palette.ts";
import { partsOf } from "../parse-measure.ts";
import type { Formatter, NumberFormat, Threshold } from "./document.ts";
import { FORMATTER } from "./document.ts";

/** Our colours by the names that workbooks know. */
const colourNames: Readonly<Record<string, string>> = {
  [palette.k0]: "blue",
  [palette.k1]: "orange",
  [palette.k2]: "green",
  [palette.k3]: "pink",
  [palette.k4]: "lightBlue",
  [palette.k5]: "orangeDark",
  [palette.k6]: "yellowDark",
  [palette.grey]: "gray",
  [palette.alarm]: "redBright",
};

/** The groups of a field that have a colour of their own, by the name that workbooks know. */
export function groupColours(field: EventField): readonly (readonly [string, string])[] {
  return Object.entries(fixedColours(field)).map(([group, colour]) => [
    group,
    colourNames[colour] ?? "gray",
  ]);
}

/** Whether values of a panel are whole numbers. */
function isWhole({ unit, query }: ChartPanel): boolean {
  return query.measure.kind !== "ratio" && unit !== "usd" && unit !== "ms";
}

const UNITS: Readonly<Partial<Record<Unit, NumberFormat>>> = {
  percent: {
    unit: 0,
    options: {
      style: "percent",
      useGrouping: true,
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    },
  },
  usd: {
    unit: 0,
    options: { style: "currency", currency: "USD", useGrouping: true, maximumFractionDigits: 2 },
  },
  ms: { unit: 23, options: { style: "decimal", useGrouping: true, maximumFractionDigits: 1 } },
};

/** The unit in words, where the numbers do not carry its sign. */
export function unitWord({ unit }: ChartPanel): string {
  return ["percent", "usd", "ms", "time"].includes(unit) ? "" : unit;
}

/** How the values of a panel are written, without words for missing ones. */
export function numberFormat(panel: ChartPanel): NumberFormat {
  const known = UNITS[panel.unit];
  if (known !== undefined) return known;
  const maximumFractionDigits = isWhole(panel) ? 0 : 2;
  return { unit: 0, options: { style: "decimal", useGrouping: true, maximumFractionDigits } };
}

export const SMALL: string = `< ${SMALL_CELL_USERS} users`;
export const FEW = "too few cases";

/** The word that stands for a value that is not there, where there can be one reason only. */
export function missingWord({ measure, hidesSmallCells }: PanelQuery): string {
  if (measure.kind !== "ratio") return hidesSmallCells ? SMALL : "none";
  return hidesSmallCells ? "withheld" : FEW;
}

/** The column `value` in a grid or a tile. */
export function valueFormatter(
  panel: ChartPanel,
  formatter: number,
  columnMatch = "value",
): Formatter {
  if (panel.query.measure.kind === "latest")
    return {
      columnMatch,
      formatter: FORMATTER.dateTime,
      dateFormat: { showUtcTime: true, formatName: "shortDateTimePattern" },
    };
  const isScale = formatter === FORMATTER.bar || formatter === FORMATTER.heatMap;
  return {
    columnMatch,
    formatter,
    ...(isScale && { formatOptions: { min: 0, palette: "blue" } }),
    numberFormat: { ...numberFormat(panel), emptyValCustomText: missingWord(panel.query) },
  };
}

/** Cells of a field whose groups have colours of their own. */
export function groupFormatter(field: EventField, columnMatch: string): readonly Formatter[] {
  const isMeaningful = field === "data_classification" || field === "severity";
  if (!isMeaningful) return [];
  const known = groupColours(field).map(
    ([group, representation]): Threshold => ({
      operator: "==",
      thresholdValue: group,
      representation,
      text: "{0}{1}",
    }),
  );
  const rest: Threshold = { operator: "Default", representation: "gray", text: "{0}{1}" };
  return [
    {
      columnMatch,
      formatter: FORMATTER.thresholds,
      formatOptions: { thresholdsOptions: "colors", thresholdsGrid: [...known, rest] },
    },
  ];
}

/** Whether a row says why it has no value. */
export function hasRemark({ measure, hidesSmallCells }: PanelQuery): boolean {
  return measure.kind === "ratio" || hidesSmallCells;
}

/** Why a row has no value, from the columns of the query's result; empty where it has one. */
export function remark({ measure, hidesSmallCells }: PanelQuery): Text {
  const small = hidesSmallCells ? [text`small, ${value(SMALL)}, `] : [];
  const few = measure.kind === "ratio" ? [text`isnull(value), ${value(FEW)}, `] : [];
  return text`case(${{ kind: "sequence", parts: [...small, ...few] }}'')`;
}

/** A value within a sentence, as KQL. */
export function spoken(panel: ChartPanel, column: Text): Text {
  switch (panel.unit) {
    case "percent":
      return text`strcat(round(100 * ${column}, 1), '%')`;
    case "usd":
      return text`strcat('$', round(${column}, 2))`;
    case "ms":
      return text`strcat(round(${column} / 1000, 1), ' s')`;
    default:
      return isWhole(panel)
        ? text`tostring(tolong(${column}))`
        : text`tostring(round(${column}, 2))`;
  }
}

/** How a value moved: rates in points, everything else in percent of what it was. */
export function movement(panel: ChartPanel): Text {
  const isRate = panel.query.measure.kind === "ratio" && panel.unit === "percent";
  const sign = raw("iff(value > before, '+', '-')");
  const much = isRate
    ? text`strcat(${sign}, round(100 * abs(value - before), 1), ' points')`
    : text`iff(before == 0, 'none before', strcat(${sign}, round(100 * abs(value - before) / before, 1), '%'))`;
  return text`iff(value == before, 'no change', ${much})`;
}

/** Whether a row that is not there has the value 0, because nothing was counted. */
export function countsNothing({ measure }: PanelQuery): boolean {
  return (
    partsOf(measure).every(
      ({ kind }) => kind === "count" || kind === "distinct" || kind === "sum",
    ) && measure.kind !== "ratio"
  );
}
