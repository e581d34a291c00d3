import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadDashboards } from "../../src/engine/dashboard-set.ts";

it("refuses a second file of a dashboard, at its place", () => {
  const root = mkdtempSync(join(tmpdir(), "claude-siem-dashboards-"));
  mkdirSync(join(root, "dashboards"));
  for (const name of ["incident.yaml", "incident.yml"])
    copyFileSync(join("dashboards", "incident.yaml"), join(root, "dashboards", name));
  const { dashboards, diagnostics } = loadDashboards(root);
  rmSync(root, { recursive: true });
  expect(dashboards.map(({ source }) => source)).toEqual(["dashboards/incident.yaml"]);
  expect(diagnostics.map(({ code, span }) => [code, span.file, span.line])).toEqual([
    ["B135", "dashboards/incident.yml", 1],
  ]);
});
