import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { Sink } from "../../../src/delivery/sink.ts";
import { type WebhookOptions, webhookConflicts } from "../../../src/sink/webhook/options.ts";
import {
  messageId,
  parseSigningSecret,
  signedHeaders,
} from "../../../src/sink/webhook/signature.ts";
import { escapeMrkdwn } from "../../../src/sink/webhook/slack.ts";
import { criticalEvent, eventId, hostileTexts, journaled } from "../../conformance/event.ts";
import { type FakeRequest, startFakeServer } from "../../wire/fake-server.ts";
import { defaults, env, openSink, PREVIOUS_SECRET, ROUTING_KEY, SIGNING_SECRET } from "./open.ts";

const never = (): AbortSignal => new AbortController().signal;

/** What a receiver gets of some events. */
async function requestsFor(
  changes: Partial<WebhookOptions>,
  records: readonly ReturnType<typeof journaled>[],
  secrets: Readonly<Record<string, string>> = { KEY: SIGNING_SECRET, ROUTING: ROUTING_KEY },
  now: () => number = Date.now,
): Promise<readonly FakeRequest[]> {
  const server = await startFakeServer(() => ({ status: 200, body: "ok" }));
  const where =
    changes.template === "slack" ? { url_secret: env("SLACK") } : { url: new URL(server.url) };
  const sink = await openSink({ ...where, ...changes }, { SLACK: server.url, ...secrets }, now);
  await sink.send(
    records.map((record) => encoded(sink, record)),
    never(),
  );
  await sink.close();
  await server.close();
  return server.requests;
}

function encoded(sink: Sink, record: ReturnType<typeof journaled>) {
  const form = sink.encode(record);
  if (!("body" in form)) throw new Error(form.reason);
  return form;
}

function json(request: FakeRequest | undefined): unknown {
  return JSON.parse(request?.body.toString("utf8") ?? "");
}

function flat(request: FakeRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

describe("signature of a webhook", () => {
  it("is what the reference library makes and takes, for any body", () => {
    const key = parseSigningSecret(SIGNING_SECRET) ?? new Uint8Array();
    fc.assert(
      fc.property(fc.json(), fc.nat(), (body, seed) => {
        const id = messageId([String(seed)]);
        const now = Date.now();
        const headers = signedHeaders(id, now, body, [key]);
        const library = new Webhook(SIGNING_SECRET);
        expect(headers["webhook-signature"]).toBe(library.sign(id, new Date(now), body));
        expect(library.verify(body, { ...headers })).toEqual(JSON.parse(body));
        expect(() => library.verify(`${body} `, { ...headers })).toThrow();
      }),
    );
  });

  it("is there twice during a rotation, so that either key verifies", async () => {
    const options = {
      signing_secret: env("KEY"),
      signing_secret_previous: env("OLD"),
    } as const;
    const secrets = { KEY: SIGNING_SECRET, OLD: PREVIOUS_SECRET };
    const [request] = await requestsFor(options, [journaled(1)], secrets);
    if (request === undefined) throw new Error("no request");
    for (const secret of [SIGNING_SECRET, PREVIOUS_SECRET])
      new Webhook(secret).verify(request.body.toString(), flat(request));
    const stranger = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    expect(() => new Webhook(stranger).verify(request.body.toString(), flat(request))).toThrow();
  });

  it("has an id that repeats with the events and a time that does not", async () => {
    let now = Date.parse("2026-03-02T10:00:00Z");
    const clock = () => {
      now += 1500;
      return now;
    };
    const options = { signing_secret: env("KEY") };
    const records = [journaled(1), journaled(2)];
    const secrets = { KEY: SIGNING_SECRET };
    const first = await requestsFor(options, records, secrets, clock);
    const second = await requestsFor(options, records, secrets, clock);
    const ids = (requests: readonly FakeRequest[]) =>
      requests.map((one) => flat(one)["webhook-id"]);
    expect(ids(first)).toEqual(ids(second));
    expect(new Set(ids(first)).size).toBe(2);
    expect(flat(first[0] as FakeRequest)["webhook-timestamp"]).not.toBe(
      flat(second[0] as FakeRequest)["webhook-timestamp"],
    );
  });

  it("never puts text of events into the id", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (ids) => {
        expect(messageId(ids)).toMatch(/^msg_[A-Za-z0-9_-]{32}$/);
      }),
    );
  });

  it.each([
    ["too short", Buffer.alloc(23).toString("base64"), false],
    ["shortest", Buffer.alloc(24).toString("base64"), true],
    ["longest", `whsec_${Buffer.alloc(64).toString("base64")}`, true],
    ["too long", `whsec_${Buffer.alloc(65).toString("base64")}`, false],
    ["no base64", "whsec_not base64 at all, is it, not at all", false],
    ["empty", "", false],
  ])("takes a key by its length: %s", (_, secret, isTaken) => {
    expect(parseSigningSecret(secret) !== undefined).toBe(isTaken);
  });
});

