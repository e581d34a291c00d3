/**
 * Log records of Claude Code and Cowork → audit events. What each record says is in `record-kind.ts`;
 * here is what all have in common: identity, time, session, context. Records with a name that nobody
 * knows yet pass as activity events under that name.
 */
import { hash } from "node:crypto";
import type { AuditEvent } from "../../event/event.ts";
import type { DataInReach } from "../../event/reach.ts";
import { formatTime, isRepresentable, parseTime } from "../../event/time.ts";
import type { LogRecord } from "./decode.ts";
import { labelsOf } from "./label.ts";
import { reachOf } from "./reach.ts";
import { type Fields, RecordReader } from "./reader.ts";
import { recordKinds } from "./record-kind.ts";

/**
 * An event before policy, with the user's identity beside it: a raw id must never stand in a field that
 * promises a pseudonym.
 */
export interface SourceEvent {
  readonly event: AuditEvent;
  /** Name of the record without prefix: `tool_result`. */
  readonly name: string;
  /** Best identity of the user the record carries, raw. */
  readonly identity?: string;
  /** Whether that is no person but only an installation of the client. */
  readonly isInstallation?: boolean;
  /** The client's own count of events in the session, for finding losses. */
  readonly sequence?: number;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** What decides the class of its data and stands in no field. */
  readonly reach?: DataInReach;
}

/**
 * Who the user is, best first. The account id is the one that the Compliance API uses too; companies
 * that run the client on a cloud platform name their users themselves as `enduser.id`; an id of the
 * installation is better than nothing.
 */
const ACCOUNT_FIRST = [
  "user.account_id",
  "user.account_uuid",
  "user.email",
  "enduser.id",
  "user.id",
] as const;
const EMAIL_FIRST = [
  "user.email",
  "enduser.id",
  "user.account_id",
  "user.account_uuid",
  "user.id",
] as const;

/** Which identity of a user counts, where a record carries several. */
export type IdentityOrder = "account" | "email";

const orders: Readonly<Record<IdentityOrder, readonly string[]>> = {
  account: ACCOUNT_FIRST,
  email: EMAIL_FIRST,
};

const classifications: ReadonlySet<string> = new Set([
  "public",
  "internal",
  "sensitive",
  "restricted",
]);

/** Nanoseconds as the instant in milliseconds, cut. */
function milliseconds(nanoseconds: string): number | undefined {
  if (nanoseconds.length <= 6) return undefined;
  const ms = Number(nanoseconds.slice(0, -6));
  return isRepresentable(ms) ? ms : undefined;
}

/** An id that the same record gets every time it arrives, so that an exporter's retries count once. */
function eventId(
  record: LogRecord,
  name: string,
  session: string,
  sequence: number | undefined,
): string {
  const own =
    sequence === undefined ? JSON.stringify([...record.attributes].sort()) : String(sequence);
  const parts = ["claude-siem/otlp", session, name, record.timeUnixNano, own];
  const hex = hash("sha256", parts.join("\n"));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `tool_result`, whether the record says so itself or as `claude_code.tool_result`. */
function nameOf(record: LogRecord, reader: RecordReader): string {
  const given = reader.text("event.name") ?? (record.eventName || record.body);
  return given.replace(/^(claude_code|cowork)\./, "").toWellFormed() || "unnamed";
}

function findIdentity(
  reader: RecordReader,
  order: IdentityOrder,
): { readonly identity?: string; readonly isInstallation?: boolean } {
  for (const key of orders[order]) {
    const identity = reader.text(key);
    // At an identity provider's gateway the same attribute names a person.
    const isInstallation = key === "user.id" && !reader.has("identity.source");
    if (identity !== undefined) return { identity, isInstallation };
  }
  return {};
}

/** When it happened; a record without its own time has at least that of its arrival at the exporter. */
function timeOf(record: LogRecord, reader: RecordReader): number | undefined {
  const stated = parseTime(reader.text("event.timestamp") ?? "")?.epochMs;
  return (
    milliseconds(record.timeUnixNano) ??
    (stated !== undefined && isRepresentable(stated) ? stated : undefined) ??
    milliseconds(record.observedTimeUnixNano)
  );
}

/** One record as an audit event; `undefined` when it has no time. */
export function toSourceEvent(
  record: LogRecord,
  order: IdentityOrder = "account",
): SourceEvent | undefined {
  const reader = new RecordReader(record);
  const name = nameOf(record, reader);
  const timeMs = timeOf(record, reader);
  if (timeMs === undefined) return undefined;
  const session = reader.identifier("session.id");
  const sequence = reader.count("event.sequence");
  const classification = reader.text("data_classification") ?? "";
  const all: Fields = {
    schema_version: "1.1",
    event_id: eventId(record, name, session ?? "", sequence),
    timestamp: formatTime(timeMs),
    session_id: session,
    department: reader.identifier("department") ?? "unknown",
    model_version: reader.identifier("model"),
    data_classification: classifications.has(classification) ? classification : "unknown",
    business_unit: reader.identifier("cost_center"),
    request_id: reader.identifier("request_id"),
    duration_ms: reader.durationMs(),
    source_kind: "otlp",
    source_record_id: recordId(session, sequence),
    ...(recordKinds.get(name)?.(reader) ?? { event_type: "activity_event" }),
    labels: labelsOf(reader, name),
  };
  const event: Record<string, unknown> = {};
  for (const field in all) if (all[field] !== undefined) event[field] = all[field];
  const reach = reachOf(reader);
  return {
    event: event as unknown as AuditEvent,
    name,
    timeMs,
    ...findIdentity(reader, order),
    ...(sequence !== undefined && { sequence }),
    ...(reach !== undefined && { reach }),
  };
}

/** The record's place in its session, where both fit the field. */
function recordId(session: string | undefined, sequence: number | undefined): string | undefined {
  if (session === undefined || sequence === undefined) return undefined;
  const id = `${session}/${sequence}`;
  return id.length > 256 ? undefined : id;
}

/** The event with its user as a pseudonym. */
export function withPseudonym(
  source: SourceEvent,
  pseudonymise: (identity: string) => string,
): AuditEvent {
  if (source.identity === undefined) return source.event;
  return { ...source.event, user_id_hash: pseudonymise(source.identity) };
}
