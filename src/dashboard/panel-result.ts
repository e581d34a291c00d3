/** What a panel shows: the rows of its query, typed. */
import { dimensionName, type PanelQuery } from "./ir.ts";

export interface ResultRow {
  /** One for each dimension: milliseconds since the epoch, hour of the day, or the name of a group. */
  readonly keys: readonly (string | number)[];
  /** Absent where it is withheld: too few users, or too few cases for a rate. */
  readonly value?: number;
  /** The denominator of a rate. */
  readonly n?: number;
  /** Whether the row is about fewer users than may be shown. */
  readonly small: boolean;
}

function numberOf(cell: unknown): number | undefined {
  return cell === null || cell === undefined ? undefined : Number(cell);
}

/** Rows as the embedded engine gives them: whole numbers of 64 bits come as text. */
export function toResult(
  query: PanelQuery,
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly ResultRow[] {
  return rows.map((row) => {
    const value = numberOf(row["value"]);
    const n = numberOf(row["n"]);
    return {
      keys: query.dimensions.map((one) => {
        const cell = row[dimensionName(one)];
        return one.kind === "time" || one.kind === "hour_of_day" ? Number(cell) : String(cell);
      }),
      ...(value !== undefined && { value }),
      ...(n !== undefined && { n }),
      small: row["small"] === true,
    };
  });
}
