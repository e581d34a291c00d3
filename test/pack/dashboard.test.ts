import { describe, expect, it } from "vitest";
import { chartsOf } from "../../src/dashboard/ir.ts";
import { buildTargets, renderManifest } from "../../src/pack/artifact.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { panelOf, shippedDashboard } from "../dashboard/panels.ts";

const dashboard = shippedDashboard();
const source = "dashboards/compliance.yaml";
const pack = buildPack([], buildTargets, undefined, [{ dashboard, source }]);
const panels = pack.filter(({ kind }) => kind === "panel_query");

describe("the queries of panels", () => {
  it("are files of every target but Sigma, named after dashboard and panel", () => {
    for (const [target, extension] of [
      ["sentinel", "kql"],
      ["splunk", "spl"],
      ["elastic", "esql"],
      ["duckdb", "sql"],
    ]) {
      const paths = panels.filter((one) => one.target === target).map(({ path }) => path);
      const names = chartsOf(dashboard).map(({ name }) => name);
      expect(paths).toEqual(
        names.map((name) => `${target}/dashboards/compliance/${name}.${extension}`).sort(),
      );
    }
    expect(panels.filter(({ target }) => target === "sigma")).toEqual([]);
  });

  it("stand in the manifest with their fidelity", () => {
    const manifest = JSON.parse(renderManifest(pack, "1.2.3")) as {
      readonly artifacts: readonly { readonly panel?: string; readonly target: string }[];
    };
    const found = manifest.artifacts.find(
      ({ panel, target }) => panel === "compliance/active-users" && target === "sentinel",
    );
    expect(found).toMatchObject({
      path: "sentinel/dashboards/compliance/active-users.kql",
      kind: "panel_query",
      source,
      fidelity: { level: "degraded" },
    });
  });

  it("are there for lists of events; the connector's own state has an entry that says where it is", () => {
    const [operations, incident] = (["operations", "incident"] as const).map((name) =>
      buildPack([], ["sentinel"], undefined, [
        { dashboard: shippedDashboard(name), source: `dashboards/${name}.yaml` },
      ]).filter(({ kind }) => kind === "panel_query"),
    );
    const timeline = incident?.find(({ panel }) => panel === "incident/timeline");
    expect(timeline).toMatchObject({ fidelity: { level: "exact" } });
    expect(timeline?.body).toContain("| take 500");
    const sinks = operations?.find(({ panel }) => panel === "operations/sinks");
    expect(sinks?.fidelity).toMatchObject({
      level: "refused",
      remedy: expect.stringContaining("/metrics"),
    });
    expect(sinks).not.toHaveProperty("body");
  });

  it("have an entry without a file where a target refuses the panel", () => {
    const refused = panelOf("kind: stat\nmeasure: { sum: [duration_ms] }\nunit: ms");
    const small = { ...dashboard, sections: [{ title: "", about: "", panels: [refused] }] };
    const [entry] = buildPack([], ["elastic"], undefined, [{ dashboard: small, source }]).filter(
      ({ kind }) => kind === "panel_query",
    );
    expect(entry).toMatchObject({ fidelity: { level: "refused" } });
    expect(entry).not.toHaveProperty("body");
  });
});
