/** Off loopback there is a token, or there is no page. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { PageStage } from "./stage.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
let stage: PageStage;

beforeAll(async () => {
  stage = new PageStage();
  stage.environment = { PAGE_TOKEN: TOKEN, WEAK: TOKEN.slice(1) };
  await stage.start(", token: {env: PAGE_TOKEN}");
});

afterAll(() => stage.clear());

const cookieFrom = (header: unknown): string => String(header).split(";")[0] ?? "";

it("a weak token and a missing one start nothing", async () => {
  const other = new PageStage();
  other.environment = { WEAK: TOKEN.slice(1) };
  await expect(other.start(", token: {env: WEAK}")).rejects.toThrow(/31 characters, at least 32/);
  await expect(other.start(", token: {env: NOWHERE}")).rejects.toThrow(/NOWHERE is not set/);
  await expect(other.start(", token: {env: WEAK}")).rejects.not.toThrow(TOKEN.slice(1));
  await other.clear();
});

it("without it there is the login, health and whether events are taken, and nothing else", async () => {
  expect((await stage.ask("/health")).status).toBe(200);
  expect((await stage.ask("/ready")).body).toBe('{"ready":true}\n');
  for (const path of ["/", "/alerts", "/dashboards/compliance?range=7d"]) {
    const { status, headers, body } = await stage.ask(path);
    expect(status).toBe(303);
    expect(headers["location"]).toBe(`/login?${new URLSearchParams({ to: path }).toString()}`);
    expect(body).toBe("");
  }
  for (const path of ["/status.json", "/metrics", "/live?of=/", "/nothing"]) {
    const answer = await stage.ask(path, { headers: { accept: "*/*" } });
    expect(answer.status, path).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="claude-siem"');
  }
  const form = { to: "closed", by: "x", note: "y" };
  const headers = { origin: stage.url };
  const change = await stage.ask("/alerts/00000000-0000-4000-8000-000000000000", { form, headers });
  expect(change.status).toBe(303);
  expect(change.headers["location"]).toMatch(/^\/login/);
});

it("with it a browser has a session until it logs out", async () => {
  const headers = { origin: stage.url };
  const wrong = await stage.ask("/login", { form: { given: "no" }, headers });
  expect(wrong.status).toBe(401);
  expect(wrong.headers["set-cookie"]).toBeUndefined();
  const foreign = { origin: "http://evil.example" };
  expect((await stage.ask("/login", { form: { given: TOKEN }, headers: foreign })).status).toBe(
    403,
  );
  const form = { given: TOKEN, to: "/alerts?state=all" };
  const right = await stage.ask("/login", { form, headers });
  expect(right).toMatchObject({ status: 303, headers: { location: "/alerts?state=all" } });
  const cookie = cookieFrom(right.headers["set-cookie"]);
  const page = await stage.ask("/alerts", { headers: { cookie } });
  expect(page.status).toBe(200);
  const [, token = ""] =
    /action="\/logout"><input type="hidden" name="token" value="([^"]+)"/.exec(page.body) ?? [];
  expect((await stage.ask("/logout", { form: {}, headers: { ...headers, cookie } })).status).toBe(
    403,
  );
  const out = await stage.ask("/logout", { form: { token }, headers: { ...headers, cookie } });
  expect(out).toMatchObject({ status: 303, headers: { location: "/login" } });
  expect((await stage.ask("/alerts", { headers: { cookie } })).status).toBe(303);
});

it("with it a machine reads metrics and status", async () => {
  const headers = { accept: "*/*", authorization: `Bearer ${TOKEN}` };
  expect((await stage.ask("/metrics", { headers })).body).toContain("claude_siem_journal_sequence");
  expect((await stage.ask("/status.json", { headers })).status).toBe(200);
  expect((await stage.ask("/ready", { headers })).body).toContain("reasons");
});

it("metrics can be opened, and only they", async () => {
  await stage.start(", token: {env: PAGE_TOKEN}, open_metrics: true");
  const headers = { accept: "*/*" };
  expect((await stage.ask("/metrics", { headers })).status).toBe(200);
  expect((await stage.ask("/status.json", { headers })).status).toBe(401);
});

it("a token that is gone lets nobody in, and the log says so", async () => {
  delete stage.environment["PAGE_TOKEN"];
  const headers = { accept: "*/*", authorization: `Bearer ${TOKEN}` };
  expect((await stage.ask("/status.json", { headers })).status).toBe(401);
  expect(stage.log.join("\n")).toContain("nobody can log in");
  expect(stage.log.join("\n")).not.toContain(TOKEN);
});
