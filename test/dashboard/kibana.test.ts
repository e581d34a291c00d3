/** Dashboards for Kibana: their two formats against schemas of our own, closed and without overlaps. */
import { describe, expect, it } from "vitest";
import { type ChartPanel, type Dashboard, type Panel, panelsOf } from "../../src/dashboard/ir.ts";
import { dashboardBody } from "../../src/dashboard/kibana/api.ts";
import { dashboardFidelity, panelFidelity } from "../../src/dashboard/kibana/fidelity.ts";
import { dashboardObject, dataViewObject } from "../../src/dashboard/kibana/saved-object.ts";
import { buildPack } from "../../src/pack/build-pack.ts";
import { checkGolden } from "../dialect/golden.ts";
import { isApiBody, isDashboardAttributes, isStoredPanel } from "./kibana-schema.ts";
import { constructs, eventLists, shippedDashboard, shippedNames } from "./panels.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface StoredPanel {
  readonly type: string;
  readonly panelIndex: string;
  readonly title?: string;
  readonly gridData: Box & { readonly i: string };
  readonly embeddableConfig: Readonly<Record<string, never>>;
}

const dashboards: readonly Dashboard[] = shippedNames.map((name) => shippedDashboard(name));

/** A dashboard with just one panel. */
function around(panel: Panel): Dashboard {
  const subject = panel.kind === "events" ? panel.narrowedBy : [];
  return {
    name: "small",
    version: "1.0.0",
    title: "Small",
    description: "Shows one construct.",
    rangeMs: 30 * 86_400_000,
    filters: ["department"],
    subject,
    sections: [{ title: "Only", about: "One panel.", panels: [panel] }],
    span: panel.span,
  };
}

function panelsJson(dashboard: Dashboard): readonly StoredPanel[] {
  return JSON.parse(String(dashboardObject(dashboard).attributes["panelsJSON"])) as StoredPanel[];
}

function storedControls(dashboard: Dashboard): Readonly<Record<string, { explicitInput: object }>> {
  const group = dashboardObject(dashboard).attributes["controlGroupInput"] as {
    readonly panelsJSON: string;
  };
  return JSON.parse(group.panelsJSON) as Readonly<Record<string, { explicitInput: object }>>;
}

const { span } = panelsOf(dashboards[0] as Dashboard)[0] as ChartPanel;
const status: Panel = { kind: "status", name: "only", title: "Sinks", of: "sinks", span };
const prose: Panel = {
  kind: "text",
  name: "only",
  title: "Read",
  text: "All *times* are UTC.",
  span,
};

const single: readonly (readonly [string, Panel])[] = [
  ...constructs,
  ...eventLists,
  ["status", status],
  ["text", prose],
];

checkGolden(
  "kibana",
  new Map(
    single.map(([name, panel]) => [
      `${name}.json`,
      () => {
        const dashboard = around(panel);
        const body = dashboardBody(dashboard) as { readonly panels: readonly object[] };
        const shown = {
          fidelity: panelFidelity(dashboard, panel),
          stored: panelsJson(dashboard).at(-1),
          api: body.panels.at(-1),
        };
        return `${JSON.stringify(shown, null, 2)}\n`;
      },
    ]),
  ),
);

const all: readonly (readonly [string, Dashboard])[] = [
  ...dashboards.map((one) => [one.name, one] as const),
  ...single.map(([name, panel]) => [`panel ${name}`, around(panel)] as const),
];

