/** Workbooks as documents: what the product takes, references that are closed, text that stays text. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dashboard } from "../../../src/dashboard/ir.ts";
import { chartsOf, panelsOf } from "../../../src/dashboard/ir.ts";
import { compileEvents, compilePanel } from "../../../src/dashboard/query/compile.ts";
import {
  type GroupItem,
  type Item,
  renderWorkbookJson,
  type Workbook,
} from "../../../src/dashboard/workbook/document.ts";
import { markdownText, plainText } from "../../../src/dashboard/workbook/word.ts";
import { renderWorkbook } from "../../../src/dashboard/workbook/workbook.ts";
import { checkGolden } from "../../dialect/golden.ts";
import { dashboardText, panelOf, parsed } from "../panels.ts";
import { analyzed, documents, filled, namesIn } from "./choice.ts";
import { itemsOf, parametersOf, queriesOf, queryOf } from "./item.ts";
import { everyKind, shippedText } from "./page.ts";
import { checkWorkbook } from "./schema.ts";

/**
 * Reads items in order and expects that every parameter they name is known by then. Yields what is
 * known after them; what is set inside of a group stays there unless the group passes it on.
 */
function followParameters(
  items: readonly Item[],
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  const known = new Set(before);
  const expectKnown = (names: readonly (string | undefined)[], where: string): void => {
    for (const one of names) if (one !== undefined) expect(known, where).toContain(one);
  };
  for (const { conditionalVisibility: visibility, ...item } of items) {
    expectKnown([visibility?.parameterName], item.name);
    if (item.type === 12) {
      const inside = followParameters(item.content.items, known);
      if (item.content.exportParameters) for (const one of inside) known.add(one);
    }
    if (item.type === 9)
      for (const parameter of item.content.parameters) {
        const { name, query = "", criteriaData = [], timeContextFromParameter: time } = parameter;
        const told = criteriaData.map(({ criteriaContext }) => criteriaContext.resultVal).join("");
        expectKnown([...namesIn(query), ...namesIn(told), time], name);
        known.add(name);
      }
    if (item.type !== 3) continue;
    const { query, timeContextFromParameter: time, timeBrushParameterName: brush } = item.content;
    expectKnown([...namesIn(query), time], item.name);
    for (const { parameterName } of item.content.exportedParameters ?? []) known.add(parameterName);
    if (brush !== undefined) known.add(brush);
  }
  return known;
}

/** The items of a panel: its group, and the events behind it. */
function itemsOfPanel(workbook: Workbook, name: string): readonly Item[] {
  return itemsOf(workbook.items).filter(
    (item) => item.name === `${name} panel` || item.name === `${name} events`,
  );
}

const everything = renderWorkbook(everyKind);

checkGolden(
  "workbook",
  new Map(
    panelsOf(everyKind).map(({ name }) => [
      `${name}.json`,
      () => {
        const fidelity = everything.panels.find(({ panel }) => panel === name)?.fidelity;
        const items = itemsOfPanel(everything.workbook, name);
        return `${JSON.stringify({ fidelity, items }, null, 2)}\n`;
      },
    ]),
  ),
);

