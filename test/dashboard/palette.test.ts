/** One set of colours: the page's own style and what other products are given. */
import { expect, it } from "vitest";
import { PAGE_STYLE } from "../../src/dashboard/html/style.ts";
import { fixedColours, palette } from "../../src/dashboard/palette.ts";

it("has the colours of the page on light ground", () => {
  const light = PAGE_STYLE.slice(0, PAGE_STYLE.indexOf("prefers-color-scheme"));
  for (const [name, colour] of Object.entries(palette))
    expect(light).toContain(`--${name}:${colour}`);
});

it("gives the worst of a field the colour of alarm, and nobody's word the grey", () => {
  expect(fixedColours("severity")["critical"]).toBe(palette.alarm);
  expect(fixedColours("data_classification")["restricted"]).toBe(palette.alarm);
  expect(fixedColours("department")).toEqual({ unknown: palette.grey, none: palette.grey });
});