describe("saved objects", () => {
  it.each(all)("of %s have the keys that Kibana knows", (_, dashboard) => {
    const { attributes } = dashboardObject(dashboard);
    isDashboardAttributes(attributes);
    expect(isDashboardAttributes.errors ?? []).toEqual([]);
    for (const panel of panelsJson(dashboard)) {
      isStoredPanel(panel);
      expect(isStoredPanel.errors ?? [], panel.title).toEqual([]);
    }
  });

  it.each(all)("of %s refer to what is there", (_, dashboard) => {
    const { attributes, references } = dashboardObject(dashboard);
    const names = references.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { id, type } of references)
      expect({ id, type }).toEqual({ id: dataViewObject().id, type: "index-pattern" });
    const meta = attributes["kibanaSavedObjectMeta"] as { readonly searchSourceJSON: string };
    const used = [
      ...meta.searchSourceJSON.matchAll(/"indexRefName":"([^"]+)"/g),
      ...JSON.stringify(storedControls(dashboard)).matchAll(/"dataViewRefName":"([^"]+)"/g),
    ].map(([, name]) => name);
    expect(used.toSorted()).toEqual(names.toSorted());
  });

  it("keeps the ids of its panels when another panel or section comes", () => {
    const [shipped] = dashboards as readonly [Dashboard];
    const [first, ...rest] = shipped.sections;
    if (first === undefined) throw new Error("no section");
    const panels = [{ ...prose, name: "another" }, ...first.panels];
    const again = { ...first, panels: [{ ...prose, name: "the-last" }] };
    const more = { ...shipped, sections: [{ ...first, panels }, ...rest, again] };
    const ids = (one: Dashboard) => panelsJson(one).map(({ panelIndex }) => panelIndex);
    expect(new Set(ids(more)).size).toBe(ids(more).length);
    expect(ids(shipped).filter((id) => !ids(more).includes(id))).toEqual([]);
    expect(ids(more)).toHaveLength(ids(shipped).length + 3);
  });

  it("with another key, or another type of column, would be refused", () => {
    const [heading, chart] = panelsJson(dashboards[0] as Dashboard);
    expect(isStoredPanel(chart)).toBe(true);
    expect(isStoredPanel({ ...chart, extra: 1 })).toBe(false);
    expect(isStoredPanel({ ...heading, panelIndex: "1" })).toBe(false);
    const keyword = JSON.stringify(chart).replace(
      '"meta":{"type":"string"}',
      '"meta":{"type":"keyword"}',
    );
    expect(isStoredPanel(JSON.parse(keyword))).toBe(false);
    const body = dashboardBody(dashboards[0] as Dashboard);
    expect(isApiBody({ ...body, sections: [] })).toBe(false);
  });

  it("ask for no Kibana newer than the oldest that has what they need", () => {
    expect(dashboardObject(dashboards[0] as Dashboard)).toMatchObject({
      coreMigrationVersion: "8.8.0",
      typeMigrationVersion: "8.9.0",
    });
    expect(dataViewObject()).toMatchObject({ typeMigrationVersion: "8.0.0" });
  });

  it("keep to the connector's own events and name every filter", () => {
    const { attributes } = dashboardObject(dashboards[0] as Dashboard);
    const meta = attributes["kibanaSavedObjectMeta"] as { readonly searchSourceJSON: string };
    expect(JSON.parse(meta.searchSourceJSON)).toMatchObject({
      filter: [{ query: { match_phrase: { "event.module": "claude_deployment" } } }],
    });
    const fields = Object.values(storedControls(dashboards[0] as Dashboard)).map(
      ({ explicitInput }) => (explicitInput as { readonly fieldName: string }).fieldName,
    );
    expect(fields).toEqual([
      "claude.department",
      "claude.data_classification",
      "claude.deployment",
    ]);
  });
});

interface Lens {
  readonly title: string;
  readonly state: {
    readonly visualization: object;
    readonly query: { readonly esql: string };
    readonly internalReferences: readonly { readonly id: string; readonly name: string }[];
    readonly adHocDataViews: Readonly<Record<string, { readonly id: string }>>;
    readonly datasourceStates: {
      readonly textBased: {
        readonly layers: Readonly<
          Record<
            string,
            {
              readonly index: string;
              readonly query: { readonly esql: string };
              readonly columns: readonly {
                readonly columnId: string;
                readonly fieldName: string;
              }[];
            }
          >
        >;
      };
    };
  };
}

function chartsIn(dashboard: Dashboard): readonly Lens[] {
  return panelsJson(dashboard)
    .filter(({ type }) => type === "lens")
    .map(({ embeddableConfig }) => embeddableConfig["attributes"] as unknown as Lens);
}

/** Columns of a query's result: of the last KEEP, and of what follows it. */
function resultOf(esql: string): readonly string[] {
  const commands = esql.split("\n| ");
  const at = commands.findLastIndex((one) => one.startsWith("KEEP "));
  const kept = (commands[at] ?? "").slice("KEEP ".length).split(", ");
  const added = commands.slice(at + 1).flatMap((one) => /^EVAL (\w+) = /.exec(one)?.[1] ?? []);
  return [...new Set([...kept, ...added])];
}

