/** Dashboards that hold every kind of panel, and the ones that ship. */
import { readFileSync } from "node:fs";
import type { Dashboard } from "../../../src/dashboard/ir.ts";
import { constructs, dashboardText, parsed, shippedDashboard, shippedNames } from "../panels.ts";

export const shipped: readonly Dashboard[] = shippedNames.map((name) => shippedDashboard(name));

/** Kinds of panels beyond the constructs of queries, as YAML. */
const more: Readonly<Record<string, string>> = {
  "time-series-by-field":
    "kind: time_series\nmeasure: count\nunit: events\ntime: day\nby: [data_classification]",
  "rate-over-time":
    "kind: time_series\nmeasure:\n  ratio:\n    of: { where: mcp_outcome = failure }\n    per: { where: always }\n    at_least: 2\nunit: percent\ntime: day",
  "stacked-fields": "kind: stacked\nmeasure: count\nunit: events\nby: [mcp_server, mcp_outcome]",
  "share-by-day":
    "kind: share\nmeasure: { distinct: session_id }\nunit: sessions\ntime: day\nby: [data_classification]",
  "share-of-people":
    "kind: share\nmeasure: count\nunit: events\nby: [mcp_server, department]\nnote: Shares.",
  "donut-by-order":
    "kind: donut\nmeasure: count\nunit: events\nby: [data_classification]\norder: key",
  "donut-of-people": "kind: donut\nmeasure: count\nunit: events\nby: [department]",
  "heat-map-list": "kind: heat_map\nmeasure: count\nunit: events\nby: [mcp_server, business_unit]",
  "heat-map-days": "kind: heat_map\nmeasure: count\nunit: events\ntime: day\nby: [mcp_outcome]",
  "heat-map-rate":
    "kind: heat_map\nmeasure:\n  ratio:\n    of: { where: mcp_outcome = failure }\n    per: { where: always }\n    at_least: 2\nunit: percent\nby: [department, mcp_outcome]",
  "table-by-day": "kind: table\nmeasure: count\nunit: events\ntime: day\nby: [mcp_server]",
  "table-of-flags": "kind: table\nmeasure: count\nunit: events\nby: [security_flags, mcp_server]",
  "compare-people": "kind: stat\nmeasure: { distinct: user_id_hash }\nunit: users\ncompare: 1d",
  "compare-cost":
    "kind: stat\nmeasure: { sum: [cost_usd] }\nunit: usd\ncompare: 12h\nnote: An estimate.",
  severity: "kind: table\nmeasure: count\nunit: events\nby: [severity, data_classification]",
  state: "kind: status\nof: sinks\nnote: Of this connector.",
  words: "kind: text\ntext: All times are UTC.",
};

const panels = [
  ...[...constructs].map(([name, panel]) => ({ ...panel, name, title: `An estimate: ${name}` })),
  ...Object.entries(more).flatMap(([name, yaml]) => {
    const [section] = parsed(dashboardText(yaml), "small.yaml").sections;
    return (section?.panels ?? []).map((panel) => ({
      ...panel,
      name,
      title: `An estimate: ${name}`,
    }));
  }),
];

/** Every construct and kind on one page, with a filter of one value and one of a list. */
export const everyKind: Dashboard = {
  ...parsed(dashboardText("kind: text\ntext: Nothing."), "small.yaml"),
  name: "every-kind",
  filters: ["department", "security_flags"],
  sections: [{ title: "Every kind", about: "One panel of each.", panels }],
};

export const pages: readonly Dashboard[] = [everyKind, ...shipped];

/** Text of a dashboard that ships, to change it. */
export function shippedText(name: string): string {
  return readFileSync(`dashboards/${name}.yaml`, "utf8");
}
