/**
 * What each record of Claude Code and Cowork says, as fields of an event. Names and attributes are those
 * of the page "Monitoring" of Claude Code's documentation and of records of the clients themselves.
 *
 * - `api_request` is the one record that carries tokens. Anthropic counts cache reads and writes apart
 *   from `input_tokens`; an audit event's `token_input` is the sum of the three.
 * - A tool call leaves a `tool_decision` and a `tool_result`. The result is the activity; the decision is
 *   an approval event, so no call is counted twice. A hook that refuses a tool call leaves a third
 *   record, which repeats the decision and is no second denial.
 * - Whether a call went to an MCP server is known even when its names are withheld: the tool is then
 *   called `mcp_tool`, or carries a server scope.
 */
import { COUNT_MAX, cut, type Fields, type RecordReader } from "./reader.ts";

/** Stands for a server whose name the client withholds. */
export const UNNAMED_SERVER = "unknown";
/** What clients write in place of names that they withhold. */
const PLACEHOLDER = "custom";

const activity: Fields = { event_type: "activity_event" };

const NAME_LENGTH_MAX = 256;
/** The parameters are JSON in a text that may be cut; names are all that is taken from it. */
const serverParameter = /"mcp_server_name":"([^"\\]{1,256})"/;
const toolParameter = /"mcp_tool_name":"([^"\\]{1,256})"/;
/** As hooks and old clients spell it; a server of a plugin is `plugin_<plugin>_<server>`. */
const spelledOut = /^mcp__(.+?)__(.+)$/s;

export interface McpCall {
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
}

/** A name that stands for something, in the schema's length. */
function nameOf(text: string | undefined): string | undefined {
  return text === undefined || text === PLACEHOLDER || text.length > NAME_LENGTH_MAX
    ? undefined
    : text;
}

/** The MCP server and tool of a call, as far as they are named; `undefined` for other tools. */
export function mcpCall(reader: RecordReader): McpCall | undefined {
  const toolName = reader.text("tool_name") ?? "";
  const full = spelledOut.exec(toolName);
  const source = reader.text("tool_source");
  const isMcp =
    toolName === "mcp_tool" ||
    full !== null ||
    source === "mcp" ||
    source === "sdk_host_builtin_mcp" ||
    reader.has("mcp_server_scope") ||
    reader.has("mcp_server.name") ||
    reader.has("mcp_tool.name");
  if (!isMcp) return undefined;
  const parameters = reader.text("tool_parameters") ?? "";
  const server =
    full?.[1] ?? serverParameter.exec(parameters)?.[1] ?? reader.text("mcp_server.name");
  const tool = full?.[2] ?? toolParameter.exec(parameters)?.[1] ?? reader.text("mcp_tool.name");
  return { server: nameOf(server), tool: nameOf(tool) };
}

function modelRequest(reader: RecordReader): Fields {
  const read = reader.count("cache_read_tokens") ?? 0;
  const write = reader.count("cache_creation_tokens") ?? 0;
  const input = (reader.count("input_tokens") ?? 0) + read + write;
  const micros = reader.amount("cost_usd_micros");
  const cost = reader.amount("cost_usd") ?? (micros === undefined ? undefined : micros / 1e6);
  return {
    ...activity,
    activity_type: "model_request",
    token_input: input > COUNT_MAX ? undefined : input,
    token_output: reader.count("output_tokens") ?? 0,
    token_cache_read: read,
    token_cache_write: write,
    // The client's own estimate, by list prices; the reference says so.
    ...(cost !== undefined && { cost_usd: cost, price_ref: "claude-code-client" }),
  };
}

/** Answers of the API that an auditor looks for among errors. */
const refusedRequests: Readonly<Record<string, string>> = {
  "401": "api_unauthenticated",
  "403": "api_forbidden",
  "429": "api_rate_limited",
};

/** Clients try again by themselves and write one such record when they give up. */
function failedRequest(reader: RecordReader): Fields {
  const flag = refusedRequests[reader.text("status_code") ?? ""];
  return {
    ...activity,
    activity_type: "model_request",
    mcp_outcome: "failure",
    ...(flag !== undefined && { policy_flags: [flag] }),
  };
}

function outcomeOf(reader: RecordReader): string {
  if (reader.text("decision_type") === "reject") return "denied";
  return reader.isTrue("success") ? "success" : "failure";
}

function toolResult(reader: RecordReader): Fields {
  const call = mcpCall(reader);
  const mcp_outcome = outcomeOf(reader);
  if (call === undefined) return { ...activity, activity_type: "tool_use", mcp_outcome };
  return {
    ...activity,
    activity_type: "mcp_query",
    mcp_server: call.server ?? UNNAMED_SERVER,
    mcp_tool: call.tool,
    mcp_outcome,
  };
}

