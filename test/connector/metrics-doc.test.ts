import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/connector/metrics.ts";
import type { ConnectorStatus } from "../../src/connector/status.ts";

/** Nothing is scraped here: only what is registered counts. */
const noStatus = (): ConnectorStatus => {
  throw new Error("the status is not needed");
};

/** The table of the page as it has to be: one row for each metric of the connector's own. */
function tableOf(registry: ReturnType<typeof createMetrics>): string {
  const rows = registry.getMetricsAsArray().flatMap((metric) => {
    const {
      name,
      help,
      labelNames = [],
    } = metric as typeof metric & {
      readonly labelNames?: readonly string[];
    };
    if (!name.startsWith("claude_siem_")) return [];
    const labels = labelNames.map((label) => `\`${label}\``).join(", ");
    return [`| \`${name}\` | ${metric.constructor.name.toLowerCase()} | ${labels} | ${help} |`];
  });
  return ["| metric | type | labels | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

describe("the table of metrics in docs/operation.md", () => {
  const registry = createMetrics(noStatus);

  it("has exactly what is served", () => {
    const page = readFileSync("docs/operation.md", "utf8");
    const table = /<!-- metrics -->\n\n(.*?)\n\n<!-- \/metrics -->/s.exec(page)?.[1];
    expect(table).toBe(tableOf(registry));
  });

  it("leaves out only what Node and the operating system tell of the process", () => {
    const others = registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("claude_siem_"));
    expect(others.length).toBeGreaterThan(0);
    for (const name of others) expect(name).toMatch(/^(process|nodejs)_/);
  });
});
