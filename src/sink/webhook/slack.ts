/**
 * A message for an incoming webhook of Slack: a title, the facts, and where the record stands in the
 * journal. It is a notification, not the evidence: long values are cut, with a mark.
 */
import type { JournaledEvent } from "../../delivery/sink.ts";
import type { AuditEvent } from "../../event/event.ts";
import type { Encoded, Template } from "./template.ts";

/** Slack takes 2000 characters in a field and 150 in a header; escaping makes up to five of one. */
const VALUE_LENGTH_MAX = 200;
const FIELDS_MAX = 10;

/** Words by which Slack says that the webhook itself is of no use. */
const USELESS = /^(no_service|no_team|team_disabled|invalid_token|no_active_hooks)$/;

/** `&`, `<` and `>` are all that Slack reads as markup for links and mentions. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Text without characters that move, hide or break other text. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

function detailsText(details: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (details === undefined) return undefined;
  return Object.entries(details)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(", ");
}

function factsOf(event: AuditEvent): Readonly<Record<string, string | undefined>> {
  const security =
    event.event_type === "security_event"
      ? {
          Severity: event.severity,
          Blocked: event.auto_blocked === undefined ? undefined : String(event.auto_blocked),
          Details: detailsText(event.details),
        }
      : {};
  const activity =
    event.event_type === "activity_event"
      ? { "MCP server": event.mcp_server, "MCP tool": event.mcp_tool }
      : {};
  return {
    ...security,
    Time: event.timestamp,
    User: event.user_id_hash,
    Session: event.session_id,
    Department: event.department,
    Data: event.data_classification,
    ...activity,
    Model: event.model_version,
  };
}

function titleOf(event: AuditEvent): string {
  const subtype =
    event.event_type === "security_event"
      ? event.security_event_type
      : event.event_type === "activity_event"
        ? event.activity_type
        : event.event_type === "policy_event"
          ? event.policy_event_type
          : undefined;
  return `Claude ${event.event_type}${subtype === undefined ? "" : `: ${subtype}`}`;
}

/** A value within its length, escaped. Cut by characters, never inside of one. */
function shownValue(name: string, text: string, marks: string[]): string {
  const characters = [...plain(text)];
  if (characters.length <= VALUE_LENGTH_MAX) return escapeMrkdwn(characters.join(""));
  marks.push(`${name} is cut to ${VALUE_LENGTH_MAX} characters in the message`);
  return `${escapeMrkdwn(characters.slice(0, VALUE_LENGTH_MAX).join(""))}…`;
}

function encode({ seq, hash, event }: JournaledEvent): Encoded {
  const marks: string[] = [];
  const title = titleOf(event);
  // `verbatim`: Slack makes no links of addresses and names by itself.
  const markup = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
  const fields = Object.entries(factsOf(event))
    .flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [markup(`*${name}*\n${shownValue(name, value, marks)}`)],
    )
    .slice(0, FIELDS_MAX);
  const place = `event_id ${shownValue("event_id", event.event_id, marks)} · chain_seq ${seq} · chain_hash ${hash}`;
  const body = JSON.stringify({
    // What notifications and screen readers show.
    text: escapeMrkdwn(title),
    blocks: [
      { type: "header", text: { type: "plain_text", text: title, emoji: false } },
      { type: "section", fields },
      { type: "context", elements: [markup(place)] },
    ],
  });
  return { body, ...(marks.length > 0 && { marks }) };
}

/** The word that Slack answers with, if it is one. */
function wordOf(body: string): string {
  const word = body.trim();
  return /^[a-z_]{1,64}$/.test(word) ? word : "";
}

const NEW_WEBHOOK =
  "Make a new incoming webhook in Slack for a channel that exists, and put its URL into the secret.";

export const slackTemplate: Template = {
  recordsMax: 1,
  // A message of this template is at most ten fields: far below what Slack takes.
  bytesMax: 65_536,
  encode,
  render: (bodies) => bodies.join(""),
  isTaken: ({ status, body }) => status === 200 && body.trim() === "ok",
  judge: ({ status, body }) => {
    const word = wordOf(body);
    const reason = `Slack answered ${status}${word === "" ? "" : ` ${word}`}`;
    const isGone = [403, 404, 410].includes(status) || (status === 400 && USELESS.test(word));
    return isGone ? { kind: "hold", reason, instruction: NEW_WEBHOOK } : undefined;
  },
  probe: {
    method: "POST",
    // Slack posts no message without text, and refuses it only after it knows the webhook.
    render: () => JSON.stringify({ text: "" }),
    judge: ({ status, body }) => {
      const word = wordOf(body);
      if (status === 400 && word !== "" && !USELESS.test(word))
        return {
          status: "ok",
          what: `Slack knows the webhook (it refused an empty message: ${word})`,
        };
      const what = `Slack answered ${status}${word === "" ? "" : ` ${word}`} to an empty message`;
      return { status: "failed", what, instruction: NEW_WEBHOOK };
    },
  },
};
