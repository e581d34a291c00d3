/** Panels as query text: golden files per construct, Microsoft's binder for KQL, promised columns. */
import { describe, expect, it } from "vitest";
import { chartsOf } from "../../src/dashboard/ir.ts";
import { compileEvents, compilePanel } from "../../src/dashboard/query/compile.ts";
import { type PanelTarget, panelTargets } from "../../src/dashboard/query/result.ts";
import { checkGolden } from "../dialect/golden.ts";
import { analyzeKql } from "../dialect/kql/kusto.ts";
import { constructs, eventLists, panelOf, shippedDashboard, shippedNames } from "./panels.ts";

function golden(target: PanelTarget): ReadonlyMap<string, () => string> {
  return new Map(
    [...constructs].map(([name, { query }]) => [
      `${name}.txt`,
      () => {
        const { fidelity, text, columns } = compilePanel(query, target);
        const verdict =
          fidelity.level === "exact" ? "exact" : `${fidelity.level}: ${fidelity.reason}`;
        return `${verdict}\ncolumns: ${columns.join(", ")}\n---\n${text ?? ""}`;
      },
    ]),
  );
}

function goldenLists(target: PanelTarget): ReadonlyMap<string, () => string> {
  return new Map(
    [...eventLists].map(([name, { query }]) => [
      `${name}.txt`,
      () => {
        const { fidelity, text, columns } = compileEvents(query, target);
        return `${fidelity.level}\ncolumns: ${columns.join(", ")}\n---\n${text ?? ""}`;
      },
    ]),
  );
}

for (const target of panelTargets) {
  checkGolden(`panel-${target}`, golden(target));
  checkGolden(`events-${target}`, goldenLists(target));
}

const panels = [
  ...constructs,
  ...shippedNames.flatMap((dashboard) =>
    chartsOf(shippedDashboard(dashboard)).map(
      (panel) => [`${dashboard}/${panel.name}`, panel] as const,
    ),
  ),
];

describe("Microsoft's binder", () => {
  it.each(panels)("takes %s, with the columns we promise", (_, { query }) => {
    const { text, columns } = compilePanel(query, "sentinel");
    const found = analyzeKql(text ?? "");
    expect(found.diagnostics).toEqual([]);
    expect(Object.keys(found.columns)).toEqual(columns);
    expect(found.columns["value"]).toBe(query.measure.kind === "latest" ? "datetime" : "real");
    if (columns.includes("bucket")) expect(found.columns["bucket"]).toBe("datetime");
    if (columns.includes("small")) expect(found.columns["small"]).toBe("bool");
  });
});

describe("Microsoft's binder, for lists of events", () => {
  it.each([...eventLists])("takes %s, with the columns we promise", (_, { query }) => {
    const { text, columns } = compileEvents(query, "sentinel");
    const found = analyzeKql(text ?? "");
    expect(found.diagnostics).toEqual([]);
    expect(Object.keys(found.columns)).toEqual(columns);
    expect(found.columns["timestamp"] ?? "datetime").toBe("datetime");
  });
});

describe("fidelity", () => {
  it("names estimates of distinct counts, and nothing else", () => {
    for (const [name, { query }] of panels) {
      const distinct = JSON.stringify(query.measure).includes('"distinct"');
      for (const target of panelTargets) {
        const estimates = distinct && (target === "sentinel" || target === "elastic");
        const { level } = compilePanel(query, target).fidelity;
        expect(level, `${name} ${target}`).toBe(estimates ? "degraded" : "exact");
      }
    }
  });

  it("refuses what a target cannot tell apart", () => {
    const empty = panelOf('kind: stat\nwhere: mcp_tool = ""\nmeasure: count\nunit: events');
    expect(compilePanel(empty.query, "sentinel").fidelity.level).toBe("refused");
    expect(compilePanel(empty.query, "elastic").fidelity.level).toBe("refused");
    const nanoseconds = panelOf("kind: stat\nmeasure: { sum: [duration_ms] }\nunit: ms");
    expect(compilePanel(nanoseconds.query, "elastic").fidelity.level).toBe("refused");
    expect(compilePanel(nanoseconds.query, "splunk").fidelity.level).toBe("exact");
  });
});
