import { describe, expect, it } from "vitest";
import type { ChartPanel } from "../../src/dashboard/ir.ts";
import type { ResultRow } from "../../src/dashboard/panel-result.ts";
import { renderPanelSvg } from "../../src/dashboard/svg/panel-svg.ts";
import { constructs } from "./panels.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1);
const draw = { fromMs: START, toMs: START + 4 * DAY, firstMs: START + DAY };

function rowsOf({ query }: ChartPanel): readonly ResultRow[] {
  return [1, 2].map((value) => ({
    keys: query.dimensions.map((one) => {
      if (one.kind === "time") return START + 2 * DAY;
      if (one.kind === "hour_of_day") return value;
      if (one.kind === "period") return value === 1 ? "current" : "before";
      return value === 1 ? `<script>"'&` : "unknown";
    }),
    ...(value === 1 ? { value: 3, n: 40 } : {}),
    small: value === 2 && query.hidesSmallCells,
  }));
}

/** Fails where an element does not close in its turn, or an attribute or text is not well formed. */
function elementsOf(svg: string): readonly string[] {
  const open: string[] = [];
  const names: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?:\s[a-zA-Z0-9-]+="[^"<]*")*)\s*(\/?)>/g,
    (tag, slash: string, name: string, _attributes: string, end: string) => {
      if (slash === "/") expect(open.pop(), tag).toBe(name);
      else if (end !== "/") open.push(name);
      names.push(name);
      return "";
    },
  );
  expect(open).toEqual([]);
  expect(rest.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[<&]/);
  return names;
}

describe("the picture of a panel", () => {
  it.each([...constructs])("%s is a whole SVG file that stands alone", (_, panel) => {
    const svg = renderPanelSvg(panel, rowsOf(panel), draw);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    const names = elementsOf(svg);
    expect(names).toContain("desc");
    expect(svg).toContain(`<title id="title">${panel.title}</title>`);
    expect(svg).not.toMatch(/script>|href|url\(|@import|NaN|Infinity|undefined/);
    expect(renderPanelSvg(panel, rowsOf(panel), draw)).toBe(svg);
  });

  it("says what is withheld, and when there is nothing", () => {
    const panel = constructs.get("ratio-small-cells");
    if (panel === undefined) throw new Error("no panel");
    expect(renderPanelSvg(panel, rowsOf(panel), draw)).toContain(
      "1 of 2 values withheld: fewer than 5 users each.",
    );
    expect(renderPanelSvg(panel, [], draw)).toContain("No events.");
  });
});
