import type { WebhookOptions } from "../../../src/sink/webhook/options.ts";
import { describeSink } from "../../conformance/sink.ts";
import { type FakeRequest, type FakeResponse, startFakeServer } from "../../wire/fake-server.ts";
import {
  env,
  genericReceiver,
  openSink,
  pagerDutyReceiver,
  ROUTING_KEY,
  SIGNING_SECRET,
  SLACK_PATH,
  slackReceiver,
} from "./open.ts";

interface Case {
  readonly name: string;
  readonly receiver: (stored: string[]) => (request: FakeRequest) => FakeResponse;
  readonly options: (url: string) => Partial<WebhookOptions>;
}

const secrets = { KEY: SIGNING_SECRET, TOKEN: "bearer-of-news", ROUTING: ROUTING_KEY };

const cases: readonly Case[] = [
  {
    name: "webhook, one event in each message",
    receiver: genericReceiver,
    options: (url) => ({
      url: new URL("/hook", url),
      signing_secret: env("KEY"),
      token: env("TOKEN"),
    }),
  },
  {
    name: "webhook, many events in each message",
    receiver: genericReceiver,
    options: (url) => ({ url: new URL("/hook", url), signing_secret: env("KEY"), batch: 100 }),
  },
  {
    name: "webhook to Slack",
    receiver: slackReceiver,
    options: () => ({ template: "slack", url_secret: env("SLACK") }),
  },
  {
    name: "webhook to PagerDuty",
    receiver: pagerDutyReceiver,
    options: (url) => ({
      template: "pagerduty",
      url: new URL("/v2/enqueue", url),
      routing_key: env("ROUTING"),
    }),
  },
];

for (const { name, receiver, options } of cases) {
  const isGeneric = receiver === genericReceiver;
  describeSink({
    name,
    // Standard Webhooks says any 2xx, whatever its body.
    expected: isGeneric ? { empty: "delivered" } : {},
    open: async () => {
      const stored: string[] = [];
      const server = await startFakeServer(receiver(stored));
      const SLACK = `${server.url}${SLACK_PATH}`;
      return {
        sink: await openSink(options(server.url), { ...secrets, SLACK }),
        stored: () => stored,
        inject: (fault) => server.inject(fault),
        heal: server.heal,
        openConnections: server.openConnections,
        secrets: [...Object.values(secrets), SLACK_PATH],
        close: server.close,
      };
    },
  });
}
