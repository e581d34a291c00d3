import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { AlertBook } from "../../src/connector/alert-state/book.ts";
import { Access } from "../../src/connector/page/access.ts";
import { drawOverview } from "../../src/connector/page/overview.ts";
import { Pages } from "../../src/connector/page/pages.ts";
import { ResultCache } from "../../src/connector/page/result-cache.ts";
import { renderAge } from "../../src/connector/page/status-table.ts";
import type { PageWorld } from "../../src/connector/page/world.ts";
import type { ConnectorStatus } from "../../src/connector/status.ts";
import { type StatusServer, startStatusServer } from "../../src/connector/status-server.ts";
import { noCounts } from "../../src/delivery/sink-status.ts";

const NOW = Date.parse("2026-03-02T09:30:00.000Z");

/** A connector with one sink of each state and one source of each kind of trouble. */
const status: ConnectorStatus = {
  version: "0.1.0",
  deployment: "production <eu>",
  startedAt: NOW - 7_200_000,
  now: NOW,
  state: "running",
  journal: {
    state: "ok",
    folder: "/var/lib/claude-siem/journal",
    seq: 120_034,
    hash: "ab".repeat(32),
  },
  disk: { low: false, freeBytes: 52 * 2 ** 30, freeMin: 2 ** 29 },
  sources: [
    {
      name: "hooks",
      kind: "http",
      state: "running",
      address: "127.0.0.1:8787",
      accepted: 119_000,
      rejected: 3,
      marked: 12,
      lastRecord: NOW - 800,
      findings: { E201: 3 },
      notes: [
        {
          what: "mcp_names_hidden",
          count: 7,
          meaning: "MCP calls hide <their> names",
          instruction: "Set OTEL_LOG_TOOL_DETAILS=1.",
        },
      ],
    },
    {
      name: "gateway",
      kind: "kafka",
      state: "failing",
      accepted: 1034,
      rejected: 0,
      marked: 0,
      findings: {},
      notes: [],
      whenSilent: "Point the clients here.",
      lastError: { at: NOW - 4000, reason: "no broker answers" },
    },
  ],
  sinks: [
    {
      name: "elastic",
      kind: "elasticsearch",
      target: "https://es.example:9200",
      state: "delivering",
      lagRecords: 120,
      lagMs: 900,
      cursor: 119_914,
      inFlight: 1,
      concurrency: 4,
      counts: { ...noCounts(), delivered: 119_914, duplicates: 7, bytes: 92_000_000, batches: 240 },
      lastDelivery: NOW - 400,
    },
    {
      name: "sentinel",
      kind: "sentinel",
      target: "https://dce.example",
      state: "held",
      lagRecords: 80_000,
      lagMs: 3_000_000,
      cursor: 40_034,
      inFlight: 0,
      concurrency: 1,
      counts: { ...noCounts(), delivered: 40_000, quarantined: 2 },
      lastDelivery: NOW - 3_000_000,
      lastError: {
        at: NOW - 1000,
        reason: "403 from the collection rule <script>alert(1)</script>",
        instruction: "Give the application the role Monitoring Metrics Publisher on the rule.",
      },
    },
  ],
  derived: [
    {
      name: "sessions",
      state: "running",
      lagRecords: 3,
      pending: 0,
      written: 14,
      counts: { open: 5 },
    },
  ],
  tables: [
    {
      table: "clearances",
      file: "/etc/claude-siem/clearances.csv",
      loadedAt: NOW - 60_000,
      modifiedAt: NOW - 90_000,
    },
  ],
  unstamped: {
    no_user: 1,
    user_not_listed: 2,
    no_clearance_stated: 0,
    department_not_in_calendar: 0,
    no_model: 0,
    model_not_priced: 0,
    no_price_in_force: 0,
  },
  policy: { redacted: {} as never, pseudonymised: 5 },
  alarms: [
    {
      at: NOW - 1000,
      severity: "error",
      about: "sink sentinel",
      what: "held, everything is kept: 403",
      instruction: "Give the application the role.",
    },
  ],
  alarmCounts: { info: 0, warning: 0, error: 1 },
};

let server: StatusServer | undefined;

afterEach(async () => {
  await server?.close();
});

function worldOf(state: ConnectorStatus): PageWorld {
  const now = (): number => NOW;
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const hasher = { mode: "hmac-sha256" as const, userIdHash: () => "", token: () => "" };
  const tell = (): Promise<never> => Promise.reject(new Error("nothing is told here"));
  return {
    ...{ now, random, dashboards: [] },
    status: () => state,
    store: () => undefined,
    book: new AlertBook({ hasher, now, tell }),
    results: new ResultCache(now),
    alerts: new ResultCache(now),
  };
}

