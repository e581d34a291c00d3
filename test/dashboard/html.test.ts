import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { drawControls } from "../../src/dashboard/html/controls.ts";
import { sayWithheld } from "../../src/dashboard/html/dashboard.ts";
import { formatCell, formatName } from "../../src/dashboard/html/format.ts";
import { layOut } from "../../src/dashboard/html/layout.ts";
import { html } from "../../src/dashboard/html/markup.ts";
import { renderPage } from "../../src/dashboard/html/page.ts";
import { gridOf, roundUp } from "../../src/dashboard/html/series.ts";
import { renderCsv } from "../../src/dashboard/html/table.ts";
import { type ChartPanel, chartsOf, type Panel } from "../../src/dashboard/ir.ts";
import type { ResultRow } from "../../src/dashboard/panel-result.ts";
import { constructs, dashboardText, panelOf, parsed, shippedDashboard } from "./panels.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1);
const shown = { fromMs: START, toMs: START + 4 * DAY, firstMs: START + DAY };
const options = {
  ...shown,
  source: "log.ndjson",
  events: 7,
  lastMs: START + 3 * DAY,
  version: "1.2.3",
};

function construct(name: string): ChartPanel {
  const panel = constructs.get(name);
  if (panel === undefined) throw new Error(name);
  return panel;
}

/** One row of every form for each panel of the shipped dashboard. */
function someResults(): ReadonlyMap<string, readonly ResultRow[]> {
  const rows = ({ query }: ChartPanel): readonly ResultRow[] =>
    [1, 2].map((value) => ({
      keys: query.dimensions.map((one) => {
        if (one.kind === "time") return START + 2 * DAY;
        if (one.kind === "hour_of_day") return value;
        if (one.kind === "period") return value === 1 ? "current" : "before";
        return value === 1 ? `<script>"'&` : "unknown";
      }),
      ...(value === 1 ? { value: 3, n: 40 } : {}),
      small: value === 2 && query.hidesSmallCells,
    }));
  return new Map(chartsOf(shippedDashboard()).map((panel) => [panel.name, rows(panel)]));
}

const page = renderPage(shippedDashboard(), someResults(), options);

describe("a name from events", () => {
  it("can be seen and clicked on, whatever it is made of", () => {
    for (const name of ["sales", "-", "<b>", "0", "\u{1f680}", "\u05d0"])
      expect(formatName(name)).toBe(name);
    expect(formatName("  ")).toBe('"  "');
    expect(formatName("")).toBe('""');
    expect(formatName(" \u200b\u202e\n")).toBe('" \\u{200b}\\u{202e}\\u{a}"');
  });

  it("is chosen as it is and shown so that it can be seen", () => {
    const fields = [{ field: "department" as const, values: ["  ", "a  b"] }];
    const drawn = drawControls({ ranges: [DAY], fields, leftOut: [] });
    expect(drawn.markup).toContain('<option value="  ">&quot;  &quot;</option>');
    expect(drawn.markup).toContain('<option value="a  b">a  b</option>');
  });
});

