/** The receiver as its protocol says (OTLP 1.x, "OTLP/HTTP"). */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { otlpConflicts, otlpOptions } from "../../../src/source/otlp/options.ts";
import { until } from "../../conformance/source.ts";
import { decodeAnswer, decodeStatus, encodeRequest } from "../../wire/otlp.ts";
import { settingsOf } from "../settings.ts";
import { requestOf, Stand } from "./stand.ts";

const BINARY = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const one = requestOf({ "event.name": "user_prompt", prompt_length: 5 });
const TOKEN = "a-token-of-the-clients";

let stand: Stand;

beforeEach(async () => {
  stand = await Stand.open();
});

afterEach(() => stand.close());

async function reopen(settings: string): Promise<void> {
  await stand.close();
  stand = await Stand.open(settings, {
    readSecret: () => TOKEN,
  });
}

describe("takes", () => {
  it("compressed bodies", async () => {
    const headers = { ...BINARY, "content-encoding": "gzip" };
    const { status } = await stand.post("/v1/logs", gzipSync(encodeRequest("logs", one)), headers);
    expect(status).toBe(200);
    expect(stand.kept).toHaveLength(1);
  });

  it("bodies in pieces, as some versions of the client send them", async () => {
    const bytes = encodeRequest("logs", one);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 20));
        controller.enqueue(bytes.subarray(20));
        controller.close();
      },
    });
    const answer = await fetch(`http://${stand.source.address?.()}/v1/logs`, {
      method: "POST",
      headers: BINARY,
      body,
      duplex: "half",
    } as RequestInit);
    expect(answer.status).toBe(200);
    expect(stand.kept).toHaveLength(1);
  });

  it.each([
    ["an empty message", "", BINARY],
    ["an empty object", "{}", { "content-type": "application/json; charset=utf-8" }],
    ["members that are new", '{"resourceLogs":[],"newer":{}}', JSON_TYPE],
  ])("%s as a success", async (_name, body, headers) => {
    const { status } = await stand.post("/v1/logs", body, headers);
    expect(status).toBe(200);
  });

  it("attributes of the resource for every record", async () => {
    const [resourceLogs] = one.resourceLogs;
    const attributes = [{ key: "department", value: { stringValue: "legal" } }];
    const request = { resourceLogs: [{ ...resourceLogs, resource: { attributes } }] };
    await stand.binary("logs", request);
    await stand.json("logs", request);
    expect(stand.kept.map(({ department }) => department)).toEqual(["legal", "legal"]);
  });

  it("names of newer clients, from the record itself, and bodies with the prefix", async () => {
    const record = { timeUnixNano: "1795479758134000000" };
    const logRecords = [
      { ...record, eventName: "claude_code.api_refusal" },
      { ...record, body: { stringValue: "claude_code.auth" } },
      record,
    ];
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
    await stand.binary("logs", request);
    const names = ["api_refusal", "auth", "unnamed"];
    expect(stand.kept.map(({ labels }) => labels?.["event_name"])).toEqual(names);
    await stand.json("logs", request);
    expect(stand.kept.slice(3)).toEqual(stand.kept.slice(0, 3));
  });

  it("nanoseconds in full, so that ids are equal in both encodings", async () => {
    const logRecords = [{ timeUnixNano: "1782787411836681529", attributes: [] }];
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
    await stand.binary("logs", request);
    await stand.json("logs", request);
    expect(stand.kept[0]?.timestamp).toBe("2026-06-30T02:43:31.836Z");
    expect(stand.kept[1]).toEqual(stand.kept[0]);
  });

  it("text that is no UTF-8 in one value, without losing the record", async () => {
    const bytes = Buffer.from(
      encodeRequest("logs", requestOf({ "event.name": "x", prompt: "@@" })),
    );
    const at = bytes.indexOf("@@");
    bytes[at] = 0xff;
    expect((await stand.post("/v1/logs", bytes, BINARY)).status).toBe(200);
    expect(stand.kept).toHaveLength(1);
  });

  it("metrics, and leaves them alone", async () => {
    const dataPoints = [{ asDouble: 1 }, { asDouble: 2 }];
    const metrics = [{ name: "claude_code.token.usage", sum: { dataPoints } }];
    const request = { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
    expect((await stand.binary("metrics", request)).status).toBe(200);
    expect((await stand.json("metrics", request)).bytes.toString()).toBe("{}");
    expect(stand.kept).toEqual([]);
    expect(stand.noted("metric_points_ignored")).toBe(4);
    const advice = stand.source.notes?.().map(({ instruction }) => instruction);
    expect(advice?.join()).toContain("OTEL_LOGS_EXPORTER=otlp");
  });
});

