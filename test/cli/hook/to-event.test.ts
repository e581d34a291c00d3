/** Inputs as Claude Code's page "Hooks reference" shows them, and the events they become. */
import { describe, expect, it } from "vitest";
import { toEvent } from "../../../src/cli/hook/to-event.ts";
import { parseEventLine } from "../../../src/event/parse.ts";

const context = { now: Date.parse("2026-03-02T09:00:00.123Z"), process: 7, user: "ann" };
const common = {
  session_id: "00893aaf-19fa-41d2-8238-13269b9b3ca0",
  transcript_path: "/Users/secret/.claude/projects/x.jsonl",
  cwd: "/Users/secret/project",
  permission_mode: "default",
};
const call = {
  ...common,
  tool_name: "Bash",
  tool_input: { command: "cat secret" },
  tool_use_id: "toolu_01",
};

/** The event as it arrives in a connector, or why it would not. */
function eventOf(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const line = JSON.stringify(toEvent(input, context));
  const parsed = parseEventLine(line, 1, { file: "spool", strict: true });
  expect(parsed.ok ? [] : parsed.diagnostics).toEqual([]);
  expect(line).not.toContain("secret");
  return JSON.parse(line) as Readonly<Record<string, unknown>>;
}

const table: readonly (readonly [
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
])[] = [
  [
    "a session that starts",
    { ...common, hook_event_name: "SessionStart", source: "startup", model: "claude-opus-5" },
    {
      event_type: "session_start",
      timestamp: "2026-03-02T09:00:00.123Z",
      session_id: common.session_id,
      user_id_hash: "ann",
      model_version: "claude-opus-5",
      department: "unknown",
      source_kind: "claude_code_hook",
      labels: { event_name: "SessionStart", source: "startup", permission_mode: "default" },
    },
  ],
  [
    "a session that goes on",
    { ...common, hook_event_name: "SessionStart", source: "resume" },
    { event_type: "activity_event", labels: { source: "resume" } },
  ],
  [
    "a session that ends",
    { ...common, hook_event_name: "SessionEnd", reason: "logout" },
    { event_type: "session_end", token_input: 0, labels: { reason: "logout" } },
  ],
  [
    "a prompt, by its length",
    { ...common, hook_event_name: "UserPromptSubmit", prompt: "a secret question" },
    { event_type: "activity_event", labels: { prompt_length: "17" } },
  ],
  [
    "a call that is about to be made: no call yet",
    { ...call, hook_event_name: "PreToolUse" },
    { event_type: "activity_event", labels: { tool_name: "Bash", tool_use_id: "toolu_01" } },
  ],
  [
    "a call that was made",
    { ...call, hook_event_name: "PostToolUse", tool_response: "secret", duration_ms: 12 },
    { activity_type: "tool_use", mcp_outcome: "success", duration_ms: 12 },
  ],
  [
    "a call that failed",
    { ...call, hook_event_name: "PostToolUseFailure", error: "secret", is_interrupt: false },
    { activity_type: "tool_use", mcp_outcome: "failure", labels: { is_interrupt: "false" } },
  ],
  [
    "a call of an MCP server",
    { ...call, hook_event_name: "PostToolUse", tool_name: "mcp__github__search_issues" },
    { activity_type: "mcp_query", mcp_server: "github", mcp_tool: "search_issues" },
  ],
  [
    "a call of a plugin's MCP server",
    { ...call, hook_event_name: "PostToolUse", tool_name: "mcp__plugin_a_b__write_file" },
    { activity_type: "mcp_query", mcp_server: "plugin_a_b", mcp_tool: "write_file" },
  ],
  [
    "a permission that is asked for",
    { ...call, hook_event_name: "PermissionRequest", permission_suggestions: [{ secret: 1 }] },
    {
      event_type: "policy_event",
      policy_event_type: "approval_requested",
      permission: "Bash",
      request_id: "toolu_01",
    },
  ],
  [
    "a permission that the client refused by itself",
    {
      ...call,
      hook_event_name: "PermissionDenied",
      tool_name: "mcp__erp__pay",
      reason: "it would send a secret away",
    },
    {
      policy_event_type: "approval_denied",
      permission: "erp/pay",
      decision_reason: "auto_mode",
      policy_flags: ["auto_blocked"],
    },
  ],
  [
    "settings that change",
    { ...common, hook_event_name: "ConfigChange", source: "user_settings", file_path: "/secret" },
    {
      policy_event_type: "permission_changed",
      permission: "settings",
      permission_after: "user_settings",
    },
  ],
  [
    "a mode in which nobody is asked",
    { ...call, hook_event_name: "PostToolUse", permission_mode: "bypassPermissions" },
    { policy_flags: ["permissions_bypassed"] },
  ],
  [
    "a subagent that stops",
    {
      ...common,
      hook_event_name: "SubagentStop",
      agent_id: "a-1",
      agent_type: "Explore",
      last_assistant_message: "secret",
    },
    { event_type: "activity_event", labels: { agent_id: "a-1", agent_type: "Explore" } },
  ],
  [
    "a notification",
    {
      ...common,
      hook_event_name: "Notification",
      message: "secret",
      notification_type: "permission_prompt",
    },
    { event_type: "activity_event", labels: { notification_type: "permission_prompt" } },
  ],
  [
    "a hook that nobody knows yet",
    { ...common, hook_event_name: "constructor", anything: { secret: true } },
    { event_type: "activity_event", labels: { event_name: "constructor" } },
  ],
];

describe("a hook's event", () => {
  it.each(table)("tells %s", (_, input, expected) => {
    expect(eventOf(input)).toMatchObject(expected);
  });

  it("does not exist where the input names no hook", () => {
    expect(toEvent({ ...common }, context)).toBeUndefined();
    expect(toEvent({ hook_event_name: 7 }, context)).toBeUndefined();
  });

  it("has one identity for one call in one kind of hook, however often it is told", () => {
    const id = (changes: Readonly<Record<string, unknown>>, now = context.now) =>
      toEvent({ ...call, hook_event_name: "PostToolUse", ...changes }, { ...context, now })?.[
        "event_id"
      ];
    expect(id({}, 1)).toBe(id({}, 2));
    const others = [{ tool_use_id: "toolu_02" }, { session_id: "s-2" }];
    const different = [{}, { hook_event_name: "PermissionRequest" }, ...others].map((one) =>
      id(one),
    );
    expect(new Set(different).size).toBe(4);
    const noCall = { tool_use_id: undefined };
    expect(id(noCall, 1)).not.toBe(id(noCall, 2));
  });

  it("takes from whatever it is told only what an event may hold", () => {
    const long = "x".repeat(5000);
    const event = eventOf({
      hook_event_name: "PostToolUse",
      session_id: long,
      tool_name: `mcp__${"s".repeat(20)}__\ud800t`,
      tool_use_id: 4,
      duration_ms: -1,
      agent_type: long,
      permission_mode: { secret: 1 },
    });
    expect(event).not.toHaveProperty("session_id");
    expect(event).not.toHaveProperty("duration_ms");
  });
});
