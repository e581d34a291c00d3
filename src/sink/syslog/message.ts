/**
 * An event as a syslog message (RFC 5424). The header holds nothing but validated or configured values;
 * whatever texts an event has stand in its JSON, which is the message's free part.
 */
import type { JournaledEvent } from "../../delivery/sink.ts";
import type { AuditEvent, Severity } from "../../event/event.ts";
import { canonicalJson } from "../canonical-json.ts";

/** Facilities that fit an audit log (RFC 5424, table 1). */
export const FACILITIES = [
  ...["user", "auth", "authpriv", "audit"],
  ...["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
] as readonly Facility[];

export type Facility =
  | "user"
  | "auth"
  | "authpriv"
  | "audit"
  | `local${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

const FACILITY_NUMBERS: Readonly<Record<Facility, number>> = {
  user: 1,
  auth: 4,
  authpriv: 10,
  audit: 13,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** Severities of RFC 5424, table 2: critical 2, error 3, warning 4, notice 5. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = {
  critical: 2,
  high: 3,
  medium: 4,
  low: 5,
};

const NOTICE = 5;
const INFORMATIONAL = 6;

/** What is the same in every message of a sink. */
export interface SyslogHeader {
  readonly facility: Facility;
  readonly hostname: string;
  readonly app_name: string;
  readonly enterprise_number: number;
  readonly encoding: "ascii" | "utf8";
}

/** A header field: printable ASCII without spaces, at most `lengthMax`; `-` when nothing is left. */
export function headerField(text: string, lengthMax: number): string {
  const printable = text.replace(/[^\x21-\x7e]/g, "_").slice(0, lengthMax);
  return printable === "" ? "-" : printable;
}

/** The value of a parameter as it stands between its quotes (RFC 5424, section 6.3.3). */
export function paramValue(text: string): string {
  // Control characters are legal there and break receivers all the same; the JSON has them escaped.
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\ufffd")
    .replace(/["\\\]]/g, "\\$&");
}

function severityNumber(event: AuditEvent): number {
  if (event.event_type === "security_event")
    return event.severity === undefined ? NOTICE : SEVERITY_NUMBERS[event.severity];
  return event.event_type === "policy_event" ? NOTICE : INFORMATIONAL;
}

/** Facts to route and to find gaps by without parsing the JSON. */
function structuredData({ seq, hash, event }: JournaledEvent, enterprise: number): string {
  const subtype =
    event.event_type === "security_event"
      ? { security_event_type: event.security_event_type, severity: event.severity }
      : event.event_type === "activity_event"
        ? { activity_type: event.activity_type }
        : {};
  const params = {
    event_id: event.event_id,
    chain_seq: String(seq),
    chain_hash: hash,
    event_type: event.event_type,
    ...subtype,
    data_classification: event.data_classification,
  };
  const written = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${paramValue(value)}"`],
  );
  return `[claude@${enterprise} ${written.join(" ")}]`;
}

/** JSON in ASCII. Everything beyond stands in strings, where an escape means the same. */
function asciiJson(json: string): string {
  return json.replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * The whole message, without a frame.
 *
 *     <110>1 2026-03-02T09:30:01.000Z gateway-1 claude-siem - activity_event [claude@32473 …] {…}
 *
 * MSG in ASCII needs no byte order mark, since it may have any encoding; in UTF-8 it must have one
 * (section 6.4).
 */
export function renderMessage(record: JournaledEvent, header: SyslogHeader): string {
  const { event } = record;
  const priority = FACILITY_NUMBERS[header.facility] * 8 + severityNumber(event);
  const json = canonicalJson(record);
  const message = header.encoding === "ascii" ? asciiJson(json) : `\ufeff${json}`;
  const fields = [
    `<${priority}>1`,
    event.timestamp,
    headerField(header.hostname, 255),
    headerField(header.app_name, 48),
    "-",
    headerField(event.event_type, 32),
    structuredData(record, header.enterprise_number),
  ];
  return `${fields.join(" ")} ${message}`;
}
