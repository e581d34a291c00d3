import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RETRY_AFTER_MS_MAX, retryAfterMs } from "../../src/delivery/retry-after.ts";
import { fault } from "./cases.ts";
import { Ground, pause } from "./ground.ts";
import { archive, elastic, sentinel, splunk, webhook } from "./product.ts";

let ground: Ground;

beforeEach(() => {
  ground = new Ground();
});

afterEach(() => ground.close());

/** Waits until a product holds as many events. */
async function holds(product: { readonly held: () => readonly unknown[] }, count: number) {
  for (let tries = 0; tries < 800 && product.held().length < count; tries += 1) await pause(5);
  expect(product.held().length).toBeGreaterThanOrEqual(count);
}

describe(fault(16), () => {
  const now = Date.parse("2026-03-02T09:30:00Z");

  it.each([
    ["120", 120_000],
    ["0", 0],
    ["Mon, 02 Mar 2026 09:30:07 GMT", 7000],
    ["Mon, 02 Mar 2026 09:00:00 GMT", 0],
    ["Fri, 01 Jan 2100 00:00:00 GMT", RETRY_AFTER_MS_MAX],
    ["1000000000", RETRY_AFTER_MS_MAX],
    ["99999999999999999999", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["2026-03-02", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j means a delay of %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  it.each([undefined, "0", "-5", "soon", "Mon, 02 Mar 2020 09:30:00 GMT"])(
    "%j with a status 429: everything is delivered later",
    async (retryAfter) => {
      ground.products = [await elastic(ground), await splunk(ground), await webhook(ground)];
      await ground.start();
      await ground.setUp();
      const wire = { kind: "status", status: 429, ...(retryAfter && { retryAfter }) } as const;
      for (const product of ground.products) await product.inject?.(wire, 3);
      await ground.append(30);
      await ground.caughtUp();
      expect((await ground.verdict()).problems).toEqual([]);
    },
  );
});

describe(fault(17), () => {
  it("asks seldom while it lasts, delivers everything after it, and never in parallel at first", async () => {
    const product = await webhook(ground);
    ground.products = [product];
    await ground.start();
    await product.inject?.({ kind: "status", status: 503 });
    await ground.append(400);
    await pause(600);
    // With delays of up to 40 ms there is room for some 30 attempts, one at a time.
    expect(product.server.requests.length).toBeLessThan(120);
    expect(ground.connector.status().sinks[0]).toMatchObject({ state: "retrying", concurrency: 1 });
    expect((await ground.verdict()).problems).toEqual([]);
  });
});

describe(fault(18), () => {
  it("halves the batch until it fits, and buries the one event that never will", async () => {
    const product = await elastic(ground);
    ground.products = [product];
    await ground.start();
    await ground.setUp();
    product.fake.limitBody(6000);
    await ground.append(50);
    await ground.offer([
      {
        event_id: "00000000-0000-4000-8000-0000000fffff",
        event_type: "session_end",
        timestamp: "2026-03-02T09:30:00.000Z",
        department: "x".repeat(250),
        labels: { a: "y".repeat(4000), b: "z".repeat(4000) },
        session_id: "7d1c2b3a-0000-4000-8000-00000000beef",
        user_id_hash: "a".repeat(64),
        model_version: "claude-sonnet-4-5-20250929",
        data_classification: "public",
        mcp_integrations: [],
        token_input: 1,
        token_output: 1,
        duration_ms: 1,
        policy_flags: [],
        security_flags: [],
      },
    ]);
    await ground.append(50);
    await ground.caughtUp();
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    expect(sinks).toEqual({ elastic: { delivered: 100, duplicates: 0, deadLetters: 1 } });
  });
});

describe(fault(19), () => {
  it("keeps everything, says what to do, and goes on when the new secret is there", async () => {
    const cluster = await elastic(ground);
    const collector = await splunk(ground);
    const azure = await sentinel(ground);
    ground.products = [cluster, collector, azure];
    await ground.start();
    await ground.setUp();
    await ground.append(10);
    await ground.caughtUp();
    cluster.fake.revoke("ApiKey d3JpdGVyOndyaXRlci1zZWNyZXQ=");
    cluster.fake.grant("ApiKey bmV3OmtleQ==", { index: ["create_doc"], cluster: ["monitor"] });
    collector.fake.tokens = [
      { value: "99999999-2222-3333-4444-555555555555", indexes: ["main"], acknowledges: true },
    ];
    azure.writer.secret = "another-secret-~1";
    await azure.misfortunes.find(({ name }) => name === "tokens expired")?.happen();
    await ground.append(20);
    for (let tries = 0; tries < 400; tries += 1) {
      if (ground.connector.status().sinks.every(({ state }) => state === "held")) break;
      await pause(5);
    }
    for (const { state, lastError } of ground.connector.status().sinks) {
      expect(state).toBe("held");
      expect(lastError?.instruction ?? "").not.toBe("");
    }
    Object.assign(ground.environment, {
      ELASTIC_KEY: "bmV3OmtleQ==",
      HEC_TOKEN: "99999999-2222-3333-4444-555555555555",
      AZURE_SECRET: "another-secret-~1",
    });
    await ground.caughtUp();
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    for (const { delivered, deadLetters } of Object.values(sinks))
      expect([delivered, deadLetters]).toEqual([30, 0]);
    const secrets =
      /bmV3OmtleQ|99999999-2222|another-secret|writer-secret|d3JpdGVy|11111111-2222-3333/;
    expect(ground.log.join("\n")).not.toMatch(secrets);
  });
});

describe(fault(34), () => {
  it("delivers to the others at once, and to the broken one from its own place later", async () => {
    const cluster = await elastic(ground);
    const hook = await webhook(ground);
    const files = await archive(ground);
    ground.products = [cluster, hook, files];
    await ground.start();
    await ground.setUp();
    await cluster.inject?.({ kind: "hang" });
    await ground.append(300);
    await holds(hook, 300);
    await holds(files, 300);
    expect(cluster.held()).toEqual([]);
    await ground.stop();
    await ground.start();
    await ground.append(10);
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    expect(sinks["elastic"]).toEqual({ delivered: 310, duplicates: 0, deadLetters: 0 });
    // The cursors of the others were written at the stop.
    expect(sinks["webhook"]).toEqual({ delivered: 310, duplicates: 0, deadLetters: 0 });
  });
});
