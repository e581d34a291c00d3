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
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { dashboardText, panelOf, parsed } from "../panels.ts";
import { itemsOf, parametersOf, queriesOf, queryOf } from "./item.ts";
import { everyKind, pages, shippedText } from "./page.ts";
import { checkWorkbook } from "./schema.ts";
import { type Choices, fill } from "./value.ts";

const documents = pages.map((page) => [page.name, page, renderWorkbook(page).workbook] as const);

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

  it("uses no parameter before something sets it", () => {
    const known = new Set<string>();
    for (const item of itemsOf(workbook.items)) {
      const wanted = [item.conditionalVisibility?.parameterName ?? []].flat();
      if (item.type === 9)
        for (const { name, query = "", timeContextFromParameter: time } of item.content
          .parameters) {
          for (const one of [...namesIn(query), ...(time === undefined ? [] : [time])])
            expect(known, name).toContain(one);
          known.add(name);
        }
      if (item.type === 3) {
        const { query, timeContextFromParameter: time } = item.content;
        wanted.push(...namesIn(query), ...(time === undefined ? [] : [time]));
      }
      for (const one of wanted) expect(known, item.name).toContain(one);
      if (item.type !== 3) continue;
      for (const { parameterName } of item.content.exportedParameters ?? [])
        known.add(parameterName);
      if (item.content.timeBrushParameterName) known.add(item.content.timeBrushParameterName);
    }
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

  it("names columns that its queries return", () => {
    for (const { name, content } of queriesOf(workbook)) {
      const { columns } = analyzed(filled(workbook, content.query));
      const known = Object.keys(columns);
      const { gridSettings: grid, chartSettings: chart, tileSettings: tile } = content;
      const wanted = [
        ...(grid?.labelSettings ?? []).map(({ columnId }) => columnId),
        ...(chart === undefined ? [] : [chart.xAxis, ...chart.yAxis, chart.group]),
        ...(content.exportedParameters ?? []).map(({ fieldName }) => fieldName),
        tile?.leftContent.columnMatch,
        tile?.secondaryContent?.columnMatch,
      ].filter((one) => one !== undefined && one !== "");
      for (const column of wanted) expect(known, name).toContain(column);
      for (const { columnMatch } of grid?.formatters ?? [])
        expect(
          known.some((one) => new RegExp(columnMatch).test(one)),
          `${name} ${columnMatch}`,
        ).toBe(
          // A list of events has no hidden key.
          true,
        );
    }
  });
});

/** Names of parameters in a text. */
function namesIn(query: string): readonly string[] {
  return [...query.matchAll(/\{(\w+)(?::\w+)?\}/g)].map(([, name = ""]) => name);
}

const times = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 2, 31) };

function clicks(query: string, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    namesIn(query)
      .filter((name) => name.startsWith("row_"))
      .map((name) => [
        name,
        query.includes(`{${name}:base64}`) ? key : Buffer.from(key).toString("base64"),
      ]),
  );
}

function filled(workbook: Workbook, query: string, rest: Partial<Choices> = {}): string {
  return fill(workbook, query, { ...times, clicked: clicks(query, '{"x":"a"}'), ...rest });
}

const analyses = new Map<string, ReturnType<typeof analyzeKql>>();

/** What the binder says; each query is asked about once. */
function analyzed(query: string): ReturnType<typeof analyzeKql> {
  const found = analyses.get(query) ?? analyzeKql(query);
  analyses.set(query, found);
  return found;
}

/** What a list offers for a group, as its query makes it. */
function offered(group: string): string {
  return `base64_decode_tostring('${Buffer.from(group, "utf8").toString("base64")}')`;
}

