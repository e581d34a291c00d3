/** What the package splunk-logging does not do by itself, seen from outside. */
import * as splunkLogging from "splunk-logging";
import { afterEach, describe, expect, it } from "vitest";
import { createSplunkLoggingTransport } from "../../../src/sink/splunk/splunk-logging-transport.ts";
import { type FakeServer, startFakeServer } from "../../wire/fake-server.ts";
import { never } from "./open.ts";

const SUCCESS = { status: 200, body: '{"text":"Success","code":0}' };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Deadlines are far away: what ends sooner does so for another reason. */
async function start() {
  const server = await startFakeServer(() => SUCCESS);
  cleanups.push(server.close);
  const transport = createSplunkLoggingTransport(splunkLogging, {
    timeoutMs: 60_000,
    caFile: undefined,
  });
  cleanups.push(transport.close);
  const post = (bodies: readonly string[], signal = never()) =>
    transport.post(
      { url: new URL(server.url), token: "secret", channel: undefined, bodies },
      signal,
    );
  return { server, post };
}

async function untilClosed(server: FakeServer): Promise<number> {
  for (let tries = 0; tries < 100 && server.openConnections() > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return server.openConnections();
}

describe("splunk-logging as a transport", () => {
  it("ends an answer without end at its cap and drops the connection", async () => {
    const { server, post } = await start();
    await server.inject({ kind: "flood" });
    expect(await post(["{}"])).toMatchObject({ failure: "oversized" });
    expect(await untilClosed(server)).toBe(0);
  });

  it.each([{ kind: "reset-mid-answer" }, { kind: "truncated" }] as const)(
    "sees that the answer broke off ($kind), which the package does not report",
    async (fault) => {
      const { server, post } = await start();
      await server.inject(fault);
      expect(await post(["{}"])).toMatchObject({ failure: "network" });
      await server.heal();
      expect(await post(["{}"])).toMatchObject({ status: 200 });
    },
  );

  it("drops the connection of an attempt that was given up", async () => {
    const { server, post } = await start();
    await server.inject({ kind: "hang" });
    const stop = new AbortController();
    const given = post(["{}"], stop.signal);
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(await given).toMatchObject({ failure: "aborted" });
    expect(await untilClosed(server)).toBe(0);
    const posted = server.requests.length;
    expect(await post(["{}"], stop.signal)).toMatchObject({ failure: "aborted" });
    expect(server.requests).toHaveLength(posted);
  });

  it("sends bytes as they are, each batch once, and leaves nothing in the queue", async () => {
    const { server, post } = await start();
    const texts = ['{"a":1.0}', '{"b":"\u2028ä😀"}', '{"c":1e400,"c":2}'];
    await post(texts);
    await post(["{}"]);
    expect(server.requests.map(({ body }) => body.toString())).toEqual([texts.join(""), "{}"]);
  });

  it("sends nothing again by itself", async () => {
    const { server, post } = await start();
    await server.inject({ kind: "reset-unread" });
    expect(await post(["{}"])).toMatchObject({ failure: "network" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.requests).toHaveLength(1);
  });

  it("never posts an empty batch", async () => {
    const { server, post } = await start();
    await expect(post([])).rejects.toThrow("empty batch");
    expect(server.requests).toEqual([]);
  });
});
