// Written by `npm run generate` from src/event/event.schema.json. Do not edit.

/** Fields every event type may carry. */
export interface CommonFields {
  /** Version of this schema the producer wrote, major.minor. */
  readonly schema_version?: string;
  /** Identity of the event for ever; a UUID where the producer can give one. Sinks and rules count an event_id once. */
  readonly event_id: string;
  /** When it happened, UTC, RFC 3339 with three fraction digits and Z. */
  readonly timestamp: string;
  /** The session the event belongs to. */
  readonly session_id?: string;
  /** Pseudonym of the acting user: HMAC-SHA-256 keyed by the deployment, 64 lower-case hex digits. */
  readonly user_id_hash?: string;
  /** Department of the user; "unknown" where the source cannot tell. */
  readonly department?: string;
  /** Model that served the request, as the API names it. */
  readonly model_version?: string;
  /** Highest classification of the data in reach; "unknown" where the source cannot tell. */
  readonly data_classification?: "public" | "internal" | "sensitive" | "restricted" | "unknown";
  /** Names of the MCP servers attached to the session. */
  readonly mcp_integrations?: readonly string[];
  /** Input tokens of this event: uncached + cache read + cache write. An increment, not a running total. */
  readonly token_input?: number;
  /** Output tokens of this event. An increment, not a running total. */
  readonly token_output?: number;
  /** Duration in milliseconds. */
  readonly duration_ms?: number;
  /** Policies that applied or were touched. */
  readonly policy_flags?: readonly string[];
  /** Security findings of detectors at the producer. */
  readonly security_flags?: readonly string[];
  /** Part of token_input that was read from the prompt cache. */
  readonly token_cache_read?: number;
  /** Part of token_input that was written to the prompt cache. */
  readonly token_cache_write?: number;
  /** Context, stamped at ingest: the highest classification the user is cleared for. */
  readonly user_clearance?: "none" | "public" | "internal" | "sensitive" | "restricted" | "unknown";
  /** Context, stamped at ingest: whether the timestamp lies in the department's business hours. */
  readonly within_business_hours?: boolean;
  /** Context, stamped at ingest: the timestamp in the department's zone, RFC 3339 with offset. */
  readonly local_time?: string;
  /** Context, stamped at ingest: estimated cost in US dollars. */
  readonly cost_usd?: number;
  /** Context, stamped at ingest: the price table and date behind cost_usd. */
  readonly price_ref?: string;
  /** Context, stamped at ingest: who pays. */
  readonly business_unit?: string;
  /** Provenance: which kind of source, e.g. native, otlp, compliance_feed. */
  readonly source_kind?: string;
  /** Provenance: the record's identity at the source. */
  readonly source_record_id?: string;
  /** Provenance: when the connector saw the record. */
  readonly observed_at?: string;
  /** Provenance: the request at the API or the approval system. */
  readonly request_id?: string;
  /** Provenance: user, service, admin key, system … as the source names it. */
  readonly actor_type?: string;
  /** Provenance: address of the client. */
  readonly client_ip?: string;
  /** Provenance: user agent of the client. */
  readonly user_agent?: string;
  /** Provenance: name of the Claude deployment. */
  readonly deployment?: string;
  /** Flat strings the schema does not know, kept as they came. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** An event of type `session_start`. */
export interface SessionStartEvent extends CommonFields {
  readonly event_type: "session_start";
}

/** An event of type `session_end`. */
export interface SessionEndEvent extends CommonFields {
  readonly event_type: "session_end";
}

/** An event of type `policy_event`. */
export interface PolicyEvent extends CommonFields {
  readonly event_type: "policy_event";
  /** Which policy or approval event. */
  readonly policy_event_type?: "approval_requested" | "approval_granted" | "approval_denied" | "exception_requested" | "exception_granted" | "permission_changed" | "alert_state_changed";
  /** Use case the approval is about. */
  readonly use_case_id?: string;
  /** Pseudonym of who decided. */
  readonly approver_id_hash?: string;
  /** Why it was decided so. */
  readonly decision_reason?: string;
  /** Policy the decision rests on, with its version. */
  readonly policy_ref?: string;
  /** The exception asked for or granted. */
  readonly exception_id?: string;
  /** When the exception ends. */
  readonly exception_expires_at?: string;
  /** Name of the permission that changed. */
  readonly permission?: string;
  /** Value of the permission before. */
  readonly permission_before?: string;
  /** Value of the permission after. */
  readonly permission_after?: string;
  /** Pseudonym of the user the change is about. */
  readonly target_user_id_hash?: string;
  /** alert_state_changed: the alert somebody has looked at. Its rule is policy_ref, who it was approver_id_hash, the note decision_reason. */
  readonly alert_id?: string;
  /** alert_state_changed: the state of the alert from then on. */
  readonly alert_state?: "new" | "acknowledged" | "closed";
}

/** An event of type `security_event`. */
export interface SecurityEvent extends CommonFields {
  readonly event_type: "security_event";
  /** Which tier 3 security event. */
  readonly security_event_type?: "restricted_data_access" | "prompt_injection_attempt" | "anomalous_mcp_volume" | "mcp_auth_failure" | "system_prompt_leakage" | "cross_user_data_extraction";
  /** Severity of a security event. */
  readonly severity?: "low" | "medium" | "high" | "critical";
  /** Facts about a security event, never content: a flat object of scalars. A plain string becomes {"summary": string}. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** Whether the producer blocked the action. */
  readonly auto_blocked?: boolean;
  /** Roles or channels the producer notified. */
  readonly notified_to?: readonly string[];
}

/** An event of type `activity_event`. */
export interface ActivityEvent extends CommonFields {
  readonly event_type: "activity_event";
  /** Which activity. */
  readonly activity_type?: "model_request" | "mcp_query" | "tool_use" | "authentication" | "usage_rollup";
  /** MCP server the activity used. */
  readonly mcp_server?: string;
  /** MCP tool the activity called. */
  readonly mcp_tool?: string;
  /** How the call ended. */
  readonly mcp_outcome?: "success" | "failure" | "denied" | "unknown";
  /** usage_rollup: tokens of the user on the day of the timestamp. */
  readonly usage_tokens?: number;
  /** usage_rollup: tokens of the user on the active days among the 30 days before. */
  readonly baseline_tokens_sum?: number;
  /** usage_rollup: how many of the 30 days before were active. */
  readonly baseline_days?: number;
  /** usage_rollup: usage_tokens * baseline_days / baseline_tokens_sum. */
  readonly usage_over_baseline?: number;
}

/** One audit event of a Claude deployment. */
export type AuditEvent = SessionStartEvent | SessionEndEvent | PolicyEvent | SecurityEvent | ActivityEvent;

export type EventType = "session_start" | "session_end" | "policy_event" | "security_event" | "activity_event";
export type DataClassification = "public" | "internal" | "sensitive" | "restricted" | "unknown";
export type SecurityEventType = "restricted_data_access" | "prompt_injection_attempt" | "anomalous_mcp_volume" | "mcp_auth_failure" | "system_prompt_leakage" | "cross_user_data_extraction";
export type Severity = "low" | "medium" | "high" | "critical";
export type ActivityType = "model_request" | "mcp_query" | "tool_use" | "authentication" | "usage_rollup";
export type McpOutcome = "success" | "failure" | "denied" | "unknown";
export type PolicyEventType = "approval_requested" | "approval_granted" | "approval_denied" | "exception_requested" | "exception_granted" | "permission_changed" | "alert_state_changed";
export type AlertState = "new" | "acknowledged" | "closed";
export type UserClearance = "none" | "public" | "internal" | "sensitive" | "restricted" | "unknown";
