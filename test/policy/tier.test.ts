import { expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { tierOf } from "../../src/policy/tier.ts";

it.each([
  [{ event_type: "session_start" }, 1],
  [{ event_type: "session_end", security_flags: [] }, 1],
  [{ event_type: "activity_event" }, 1],
  [{ event_type: "policy_event" }, 2],
  [{ event_type: "security_event" }, 3],
  [{ event_type: "session_end", security_flags: ["prompt_injection"] }, 3],
  [{ event_type: "policy_event", security_flags: ["self_approval"] }, 3],
])("the tier of %j is %i", (fields, tier) => {
  const event = { event_id: "x", timestamp: "2026-01-01T00:00:00.000Z", ...fields } as AuditEvent;
  expect(tierOf(event)).toBe(tier);
});
