/** What set-up installs, that it does so once, and what it says when it cannot. */
import { afterEach, describe, expect, it } from "vitest";
import type { CheckFinding } from "../../../src/delivery/sink.ts";
import { indexTemplate, mappingsTemplate } from "../../../src/pack/elastic/index-template.ts";
import { holds } from "../../../src/sink/elasticsearch/set-up-step.ts";
import { streamsOf } from "../../../src/sink/elasticsearch/stream.ts";
import { journaled } from "../../conformance/event.ts";
import { SETUP } from "../../wire/fake-elasticsearch.ts";
import { KEYS, never, type Opened, open, openOn, optionsFor } from "./open.ts";

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const STREAMS = streamsOf("default");
const AUTHORIZATION = `ApiKey ${KEYS.ES_SETUP}`;

async function setUp(one: Opened): Promise<readonly CheckFinding[]> {
  return (await one.sink.setUp?.(never())) ?? [];
}

const writes = ({ fake }: Opened) => fake.requests.filter(({ method }) => method === "PUT").length;
const whats = (findings: readonly CheckFinding[], status: string) =>
  findings.filter((one) => one.status === status).map(({ what }) => what);

/** What an older version of the pack might have left. */
async function putOldMappings({ fake }: Opened): Promise<void> {
  await fetch(`${fake.url}/_component_template/claude-siem@mappings`, {
    method: "PUT",
    body: JSON.stringify({ template: { mappings: { dynamic: true } } }),
    headers: { authorization: AUTHORIZATION, "content-type": "application/json" },
  });
}

