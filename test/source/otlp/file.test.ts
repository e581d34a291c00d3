import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStrictEvent, schemaErrors } from "../../../src/generated/event-validator.ts";
import { type SourceEvent, withPseudonym } from "../../../src/source/otlp/claude-code.ts";
import { OtlpFile } from "../../../src/source/otlp/file.ts";
import { expectGolden } from "../../golden.ts";

const captures = ["plain", "bash1", "mcp3-details"];

function read(
  text: string,
  file = "capture",
): {
  readonly events: readonly SourceEvent[];
  readonly codes: readonly string[];
  readonly source: OtlpFile;
} {
  const source = new OtlpFile(file);
  const results = text
    .trim()
    .split("\n")
    .map((line, index) => source.read({ number: index + 1, text: line }));
  const diagnostics = [...results.flatMap((one) => one.diagnostics), ...source.gaps()];
  return {
    events: results.flatMap((one) => one.events),
    codes: diagnostics.map(({ code }) => code),
    source,
  };
}

function capture(name: string): string {
  return readFileSync(`test/fixtures/otlp/${name}.ndjson`, "utf8");
}

type AttributeValue = string | number | boolean;

/** An export request with one record, as the client would send it. */
function request(
  attributes: Readonly<Record<string, AttributeValue>>,
  record: object = {},
): string {
  const typed = (value: AttributeValue): object =>
    typeof value === "number"
      ? { intValue: String(value) }
      : typeof value === "boolean"
        ? { boolValue: value }
        : { stringValue: value };
  const all = { "session.id": "s-1", "event.sequence": 0, ...attributes };
  const list = Object.entries(all).map(([key, value]) => ({ key, value: typed(value) }));
  const logRecord = { timeUnixNano: "1795479758134000000", attributes: list, ...record };
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ logRecords: [logRecord] }] }],
  });
}

function eventOf(
  attributes: Readonly<Record<string, AttributeValue>>,
): Readonly<Record<string, unknown>> {
  const [first] = read(request(attributes)).events;
  if (first === undefined) throw new Error("no event");
  return first.event as unknown as Record<string, unknown>;
}

describe("captures of the real client", () => {
  it.each(captures)("%s becomes the expected events", (name) => {
    const { events, codes } = read(capture(name));
    expect(codes).toEqual([]);
    const lines = events.map((source) =>
      JSON.stringify(withPseudonym(source, () => "a".repeat(64))),
    );
    expectGolden(`otlp/${name}.ndjson`, `${lines.join("\n")}\n`);
  });

  it.each(captures)("%s becomes valid events that hold no content and no raw identity", (name) => {
    for (const source of read(capture(name)).events) {
      const event = withPseudonym(source, () => "a".repeat(64));
      expect(isStrictEvent(event), JSON.stringify(schemaErrors(event))).toBe(true);
      expect(source.identity).toMatch(/^[0-9a-f]{64}$/);
      expect(JSON.stringify(event)).not.toMatch(/REDACTED|"message"|21b704f3/);
    }
  });

  it("counts three MCP calls once each, though each left a decision and a result", () => {
    const events = read(capture("mcp3-details")).events.map(({ event }) => event);
    const queries = events.filter(
      (event) => event.event_type === "activity_event" && event.activity_type === "mcp_query",
    );
    expect(queries).toHaveLength(3);
    expect(queries[0]).toMatchObject({
      mcp_server: "everything",
      mcp_tool: "echo",
      mcp_outcome: "success",
      department: "legal",
      business_unit: "cc1",
    });
    expect(events.filter(({ event_type }) => event_type === "policy_event")).toHaveLength(3);
  });

  it("leaves metrics alone, so that tokens count once", () => {
    const { events, source } = read(capture("bash1"));
    const tokens = events.map(({ event }) => (event.token_input ?? 0) + (event.token_output ?? 0));
    expect(tokens.reduce((sum, value) => sum + value, 0)).toBe(4 * (3 + 17_241 + 1693 + 42));
    expect(source.tally).toMatchObject({ ignored: 1 });
  });

  it("gives a record that is sent again the same id", () => {
    const once = read(capture("bash1")).events.map(({ event }) => event.event_id);
    const again = read(capture("bash1")).events.map(({ event }) => event.event_id);
    expect(again).toEqual(once);
    expect(new Set(once).size).toBe(once.length);
  });
});

