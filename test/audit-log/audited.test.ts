/** The real client of `@anthropic-ai/sdk` against the API's wire on loopback, with and without audit. */
import Anthropic, {
  APIConnectionTimeoutError,
  APIUserAbortError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { audited } from "../../src/audit-log/anthropic/audited.ts";
import { type Block, type FakeMessages, startFakeMessages } from "../wire/fake-messages.ts";
import { type Stage, setStage } from "./stage.ts";

const MODEL = "claude-opus-5";
const request = {
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "my secret question" }],
};
const context = {
  user: "ann",
  session_id: "s-1",
  department: "finance",
  mcp_integrations: ["wiki"],
  policy_flags: ["pilot"],
  labels: { app: "ledger" },
};

let api: FakeMessages;
let stage: Stage;
let plain: Anthropic;
let client: Anthropic;

beforeEach(async () => {
  api = await startFakeMessages();
  stage = await setStage();
  plain = new Anthropic({ apiKey: "key", baseURL: api.url, maxRetries: 2 });
  client = audited(plain, stage.log, context);
});

afterEach(async () => {
  await stage.end();
  await api.close();
});

const mcpCalls: readonly Block[] = [
  {
    type: "mcp_tool_use",
    id: "mcptoolu_1",
    name: "search",
    server_name: "github",
    input: { q: "x" },
  },
  { type: "mcp_tool_result", tool_use_id: "mcptoolu_1", is_error: false, content: [] },
  { type: "mcp_tool_use", id: "mcptoolu_2", name: "write", server_name: "github", input: {} },
  { type: "mcp_tool_result", tool_use_id: "mcptoolu_2", is_error: true, content: "no right" },
];
const toolCalls: readonly Block[] = [
  { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "q" } },
  {
    type: "web_search_tool_result",
    tool_use_id: "srvtoolu_1",
    content: { type: "web_search_tool_result_error", error_code: "unavailable" },
  },
  { type: "tool_use", id: "toolu_1", name: "get_balance", input: { account: "4711" } },
];

/** Every way to ask for the same message. */
const ways: readonly (readonly [string, (client: Anthropic) => Promise<unknown>])[] = [
  ["create", async (from) => from.messages.create(request)],
  ["create, beta", async (from) => from.beta.messages.create(request)],
  ["parse", async (from) => from.messages.parse(request)],
  [
    "create with stream: true",
    async (from) => {
      for await (const _ of await from.messages.create({ ...request, stream: true }));
    },
  ],
  ["stream()", (from) => from.messages.stream(request).finalMessage()],
  ["stream(), beta", (from) => from.beta.messages.stream(request).finalMessage()],
  ["withResponse", (from) => from.messages.create(request).withResponse()],
  [
    "asResponse, read as text",
    async (from) => (await from.messages.create(request).asResponse()).text(),
  ],
  ["asResponse, never read", async (from) => from.messages.create(request).asResponse()],
  ["post", async (from) => from.post("/v1/messages", { body: request })],
  ["toolRunner", (from) => from.beta.messages.toolRunner({ ...request, tools: [] }).runUntilDone()],
];

