/**
 * Log records of Claude Code and Cowork → audit events.
 *
 * - `api_request` is the one record that carries tokens. Anthropic counts cache reads and writes apart
 *   from `input_tokens`; an audit event's `token_input` is the sum of the three.
 * - A tool call leaves a `tool_decision` and a `tool_result`. The result is the activity; the decision
 *   is an approval event, so no call is counted twice.
 * - Whether a call went to an MCP server is known even when its names are withheld: the tool is then
 *   called `mcp_tool`, or carries a server scope.
 * - Prompts, responses, tool input and error texts are never copied, only their lengths.
 * - Records with a name this table does not know pass as activity events under that name.
 */
import { createHash } from "node:crypto";
import type { AuditEvent } from "../../event/event.ts";
import { formatTime, parseTime } from "../../event/time.ts";
import type { Attribute, LogRecord } from "./decode.ts";

/**
 * An event before policy, with the user's identity beside it: a raw id must never stand in a field that
 * promises a pseudonym.
 */
export interface SourceEvent {
  readonly event: AuditEvent;
  /** Best identity of the user the record carries, raw. */
  readonly identity?: string;
  /** The client's own count of events in the session, for finding losses. */
  readonly sequence?: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Attributes that are facts about a record and hold no content. */
const LABELS = [
  "app.version",
  "attempt",
  "auth_method",
  "decision_source",
  "effort",
  "error_category",
  "error_type",
  "hook_event",
  "is_plugin",
  "num_blocking",
  "prompt_length",
  "query_source",
  "response_length",
  "server_scope",
  "service.name",
  "service.version",
  "speed",
  "status",
  "status_code",
  "terminal.type",
  "tool_input_size_bytes",
  "tool_name",
  "tool_result_size_bytes",
  "tool_use_id",
  "total_attempts",
  "transport_type",
] as const;

/** Who the user is, best first: account ids are stable, an install id is better than nothing. */
const IDENTITIES = ["user.account_uuid", "user.account_id", "user.email", "user.id"] as const;

class RecordReader {
  readonly #attributes: ReadonlyMap<string, Attribute>;

  constructor(record: LogRecord) {
    this.#attributes = record.attributes;
  }

  text(name: string): string | undefined {
    const value = this.#attributes.get(name);
    return value === undefined || value === "" ? undefined : String(value);
  }

