import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { statusMetrics } from "../../src/dashboard/status-panel.ts";

it("names metrics that the connector has", () => {
  const documented = readFileSync("docs/operation.md", "utf8");
  const names = Object.values(statusMetrics).flat();
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(documented).toContain(`| \`${name}\` |`);
});
