/**
 * Every record that the page "Monitoring" of Claude Code's documentation names, with its attributes, and the
 * shapes that Cowork adds; what becomes of them is in one golden file.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordKinds } from "../../../src/source/otlp/record-kind.ts";
import { expectGolden } from "../../golden.ts";
import type { AttributeValue } from "../../wire/otlp.ts";
import { pseudonymiser, requestOf, Stand } from "./stand.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Text that must never be kept; the switches of the client would send it. */
const CONTENT = "the merger closes on Friday";

const user: Attributes = {
  "user.id": "21b704f336fd8fc62f3706759f13d367a5fdcaa91c243c7f3b0bb34e5ac5cdc4",
  "user.account_id": "user_01ExampleAccountId00000",
  "user.account_uuid": "00000000-1111-2222-3333-444444444444",
  "user.email": "alice@example.com",
  "organization.id": "11111111-2222-3333-4444-555555555555",
  "terminal.type": "vscode",
  "app.version": "2.1.226",
  "app.entrypoint": "cli",
  "prompt.id": "11111111-2222-3333-4444-555555555556",
};
const mcpParameters = (server: string, tool: string): string =>
  JSON.stringify({ mcp_server_name: server, mcp_tool_name: tool, full_command: CONTENT });

const documented: readonly Attributes[] = [
  {
    "event.name": "user_prompt",
    prompt_length: "27",
    prompt: CONTENT,
    command_name: "review",
    command_source: "builtin",
  },
  {
    "event.name": "assistant_response",
    response_length: 27,
    response: CONTENT,
    model: "claude-opus-4-8",
    request_id: "req_011CSHoEeqs5C35K2UUqR7Fy",
    query_source: "repl_main_thread",
  },
  {
    "event.name": "api_request",
    model: "claude-opus-4-8",
    cost_usd: 0.02,
    cost_usd_micros: 20_000,
    duration_ms: 1200,
    input_tokens: 3,
    output_tokens: 42,
    cache_read_tokens: 17_241,
    cache_creation_tokens: 16_935,
    request_id: "req_011CSHoEeqs5C35K2UUqR7Fy",
    speed: "normal",
    effort: "high",
    query_source: "repl_main_thread",
    "agent.name": "Explore",
    "mcp_server.name": "custom",
  },
  {
    "event.name": "api_error",
    model: "claude-opus-4-8",
    error: CONTENT,
    status_code: 429,
    attempt: 11,
    duration_ms: 9000,
    speed: "fast",
  },
  {
    "event.name": "api_retries_exhausted",
    model: "claude-opus-4-8",
    error: CONTENT,
    status_code: 429,
    total_attempts: 11,
    total_retry_duration_ms: 60_000,
  },
  {
    "event.name": "api_refusal",
    model: "claude-opus-4-8",
    request_id: "req_011CSHoEeqs5C35K2UUqR7Fy",
    has_category: "true",
    category: "cyber",
  },
  { "event.name": "api_request_body", body: CONTENT, body_length: 90_000, body_truncated: "true" },
  { "event.name": "api_response_body", body_ref: `/tmp/${CONTENT}`, body_length: 120 },
  {
    "event.name": "tool_decision",
    tool_name: "Bash",
    tool_use_id: "toolu_01",
    decision: "reject",
    source: "user_reject",
    tool_parameters: JSON.stringify({ bash_command: CONTENT, description: CONTENT }),
  },
  {
    "event.name": "tool_decision",
    tool_name: "mcp_tool",
    tool_use_id: "toolu_02",
    decision: "accept",
    source: "user_temporary",
    tool_source: "mcp",
    tool_parameters: mcpParameters("jira", "search"),
  },
  {
    "event.name": "tool_decision",
    tool_name: "Write",
    tool_use_id: "toolu_03",
    decision: "reject",
    source: "hook",
  },
  {
    "event.name": "tool_result",
    tool_name: "mcp_tool",
    tool_use_id: "toolu_02",
    success: "true",
    duration_ms: 120,
    decision_source: "user_temporary",
    decision_type: "accept",
    mcp_server_scope: "user",
    tool_parameters: mcpParameters("jira", "search"),
    tool_input: JSON.stringify({ query: CONTENT }),
    tool_input_size_bytes: "44",
    tool_result_size_bytes: "1206",
  },
  {
    "event.name": "tool_result",
    tool_name: "mcp_tool",
    tool_use_id: "toolu_04",
    success: "false",
    duration_ms: "80",
    error_type: "McpError",
    error: CONTENT,
    mcp_server_scope: "project",
  },
  {
    "event.name": "tool_result",
    tool_name: "Read",
    tool_use_id: "toolu_05",
    success: "true",
    duration_ms: 4,
    tool_input: JSON.stringify({ file_path: CONTENT }),
  },
  {
    "event.name": "permission_mode_changed",
    from_mode: "default",
    to_mode: "bypassPermissions",
    trigger: "shift_tab",
  },
  {
    "event.name": "auth",
    action: "login",
    success: "false",
    auth_method: "oauth",
    error_category: "network",
    status_code: "503",
  },
  {
    "event.name": "mcp_server_connection",
    status: "connected",
    transport_type: "http",
    server_scope: "user",
    duration_ms: 459,
    server_name: "jira",
  },
  {
    "event.name": "mcp_server_connection",
    status: "failed",
    transport_type: "http",
    server_scope: "user",
    duration_ms: 12,
    error_code: "401",
    error: CONTENT,
  },
  {
    "event.name": "mcp_server_connection",
    status: "failed",
    transport_type: "stdio",
    server_scope: "dynamic",
    error_code: "ENOENT",
    error: CONTENT,
  },
  { "event.name": "internal_error", error_name: "TypeError", error_code: "ENOENT" },
  {
    "event.name": "plugin_installed",
    "marketplace.is_official": "false",
    "install.trigger": "cli",
    "plugin.name": "deploy-helper",
    "plugin.version": "1.2.0",
    "marketplace.name": "our-tools",
  },
  {
    "event.name": "plugin_loaded",
    "plugin.name": "third-party",
    "marketplace.name": "third-party",
    "plugin.scope": "user-local",
    enabled_via: "user-install",
    plugin_id_hash: "0000000000000000",
    has_hooks: true,
    has_mcp: false,
  },
  {
    "event.name": "skill_activated",
    "skill.name": "custom_skill",
    invocation_trigger: "claude-proactive",
    "skill.source": "userSettings",
  },
  { "event.name": "at_mention", mention_type: "file", success: "true" },
  {
    "event.name": "hook_registered",
    hook_event: "PreToolUse",
    hook_type: "command",
    hook_source: "policySettings",
    hook_matcher: CONTENT,
  },
  {
    "event.name": "hook_execution_start",
    hook_event: "PreToolUse",
    hook_name: "PreToolUse:Write",
    num_hooks: 1,
    managed_only: "false",
    hook_source: "merged",
    hook_definitions: CONTENT,
  },
  {
    "event.name": "hook_execution_complete",
    hook_event: "PreToolUse",
    hook_name: "PreToolUse:Write",
    num_hooks: "1",
    num_success: "0",
    num_blocking: "1",
    num_non_blocking_error: "0",
    num_cancelled: "0",
    total_duration_ms: "162",
    hook_source: "merged",
  },
  {
    "event.name": "hook_execution_complete",
    hook_event: "UserPromptSubmit",
    hook_name: "UserPromptSubmit",
    num_hooks: 2,
    num_blocking: 1,
    total_duration_ms: 30,
  },
  {
    "event.name": "hook_execution_complete",
    hook_event: "SessionStart",
    hook_name: "SessionStart:startup",
    num_hooks: "2",
    num_blocking: "0",
    total_duration_ms: "12",
  },
  {
    "event.name": "hook_plugin_metrics",
    plugin_id: "security@official",
    hook_event: "PostToolUse",
    findings: 3,
  },
  { "event.name": "subagent_completed", "agent.name": "Explore", duration_ms: 9000 },
  {
    "event.name": "compaction",
    trigger: "auto",
    success: "true",
    duration_ms: 5000,
    pre_tokens: 150_000,
    post_tokens: 20_000,
  },
  {
    "event.name": "feedback_survey",
    event_type: "responded",
    survey_type: "session",
    response: CONTENT,
  },
  {
    "event.name": "retention_sweep",
    result: "completed",
    period_days: 30,
    transcripts_deleted: 12,
    files_past_cutoff: 12,
    error_count: 0,
  },
  // Cowork: the same names, attributes of the resource on the record, dotted names of servers.
  {
    "event.name": "tool_result",
    "service.name": "cowork",
    "service.version": "1.15962.1",
    "claude.deployment_mode": "1p",
    "terminal.type": "non-interactive",
    tool_name: "mcp_tool",
    "mcp_server.name": "workspace",
    "mcp_tool.name": "bash",
    tool_use_id: "toolu_06",
    success: "true",
    duration_ms: 40,
  },
  { "event.name": "user_prompt", "service.name": "cowork", prompt: CONTENT, prompt_length: "27" },
  { "event.name": "event_of_tomorrow", body: CONTENT, status: "ok" },
];

