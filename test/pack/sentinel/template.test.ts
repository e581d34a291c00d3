import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sentinelColumns } from "../../../src/generated/target-fields.ts";
import { call, parameter, renderTemplate } from "../../../src/pack/sentinel/arm.ts";
import { workspaceParameter } from "../../../src/pack/sentinel/workspace.ts";
import {
  type ArmObject,
  ancestors,
  deploy,
  type Evaluated,
  evaluateText,
} from "./arm-expression.ts";
import { bodyOf, kept, pack } from "./pack.ts";
import { checkResource, checkTemplate } from "./resource-schema.ts";
import { analyzeQuery } from "./workspace.ts";

const templates = pack
  .filter(({ kind, path }) => kind === "arm_template" && !path.includes("parameters"))
  .map(({ path }) => path.replace("sentinel/", ""));

const whole = deploy(bodyOf("azuredeploy.json"), { workspace: "logs-1" });

type Resources = Evaluated["resources"];

function ofType({ resources }: Evaluated, kind: string): Resources {
  return resources.filter(({ value }) => value.type.endsWith(kind));
}

function propertiesOf(evaluated: Evaluated, kind: string): ArmObject {
  const [found] = ofType(evaluated, kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found.value.properties;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

describe("a template", () => {
  it("exists for each part and each rule, and one for all", () => {
    expect(templates).toEqual([
      ...["data-collection-rule", "parsers"].map((name) => `arm/${name}.json`),
      ...kept.map((name) => `arm/rule-${name}.json`),
      ...["table", "watchlists"].map((name) => `arm/${name}.json`),
      "azuredeploy.json",
    ]);
  });

  it.each(templates)("%s is a template whose expressions have values", (path) => {
    const { $schema, contentVersion, parameters, resources, outputs } = JSON.parse(bodyOf(path));
    expect(
      checkTemplate({
        $schema,
        contentVersion,
        parameters,
        resources,
        ...(outputs !== undefined && { outputs }),
      }),
    ).toEqual([]);
    const evaluated = deploy(bodyOf(path), { workspace: "logs-1" });
    for (const { id, value } of evaluated.resources) expect(checkResource(value), id).toEqual([]);
  });

  it("deploys with the parameters of the example", () => {
    const { parameters } = JSON.parse(bodyOf("azuredeploy.parameters.example.json")) as {
      parameters: Record<string, { value: string | number }>;
    };
    const given = Object.fromEntries(
      Object.entries(parameters).map(([name, { value }]) => [name, value]),
    );
    const { resources } = deploy(bodyOf("azuredeploy.json"), given);
    for (const { value } of resources) expect(checkResource(value)).toEqual([]);
  });

  it("has no subscription, tenant or address in it", () => {
    for (const path of templates) {
      expect(bodyOf(path)).not.toMatch(
        /\/subscriptions\/|\/tenants\/|https?:\/\/(?!schema\.management)/,
      );
    }
  });
});

describe("the whole deployment", () => {
  it("has each resource of the parts, and the same", () => {
    const parts = templates
      .filter((path) => path.startsWith("arm/"))
      .flatMap((path) => deploy(bodyOf(path), { workspace: "logs-1" }).resources);
    const bare = ({ resources }: { resources: Resources }): unknown =>
      resources
        .map(({ id, value }) => ({ ...value, id, dependsOn: [] }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(bare(whole)).toEqual(bare({ resources: parts }));
  });

  it("brings what queries read before the queries: table, collection, functions and watchlists, rules", () => {
    const table = ofType(whole, "/tables")[0]?.id ?? "";
    const collection = ofType(whole, "/dataCollectionRules")[0]?.id ?? "";
    const readers = [...ofType(whole, "/savedSearches"), ...ofType(whole, "/watchlists")];
    expect(ancestors(whole, table).size).toBe(0);
    expect([...ancestors(whole, collection)]).toEqual([table]);
    for (const { id } of readers) expect([...ancestors(whole, id)]).toContain(collection);
    const rules = ofType(whole, "/alertRules");
    expect(rules.length).toBe(kept.length);
    for (const { id } of rules) {
      const before = ancestors(whole, id);
      for (const one of [table, collection, ...readers.map((reader) => reader.id)])
        expect(before).toContain(one);
    }
  });

  it("says where to send", () => {
    expect(whole.outputs).toEqual({
      dataCollectionRuleId: ofType(whole, "/dataCollectionRules")[0]?.id,
      immutableId: "dcr-1",
      ingestionEndpoint: "https://ingest.invalid",
    });
  });
});

describe("the rule in a template", () => {
  it.each(kept)("%s is the rule of the YAML file", (name) => {
    const properties = propertiesOf(
      deploy(bodyOf(`arm/rule-${name}.json`), { workspace: "logs-1" }),
      "/alertRules",
    );
    const yaml = parse(bodyOf(`analytic-rules/${name}.yaml`)) as ArmObject;
    for (const key of ["description", "severity", "query", "tactics", "entityMappings"] as const)
      expect(properties[key]).toEqual(yaml[key]);
    for (const key of ["customDetails", "alertDetailsOverride", "eventGroupingSettings"] as const)
      expect(properties[key]).toEqual(yaml[key]);
    expect(properties["displayName"]).toBe(yaml["name"]);
    expect(properties["techniques"]).toEqual(yaml["relevantTechniques"]);
    expect(analyzeQuery(String(properties["query"])).diagnostics).toEqual([]);
  });
});

describe("the table and the way into it", () => {
  const table = propertiesOf(whole, "/tables") as unknown as {
    schema: { name: string; columns: readonly Column[] };
  };
  const collection = propertiesOf(whole, "/dataCollectionRules") as unknown as {
    streamDeclarations: Record<string, { columns: readonly Column[] }>;
    destinations: { logAnalytics: readonly { name: string }[] };
    dataFlows: readonly {
      streams: readonly string[];
      destinations: readonly string[];
      transformKql: string;
      outputStream: string;
    }[];
  };
  const [stream = "", declared] = Object.entries(collection.streamDeclarations)[0] ?? [];
  const [flow] = collection.dataFlows;

  it("have the columns of the mapping, each with its own word for a time", () => {
    expect(table.schema.columns.map(({ name }) => name)).toEqual(
      sentinelColumns.map(({ name }) => name),
    );
    expect(declared?.columns).toEqual(sentinelColumns);
    const typeOf = (columns: readonly Column[] | undefined): string | undefined =>
      columns?.find(({ name }) => name === "TimeGenerated")?.type;
    expect(typeOf(table.schema.columns)).toBe("dateTime");
    expect(typeOf(declared?.columns)).toBe("datetime");
    const lower = table.schema.columns.map(({ name, type }) => ({
      name,
      type: type === "dateTime" ? "datetime" : type,
    }));
    expect(lower).toEqual(declared?.columns);
  });

  it("belong together", () => {
    expect(flow?.streams).toEqual([stream]);
    expect(flow?.outputStream).toBe(`Custom-${table.schema.name}`);
    const names = collection.destinations.logAnalytics.map(({ name }) => name);
    expect(flow?.destinations).toEqual(names);
  });

  it("need no transformation: what the stream declares is what the table has", () => {
    const columns = (declared?.columns ?? [])
      .map(({ name, type }) => `${name}: ${type === "boolean" ? "bool" : type}`)
      .join(", ");
    const found = analyzeQuery(
      `let source = datatable(${columns})[];\n${flow?.transformKql ?? ""}`,
    );
    expect(found.diagnostics).toEqual([]);
    const table = analyzeQuery("ClaudeAudit_CL");
    expect(found.columns).toEqual(table.columns);
  });
});

describe("a watchlist", () => {
  it("is left alone where its rows are the site's own", () => {
    const given = { workspace: "logs-1", deployWatchlists: false };
    const later = deploy(bodyOf("azuredeploy.json"), given);
    const conditions = (evaluated: Evaluated): readonly unknown[] =>
      evaluated.resources.flatMap(({ value }) => value["condition"] ?? []);
    expect(conditions(whole)).toEqual([true, true]);
    expect(conditions(later)).toEqual([false, false]);
    expect(ofType(later, "/watchlists").map(({ value }) => value["condition"])).toEqual([
      false,
      false,
    ]);
  });

  it("has rows with as many cells as its header, keyed by a column of it", () => {
    for (const { value } of ofType(whole, "/watchlists")) {
      const { rawContent, itemsSearchKey, source } = value.properties;
      const [header = "", ...rows] = String(rawContent).trimEnd().split("\n");
      expect(header.split(",")).toContain(itemsSearchKey);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.split(",").length).toBe(header.split(",").length);
      expect(bodyOf(`watchlists/${String(source)}`)).toBe(rawContent);
    }
  });
});

describe("text in a template", () => {
  const deployment = { parameters: { workspace: "w" }, resources: new Set<string>() };
  const render = (title: string): string => {
    const resource = {
      type: "x",
      apiVersion: "1",
      name: call("concat", parameter("workspace"), "/", title),
      id: parameter("workspace"),
      dependsOn: [],
      properties: { title },
    };
    return renderTemplate({
      parameters: { workspace: workspaceParameter },
      resources: [resource],
    });
  };

  it("is itself after evaluation, whatever it is", () => {
    const awkward = fc.string({ unit: fc.constantFrom("[", "]", "'", '"', "\\", "a", "\n", "(") });
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string({ unit: "binary" })), (title) => {
        const [resource] = JSON.parse(render(title)).resources;
        expect(evaluateText(resource.properties.title, deployment)).toBe(title);
        expect(evaluateText(resource.name, deployment)).toBe(`w/${title}`);
      }),
    );
  });

  it("needs the second bracket only where it could be an expression", () => {
    expect(JSON.parse(render("[parameters('x')]")).resources[0].properties.title).toBe(
      "[[parameters('x')]",
    );
    expect(JSON.parse(render("[test] value")).resources[0].properties.title).toBe("[test] value");
  });
});
