import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonError } from "../../../src/cli/hook/json-place.ts";
import { renderLineDiff } from "../../../src/cli/hook/line-diff.ts";
import {
  defaultHooks,
  parseSettings,
  renderSettings,
  withHooks,
  withoutHooks,
} from "../../../src/cli/hook/settings.ts";

const COMMAND = "/usr/bin/node /opt/claude-siem/dist/cli/hook/claude-siem-hook.js --spool /spool";

const theirs = {
  model: "opus",
  hooks: {
    PostToolUse: [{ matcher: "Edit", hooks: [{ type: "command", command: "prettier --write" }] }],
    Stop: [{ hooks: [{ type: "command", command: "say done" }] }],
  },
  permissions: { allow: ["Bash(npm test)"] },
};

describe("hooks in the settings", () => {
  it("stand beside what is there", () => {
    const { hooks, ...rest } = withHooks(theirs, COMMAND, ["PostToolUse", "SessionEnd"]);
    expect(rest).toEqual({ model: theirs.model, permissions: theirs.permissions });
    const ours = [{ type: "command", command: COMMAND, timeout: 5 }];
    expect(hooks).toEqual({
      PostToolUse: [...theirs.hooks.PostToolUse, { matcher: "*", hooks: ours }],
      Stop: theirs.hooks.Stop,
      SessionEnd: [{ hooks: ours }],
    });
  });

  it("go over to another command and other events without leaving the old ones", () => {
    const before = withHooks(theirs, '"claude-siem" hook --spool /old', defaultHooks);
    expect(withHooks(before, COMMAND, ["SessionEnd"])).toEqual(
      withHooks(theirs, COMMAND, ["SessionEnd"]),
    );
  });

  it("are taken out of a group that somebody has put their own into", () => {
    const own = { type: "command", command: "say done" };
    const mixed = {
      hooks: { Stop: [{ hooks: [own, { type: "command", command: `${COMMAND} --user x` }] }] },
    };
    expect(withoutHooks(mixed)).toEqual({ hooks: { Stop: [{ hooks: [own] }] } });
  });

  const hook = fc.record({ type: fc.constant("command"), command: fc.string() });
  const group = fc.record(
    { matcher: fc.string(), hooks: fc.array(hook) },
    { requiredKeys: ["hooks"] },
  );
  const name = fc.constantFrom("Stop", "PostToolUse", "SessionStart", "Later");
  const groups = fc.dictionary(name, fc.array(group, { minLength: 1 }), { minKeys: 1 });
  const settings = fc.record({ model: fc.string(), hooks: groups, env: fc.jsonValue() });

  it("come and go without a trace, and twice is as once, whatever is there", () => {
    fc.assert(
      fc.property(settings, (value) => {
        const once = withHooks(value, COMMAND, defaultHooks);
        expect(withHooks(once, COMMAND, defaultHooks)).toEqual(once);
        expect(withoutHooks(once)).toEqual(value);
        expect(Object.keys(once).slice(0, 3)).toEqual(Object.keys(value));
      }),
    );
  });
});

describe("the text of the settings", () => {
  it.each([
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a": [1, 2}', 1, 12],
    ['{\n  // why\n  "a": 1\n}', 2, 3],
    ['{"a": "x', 1, 7],
    ["{} {}", 1, 4],
    ["{'a': 1}", 1, 2],
  ])("that is not JSON is refused at its place: %j", (text, line, column) => {
    const parsed = parseSettings(text, "settings.json");
    expect(parsed.ok).toBe(false);
    expect(parsed.diagnostics[0]).toMatchObject({ code: "U931", span: { line, column } });
  });

  it.each(["[]", '{"hooks": []}', '{"hooks": {"Stop": {}}}', "7"])(
    "that is not what Claude Code reads is refused: %s",
    (text) => {
      expect(parseSettings(text, "settings.json").diagnostics[0]?.code).toBe("U932");
    },
  );

  it("is JSON exactly where the engine says so", () => {
    const valid = fc.json({ maxDepth: 4 });
    const damaged = fc
      .tuple(valid, fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", "x", "\n", "0", "\t"))
      .map(([text, at, put]) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + put + text.slice(index + 1);
      });
    fc.assert(
      fc.property(fc.oneof(valid, damaged), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonError(text) === undefined).toBe(isJson);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps its indentation and its ends of lines, and every byte when nothing changes", () => {
    const text = '{\r\n\t"model": "opus"\r\n}\r\n';
    const settings = { text, value: { model: "opus" } };
    expect(renderSettings({ model: "opus" }, settings)).toBe(text);
    expect(renderSettings({ model: "opus", a: 1 }, settings)).toBe(
      '{\r\n\t"model": "opus",\r\n\t"a": 1\r\n}\r\n',
    );
  });
});

describe("a diff of lines", () => {
  it("shows what changes and what is around it", () => {
    const before = "a\nb\nc\nd\ne\nf\n";
    expect(renderLineDiff(before, "a\nb\nc\nd\nE\nf\n")).toBe("  …\n  c\n  d\n- e\n+ E\n  f\n");
    expect(renderLineDiff(before, before)).toBe("");
    expect(renderLineDiff("", "x\n")).toBe("+ x\n");
  });

  it("leads from one text to the other", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (old, now) => {
        const marked = renderLineDiff(old.join("\n"), now.join("\n")).split("\n");
        const gone = marked.filter((line) => line.startsWith("- ")).length;
        const added = marked.filter((line) => line.startsWith("+ ")).length;
        expect(old.length - gone).toBe(now.length - added);
      }),
    );
  });
});