describe("generic message", () => {
  it("is type, time and the canonical event with its place in the chain", async () => {
    const record = criticalEvent(3);
    const [request] = await requestsFor({ signing_secret: env("KEY") }, [record]);
    expect(json(request)).toEqual({
      type: "claude.audit.security_event",
      timestamp: "2026-03-02T09:30:03.000Z",
      data: {
        ...(JSON.parse(JSON.stringify(record.event)) as object),
        chain_seq: 3,
        chain_hash: record.hash,
      },
    });
    expect(request?.headers["content-type"]).toBe("application/json");
  });

  it("holds many events where asked for", async () => {
    const options = { signing_secret: env("KEY"), batch: 10 };
    const requests = await requestsFor(options, [journaled(1), journaled(2), journaled(3)]);
    expect(requests).toHaveLength(1);
    expect(json(requests[0])).toMatchObject({
      type: "claude.audit.batch",
      timestamp: "2026-03-02T09:30:01.000Z",
      data: [{ chain_seq: 1 }, { chain_seq: 2 }, { chain_seq: 3 }],
    });
  });

  it("has no header from an event", async () => {
    for (const text of hostileTexts) {
      const record = journaled(1, { mcp_tool: text, department: text });
      const [request] = await requestsFor({ signing_secret: env("KEY") }, [record]);
      expect(Object.keys(request?.headers ?? {}).sort()).toEqual(
        ["connection", "content-length", "content-type", "host", "user-agent"]
          .concat(["webhook-id", "webhook-signature", "webhook-timestamp"])
          .sort(),
      );
    }
  });
});

describe("message to Slack", () => {
  it("has no markup from an event", async () => {
    const text = "<!channel> <https://evil.example|click> & *bold* \u202e";
    const record = criticalEvent(1, { department: text, details: { summary: text } });
    const [request] = await requestsFor({ template: "slack" }, [record]);
    const body = request?.body.toString() ?? "";
    expect(body).not.toMatch(/<|>|\u202e/);
    expect(body).toContain("&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp;");
    const { blocks } = JSON.parse(body) as { blocks: { fields?: { verbatim: boolean }[] }[] };
    const fields = blocks.flatMap((block) => block.fields ?? []);
    expect(fields.length).toBeGreaterThan(4);
    expect(fields.every(({ verbatim }) => verbatim)).toBe(true);
  });

  it("cuts long values, says so, and stays within Slack's limits", async () => {
    const sink = await openSink({ template: "slack", url_secret: env("X") }, {});
    const form = encoded(sink, criticalEvent(1, { department: "&".repeat(5000) }));
    expect(form.marks).toEqual([expect.stringMatching(/Department/)]);
    const { blocks } = JSON.parse(form.body) as { blocks: { fields?: { text: string }[] }[] };
    for (const { text } of blocks.flatMap((block) => block.fields ?? []))
      expect(text.length).toBeLessThanOrEqual(2000);
    expect(encoded(sink, criticalEvent(1)).marks).toBeUndefined();
  });

  it("escapes any text so that nothing is markup and nothing is lost", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMrkdwn(text);
        expect(escaped).not.toMatch(/[<>]/);
        const back = escaped.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
        expect(back).toBe(text);
      }),
    );
  });
});

describe("alert to PagerDuty", () => {
  it.each([
    ["critical", "critical"],
    ["high", "error"],
    ["medium", "warning"],
    ["low", "info"],
  ] as const)("maps %s to %s and deduplicates by event_id", async (severity, mapped) => {
    const record = criticalEvent(5, { severity } as never);
    const options = { template: "pagerduty", routing_key: env("ROUTING") } as const;
    const [request] = await requestsFor(options, [record]);
    expect(json(request)).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: "trigger",
      dedup_key: eventId(5),
      payload: {
        summary: "Claude: prompt_injection_attempt in clinical-research",
        severity: mapped,
        timestamp: "2026-03-02T09:30:05.000Z",
        custom_details: { event_id: eventId(5), chain_seq: 5, chain_hash: record.hash },
      },
    });
  });

  it("keeps the key out of the record, refuses what is too large and shortens long ids", async () => {
    const options = { template: "pagerduty", routing_key: env("R") } as const;
    const sink = await openSink(options, { R: ROUTING_KEY });
    expect(encoded(sink, criticalEvent(1)).body).not.toContain(ROUTING_KEY);
    const details = Object.fromEntries(
      Array.from({ length: 64 }, (_, index) => [`key${index}`, "x".repeat(8192)]),
    );
    expect(sink.encode(criticalEvent(1, { details }))).toMatchObject({
      reason: expect.stringMatching(/bytes/),
    });
    const { body } = encoded(sink, criticalEvent(1, { event_id: "e".repeat(256) }));
    expect((JSON.parse(body) as { dedup_key: string }).dedup_key).toHaveLength(64);
  });
});

describe("settings of webhooks that do not go together", () => {
  const good: WebhookOptions = {
    ...defaults,
    url: new URL("https://hooks.example.com/x"),
    signing_secret: env("KEY"),
  };
  it.each<[string, Partial<WebhookOptions>]>([
    ["signing_secret", { signing_secret: undefined }],
    ["url", { url: undefined }],
    ["url_secret", { url_secret: env("U") }],
    ["routing_key", { routing_key: env("R") }],
    [
      "batch",
      { template: "pagerduty", routing_key: env("R"), signing_secret: undefined, batch: 2 },
    ],
    ["routing_key", { template: "pagerduty", signing_secret: undefined }],
    ["url", { template: "slack", signing_secret: undefined }],
  ])("%s", (key, changes) => {
    expect(webhookConflicts({ ...good, ...changes })).toMatchObject([{ key }]);
  });

  it("are none of what is right", () => {
    const slack = { template: "slack", url_secret: env("U"), signing_secret: undefined } as const;
    const pagerduty = { template: "pagerduty", routing_key: env("R") } as const;
    expect(webhookConflicts(good)).toEqual([]);
    expect(webhookConflicts({ ...good, ...slack, url: undefined })).toEqual([]);
    expect(
      webhookConflicts({ ...good, ...pagerduty, url: undefined, signing_secret: undefined }),
    ).toEqual([]);
  });
});
