/** Small panels, one per construct, and the dashboards that ship. */
import { readFileSync } from "node:fs";
import {
  type ChartPanel,
  chartsOf,
  type Dashboard,
  type EventsPanel,
  eventListsOf,
} from "../../src/dashboard/ir.ts";
import { parseDashboard } from "../../src/dashboard/parse-dashboard.ts";

/** A dashboard with one panel; `panel` is YAML of its keys below name and title. */
export function dashboardText(panel: string): string {
  return `name: small
version: 1.0.0
title: Small
description: Shows one construct.
range: 30d
filters: [department]
sections:
  - title: Only
    about: One panel.
    panels:
      - name: only
        title: An estimate
        ${panel.trim().replaceAll("\n", "\n        ")}
`;
}

export function parsed(text: string, file: string): Dashboard {
  const result = parseDashboard(text, file);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.value;
}

export function panelOf(panel: string): ChartPanel {
  const [only] = chartsOf(parsed(dashboardText(panel), "small.yaml"));
  if (only === undefined) throw new Error("no panel");
  return only;
}

/** Names of the dashboards that ship. */
export const shippedNames = ["compliance", "incident", "operations"] as const;

export function shippedDashboard(name: (typeof shippedNames)[number] = "compliance"): Dashboard {
  const file = `dashboards/${name}.yaml`;
  return parsed(readFileSync(file, "utf8"), file);
}

/** Every list of events by a name of its own. */
export const eventLists: ReadonlyMap<string, EventsPanel> = new Map([
  ...eventListsOf(
    parsed(
      dashboardText(
        "kind: events\nwhere: activity_type = mcp_query and not mcp_outcome = failure\ncolumns: [session_id, mcp_server, security_flags, within_business_hours, token_input]\nlimit: 7",
      ).replace("sections:", "subject: [session_id]\nsections:"),
      "small.yaml",
    ),
  ).map((panel) => ["newest", panel] as const),
  ...eventListsOf(shippedDashboard("incident")).map((panel) => [panel.name, panel] as const),
]);

const ratio = `measure:
  ratio:
    of: { where: mcp_outcome = failure or security_flags has prompt_injection }
    per: { where: exists session_id }
    at_least: 2
unit: percent`;

/** Every construct of a panel's query by name. */
export const constructs: ReadonlyMap<string, ChartPanel> = new Map([
  ["count", panelOf("kind: stat\nmeasure: count\nunit: events")],
  ["distinct", panelOf("kind: stat\nmeasure: { distinct: user_id_hash }\nunit: users")],
  ["sum", panelOf("kind: stat\nmeasure: { sum: [token_input, token_output] }\nunit: tokens")],
  ["sum-number", panelOf("kind: stat\nmeasure: { sum: [cost_usd] }\nunit: usd")],
  ["ratio", panelOf(`kind: stat\n${ratio}`)],
  [
    "ratio-of-measures",
    panelOf(
      "kind: bar\nmeasure:\n  ratio:\n    of: { measure: { sum: [cost_usd] } }\n    per: { where: event_type = session_start, measure: { distinct: session_id } }\n    at_least: 1\nunit: usd\nby: [business_unit]",
    ),
  ],
  ["ratio-small-cells", panelOf(`kind: bar\n${ratio}\nby: [department]`)],
  ["compare", panelOf("kind: stat\nmeasure: count\nunit: events\ncompare: 1d")],
  [
    "compare-ratio",
    panelOf(`kind: stat\nwhere: activity_type = mcp_query\n${ratio}\ncompare: 36h`),
  ],
  ["time-hour", panelOf("kind: time_series\nmeasure: count\nunit: events\ntime: hour")],
  ["time-day", panelOf("kind: time_series\nmeasure: count\nunit: events\ntime: day")],
  ["time-week", panelOf("kind: time_series\nmeasure: count\nunit: events\ntime: week")],
  [
    "time-by-group",
    panelOf("kind: stacked\nmeasure: count\nunit: events\ntime: day\nby: [department]"),
  ],
  [
    "hour-of-day-by-field",
    panelOf("kind: heat_map\nmeasure: count\nunit: events\ntime: hour_of_day\nby: [mcp_server]"),
  ],
  ["list", panelOf("kind: bar\nmeasure: count\nunit: events\nby: [security_flags]\nlimit: 2")],
  [
    "list-by-field",
    panelOf(
      "kind: table\nwhere: not security_flags has x\nmeasure: { distinct: session_id }\nunit: sessions\nby: [security_flags, data_classification]",
    ),
  ],
  [
    "boolean",
    panelOf("kind: donut\nmeasure: count\nunit: events\nby: [within_business_hours]\norder: key"),
  ],
  [
    "small-cells-shown",
    panelOf("kind: bar\nmeasure: count\nunit: events\nby: [department]\nsmall_cells: show"),
  ],
  ["latest", panelOf("kind: table\nmeasure: latest\nunit: time\nby: [department]")],
  [
    "longest-delay",
    panelOf("kind: stat\nwhere: exists session_id\nmeasure: longest_delay\nunit: ms"),
  ],
  [
    "longest-delay-by-field",
    panelOf("kind: bar\nmeasure: longest_delay\nunit: ms\nby: [business_unit]"),
  ],
  [
    "two-fields",
    panelOf(
      "kind: heat_map\nwhere: token_input >= 1\nmeasure: count\nunit: events\nby: [data_classification, event_type]",
    ),
  ],
]);