async function startAt(port: number, state: ConnectorStatus): Promise<StatusServer> {
  const world = worldOf(state);
  return startStatusServer({
    listen: { host: "127.0.0.1", port },
    remote: false,
    openMetrics: false,
    status: world.status,
    access: new Access(world),
    pages: new Pages(world),
    warn: () => {},
  });
}

async function start(change: Partial<ConnectorStatus> = {}): Promise<string> {
  server = await startAt(0, { ...status, ...change });
  return server.url;
}

function overview(state: ConnectorStatus): string {
  return drawOverview(state, { kind: "no store" }, worldOf(state)).markup;
}

/** A GET with a host name of one's choice, which fetch does not allow. */
function getAs(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

describe("status server", () => {
  it("serves metrics that Prometheus reads", async () => {
    const url = await start();
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    const text = await answer.text();
    const labels = '{sink="elastic",kind="elasticsearch"}';
    expect(text).toContain(`claude_siem_sink_delivered_total${labels} 119914`);
    expect(text).toContain(`claude_siem_sink_lag_seconds${labels} 0.9`);
    expect(text).toContain(
      'claude_siem_sink_state{sink="sentinel",kind="sentinel",state="held"} 1',
    );
    expect(text).toContain('claude_siem_source_up{source="gateway",kind="kafka"} 0');
    expect(text).toContain("claude_siem_journal_sequence 120034");
    expect(text).toContain('claude_siem_alarms_total{severity="error"} 1');
    expect(text).toContain("process_resident_memory_bytes");
    // Every line is a comment, blank, or a name with labels and a number (exposition format 0.0.4).
    for (const line of text.split("\n"))
      expect(line).toMatch(/^$|^# |^[a-z_][a-z0-9_]*(\{[^{}]*\})? (-?[0-9.e+-]+|Nan|\+Inf)$/i);
  });

  it("serves the notes of sources", async () => {
    const text = await (await fetch(`${await start()}/metrics`)).text();
    expect(text).toContain(
      'claude_siem_source_notes_total{source="hooks",kind="http",what="mcp_names_hidden"} 7',
    );
  });

  it("shows the same values however often it is scraped", async () => {
    const url = await start();
    const ours = async (): Promise<readonly string[]> =>
      (await (await fetch(`${url}/metrics`)).text())
        .split("\n")
        .filter((line) => line.startsWith("claude_siem_"));
    expect(await ours()).toEqual(await ours());
  });

  it("is alive while it answers and ready while events are taken", async () => {
    const url = await start({ sources: status.sources.slice(0, 1) });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    await server?.close();
    const blocked = { ...status.journal, state: "blocked", reason: "ENOSPC" } as const;
    const other = await start({ journal: blocked });
    const answer = await fetch(`${other}/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      ready: false,
      reasons: [
        "the journal cannot be written: ENOSPC",
        "source gateway is failing: no broker answers",
      ],
    });
  });

  it("gives the whole status as JSON", async () => {
    const url = await start();
    expect(await (await fetch(`${url}/status.json`)).json()).toEqual(status);
  });

  it("takes nothing but GET, knows its paths and its name", async () => {
    const url = await start();
    expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect(await getAs(url, "evil.example")).toBe(421);
    expect(await getAs(url, "localhost")).toBe(200);
  });

  it("says when the address is taken", async () => {
    const port = Number(new URL(await start()).port);
    const again = startAt(port, status);
    await expect(again).rejects.toThrow(/EADDRINUSE/);
  });
});

describe("status page", () => {
  it("escapes what it shows and loads nothing from elsewhere", async () => {
    const page = overview(status);
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(await (await fetch(await start())).text()).toContain("production &lt;eu&gt;");
    expect(page).not.toMatch(/src=|href="http/);
  });

  it("says in one sentence what somebody has to do", () => {
    expect(overview({ ...status, sources: [] })).toContain("somebody has to act for sentinel");
    const [elastic] = status.sinks;
    const well = { ...status, sources: [], sinks: elastic === undefined ? [] : [elastic] };
    expect(overview(well)).toContain("Everything flows.");
  });

  it("tells what a source has counted, and how to make a silent one speak", () => {
    const page = overview(status);
    expect(page).toContain("7 MCP calls hide &lt;their&gt; names.");
    expect(page).toContain("→ Set OTEL_LOG_TOOL_DETAILS=1.");
    expect(page).toContain("Nothing has come yet. <b>→ Point the clients here.</b>");
  });

  it("writes ages as people say them", () => {
    expect([0, 59_000, 600_000, 7_200_000, 900_000_000].map(renderAge)).toEqual([
      "0 s",
      "59 s",
      "10 min",
      "2.0 h",
      "10.4 d",
    ]);
  });
});
