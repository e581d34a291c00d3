/**
 * The sink kind elasticsearch against a real Lucene engine through the official client, where OpenSearch
 * is at hand. It has no security here, no failure store and no data stream lifecycle: those are proven on
 * the fake cluster, and set-up says that they are missing.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckFinding, Sink } from "../../src/delivery/sink.ts";
import { streamsOf } from "../../src/sink/elasticsearch/stream.ts";
import { criticalEvent, eventId, journaled, journaledRange, START } from "../conformance/event.ts";
import { describeSink } from "../conformance/sink.ts";
import { KEYS, never, openOn, optionsFor } from "../sink/elasticsearch/open.ts";
import { type OpenSearchNode, startOpenSearch, whyNoOpenSearch } from "./opensearch.ts";

const missing = whyNoOpenSearch();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const STREAMS = streamsOf("default").join(",");

interface Hits {
  readonly hits: { readonly hits: readonly { readonly _source: { event: { id: string } } }[] };
}

/** event.id of everything that the node holds. */
async function storedIds(node: OpenSearchNode): Promise<readonly string[]> {
  await node.ask("POST", `/${STREAMS}/_refresh?ignore_unavailable=true`);
  const path = `/${STREAMS}/_search?ignore_unavailable=true&size=10000`;
  const { hits } = (await node.ask("GET", path)) as Hits;
  return hits.hits.map(({ _source }) => _source.event.id);
}

/** A sink on a node with empty streams. */
async function openReal(node: OpenSearchNode): Promise<Sink> {
  await node.ask("DELETE", "/_data_stream/logs-claude.*");
  for (const stream of streamsOf("default")) await node.ask("PUT", `/_data_stream/${stream}`);
  const options = optionsFor(node.url, { timeout: 20_000 });
  return openOn(options, new Map(Object.entries(KEYS)));
}

describe.skipIf(missing !== undefined)("OpenSearch", { timeout: 60_000 }, () => {
  let node: OpenSearchNode;
  beforeAll(async () => {
    node = await startOpenSearch();
    const sink = await openReal(node);
    await sink.setUp?.(never());
    await sink.close();
  }, 120_000);
  afterAll(async () => {
    await node?.stop();
  }, 30_000);

  describeSink({
    name: "elasticsearch on OpenSearch",
    real: true,
    open: async () => ({
      sink: await openReal(node),
      stored: () => storedIds(node),
      secrets: Object.values(KEYS),
      close: async () => {},
    }),
  });

  it("is set up once, and the second time nothing changes", async () => {
    await node.ask("DELETE", "/_data_stream/logs-claude.*");
    await node.ask("DELETE", "/_index_template/logs-claude");
    const sink = await openOn(
      optionsFor(node.url, { timeout: 20_000 }),
      new Map(Object.entries(KEYS)),
    );
    const words = (findings: readonly CheckFinding[] | undefined) =>
      findings?.map(({ status, what }) => `${status} ${what}`) ?? [];
    const first = words(await sink.setUp?.(never()));
    expect(first).toContain("ok index template logs-claude: created");
    expect(first).toContain("ok data stream logs-claude.policy-default: created");
    const second = words(await sink.setUp?.(never()));
    // Of the others the shim takes away what OpenSearch does not have, so it is missed again.
    expect(second).toContain("ok component template claude-siem@settings: unchanged");
    expect(second.filter((one) => /data stream .*: unchanged$/.test(one))).toHaveLength(4);
    expect(second.filter((one) => one.startsWith("failed"))).toEqual([]);
    await sink.close();
  });

  it("finds that events would be taken", async () => {
    const sink = await openReal(node);
    const findings = await sink.check(never());
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining(
        streamsOf("default").map((stream) => `${stream} takes documents of this key`),
      ),
    );
    expect(await storedIds(node)).toEqual([]);
    await sink.close();
  });

  it("tells new from known from refused in one batch", async () => {
    const sink = await openReal(node);
    const [known, fresh] = [sink.encode(journaled(1)), sink.encode(criticalEvent(2))];
    if (!("body" in known) || !("body" in fresh)) throw new Error("not encoded");
    await sink.send([known], never());
    const timeless = { ...fresh, event_id: eventId(3), body: withoutTime(fresh.body, eventId(3)) };
    const outcomes = await sink.send([known, timeless, fresh], never());
    expect(outcomes).toMatchObject([
      { kind: "delivered", duplicate: true },
      { kind: "quarantine", reason: expect.stringContaining("mapper_parsing_exception") },
      { kind: "delivered" },
    ]);
    expect(outcomes[2]).not.toHaveProperty("duplicate");
    await sink.close();
  });

  it("holds everything of a read-only stream, and goes on when it is opened", async () => {
    const sink = await openReal(node);
    const record = sink.encode(journaled(1));
    if (!("body" in record)) throw new Error(record.reason);
    await node.ask("PUT", "/logs-claude.activity-default/_settings", {
      "index.blocks.write": true,
    });
    expect(await sink.send([record], never())).toMatchObject([{ kind: "hold" }]);
    await node.ask("PUT", "/logs-claude.activity-default/_settings", {
      "index.blocks.write": null,
    });
    expect(await sink.send([record], never())).toEqual([{ kind: "delivered" }]);
    await sink.close();
  });

  it("counts by minute and lists ids with duplicates, over pages and a rollover", async () => {
    const sink = await openReal(node);
    const batch = journaledRange(7000).map((record) => sink.encode(record));
    const records = batch.flatMap((one) => ("body" in one ? [one] : []));
    await sink.send(records.slice(0, 4000), never());
    await sink.send(records.slice(4000), never());
    await node.ask("POST", "/logs-claude.activity-default/_rollover");
    const again = await sink.send(records.slice(0, 10), never());
    expect(again.every((one) => one.kind === "delivered" && one.duplicate !== true)).toBe(true);
    await node.ask("POST", `/${STREAMS}/_refresh`);

    const end = START + 7_001_000;
    const counts = (await sink.inventory?.countByMinute(START, end, never())) ?? [];
    expect(counts[0]).toEqual({ minute: START, records: 69, distinct: 59 });
    expect(counts.slice(1, 3).map(({ records: n }) => n)).toEqual([60, 60]);
    const ids: string[] = [];
    for await (const id of sink.inventory?.eventIds(START, end, never()) ?? []) ids.push(id);
    expect(ids).toHaveLength(7010);
    expect(new Set(ids).size).toBe(7000);
    await sink.close();
  });
});

/** The same lines under another id, without the time. */
function withoutTime(body: string, id: string): string {
  return body.replace(/"_id":"[^"]*"/, `"_id":"${id}"`).replace(/"@timestamp":"[^"]*",/, "");
}