describe("records of Claude clients", () => {
  it("sum input and cache tokens, whatever type the numbers have", () => {
    expect(
      eventOf({
        "event.name": "api_request",
        input_tokens: "3",
        cache_read_tokens: 10,
        cache_creation_tokens: 5,
        output_tokens: 7,
      }),
    ).toMatchObject({
      activity_type: "model_request",
      token_input: 18,
      token_output: 7,
      token_cache_read: 10,
      token_cache_write: 5,
    });
  });

  it.each<[string, Record<string, AttributeValue>, object]>([
    ["its names are withheld", { tool_name: "mcp_tool" }, { activity_type: "mcp_query" }],
    [
      "the name is spelt out",
      { tool_name: "mcp__plugin_x_jira__search_issues" },
      { activity_type: "mcp_query", mcp_server: "plugin_x_jira", mcp_tool: "search_issues" },
    ],
    [
      "only a scope tells",
      { tool_name: "custom", mcp_server_scope: "user" },
      { activity_type: "mcp_query" },
    ],
    [
      "parameters are cut in the middle",
      { tool_name: "mcp_tool", tool_parameters: '{"mcp_server_name":"jira","mcp_tool_na' },
      { activity_type: "mcp_query", mcp_server: "jira" },
    ],
    ["it failed", { tool_name: "mcp_tool", success: "false" }, { mcp_outcome: "failure" }],
  ])("are an MCP query when %s", (_name, attributes, expected) => {
    expect(eventOf({ "event.name": "tool_result", success: "true", ...attributes })).toMatchObject(
      expected,
    );
  });

  it("are no MCP query for a built-in tool", () => {
    expect(
      eventOf({ "event.name": "tool_result", tool_name: "Bash", success: "true" }),
    ).toMatchObject({ activity_type: "tool_use" });
  });

  it("become approvals, permission changes and refusals", () => {
    expect(
      eventOf({
        "event.name": "tool_decision",
        decision: "reject",
        source: "hook",
        tool_name: "Bash",
      }),
    ).toMatchObject({
      policy_event_type: "approval_denied",
      permission: "Bash",
      decision_reason: "hook",
    });
    expect(
      eventOf({
        "event.name": "permission_mode_changed",
        from_mode: "default",
        to_mode: "bypassPermissions",
      }),
    ).toMatchObject({
      policy_event_type: "permission_changed",
      permission_after: "bypassPermissions",
    });
    expect(eventOf({ "event.name": "api_refusal", category: "cyber" })).toMatchObject({
      event_type: "security_event",
      security_flags: ["model_refusal"],
    });
  });

  it("pass under their own name when the name is new", () => {
    expect(eventOf({ "event.name": "brand_new_event" })).toMatchObject({
      event_type: "activity_event",
      labels: { event_name: "brand_new_event" },
    });
  });

  it("never carry content, even where a switch sends it", () => {
    const secret = "the merger closes on Friday";
    const content = {
      prompt: secret,
      response: secret,
      tool_input: secret,
      tool_parameters: `{"full_command":"${secret}"}`,
      error: secret,
      body: secret,
      full_command: secret,
    };
    for (const name of [
      "user_prompt",
      "assistant_response",
      "tool_result",
      "tool_decision",
      "api_error",
      "api_request_body",
      "x",
    ]) {
      expect(JSON.stringify(eventOf({ "event.name": name, ...content }))).not.toContain("merger");
    }
  });

  it("prefer an account over an install id as identity", () => {
    const [source] = read(
      request({ "user.id": "install", "user.email": "a@b.example", "user.account_uuid": "acc" }),
    ).events;
    expect(source?.identity).toBe("acc");
  });
});

describe("losses and bad lines", () => {
  it.each(["S711", "S712", "S713"])("%s is shown by its fixture", (code) => {
    expect(read(readFileSync(`test/fixtures/diagnostic/${code}.ndjson`, "utf8")).codes).toEqual([
      code,
    ]);
  });

  it("count numbers that come twice or out of order once", () => {
    const lines = [2, 0, 1, 1].map((sequence) => request({ "event.sequence": sequence }));
    expect(read(lines.join("\n")).codes).toEqual([]);
  });

  it("never throw, whatever the JSON holds", () => {
    const key = fc.constantFrom(
      "resourceLogs",
      "scopeLogs",
      "logRecords",
      "attributes",
      "resource",
      "key",
      "value",
      "stringValue",
      "intValue",
      "timeUnixNano",
      "body",
      "path",
      "event.name",
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: "small" },
        fc.jsonValue(),
        fc.dictionary(key, tie("json")),
        fc.array(tie("json")),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        for (const { event } of read(JSON.stringify(value) ?? "null").events)
          expect(event.event_id).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
