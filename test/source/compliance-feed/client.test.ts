import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHttpClient } from "../../../src/sink/http/post.ts";
import { RequestBudget } from "../../../src/source/compliance-feed/budget.ts";
import { ApiClient, type ApiResult } from "../../../src/source/compliance-feed/client.ts";
import { ACTIVITIES_PATH } from "../../../src/source/compliance-feed/page.ts";

const KEY = "sk-ant-api01-secret";
const ORIGIN = "https://api.anthropic.com";
const empty = { data: [], has_more: false, first_id: null, last_id: null };

let naps: number[];
let nowMs: number;

beforeEach(() => {
  naps = [];
  nowMs = Date.parse("2026-04-21T14:38:02Z");
  nock.disableNetConnect();
});

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  nock.enableNetConnect();
});

async function sleep(ms: number): Promise<void> {
  naps.push(ms);
  nowMs += ms;
}

function client(url: string = ORIGIN, readSecret: () => string = () => KEY): ApiClient {
  return new ApiClient({
    http: createHttpClient({ timeoutMs: 2000 }),
    budget: new RequestBudget(600, () => nowMs, sleep),
    url: new URL(url),
    apiKey: { from: "env", name: "KEY" },
    readSecret,
    userAgent: "claude-siem (test)",
    sleep,
    random: () => 0.5,
  });
}

function ask(of: ApiClient = client()): Promise<ApiResult> {
  return of.get(ACTIVITIES_PATH, [["limit", "1"]], new AbortController().signal);
}

/** An answer of the API that is an error, as its documentation shows it. */
function errorBody(type: string, message = "no"): object {
  return { error: { type, message } };
}

describe("requests to the Compliance API", () => {
  it("carry the key, the version and what is asked for, encoded", async () => {
    nock(ORIGIN, {
      reqheaders: {
        "x-api-key": KEY,
        "anthropic-version": "2023-06-01",
        accept: "application/json",
        "user-agent": "claude-siem (test)",
      },
    })
      .get(ACTIVITIES_PATH)
      .query({ limit: "1", "activity_types[]": ["a", "b"], after_id: "x&y= z" })
      .reply(200, empty, { date: "Tue, 21 Apr 2026 14:38:02 GMT" });
    const query = [
      ["limit", "1"],
      ["activity_types[]", "a"],
      ["activity_types[]", "b"],
      ["after_id", "x&y= z"],
    ] as const;
    const result = await client().get(ACTIVITIES_PATH, query, new AbortController().signal);
    expect(result).toMatchObject({ ok: true, serverMs: Date.parse("2026-04-21T14:38:02Z") });
  });

  it("keep the path of a proxy", async () => {
    nock("https://proxy.example").get(`/claude${ACTIVITIES_PATH}?limit=1`).reply(200, empty);
    expect(await ask(client("https://proxy.example/claude/"))).toMatchObject({ ok: true });
  });

  it("use the key that is valid at the moment", async () => {
    const keys = ["old", "new"];
    for (const key of keys)
      nock(ORIGIN, { reqheaders: { "x-api-key": key } })
        .get(`${ACTIVITIES_PATH}?limit=1`)
        .reply(200, empty);
    const rotating = client(ORIGIN, () => keys.shift() ?? "");
    await ask(rotating);
    expect(await ask(rotating)).toMatchObject({ ok: true });
  });

  it("wait as long as a 429 asks, and are made again", async () => {
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(429, errorBody("rate_limit_error"), {
      "retry-after": "25",
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-limit": "600",
      "anthropic-ratelimit-requests-reset": "2026-04-21T14:38:25Z",
      date: "Tue, 21 Apr 2026 14:38:02 GMT",
    });
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(200, empty);
    const begun = nowMs;
    expect(await ask()).toMatchObject({ ok: true });
    expect(nowMs - begun).toBeGreaterThanOrEqual(25_000);
    expect(nowMs - begun).toBeLessThan(27_000);
  });

  it.each([429, 500, 502, 503, 504, 529])(
    "back off on %i, doubling, and give up after five",
    async (status) => {
      nock(ORIGIN)
        .get(`${ACTIVITIES_PATH}?limit=1`)
        .times(5)
        .reply(status, errorBody("overloaded_error"), { "request-id": "req_7" });
      const result = await ask();
      expect(result).toMatchObject({ ok: false, failure: { kind: "temporary" } });
      expect(JSON.stringify(result)).toContain(
        `answered ${status} overloaded_error, request-id req_7`,
      );
      expect(naps).toEqual([750, 1500, 3000, 6000]);
    },
  );

  it("are not repeated when the API says that it does not help", async () => {
    nock(ORIGIN)
      .get(`${ACTIVITIES_PATH}?limit=1`)
      .reply(500, errorBody("api_error"), { "x-should-retry": "false", "request-id": "req_9" });
    expect(await ask()).toMatchObject({
      failure: { kind: "repeated", reason: expect.stringContaining("req_9") },
    });
    expect(naps).toEqual([]);
  });

  it.each([
    [401, "authentication_error", "Check api_key"],
    [403, "permission_error", "read:compliance_activities"],
    [404, "not_found_error", "Check url"],
    [400, "invalid_request_error", "Check the settings"],
    [302, "redirect", "not to a redirect"],
  ])("say what to do on %i", async (status, type, advice) => {
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(status, errorBody(type));
    const result = await ask();
    expect(result).toMatchObject({ failure: { kind: "settings" } });
    expect(JSON.stringify(result)).toContain(advice);
    expect(JSON.stringify(result)).not.toContain(KEY);
    expect(naps).toEqual([]);
  });

  it("tell a lost cursor from other bad requests", async () => {
    const message = 'Invalid `after_id`. No activity found for `after_id` "activity_x"';
    nock(ORIGIN)
      .get(`${ACTIVITIES_PATH}?limit=1`)
      .reply(400, errorBody("invalid_request_error", message));
    expect(await ask()).toMatchObject({ failure: { kind: "cursor" } });
  });

  it("do not take a page of a proxy for an answer", async () => {
    for (const body of ["<html>Please log in</html>", "[]", '{"data": 7}', ""])
      nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(200, body);
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(200, empty);
    expect(await ask()).toMatchObject({ ok: true });
    expect(naps.length).toBe(4);
  });

  it("are made again when the network breaks", async () => {
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).replyWithError("ECONNRESET");
    nock(ORIGIN).get(`${ACTIVITIES_PATH}?limit=1`).reply(200, empty);
    expect(await ask()).toMatchObject({ ok: true });
  });

  it("end at once when the source stops", async () => {
    const stop = new AbortController();
    stop.abort();
    const result = await client().get(ACTIVITIES_PATH, [], stop.signal);
    expect(result).toMatchObject({ failure: { kind: "aborted" } });
  });
});

