import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chartsOf } from "../../src/dashboard/ir.ts";
import { parseDashboard } from "../../src/dashboard/parse-dashboard.ts";
import { checkPanels } from "../../src/dashboard/query/compile.ts";
import { dashboardText, shippedDashboard } from "./panels.ts";

/** Code and place of everything that is wrong with a text. */
function findings(text: string, file = "small.yaml"): readonly string[] {
  const result = parseDashboard(text, file);
  const found = result.ok ? checkPanels(result.value) : result.diagnostics;
  return found.map(({ code, span }) => `${code} ${span.line}:${span.column}`);
}

describe("a broken dashboard", () => {
  const expected: Readonly<Record<string, string>> = {
    B101: "B101 16:15",
    B102: "B102 13:15",
    B103: "B103 6:23",
    B104: "B104 16:14",
    B105: "B105 16:15",
    B106: "B106 14:26",
    B107: "B107 12:16",
    B108: "B108 11:15",
    B130: "B130 7:11",
    B131: "B131 13:15",
    B132: "B132 15:15",
    B133: "B133 16:17",
    B134: "B134 6:35",
  };

  it.each(Object.entries(expected))("of %s is refused at its place, with advice", (code, place) => {
    const file = `test/fixtures/diagnostic/${code}.yaml`;
    const text = readFileSync(file, "utf8");
    expect(new Set(findings(text, file))).toEqual(new Set([place]));
    const result = parseDashboard(text, file);
    const all = result.ok ? checkPanels(result.value) : result.diagnostics;
    for (const { help } of all) expect(help.length).toBeGreaterThan(15);
  });

  it("is shown for every code of dashboards", () => {
    const codes = readdirSync("test/fixtures/diagnostic").filter((name) => /^B1.*yaml$/.test(name));
    expect(codes.map((name) => name.slice(0, 4))).toEqual(Object.keys(expected));
  });

  it("says which field was meant, inside of an expression and out of it", () => {
    const text = dashboardText(
      "kind: bar\nwhere: activity_tpye = mcp_query\nmeasure: { distinct: sesion_id }\nunit: sessions\nby: [departement]",
    );
    const result = parseDashboard(text, "small.yaml");
    expect(result.diagnostics.map(({ code, span, help }) => [code, span.line, help])).toEqual([
      ["R302", 14, 'Did you mean "activity_type"?'],
      ["R302", 15, 'Did you mean "session_id"?'],
      ["R302", 17, 'Did you mean "department"?'],
    ]);
  });

  it("needs a denominator for every ratio", () => {
    const text = dashboardText(
      "kind: stat\nmeasure:\n  ratio:\n    of: { where: severity = high }\nunit: percent",
    );
    expect(findings(text)).toEqual(["B101 16:13"]);
  });

  it("needs the shape that its kind draws", () => {
    const wrong = [
      "kind: stat\nmeasure: count\nunit: events\nby: [department]",
      "kind: time_series\nmeasure: count\nunit: events",
      "kind: stacked\nmeasure: count\nunit: events\nby: [department]",
      "kind: bar\nmeasure: count\nunit: events\nby: [department, severity]",
      "kind: heat_map\nmeasure: count\nunit: events\nby: [policy_flags, security_flags]",
      "kind: table\nmeasure: count\nunit: events\ntime: day\nlimit: 3",
      "kind: table\nmeasure: count\nunit: events\nby: [department, severity, event_type]",
      "kind: bar\nmeasure: count\nunit: events\nby: [department]\ncompare: 7d",
      "kind: donut\nmeasure: { ratio: { of: { where: severity = high }, per: {} } }\nunit: percent\nby: [department]",
    ];
    for (const text of wrong) expect(findings(dashboardText(text)), text).toEqual(["B102 13:15"]);
  });

  it("groups by no persons, sessions, times or numbers", () => {
    for (const [field, code] of [
      ["approver_id_hash", "B104"],
      ["session_id", "B104"],
      ["client_ip", "B104"],
      ["timestamp", "R304"],
      ["token_input", "R304"],
      ["labels", "R304"],
    ] as const) {
      const text = dashboardText(`kind: bar\nmeasure: count\nunit: events\nby: [${field}]`);
      expect(findings(text), field).toEqual([`${code} 16:14`]);
    }
  });

  it("names each field of a list once, and says nothing of a shape it does not know", () => {
    for (const [panel, code] of [
      ["kind: heat_map\nmeasure: count\nunit: events\nby: [severity, severity]", "B134 16:24"],
      ["kind: stat\nmeasure: { sum: [token_input, token_input] }\nunit: tokens", "B134 14:39"],
      ["kind: stat\nmeasure: { sum: [] }\nunit: tokens", "Y104 14:25"],
      ["kind: bar\nmeasure: count\nunit: events\nby: [departement]", "R302 16:14"],
    ] as const)
      expect(findings(dashboardText(panel)), panel).toEqual([code]);
  });

  it("shows something, over a time that a calendar has", () => {
    const text = dashboardText("kind: stat\nmeasure: count\nunit: events\ncompare: 7d");
    expect(findings(text.replace("range: 30d", "range: 0d"))).toEqual(["Y108 5:8"]);
    expect(findings(text.replace("range: 30d", "range: 999999999d"))).toEqual(["Y108 5:8"]);
    expect(findings(text.replace("compare: 7d", "compare: 0d"))).toEqual(["Y108 16:18"]);
    const head = text.slice(0, text.indexOf("sections:"));
    expect(findings(`${head}sections: []\n`)).toEqual(["Y104 7:11"]);
    expect(
      findings(`${head}sections:\n  - title: Only\n    about: Nothing.\n    panels: []\n`),
    ).toEqual(["Y104 10:13"]);
  });

  it("lists events of nobody but those it is about", () => {
    const panel = "kind: events\ncolumns: [event_id]\nnarrowed_by: []";
    const text = dashboardText(panel).replace("sections:", "subject: [session_id]\nsections:");
    expect(findings(text)).toEqual(["B131 16:22"]);
  });

  it("has the name of its file and a version", () => {
    const text = dashboardText("kind: stat\nmeasure: count\nunit: events");
    expect(findings(text, "dashboards/other.yaml")).toEqual(["R310 1:7"]);
    expect(findings(text.replace("1.0.0", "one"))).toEqual(["R310 2:10"]);
    expect(findings(text.replace("range: 30d", "range: soon"))).toEqual(["Y104 5:8"]);
    expect(findings(text.replace("about:", "abuot:"))).toEqual(["Y105 8:5", "Y106 9:5"]);
  });
});

describe("the compliance dashboard", () => {
  const charts = chartsOf(shippedDashboard());

  it("shows the six metrics, several panels each, and no panel that a target refuses", () => {
    const sections = shippedDashboard().sections.slice(0, 6);
    for (const { title, panels } of sections) expect(panels.length, title).toBeGreaterThan(2);
    expect(checkPanels(shippedDashboard())).toEqual([]);
  });

  it("hides small cells of departments, business units and users, and only those", () => {
    const hidden = charts.filter(({ query }) => query.hidesSmallCells).map(({ name }) => name);
    expect(hidden).toContain("active-users-by-day-and-department");
    expect(hidden).toContain("cost-by-unit");
    expect(hidden).not.toContain("security-events-by-type");
  });
});
