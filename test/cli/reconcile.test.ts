import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventId, journaled } from "../conformance/event.ts";
import { KEYS, never, openOn, optionsFor } from "../sink/elasticsearch/open.ts";
import type { FakeElasticsearch } from "../wire/fake-elasticsearch.ts";
import { ElasticSite } from "./elastic-site.ts";

let site: ElasticSite;
let fake: FakeElasticsearch;

const RANGE = ["--since", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z"] as const;

beforeEach(async () => {
  site = await ElasticSite.open();
  fake = site.fake;
  configure();
});

afterEach(() => site.close());

function configure(more = ""): void {
  site.configureElastic(
    `, reader_api_key: {env: ES_READER}, delivery: {batch_age: 20ms, backoff: 20ms}${more}`,
  );
}

/** Takes events `from` … `from + count - 1` to the cluster. */
async function deliver(count: number, from = 1): Promise<void> {
  const connector = await site.start();
  await connector.appendBatch(
    Array.from({ length: count }, (_, index) => journaled(from + index).event),
  );
  await connector.caughtUp();
  await site.stop();
}

describe("claude-siem reconcile", () => {
  it("finds that everything is there", async () => {
    await deliver(300);
    const { exit, stdout, stderr } = await site.run("reconcile", "--sink", "elastic", ...RANGE);
    expect(stderr).toBe("");
    expect(stdout).toContain("Everything is there. 300 events expected, 300 held.");
    expect(exit).toBe(0);
  });

  it("finds what was lost, sends it again, and finds it there", async () => {
    await deliver(300);
    const lost = new Set([eventId(7), eventId(8), eventId(200)]);
    fake.lose(lost);
    const found = await site.run("reconcile", "--sink", "elastic", ...RANGE, "--format", "json");
    expect(found.exit).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      matches: false,
      totals: { expected: 300, records: 297, missing: 3, duplicates: 0, foreign: 0 },
      missing: [...lost].map((event_id) => ({ event_id })),
      minutes: [
        { minute: "2026-03-02T09:30:00.000Z", expected: 59, missing: 2 },
        { minute: "2026-03-02T09:33:00.000Z", expected: 60, missing: 1 },
      ],
    });
    const mended = await site.run("reconcile", "--sink", "elastic", ...RANGE, "--repair");
    expect(mended.stderr).toBe("");
    expect(mended.stdout).toContain("Sent again: 3 delivered, 0 refused.");
    expect(mended.stdout).toMatch(
      /Afterwards:\nEverything is there\. 300 events expected, 300 held\./,
    );
    expect(mended.exit).toBe(0);
    expect([...fake.eventIds()].sort()).toEqual(
      Array.from({ length: 300 }, (_, index) => eventId(index + 1)),
    );
  });

  it("repairs while the connector runs, and leaves its files alone", async () => {
    await deliver(50);
    fake.lose(new Set([eventId(3)]));
    await site.start();
    const mended = await site.run("reconcile", "--sink", "elastic", ...RANGE, "--repair");
    expect(mended).toMatchObject({ exit: 0, stderr: "" });
    expect(fake.eventIds()).toContain(eventId(3));
  });

  it("tells duplicates and events that the journal does not have", async () => {
    await deliver(20);
    fake.rollOver("logs-claude.activity-default");
    const other = await openOn(optionsFor(fake.url), new Map(Object.entries(KEYS)));
    const batch = [journaled(5), journaled(6), journaled(900)].flatMap((record) => {
      const form = other.encode(record);
      return "body" in form ? [form] : [];
    });
    await other.send(batch, never());
    await other.close();
    const { exit, stdout } = await site.run("reconcile", "--sink", "elastic", ...RANGE);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/2026-03-02T09:30Z +20 +22 +20 +0 +2 +0/);
    expect(stdout).toMatch(/2026-03-02T09:45Z +0 +1 +1 +0 +0 +1/);
    expect(stdout).toContain("2 duplicates:");
    expect(stdout).toContain("1 event_id that the journal does not have: not from this connector");
    const shared = await site.run("reconcile", "--sink", "elastic", ...RANGE, "--shared");
    expect(shared.stdout).toContain("1 event_id that the journal does not have: of other");
  });

  it("takes neither waiting nor filtered nor dead events for gaps", async () => {
    configure(", where: 'mcp_tool = search_issues'");
    const connector = await site.start();
    await connector.append({ ...journaled(1).event, mcp_tool: "other" });
    fake.breakItems((id) => (id.endsWith("2") ? "mapping" : undefined));
    await connector.appendBatch([journaled(2).event, journaled(3).event]);
    await connector.caughtUp();
    await fake.inject({ kind: "refused" });
    await connector.append(journaled(4).event);
    await site.stop(0);
    await fake.heal();
    const { exit, stdout } = await site.run("reconcile", "--sink", "elastic", ...RANGE);
    expect(stdout).toContain("Everything is there. 1 event expected, 1 held.");
    expect(stdout).toContain("1 event still waiting for delivery.");
    expect(stdout).toContain("1 event among the dead letters");
    expect(stdout).toContain("1 event passed by, as `where` says.");
    expect(exit).toBe(0);
  });

  it("writes all missing events to a file", async () => {
    await deliver(60);
    fake.lose(new Set(Array.from({ length: 40 }, (_, index) => eventId(index + 1))));
    const file = join(site.folder, "missing");
    const found = await site.run("reconcile", "--sink", "elastic", ...RANGE, "--out", file);
    expect(found.exit).toBe(1);
    expect(found.stdout).toContain(`… and 20 more; all of them are in ${file}`);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { event_id: string }).event_id)).toEqual(
      Array.from({ length: 40 }, (_, index) => eventId(index + 1)),
    );
  });

  it("says which setting is missing, what cannot be asked, and what does not answer", async () => {
    configure();
    const { stderr } = await site.run("reconcile", "--sink", "elastik", ...RANGE);
    expect(stderr).toContain('U921: The configuration has no sink "elastik"');
    fake.revoke(`ApiKey ${KEYS.ES_READER}`);
    const refused = await site.run("reconcile", "--sink", "elastic", ...RANGE);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('U924: Sink "elastic":');
    site.configureElastic("", "  - {name: soc, kind: syslog, host: syslog.example.com}\n");
    const without = await site.run("reconcile", "--sink", "elastic", ...RANGE);
    expect(without.exit).toBe(3);
    expect(without.stderr).toContain('"reader_api_key" is not set');
    const never = await site.run("reconcile", "--sink", "soc", ...RANGE);
    expect(never.exit).toBe(3);
    expect(never.stderr).toContain("syslog has no way to read back");
  });
});