describe("Microsoft's binder", () => {
  it.each(documents)("takes every query of %s, whatever was chosen", (_, page, workbook) => {
    for (const { name, content } of queriesOf(workbook)) {
      const query = filled(workbook, content.query);
      expect(namesIn(query), name).toEqual([]);
      expect(analyzed(query).diagnostics, name).toEqual([]);
    }
    // Choices stand at the same place of every query, so the longest and a few others are enough.
    const queries = queriesOf(workbook)
      .map(({ content }) => content.query)
      .sort((x, y) => y.length - x.length);
    const groups = [["a"], ["O'Brien", "\\", "unknown"]];
    for (const query of [...queries.slice(0, 1), ...queries.slice(-3)])
      for (const one of groups) {
        const selected = Object.fromEntries(page.filters.map((field) => [field, one.map(offered)]));
        const typed = { session_id: "s-1", user_id_hash: "0".repeat(64) };
        expect(analyzed(filled(workbook, query, { selected, typed })).diagnostics).toEqual([]);
      }
    for (const { name, query } of parametersOf(workbook)) {
      if (query === undefined) continue;
      const { diagnostics, columns } = analyzeKql(query);
      expect([name, diagnostics]).toEqual([name, []]);
      // A list takes the first column for the value and the second for what is shown.
      expect(columns).toEqual({ value: "string", label: "string" });
    }
  });

  it("would notice a choice that is no list of texts", () => {
    const workbook = renderWorkbook(everyKind).workbook;
    const { query } = queryOf(workbook, "count").content;
    const selected = { department: ["x'"] };
    expect(analyzeKql(filled(workbook, query, { selected })).diagnostics).not.toEqual([]);
  });
});

/** Texts that end literals, lists and statements, and text of other scripts. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...["O'Brien", "\\", "\\'", "') or 1==1 //", "'*'", '"', "{department}", "{TimeRange:end}"],
    ...["a\nb", "a,b", "', 'b", "naïve ✓", "'| union SecurityAlert //", "--", "/*"],
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);

describe("values of events", () => {
  it("cannot leave the place they are given", () => {
    const workbook = everything.workbook;
    const shape = (text: string): string => text.replaceAll(/'[A-Za-z0-9+/=]*'/g, "''");
    const page = pages.find(({ subject }) => subject.length > 0);
    if (page === undefined) throw new Error("no page about a subject");
    const incident = renderWorkbook(page).workbook;
    const { query: bar } = queryOf(workbook, "list events").content;
    const { query: chart } = queryOf(workbook, "donut-of-people events").content;
    const { query: about } = queryOf(incident, "timeline").content;
    fc.assert(
      fc.property(hostile, (value) => {
        const selected = { department: [offered(value)], security_flags: [offered(value)] };
        for (const [document, query, choices] of [
          [workbook, bar, { selected, clicked: clicks(bar, value) }],
          [workbook, chart, { selected, clicked: clicks(chart, JSON.stringify({ label: value })) }],
          [incident, about, { typed: { session_id: value, user_id_hash: value } }],
        ] as const) {
          const tame = filled(document, query, {
            selected: { department: [offered("a")], security_flags: [offered("a")] },
            clicked: clicks(query, "a"),
            typed: { session_id: "a", user_id_hash: "a" },
          });
          expect(shape(filled(document, query, choices))).toBe(shape(tame));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("reach queries as calls and Base64 only", () => {
    for (const [, , workbook] of documents) {
      for (const parameter of parametersOf(workbook)) {
        if (parameter.type !== 2) continue;
        expect(parameter).toMatchObject({ quote: "", delimiter: "," });
        expect(parameter.query).toContain(
          `value = strcat("base64_decode_tostring('", base64_encode_tostring(label), "')"), label`,
        );
      }
      const lists = parametersOf(workbook).flatMap(({ type, name }) => (type === 2 ? [name] : []));
      for (const { content } of queriesOf(workbook))
        for (const [token, name = "", format] of content.query.matchAll(/\{(\w+)(?::(\w+))?\}/g)) {
          if (lists.includes(name)) continue;
          if (/^row_.*_\d$/.test(name)) {
            // Comes from a column that the query of the panel encodes.
            const key = `key_${name.slice(-1)}`;
            expect(queriesOf(workbook).some((one) => exports(one.content, name, key))).toBe(true);
          } else expect(["base64", "startISO", "endISO"], token).toContain(format);
        }
    }
  });
});

function exports(
  { exportedParameters, query }: ReturnType<typeof queriesOf>[number]["content"],
  name: string,
  key: string,
): boolean {
  const isExported = exportedParameters?.some(
    ({ parameterName, fieldName }) => parameterName === name && fieldName === key,
  );
  return isExported === true && query.includes(`${key} = base64_encode_tostring(`);
}

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
    expect(analyzeKql(filled(own, query)).diagnostics).toEqual([]);
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