  /** A whole number, not negative; clients write some numbers as text. */
  count(name: string): number | undefined {
    const value = Number(this.#attributes.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
  }

  amount(name: string): number | undefined {
    const value = Number(this.#attributes.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  }

  /** Booleans travel as booleans or as text. */
  isTrue(name: string): boolean {
    return String(this.#attributes.get(name)) === "true";
  }
}

/** The MCP server and tool of a call, as far as the record names them. */
function mcpNames(reader: RecordReader): {
  readonly isMcp: boolean;
  readonly server?: string;
  readonly tool?: string;
} {
  const toolName = reader.text("tool_name") ?? "";
  const full = /^mcp__(.+?)__(.+)$/.exec(toolName);
  const isMcp =
    toolName === "mcp_tool" || full !== null || reader.text("mcp_server_scope") !== undefined;
  // The parameters are JSON in a text that may be cut; two names are all we take from it.
  const parameters = reader.text("tool_parameters") ?? "";
  const named = (key: string): string | undefined =>
    new RegExp(`"${key}":"([^"\\\\]{1,256})"`).exec(parameters)?.[1];
  const server = full?.[1] ?? named("mcp_server_name") ?? reader.text("mcp_server.name");
  const tool = full?.[2] ?? named("mcp_tool_name");
  return { isMcp, ...(server !== undefined && { server }), ...(tool !== undefined && { tool }) };
}

function modelRequest(reader: RecordReader): Fields {
  const read = reader.count("cache_read_tokens") ?? 0;
  const write = reader.count("cache_creation_tokens") ?? 0;
  const cost = reader.amount("cost_usd");
  return {
    event_type: "activity_event",
    activity_type: "model_request",
    token_input: (reader.count("input_tokens") ?? 0) + read + write,
    token_output: reader.count("output_tokens") ?? 0,
    token_cache_read: read,
    token_cache_write: write,
    ...(cost !== undefined && { cost_usd: cost, price_ref: "claude-code-client" }),
  };
}

function toolResult(reader: RecordReader): Fields {
  const { isMcp, server, tool } = mcpNames(reader);
  const mcp_outcome = reader.isTrue("success") ? "success" : "failure";
  if (!isMcp) return { event_type: "activity_event", activity_type: "tool_use", mcp_outcome };
  return {
    event_type: "activity_event",
    activity_type: "mcp_query",
    mcp_server: server,
    mcp_tool: tool,
    mcp_outcome,
  };
}

function toolDecision(reader: RecordReader): Fields {
  const { server, tool } = mcpNames(reader);
  const accepted = reader.text("decision") === "accept";
  const source = reader.text("source") ?? "unknown";
  return {
    event_type: "policy_event",
    policy_event_type: accepted ? "approval_granted" : "approval_denied",
    permission:
      [server, tool].filter((part) => part !== undefined).join("/") || reader.text("tool_name"),
    decision_reason: source,
    request_id: reader.text("tool_use_id"),
  };
}

function permissionMode(reader: RecordReader): Fields {
  return {
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    permission: "permission_mode",
    permission_before: reader.text("from_mode"),
    permission_after: reader.text("to_mode"),
    decision_reason: reader.text("trigger"),
  };
}

function refusal(reader: RecordReader): Fields {
  const category = reader.text("category");
  return {
    event_type: "security_event",
    severity: "low",
    security_flags: ["model_refusal"],
    ...(category !== undefined && { details: { category } }),
  };
}

const FIELDS: Readonly<Record<string, (reader: RecordReader) => Fields>> = {
  api_request: modelRequest,
  tool_result: toolResult,
  tool_decision: toolDecision,
  permission_mode_changed: permissionMode,
  api_refusal: refusal,
  auth: (reader) => ({
    event_type: "activity_event",
    activity_type: "authentication",
    mcp_outcome: reader.isTrue("success") ? "success" : "failure",
  }),
  mcp_server_connection: (reader) => ({
    event_type: "activity_event",
    mcp_server: reader.text("server_name"),
  }),
};

/** Nanoseconds as the instant in milliseconds, cut. */
function milliseconds(nanoseconds: string): number | undefined {
  return nanoseconds === "" ? undefined : Number(BigInt(nanoseconds) / 1_000_000n);
}

/** An id that the same record gets every time it arrives, so that an exporter's retries count once. */
function eventId(
  record: LogRecord,
  name: string,
  session: string,
  sequence: number | undefined,
): string {
  const own =
    sequence === undefined ? JSON.stringify([...record.attributes].sort()) : String(sequence);
  const parts = ["claude-siem/otlp", session, name, record.timeUnixNano, own];
  const hex = createHash("sha256").update(parts.join("\n")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function labelsOf(reader: RecordReader, name: string): Readonly<Record<string, string>> {
  const known = LABELS.flatMap((label) => {
    const value = reader.text(label);
    return value === undefined ? [] : [[label, value.slice(0, 1024)]];
  });
  return Object.fromEntries([["event_name", name.slice(0, 256)], ...known]);
}

/** Only what an identifier field may hold; anything else stays out instead of failing the event. */
function identifier(text: string | undefined): string | undefined {
  return text === undefined || text.length > 256 ? undefined : text;
}

/** One record as an audit event; `undefined` when it has no time. */
export function toSourceEvent(record: LogRecord): SourceEvent | undefined {
  const reader = new RecordReader(record);
  const name =
    (reader.text("event.name") ?? record.body.replace(/^claude_code\./, "")) || "unnamed";
  const timeMs =
    milliseconds(record.timeUnixNano) ?? parseTime(reader.text("event.timestamp") ?? "")?.epochMs;
  if (timeMs === undefined) return undefined;
  const session = identifier(reader.text("session.id"));
  const sequence = reader.count("event.sequence");
  const fields = FIELDS[name]?.(reader) ?? { event_type: "activity_event" };
  const observedMs = milliseconds(record.observedTimeUnixNano);
  const all: Fields = {
    schema_version: "1.1",
    event_id: eventId(record, name, session ?? "", sequence),
    timestamp: formatTime(timeMs),
    session_id: session,
    department: identifier(reader.text("department")) ?? "unknown",
    model_version: identifier(reader.text("model")),
    data_classification: "unknown",
    business_unit: identifier(reader.text("cost_center")),
    request_id: identifier(reader.text("request_id")),
    duration_ms: reader.count("duration_ms"),
    source_kind: "otlp",
    source_record_id:
      session !== undefined && sequence !== undefined ? `${session}/${sequence}` : undefined,
    observed_at: observedMs === undefined ? undefined : formatTime(observedMs),
    ...fields,
    labels: labelsOf(reader, name),
  };
  const event = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const identity = IDENTITIES.map((key) => reader.text(key)).find((value) => value !== undefined);
  return {
    event: event as unknown as AuditEvent,
    ...(identity !== undefined && { identity }),
    ...(sequence !== undefined && { sequence }),
  };
}

/** The event with its user as a pseudonym. */
export function withPseudonym(
  source: SourceEvent,
  pseudonymise: (identity: string) => string,
): AuditEvent {
  if (source.identity === undefined) return source.event;
  return { ...source.event, user_id_hash: pseudonymise(source.identity) };
}