describe("tells", () => {
  const timeless = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes: [] }, ...records()] }] }],
  };

  function records(): readonly object[] {
    const [first] = one.resourceLogs as readonly [
      { readonly scopeLogs: readonly [{ readonly logRecords: readonly object[] }] },
    ];
    return first.scopeLogs[0].logRecords;
  }

  it("how many records of a request are no events", async () => {
    const { status, bytes } = await stand.binary("logs", timeless);
    expect(status).toBe(200);
    expect(decodeAnswer(bytes)).toEqual({
      partialSuccess: { rejected: 1, errorMessage: expect.stringContaining("S713") },
    });
    const json = JSON.parse((await stand.json("logs", timeless)).bytes.toString()) as unknown;
    expect(json).toEqual({
      partialSuccess: { rejectedLogRecords: "1", errorMessage: expect.any(String) },
    });
    expect(stand.kept).toHaveLength(2);
    expect(stand.rejects).toHaveLength(2);
  });

  it("that spans have to go elsewhere", async () => {
    const request = {
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: "a" }, { name: "b" }] }] }],
    };
    const { status, bytes } = await stand.binary("traces", request);
    expect(status).toBe(200);
    expect(decodeAnswer(bytes)).toEqual({
      partialSuccess: {
        rejected: 2,
        errorMessage: expect.stringContaining("OTEL_TRACES_EXPORTER=none"),
      },
    });
    expect((await stand.json("traces", request)).bytes.toString()).toContain('"rejectedSpans":"2"');
    expect(stand.noted("spans_refused")).toBe(4);
  });

  it("nothing before records are durable", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    stand.gate = promise;
    let answered = false;
    const answer = stand.binary("logs", one).then(() => {
      answered = true;
    });
    await new Promise((wait) => setTimeout(wait, 60));
    expect(answered).toBe(false);
    resolve();
    await answer;
    expect(stand.kept).toHaveLength(1);
  });

  it("that a sender has to come again when records are not durable in time", async () => {
    await reopen("answer_timeout: 100ms");
    const { promise, resolve } = Promise.withResolvers<void>();
    stand.gate = promise;
    const { status, headers, bytes } = await stand.binary("logs", one);
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect(decodeStatus(bytes)).toMatchObject({ code: 14 });
    resolve();
    await until("it is durable all the same", () => stand.kept.length === 1);
    await stand.binary("logs", one);
    expect(new Set(stand.kept.map(({ event_id }) => event_id)).size).toBe(1);
  });
});

