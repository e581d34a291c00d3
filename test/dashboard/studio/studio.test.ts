/** Definitions of Dashboard Studio: golden files, the vendor's schemas, and our own cross checks. */
import { describe, expect, it } from "vitest";
import {
  type Dashboard,
  isChart,
  type Panel,
  panelsOf,
  type StatusPanel,
} from "../../../src/dashboard/ir.ts";
import { fixedColours, palette } from "../../../src/dashboard/palette.ts";
import { renderStudio, type StudioDefinition } from "../../../src/dashboard/studio/definition.ts";
import { dashboardFidelity, panelFidelity } from "../../../src/dashboard/studio/fidelity.ts";
import type { Block } from "../../../src/dashboard/studio/layout.ts";
import { escapeXml, renderDefinition, renderView } from "../../../src/dashboard/studio/view.ts";
import { drawingOf } from "../../../src/dashboard/studio/visualization.ts";
import { checkGolden } from "../../dialect/golden.ts";
import {
  constructs,
  eventLists,
  panelOf,
  parsed,
  shippedDashboard,
  shippedNames,
} from "../panels.ts";
import { definitionErrors, evaluateOptions, optionErrors, textsIn, tokensIn } from "./vendor.ts";

const SPAN = { file: "small.yaml", line: 1, column: 1, length: 1 };

/** A dashboard of the given panels. */
function dashboardOf(panels: readonly Panel[], over: Partial<Dashboard> = {}): Dashboard {
  return {
    name: "small",
    version: "1.0.0",
    title: "Small",
    description: "Shows one construct.",
    rangeMs: 30 * 86_400_000,
    filters: ["department"],
    subject: [],
    sections: [{ title: "Only", about: "One panel.", panels }],
    span: SPAN,
    ...over,
  };
}

const status: StatusPanel = {
  kind: "status",
  name: "sinks",
  title: "Sinks",
  of: "sinks",
  note: "Ask the operator.",
  span: SPAN,
};

const share = panelOf(
  "kind: share\nmeasure: count\nunit: events\ntime: week\nby: [data_classification]",
);
const rates = panelOf(
  "kind: time_series\nmeasure:\n  ratio:\n    of: { where: mcp_outcome = failure }\n    per: { where: always }\n    at_least: 2\nunit: percent\ntime: day\nby: [department]",
);

function list(name: string): Panel {
  const panel = eventLists.get(name);
  if (panel === undefined) throw new Error(name);
  return panel;
}

/** One panel for each way of drawing. */
const drawn: ReadonlyMap<string, Panel> = new Map<string, Panel>([
  ...["ratio", "compare", "sum-number", "ratio-small-cells", "time-day", "time-by-group"].map(
    (name) => [name, constructs.get(name) ?? share] as const,
  ),
  ...["hour-of-day-by-field", "two-fields", "list", "list-by-field", "boolean"].map(
    (name) => [name, constructs.get(name) ?? share] as const,
  ),
  ["share", share],
  ["rates", rates],
  ["events", list("newest")],
  ["status", status],
]);

checkGolden(
  "dashboard-studio",
  new Map([
    ...[...drawn].map(([name, panel]): [string, () => string] => [
      `${name}.json`,
      () =>
        renderDefinition(
          renderStudio(
            dashboardOf([panel], panel.kind === "events" ? { subject: ["session_id"] } : {}),
            "tabs",
          ),
        ),
    ]),
    [
      "view.xml",
      () => renderView(renderStudio(dashboardOf([share]), "single"), dashboardOf([share])),
    ],
  ]),
);

/** Every dashboard that is checked, with what ships first. */
const dashboards: readonly (readonly [string, Dashboard])[] = [
  ...shippedNames.map((name) => [name, shippedDashboard(name)] as const),
  ...[...drawn].map(([name, panel]) => [name, dashboardOf([panel])] as const),
];

const forms = ["tabs", "single"] as const;
const all = dashboards.flatMap(([name, dashboard]) =>
  forms.map((form) => [`${name}, ${form}`, dashboard, form] as const),
);

