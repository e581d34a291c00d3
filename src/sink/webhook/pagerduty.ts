/**
 * A trigger of PagerDuty's Events API v2. `dedup_key` is the event_id: what is sent again adds to the
 * same alert and opens no second one.
 */
import { hash } from "node:crypto";
import type { JournaledEvent } from "../../delivery/sink.ts";
import type { AuditEvent, Severity } from "../../event/event.ts";
import { canonicalRecord } from "../canonical-json.ts";
import type { Answer, Encoded, Template } from "./template.ts";

/** The service region US; customers of the region EU set url. */
export const PAGERDUTY_URL = "https://events.pagerduty.com/v2/enqueue";

/** Bytes of one request that PagerDuty takes. */
const REQUEST_BYTES_MAX = 524_288;
/** Room for the routing key and the action around an event. */
const ENVELOPE_BYTES = 256;
const SUMMARY_LENGTH_MAX = 1024;
const DEDUP_KEY_LENGTH_MAX = 255;

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
};

/** Ids are nearly always UUIDs; one that is too long for PagerDuty is told by its digest. */
function dedupKey(eventId: string): string {
  return eventId.length <= DEDUP_KEY_LENGTH_MAX ? eventId : hash("sha256", eventId, "hex");
}

function summaryOf(event: AuditEvent): string {
  switch (event.event_type) {
    case "security_event":
      return `Claude: ${event.security_event_type ?? "security event"}`;
    case "policy_event":
      return `Claude: ${event.policy_event_type ?? "policy event"}`;
    case "activity_event":
      return `Claude: ${event.activity_type ?? "activity"}`;
    default:
      return `Claude: ${event.event_type}`;
  }
}

function encode(record: JournaledEvent): Encoded {
  const { event } = record;
  const severity = event.event_type === "security_event" ? event.severity : undefined;
  const department = event.department === undefined ? "" : ` in ${event.department}`;
  const summary = `${summaryOf(event)}${department}`;
  const characters = [...summary];
  const isCut = characters.length > SUMMARY_LENGTH_MAX;
  const payload = {
    summary: isCut ? characters.slice(0, SUMMARY_LENGTH_MAX).join("") : summary,
    source: event.deployment ?? "claude",
    severity: severity === undefined ? "info" : SEVERITIES[severity],
    timestamp: event.timestamp,
    class: event.event_type,
    custom_details: canonicalRecord(record),
  };
  const body = JSON.stringify({
    dedup_key: dedupKey(event.event_id),
    client: "claude-siem",
    payload,
  });
  return isCut
    ? { body, marks: [`the summary is cut to ${SUMMARY_LENGTH_MAX} characters`] }
    : { body };
}

interface PagerDutyAnswer {
  readonly status?: unknown;
  readonly errors?: unknown;
}

function parseAnswer({ body }: Answer): PagerDutyAnswer {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Not PagerDuty's answer, then; the caller finds no status in it.
    return {};
  }
}

function isTaken(answer: Answer): boolean {
  return answer.status === 202 && parseAnswer(answer).status === "success";
}

const KEY_INSTRUCTION =
  "Set routing_key to the integration key of an Events API v2 integration, 32 characters; for the service region EU set url to https://events.eu.pagerduty.com/v2/enqueue.";

/** A refusal that is about the key, not about the event. What else the answer says may repeat the key. */
function isAboutKey(answer: Answer): boolean {
  return answer.status === 400 && JSON.stringify(parseAnswer(answer)).includes("routing_key");
}

export const pagerDutyTemplate: Template = {
  recordsMax: 1,
  bytesMax: REQUEST_BYTES_MAX - ENVELOPE_BYTES,
  encode,
  render: (bodies, key) => {
    const action = `"routing_key":${JSON.stringify(key)},"event_action":"trigger"`;
    return `{${action},${bodies.join("").slice(1)}`;
  },
  isTaken,
  judge: (answer) =>
    isAboutKey(answer)
      ? {
          kind: "hold",
          reason: "PagerDuty does not take the routing key",
          instruction: KEY_INSTRUCTION,
        }
      : undefined,
  probe: {
    method: "POST",
    // PagerDuty ignores a resolve of an alert that does not exist.
    render: (key) =>
      JSON.stringify({
        routing_key: key,
        event_action: "resolve",
        dedup_key: "claude-siem-check",
      }),
    judge: (answer) =>
      isTaken(answer)
        ? {
            status: "ok",
            what: "PagerDuty took a resolve of an alert that does not exist, which changes nothing",
          }
        : {
            status: "failed",
            what: `PagerDuty answered ${answer.status} to a resolve of an alert that does not exist`,
            instruction: KEY_INSTRUCTION,
          },
  },
};
