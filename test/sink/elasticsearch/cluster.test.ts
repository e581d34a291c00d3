/** Between the sink and the wire: credentials, certificates, versions, sizes, injection. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { EncodedRecord, JournaledEvent, Sink } from "../../../src/delivery/sink.ts";
import type { EventType } from "../../../src/event/event.ts";
import { inNamespace, streamsOf } from "../../../src/sink/elasticsearch/stream.ts";
import { journaled, journaledRange } from "../../conformance/event.ts";
import { randomEvents } from "../../event/random-event.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { WRITER } from "../../wire/fake-elasticsearch.ts";
import { startFakeServer } from "../../wire/fake-server.ts";
import { env, KEYS, never, type Opened, open, openOn, optionsFor } from "./open.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function opening(...given: Parameters<typeof open>): Promise<Opened> {
  const opened = await open(...given);
  cleanups.push(opened.close);
  return opened;
}

function encoded(sink: Sink, record: JournaledEvent): EncodedRecord {
  const form = sink.encode(record);
  if (!("body" in form)) throw new Error(form.reason);
  return form;
}

describe("the writer's credential", () => {
  it("is read at every attempt, so that a rotated key needs no restart", async () => {
    const { sink, fake, secrets } = await opening();
    const batch = [encoded(sink, journaled(1))];
    fake.revoke(`ApiKey ${KEYS.ES_WRITER}`);
    expect(await sink.send(batch, never())).toMatchObject([
      { kind: "hold", instruction: expect.stringContaining("create_doc") },
    ]);
    secrets.set("ES_WRITER", "bmV3OmtleQ==");
    fake.grant("ApiKey bmV3OmtleQ==", WRITER);
    expect(await sink.send(batch, never())).toEqual([{ kind: "delivered" }]);
  });

  it.each([
    ["missing", undefined],
    ["with a line break", "abc\r\nx-injected: yes"],
    ["with a blank", "abc def"],
    ["beyond ASCII", "schlüssel"],
  ])("that is %s holds all and sends nothing", async (_, value) => {
    const { sink, fake, secrets } = await opening();
    if (value === undefined) secrets.delete("ES_WRITER");
    else secrets.set("ES_WRITER", value);
    const before = fake.requests.length;
    const [outcome] = await sink.send([encoded(sink, journaled(1))], never());
    expect(outcome).toMatchObject({ kind: "hold", reason: expect.stringContaining("ES_WRITER") });
    if (value !== undefined) expect(JSON.stringify(outcome)).not.toContain(value);
    expect(fake.requests).toHaveLength(before);
  });

  it("is not in the debug log of the client, which shows headers", async () => {
    const { fake } = await opening();
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "send-once.ts"), fake.url],
      { env: { ...process.env, DEBUG: "*" } },
    );
    expect(stdout).toBe("delivered");
    expect(stderr).toContain("elasticsearch");
    expect(stderr).toContain("content-encoding");
    expect(stderr).not.toContain(KEYS.ES_WRITER);
  });

  it("may be id and key with a colon, or user name and password", async () => {
    const basic = { api_key: undefined, username: env("ES_USER"), password: env("ES_PASSWORD") };
    const { sink, fake, secrets } = await opening(basic);
    secrets.set("ES_USER", "elastic").set("ES_PASSWORD", "pä ss:wörd");
    fake.grant(`Basic ${Buffer.from("elastic:pä ss:wörd").toString("base64")}`, WRITER);
    expect(await sink.send([encoded(sink, journaled(1))], never())).toEqual([
      { kind: "delivered" },
    ]);
    const other = await opening();
    other.secrets.set("ES_WRITER", "writer:writer-secret");
    expect(await other.sink.send([encoded(other.sink, journaled(1))], never())).toEqual([
      { kind: "delivered" },
    ]);
  });
});

describe("a cluster behind TLS", () => {
  function caFile(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-ca-"));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "ca.pem");
    writeFileSync(path, text);
    return path;
  }

  it("that is not trusted gets neither token nor events", async () => {
    const { sink, fake } = await opening({}, { tls: selfSigned() });
    expect(await sink.send([encoded(sink, journaled(1))], never())).toMatchObject([
      {
        kind: "hold",
        reason: expect.stringContaining("certificate is not trusted"),
        instruction: expect.stringContaining("ca_file"),
      },
    ]);
    expect(fake.requests).toEqual([]);
    const findings = await sink.check(never());
    expect(findings).toMatchObject([{ status: "failed" }]);
    expect(fake.requests).toEqual([]);
  });

  it("is not trusted while the file of its authority cannot be read", async () => {
    const { sink, fake } = await opening({ ca_file: "/nonexistent/ca.pem" }, { tls: selfSigned() });
    expect(await sink.send([encoded(sink, journaled(1))], never())).toMatchObject([
      { kind: "hold", reason: expect.stringContaining("ca_file cannot be read (ENOENT)") },
    ]);
    expect(fake.requests).toEqual([]);
  });

  it("is trusted by the authority of a file, also when that is replaced while it runs", async () => {
    const tls = selfSigned();
    const path = caFile(selfSigned("other").cert);
    const { sink } = await opening({ ca_file: path }, { tls });
    const batch = [encoded(sink, journaled(1))];
    expect(await sink.send(batch, never())).toMatchObject([{ kind: "hold" }]);
    writeFileSync(path, tls.cert);
    await sink.setUp?.(never());
    expect(await sink.send(batch, never())).toEqual([{ kind: "delivered" }]);
    expect(await sink.check(never())).toContainEqual({
      status: "ok",
      what: "the certificate of the cluster is trusted",
    });
  });
});

describe("a request", () => {
  it("is packed, names one path and creates documents only", async () => {
    const { sink, fake } = await opening();
    const batch = journaledRange(50).map((record) => encoded(sink, record));
    await sink.send(batch, never());
    const sent = fake.requests.at(-1);
    expect(sent?.path).toBe("/_bulk");
    expect(sent?.query.get("require_data_stream")).toBe("true");
    expect(sent?.headers["content-encoding"]).toBe("gzip");
    expect(sent?.headers["accept-encoding"]).toBe("identity");
    const body = gunzipSync(sent?.body ?? Buffer.alloc(0));
    // What the limits count is what is sent before packing.
    const counted = batch.reduce((sum, { bytes }) => sum + bytes + sink.limits.overheadBytes, 0);
    expect(body.length).toBe(counted);
    expect(sent?.body.length).toBeLessThan(body.length / 4);
  });

  it.each(["8.16.0", "9.0.0", "9.5.1", "10.0.0"])("is understood by %s", async (version) => {
    const { sink } = await opening({}, { version });
    expect(await sink.send([encoded(sink, journaled(1))], never())).toEqual([
      { kind: "delivered" },
    ]);
  });

  it("goes to the nodes in turn, and past one that is down", async () => {
    const first = await opening();
    const gone = await startFakeServer(() => ({ status: 500 }));
    await gone.close();
    const options = optionsFor(first.fake.url, {
      nodes: [new URL(first.fake.url), new URL(gone.url)],
    });
    const sink = await openOn(options, first.secrets);
    cleanups.push(sink.close);
    const kinds = new Set<string>();
    for (let n = 1; n <= 4; n += 1)
      for (const { kind } of await sink.send([encoded(sink, journaled(n))], never()))
        kinds.add(kind);
    expect(kinds).toEqual(new Set(["delivered", "retry"]));
  });

  it("whose answer comes packed is not unpacked: it could be of any size", async () => {
    const bomb = gzipSync(Buffer.alloc(4_000_000, " "));
    const server = await startFakeServer(() => ({
      status: 200,
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
        "x-elastic-product": "Elasticsearch",
      },
      body: bomb,
    }));
    cleanups.push(server.close);
    const sink = await openOn(optionsFor(server.url), new Map(Object.entries(KEYS)));
    cleanups.push(sink.close);
    expect(await sink.send([encoded(sink, journaled(1))], never())).toMatchObject([
      { kind: "retry", reason: expect.stringContaining("packed") },
    ]);
  });
});

describe("what an event holds", () => {
  const TYPES: readonly EventType[] = [
    ...(["session_start", "session_end", "policy_event", "security_event"] as const),
    "activity_event",
  ];

  it.each(TYPES)("does not decide where it goes, only its type does: %s", async (event_type) => {
    const { sink, fake } = await opening({ namespace: "prod.eu_1" });
    const forged = '"data_stream":{"type":"logs","namespace":"default","dataset":"claude.policy"}';
    const details = {
      data_stream: { type: "logs", namespace: "default", dataset: "claude.policy" },
      forged,
    };
    const record = journaled(1, { event_type, details, labels: { data_stream: forged } } as never);
    expect(await sink.send([encoded(sink, record)], never())).toEqual([{ kind: "delivered" }]);
    const dataset = `claude.${event_type.split("_")[0]}`;
    expect(fake.documents(`logs-${dataset}-prod.eu_1`)).toMatchObject([
      { data_stream: { type: "logs", namespace: "prod.eu_1", dataset }, event: { dataset } },
    ]);
  });

  it("is not sent when the mapping and the names of streams do not agree", () => {
    const document =
      '{"data_stream":{"type":"logs","namespace":"default","dataset":"claude.other"}}';
    expect(() => inNamespace(document, "policy_event", "default")).toThrow(/policy_event/);
  });

  it("reaches neither the action, nor paths, nor headers", async () => {
    const { sink, fake } = await opening();
    const start = fake.requests.length;
    const seed = fc.sample(fc.integer({ min: 1, max: 2 ** 31 }), 1)[0] ?? 1;
    const events = randomEvents(seed).take(300);
    const batch = [...events].map((event, index) =>
      encoded(sink, { ...journaled(index + 1), event: event as JournaledEvent["event"] }),
    );
    const outcomes = await sink.send(batch, never());
    expect(
      outcomes.filter(({ kind }) => kind !== "delivered"),
      `seed ${seed}`,
    ).toEqual([]);
    for (const { body, event_id } of batch) {
      const lines = body.split("\n");
      expect(lines, `seed ${seed}`).toHaveLength(2);
      const { create } = JSON.parse(lines[0] ?? "") as { create: Record<string, string> };
      expect(Object.keys(create)).toEqual(["_index", "_id"]);
      expect(streamsOf("default")).toContain(create["_index"]);
      expect(create["_id"]).toBe(event_id);
    }
    const [sent, ...more] = fake.requests.slice(start);
    expect(more).toEqual([]);
    expect(sent?.path).toBe("/_bulk");
    expect(Object.keys(sent?.headers ?? {}).sort()).toEqual([
      ...["accept", "accept-encoding", "authorization", "connection", "content-encoding"],
      ...["content-length", "content-type", "host", "user-agent"],
    ]);
    expect(new Set(fake.streams())).toEqual(new Set(streamsOf("default")));
  });

  it("is told apart by its id, whatever its length", async () => {
    const { sink } = await opening();
    const long = "x".repeat(600);
    const record = encoded(sink, journaled(1, { event_id: long }));
    expect(record.event_id).toBe(long);
    expect(await sink.send([record], never())).toEqual([{ kind: "delivered" }]);
    expect(await sink.send([record], never())).toMatchObject([{ duplicate: true }]);
  });
});
