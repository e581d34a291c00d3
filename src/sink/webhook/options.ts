/** Settings of the sink kind `webhook`. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import {
  allowPlainHttp,
  choice,
  duration,
  flag,
  integer,
  optionalEndpoint,
  optionalSecret,
} from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import type { SecretReference } from "../../config/secret.ts";
import { type AllowedAddresses, refuseHost } from "./guard.ts";

export type TemplateName = "generic" | "slack" | "pagerduty";

export interface WebhookOptions {
  readonly template: TemplateName;
  readonly url: URL | undefined;
  readonly url_secret: SecretReference | undefined;
  readonly allow_plain_http: boolean;
  readonly allow_private: boolean;
  readonly ca_file: string | undefined;
  readonly signing_secret: SecretReference | undefined;
  readonly signing_secret_previous: SecretReference | undefined;
  readonly token: SecretReference | undefined;
  readonly routing_key: SecretReference | undefined;
  readonly batch: number;
  /** Milliseconds. */
  readonly timeout: number;
}

export const webhookOptions: OptionTable<WebhookOptions> = {
  template: choice({
    doc: "What is sent: `generic`, the event as JSON, signed as Standard Webhooks says; `slack`, a message for an incoming webhook; `pagerduty`, a trigger of Events API v2.",
    fallback: "generic",
    of: ["generic", "slack", "pagerduty"],
  }),
  url: optionalEndpoint({
    doc: "Where it is sent to. PagerDuty has a default, the service region US.",
    example: "https://hooks.example.com/claude",
  }),
  url_secret: optionalSecret({
    doc: "The same as a secret, for receivers whose URL is a secret, as Slack's are.",
    example: "{env: SLACK_WEBHOOK_URL}",
  }),
  allow_plain_http: allowPlainHttp,
  allow_private: flag({
    doc: "Take receivers with addresses of an internal network or this machine. Link-local addresses, where clouds have their metadata services, are refused all the same.",
  }),
  ca_file: optionalPath({
    doc: "PEM file of a private certificate authority; without it the system's authorities count.",
  }),
  signing_secret: optionalSecret({
    doc: "Key that generic messages are signed with: `whsec_` and 24 to 64 bytes in base64.",
    example: "{env: WEBHOOK_SECRET}",
  }),
  signing_secret_previous: optionalSecret({
    doc: "The key before a rotation. While both are set, messages carry both signatures.",
  }),
  token: optionalSecret({
    doc: "Bearer token for generic receivers that want one besides the signature.",
  }),
  routing_key: optionalSecret({
    doc: "Integration key of a PagerDuty service (Events API v2).",
    example: "{env: PAGERDUTY_ROUTING_KEY}",
  }),
  batch: integer({
    doc: "Events in one generic message. With 1, `data` is the event; with more, it is a list.",
    fallback: 1,
    min: 1,
    max: 1000,
  }),
  timeout: duration({
    doc: "How long one request may take, from connecting to the end of the answer.",
    fallback: 20_000,
    minMs: 100,
    maxMs: 120_000,
  }),
};

/** Addresses that the settings allow beyond the internet. */
export function allowedAddresses(options: WebhookOptions): AllowedAddresses {
  return {
    private: options.allow_private,
    loopback: options.allow_private || options.allow_plain_http,
  };
}

function urlConflicts(options: WebhookOptions): readonly SettingConflict[] {
  const { template, url, url_secret } = options;
  if (url !== undefined && url_secret !== undefined)
    return [
      {
        key: "url_secret",
        problem: "url is there as well",
        instruction: "Keep one of url and url_secret.",
      },
    ];
  if (template === "slack" && url !== undefined)
    return [
      {
        key: "url",
        problem: "whoever knows the URL of an incoming webhook can post to the channel",
        instruction: "Put the URL into a secret and write url_secret instead of url.",
      },
    ];
  if (template !== "pagerduty" && url === undefined && url_secret === undefined)
    return [
      {
        key: "url",
        problem: "there is no receiver",
        instruction: template === "slack" ? "Set url_secret." : "Set url or url_secret.",
      },
    ];
  const refusal =
    url === undefined ? undefined : refuseHost(url.hostname, allowedAddresses(options));
  if (refusal === undefined) return [];
  const instruction =
    "Send to a receiver with a public address, or set allow_private: true for one on an internal network.";
  return [{ key: "url", problem: refusal, instruction }];
}

/** Keys that only one template reads. */
const OWNERS: readonly (readonly [keyof WebhookOptions, TemplateName])[] = [
  ["signing_secret", "generic"],
  ["signing_secret_previous", "generic"],
  ["token", "generic"],
  ["routing_key", "pagerduty"],
];

/** Settings that do not go together. */
export function webhookConflicts(options: WebhookOptions): readonly SettingConflict[] {
  const { template, batch } = options;
  const conflicts: SettingConflict[] = [...urlConflicts(options)];
  for (const [key, owner] of OWNERS)
    if (options[key] !== undefined && template !== owner)
      conflicts.push({
        key,
        problem: `template ${template} does not use it`,
        instruction: `Leave it out, or set template: ${owner}.`,
      });
  if (batch > 1 && template !== "generic")
    conflicts.push({
      key: "batch",
      problem: `template ${template} sends one event in each request`,
      instruction: "Leave batch out.",
    });
  const needed = { generic: "signing_secret", pagerduty: "routing_key", slack: undefined } as const;
  const key = needed[template];
  if (key !== undefined && options[key] === undefined)
    conflicts.push({
      key,
      problem: `template ${template} needs it`,
      instruction: `Set ${key} to where the secret lies: {env: NAME} or {file: PATH}.`,
    });
  return conflicts;
}
