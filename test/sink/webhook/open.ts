/** Webhook sinks with fake receivers that are as strict as the real ones. */
import { Webhook } from "standardwebhooks";
import type { ReadSecret, SecretReference } from "../../../src/config/secret.ts";
import type { Sink } from "../../../src/delivery/sink.ts";
import type { Resolve } from "../../../src/sink/webhook/guard.ts";
import { openWebhook } from "../../../src/sink/webhook/kind.ts";
import type { WebhookOptions } from "../../../src/sink/webhook/options.ts";
import type { FakeRequest, FakeResponse } from "../../wire/fake-server.ts";

/** 32 bytes. */
export const SIGNING_SECRET: string = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
export const PREVIOUS_SECRET: string = `whsec_${Buffer.from("fedcba9876543210fedcba9876543210").toString("base64")}`;
export const ROUTING_KEY = "0123456789abcdef0123456789ABCDEF";
export const SLACK_PATH = "/services/T00000000/B00000000/verysecretverysecret1234";

export const defaults: WebhookOptions = {
  template: "generic",
  url: undefined,
  url_secret: undefined,
  allow_plain_http: true,
  allow_private: false,
  ca_file: undefined,
  signing_secret: undefined,
  signing_secret_previous: undefined,
  token: undefined,
  routing_key: undefined,
  batch: 1,
  timeout: 500,
};

export function env(name: string): SecretReference {
  return { from: "env", name };
}

export async function openSink(
  changes: Partial<WebhookOptions>,
  secrets: Readonly<Record<string, string>>,
  now: () => number = Date.now,
  resolve?: Resolve,
): Promise<Sink> {
  const readSecret: ReadSecret = (reference) => {
    const value = reference.from === "env" ? secrets[reference.name] : undefined;
    if (value === undefined) throw new Error("no such secret");
    return value;
  };
  const tools = {
    name: "hook",
    now,
    random: () => new Uint8Array(0),
    readSecret,
    folder: "/nonexistent",
    warn: () => undefined,
  };
  return openWebhook({ ...defaults, ...changes }, tools, resolve);
}

interface GenericBody {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly event_id: string } | readonly { readonly event_id: string }[];
}

/** A receiver of Standard Webhooks that verifies with the reference library. */
export function genericReceiver(stored: string[]): (request: FakeRequest) => FakeResponse {
  const verifier = new Webhook(SIGNING_SECRET);
  return ({ method, headers, body }) => {
    const text = body.toString("utf8");
    const flat = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    );
    try {
      verifier.verify(method === "HEAD" ? "{}" : text, flat);
    } catch (error) {
      if (method !== "HEAD") return { status: 401, body: String(error) };
    }
    if (method !== "POST") return { status: 405 };
    if (String(flat["webhook-id"]).includes(".")) return { status: 400 };
    const { data } = JSON.parse(text) as GenericBody;
    stored.push(...[data].flat().map(({ event_id }) => event_id));
    return { status: 200, body: "taken, thank you" };
  };
}

interface SlackBody {
  readonly text?: string;
  readonly blocks?: readonly {
    readonly type: string;
    readonly fields?: readonly { readonly text: string }[];
    readonly elements?: readonly { readonly text: string }[];
  }[];
}

/** An incoming webhook of Slack. */
export function slackReceiver(stored: string[]): (request: FakeRequest) => FakeResponse {
  return ({ path, body }) => {
    if (path !== SLACK_PATH) return { status: 404, body: "no_service" };
    const { text = "", blocks = [] } = JSON.parse(body.toString("utf8")) as SlackBody;
    if (text === "") return { status: 400, body: "no_text" };
    const fields = blocks.flatMap((block) => block.fields ?? []);
    const isLegal =
      fields.length <= 10 &&
      fields.every((field) => field.text.length > 0 && field.text.length <= 2000) &&
      blocks.length <= 50;
    if (!isLegal) return { status: 400, body: "invalid_blocks" };
    const context = blocks.find(({ type }) => type === "context")?.elements?.[0]?.text ?? "";
    stored.push(/event_id (\S+)/.exec(context)?.[1] ?? "");
    return { status: 200, headers: { "content-type": "text/html" }, body: "ok" };
  };
}

interface PagerDutyBody {
  readonly routing_key?: string;
  readonly event_action?: string;
  readonly dedup_key?: string;
  readonly payload?: {
    readonly summary?: string;
    readonly source?: string;
    readonly severity?: string;
  };
}

/** Events API v2 of PagerDuty. */
export function pagerDutyReceiver(stored: string[]): (request: FakeRequest) => FakeResponse {
  const refuse = (error: string): FakeResponse => ({
    status: 400,
    body: JSON.stringify({
      status: "invalid event",
      message: "Event object is invalid",
      errors: [error],
    }),
  });
  return ({ path, body }) => {
    if (path !== "/v2/enqueue") return { status: 404 };
    if (body.length > 524_288) return { status: 413 };
    const event = JSON.parse(body.toString("utf8")) as PagerDutyBody;
    if (event.routing_key?.length !== 32)
      return refuse("Length of 'routing_key' is incorrect (should be 32 characters)");
    const { payload, dedup_key = "" } = event;
    if (event.event_action === "trigger") {
      const known = ["critical", "error", "warning", "info"].includes(payload?.severity ?? "");
      const summary = payload?.summary ?? "";
      if (!known) return refuse("'payload.severity' is invalid");
      if (summary === "" || [...summary].length > 1024)
        return refuse("'payload.summary' is invalid");
      if ((payload?.source ?? "") === "") return refuse("'payload.source' is missing or blank");
      stored.push(dedup_key);
    } else if (event.event_action !== "resolve") return refuse("'event_action' is invalid");
    return {
      status: 202,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ status: "success", message: "Event processed", dedup_key }),
    };
  };
}