function blocksOf({ layout }: StudioDefinition): readonly Block[] {
  const definitions = layout["layoutDefinitions"] as
    | { readonly layout_1: { readonly structure: readonly Block[] } }
    | undefined;
  return definitions?.layout_1.structure ?? (layout["structure"] as unknown as readonly Block[]);
}

describe("the vendor's schemas", () => {
  it.each(dashboards)("take the definition of %s", (_, dashboard) => {
    const definition = JSON.parse(renderDefinition(renderStudio(dashboard, "tabs"))) as object;
    expect(definitionErrors(definition)).toEqual([]);
  });

  it.each(all)("take every option of %s", (_, dashboard, form) => {
    const definition = renderStudio(dashboard, form);
    for (const { type, options } of Object.values(definition.visualizations))
      expect(optionErrors(type, options)).toEqual([]);
  });

  it("refuse what they do not know", () => {
    const definition = renderStudio(dashboardOf([share]), "tabs");
    expect(
      definitionErrors({ ...definition, layout: { type: "grid", structure: [] } }),
    ).not.toEqual([]);
    expect(optionErrors("splunk.column", { stackMode: "piled" })).not.toEqual([]);
    expect(optionErrors("splunk.column", { stacking: "stacked" })).not.toEqual([]);
    expect(optionErrors("splunk.treemap", {})).not.toEqual([]);
  });
});

describe("a definition", () => {
  it.each(all)("has a place for every visualization and no other: %s", (_, dashboard, form) => {
    const definition = renderStudio(dashboard, form);
    const blocks = blocksOf(definition);
    expect(blocks.map(({ item }) => item).sort()).toEqual(
      Object.keys(definition.visualizations).sort(),
    );
    expect(definition.layout["globalInputs"]).toEqual(Object.keys(definition.inputs));
    const named = panelsOf(dashboard).map(({ name }) => `viz_${name}`);
    expect(Object.keys(definition.visualizations)).toEqual(expect.arrayContaining(named));
  });

  it.each(all)("has no overlaps and nothing outside, and no holes: %s", (_, dashboard, form) => {
    const blocks = blocksOf(renderStudio(dashboard, form)).map(({ position }) => position);
    for (const [index, a] of blocks.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.w).toBeLessThanOrEqual(1200);
      expect(Math.min(a.w, a.h)).toBeGreaterThan(0);
      for (const b of blocks.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, JSON.stringify([a, b])).toBe(true);
      }
    }
    const area = blocks.reduce((sum, { w, h }) => sum + w * h, 0);
    expect(area).toBe(1200 * Math.max(...blocks.map(({ y, h }) => y + h)));
  });

  it.each(all)("reads only searches it has, and has none it does not read: %s", (_, one, form) => {
    const { dataSources, inputs, visualizations } = renderStudio(one, form);
    const read = [...Object.values(inputs), ...Object.values(visualizations)].flatMap((item) =>
      Object.values(item.dataSources ?? {}),
    );
    const extended = Object.values(dataSources).flatMap(({ options }) => options.extend ?? []);
    expect([...new Set([...read, ...extended])].sort()).toEqual(Object.keys(dataSources).sort());
    for (const id of [...Object.keys(dataSources), ...Object.keys(visualizations)])
      expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    const names = Object.values(dataSources).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9 ._-]+$/);
  });

  it.each(all)("uses only tokens that an input, or a clicked row, gives: %s", (_, one, form) => {
    const definition = renderStudio(one, form);
    const given = Object.values(definition.inputs).flatMap(({ type, options }) => {
      const token = String(options["token"]);
      return type === "input.timerange" ? [`${token}.earliest`, `${token}.latest`] : [token];
    });
    expect(new Set(given).size).toBe(given.length);
    const { dataSources, defaults, visualizations } = definition;
    for (const text of [...textsIn(dataSources), ...textsIn(defaults)])
      for (const token of tokensIn(text)) expect(given).toContain(token);
    for (const { eventHandlers, ...rest } of Object.values(visualizations)) {
      expect(textsIn(rest).flatMap(tokensIn)).toEqual([]);
      for (const token of textsIn(eventHandlers ?? []).flatMap(tokensIn))
        expect([...given, "name"].includes(token) || /^row\.\w+\.value$/.test(token), token).toBe(
          true,
        );
    }
    // Every choice narrows every search of a panel, and nothing else does.
    const searches = Object.entries(dataSources).filter(
      ([id, { type }]) => type === "ds.search" && !id.startsWith("ds_filter_"),
    );
    for (const [id, { options }] of searches)
      for (const field of one.filters)
        expect(tokensIn(options.query), id).toContain(`filter_${field}`);
  });

  it.each(dashboards)("asks the same in both forms: %s", (_, dashboard) => {
    const [tabs, single] = forms.map((form) => renderStudio(dashboard, form));
    expect(single?.dataSources).toEqual(tabs?.dataSources);
    expect(single?.visualizations).toEqual(tabs?.visualizations);
  });

  it("asks for equal queries once, and shapes each for its panel", () => {
    const bar = panelOf("kind: bar\nmeasure: count\nunit: events\nby: [mcp_server]");
    const twin = { ...bar, kind: "table", name: "twin" } as const;
    const { dataSources, visualizations } = renderStudio(dashboardOf([bar, twin]), "tabs");
    expect(Object.keys(dataSources)).toEqual([
      "ds_filter_department",
      "ds_base_only",
      "ds_only",
      "ds_twin",
    ]);
    expect(dataSources["ds_twin"]).toMatchObject({
      type: "ds.chain",
      options: { extend: "ds_base_only" },
    });
    expect(dataSources["ds_base_only"]?.options.query).toMatch(/\n\| table mcp_server value$/);
    expect(visualizations["viz_twin"]?.dataSources).toEqual({ primary: "ds_twin" });
  });

  it("names what is not as the panel means it", () => {
    expect(panelFidelity(dashboardOf([rates]), rates)).toMatchObject({ level: "degraded" });
    expect(panelFidelity(dashboardOf([share]), share)).toEqual({ level: "exact" });
    expect(dashboardFidelity(shippedDashboard("compliance"))).toEqual({ level: "exact" });
    expect(dashboardFidelity(shippedDashboard("operations"))).toEqual({
      level: "degraded",
      reason: "Panels that differ: sources, sinks, journal, context",
    });
    const sinks = renderStudio(dashboardOf([status]), "tabs").visualizations["viz_sinks"];
    expect(sinks?.options["markdown"]).toContain("claude\\_siem\\_sink\\_lag\\_seconds");
  });
});