describe("a page", () => {
  it("needs nothing else and runs nothing: no script, no address but its own CSV", () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=|https?:/i);
    for (const [, address = ""] of page.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(address.replaceAll("&#39;", "'")).toMatch(
        /^data:text\/csv;charset=utf-8,[\w%.!~*'()-]+$/,
      );
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const digest = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${digest}&#39;`);
    // The policy would ignore styles of single elements.
    expect(page).not.toMatch(/\sstyle="/);
  });

  it("is well formed: every element that opens closes in its turn", () => {
    const open: string[] = [];
    const body = page.slice(page.indexOf("<body>"), page.indexOf("</html>"));
    for (const [tag, slash, name = "", end] of body.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
      if (slash === "/") expect(open.pop(), tag).toBe(name);
      else if (end !== "/") open.push(name);
    }
    expect(open).toEqual([]);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has a table and CSV behind every chart", () => {
    for (const { name } of chartsOf(shippedDashboard())) {
      const [, card = ""] = new RegExp(`id="${name}">([\\s\\S]*?)</section>`).exec(page) ?? [];
      expect(card, name).toContain("<table>");
      expect(card, name).toContain(`download="compliance-${name}.csv"`);
    }
  });

  it("says what time it shows, from what, and what it left out", () => {
    expect(page).toContain("2026-03-01 to 2026-03-04 (4 days, UTC).</span> 7 events in log.ndjson");
    const where = panelOf("kind: stat\nwhere: department = sales\nmeasure: count\nunit: events")
      .query.where;
    const filtered = renderPage(shippedDashboard(), someResults(), { ...options, where });
    expect(filtered).toContain("<code>department = sales</code>");
    expect(page).toContain("1 of 2 values withheld: fewer than 5 users each.");
  });

  it("says of a rate over time why a point is missing, which bars say in its place", () => {
    const rate = "measure: { ratio: { of: { where: severity = high }, per: {} } }\nunit: percent";
    const rows = [
      { keys: [START], value: 0.5, n: 40, small: false },
      { keys: [START + DAY], n: 3, small: false },
      { keys: [START + 2 * DAY], small: true },
    ];
    const say = (panel: string) => sayWithheld(panelOf(panel), rows);
    expect(say(`kind: time_series\n${rate}\ntime: day`)).toBe(
      "2 of 3 values withheld: fewer than 5 users each, or too few cases.",
    );
    expect(say(`kind: bar\n${rate}\nby: [department]`)).toBe(
      "1 of 3 values withheld: fewer than 5 users each.",
    );
    expect(say("kind: time_series\nmeasure: count\nunit: events\ntime: day")).toContain("1 of 3");
  });

  it("is the same for the same results, and says when there is nothing", () => {
    expect(renderPage(shippedDashboard(), someResults(), options)).toBe(page);
    const text = dashboardText("kind: bar\nmeasure: count\nunit: events\nby: [severity]");
    expect(renderPage(parsed(text, "small.yaml"), new Map(), options)).toContain("No events.");
  });
});

describe("a page with choices", () => {
  it("runs its own script by hash, and no text of an event ends the data it stands in", () => {
    const dashboard = shippedDashboard();
    const views = {
      dashboard,
      ...{ firstMs: START, toMs: shown.toMs, ranges: [4 * DAY], withheld: [[]], panels: {} },
      fields: [{ field: "department" as const, values: ["</script><b>", "hr"] }],
      combinations: [[0], [1], [2]],
      leftOut: ["Something is left out."],
      command: "claude-siem filter --events log.ndjson",
    };
    const text = renderPage(dashboard, someResults(), { ...options, views });
    const scripts = [...text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.map(([, attributes]) => attributes)).toEqual([
      ' type="application/json" id="views"',
      "",
    ]);
    const [data = "", script = ""] = scripts.map(([, , body]) => body);
    const digest = createHash("sha256").update(script).digest("base64");
    expect(text).toContain(`script-src &#39;sha256-${digest}&#39;`);
    expect(text).not.toMatch(/unsafe|\son\w+=|<\/script><b>/);
    // Places in files are nobody's business who reads the page.
    expect(data).not.toMatch(/"span"|\.yaml/);
    expect(JSON.parse(data)).toMatchObject({ fields: views.fields, combinations: [[0], [1], [2]] });
    expect(text).toContain('<label for="choose-department">department</label>');
    expect(text).toContain("Something is left out.");
  });
});

describe("markup", () => {
  it("escapes what it is given, for content and attributes", () => {
    expect(html`<b title="${`"'<&>`}">${"<i>"}${html`<u>${1}</u>`}</b>`.markup).toBe(
      '<b title="&quot;&#39;&lt;&amp;&gt;">&lt;i&gt;<u>1</u></b>',
    );
  });
});

describe("cells", () => {
  it("say why there is no number", () => {
    const ratio = construct("ratio-small-cells");
    expect(formatCell(ratio, { keys: ["a"], small: true })).toBe("< 5 users");
    expect(formatCell(ratio, { keys: ["a"], n: 3, small: false })).toBe("too few cases");
    expect(formatCell(ratio, { keys: ["a"], value: 0.125, n: 40, small: false })).toBe("12.5%");
    expect(formatCell(construct("sum-number"), { keys: [], value: 1234.5, small: false })).toBe(
      "$1,234.50",
    );
  });

  it("of CSV are plain, quoted, and never a formula", () => {
    const rows = [
      { keys: ['=HYPERLINK("x")'], value: 0.125, n: 40, small: false },
      { keys: ["a,b"], small: true },
      { keys: ["c"], n: 1, small: false },
    ];
    expect(renderCsv(construct("ratio-small-cells"), rows)).toBe(
      'department,rate,n\r\n"\'=HYPERLINK(""x"")",0.125,40\r\n"a,b",fewer than 5 users,\r\nc,too few cases,1\r\n',
    );
  });
});

describe("series", () => {
  it("have a place for every day from where the log begins, and unknown comes last", () => {
    const rows = [
      { keys: [START + DAY, "unknown"], value: 9, small: false },
      { keys: [START + 3 * DAY, "sales"], value: 1, small: false },
    ];
    const grid = gridOf(construct("time-by-group"), rows, shown);
    expect(grid.places).toEqual([START + DAY, START + 2 * DAY, START + 3 * DAY]);
    expect(grid.series.map(({ name, colour }) => [name, colour])).toEqual([
      ["sales", "k0"],
      ["unknown", "grey"],
    ]);
    expect(grid.series[0]?.rows.map((row) => row?.value)).toEqual([undefined, undefined, 1]);
  });

  it("beyond the colours are added up where they add up, and told otherwise", () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({
      keys: [START + DAY, `d-${String(index).padStart(2, "0")}`],
      value: 12 - index,
      small: false,
    }));
    const counted = gridOf(construct("time-by-group"), rows, shown);
    expect(counted.series).toHaveLength(8);
    expect(counted.series.at(-1)?.rows[0]?.value).toBe(5 + 4 + 3 + 2 + 1);
    const users = panelOf(
      "kind: stacked\nmeasure: { distinct: user_id_hash }\nunit: users\ntime: day\nby: [department]",
    );
    expect(gridOf(users, rows, shown)).toMatchObject({ leftOut: 5, series: { length: 7 } });
  });

  it("end their axis at a round number that is not below the greatest", () => {
    for (const max of [0, 1, 3, 5, 7, 99, 100, 101, 1234, 0.03]) {
      expect(roundUp(max, false)).toBeGreaterThanOrEqual(max);
      expect(roundUp(max, true) % 2).toBe(0);
    }
  });
});

describe("rows of a page", () => {
  it("are always twelve columns wide, with numbers in front", () => {
    for (const { panels } of shippedDashboard().sections) {
      const places = layOut(panels);
      let used = 0;
      for (const { width } of places) used = (used + width) % 12;
      expect(used).toBe(0);
      const names = places.flatMap((place) => place.panels.map(({ name }: Panel) => name));
      expect([...names].sort()).toEqual(panels.map(({ name }) => name).sort());
    }
  });
});
