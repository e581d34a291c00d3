/** Columns of a panel's result as Kibana shows them: heading, type and format. */
import { fieldInfo } from "../../event/field.ts";
import { dimensionTitle } from "../html/format.ts";
import {
  type ChartPanel,
  type Dimension,
  dimensionName,
  type EventsPanel,
  type Unit,
} from "../ir.ts";
import { WITHHELD } from "./query.ts";

/** Types that Kibana knows of a column; those of Elasticsearch are not legal there. */
export type ColumnType = "number" | "string" | "date" | "boolean";

/** How numbers are written. `fraction` is shown as a percentage. */
export type NumberFormat =
  | { readonly kind: "number"; readonly decimals: number; readonly suffix?: string }
  | { readonly kind: "fraction" }
  | { readonly kind: "dollars" };

export interface KibanaColumn {
  /** Name in the result. */
  readonly name: string;
  readonly label: string;
  readonly type: ColumnType;
  readonly format?: NumberFormat;
}

const WHOLE: NumberFormat = { kind: "number", decimals: 0 };

function formatOf(unit: Unit): NumberFormat | undefined {
  switch (unit) {
    case "percent":
      return { kind: "fraction" };
    case "usd":
      return { kind: "dollars" };
    case "ms":
      return { kind: "number", decimals: 0, suffix: " ms" };
    case "time":
      return undefined;
    default:
      return WHOLE;
  }
}

function unitLabel(unit: Unit): string {
  return unit === "usd" ? "US dollars" : unit;
}

/** The column of a dimension. Groups are words, also where the field is a boolean. */
export function keyColumn(dimension: Dimension): KibanaColumn {
  const type =
    dimension.kind === "time" ? "date" : dimension.kind === "hour_of_day" ? "number" : "string";
  return { name: dimensionName(dimension), label: dimensionTitle(dimension), type };
}

export function valueColumn({ unit }: ChartPanel): KibanaColumn {
  const format = formatOf(unit);
  return {
    name: "value",
    label: unitLabel(unit),
    type: unit === "time" ? "date" : "number",
    ...(format !== undefined && { format }),
  };
}

/** The number of cases behind a rate. */
export function casesColumn(): KibanaColumn {
  return { name: "n", label: "n", type: "number", format: WHOLE };
}

/** Why a row has no number. */
export function withheldColumn(): KibanaColumn {
  return { name: WITHHELD, label: "withheld", type: "string" };
}

/** The columns of a list of events, in order. */
export function eventColumns({ query }: EventsPanel): readonly KibanaColumn[] {
  return query.columns.map((field) => {
    const kind = fieldInfo(field)?.kind;
    const type: ColumnType =
      kind === "time"
        ? "date"
        : kind === "boolean"
          ? "boolean"
          : kind === "integer" || kind === "number"
            ? "number"
            : "string";
    return { name: field, label: dimensionTitle({ kind: "field", field }), type };
  });
}