describe("the budget of requests", () => {
  const forever = new AbortController().signal;

  it("spreads requests over the minute, after a short burst", async () => {
    const budget = new RequestBudget(60, () => nowMs, sleep);
    const begun = nowMs;
    for (let n = 0; n < 35; n += 1) await budget.take(forever);
    expect(nowMs - begun).toBeGreaterThanOrEqual(29_000);
    expect(nowMs - begun).toBeLessThan(32_000);
  });

  it("serves all who wait, in order, with one budget between them", async () => {
    const budget = new RequestBudget(60, () => nowMs, sleep);
    const served: number[] = [];
    const begun = nowMs;
    await Promise.all(
      Array.from({ length: 15 }, async (_, n) => {
        await budget.take(forever);
        served.push(n);
      }),
    );
    expect(served).toEqual(Array.from({ length: 15 }, (_, n) => n));
    expect(nowMs - begun).toBeGreaterThanOrEqual(9000);
  });

  it("leaves the last tenth of the organization's budget to others, by the API's clock", async () => {
    const budget = new RequestBudget(600, () => nowMs, sleep);
    const headers = (remaining: string, reset: string) => ({
      "anthropic-ratelimit-requests-limit": "600",
      "anthropic-ratelimit-requests-remaining": remaining,
      "anthropic-ratelimit-requests-reset": reset,
      // The API's clock is a year ahead.
      date: "Wed, 21 Apr 2027 14:38:02 GMT",
    });
    budget.learn(200, headers("61", "2027-04-21T14:38:40Z"));
    expect(budget.closedForMs).toBe(0);
    budget.learn(200, headers("60", "2027-04-21T14:38:40Z"));
    expect(budget.closedForMs).toBe(38_000);
    const begun = nowMs;
    await budget.take(forever);
    expect(nowMs - begun).toBe(38_000);
    budget.learn(200, headers("0", "2039-01-01T00:00:00Z"));
    expect(budget.closedForMs).toBe(0);
  });

  it("is not held up by a clock that is set back, and lets go when the source stops", async () => {
    const budget = new RequestBudget(60, () => nowMs, sleep);
    for (let n = 0; n < 5; n += 1) await budget.take(forever);
    nowMs -= 3_600_000;
    const begun = nowMs;
    await budget.take(forever);
    expect(nowMs - begun).toBeLessThan(2000);
    budget.learn(429, { "retry-after": "3600" });
    const stop = new AbortController();
    stop.abort();
    await budget.take(stop.signal);
    expect(budget.limited).toBe(1);
  });
});
