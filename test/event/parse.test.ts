import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseEventLine } from "../../src/event/parse.ts";

const ID = "3f2c1a44-0000-4000-8000-000000000000";
const HASH = "a".repeat(64);

function line(fields: Readonly<Record<string, unknown>>): string {
  const base = { event_id: ID, event_type: "session_end", timestamp: "2026-03-01T09:30:00.000Z" };
  return JSON.stringify({ ...base, ...fields });
}

/** Codes, and column of the first finding, of one line. */
function codes(text: string, strict = false): readonly string[] {
  return parseEventLine(text, 7, { file: "log.ndjson", strict }).diagnostics.map((one) => one.code);
}

function accepted(text: string): Readonly<Record<string, unknown>> {
  const result = parseEventLine(text, 1, { file: "log.ndjson" });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value as unknown as Record<string, unknown>;
}

describe("parseEventLine accepts", () => {
  it("a canonical event without a word", () => {
    const result = parseEventLine(line({ user_id_hash: HASH, token_input: 0 }), 1, { file: "f" });
    expect(result).toMatchObject({ ok: true, diagnostics: [] });
  });

  it.each([
    ["2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000Z"],
    ["2026-03-01t15:00:00.123456+05:30", "2026-03-01T09:30:00.123Z"],
    ["2026-12-31T23:59:59.9999999-01:00", "2027-01-01T00:59:59.999Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ])("time %s as %s, silently", (given, canonical) => {
    expect(codes(line({ timestamp: given }))).toEqual([]);
    expect(accepted(line({ timestamp: given }))["timestamp"]).toBe(canonical);
  });

  it("a leap second, with a warning", () => {
    const text = line({ timestamp: "2016-12-31T23:59:60Z" });
    expect(codes(text)).toEqual(["E207"]);
    expect(accepted(text)["timestamp"]).toBe("2016-12-31T23:59:59.999Z");
  });

  it("an event without id, and gives equal lines equal ids", () => {
    const text = '{"event_type":"session_end","timestamp":"2026-03-01T09:30:00.000Z"}';
    expect(codes(text)).toEqual(["E205"]);
    expect(accepted(text)["event_id"]).toBe(accepted(text)["event_id"]);
    expect(accepted(text)["event_id"]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("unknown fields as labels, nested ones as JSON text, hostile keys as data", () => {
    const text = `{"event_id":"${ID}","event_type":"session_end","timestamp":"2026-03-01T09:30:00.000Z","x":{"y":[1]},"__proto__":"p","labels":{"n":1,"t":"u"}}`;
    expect(codes(text)).toEqual(["E203", "E203", "E219"]);
    expect(Object.entries(accepted(text)["labels"] as object)).toEqual([
      ["n", "1"],
      ["t", "u"],
      ["x", '{"y":[1]}'],
      ["__proto__", "p"],
    ]);
  });

  it("nulls as absent, text details as a summary, nested details as text", () => {
    const text = line({ department: null, event_type: "security_event", details: "hello" });
    expect(codes(text)).toEqual(["E216"]);
    expect(accepted(text)).not.toHaveProperty("department");
    expect(accepted(text)["details"]).toEqual({ summary: "hello" });
    const nested = line({ event_type: "security_event", details: { a: { b: 1 }, c: 2 } });
    expect(accepted(nested)["details"]).toEqual({ a: '{"b":1}', c: 2 });
  });

  it("upper-case and opaque pseudonyms, odd ids and misplaced fields with warnings", () => {
    expect(codes(line({ user_id_hash: "AB".repeat(32) }))).toEqual(["E214"]);
    expect(accepted(line({ user_id_hash: "AB".repeat(32) }))["user_id_hash"]).toBe("ab".repeat(32));
    expect(codes(line({ user_id_hash: "emp-0042" }))).toEqual(["E214"]);
    expect(codes(line({ event_id: "evt:1" }))).toEqual(["E218"]);
    expect(codes(line({ mcp_server: "jira" }))).toEqual(["E217"]);
    expect(accepted(line({ mcp_server: "jira" }))["mcp_server"]).toBe("jira");
  });

  it("any Unicode that is Unicode", () => {
    const text = line({ department: "研究\u2028\u202e\u0000 👩‍🔬" });
    expect(codes(text)).toEqual([]);
    expect(codes(text.replace("👩", "\\ud83d\\udc69"))).toEqual([]);
  });
});

describe("parseEventLine rejects", () => {
  it.each<[string, string, string]>([
    ["an unfinished line", '{"event_id":', "E201"],
    ["a Python literal", "{'event_id': 1}", "E201"],
    ["NaN", '{"token_input": NaN}', "E201"],
    ["deep nesting that ends early", "[".repeat(100_000), "E201"],
    ["deep nesting", `${"[".repeat(5000)}${"]".repeat(5000)}`, "E202"],
    ["a number", "12", "E202"],
    ["null", "null", "E202"],
    ["an array", "[]", "E202"],
    ["half a surrogate pair", line({ department: "x" }).replace('"x"', '"\\uD800"'), "E215"],
    ["half a surrogate pair in a key", line({}).replace("{", '{"\\udc00":1,'), "E215"],
    ["a time without zone", line({ timestamp: "2026-03-01T09:30:00" }), "E206"],
    ["an epoch number", line({ timestamp: 1_767_225_600 }), "E206"],
    ["a date that does not exist", line({ timestamp: "2026-02-29T00:00:00Z" }), "E206"],
    ["hour 24", line({ timestamp: "2026-03-01T24:00:00Z" }), "E206"],
    ["year 10000", line({ timestamp: "10000-01-01T00:00:00Z" }), "E206"],
    ["a time before year 0", line({ timestamp: "0000-01-01T00:00:00+01:00" }), "E206"],
    ["an unknown event type", line({ event_type: "sesion_end" }), "E209"],
    ["an enum in upper case", line({ data_classification: "RESTRICTED" }), "E209"],
    ["an enum that is a list", line({ data_classification: ["restricted"] }), "E208"],
    ["negative tokens", line({ token_input: -1 }), "E210"],
    ["fractional tokens", line({ token_input: 1.5 }), "E208"],
    ["tokens as text", line({ token_input: "12" }), "E208"],
    ["tokens above 2^53", line({ usage_tokens: 2 ** 53 }), "E210"],
    ["a list that is text", line({ mcp_integrations: "jira" }), "E208"],
    ["a list of 10,000", line({ mcp_integrations: Array(10_000).fill("x") }), "E211"],
    ["an empty session id", line({ session_id: "" }), "E211"],
    ["a field beyond its length", line({ user_agent: "x".repeat(1025) }), "E211"],
    ["an empty label key", line({ labels: { "": "x" } }), "E211"],
    ["a bad address", line({ client_ip: "300.1.1.1" }), "E212"],
    ["an e-mail for a pseudonym", line({ user_id_hash: "a@b.example" }), "E213"],
    ["a pseudonym with a quote", line({ user_id_hash: 'a"b' }), "E212"],
    ["an id with a newline", line({ event_id: "a\nb" }), "E212"],
  ])("%s", (_name, text, code) => {
    const result = parseEventLine(text, 7, { file: "log.ndjson" });
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((one) => one.code)).toContain(code);
    for (const one of result.diagnostics)
      expect(one.span).toMatchObject({ file: "log.ndjson", line: 7 });
  });

  it("a missing type and time, naming both", () => {
    const result = parseEventLine(`{"event_id":"${ID}"}`, 1, { file: "f" });
    expect(result.diagnostics.map((one) => one.message)).toEqual([
      '"event_type" is missing',
      '"timestamp" is missing',
    ]);
  });

  it("unknown fields when asked to be strict", () => {
    expect(parseEventLine(line({ x: 1 }), 1, { file: "f", strict: true }).ok).toBe(false);
  });

  it("with the column of every problem", () => {
    const text = `{ "event_id": "${ID}", "event_type":"x", "timestamp":"2026-03-01T09:30:00Z", "security_flags" : ["a", 2] }`;
    const result = parseEventLine(text, 3, { file: "f" });
    const places = result.diagnostics.map(({ code, span, pointer }) => [
      code,
      span.line,
      span.column,
      span.length,
      pointer,
    ]);
    expect(places).toEqual([
      ["E209", 3, text.indexOf('"x"') + 1, 3, "/event_type"],
      ["E208", 3, text.indexOf("2] }") + 1, 1, "/security_flags/1"],
    ]);
  });

  it("without repeating what may be personal", () => {
    const secret = "jane.doe@corp.example";
    const texts = [
      line({ user_id_hash: secret }),
      `{"user_id_hash":"${secret}" oops`,
      `{"user_id_hash":"${secret}","note":"${secret}","x":NaN,"y":"${secret}","z":"${secret}"}`,
      line({ event_id: `x ${secret}` }),
    ];
    for (const text of texts) {
      const { diagnostics } = parseEventLine(text, 1, { file: "f" });
      expect(diagnostics.length).toBeGreaterThan(0);
      for (const one of diagnostics) expect(`${one.message} ${one.help}`).not.toContain("jane");
    }
  });
});

describe("every message about events", () => {
  const fixtures = readdirSync("test/fixtures/diagnostic").filter((name) =>
    /^E2.*\.ndjson$/.test(name),
  );

  it.each(fixtures)("%s is shown by its fixture", (name) => {
    const text = readFileSync(`test/fixtures/diagnostic/${name}`, "utf8").trimEnd();
    expect(codes(text)).toContain(name.slice(0, 4));
  });
});

it("never throws, however deep a line is nested", () => {
  const depth = 200_000;
  const inner = `${"[".repeat(depth)}"\\ud800"${"]".repeat(depth)}`;
  const maps = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  for (const text of [inner, maps, `{"details":${maps}}`, `{"labels":{"x":${inner}}}`])
    expect(parseEventLine(text, 1, { file: "f" }).ok).toBe(false);
});
