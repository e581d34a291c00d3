/** One event of every class, as complete and as bare as events of that class come. */
import { readFileSync } from "node:fs";
import type { AuditEvent } from "../../src/event/event.ts";
import { fieldInfo } from "../../src/event/field.ts";
import {
  type EventClass,
  eventClasses,
  OTHER,
  subtypeFields,
} from "../../src/mapping/event-class.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { parseMapping } from "../../src/mapping/parse-mapping.ts";
import type { ChainLink, Schema } from "../../src/mapping/schema.ts";

/** The mapping of a schema as it is in the repository. */
export function loadMapping(schema: Schema): Mapping {
  const file = `mappings/${schema}.yaml`;
  const parsed = parseMapping(readFileSync(file, "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics, null, 1));
  return parsed.value;
}

export const sampleChain: ChainLink = { chain_seq: 42, chain_hash: "c0ffee".padEnd(64, "0") };

/** A value for every field. */
const values: Readonly<Record<string, unknown>> = {
  schema_version: "1.1",
  event_id: "0198f2a4-5b6c-7d8e-9f00-112233445566",
  timestamp: "2026-03-02T09:30:00.120Z",
  session_id: "7d1c2b3a-0000-4000-8000-00000000beef",
  user_id_hash: "a".repeat(64),
  department: "clinical-research",
  model_version: "claude-sonnet-4-5-20250929",
  data_classification: "sensitive",
  mcp_integrations: ["github", "jira"],
  token_input: 1200,
  token_output: 345,
  duration_ms: 61_500,
  policy_flags: ["pii_redaction"],
  security_flags: ["prompt_injection"],
  token_cache_read: 1000,
  token_cache_write: 100,
  severity: "critical",
  details: { summary: 'said "ignore previous instructions"', score: 0.93, repeated: true },
  notified_to: ["security-oncall"],
  mcp_server: "github",
  mcp_tool: "search_issues",
  mcp_outcome: "denied",
  usage_tokens: 90_000,
  baseline_tokens_sum: 100_000,
  baseline_days: 10,
  usage_over_baseline: 9,
  use_case_id: "UC-17",
  approver_id_hash: "b".repeat(64),
  decision_reason: "retention not settled",
  policy_ref: "POL-4 v3",
  exception_id: "EX-9",
  exception_expires_at: "2026-06-30T00:00:00.000Z",
  permission: "mcp:snowflake",
  permission_before: "none",
  permission_after: "read",
  target_user_id_hash: "d".repeat(64),
  alert_id: "0198f2a4-0000-5000-8000-0000000000a1",
  alert_state: "closed",
  user_clearance: "internal",
  within_business_hours: false,
  local_time: "2026-03-02T04:30:00.120-05:00",
  cost_usd: 0.0125,
  price_ref: "list-2026-01",
  business_unit: "BU-12",
  source_kind: "native",
  source_record_id: "rec-1",
  observed_at: "2026-03-02T09:30:01.000Z",
  request_id: "req_011",
  actor_type: "user",
  client_ip: "203.0.113.7",
  user_agent: "claude-cli/2.0 (external)",
  deployment: "prod-eu",
  labels: { "team.name": "platform", team: "x", "nul\0key": "kept" },
};

/** What makes an event belong to a class. */
function discriminators(eventClass: EventClass): Readonly<Record<string, unknown>> {
  const [eventType = "", subtype, state] = eventClass.split("/");
  const field = Object.entries(subtypeFields).find(([one]) => one === eventType)?.[1];
  return {
    event_type: eventType,
    ...(field !== undefined && subtype !== OTHER && { [field]: subtype }),
    ...(state !== undefined && state !== "untold" && { auto_blocked: state === "blocked" }),
  };
}

/** An event of the class with every field that belongs to its type. */
export function completeEvent(eventClass: EventClass): AuditEvent {
  const own = discriminators(eventClass);
  const fields = Object.entries(values).filter(([field]) => {
    const events = fieldInfo(field)?.events;
    return events === undefined || events.includes(String(own["event_type"]));
  });
  return { ...Object.fromEntries(fields), ...own } as unknown as AuditEvent;
}

/** An event of the class with nothing that may be missing. */
export function bareEvent(eventClass: EventClass): AuditEvent {
  const { event_id, timestamp } = values;
  return { event_id, timestamp, ...discriminators(eventClass) } as unknown as AuditEvent;
}

/** Complete and bare events of all classes, and security events of every severity. */
export const sampleEvents: readonly AuditEvent[] = [
  ...eventClasses.flatMap((one) => [completeEvent(one), bareEvent(one)]),
  ...["low", "medium", "high"].map(
    (severity) => ({ ...completeEvent("security_event/other/blocked"), severity }) as AuditEvent,
  ),
];