function toolDecision(reader: RecordReader): Fields {
  const { server, tool } = mcpCall(reader) ?? {};
  const isDenied = reader.text("decision") !== "accept";
  const source = reader.text("source") ?? "unknown";
  const named = [server, tool].filter((part) => part !== undefined).join("/");
  return {
    event_type: "policy_event",
    policy_event_type: isDenied ? "approval_denied" : "approval_granted",
    permission: nameOf(named === "" ? reader.text("tool_name") : named),
    decision_reason: cut(source, NAME_LENGTH_MAX),
    request_id: reader.identifier("tool_use_id"),
    // A rule or a hook decided, nobody was asked.
    ...(isDenied &&
      (source === "config" || source === "hook") && { policy_flags: ["auto_blocked"] }),
  };
}

function permissionMode(reader: RecordReader): Fields {
  const after = reader.identifier("to_mode");
  return {
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    permission: "permission_mode",
    permission_before: reader.identifier("from_mode"),
    permission_after: after,
    decision_reason: reader.identifier("trigger"),
    ...(after === "bypassPermissions" && { policy_flags: ["permissions_bypassed"] }),
  };
}

function refusal(reader: RecordReader): Fields {
  const category = reader.identifier("category");
  return {
    event_type: "security_event",
    // A category names a field of harm; without one the model only declined.
    severity: category === undefined ? "low" : "medium",
    security_flags: ["model_refusal"],
    ...(category !== undefined && { details: { category } }),
  };
}

/** Error codes that mean a server did not accept who asked: HTTP statuses and words of OAuth. */
const authenticationError = /(^|\b)(401|403|unauthori[sz]ed|forbidden|invalid_token|auth)/i;

function serverConnection(reader: RecordReader): Fields {
  const status = reader.text("status");
  const server = nameOf(reader.text("server_name") ?? reader.text("mcp_server.name"));
  const error = reader.identifier("error_code") ?? "";
  if (status === "failed" && authenticationError.test(error))
    return {
      event_type: "security_event",
      security_event_type: "mcp_auth_failure",
      severity: "low",
      details: { mcp_server: server ?? UNNAMED_SERVER, error_code: error },
    };
  const outcomes: Readonly<Record<string, string>> = { connected: "success", failed: "failure" };
  return {
    ...activity,
    mcp_server: server,
    mcp_outcome: outcomes[status ?? ""],
    ...(server !== undefined && status === "connected" && { mcp_integrations: [server] }),
  };
}

/** Hooks whose refusal of a tool call the client writes as a `tool_decision` too. */
const decidingHooks: ReadonlySet<string> = new Set(["PreToolUse", "PermissionRequest"]);

function hookOutcome(reader: RecordReader): Fields {
  if ((reader.count("num_blocking") ?? 0) === 0) return activity;
  const flags = { policy_flags: ["blocked_by_hook"] };
  const event = reader.identifier("hook_event") ?? "unknown";
  if (decidingHooks.has(event)) return { ...activity, ...flags };
  return {
    event_type: "policy_event",
    policy_event_type: "approval_denied",
    permission: cut(`hook/${event}`, NAME_LENGTH_MAX),
    decision_reason: "hook",
    ...flags,
  };
}

/** What runs code of others on the machine is a permission that somebody gave. */
function pluginInstalled(reader: RecordReader): Fields {
  return {
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    permission: "plugin",
    permission_after: nameOf(reader.text("plugin.name")) ?? "unknown",
    decision_reason: reader.identifier("install.trigger"),
    ...(reader.text("marketplace.is_official") === "false" && {
      policy_flags: ["unofficial_marketplace"],
    }),
  };
}

const plain = (): Fields => activity;

/** Every record that the clients document, by name. */
export const recordKinds: ReadonlyMap<string, (reader: RecordReader) => Fields> = new Map([
  ["api_request", modelRequest],
  ["api_error", failedRequest],
  ["api_refusal", refusal],
  ["tool_result", toolResult],
  ["tool_decision", toolDecision],
  ["permission_mode_changed", permissionMode],
  ["mcp_server_connection", serverConnection],
  ["hook_execution_complete", hookOutcome],
  ["plugin_installed", pluginInstalled],
  [
    "auth",
    (reader) => ({
      ...activity,
      activity_type: "authentication",
      mcp_outcome: reader.isTrue("success") ? "success" : "failure",
    }),
  ],
  // These say that something happened, and their labels say what.
  ...[
    ...["api_request_body", "api_response_body", "api_retries_exhausted", "assistant_response"],
    ...["at_mention", "compaction", "feedback_survey", "hook_execution_start"],
    ...["hook_plugin_metrics", "hook_registered", "internal_error", "plugin_loaded"],
    ...["retention_sweep", "skill_activated", "subagent_completed", "user_prompt"],
  ].map((name) => [name, plain] as const),
]);
