// Written by `npm run generate` from src/event/event.schema.json. Do not edit.

import type { EventRecord } from "../mapping/event-class.ts";

function stateNumber(autoBlocked: boolean | undefined): number {
  if (autoBlocked === undefined) return 2;
  return autoBlocked ? 0 : 1;
}

/** How many members an event has. */
export function memberCount(event: EventRecord): number {
  let members = 0;
  for (const _ in event) members += 1;
  return members;
}

/** Number of an event's class: its place in `eventClasses`. */
export function classNumber(event: EventRecord): number {
  switch (event.event_type) {
    case "session_start":
      return 0;
    case "session_end":
      return 1;
    case "policy_event":
      switch (event.policy_event_type) {
        case "approval_requested":
          return 2;
        case "approval_granted":
          return 3;
        case "approval_denied":
          return 4;
        case "exception_requested":
          return 5;
        case "exception_granted":
          return 6;
        case "permission_changed":
          return 7;
        case "alert_state_changed":
          return 8;
        default:
          return 9;
      }
    case "security_event":
      switch (event.security_event_type) {
        case "restricted_data_access":
          return 10 + stateNumber(event.auto_blocked);
        case "prompt_injection_attempt":
          return 13 + stateNumber(event.auto_blocked);
        case "anomalous_mcp_volume":
          return 16 + stateNumber(event.auto_blocked);
        case "mcp_auth_failure":
          return 19 + stateNumber(event.auto_blocked);
        case "system_prompt_leakage":
          return 22 + stateNumber(event.auto_blocked);
        case "cross_user_data_extraction":
          return 25 + stateNumber(event.auto_blocked);
        default:
          return 28 + stateNumber(event.auto_blocked);
      }
    case "activity_event":
      switch (event.activity_type) {
        case "model_request":
          return 31;
        case "mcp_query":
          return 32;
        case "tool_use":
          return 33;
        case "authentication":
          return 34;
        case "usage_rollup":
          return 35;
        default:
          return 36;
      }
  }
}