describe("set-up", () => {
  it("installs what the pack has, a role that only writes, and the streams", async () => {
    opened = await open({}, { isBare: true });
    const findings = await setUp(opened);
    expect(whats(findings, "ok").filter((what) => what.endsWith(": created"))).toHaveLength(17);
    const installed = opened.fake.installed();
    expect(installed["claude-siem@mappings"]).toEqual(mappingsTemplate());
    expect(installed["logs-claude"]).toEqual(indexTemplate());
    expect(installed["claude_siem_writer"]).toMatchObject({
      cluster: ["monitor"],
      indices: [{ names: STREAMS, privileges: ["create_doc"] }],
    });
    expect(opened.fake.streams()).toEqual(STREAMS);
    for (const stream of STREAMS) expect(installed[stream]).toEqual({ enabled: true });
  });

  it("changes nothing the second time, and says so", async () => {
    opened = await open();
    const before = writes(opened);
    const findings = await setUp(opened);
    expect(writes(opened)).toBe(before);
    expect(whats(findings, "ok").filter((what) => what.endsWith(": unchanged"))).toHaveLength(17);
    expect(findings.every(({ status }) => status === "ok")).toBe(true);
  });

  it("says how to make the connector's key, which may do no more than the role", async () => {
    opened = await open();
    const { instruction = "" } = (await setUp(opened)).at(-1) ?? {};
    const body = JSON.parse(/\{.*\}/.exec(instruction)?.[0] ?? "") as Record<string, unknown>;
    expect(body["role_descriptors"]).toEqual({
      claude_siem_writer: {
        cluster: ["monitor"],
        indices: [{ names: STREAMS, privileges: ["create_doc"] }],
      },
    });
  });

  it("writes the retention into streams that exist, and takes it away again", async () => {
    opened = await open();
    const { fake, secrets } = opened;
    const lifecycle = () => fake.installed()["logs-claude.policy-default"];
    const kept = await openOn(optionsFor(fake.url, { retention_days: 2190 }), secrets);
    const findings = await kept.setUp?.(never());
    await kept.close();
    expect(lifecycle()).toEqual({ enabled: true, data_retention: "2190d" });
    expect(whats(findings ?? [], "ok")).toContain(
      "lifecycle of logs-claude.policy-default (deletes after 2190 days): updated",
    );
    expect(whats(await setUp(opened), "ok")).toContain(
      "lifecycle of logs-claude.policy-default (keeps everything): updated",
    );
    expect(lifecycle()).toEqual({ enabled: true });
  });

  it("tells when the cluster deletes sooner than asked for", async () => {
    opened = await open();
    opened.fake.limitRetention("30d");
    const warnings = whats(await setUp(opened), "warning");
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toContain("after 30d");
  });

  it("has nothing to say about streams that it creates after an update", async () => {
    opened = await open({}, { isBare: true });
    await putOldMappings(opened);
    const findings = await setUp(opened);
    expect(whats(findings, "ok")).toContain("component template claude-siem@mappings: updated");
    expect(whats(findings, "warning")).toEqual([]);
  });

  it("says that running streams keep old templates until their next index", async () => {
    opened = await open();
    await putOldMappings(opened);
    const findings = await setUp(opened);
    expect(whats(findings, "ok")).toContain("component template claude-siem@mappings: updated");
    expect(findings.filter(({ status }) => status === "warning")).toHaveLength(4);
    expect(findings.find(({ status }) => status === "warning")?.instruction).toContain("_rollover");
  });

  it("tells of a stream that Elasticsearch's own template has made", async () => {
    opened = await open({}, { isBare: true });
    await fetch(`${opened.fake.url}/_data_stream/logs-claude.session-default`, {
      method: "PUT",
      headers: { authorization: AUTHORIZATION },
    });
    expect(whats(await setUp(opened), "warning")).toEqual([
      "logs-claude.session-default was made with another template, so the types of its fields were guessed",
    ]);
  });

  it("makes no stream without its template", async () => {
    opened = await open({}, { isBare: true });
    opened.fake.grant(AUTHORIZATION, { ...SETUP, cluster: ["manage_ingest_pipelines"] });
    const findings = await setUp(opened);
    expect(whats(findings, "failed")).toEqual([
      expect.stringContaining("component template claude-siem@mappings"),
    ]);
    expect(findings.at(-1)?.instruction).toContain("manage_index_templates");
    expect(opened.fake.streams()).toEqual([]);
  });

  it("goes on without a role in a cluster without security", async () => {
    opened = await open({}, { isBare: true, hasSecurity: false });
    const findings = await setUp(opened);
    expect(whats(findings, "failed")).toEqual([]);
    expect(whats(findings, "warning")).toEqual([expect.stringContaining("no security")]);
  });

  it.each([
    ["9.2.0", "failure store of logs-claude.activity-default (off): created"],
    ["8.18.0", "failure store of logs-claude.activity-default: not in this cluster"],
  ])("keeps %s from setting events aside where nobody looks", async (version, what) => {
    opened = await open({}, { isBare: true, version });
    expect(whats(await setUp(opened), "ok")).toContain(what);
    const record = opened.sink.encode(journaled(1));
    if (!("body" in record)) throw new Error(record.reason);
    const broken = { ...record, body: record.body.replace('"@timestamp":"', '"@timestamp":"?') };
    const outcomes = await opened.sink.send([broken], never());
    expect(outcomes).toMatchObject([{ kind: "quarantine" }]);
    expect(opened.fake.setAsideCount()).toBe(0);
  });

  it("stops at the first answer when nobody is there", async () => {
    opened = await open({}, { isBare: true });
    await opened.fake.inject({ kind: "refused" });
    const findings = await setUp(opened);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ status: "failed" });
  });

  it("asks for a key of its own, and never uses the writer's", async () => {
    opened = await open({ setup_api_key: undefined }, { isBare: true });
    expect(await setUp(opened)).toMatchObject([
      { status: "failed", instruction: expect.stringContaining("setup_api_key") },
    ]);
    expect(opened.fake.requests).toEqual([]);
  });
});

describe("what is there holds what is wanted", () => {
  it.each([
    [{ a: "true", b: 1 }, { a: true }, true],
    [{ a: [{ x: 1, y: 2 }] }, { a: [{ x: "1" }] }, true],
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: { b: 1 } }, { a: {} }, true],
    [{ a: 1 }, { a: {} }, false],
    [{ a: "x" }, { a: ["x"] }, false],
    [{}, { a: undefined }, false],
    [undefined, {}, false],
    [{ a: "2" }, { a: 1 }, false],
    [[], {}, false],
  ])("%j, %j: %s", (found, wanted, expected) => {
    expect(holds(found, wanted)).toBe(expected);
  });
});