/** The ids of columns that a visualization names, wherever they stand. */
function accessorsIn(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") return /(Accessor|columnId)$/.test(key) ? [value] : [];
  if (Array.isArray(value))
    return value.flatMap((one: unknown) =>
      typeof one === "string" && /^(accessors|metrics|primaryGroups)$/.test(key)
        ? [one]
        : accessorsIn(one, key),
    );
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, of]) => accessorsIn(of, name));
}

describe("charts of Lens", () => {
  it.each(all)("of %s show columns that their query has", (_, dashboard) => {
    for (const { title, state } of chartsIn(dashboard)) {
      const layers = Object.entries(state.datasourceStates.textBased.layers);
      expect(layers.length, title).toBe(1);
      for (const [layerId, { index, query, columns }] of layers) {
        expect(query).toEqual(state.query);
        const ids = columns.map(({ columnId }) => columnId);
        expect(new Set(ids).size, title).toBe(ids.length);
        const result = resultOf(query.esql);
        for (const { fieldName } of columns) expect(result, title).toContain(fieldName);
        const used = accessorsIn(state.visualization);
        expect([...new Set(used)].toSorted(), title).toEqual(ids.toSorted());
        expect(JSON.stringify(state.visualization)).toContain(`"layerId":"${layerId}"`);
        // The unsaved data view of the chart, and no saved one.
        expect(state.adHocDataViews[index]?.id).toBe(index);
        expect(state.internalReferences).toEqual([
          { type: "index-pattern", id: index, name: `indexpattern-datasource-layer-${layerId}` },
        ]);
      }
    }
  });
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe("the grid", () => {
  it.each(all)(
    "of %s has every panel once, inside, and nothing on top of another",
    (_, dashboard) => {
      const placed = panelsJson(dashboard);
      expect(placed.length).toBe(panelsOf(dashboard).length + dashboard.sections.length);
      expect(new Set(placed.map(({ panelIndex }) => panelIndex)).size).toBe(placed.length);
      let area = 0;
      placed.forEach(({ gridData, panelIndex }, index) => {
        expect(gridData.i).toBe(panelIndex);
        expect(gridData.w * gridData.h).toBeGreaterThan(0);
        expect(Number.isInteger(gridData.w) && Number.isInteger(gridData.x)).toBe(true);
        expect(gridData.x >= 0 && gridData.x + gridData.w <= 48).toBe(true);
        area += gridData.w * gridData.h;
        for (const other of placed.slice(index + 1))
          expect(overlap(gridData, other.gridData)).toBe(false);
      });
      const bottom = Math.max(...placed.map(({ gridData: { y, h } }) => y + h));
      expect(area, "a grid without holes").toBe(48 * bottom);
    },
  );
});

describe("bodies of the Dashboards API", () => {
  it.each(all)("of %s have the keys that the API knows", (_, dashboard) => {
    isApiBody(dashboardBody(dashboard));
    expect(isApiBody.errors ?? []).toEqual([]);
  });

  it.each(all)(
    "of %s hold the panels, queries and controls of the saved objects",
    (_, dashboard) => {
      const body = dashboardBody(dashboard) as unknown as {
        readonly panels: readonly {
          readonly id: string;
          readonly grid: Box;
          readonly config: Readonly<Record<string, unknown>>;
        }[];
        readonly pinned_panels: readonly object[];
      };
      const stored = panelsJson(dashboard);
      expect(body.panels.map(({ id, grid }) => ({ ...grid, i: id }))).toEqual(
        stored.map(({ gridData }) => gridData),
      );
      const queries = [...JSON.stringify(body.panels).matchAll(/"query":"((?:[^"\\]|\\.)*)"/g)].map(
        ([, one]) => JSON.parse(`"${one}"`) as string,
      );
      expect(queries).toEqual(chartsIn(dashboard).map(({ state }) => state.query.esql));
      expect(body.pinned_panels.length).toBe(Object.keys(storedControls(dashboard)).length);
      for (const { config } of body.panels) {
        const source = JSON.stringify(config);
        const query = /"query":"((?:[^"\\]|\\.)*)"/.exec(source)?.[1];
        if (query === undefined) continue;
        const result = resultOf(JSON.parse(`"${query}"`) as string);
        for (const [, column] of source.matchAll(/"column":"([^"]*)"/g))
          expect(result).toContain(column);
      }
    },
  );
});

