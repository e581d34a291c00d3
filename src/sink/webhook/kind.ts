/** The sink kind `webhook`: single events to people and programs, at once and signed. */
import { describeSecret } from "../../config/secret.ts";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type {
  CheckFinding,
  EncodedRecord,
  JournaledEvent,
  Sink,
  SinkKind,
  SinkTools,
  Unencodable,
} from "../../delivery/sink.ts";
import { canonicalTimeMs } from "../../event/time.ts";
import { createHttpClient, type HttpClient, type HttpRequest } from "../http/post.ts";
import { type Credentials, readCredentials } from "./credential.ts";
import { genericTemplate } from "./generic.ts";
import { guardedLookup, type Resolve } from "./guard.ts";
import {
  allowedAddresses,
  type WebhookOptions,
  webhookConflicts,
  webhookOptions,
} from "./options.ts";
import { judgeFailure, judgeResult } from "./outcome.ts";
import { PAGERDUTY_URL, pagerDutyTemplate } from "./pagerduty.ts";
import { messageId, signedHeaders } from "./signature.ts";
import { slackTemplate } from "./slack.ts";
import type { Template } from "./template.ts";

interface Parts {
  readonly options: WebhookOptions;
  readonly tools: SinkTools;
  readonly template: Template;
  readonly client: HttpClient;
}

function templateOf({ template, batch }: WebhookOptions): Template {
  if (template === "slack") return slackTemplate;
  return template === "pagerduty" ? pagerDutyTemplate : genericTemplate(batch);
}

/** Where it sends to, without a path: that of Slack is a secret. */
function targetOf({ template, url, url_secret }: WebhookOptions): string {
  if (url_secret !== undefined) return `${template}, URL from ${describeSecret(url_secret)}`;
  return `${template}, ${(url ?? new URL(PAGERDUTY_URL)).origin}`;
}

function encodeRecord(
  template: Template,
  { seq, hash, event }: JournaledEvent,
): EncodedRecord | Unencodable {
  const { body, marks } = template.encode({ seq, hash, event });
  const bytes = Buffer.byteLength(body);
  if (bytes > template.bytesMax)
    return { reason: `the message has ${bytes} bytes, and ${template.bytesMax} are taken` };
  const time = canonicalTimeMs(event.timestamp);
  return {
    seq,
    event_id: event.event_id,
    body,
    bytes,
    time,
    ...(marks !== undefined && { marks }),
  };
}

function requestOf(
  { tools }: Parts,
  { url, signingKeys, token }: Credentials,
  method: "HEAD" | "POST",
  id: string,
  body: string,
): HttpRequest {
  return {
    method,
    url,
    headers: {
      "content-type": "application/json",
      "user-agent": "claude-siem",
      ...(signingKeys.length > 0 && signedHeaders(id, tools.now(), body, signingKeys)),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(method === "POST" && { body }),
    answerBytesMax: 65_536,
  };
}

async function post(
  parts: Parts,
  records: readonly EncodedRecord[],
  signal: AbortSignal,
): Promise<RecordOutcome> {
  const { options, tools, template, client } = parts;
  const credentials = readCredentials(options, tools.readSecret);
  if ("kind" in credentials) return credentials;
  const bodies = records.map((record) => record.body);
  const body = template.render(bodies, credentials.bodyKey);
  const id = messageId(records.map((record) => record.event_id));
  const result = await client.send(requestOf(parts, credentials, "POST", id, body), signal);
  return judgeResult(template, result, records.length, tools.now());
}

/** Requests one after the other; what comes after one that was not taken now would not be either. */
async function sendInTurn(
  parts: Parts,
  batch: readonly EncodedRecord[],
  signal: AbortSignal,
): Promise<readonly RecordOutcome[]> {
  const { recordsMax } = parts.template;
  const outcomes: RecordOutcome[] = [];
  while (outcomes.length < batch.length) {
    const records = batch.slice(outcomes.length, outcomes.length + recordsMax);
    const outcome = await post(parts, records, signal);
    const isOver = outcome.kind === "retry" || outcome.kind === "hold";
    outcomes.push(...forAll(isOver ? batch.length - outcomes.length : records.length, outcome));
  }
  return outcomes;
}

async function check(parts: Parts, signal: AbortSignal): Promise<readonly CheckFinding[]> {
  const { options, tools, template, client } = parts;
  const credentials = readCredentials(options, tools.readSecret);
  if ("kind" in credentials)
    return [{ status: "failed", what: credentials.reason, instruction: credentials.instruction }];
  const { method, render, judge } = template.probe;
  const body = render(credentials.bodyKey);
  const id = messageId(["check", String(tools.now())]);
  const result = await client.send(requestOf(parts, credentials, method, id, body), signal);
  if (result.failure !== undefined) {
    const outcome = judgeFailure(result);
    const instruction =
      outcome.kind === "hold" ? outcome.instruction : "Check the URL, firewalls and the receiver.";
    return [{ status: "failed", what: result.reason, instruction }];
  }
  const { protocol, host } = credentials.url;
  const secured: readonly CheckFinding[] =
    protocol === "https:" ? [{ status: "ok", what: `TLS certificate of ${host} verified` }] : [];
  return [...secured, judge(result)];
}

/** A webhook whose name resolution a test replaces. */
export async function openWebhook(
  options: WebhookOptions,
  tools: SinkTools,
  resolve?: Resolve,
): Promise<Sink> {
  const template = templateOf(options);
  const client = createHttpClient({
    timeoutMs: options.timeout,
    caFile: options.ca_file,
    connectionsMax: 4,
    lookup: guardedLookup(allowedAddresses(options), resolve),
  });
  const parts = { options, tools, template, client };
  return {
    name: tools.name,
    kind: "webhook",
    target: targetOf(options),
    limits: { recordsMax: template.recordsMax, bytesMax: template.bytesMax, overheadBytes: 1 },
    encode: (record) => encodeRecord(template, record),
    send: (batch, signal) => sendInTurn(parts, batch, signal),
    check: (signal) => check(parts, signal),
    close: () => client.close(),
  };
}

export const webhookKind: SinkKind<WebhookOptions> = {
  kind: "webhook",
  summary:
    "Sends events over https as signed JSON (Standard Webhooks), as messages to Slack or as alerts to PagerDuty, for instance tier 3 events that somebody has to see at once.",
  options: webhookOptions,
  conflicts: webhookConflicts,
  starter: ["url", "signing_secret"],
  open: (options, tools) => openWebhook(options, tools),
};
