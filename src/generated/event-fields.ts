// Written by `npm run generate` from src/event/event.schema.json. Do not edit.

import type { FieldInfo } from "../event/field.ts";

/** Name of a field of the event schema. */
export type EventField =
  | "schema_version"
  | "event_id"
  | "event_type"
  | "timestamp"
  | "session_id"
  | "user_id_hash"
  | "department"
  | "model_version"
  | "data_classification"
  | "mcp_integrations"
  | "token_input"
  | "token_output"
  | "duration_ms"
  | "policy_flags"
  | "security_flags"
  | "token_cache_read"
  | "token_cache_write"
  | "security_event_type"
  | "severity"
  | "details"
  | "auto_blocked"
  | "notified_to"
  | "activity_type"
  | "mcp_server"
  | "mcp_tool"
  | "mcp_outcome"
  | "usage_tokens"
  | "baseline_tokens_sum"
  | "baseline_days"
  | "usage_over_baseline"
  | "policy_event_type"
  | "use_case_id"
  | "approver_id_hash"
  | "decision_reason"
  | "policy_ref"
  | "exception_id"
  | "exception_expires_at"
  | "permission"
  | "permission_before"
  | "permission_after"
  | "target_user_id_hash"
  | "alert_id"
  | "alert_state"
  | "user_clearance"
  | "within_business_hours"
  | "local_time"
  | "cost_usd"
  | "price_ref"
  | "business_unit"
  | "source_kind"
  | "source_record_id"
  | "observed_at"
  | "request_id"
  | "actor_type"
  | "client_ip"
  | "user_agent"
  | "deployment"
  | "labels";