let stand: Stand;

beforeEach(async () => {
  stand = await Stand.open();
});

afterEach(() => stand.close());

describe("documented records", () => {
  it("become the expected events, in both encodings", async () => {
    const request = requestOf(
      ...documented.map((one) => ({ ...user, department: "legal", cost_center: "cc1", ...one })),
    );
    await stand.binary("logs", request);
    const events = stand.kept.splice(0);
    await stand.json("logs", request);
    expect(stand.kept).toEqual(events);
    expect(stand.rejects).toEqual([]);
    expectGolden(
      "otlp/documented.ndjson",
      events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    );
  });

  it("are all that the receiver knows", () => {
    const names = new Set(documented.map((one) => one["event.name"]));
    expect([...recordKinds.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it("leave no content and no identity in the journal, in rejects or in notes", async () => {
    await stand.binary("logs", requestOf(...documented.map((one) => ({ ...user, ...one }))));
    const timeless = requestOf(...documented.map((one) => ({ ...user, ...one })));
    const text = JSON.stringify(timeless).replaceAll(/"timeUnixNano":"\d+"/g, '"timeUnixNano":"0"');
    await stand.post("/v1/logs", text, { "content-type": "application/json" });
    expect(stand.rejects).toHaveLength(documented.length);
    const written = JSON.stringify([stand.kept, stand.rejects, stand.source.notes?.()]);
    for (const secret of [CONTENT, "alice", "21b704f3", "ExampleAccount", "00000000-1111"])
      expect(written).not.toContain(secret);
  });

  it("write one query for each MCP call, whatever a decision and a result say of it", async () => {
    await stand.binary("logs", requestOf(...documented));
    const queries = stand.kept.filter(
      (event) => event.event_type === "activity_event" && event.activity_type === "mcp_query",
    );
    expect(queries.map((event) => event.labels?.["tool_use_id"])).toEqual([
      "toolu_02",
      "toolu_04",
      "toolu_06",
    ]);
    // A denied call of a hook is one denial, though the decision and the hook's record tell of it.
    const denials = stand.kept.filter(
      (event) =>
        event.event_type === "policy_event" && event.policy_event_type === "approval_denied",
    );
    expect(denials).toHaveLength(3);
  });
});

/** The one event of a record. */
async function eventOf(attributes: Attributes): Promise<Readonly<Record<string, unknown>>> {
  const { status } = await stand.binary("logs", requestOf(attributes));
  expect(status).toBe(200);
  const event = stand.kept.pop();
  if (event === undefined) throw new Error("no event");
  return event as unknown as Readonly<Record<string, unknown>>;
}

describe("users", () => {
  it.each<[string, Attributes]>([
    ["user_01ExampleAccountId00000", user],
    ["alice@example.com", { "user.email": "Alice@example.com", "user.id": "install" }],
    ["jdoe", { "enduser.id": "jdoe", "user.id": "install" }],
    ["install", { "user.id": "install" }],
  ])("are known as %s", async (identity, attributes) => {
    const { user_id_hash } = await eventOf({ "event.name": "user_prompt", ...attributes });
    expect(user_id_hash).toBe(pseudonymiser.userIdHash(identity));
  });

  it("are known by their address where the tables list addresses", async () => {
    await stand.close();
    stand = await Stand.open("identity: email");
    const { user_id_hash } = await eventOf({ "event.name": "user_prompt", ...user });
    expect(user_id_hash).toBe(pseudonymiser.userIdHash("alice@example.com"));
  });

  it("are replaced even where an installation's id looks like a pseudonym", async () => {
    const id = "ab".repeat(32);
    expect((await eventOf({ "event.name": "x", "user.id": id }))["user_id_hash"]).not.toBe(id);
  });
});

describe("notes", () => {
  it("tell what a client withholds, what is new and who is no person", async () => {
    await stand.binary("logs", requestOf(...documented));
    expect(stand.noted("mcp_names_hidden")).toBe(1);
    expect(stand.noted("unknown_record_names")).toBe(1);
    expect(stand.noted("department_unknown")).toBe(documented.length);
    expect(stand.noted("person_unknown")).toBe(documented.length);
    const meanings = stand.source.notes?.().map(({ meaning }) => meaning) ?? [];
    expect(meanings.join()).toContain("event_of_tomorrow");
  });

  it("do not repeat names that are no names", async () => {
    await eventOf({ "event.name": `<script>${"x".repeat(100)}` });
    expect(JSON.stringify(stand.source.notes?.())).not.toContain("script");
    expect(stand.noted("unknown_record_names")).toBe(1);
  });
});

describe("values that no field can hold", () => {
  it.each<[string, Attributes]>([
    ["numbers beyond the schema", { input_tokens: 2 ** 40, duration_ms: 2 ** 50, cost_usd: -1 }],
    ["numbers that are none", { input_tokens: "many", output_tokens: "NaN", cost_usd: "1e999" }],
    ["sums beyond the schema", { input_tokens: 2 ** 31 - 1, cache_read_tokens: 2 ** 31 - 1 }],
    ["texts that are too long", { model: "m".repeat(300), department: "d".repeat(9000) }],
    ["control characters", { department: "a\u0000b\u001f", model: "x\ny", request_id: '"\\' }],
    ["halves of characters", { department: "a\ud800", "event.name": "\udfff", speed: "\ud800" }],
    [
      "characters that a cut would halve",
      {
        "event.name": `${"x".repeat(255)}\u{1f600}`,
        speed: `${"x".repeat(1023)}\u{1f600}`,
      },
    ],
    [
      "a reason that a cut would halve",
      { "event.name": "tool_decision", source: `${"x".repeat(255)}\u{1f600}` },
    ],
    ["a sequence that is none", { "event.sequence": "x" }],
  ])("cost the field and not the record: %s", async (_name, attributes) => {
    const named = { "event.name": "api_request", ...attributes };
    const { bytes } = await stand.json("logs", requestOf(named));
    expect(bytes.toString()).toBe("{}");
    expect(stand.kept).toHaveLength(1);
  });
});
