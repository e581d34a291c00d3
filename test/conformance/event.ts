/** Journaled events for tests of sinks. */
import { createHash } from "node:crypto";
import type { JournaledEvent } from "../../src/delivery/sink.ts";
import type { AuditEvent, CanonicalEvent } from "../../src/event/event.ts";

/** Half past nine on a working day, milliseconds since the epoch. */
export const START: number = Date.parse("2026-03-02T09:30:00.000Z");

/** The deterministic event_id of the n-th event of a run. */
export function eventId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** The n-th event: an MCP query, one second after the one before it. */
export function journaled(n: number, changes: Partial<AuditEvent> = {}): JournaledEvent {
  const event = {
    schema_version: "1.1",
    event_id: eventId(n),
    event_type: "activity_event",
    activity_type: "mcp_query",
    timestamp: new Date(START + n * 1000).toISOString(),
    session_id: "7d1c2b3a-0000-4000-8000-00000000beef",
    user_id_hash: "a".repeat(64),
    department: "clinical-research",
    model_version: "claude-sonnet-4-5-20250929",
    data_classification: "sensitive",
    mcp_integrations: ["github"],
    token_input: 120,
    token_output: 34,
    duration_ms: 615,
    policy_flags: [],
    security_flags: [],
    mcp_server: "github",
    mcp_tool: "search_issues",
    mcp_outcome: "success",
    ...changes,
  } as unknown as CanonicalEvent;
  return { seq: n, hash: createHash("sha256").update(`record ${n}`).digest("hex"), event };
}

/** Events `from` … `from + count - 1`. */
export function journaledRange(count: number, from = 1): readonly JournaledEvent[] {
  return Array.from({ length: count }, (_, index) => journaled(from + index));
}

/** A prompt injection that was found: tier 3, critical. */
export function criticalEvent(n: number, changes: Partial<AuditEvent> = {}): JournaledEvent {
  return journaled(n, {
    event_type: "security_event",
    activity_type: undefined,
    security_event_type: "prompt_injection_attempt",
    severity: "critical",
    details: { summary: "hidden instruction in a fetched page" },
    auto_blocked: true,
    notified_to: ["security-oncall"],
    ...changes,
  } as Partial<AuditEvent>);
}

/** Texts that break naive framing, quoting, encoding or headers. */
export const hostileTexts: readonly string[] = [
  "line\nbreak\r\nand\rreturn",
  'quote " backslash \\ bracket ]',
  "pipe | equals = percent %",
  "\u0000\u0007\u001b[31mred\u001b[0m",
  "\u2028separator\u2029",
  "\u202eright to left",
  "\ud83d\ude00 emoji",
  "</script><!-- {{7*7}} %{jndi:ldap://x} -->",
  '{"index":{"_index":"other"}}',
  "a\r\nX-Injected: yes",
  "../../etc/passwd",
];
