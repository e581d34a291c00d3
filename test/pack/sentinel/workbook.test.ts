/** Workbooks in the pack: files, the manifest, and resources of templates. */
import { describe, expect, it } from "vitest";
import { renderWorkbook } from "../../../src/dashboard/workbook/workbook.ts";
import type { Artifact } from "../../../src/pack/artifact.ts";
import { renderManifest } from "../../../src/pack/artifact.ts";
import { buildPack } from "../../../src/pack/build-pack.ts";
import { shippedDashboard, shippedNames } from "../../dashboard/panels.ts";
import { checkWorkbook } from "../../dashboard/workbook/schema.ts";
import { ancestors, deploy, type Evaluated } from "./arm-expression.ts";
import { bodyOf, rules } from "./pack.ts";
import { checkResource, checkTemplate } from "./resource-schema.ts";

const dashboards = shippedNames.map((name) => ({
  dashboard: shippedDashboard(name),
  source: `dashboards/${name}.yaml`,
}));

function build(): readonly Artifact[] {
  const sourced = rules.map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
  return buildPack(sourced, ["sentinel"], undefined, dashboards);
}

const pack = build();
const workbooks = pack.filter(({ path }) => path.startsWith("sentinel/workbooks/"));

function text(path: string): string {
  return bodyOf(path, pack);
}

function workbooksOf({ resources }: Evaluated): Evaluated["resources"] {
  return resources.filter(({ value }) => value.type === "Microsoft.Insights/workbooks");
}

describe("workbooks of a pack", () => {
  it("are gallery JSON and a template for each dashboard", () => {
    expect(workbooks.map(({ path }) => path)).toEqual(
      shippedNames.flatMap((name) =>
        ["arm", "workbook"].map((kind) => `sentinel/workbooks/${name}.${kind}.json`),
      ),
    );
  });

  it("stand in the manifest with the fidelity of each panel", () => {
    const manifest = JSON.parse(renderManifest(pack, "1.2.3")) as {
      readonly artifacts: readonly { readonly path: string | null }[];
    };
    for (const { dashboard, source } of dashboards) {
      const found = manifest.artifacts.find(
        ({ path }) => path === `sentinel/workbooks/${dashboard.name}.workbook.json`,
      );
      expect(found).toMatchObject({
        kind: "dashboard",
        target: "sentinel",
        source,
        fidelity: { level: "degraded", reason: expect.stringContaining("Panels differ") },
        panels: renderWorkbook(dashboard).panels,
      });
    }
  });

  it("are the same bytes twice", () => {
    expect(build()).toEqual(pack);
  });

  it("hold no null and nothing empty but what a parameter starts with", () => {
    const blanks = (value: unknown, path: string): readonly string[] => {
      if (value === null || value === "") return [path];
      if (typeof value !== "object") return [];
      const entries = Object.entries(value as object);
      return entries.length === 0
        ? [path]
        : entries.flatMap(([key, one]) => blanks(one, `${path}/${key}`));
    };
    for (const name of shippedNames) {
      const found = blanks(JSON.parse(text(`workbooks/${name}.workbook.json`)), "");
      // What is typed starts empty, several choices need no quotes, and a click passes everything on.
      for (const path of found) expect(path).toMatch(/\/(value|quote|fieldName)$/);
    }
  });
});

describe("the template of a workbook", () => {
  it.each(shippedNames)("of %s deploys what the gallery JSON says", (name) => {
    const source = text(`workbooks/${name}.arm.json`);
    expect(checkTemplate(JSON.parse(source))).toEqual([]);
    const evaluated = deploy(source, { workspace: "logs-1" });
    const [only, ...others] = evaluated.resources;
    expect(others).toEqual([]);
    expect(only && checkResource(only.value)).toEqual([]);
    const data = JSON.parse(String(only?.value.properties["serializedData"]));
    expect(checkWorkbook(data)).toEqual([]);
    expect(data).toEqual(JSON.parse(text(`workbooks/${name}.workbook.json`)));
    expect(only?.value.properties["displayName"]).toBe(shippedDashboard(name).title);
  });

  it("gives the same workspace the same name, and another one another", () => {
    const source = text("workbooks/compliance.arm.json");
    const nameIn = (workspace: string): string =>
      deploy(source, { workspace }).resources[0]?.value.name ?? "";
    expect(nameIn("logs-1")).toBe(nameIn("logs-1"));
    expect(nameIn("logs-2")).not.toBe(nameIn("logs-1"));
  });
});

describe("the whole deployment", () => {
  const whole = deploy(text("azuredeploy.json"), { workspace: "logs-1" });

  it("brings the workbooks of the parts, after the table", () => {
    const parts = shippedNames.flatMap(
      (name) => deploy(text(`workbooks/${name}.arm.json`), { workspace: "logs-1" }).resources,
    );
    const found = workbooksOf(whole);
    const bare = ({ value }: Evaluated["resources"][number]): unknown => ({
      ...value,
      dependsOn: [],
    });
    expect(found.map(bare)).toEqual(parts.map(bare));
    const table = whole.resources.find(({ value }) => value.type.endsWith("/tables"))?.id ?? "";
    for (const { id, value } of found) {
      expect(checkResource(value)).toEqual([]);
      expect(ancestors(whole, id)).toContain(table);
    }
  });

  it("stays within the 4 MB of a template", () => {
    expect(Buffer.byteLength(text("azuredeploy.json"))).toBeLessThan(4_000_000);
  });
});
