/** Queries of workbooks with choices filled in: the binder takes them, and no value leaves its place. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderWorkbook } from "../../../src/dashboard/workbook/workbook.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { analyzed, clicks, documents, filled, namesIn, offered } from "./choice.ts";
import { parametersOf, queriesOf, queryOf } from "./item.ts";
import { everyKind, pages } from "./page.ts";

const everything = renderWorkbook(everyKind);

describe("Microsoft's binder", { timeout: 60_000 }, () => {
  it.each(documents)("finds the columns that %s names", (_, __, workbook) => {
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
        ).toBe(true);
    }
  });

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