describe.each(documents)("the workbook of %s", (_, page, workbook) => {
  it("has the keys that workbooks have, and no others", () => {
    expect(checkWorkbook(JSON.parse(renderWorkbookJson(workbook)))).toEqual([]);
  });

  it("shows every panel once, with its fidelity, in order", () => {
    const { panels } = renderWorkbook(page);
    const names = panelsOf(page).map(({ name }) => name);
    expect(panels.map(({ panel }) => panel)).toEqual(names);
    for (const { name, kind } of panelsOf(page)) {
      const [group] = itemsOfPanel(workbook, name);
      const shown = itemsOf(group === undefined ? [] : [group]);
      const wanted = kind === "text" || kind === "status" ? 1 : 3;
      expect(shown.filter(({ type }) => type === wanted).length, name).toBeGreaterThan(0);
    }
  });

  it("names items, parameters and ids once", () => {
    const names = itemsOf(workbook.items).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const parameters = parametersOf(workbook);
    expect(new Set(parameters.map(({ id }) => id)).size).toBe(parameters.length);
    const exported = queriesOf(workbook).flatMap(({ content }) => [
      ...(content.exportedParameters ?? []).map(({ parameterName }) => parameterName),
      ...(content.timeBrushParameterName ?? []),
    ]);
    const all = [...exported, ...parameters.map(({ name }) => name)].filter(
      (one) => one.length > 1,
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it("uses no parameter before something sets it, where it is known", () => {
    const known = followParameters(workbook.items, new Set());
    expect(known).toContain("TimeRange");
  });

  it("fills each row of a section and no more", () => {
    for (const section of itemsOf(workbook.items).filter(({ name }) =>
      /^section \d+$/.test(name),
    )) {
      const { items } = (section as GroupItem).content;
      let used = 0;
      for (const { customWidth } of items.filter(({ name }) => name.endsWith(" panel"))) {
        const width = Number(customWidth);
        // Three parts of a third are 99.
        if (used + width > 100) expect(used).toBeGreaterThanOrEqual(99);
        used = used + width > 100 ? width : used + width;
      }
      expect(used === 0 || used >= 99, section.name).toBe(true);
    }
  });

  it("narrows every query before it counts anything", () => {
    const narrowing = new Map(panelsOf(page).map((one) => [one.name, one]));
    for (const { name, content } of queriesOf(workbook)) {
      const panel = narrowing.get(name.replace(/ events$/, ""));
      const fields = panel !== undefined && "narrowedBy" in panel ? panel.narrowedBy : [];
      const reads = content.query.split("ClaudeAudit_CL\n").slice(1);
      expect(reads.length, name).toBe(1);
      const [first = ""] = (reads[0] ?? "").split("\n");
      expect(first, name).toMatch(/^\| where /);
      for (const field of page.filters) expect(first, name).toContain(`in ({${field}})`);
      for (const field of fields) expect(first, name).toContain(`{${field}:base64}`);
    }
  });
});

describe("words of a dashboard", () => {
  const title = 'O\'Brien "x" ]]> {department} {TimeRange:label} $token$ {{}} <b>*_é✓';
  const panel = panelOf("kind: bar\nmeasure: count\nunit: events\nby: [mcp_server]");
  const page: Dashboard = {
    ...everyKind,
    title,
    description: title,
    sections: [
      { title, about: title, panels: [{ ...panel, title, note: title }] },
      {
        title: "",
        about: "",
        panels: [{ kind: "text", name: "prose", title, text: title, span: panel.span }],
      },
    ],
  };
  const { workbook } = renderWorkbook(page);

  it("stay words: none is a parameter, none is markup", () => {
    expect(checkWorkbook(JSON.parse(renderWorkbookJson(workbook)))).toEqual([]);
    for (const item of itemsOf(workbook.items)) {
      const told =
        item.type === 1 ? item.content.json : item.type === 3 ? item.content.title : item.name;
      expect(namesIn(told), item.name).toEqual([]);
      if (item.type === 1) expect(told).not.toMatch(/<|\*|_é|\[/);
    }
    expect(queryOf(workbook, "only").content.title.replaceAll("\u2060", "")).toBe(title);
  });

  it("are read back from Markdown as they were", () => {
    const decode = (text: string): string =>
      text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (words) => {
        const text = markdownText(words);
        expect(decode(text)).toBe(words.replace(/\s+/g, " ").trim());
        expect(text).not.toMatch(/[\\`*_{}[\]<>|~$]|^\s*[-+=]|^\d+[.)]/);
        expect(namesIn(plainText(words))).toEqual([]);
      }),
    );
  });

  it("within literals of a query are no parameters", () => {
    const text = dashboardText(
      'kind: bar\nwhere: mcp_tool = "{department} \'{{x}}"\nmeasure: count\nunit: events\nby: [mcp_server]',
    );
    const { workbook: own } = renderWorkbook(parsed(text, "small.yaml"));
    const { query } = queryOf(own, "only").content;
    expect(query).toContain(String.raw`'\u007Bdepartment} \'\u007B\u007Bx}}'`);
    expect(new Set(namesIn(query))).toEqual(new Set(["department"]));
    expect(analyzed(filled(own, query)).diagnostics).toEqual([]);
  });
});

describe("fidelity", () => {
  it("is that of the query, with what the drawing changes", () => {
    for (const [name, page] of documents) {
      const { panels } = renderWorkbook(page);
      for (const panel of panelsOf(page)) {
        if (panel.kind === "text" || panel.kind === "status") continue;
        const { fidelity: own } =
          panel.kind === "events"
            ? compileEvents(panel.query, "sentinel")
            : compilePanel(panel.query, "sentinel");
        const shown = panels.find((one) => one.panel === panel.name)?.fidelity;
        if (own.level === "degraded")
          expect(shown, `${name} ${panel.name}`).toMatchObject({
            reason: expect.stringContaining(own.reason),
          });
        const isOverTime =
          "unit" in panel && panel.query.dimensions[0]?.kind === "time" && panel.kind !== "table";
        if (isOverTime && panel.kind !== "heat_map")
          expect(shown).toMatchObject({ reason: expect.stringContaining("browser's zone") });
      }
    }
  });

  it("of a panel that KQL cannot say is refused, and the page says why", () => {
    const panel = panelOf('kind: stat\nwhere: mcp_tool = ""\nmeasure: count\nunit: events');
    const page = { ...everyKind, sections: [{ title: "", about: "", panels: [panel] }] };
    const { workbook, panels } = renderWorkbook(page);
    expect(panels).toMatchObject([{ panel: "only", fidelity: { level: "refused" } }]);
    expect(queriesOf(workbook)).toEqual([]);
    expect(JSON.stringify(workbook)).toContain("Log Analytics keeps no difference");
  });

  it("names the state of the connector by page and metric", () => {
    const json = JSON.stringify(renderWorkbook(everyKind).workbook);
    expect(json).toContain("claude&#95;siem&#95;sink&#95;state");
  });
});

describe("a comparison", () => {
  it("counts back from the end of the time shown, and bounds its time itself", () => {
    const { content } = queryOf(everything.workbook, "compare");
    expect(content).not.toHaveProperty("timeContextFromParameter");
    expect(content.query).not.toMatch(/ago\(|now\(/);
    expect(content.query).toContain("TimeGenerated >= datetime({TimeRange:endISO}) - 2d");
    expect(content.query).toContain("TimeGenerated < datetime({TimeRange:endISO})");
  });

  it("is the only query without a bound time", () => {
    for (const [, page, workbook] of documents) {
      const compares = new Set(
        chartsOf(page).flatMap(({ name, query }) =>
          query.dimensions.some(({ kind }) => kind === "period") ? [name, `${name} events`] : [],
        ),
      );
      for (const { name, content } of queriesOf(workbook))
        expect("timeContextFromParameter" in content, name).toBe(!compares.has(name));
    }
  });
});

it("is the same twice, whatever the order of the keys in the file", () => {
  for (const [, page, workbook] of documents)
    expect(renderWorkbookJson(renderWorkbook(page).workbook)).toBe(renderWorkbookJson(workbook));
  const swapped = shippedText("operations").replace(
    "range: 7d\nfilters: [source_kind, deployment]",
    "filters: [source_kind, deployment]\nrange: 7d",
  );
  const [a, b] = [shippedText("operations"), swapped].map((text) =>
    renderWorkbookJson(renderWorkbook(parsed(text, "dashboards/operations.yaml")).workbook),
  );
  expect(swapped).not.toBe(shippedText("operations"));
  expect(a).toBe(b);
});
