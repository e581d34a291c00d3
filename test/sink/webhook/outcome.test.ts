import { afterEach, describe, expect, it } from "vitest";
import type { Sink } from "../../../src/delivery/sink.ts";
import type { WebhookOptions } from "../../../src/sink/webhook/options.ts";
import { journaled } from "../../conformance/event.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { type FakeResponse, type FakeServer, startFakeServer } from "../../wire/fake-server.ts";
import { env, openSink, PREVIOUS_SECRET, ROUTING_KEY, SIGNING_SECRET } from "./open.ts";

const never = (): AbortSignal => new AbortController().signal;
const secrets: Record<string, string> = { KEY: SIGNING_SECRET, ROUTING: ROUTING_KEY };
let sink: Sink;
let server: FakeServer;
let answer: FakeResponse = { status: 200 };

afterEach(async () => {
  await sink.close();
  await server.close();
});

async function open(changes: Partial<WebhookOptions>): Promise<void> {
  server = await startFakeServer(() => answer);
  secrets["SLACK"] = server.url;
  const where =
    changes.template === "slack" ? { url_secret: env("SLACK") } : { url: new URL(server.url) };
  sink = await openSink({ ...where, ...changes }, secrets);
}

async function outcomes(count: number): Promise<readonly string[]> {
  const batch = Array.from({ length: count }, (_, index) => sink.encode(journaled(index + 1)));
  return (await sink.send(batch as never, never())).map(({ kind }) => kind);
}

const generic = { signing_secret: env("KEY") } as const;
const slack = { template: "slack" } as const;
const pagerduty = { template: "pagerduty", routing_key: env("ROUTING") } as const;
const keyProblem = JSON.stringify({
  status: "invalid event",
  errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
});
const eventProblem = JSON.stringify({ status: "invalid event", errors: ["'payload' is missing"] });
const html = { "content-type": "text/html; charset=utf-8" };

describe("what an answer of a webhook means", () => {
  it.each<[string, Partial<WebhookOptions>, FakeResponse, string]>([
    ["generic 200", generic, { status: 200 }, "delivered"],
    ["generic 204", generic, { status: 204 }, "delivered"],
    ["generic 200 with a page", generic, { status: 200, headers: html, body: "log in" }, "retry"],
    ["generic 301", generic, { status: 301, headers: { location: "/x" } }, "hold"],
    ["generic 400", generic, { status: 400 }, "quarantine"],
    ["generic 422", generic, { status: 422 }, "quarantine"],
    ["generic 400 of many", { ...generic, batch: 5 }, { status: 400 }, "split"],
    ["generic 404", generic, { status: 404 }, "hold"],
    ["generic 405", generic, { status: 405 }, "hold"],
    ["generic 410", generic, { status: 410 }, "hold"],
    ["generic 425", generic, { status: 425 }, "retry"],
    ["Slack 200 ok", slack, { status: 200, body: "ok" }, "delivered"],
    ["Slack 200 and something else", slack, { status: 200, body: "okay" }, "retry"],
    ["Slack 204", slack, { status: 204 }, "retry"],
    ["Slack 400 invalid_blocks", slack, { status: 400, body: "invalid_blocks" }, "quarantine"],
    ["Slack 400 no_service", slack, { status: 400, body: "no_service" }, "hold"],
    ["Slack 403", slack, { status: 403, body: "action_prohibited" }, "hold"],
    ["Slack 404", slack, { status: 404, body: "channel_not_found" }, "hold"],
    ["Slack 410", slack, { status: 410, body: "channel_is_archived" }, "hold"],
    ["Slack 500", slack, { status: 500, body: "rollup_error" }, "retry"],
    ["PagerDuty 202", pagerduty, { status: 202, body: '{"status":"success"}' }, "delivered"],
    ["PagerDuty 200", pagerduty, { status: 200, body: '{"status":"success"}' }, "retry"],
    ["PagerDuty 202 and no JSON", pagerduty, { status: 202, body: "ok" }, "retry"],
    ["PagerDuty 400 about the key", pagerduty, { status: 400, body: keyProblem }, "hold"],
    ["PagerDuty 400 about the event", pagerduty, { status: 400, body: eventProblem }, "quarantine"],
  ])("%s", async (_, options, response, kind) => {
    answer = response;
    await open(options);
    expect(new Set(await outcomes(5))).toEqual(new Set([kind]));
  });

  it("does not go on after the first event that was not taken now", async () => {
    answer = { status: 503 };
    await open(generic);
    expect(await outcomes(5)).toEqual(Array(5).fill("retry"));
    expect(server.requests).toHaveLength(1);
  });

  it("goes on after one that will never be taken", async () => {
    await open(generic);
    await server.close();
    const statuses = [200, 422, 200, 200];
    server = await startFakeServer(() => ({ status: statuses.shift() ?? 500 }));
    await sink.close();
    sink = await openSink({ ...generic, url: new URL(server.url) }, secrets);
    expect(await outcomes(4)).toEqual(["delivered", "quarantine", "delivered", "delivered"]);
  });
});

describe("certificate of a webhook's receiver", () => {
  it("is verified before anything is sent", async () => {
    server = await startFakeServer(() => ({ status: 200 }), selfSigned());
    sink = await openSink({ ...generic, url: new URL(server.url) }, secrets);
    const [outcome] = await sink.send([sink.encode(journaled(1))] as never, never());
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/ca_file/) });
    expect(server.requests).toEqual([]);
    expect(await sink.check(never())).toMatchObject([{ status: "failed" }]);
  });
});

describe("secrets of a webhook", () => {
  const read = async (changes: Partial<WebhookOptions>) => {
    answer = { status: 200 };
    await open(changes);
    const batch = [sink.encode(journaled(1))];
    const [outcome] = await sink.send(batch as never, never());
    return outcome;
  };

  it("are read at each request, so that a rotation needs no restart", async () => {
    secrets["TURNING"] = SIGNING_SECRET;
    await read({ signing_secret: env("TURNING") });
    secrets["TURNING"] = PREVIOUS_SECRET;
    await outcomes(1);
    const [first, second] = server.requests.map(({ headers }) => headers["webhook-signature"]);
    expect(first).not.toBe(second);
  });

  it.each<[string, Partial<WebhookOptions>, string, string | undefined]>([
    ["missing", { signing_secret: env("S") }, "S", undefined],
    ["no secret of Standard Webhooks", { signing_secret: env("S") }, "S", "hunter2"],
    ["a token on two lines", { ...generic, token: env("S") }, "S", "a\r\nx-evil: 1"],
    ["a URL that is none", { template: "slack", url_secret: env("S") }, "S", "hunter2://x"],
    [
      "a URL with a password",
      { template: "slack", url_secret: env("S") },
      "S",
      "https://a:hunter2@x.example/",
    ],
    [
      "a URL of a metadata service",
      { ...slack, url_secret: env("S") },
      "S",
      "https://169.254.169.254/hunter2",
    ],
  ])("%s: held, and never told", async (_, options, name, value) => {
    delete secrets[name];
    if (value !== undefined) secrets[name] = value;
    const outcome = await read(options);
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/.{10}/) });
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|x-evil/);
    expect(server.requests).toEqual([]);
    const [finding] = await sink.check(never());
    expect(finding?.status).toBe("failed");
    expect(JSON.stringify(finding)).not.toMatch(/hunter2|x-evil/);
  });
});