describe("fidelity", () => {
  it("says of every panel what Kibana does not show as it is meant", () => {
    const [, , operations] = dashboards;
    const fidelity = (name: string): string => {
      const found = panelsOf(operations as Dashboard).find((one) => one.name === name);
      const { level, ...rest } = panelFidelity(operations as Dashboard, found as Panel);
      return level === "exact" ? level : (rest as { readonly reason: string }).reason;
    };
    expect(fidelity("events")).toBe("A comparison ends now, whatever time is chosen");
    expect(fidelity("last-event")).toBe("A time is drawn as a table with one cell");
    expect(fidelity("sinks")).toMatch(/a text says where it is shown$/);
    expect(fidelity("unknown-department-rate")).toBe("exact");
  });

  it("says of every dashboard what no panel of it can do", () => {
    for (const one of dashboards) expect(dashboardFidelity(one).level).toBe("degraded");
  });

  it("stands in the manifest with every file, and equal dashboards give equal bytes", () => {
    const sourced = dashboards.map((dashboard) => ({
      dashboard,
      source: `dashboards/${dashboard.name}.yaml`,
    }));
    const build = () =>
      buildPack([], ["elastic"], undefined, sourced).filter(
        ({ kind }) => kind === "dashboard" || kind === "data_view",
      );
    const files = build();
    expect(files).toEqual(build());
    expect(files.map(({ path }) => path)).toEqual(
      [
        ...shippedNames.flatMap((name) => [`${name}.dashboard-api.json`, `${name}.ndjson`]),
        "data-view.ndjson",
      ]
        .map((name) => `elastic/dashboards/${name}`)
        .toSorted(),
    );
    for (const { kind, panels, path } of files) {
      const dashboard = dashboards.find(({ name }) => path.includes(`/${name}.`));
      const names = dashboard && panelsOf(dashboard).map(({ name }) => name);
      expect(
        panels?.map(({ panel }) => panel),
        path,
      ).toEqual(kind === "dashboard" ? names : undefined);
    }
    for (const { body, path } of files.filter((one) => one.path.endsWith(".ndjson"))) {
      const lines = String(body).trimEnd().split("\n");
      const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
      expect(types).toEqual(
        path.includes("data-view") ? ["index-pattern"] : ["index-pattern", "dashboard"],
      );
    }
  });
});

describe("words of a dashboard", () => {
  const hostile = "a\"b ]]> $t$ {{x}} <b>&amp;</b> [l](http://x) `c` \\ ' \u2028 \u{1f512} */";

  it("stay words, whatever they are", () => {
    const [compliance] = dashboards;
    const before = compliance as Dashboard;
    const changed: Dashboard = {
      ...before,
      title: hostile,
      description: hostile,
      sections: before.sections.map((section) => ({
        title: hostile,
        about: hostile,
        panels: section.panels.map((panel) => ({ ...panel, title: hostile })),
      })),
    };
    const queries = (one: Dashboard): readonly string[] =>
      chartsIn(one).map(({ state }) => state.query.esql);
    expect(queries(changed)).toEqual(queries(before));
    const object = JSON.parse(JSON.stringify(dashboardObject(changed))) as {
      readonly attributes: { readonly title: string };
    };
    expect(object.attributes.title).toBe(hostile);
    for (const { title } of panelsJson(changed))
      if (title !== undefined) expect(title).toBe(hostile);
    for (const panel of panelsJson(changed)) {
      isStoredPanel(panel);
      expect(isStoredPanel.errors ?? []).toEqual([]);
    }
    isApiBody(dashboardBody(changed));
    expect(isApiBody.errors ?? []).toEqual([]);
  });

  it("make no links or code in Markdown", () => {
    const panel: Panel = { ...prose, title: hostile, text: hostile };
    const [, stored] = panelsJson(around(panel)) as readonly [StoredPanel, StoredPanel];
    const { savedVis } = stored.embeddableConfig as unknown as {
      readonly savedVis: { readonly params: { readonly markdown: string } };
    };
    const { markdown } = savedVis.params;
    expect(markdown.replace(/\\./g, "")).not.toMatch(/[[\]()<>`*_{}&|]/);
    expect(markdown.replace(/\\(.)/g, "$1")).toBe(hostile);
  });
});
