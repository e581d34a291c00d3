/** What a program tells about an event, and how it becomes the event. Names are those of the event. */
import type { AuditEvent, DataClassification, EventField, Severity } from "../event/event.ts";
import { eventIdOf } from "./event-id.ts";

/** What holds for many events alike: who, where, with which data. */
export interface AuditContext {
  readonly session_id?: string | undefined;
  /** Any id of the user, e-mail addresses too: the connector's keyed hash of it is what is written. */
  readonly user?: string | undefined;
  /** In place of `user`, where the program has the pseudonym already: 64 hex digits. */
  readonly user_id_hash?: string | undefined;
  readonly department?: string | undefined;
  readonly data_classification?: DataClassification | undefined;
  readonly business_unit?: string | undefined;
  readonly mcp_integrations?: readonly string[] | undefined;
  readonly policy_flags?: readonly string[] | undefined;
  readonly security_flags?: readonly string[] | undefined;
  readonly actor_type?: string | undefined;
  readonly client_ip?: string | undefined;
  readonly user_agent?: string | undefined;
  /** Facts of your own as flat text, never content. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A context, or what tells it for each event anew: for instance out of an AsyncLocalStorage. */
export type ContextSource = AuditContext | (() => AuditContext);

/** What every call takes beside its own fields; what it says counts before the context. */
export interface Occurrence extends AuditContext {
  /** A UUID of yours; without one it follows from `request_id`, or else is new. */
  readonly event_id?: string | undefined;
  /** When it happened, as RFC 3339 or a Date; now when absent. */
  readonly timestamp?: string | Date | undefined;
  /** The request at the API or the approval system; it makes the event's id the same when told again. */
  readonly request_id?: string | undefined;
  readonly model_version?: string | undefined;
  readonly duration_ms?: number | undefined;
}

export interface ApprovalFields extends Occurrence {
  readonly use_case_id?: string | undefined;
  /** Any id of who decided; its keyed hash is what is written. */
  readonly approver?: string | undefined;
  readonly decision_reason?: string | undefined;
  readonly policy_ref?: string | undefined;
  readonly permission?: string | undefined;
}

export interface ExceptionFields extends ApprovalFields {
  readonly exception_id: string;
  /** RFC 3339 or a Date. */
  readonly exception_expires_at?: string | Date | undefined;
}

export interface PermissionFields extends ApprovalFields {
  readonly permission: string;
  readonly permission_before?: string | undefined;
  readonly permission_after?: string | undefined;
  /** Any id of the user the change is about; its keyed hash is what is written. */
  readonly target_user?: string | undefined;
}

export interface SecurityFields extends Occurrence {
  readonly severity: Severity;
  /** Flat facts about the finding, never content. */
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly auto_blocked?: boolean | undefined;
  readonly notified_to?: readonly string[] | undefined;
}

/** How what was tried has ended. */
export type Outcome = "success" | "failure" | "denied" | "unknown";

export interface ModelRequestFields extends Occurrence {
  /** Uncached + cache read + cache write, of this request alone. */
  readonly token_input?: number | undefined;
  readonly token_output?: number | undefined;
  readonly token_cache_read?: number | undefined;
  readonly token_cache_write?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly price_ref?: string | undefined;
  readonly outcome?: Outcome | undefined;
}

export interface McpQueryFields extends Occurrence {
  readonly mcp_server: string;
  readonly mcp_tool?: string | undefined;
  readonly outcome?: Outcome | undefined;
}

export interface ToolUseFields extends Occurrence {
  /** Name of the tool. */
  readonly tool: string;
  readonly outcome?: Outcome | undefined;
}

export interface AuthenticationFields extends Occurrence {
  readonly outcome: Outcome;
}

/** What an event says beside context and occurrence. */
export type OwnFields = Partial<Record<EventField, unknown>> & {
  readonly event_type: AuditEvent["event_type"];
};

/** What turns a call into an event. */
export interface Writing {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  /** The pseudonym of a raw identity. */
  readonly pseudonymise: (identity: string) => string;
}

/** A time of a call as the event has it. */
export function timeText(time: string | Date): string {
  return typeof time === "string" ? time : time.toISOString();
}

/** Two lists as one without repetitions; `undefined` when there is none. */
function union(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return [...new Set([...one, ...other])];
}

/** The context for one event: what the call says counts before what holds for all. */
export function mergeContext(base: AuditContext, more: AuditContext): AuditContext {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(more)) if (value !== undefined) merged[key] = value;
  // Who a call names is somebody else than whoever the context names, in whichever form.
  if (more.user !== undefined) merged["user_id_hash"] = undefined;
  else if (more.user_id_hash !== undefined) merged["user"] = undefined;
  return {
    ...merged,
    mcp_integrations: union(base.mcp_integrations, more.mcp_integrations),
    policy_flags: union(base.policy_flags, more.policy_flags),
    security_flags: union(base.security_flags, more.security_flags),
    labels:
      base.labels && more.labels
        ? { ...base.labels, ...more.labels }
        : (more.labels ?? base.labels),
  };
}

/** Members in a fixed order, so that equal facts are equal texts. */
function sortedJson(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The event as it is appended. With a `request_id` its id follows from what the event says, so that a
 * program that tells it again after a failure tells the same event; without one every call is another.
 */
export function eventOf(
  own: OwnFields,
  occurrence: Occurrence,
  context: AuditContext,
  { now, newId, pseudonymise }: Writing,
): Readonly<Record<string, unknown>> {
  const { user, timestamp, event_id, request_id, duration_ms, model_version, ...rest } =
    mergeContext(context, occurrence) as Occurrence;
  const said = {
    ...own,
    ...(request_id !== undefined && { request_id }),
    ...(rest.session_id !== undefined && { session_id: rest.session_id }),
  };
  const event: Record<string, unknown> = {
    schema_version: "1.1",
    event_id:
      event_id ?? (request_id === undefined ? newId() : eventIdOf(["event", sortedJson(said)])),
    timestamp: timestamp === undefined ? new Date(now()).toISOString() : timeText(timestamp),
    ...rest,
    ...(user !== undefined && { user_id_hash: pseudonymise(user) }),
    request_id,
    duration_ms,
    model_version,
    ...own,
    ...(own.labels !== undefined &&
      rest.labels !== undefined && { labels: { ...rest.labels, ...(own.labels as object) } }),
  };
  for (const key of Object.keys(event)) if (event[key] === undefined) delete event[key];
  return event;
}

/** A raw identity or a time of a call, where it is given. */
export function whereGiven<T, R>(value: T | undefined, make: (value: T) => R): R | undefined {
  return value === undefined ? undefined : make(value);
}