describe("refuses", () => {
  it.each<[string, number, string, Uint8Array | string, Record<string, string>]>([
    ["another path", 404, "/v1/events", "{}", JSON_TYPE],
    ["another type", 415, "/v1/logs", "x", { "content-type": "text/plain" }],
    ["no type", 415, "/v1/logs", Buffer.from("x"), {}],
    [
      "another charset",
      415,
      "/v1/logs",
      "{}",
      { "content-type": "application/json;charset=latin1" },
    ],
    ["another coding", 415, "/v1/logs", "{}", { ...JSON_TYPE, "content-encoding": "br" }],
    ["broken gzip", 400, "/v1/logs", "{}", { ...JSON_TYPE, "content-encoding": "gzip" }],
    ["bytes that are no message", 400, "/v1/logs", "hello world", BINARY],
    ["a message that is cut", 400, "/v1/logs", encodeRequest("logs", one).subarray(0, 50), BINARY],
    ["text that is not JSON", 400, "/v1/logs", "{", JSON_TYPE],
    ["text that is no UTF-8", 400, "/v1/logs", Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPE],
    ["a list", 400, "/v1/logs", "[]", JSON_TYPE],
    ["metrics among logs", 400, "/v1/logs", '{"resourceMetrics":[]}', JSON_TYPE],
    ["logs that are no list", 400, "/v1/logs", '{"resourceLogs":{}}', JSON_TYPE],
    ["a body that is too large", 413, "/v1/logs", Buffer.alloc(70_000), BINARY],
  ])("%s with a reason", async (_name, expected, path, body, headers) => {
    await reopen("body_max: 64KiB");
    const { status, headers: given, bytes } = await stand.post(path, body, headers);
    expect(status).toBe(expected);
    const isBinary = headers["content-type"] === "application/x-protobuf";
    expect(given.get("content-type")).toBe(
      isBinary ? "application/x-protobuf" : "application/json",
    );
    const told = isBinary
      ? decodeStatus(bytes)
      : (JSON.parse(bytes.toString()) as { readonly code: number; readonly message: string });
    expect(told.code).toBeGreaterThan(0);
    expect(told.message).toMatch(/^[A-Z].*\.$/);
    expect(stand.kept).toEqual([]);
  });

  it("bombs", async () => {
    await reopen("body_max: 64KiB");
    const headers = { ...BINARY, "content-encoding": "gzip" };
    const { status } = await stand.post("/v1/logs", gzipSync(Buffer.alloc(5_000_000)), headers);
    expect(status).toBe(413);
  });

  it("more records than it takes at once", async () => {
    await reopen("events_max: 2");
    const three = requestOf({}, {}, {});
    const { status, bytes } = await stand.binary("logs", three);
    expect(status).toBe(413);
    expect(decodeStatus(bytes).message).toContain("2 events");
  });

  it("strangers", async () => {
    await reopen("tokens: [{env: TOKEN}]");
    expect((await stand.binary("logs", one)).status).toBe(401);
    const authorization = `Bearer ${TOKEN}`;
    const body = encodeRequest("logs", one);
    expect((await stand.post("/v1/logs", body, { ...BINARY, authorization })).status).toBe(200);
    expect(stand.kept).toHaveLength(1);
  });

  it("for the moment, while nothing can be written", async () => {
    stand.isReady = false;
    const { status, headers, bytes } = await stand.binary("logs", one);
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect(decodeStatus(bytes).code).toBe(14);
  });

  it("senders that are too fast, by records", async () => {
    await reopen("events_per_second: 10");
    expect((await stand.binary("logs", requestOf(...Array(30).fill({})))).status).toBe(200);
    const { status, headers } = await stand.binary("logs", one);
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(2);
  });
});

describe("settings", () => {
  it("leave no receiver open to the network without TLS and tokens", () => {
    const open = settingsOf(otlpOptions, "listen: 0.0.0.0:4318");
    expect(otlpConflicts(open).map(({ key }) => key)).toEqual(["listen", "listen"]);
    const local = settingsOf(otlpOptions, "");
    expect(otlpConflicts(local)).toEqual([]);
    expect(local.listen).toEqual({ host: "127.0.0.1", port: 4318 });
  });

  it("tell how to make a silent client send", async () => {
    await reopen("tokens: [{env: TOKEN}]");
    const advice = stand.source.whenSilent?.() ?? "";
    for (const word of ["CLAUDE_CODE_ENABLE_TELEMETRY=1", "OTEL_LOGS_EXPORTER=otlp", "Bearer …"])
      expect(advice).toContain(word);
    expect(advice).not.toContain(TOKEN);
  });
});
