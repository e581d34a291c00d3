import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandBehind, quoteWord } from "../../src/dashboard/html/behind.ts";
import { parseFragment, renderFragment } from "../../src/dashboard/html/fragment.ts";
import { panelOf } from "./panels.ts";

const DAY = 86_400_000;
const views = {
  ranges: [30 * DAY, 7 * DAY, DAY],
  fields: [
    { field: "department" as const, values: ["hr", "it's & more", "unknown"] },
    { field: "deployment" as const, values: ["*", "eu=1"] },
  ],
  toMs: Date.UTC(2026, 2, 2),
  command: "claude-siem filter --events log.ndjson",
};

const state = fc.record({
  choice: fc.record({
    range: fc.integer({ min: 0, max: 2 }),
    combination: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })),
  }),
  selection: fc.record({
    panel: fc.constantFrom("mcp-queries", "a"),
    keys: fc.array(fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }), {
      maxLength: 2,
    }),
  }),
});

describe("the fragment of a page", () => {
  it("is read back as the choice and the rows it was made from, whatever groups are called", () => {
    fc.assert(
      fc.property(state, (given) => {
        expect(parseFragment(views, `#${renderFragment(views, given)}`)).toEqual(given);
      }),
    );
  });

  it("is empty for the page as it opens, and choices the page does not have are not made", () => {
    const nothing = { choice: { range: 0, combination: [0, 0] } };
    expect(renderFragment(views, nothing)).toBe("");
    expect(parseFragment(views, "#department=nobody&range=2h&severity=high&%%%")).toEqual(nothing);
    expect(parseFragment(views, "#range=24h").choice.range).toBe(2);
  });
});

describe("the command behind rows", () => {
  it("is one line of a shell, with what was chosen, the time and the hour", () => {
    const panel = panelOf(
      "kind: heat_map\nmeasure: count\nunit: events\ntime: hour_of_day\nby: [mcp_server]",
    );
    const choice = { range: 2, combination: [2, 0] };
    expect(commandBehind(views, choice, panel, [3, 'a "b"'])).toBe(
      "claude-siem filter --events log.ndjson --where " +
        `'department = "it'\\''s & more" and mcp_server = "a \\"b\\""' ` +
        "--since 2026-03-01T00:00:00.000Z --until 2026-03-02T00:00:00.000Z --hour 3",
    );
    const lists = panelOf("kind: bar\nmeasure: count\nunit: events\nby: [security_flags]");
    expect(commandBehind(views, choice, lists, ["none"])).toContain("not exists security_flags");
    expect(quoteWord("$(x)")).toBe("'$(x)'");
  });
});
