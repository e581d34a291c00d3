/** The tiers of the audit design: what kind of evidence an event is, and so how it is treated. */
import type { AuditEvent } from "../event/event.ts";

/**
 * - 1: metadata of sessions and activity.
 * - 2: policy and approval events.
 * - 3: security events; always kept in full, never sampled.
 */
export type Tier = 1 | 2 | 3;

/**
 * The tier of an event. A detector's finding on a session or an approval is security evidence
 * wherever it is written, so an event with security flags is tier 3.
 */
export function tierOf(event: AuditEvent): Tier {
  if (event.security_flags !== undefined && event.security_flags.length > 0) return 3;
  switch (event.event_type) {
    case "session_start":
    case "session_end":
    case "activity_event":
      return 1;
    case "policy_event":
      return 2;
    case "security_event":
      return 3;
  }
}
