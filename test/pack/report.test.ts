import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { frameworkEntryName, frameworkVersions } from "../../src/framework/lookup.ts";
import { buildTargets } from "../../src/pack/artifact.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { shippedRules } from "../dialect/cases.ts";

const rules = shippedRules();
const sourced = rules.map((rule) => ({ rule, source: `rules/${rule.name}/rule.yaml` }));
const pack = buildPack(sourced, buildTargets);

function bodyOf(path: string): string {
  const body = pack.find((one) => one.path === path)?.body;
  if (typeof body !== "string") throw new Error(`no text ${path}`);
  return body;
}

/** What the Navigator reads of a layer, format 4.5. */
const layerSchema = {
  type: "object",
  additionalProperties: false,
  required: ["name", "versions", "domain", "techniques"],
  properties: {
    name: { type: "string", minLength: 1 },
    versions: {
      type: "object",
      additionalProperties: false,
      required: ["layer", "attack"],
      properties: {
        attack: { type: "string" },
        navigator: { type: "string" },
        layer: { const: "4.5" },
      },
    },
    domain: { enum: ["enterprise-attack", "atlas-atlas"] },
    description: { type: "string" },
    sorting: { enum: [0, 1, 2, 3] },
    hideDisabled: { type: "boolean" },
    techniques: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["techniqueID", "score"],
        properties: {
          techniqueID: { type: "string", pattern: "^(AML\\.)?T[0-9]{4}(\\.[0-9]{3})?$" },
          score: { type: "integer", minimum: 1 },
          comment: { type: "string", minLength: 1 },
          enabled: { type: "boolean" },
          showSubtechniques: { type: "boolean" },
        },
      },
    },
    gradient: {
      type: "object",
      additionalProperties: false,
      required: ["colors", "minValue", "maxValue"],
      properties: {
        colors: { type: "array", items: { type: "string", pattern: "^#[0-9a-f]{6}$" } },
        minValue: { type: "number" },
        maxValue: { type: "number" },
      },
    },
    showTacticRowBackground: { type: "boolean" },
    selectTechniquesAcrossTactics: { type: "boolean" },
  },
};

interface Layer {
  readonly versions: { readonly attack: string };
  readonly techniques: readonly { readonly techniqueID: string; readonly score: number }[];
}

it.each(["attack", "atlas"] as const)("the layer of %s holds what rules name", (matrix) => {
  const layer = JSON.parse(bodyOf(`report/navigator-${matrix}.json`)) as Layer;
  const validate = new Ajv2020({ allErrors: true }).compile(layerSchema);
  expect(validate(layer), JSON.stringify(validate.errors)).toBe(true);
  for (const { techniqueID: id, score } of layer.techniques) {
    const version = frameworkVersions(matrix).find((one) => one.startsWith(layer.versions.attack));
    expect(frameworkEntryName(matrix, version ?? "", id), id).toBeDefined();
    const naming = rules.filter(({ frameworks }) =>
      frameworks.some((one) => one.framework === matrix && one.id === id),
    );
    expect(score).toBe(naming.length);
  }
});

it("says for every rule and target how faithful it is", () => {
  const report = bodyOf("report/capability.md");
  for (const { name } of rules) expect(report).toContain(`| ${name} |`);
  for (const target of buildTargets) expect(report).toContain(` ${target} |`);
});
