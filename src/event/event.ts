/** The vocabulary of the product: one audit event. Wire names are the names in memory. */
import type { AuditEvent } from "../generated/event-types.ts";

export type { EventField } from "../generated/event-fields.ts";
export type {
  ActivityEvent,
  ActivityType,
  AuditEvent,
  CommonFields,
  DataClassification,
  EventType,
  McpOutcome,
  PolicyEvent,
  PolicyEventType,
  SecurityEvent,
  SecurityEventType,
  SessionEndEvent,
  SessionStartEvent,
  Severity,
  UserClearance,
} from "../generated/event-types.ts";

declare const policyApplied: unique symbol;

/**
 * An event after policy: content and identity are gone. Only `src/policy` makes one, and only such an
 * event may enter the journal or leave the machine.
 */
export type CanonicalEvent = AuditEvent & { readonly [policyApplied]: true };

/** Version of the event schema this build writes and reads. */
export const SCHEMA_VERSION = "1.1";
