import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventFieldNames } from "../../../src/event/field.ts";
import { adapterTexts } from "../../../src/generated/adapter-text.ts";
import { adapterOf } from "../../../src/source/gateway/format.ts";
import { parseAdapter } from "../../../src/source/gateway/parse-adapter.ts";

const whole = `version: 1
format: some_gateway
product: Some Gateway
references:
  api: { title: The reference, url: https://docs.example, read: 2026-11-25 }
envelopes:
  - { list: records }
record:
  - [id, uuid]
id: id
time: at
person: [user.email, user.id]
fields:
  department: { default: unknown, why: nobody says }
events:
  request:
    when: { path: kind, is: request }
    fields:
      event_type: { value: activity_event }
      token_input: { sum: [tokens.uncached, tokens.cached] }
otherwise:
  fields:
    event_type: { value: activity_event }
labels: [kind]
dropped:
  content: [prompt]
`;

function problems(text: string): readonly string[] {
  return parseAdapter(text, "table.yaml").diagnostics.map(
    ({ code, span, message }) => `${span.line}:${span.column} ${code} ${message}`,
  );
}

describe("a mapping table", () => {
  it("is read as a whole", () => {
    const parsed = parseAdapter(whole, "table.yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const { format, product, events, otherwise, labels } = parsed.value;
    expect([format, product]).toEqual(["some_gateway", "Some Gateway"]);
    expect(events.map(({ name }) => name)).toEqual(["request"]);
    expect(otherwise.name).toBe("other");
    expect(labels.map(({ text }) => text)).toEqual(["kind"]);
  });

  it.each([
    [
      "a transform that there is not",
      ["time: at", "time: { from: at, as: clock }"],
      /^11:23 Y\d+ .*clock/,
    ],
    ["a field that there is not", ["  department:", "  departement:"], /^14:3 Y\d+ .*departement/],
    [
      "a value that the field does not take",
      ["activity_event", "activity"],
      /^19:19 Y\d+ .*activity/,
    ],
    ["a default without a reason", [", why: nobody says", ""], /^14:17 Y\d+ .*why/],
    ["a path that is none", ["user.email", "user..email"], /^12:10 S760 .*user\.\.email/],
    ["two ways to a value", ["{ sum:", "{ value: 1, sum:"], /^20:20 S760 .*one of from/],
    ["a condition without a test", [", is: request", ""], /^17:11 S760 .*one of present/],
    ["an envelope of no kind", ["{ list: records }", "{ lists: records }"], /Y\d+ .*lists/],
    ["a key that is none", ["labels:", "lables:"], /^24:1 Y\d+ .*lables/],
    ["no event otherwise", ["otherwise:", "other:"], /Y\d+ .*otherwise/],
    ["an address that is not https", ["https://docs", "http://docs"], /^5:37 S760 .*https/],
    [
      "an event without its type",
      ["      event_type: { value: activity_event }\n      token", "      token"],
      /^17:5 S760 .*event_type/,
    ],
    [
      "a list of an element",
      ["    when:", "    each: item.calls\n    when:"],
      /^17:11 S760 .*item\.calls/,
    ],
  ])("says where %s stands", (_what, [from = "", to = ""], expected) => {
    expect(whole).toContain(from);
    const found = problems(whole.replace(from, to));
    expect(
      found.some((problem) => expected.test(problem)),
      found.join("\n"),
    ).toBe(true);
  });
});

describe("the tables", () => {
  const names = readdirSync("adapters").sort();

  it("are what the code holds, but for comments", () => {
    expect(Object.keys(adapterTexts).sort()).toEqual(
      names.map((name) => name.replace(/\.yaml$/, "").replaceAll("-", "_")),
    );
    for (const name of names) {
      const format = name.replace(/\.yaml$/, "").replaceAll("-", "_");
      const parsed = parseAdapter(readFileSync(`adapters/${name}`, "utf8"), name);
      expect(parsed.diagnostics).toEqual([]);
      if (parsed.ok) expect(parsed.value).toEqual(adapterOf(format));
    }
  });

  it.each(names)("%s copies no member to a label that is known to name a person", (name) => {
    const { labels, events, otherwise } = adapterOf(
      name.replace(/\.yaml$/, "").replaceAll("-", "_"),
    );
    const all = [...labels, ...[...events, otherwise].flatMap((one) => one.labels)];
    for (const { text } of all)
      expect(text).not.toMatch(/e?mail|user_?name|alias$|authorization|api_key$/);
  });

  it.each(names)("%s says of every event what a gateway cannot tell", (name) => {
    const { fields } = adapterOf(name.replace(/\.yaml$/, "").replaceAll("-", "_"));
    for (const field of ["department", "data_classification"] as const) {
      expect(eventFieldNames).toContain(field);
      expect(fields.get(field)?.fallback?.value).toBe("unknown");
    }
  });
});
