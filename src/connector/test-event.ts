/** The event that `doctor --send-test` sends, and how it is known again. */
import type { AuditEvent } from "../event/event.ts";
import { SCHEMA_VERSION } from "../event/event.ts";
import { formatTime } from "../event/time.ts";

/** Its ids are version 8 UUIDs (RFC 9562, section 5.8) that begin with this. */
const TEST_ID_PREFIX = "7e57e4e7-";

export function isTestId(eventId: string): boolean {
  return eventId.startsWith(TEST_ID_PREFIX);
}

function testId(random: (bytes: number) => Uint8Array): string {
  const hex = Buffer.from(random(12)).toString("hex");
  return `${TEST_ID_PREFIX}${hex.slice(0, 4)}-8${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
}

/**
 * A session that nobody began, in a department of its own. It carries the context that a rule would
 * miss, and no kind of source: it must neither raise an alert nor hide that a source is silent.
 */
export function makeTestEvent(now: number, random: (bytes: number) => Uint8Array): AuditEvent {
  const id = testId(random);
  return {
    schema_version: SCHEMA_VERSION,
    event_id: id,
    event_type: "session_start",
    timestamp: formatTime(now),
    session_id: id,
    department: "claude-siem-test",
    model_version: "none",
    data_classification: "public",
    mcp_integrations: [],
    token_input: 0,
    token_output: 0,
    duration_ms: 0,
    policy_flags: [],
    security_flags: [],
    user_clearance: "public",
    within_business_hours: true,
    labels: { claude_siem_test: "true" },
  };
}
