/** An audited client is, to its program, the client it was made from. */
import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audited } from "../../src/audit-log/anthropic/audited.ts";
import { createAuditLog } from "../../src/audit-log/audit-log.ts";
import { type FakeMessages, startFakeMessages } from "../wire/fake-messages.ts";
import { type Stage, setStage } from "./stage.ts";

const request = {
  model: "claude-opus-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "hello" }],
};

let api: FakeMessages;
let stage: Stage;
let plain: Anthropic;

beforeEach(async () => {
  api = await startFakeMessages();
  stage = await setStage();
  plain = new Anthropic({ apiKey: "key", baseURL: api.url, maxRetries: 0 });
});

afterEach(async () => {
  await stage.end();
  await api.close();
});

/** The same answers without what differs from request to request. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/(msg|req)_\d+/g, "$1"));
}

describe("an audited client", () => {
  it("is of the same class, keeps its own middleware, and leaves the given client alone", async () => {
    const seen: string[] = [];
    const own = plain.withOptions({
      middleware: [
        (sent, next) => {
          seen.push(new URL(sent.url).pathname);
          return next(sent);
        },
      ],
    });
    const client = audited(own, stage.log);
    expect(client).toBeInstanceOf(Anthropic);
    expect(client).not.toBe(own);
    await client.messages.create(request);
    await own.messages.create(request);
    expect(seen).toEqual(["/v1/messages", "/v1/messages"]);
    expect(await stage.written()).toHaveLength(1);
  });

  it("gives the same answers, bytes and events of streams", async () => {
    const client = audited(plain, stage.log);
    const answers = async (from: Anthropic): Promise<unknown> => {
      const whole = await from.messages.create(request);
      const { data, request_id, response } = await from.messages.create(request).withResponse();
      const events: unknown[] = [];
      for await (const event of await from.messages.create({ ...request, stream: true }))
        events.push(event);
      const raw = await from.messages.create({ ...request, stream: true }).asResponse();
      const [one, two] = (await from.messages.create({ ...request, stream: true })).tee();
      const teed: unknown[] = [];
      for await (const event of one) teed.push(event);
      for await (const event of two) teed.push(event);
      const helper = from.messages.stream(request);
      const texts: string[] = [];
      helper.on("text", (text) => texts.push(text));
      return [
        [whole, whole._request_id, data, request_id, response.status, response.url],
        [events, raw.url, raw.status, raw.headers.get("content-type"), await raw.text()],
        [teed, await helper.finalText(), texts, helper.request_id],
      ];
    };
    expect(comparable(await answers(client))).toEqual(comparable(await answers(plain)));
    expect(stage.failures).toEqual([]);
    expect(await stage.written()).toHaveLength(6);
  });

  it("sends the same requests", async () => {
    await plain.beta.messages.create({ ...request, betas: ["a"], metadata: { user_id: "x" } });
    await audited(plain, stage.log).beta.messages.create({
      ...request,
      betas: ["a"],
      metadata: { user_id: "x" },
    });
    expect(api.requests[1]).toEqual(api.requests[0]);
  });

  it("is audited once, however often it is given, with the last context", async () => {
    const client = audited(audited(plain, stage.log), stage.log, { department: "legal" });
    await client.withOptions({ timeout: 5000 }).messages.create(request);
    expect(await stage.written()).toMatchObject([{ department: "legal" }]);
  });

  it("takes its context at each request from a function", async () => {
    let user = "ann";
    const client = audited(plain, stage.log, () => ({ user }));
    await client.messages.create(request);
    user = "bob";
    await client.messages.create(request);
    const { pseudonymiser } = stage.connector;
    expect(await stage.written()).toMatchObject([
      { user_id_hash: pseudonymiser.userIdHash("ann") },
      { user_id_hash: pseudonymiser.userIdHash("bob") },
    ]);
  });

  it("works where the context fails and the log is stopped, and the failures are counted", async () => {
    const client = audited(plain, stage.log, () => {
      throw new Error("no store");
    });
    await expect(client.messages.create(request)).resolves.toHaveProperty("id");
    await stage.written();
    expect(stage.failures.map(({ diagnostic }) => diagnostic.code)).toEqual(["A104"]);
    await stage.connector.stop(0);
    await expect(client.messages.create(request)).resolves.toHaveProperty("id");
    await stage.log.settled();
    expect(stage.log.status().failed).toBe(3);
  });

  it("never waits for the disk, and keeps no more than a bounded number of events", async () => {
    // A journal that takes an event and never answers.
    stage.connector.append = () => new Promise(() => {});
    const log = await createAuditLog(stage.connector, { waitingMax: 3, onFailure: () => {} });
    const client = audited(plain, log);
    for (let n = 0; n < 5; n += 1)
      await expect(client.messages.stream(request).finalMessage()).resolves.toHaveProperty("id");
    await expect.poll(() => log.status()).toMatchObject({ waiting: 3, failed: 2 });
  });

  it("is seen through its fetch where the client has no middleware yet", async () => {
    class OlderClient {
      readonly fetch: typeof fetch;
      constructor(options: { readonly fetch: typeof fetch }) {
        this.fetch = options.fetch;
      }
      withOptions(options: { readonly fetch: typeof fetch }): OlderClient {
        return new OlderClient(options);
      }
      async ask(): Promise<unknown> {
        const ask = this.fetch;
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify(request);
        const response = await ask(`${api.url}/v1/messages`, { method: "POST", headers, body });
        return response.json();
      }
    }
    const client = audited(audited(new OlderClient({ fetch }), stage.log), stage.log);
    await expect(client.ask()).resolves.toHaveProperty("id", "msg_1");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stage.written()).toMatchObject([
      { model_version: "claude-opus-5", token_output: 42, request_id: "req_1" },
    ]);
  });

  it("is returned as it is when there is no way to look, and that is told", () => {
    const other = { messages: {} };
    expect(audited(other, stage.log)).toBe(other);
    expect(stage.failures[0]?.diagnostic.code).toBe("A105");
  });

  it("lets a stream go by at the pace of its reader", async () => {
    const client = audited(plain, stage.log);
    const big = "x".repeat(200_000);
    api.script({ content: Array.from({ length: 60 }, () => ({ type: "text", text: big })) });
    const response = await client.messages.create({ ...request, stream: true }).asResponse();
    const reader = response.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await reader?.cancel();
    expect(await stage.written()).toMatchObject([{ labels: { ended: "aborted" } }]);
    await expect.poll(() => api.dropped()).toBe(1);
  });
});
