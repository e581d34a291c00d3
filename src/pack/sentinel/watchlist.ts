/**
 * Watchlists of clearances and business hours, for rules that look context up in Sentinel.
 *
 * A watchlist without items has no columns of its own, so each comes with one row that only shows
 * the form; queries pass over it.
 */
import {
  BUSINESS_HOURS_WATCHLIST,
  CLEARANCE_WATCHLIST,
  EXAMPLE_DEPARTMENT,
  EXAMPLE_USER,
} from "../../dialect/kql/context.ts";
import { type ArmExpression, type ArmParameter, type ArmResource, parameter } from "./arm.ts";
import { sentinelResource } from "./workspace.ts";

interface Watchlist {
  readonly alias: string;
  readonly title: string;
  readonly description: string;
  /** Name of the template's parameter with its rows. */
  readonly parameter: string;
  readonly columns: readonly string[];
  /** The first column is the search key. */
  readonly example: readonly string[];
}

export const watchlists: readonly Watchlist[] = [
  {
    alias: CLEARANCE_WATCHLIST,
    title: "Claude: clearances",
    description: "Who is cleared for what, by the pseudonym that events carry.",
    parameter: "clearancesCsv",
    columns: ["user_id_hash", "clearance", "department", "business_unit"],
    example: [EXAMPLE_USER, "public", EXAMPLE_DEPARTMENT, EXAMPLE_DEPARTMENT],
  },
  {
    alias: BUSINESS_HOURS_WATCHLIST,
    title: "Claude: business hours",
    description:
      "Working hours by department, one row for each shift: IANA zone, days, opening and closing time, dates without the shift.",
    parameter: "businessHoursCsv",
    columns: ["department", "zone", "days", "opens", "closes", "holidays"],
    example: [
      EXAMPLE_DEPARTMENT,
      "Europe/Berlin",
      "mon tue wed thu fri",
      "08:00",
      "18:00",
      "2026-01-01 2026-12-25",
    ],
  },
];

/** The rows of a watchlist as it is delivered: a header and the row that shows the form. */
export function exampleCsv({ columns, example }: Watchlist): string {
  return `${columns.join(",")}\n${example.join(",")}\n`;
}

const rowParameters: Readonly<Record<string, ArmParameter>> = Object.fromEntries(
  watchlists.map((list) => [
    list.parameter,
    {
      type: "string",
      description: `Rows of the watchlist ${list.alias} as CSV with the header ${list.columns.join(",")}.`,
      defaultValue: exampleCsv(list),
    },
  ]),
);

/** Deployed again, a watchlist would lose the rows it was given in the meantime. */
const SWITCH = "deployWatchlists";

export const watchlistParameters: Readonly<Record<string, ArmParameter>> = {
  [SWITCH]: {
    type: "bool",
    description: "Whether the watchlists are written. Say false once they hold rows of your own.",
    defaultValue: true,
  },
  ...rowParameters,
};

export function watchlistResource(
  list: Watchlist,
  dependsOn: readonly ArmExpression[],
): ArmResource {
  return sentinelResource("watchlists", list.alias, {
    condition: parameter(SWITCH),
    dependsOn,
    properties: {
      watchlistAlias: list.alias,
      displayName: list.title,
      description: list.description,
      provider: "claude-siem",
      source: `${list.alias}.csv`,
      sourceType: "Local",
      itemsSearchKey: list.columns[0] ?? "",
      contentType: "text/csv",
      numberOfLinesToSkip: 0,
      rawContent: parameter(list.parameter),
    },
  });
}
