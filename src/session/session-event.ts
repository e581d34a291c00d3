/** The events that are derived for a session. Their ids depend on the session's id alone. */
import { hash } from "node:crypto";
import { type AuditEvent, type CommonFields, SCHEMA_VERSION } from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import { type Facts, type SingleField, singleFields } from "./fact.ts";

export type SessionMark = "session_start" | "session_end";

/** Why a derived end was written: nothing came any more, or too many sessions were open at once. */
export type EndReason = "idle" | "capacity";

/** Id of a derived event: UUID version 8 (RFC 9562, 5.8) of the session's id and the kind. */
export function derivedId(kind: SessionMark, sessionId: string): string {
  const hex = hash("sha256", `claude-siem/session\n${kind}\n${sessionId}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Whether an event is one of those that are derived here. */
export function isDerived({ event_type: type, event_id, session_id }: AuditEvent): boolean {
  return (
    (type === "session_start" || type === "session_end") &&
    session_id !== undefined &&
    event_id === derivedId(type, session_id)
  );
}

type KnownFields = Pick<CommonFields, SingleField | "data_classification" | "mcp_integrations">;

/**
 * What was told by a time. The kind of source stands in a label: as `source_kind` it would make the
 * connector a source that can fall silent.
 */
function knownFields(facts: Facts, until: number): Omit<KnownFields, "source_kind"> {
  const single = singleFields
    .filter((field) => field !== "source_kind")
    .flatMap((field) => {
      const value = facts.first(field, until);
      return value === undefined ? [] : [[field, value] as const];
    });
  const servers = facts.all("mcp_integrations", until);
  const level = facts.highestClass(until);
  return {
    ...Object.fromEntries(single),
    ...(level !== undefined && { data_classification: level }),
    ...(servers.length > 0 && { mcp_integrations: servers }),
  };
}

function labelsOf(facts: Facts, until: number): Readonly<Record<string, string>> {
  const kind = facts.first("source_kind", until);
  return { derived: "true", ...(kind !== undefined && { derived_from: kind }) };
}

/**
 * The start of a session.
 *
 * @param time Of its first event, milliseconds since the epoch.
 * @param until It tells what was known by then.
 */
export function startEvent(
  sessionId: string,
  time: number,
  facts: Facts,
  until: number,
): AuditEvent {
  return {
    schema_version: SCHEMA_VERSION,
    event_id: derivedId("session_start", sessionId),
    event_type: "session_start",
    timestamp: formatTime(time),
    session_id: sessionId,
    ...knownFields(facts, until),
    labels: labelsOf(facts, until),
  };
}

/** The end of a session, at the time of its last event. Tokens were told by its events already. */
export function endEvent(
  sessionId: string,
  { from, to }: { readonly from: number; readonly to: number },
  facts: Facts,
  reason: EndReason,
): AuditEvent {
  return {
    schema_version: SCHEMA_VERSION,
    event_id: derivedId("session_end", sessionId),
    event_type: "session_end",
    timestamp: formatTime(to),
    session_id: sessionId,
    ...knownFields(facts, to),
    token_input: 0,
    token_output: 0,
    duration_ms: to - from,
    labels: { ...labelsOf(facts, to), session_end_reason: reason },
  };
}
