/** The pages over a real store: what they show, what they keep to themselves, what they refuse. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGE_POLICY } from "../../../src/connector/page/document.ts";
import { criticalEvent, eventId, journaled } from "../../conformance/event.ts";
import { type Answer, PageStage } from "./stage.ts";

/** One connector for all: only the last test brings it more events. */
let stage: PageStage;

const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString();

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&amp;`;

/** Thirty queries to github of clinical research, thirty to jira of sales. */
function twoServers(): readonly object[] {
  return Array.from({ length: 60 }, (_, index) => ({
    ...journaled(index + 1).event,
    timestamp: minutesAgo(60 - index / 2),
    session_id: `session-${index % 7}`,
    user_id_hash: String(index % 8).repeat(64),
    ...(index < 30 ? {} : { mcp_server: "jira", department: "sales" }),
  }));
}

beforeAll(async () => {
  stage = new PageStage();
  await stage.start();
  await stage.take(
    ...twoServers(),
    criticalEvent(99, { timestamp: minutesAgo(2), user_id_hash: "c".repeat(64) }).event,
  );
});

afterAll(() => stage.clear());

/** Rows of the table of events on a page. */
function eventIdsOn({ body }: Answer): readonly string[] {
  return [...body.matchAll(/<small><code>([^<]+)<\/code><\/small>/g)].map(([, id]) => id ?? "");
}

describe("every answer", () => {
  it("keeps the page to itself", async () => {
    for (const path of [
      "/",
      "/alerts",
      "/dashboards/operations",
      "/metrics",
      "/health",
      "/nothing",
    ]) {
      const { headers } = await stage.ask(path);
      expect(headers["content-security-policy"], path).toBe(PAGE_POLICY);
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("same-origin");
      expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
      expect(headers["set-cookie"]).toBeUndefined();
    }
    expect(PAGE_POLICY).toMatch(/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/);
    expect(PAGE_POLICY).not.toContain("unsafe");
  });

  it("has no script, style or address of its own outside of the policy", async () => {
    for (const path of ["/", "/alerts", "/dashboards/operations", "/dashboards/compliance"]) {
      const { body } = await stage.ask(path);
      expect(body).not.toMatch(/ style="| on[a-z]+="|<script src|<link|<iframe|https?:\/\//);
      expect(body.match(/<script>/g)).toHaveLength(1);
      expect(body.match(/<style>/g)).toHaveLength(1);
    }
  });

  it("is for this machine's own names only", async () => {
    for (const [host, status] of [
      ["evil.example", 421],
      ["127.0.0.1.evil.example", 421],
      ["localhost", 200],
      ["[::1]:9464", 200],
    ] as const)
      expect((await stage.ask("/alerts", { headers: { host } })).status, host).toBe(status);
  });
});

describe("a dashboard", () => {
  it("shows what is there, and other numbers with a filter", async () => {
    const all = (await stage.ask("/dashboards/compliance")).body;
    expect(all).toMatch(/github<\/a>.*<td class="number">30<\/td>/s);
    expect(all).toMatch(/jira<\/a>.*<td class="number">30<\/td>/s);
    expect(all).toContain('<option value="sales">');
    const sales = (await stage.ask("/dashboards/compliance?department=sales")).body;
    expect(sales).toContain('<option value="sales" selected>');
    const bars = /id="mcp-queries".*?<\/section>/s.exec(sales)?.[0] ?? "";
    expect(bars).toContain("jira");
    expect(bars).not.toContain("github");
    const blank = (await stage.ask("/dashboards/compliance?department=++")).body;
    expect(blank).toContain('<option value="  " selected>&quot;  &quot;</option>');
    expect(/id="mcp-queries".*?<\/section>/s.exec(blank)?.[0]).toContain("No events.");
  });

  it("leads to the events behind a row, newest first, page by page", async () => {
    const query = "panel=mcp-queries&key0=jira";
    const jira = await stage.ask(`/dashboards/compliance/events?${query}`);
    const expected = Array.from({ length: 30 }, (_, index) => eventId(60 - index));
    expect(eventIdsOn(jira)).toEqual(expected);
    const first = await stage.ask("/dashboards/compliance/events?panel=mcp-queries");
    expect(eventIdsOn(first)).toEqual(Array.from({ length: 50 }, (_, n) => eventId(60 - n)));
    const next = /href="([^"]+)" rel="next"/.exec(first.body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await stage.ask(next);
    expect(eventIdsOn(second)).toEqual(Array.from({ length: 10 }, (_, n) => eventId(10 - n)));
    expect(second.body).not.toContain('rel="next"');
    const none = await stage.ask(`/dashboards/compliance/events?${query}&department=legal`);
    expect(eventIdsOn(none)).toEqual([]);
  });

  it("names users by the beginning of their pseudonym, and shows no free text", async () => {
    const user = "3".repeat(12);
    const paths = [
      "/",
      "/alerts?state=all",
      "/dashboards/compliance/events?panel=mcp-queries",
      "/dashboards/compliance/events?panel=security-events-by-type",
      `/dashboards/incident?user_id_hash=${user}`,
    ];
    for (const path of paths) {
      const { status, body } = await stage.ask(path);
      expect(status).toBe(200);
      expect(body.replace(/<code>[0-9a-f]{64}<\/code><\/dd>/, "")).not.toMatch(/([0-9a-c])\1{12}/);
      expect(body).not.toContain("hidden instruction");
    }
    const incident = (await stage.ask(`/dashboards/incident?user_id_hash=${user}`)).body;
    expect(incident).toContain(`<code>${user}</code>`);
    expect(/id="events".*?<strong>([0-9]+)</s.exec(incident)?.[1]).toBe("8");
    const unknown = await stage.ask("/dashboards/incident?user_id_hash=ffffffffffff");
    expect(unknown.body).toContain("No event is about this user.");
    expect((await stage.ask("/dashboards/incident?user_id_hash=ann")).body).toContain(
      "first 8 hex",
    );
  });

  it("shows the connector's own state where a panel is about it", async () => {
    const { body } = await stage.ask("/dashboards/operations");
    expect(body).toMatch(/id="sinks".*store<small>embedded/s);
    expect(body).toMatch(/id="journal".*head of the chain/s);
  });

  it.each([
    ["/dashboards/compliance?range=1y", 400, "duration"],
    ["/dashboards/compliance?until=2026-02-30", 400, "day"],
    ["/dashboards/compliance?colour=red", 400, "parameter"],
    ["/dashboards/compliance/events?panel=nothing", 400, "no such panel"],
    ["/dashboards/compliance/events?panel=active-users-by-day&key0=soon", 400, "no such row"],
    ["/dashboards/incident/events?panel=events", 400, "session or user"],
    ["/dashboards/nothing", 404, "Nothing here"],
    ["/dashboards/compliance/events/more", 404, "Nothing here"],
    ["/alerts/../../etc/passwd", 404, "Nothing here"],
    ["/alerts/00000000-0000-0000-0000-000000000000", 404, "Nothing here"],
  ])("%s is answered with %i", async (path, status, word) => {
    const answer = await stage.ask(path);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(word);
  });
});

it("text of events stays text, wherever it is shown", async () => {
  const hostile = (n: number) => ({
    ...criticalEvent(n, { timestamp: minutesAgo(n - 100) }).event,
    session_id: `${HOSTILE}${n}`,
    department: HOSTILE,
    model_version: HOSTILE,
    deployment: HOSTILE,
    policy_ref: HOSTILE,
    security_flags: [HOSTILE],
  });
  await stage.take(hostile(101), hostile(102), {
    ...journaled(103).event,
    timestamp: minutesAgo(3),
    mcp_server: HOSTILE,
    session_id: HOSTILE,
  });
  const list = await stage.ask("/alerts");
  const [alert] = /\/alerts\/[0-9a-f-]{36}/.exec(list.body) ?? [""];
  const compliance = await stage.ask("/dashboards/compliance");
  const drill = /\/dashboards\/compliance\/events\?[^"]*mcp-queries[^"]*/.exec(
    compliance.body,
  )?.[0];
  const subject = new URLSearchParams({ session_id: HOSTILE }).toString();
  const filter = new URLSearchParams({ department: HOSTILE }).toString();
  for (const path of [
    "/",
    "/alerts",
    alert,
    "/dashboards/compliance",
    `/dashboards/compliance?${filter}`,
    "/dashboards/operations",
    `/dashboards/incident?${subject}`,
    (drill ?? "").replaceAll("&amp;", "&"),
    "/dashboards/compliance/events?panel=security-events-by-type",
  ]) {
    const { status, body } = await stage.ask(path);
    expect(status, path).toBe(200);
    expect(body, path).not.toMatch(/<script>alert|<img/);
    // Markup of ours, with every attribute quoted: a text that broke out would leave another tag.
    expect(body.replace(/<script>.*<\/script>/s, ""), path).not.toMatch(/onerror=alert\(2\)>/);
  }
});