const HOSTILE = `"]]></definition><x>' $filter_department$ $$ {{x}} <script> *b* \u{1F600} \uFFFE \\`;

describe("hostile words", () => {
  const text = `name: hostile
version: 1.0.0
title: ${JSON.stringify(HOSTILE)}
description: ${JSON.stringify(HOSTILE)}
range: 30d
filters: [department]
sections:
  - title: ${JSON.stringify(HOSTILE)}
    about: ${JSON.stringify(HOSTILE)}
    panels:
      - name: only
        title: ${JSON.stringify(HOSTILE)}
        note: ${JSON.stringify(HOSTILE)}
        kind: bar
        where: mcp_server = ${JSON.stringify(HOSTILE)}
        measure: count
        unit: events
        by: [mcp_tool]
`;
  const dashboard = parsed(text.replace(/where: .*$/m, "where: always"), "hostile.yaml");

  it("are neither tokens nor the end of anything", () => {
    const definition = renderStudio(dashboard, "single");
    const view = renderView(definition, dashboard);
    const [, json = ""] = /<definition><!\[CDATA\[([\s\S]*?)\]\]><\/definition>/.exec(view) ?? [];
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(definition)));
    expect(view).not.toContain("\uFFFE");
    // One section of character data, which ends where ours ends.
    expect(view.match(/\]\]>/g)).toHaveLength(1);
    expect(view).toContain(`<label>${escapeXml(HOSTILE)}</label>`);
    expect(definition.title.replaceAll("$$", "$")).toBe(HOSTILE);
    expect(tokensIn(definition.title)).toEqual([]);
    expect(textsIn(definition.visualizations["viz_section_1"] ?? {}).flatMap(tokensIn)).toEqual([]);
  });

  it("in a predicate are not tokens either", () => {
    const bar = panelOf("kind: bar\nmeasure: count\nunit: events\nby: [mcp_tool]");
    const where = {
      kind: "equals",
      field: "mcp_server",
      value: "$filter_department|s$",
      span: SPAN,
    } as const;
    const panel = { ...bar, query: { ...bar.query, where } };
    const { dataSources, visualizations } = renderStudio(dashboardOf([panel]), "tabs");
    const query = dataSources["ds_only"]?.options.query ?? "";
    expect(query).toContain('="$$filter_department|s$$"');
    const [handler] = visualizations["viz_only"]?.eventHandlers ?? [];
    expect(handler?.options.url).toContain(encodeURIComponent('="$filter_department|s$"'));
  });
});