/** Every field of the event schema, in schema order. */
export const eventFields: Readonly<Record<EventField, FieldInfo>> = {
  schema_version: {"kind":"keyword","description":"Version of this schema the producer wrote, major.minor."},
  event_id: {"kind":"keyword","expected":true,"description":"Identity of the event for ever; a UUID where the producer can give one. Sinks and rules count an event_id once."},
  event_type: {"kind":"keyword","values":["session_start","session_end","policy_event","security_event","activity_event"],"expected":true,"description":"What kind of record this is."},
  timestamp: {"kind":"time","expected":true,"description":"When it happened, UTC, RFC 3339 with three fraction digits and Z."},
  session_id: {"kind":"keyword","expected":true,"description":"The session the event belongs to."},
  user_id_hash: {"kind":"keyword","expected":true,"description":"Pseudonym of the acting user: HMAC-SHA-256 keyed by the deployment, 64 lower-case hex digits."},
  department: {"kind":"keyword","expected":true,"description":"Department of the user; \"unknown\" where the source cannot tell."},
  model_version: {"kind":"keyword","expected":true,"description":"Model that served the request, as the API names it."},
  data_classification: {"kind":"keyword","values":["public","internal","sensitive","restricted","unknown"],"expected":true,"description":"Highest classification of the data in reach; \"unknown\" where the source cannot tell."},
  mcp_integrations: {"kind":"keyword[]","expected":true,"description":"Names of the MCP servers attached to the session."},
  token_input: {"kind":"integer","expected":true,"description":"Input tokens of this event: uncached + cache read + cache write. An increment, not a running total."},
  token_output: {"kind":"integer","expected":true,"description":"Output tokens of this event. An increment, not a running total."},
  duration_ms: {"kind":"integer","expected":true,"description":"Duration in milliseconds."},
  policy_flags: {"kind":"keyword[]","expected":true,"description":"Policies that applied or were touched."},
  security_flags: {"kind":"keyword[]","expected":true,"description":"Security findings of detectors at the producer."},
  token_cache_read: {"kind":"integer","description":"Part of token_input that was read from the prompt cache."},
  token_cache_write: {"kind":"integer","description":"Part of token_input that was written to the prompt cache."},
  security_event_type: {"kind":"keyword","values":["restricted_data_access","prompt_injection_attempt","anomalous_mcp_volume","mcp_auth_failure","system_prompt_leakage","cross_user_data_extraction"],"events":["security_event"],"description":"Which tier 3 security event."},
  severity: {"kind":"keyword","values":["low","medium","high","critical"],"events":["security_event"],"description":"Severity of a security event."},
  details: {"kind":"object","events":["security_event"],"description":"Facts about a security event, never content: a flat object of scalars. A plain string becomes {\"summary\": string}."},
  auto_blocked: {"kind":"boolean","events":["security_event"],"description":"Whether the producer blocked the action."},
  notified_to: {"kind":"keyword[]","events":["security_event"],"description":"Roles or channels the producer notified."},
  activity_type: {"kind":"keyword","values":["model_request","mcp_query","tool_use","authentication","usage_rollup"],"events":["activity_event"],"description":"Which activity."},
  mcp_server: {"kind":"keyword","events":["activity_event"],"description":"MCP server the activity used."},
  mcp_tool: {"kind":"keyword","events":["activity_event"],"description":"MCP tool the activity called."},
  mcp_outcome: {"kind":"keyword","values":["success","failure","denied","unknown"],"events":["activity_event"],"description":"How the call ended."},
  usage_tokens: {"kind":"integer","events":["activity_event"],"description":"usage_rollup: tokens of the user on the day of the timestamp."},
  baseline_tokens_sum: {"kind":"integer","events":["activity_event"],"description":"usage_rollup: tokens of the user on the active days among the 30 days before."},
  baseline_days: {"kind":"integer","events":["activity_event"],"description":"usage_rollup: how many of the 30 days before were active."},
  usage_over_baseline: {"kind":"number","events":["activity_event"],"description":"usage_rollup: usage_tokens * baseline_days / baseline_tokens_sum."},
  policy_event_type: {"kind":"keyword","values":["approval_requested","approval_granted","approval_denied","exception_requested","exception_granted","permission_changed","alert_state_changed"],"events":["policy_event"],"description":"Which policy or approval event."},
  use_case_id: {"kind":"keyword","events":["policy_event"],"description":"Use case the approval is about."},
  approver_id_hash: {"kind":"keyword","events":["policy_event"],"description":"Pseudonym of who decided."},
  decision_reason: {"kind":"keyword","events":["policy_event"],"description":"Why it was decided so."},
  policy_ref: {"kind":"keyword","events":["policy_event"],"description":"Policy the decision rests on, with its version."},
  exception_id: {"kind":"keyword","events":["policy_event"],"description":"The exception asked for or granted."},
  exception_expires_at: {"kind":"time","events":["policy_event"],"description":"When the exception ends."},
  permission: {"kind":"keyword","events":["policy_event"],"description":"Name of the permission that changed."},
  permission_before: {"kind":"keyword","events":["policy_event"],"description":"Value of the permission before."},
  permission_after: {"kind":"keyword","events":["policy_event"],"description":"Value of the permission after."},
  target_user_id_hash: {"kind":"keyword","events":["policy_event"],"description":"Pseudonym of the user the change is about."},
  alert_id: {"kind":"keyword","events":["policy_event"],"description":"alert_state_changed: the alert somebody has looked at. Its rule is policy_ref, who it was approver_id_hash, the note decision_reason."},
  alert_state: {"kind":"keyword","values":["new","acknowledged","closed"],"events":["policy_event"],"description":"alert_state_changed: the state of the alert from then on."},
  user_clearance: {"kind":"keyword","values":["none","public","internal","sensitive","restricted","unknown"],"description":"Context, stamped at ingest: the highest classification the user is cleared for."},
  within_business_hours: {"kind":"boolean","description":"Context, stamped at ingest: whether the timestamp lies in the department's business hours."},
  local_time: {"kind":"keyword","description":"Context, stamped at ingest: the timestamp in the department's zone, RFC 3339 with offset."},
  cost_usd: {"kind":"number","description":"Context, stamped at ingest: estimated cost in US dollars."},
  price_ref: {"kind":"keyword","description":"Context, stamped at ingest: the price table and date behind cost_usd."},
  business_unit: {"kind":"keyword","description":"Context, stamped at ingest: who pays."},
  source_kind: {"kind":"keyword","description":"Provenance: which kind of source, e.g. native, otlp, compliance_feed."},
  source_record_id: {"kind":"keyword","description":"Provenance: the record's identity at the source."},
  observed_at: {"kind":"time","description":"Provenance: when the connector saw the record."},
  request_id: {"kind":"keyword","description":"Provenance: the request at the API or the approval system."},
  actor_type: {"kind":"keyword","description":"Provenance: user, service, admin key, system … as the source names it."},
  client_ip: {"kind":"keyword","description":"Provenance: address of the client."},
  user_agent: {"kind":"keyword","description":"Provenance: user agent of the client."},
  deployment: {"kind":"keyword","description":"Provenance: name of the Claude deployment."},
  labels: {"kind":"object","description":"Flat strings the schema does not know, kept as they came."},
};
