/**
 * What a hook of Claude Code is told, as an audit event. Input is the JSON of the page "Hooks reference"
 * of Claude Code's documentation. Prompts, tool input, results, errors' texts and paths are never read.
 *
 * This module and what it imports is loaded anew for every call of a tool, so it imports almost nothing.
 */
import { eventIdOf } from "../../audit-log/event-id.ts";
import { idOf, nameOf } from "../../audit-log/text.ts";

/** What the hook cannot know from its input. */
export interface HookContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Tells two hooks of the same kind in the same millisecond apart: the process id. */
  readonly process: number;
  /** Id of the user; the connector writes its keyed hash. */
  readonly user?: string | undefined;
  readonly department?: string | undefined;
  readonly businessUnit?: string | undefined;
  readonly classification?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const DURATION_MS_MAX = 9_007_199_254;
/** A server of a plugin is `plugin_<plugin>_<server>`. */
const mcpName = /^mcp__(.+?)__(.+)$/s;

/** Facts about a hook that become labels: names, modes and reasons out of fixed vocabularies. */
const labelled = [
  "tool_name",
  "tool_use_id",
  "permission_mode",
  "agent_id",
  "agent_type",
  "source",
  "reason",
  "trigger",
  "notification_type",
  "is_interrupt",
] as const;

/** Hooks whose `reason` is a word of the client and no text of a model. */
const reasonIsAWord: ReadonlySet<string> = new Set(["SessionEnd"]);

/** The result of a call: the one event that counts it. */
function toolResult(input: Fields, outcome: string): Fields {
  const name = nameOf(input["tool_name"]) ?? "unknown";
  const mcp = mcpName.exec(name);
  const common = { event_type: "activity_event", mcp_outcome: outcome };
  if (mcp === null) return { ...common, activity_type: "tool_use" };
  return { ...common, activity_type: "mcp_query", mcp_server: mcp[1], mcp_tool: mcp[2] };
}

/** A decision about a call: server and tool, or the tool, is the permission. */
function decision(input: Fields, policy_event_type: string): Fields {
  const name = nameOf(input["tool_name"]) ?? "unknown";
  const mcp = mcpName.exec(name);
  return {
    event_type: "policy_event",
    policy_event_type,
    permission: mcp === null ? name : `${mcp[1]}/${mcp[2]}`,
    request_id: idOf(input["tool_use_id"]),
  };
}

const kinds: Readonly<Record<string, (input: Fields) => Fields>> = {
  SessionStart: ({ source, model }) => ({
    // A session that goes on after a pause or a compaction has had its start.
    event_type: source === "resume" || source === "compact" ? "activity_event" : "session_start",
    model_version: nameOf(model),
  }),
  SessionEnd: () => ({ event_type: "session_end", token_input: 0, token_output: 0 }),
  PostToolUse: (input) => toolResult(input, "success"),
  PostToolUseFailure: (input) => toolResult(input, "failure"),
  PermissionRequest: (input) => decision(input, "approval_requested"),
  PermissionDenied: (input) => ({
    ...decision(input, "approval_denied"),
    // Nobody was asked: the client's own classifier has decided.
    decision_reason: "auto_mode",
    policy_flags: ["auto_blocked"],
  }),
  ConfigChange: ({ source }) => ({
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    permission: "settings",
    permission_after: nameOf(source) ?? "unknown",
  }),
};

function labelsOf(input: Fields, hookName: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { event_name: hookName };
  for (const name of labelled) {
    if (name === "reason" && !reasonIsAWord.has(hookName)) continue;
    const value = input[name];
    const text = typeof value === "boolean" ? String(value) : nameOf(value);
    if (text !== undefined) labels[name] = text;
  }
  const { prompt, prompt_id } = input;
  // Telemetry of the client has the same id under this name.
  const promptId = idOf(prompt_id);
  if (promptId !== undefined) labels["prompt.id"] = promptId;
  if (typeof prompt === "string") labels["prompt_length"] = String(prompt.length);
  return labels;
}

/** A call of a tool has one id in each kind of hook; everything else happens once. */
function identityOf(input: Fields, name: string, context: HookContext): readonly string[] {
  const session = idOf(input["session_id"]) ?? "";
  const call = idOf(input["tool_use_id"]);
  return call === undefined
    ? ["hook", session, name, String(context.now), String(context.process)]
    : ["hook", session, name, call];
}

/** The event of one hook; `undefined` when the input names none. */
export function toEvent(input: Fields, context: HookContext): Fields | undefined {
  const name = nameOf(input["hook_event_name"]);
  if (name === undefined) return undefined;
  const { duration_ms } = input;
  const isDuration =
    Number.isInteger(duration_ms) &&
    Number(duration_ms) >= 0 &&
    Number(duration_ms) <= DURATION_MS_MAX;
  const bypassed = input["permission_mode"] === "bypassPermissions" ? ["permissions_bypassed"] : [];
  const own = (Object.hasOwn(kinds, name) ? kinds[name] : undefined)?.(input) ?? {
    event_type: "activity_event",
  };
  const flags = [...((own["policy_flags"] as readonly string[] | undefined) ?? []), ...bypassed];
  // Members without a value are left out when this is written as JSON.
  return {
    schema_version: "1.1",
    event_id: eventIdOf(identityOf(input, name, context)),
    timestamp: new Date(context.now).toISOString(),
    session_id: idOf(input["session_id"]),
    user_id_hash: context.user,
    department: context.department ?? "unknown",
    data_classification: context.classification ?? "unknown",
    business_unit: context.businessUnit,
    duration_ms: isDuration ? duration_ms : undefined,
    source_kind: "claude_code_hook",
    ...own,
    policy_flags: flags.length === 0 ? undefined : flags,
    labels: labelsOf(input, name),
  };
}