describe("a message that was asked for", () => {
  it.each(ways)("leaves one event with tokens, model, request and time: %s", async (_, ask) => {
    await ask(client);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const events = await stage.written();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      event_type: "activity_event",
      activity_type: "model_request",
      model_version: MODEL,
      session_id: "s-1",
      department: "finance",
      user_id_hash: stage.connector.pseudonymiser.userIdHash("ann"),
      request_id: "req_1",
      token_input: 3 + 17_241 + 1693,
      token_output: 42,
      token_cache_read: 17_241,
      token_cache_write: 1693,
      mcp_integrations: ["wiki"],
      labels: { app: "ledger", stop_reason: "end_turn", service_tier: "standard" },
    });
    expect(events[0]?.["duration_ms"]).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(stage.failures).toEqual([]);
  });

  it("leaves none when tokens are only counted", async () => {
    await client.messages.countTokens({ model: MODEL, messages: request.messages });
    expect(await stage.written()).toEqual([]);
  });

  it("has the same event when the same answer is told again, and another for another", async () => {
    await client.messages.create(request);
    await client.messages.create(request);
    const ids = (await stage.written()).map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("calls of tools", () => {
  it.each([false, true])("of the MCP connector are one query each (stream: %s)", async (stream) => {
    api.script({ content: [...mcpCalls, { type: "text", text: "done" }] });
    const servers = [
      { type: "url" as const, name: "github", url: "https://mcp.example.com" },
      { type: "url" as const, name: "jira", url: "https://jira.example.com" },
    ];
    const asked = { ...request, mcp_servers: servers, betas: ["mcp-client-2025-11-20"] };
    if (stream) await client.beta.messages.stream(asked).finalMessage();
    else await client.beta.messages.create(asked);
    const [model, ...queries] = await stage.written();
    expect(model).toMatchObject({ mcp_integrations: ["wiki", "github", "jira"] });
    const named = { activity_type: "mcp_query", mcp_server: "github", session_id: "s-1" };
    expect(queries).toMatchObject([
      { ...named, mcp_tool: "search", mcp_outcome: "success" },
      { ...named, mcp_tool: "write", mcp_outcome: "failure" },
    ]);
    expect(queries[0]).not.toHaveProperty("token_input");
  });

  it.each([false, true])("of other tools are one use each (stream: %s)", async (stream) => {
    api.script({ content: toolCalls, stop_reason: "tool_use" });
    if (stream) await client.messages.stream(request).finalMessage();
    else await client.messages.create(request);
    const [, search, balance] = await stage.written();
    expect(search).toMatchObject({
      activity_type: "tool_use",
      mcp_outcome: "failure",
      labels: { tool_name: "web_search", tool_source: "server" },
    });
    expect(balance).toMatchObject({
      activity_type: "tool_use",
      mcp_outcome: "unknown",
      labels: { tool_name: "get_balance", tool_source: "client", tool_use_id: "toolu_1" },
    });
    expect(JSON.stringify([search, balance])).not.toContain("4711");
  });

  it("tell a refusal of the model as a security event", async () => {
    api.script({ stop_reason: "refusal", stop_details: { type: "refusal", category: "cyber" } });
    await client.messages.create(request);
    const [model, refusal] = await stage.written();
    expect(model).toMatchObject({ labels: { stop_reason: "refusal" } });
    expect(refusal).toMatchObject({
      event_type: "security_event",
      severity: "medium",
      security_flags: ["model_refusal"],
      details: { category: "cyber" },
    });
  });
});

describe("results of a batch", () => {
  it("are one event each, the same ones when they are fetched again", async () => {
    const usage = { input_tokens: 5, output_tokens: 6 };
    const message = { id: "msg_b", type: "message", model: MODEL, content: [...mcpCalls], usage };
    const error = { type: "error", error: { type: "invalid_request_error", message: "a secret" } };
    const results = [
      { custom_id: "one", result: { type: "succeeded", message } },
      { custom_id: "two", result: { type: "errored", error } },
      { custom_id: "three", result: { type: "expired" } },
    ];
    api.setResults(results);
    const fetched: unknown[] = [];
    for (let n = 0; n < 2; n += 1)
      for await (const one of await client.messages.batches.results("batch_1")) fetched.push(one);
    expect(fetched).toEqual([...results, ...results]);
    const events = await stage.written();
    const [first, second] = [events.slice(0, 5), events.slice(5)].map((half) =>
      half.map(({ event_id }) => event_id),
    );
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(5);
    const batch = { batch: "true", app: "ledger" };
    expect(events.slice(0, 5)).toMatchObject([
      { activity_type: "model_request", token_input: 5, token_output: 6, labels: batch },
      { activity_type: "mcp_query", mcp_tool: "search", mcp_outcome: "success" },
      { activity_type: "mcp_query", mcp_tool: "write", mcp_outcome: "failure" },
      { mcp_outcome: "failure", labels: { ...batch, error_type: "invalid_request_error" } },
      { mcp_outcome: "failure", labels: { ...batch, error_type: "expired" } },
    ]);
    expect(events[0]).not.toHaveProperty("duration_ms");
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(stage.failures).toEqual([]);
  });
});

describe("what goes wrong", () => {
  it("reaches the program as without audit, and is told with each attempt", async () => {
    const error = { status: 429, type: "rate_limit_error", retryAfter: "0" };
    api.script({ error }, { error }, { error });
    await expect(client.messages.create(request)).rejects.toThrow(RateLimitError);
    const events = await stage.written();
    expect(events).toMatchObject([
      { mcp_outcome: "failure", policy_flags: ["pilot", "api_rate_limited"], request_id: "req_1" },
      { labels: { attempt: "2", error_type: "rate_limit_error", status_code: "429" } },
      { labels: { attempt: "3" } },
    ]);
    expect(events[0]).not.toHaveProperty("token_input");
    expect(JSON.stringify(events)).not.toContain("a text about it");
  });

  it("is followed by the attempt that succeeds", async () => {
    api.script({ error: { status: 529, type: "overloaded_error", retryAfter: "0" } });
    await client.messages.create(request);
    expect(await stage.written()).toMatchObject([
      { mcp_outcome: "failure", labels: { error_type: "overloaded_error" } },
      { token_output: 42, labels: { attempt: "2", stop_reason: "end_turn" } },
    ]);
  });

  it("with the connection is told without a request", async () => {
    await api.close();
    const once = audited(plain.withOptions({ maxRetries: 0 }), stage.log);
    await expect(once.messages.create(request)).rejects.toThrow(Anthropic.APIConnectionError);
    expect(await stage.written()).toMatchObject([
      { mcp_outcome: "failure", model_version: MODEL, labels: { error_type: "ECONNREFUSED" } },
    ]);
  });

  it.each(["error", "reset"] as const)("in the middle of a stream is told (%s)", async (how) => {
    api.script({ breakAfter: { events: 4, how }, paceMs: 10 });
    const reading = async (from: Anthropic) => {
      for await (const _ of await from.messages.create({ ...request, stream: true }));
    };
    const told = await reading(client).catch((cause: unknown) => cause);
    api.script({ breakAfter: { events: 4, how }, paceMs: 10 });
    const expected = await reading(plain).catch((cause: unknown) => cause);
    expect(told).toBeInstanceOf(Error);
    expect((told as Error).constructor).toBe((expected as Error).constructor);
    expect(await stage.written()).toMatchObject([
      { mcp_outcome: "failure", token_input: 18_937, labels: { stream: "true" } },
    ]);
  });
});

describe("an answer that does not come in time", () => {
  it("is an error as without audit, and no program that gave up", async () => {
    api.script({ hang: true });
    const asked = client.messages.create(request, { timeout: 40, maxRetries: 0 });
    await expect(asked).rejects.toThrow(APIConnectionTimeoutError);
    expect(await stage.written()).toMatchObject([
      { mcp_outcome: "failure", labels: { error_type: "timeout" } },
    ]);
  });
});

describe("a program that gives up", () => {
  it("by a signal before the answer gets the client's own error", async () => {
    api.script({ hang: true });
    const giving = new AbortController();
    const asked = client.messages.create(request, { signal: giving.signal });
    setTimeout(() => giving.abort(), 30);
    await expect(asked).rejects.toThrow(APIUserAbortError);
    expect(await stage.written()).toMatchObject([{ labels: { ended: "aborted" } }]);
  });

  it("by leaving a stream closes the connection, and what was used is told", async () => {
    api.script({ paceMs: 15 });
    for await (const event of await client.messages.create({ ...request, stream: true }))
      if (event.type === "content_block_start") break;
    expect(await stage.written()).toMatchObject([
      { token_input: 18_937, token_output: 1, labels: { ended: "aborted" } },
    ]);
    await expect.poll(() => api.dropped()).toBe(1);
  });

  it("by abort() of a stream before the answer hears of it as without audit", async () => {
    api.script({ hang: true });
    const stream = client.messages.stream(request);
    setTimeout(() => stream.abort(), 30);
    await expect(stream.finalMessage()).rejects.toThrow(APIUserAbortError);
    expect(await stage.written()).toMatchObject([{ labels: { ended: "aborted" } }]);
  });

  it("by abort() of a stream hears of it as without audit", async () => {
    api.script({ paceMs: 15 });
    const stream = client.messages.stream(request);
    stream.on("text", () => stream.abort());
    await expect(stream.finalMessage()).rejects.toThrow(APIUserAbortError);
    expect(await stage.written()).toMatchObject([{ labels: { ended: "aborted" } }]);
  });

  it("on a stream it never reads is told at the end of the log", async () => {
    await client.messages.create({ ...request, stream: true });
    expect(await stage.written()).toEqual([]);
    await stage.log.close();
    expect(await stage.written()).toMatchObject([{ labels: { ended: "unread" } }]);
  });
});