describe("expressions, evaluated by the vendor's code", () => {
  it("colour the cells of a heat map by their number, and only those", () => {
    const panel = constructs.get("hour-of-day-by-field");
    if (panel === undefined) throw new Error("no panel");
    const { options, context = {} } = drawingOf(panel);
    const { tableFormat } = evaluateOptions(
      options["tableFormat"] === undefined
        ? {}
        : {
            table: "> primary",
            ...options,
          },
      context,
      { mcp_server: ["jira", "github"], "00": ["1", "< 5 users"], "01": [null, "10"] },
    );
    expect(tableFormat).toMatchObject({
      data: [
        ["jira", "github"],
        ["1", "< 5 users"],
        [null, "10"],
      ],
      rowBackgroundColors: [
        [undefined, undefined],
        ["#EAF2F8", undefined],
        [undefined, palette.k0.toUpperCase()],
      ],
    });
  });

  it("give a severity the same colour as everywhere", () => {
    const panel = panelOf("kind: table\nmeasure: count\nunit: events\nby: [severity, mcp_server]");
    const { options, context = {} } = drawingOf(panel);
    const evaluated = evaluateOptions({ table: "> primary", ...options }, context, {
      severity: ["critical", "unknown"],
      mcp_server: ["a", "b"],
      events: ["1234", "5"],
    });
    expect(evaluated["columnFormat"]).toEqual({
      severity: { rowColors: [fixedColours("severity")["critical"], palette.grey] },
      events: { data: ["1,234", "5"] },
    });
  });

  it("find number, unit and words of a single value", () => {
    const panel = constructs.get("compare");
    if (panel === undefined) throw new Error("no panel");
    const { options } = drawingOf(panel);
    const row = {
      shown: ["7"],
      unit: ["events"],
      label: ["9 in the 1 day before"],
      change: ["-2"],
    };
    expect(evaluateOptions(options, {}, row)).toMatchObject({
      majorValue: "7",
      unit: "events",
      underLabel: "9 in the 1 day before",
      trendValue: "-2",
    });
  });

  it("make a menu of what a search found, with All before it", () => {
    const input = renderStudio(dashboardOf([share]), "tabs").inputs["input_filter_department"];
    const { items } = evaluateOptions(input?.options ?? {}, input?.context ?? {}, {
      choice: ["sales", "it's"],
    });
    expect(items).toEqual([
      { label: "All", value: "*" },
      { label: "sales", value: "sales" },
      { label: "it's", value: "it's" },
    ]);
  });

  it("draw every chart of what ships from columns that its search makes", () => {
    for (const name of shippedNames) {
      const dashboard = shippedDashboard(name);
      const { dataSources } = renderStudio(dashboard, "tabs");
      for (const panel of panelsOf(dashboard).filter(isChart)) {
        const named = textsIn(drawingOf(panel).options)
          .filter((text) => text.startsWith(">"))
          .flatMap((text) => [...text.matchAll(/"(\w+)"/g)].map(([, column = ""]) => column));
        const query = dataSources[`ds_${panel.name}`]?.options.query ?? "";
        const last = query.split("\n").at(-1) ?? "";
        if (!last.startsWith("| table ")) continue;
        for (const column of named) expect(last.split(/[ ]/), panel.name).toContain(column);
      }
    }
  });
});
