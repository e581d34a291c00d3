import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { SplunkOptions } from "../../../src/sink/splunk/kind.ts";
import { hostileTexts, journaled, journaledRange } from "../../conformance/event.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { type FakeHecToken, type FakeSplunk, startFakeSplunk } from "../../wire/fake-splunk.ts";
import { encode, never, type Opened, openSplunk, TOKEN, transports } from "./open.ts";

const cleanups: (() => Promise<unknown> | undefined)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startFake(
  token: Partial<FakeHecToken> = {},
  more: { contentBytesMax?: number; tls?: { key: string; cert: string } } = {},
): Promise<FakeSplunk> {
  const tokens = [{ value: TOKEN, indexes: ["main", "claude_audit"], ...token }];
  const fake = await startFakeSplunk({ tokens, ...more });
  cleanups.push(fake.server.close);
  return fake;
}

async function open(
  fakes: readonly FakeSplunk[],
  changes: Partial<SplunkOptions> = {},
): Promise<Opened> {
  const opened = await openSplunk(
    fakes.map(({ server }) => server.url),
    changes,
  );
  cleanups.push(opened.sink.close);
  return opened;
}

const kinds = (outcomes: readonly RecordOutcome[]) => outcomes.map(({ kind }) => kind);

function all(kind: RecordOutcome["kind"], count: number): readonly string[] {
  return Array.from({ length: count }, () => kind);
}

describe.each(transports)("splunk over %s", (transport) => {
  it("says where events go by configuration alone", async () => {
    const fake = await startFake();
    const { sink } = await open([fake], { transport, index: "claude_audit", host: "gateway-1" });
    const hostile = hostileTexts.map((text, at) =>
      journaled(at + 1, {
        deployment: text,
        labels: { index: "main", host: text, sourcetype: text },
        details: { text, index: "main" },
      } as never),
    );
    expect(kinds(await sink.send(encode(sink, hostile), never()))).toEqual(
      all("delivered", hostile.length),
    );
    expect(fake.stored).toHaveLength(hostile.length);
    for (const [at, stored] of fake.stored.entries()) {
      expect(stored).toMatchObject({
        index: "claude_audit",
        host: "gateway-1",
        source: "claude_deployment",
        sourcetype: "claude:audit",
        time: Date.parse(hostile[at]?.event.timestamp ?? "") / 1000,
      });
      expect(stored.event).toMatchObject({ deployment: hostileTexts[at], chain_seq: at + 1 });
    }
  });

  it("sends token, channel and body as HEC wants them, over one connection", async () => {
    const fake = await startFake({ acknowledges: true });
    const { sink } = await open([fake], { transport, acknowledgement: "required" });
    for (const start of [1, 6])
      expect(kinds(await sink.send(encode(sink, journaledRange(5, start)), never()))).toEqual(
        all("delivered", 5),
      );
    const posts = fake.server.requests.filter(({ path }) => path === "/services/collector/event");
    expect(posts).toHaveLength(2);
    const [first, second] = posts;
    expect(first?.headers.authorization).toBe(`Splunk ${TOKEN}`);
    const channel = first?.headers["x-splunk-request-channel"];
    expect(channel).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(second?.headers["x-splunk-request-channel"]).toBe(channel);
    expect(first?.headers["user-agent"]?.startsWith("Needle/")).toBe(
      transport === "splunk-logging" || undefined,
    );
    const body = first?.body ?? Buffer.alloc(0);
    const text = transport === "undici" ? gunzipSync(body).toString() : body.toString();
    const bodies = encode(sink, journaledRange(5)).map((record) => record.body);
    expect(text).toBe(bodies.join(transport === "undici" ? "\n" : ""));
    // One for events and, as acknowledgements are ours, one for them.
    expect(fake.server.openConnections()).toBe(2);
  });

  it.each([
    [1, "hold"],
    [5, "split"],
    [7, "hold"],
    [8, "retry"],
    [9, "retry"],
    [10, "hold"],
    [23, "retry"],
    [26, "retry"],
    [27, "retry"],
  ] as const)("code %i is %s for all", async (code, kind) => {
    const fake = await startFake();
    const { sink } = await open([fake], { transport });
    fake.forced.push(code);
    const batch = encode(sink, journaledRange(3));
    expect(kinds(await sink.send(batch, never()))).toEqual(all(kind, 3));
    expect(kinds(await sink.send(batch, never()))).toEqual(all("delivered", 3));
  });

  it.each([24, 25])("code %i is delivered, and asks for less", async (code) => {
    const fake = await startFake();
    const { sink, warnings } = await open([fake], { transport });
    fake.forced.push(code);
    const outcomes = await sink.send(encode(sink, journaledRange(3)), never());
    expect(kinds(outcomes)).toEqual(all("delivered", 3));
    expect(fake.stored).toHaveLength(3);
    expect(warnings).toEqual([expect.stringContaining(`HEC code ${code}); sending more slowly`)]);
    const stop = new AbortController();
    const next = sink.send(encode(sink, journaledRange(3, 4)), stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fake.stored).toHaveLength(3);
    stop.abort();
    expect(kinds(await next)).toEqual(all("retry", 3));
  });

  it("puts the one bad event aside and sends the others again", async () => {
    const fake = await startFake();
    const { sink } = await open([fake], { transport });
    const good = encode(sink, journaledRange(5));
    const bad = { ...good[2], body: '{"time":1,"event":""}' } as (typeof good)[number];
    const batch = good.map((record, at) => (at === 2 ? bad : record));
    const outcomes = await sink.send(batch, never());
    expect(kinds(outcomes)).toEqual(["retry", "retry", "quarantine", "retry", "retry"]);
    const rest = batch.filter((_, at) => outcomes[at]?.kind === "retry");
    expect(kinds(await sink.send(rest, never()))).toEqual(all("delivered", 4));
    const ids = good.map(({ event_id }) => event_id);
    expect([...new Set(fake.eventIds())].sort()).toEqual(ids.filter((_, at) => at !== 2));
    // The two before the bad one are there twice: at least once is what is promised.
    expect(fake.stored).toHaveLength(6);
  });

  it("holds for an index that the token may not write to, and goes on when it may", async () => {
    const fake = await startFake({ indexes: ["main"] });
    const { sink } = await open([fake], { transport, index: "claude_audit" });
    const batch = encode(sink, journaledRange(3));
    const outcomes = await sink.send(batch, never());
    expect(outcomes[0]).toMatchObject({
      kind: "hold",
      instruction: expect.stringMatching(/index/),
    });
    expect(fake.stored).toEqual([]);
    fake.tokens = [{ value: TOKEN, indexes: ["main", "claude_audit"] }];
    expect(kinds(await sink.send(batch, never()))).toEqual(all("delivered", 3));
  });

  it("uses a rotated token at once", async () => {
    const fake = await startFake();
    const { sink, secrets } = await open([fake], { transport });
    const batch = encode(sink, journaledRange(2));
    expect(kinds(await sink.send(batch, never()))).toEqual(all("delivered", 2));
    fake.tokens = [{ value: "99999999-2222-3333-4444-555555555555", indexes: ["main"] }];
    expect(kinds(await sink.send(batch, never()))).toEqual(all("hold", 2));
    secrets.delete("HEC");
    const [missing] = await sink.send(batch, never());
    expect(missing).toMatchObject({
      kind: "hold",
      reason: expect.stringMatching(/HEC is not set/),
    });
    secrets.set("HEC", "99999999-2222-3333-4444-555555555555");
    expect(kinds(await sink.send(batch, never()))).toEqual(all("delivered", 2));
  });

  it("sends no token that is none, and does not repeat it", async () => {
    const fake = await startFake();
    const { sink, secrets } = await open([fake], { transport });
    for (const text of ["first\nsecond", "two words", "t\u00f6ken"]) {
      secrets.set("HEC", text);
      const [outcome] = await sink.send(encode(sink, [journaled(1)]), never());
      expect(outcome).toMatchObject({ kind: "hold", reason: expect.stringMatching(/no token/) });
      expect(JSON.stringify(outcome)).not.toContain(text.slice(0, 5));
    }
    expect(fake.server.requests).toEqual([]);
  });

  it("splits what is too large together and puts aside what is too large alone", async () => {
    const fake = await startFake({}, { contentBytesMax: 3000 });
    const { sink } = await open([fake], { transport });
    expect(kinds(await sink.send(encode(sink, journaledRange(4)), never()))).toEqual(
      all("split", 4),
    );
    const large = journaled(1, { details: { text: "x".repeat(4000) } } as never);
    expect(kinds(await sink.send(encode(sink, [large]), never()))).toEqual(["quarantine"]);
  });

  it("sends nothing to a peer that cannot prove who it is", async () => {
    const fake = await startFake({}, { tls: selfSigned() });
    const { sink } = await open([fake], { transport });
    const [outcome] = await sink.send(encode(sink, [journaled(1)]), never());
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/ca_file/) });
    expect(fake.server.requests).toEqual([]);
  });

  it("takes a private authority, and the one that replaces it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-ca-"));
    cleanups.push(async () => rmSync(folder, { recursive: true, force: true }));
    const ca_file = join(folder, "ca.pem");
    const tls = selfSigned();
    writeFileSync(ca_file, selfSigned("somebody else").cert);
    const fake = await startFake({}, { tls });
    const { sink } = await open([fake], { transport, ca_file, timeout: 2000 });
    const batch = encode(sink, journaledRange(2));
    expect(kinds(await sink.send(batch, never()))).toEqual(all("hold", 2));
    writeFileSync(ca_file, tls.cert);
    expect(kinds(await sink.send(batch, never()))).toEqual(all("delivered", 2));
  });

  it("says that the file of the authority is missing, and waits for it", async () => {
    const fake = await startFake({}, { tls: selfSigned() });
    const { sink } = await open([fake], { transport, ca_file: "/nowhere/ca.pem" });
    const [outcome] = await sink.send(encode(sink, [journaled(1)]), never());
    expect(outcome).toMatchObject({
      kind: "retry",
      reason: expect.stringMatching(/ENOENT.*ca.pem/),
    });
  });

  it("prints nothing, whatever goes wrong", async () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    const fake = await startFake();
    const { sink } = await open([fake], { transport });
    for (const code of [4, 6, 9]) {
      fake.forced.push(code);
      await sink.send(encode(sink, journaledRange(2)), never());
    }
    await fake.server.inject({ kind: "refused" });
    await sink.send(encode(sink, journaledRange(2)), never());
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it("keeps batches that are under way at once apart", async () => {
    const fake = await startFake();
    const { sink } = await open([fake], { transport });
    fake.forced.push(0, 9, 0, 4, 0, 8);
    const batches = [1, 11, 21, 31, 41, 51].map((start) => encode(sink, journaledRange(10, start)));
    const outcomes = await Promise.all(batches.map((batch) => sink.send(batch, never())));
    for (const [at, batch] of batches.entries()) {
      const stored = batch.filter(({ event_id }) => fake.eventIds().includes(event_id));
      const delivered = outcomes[at]?.every(({ kind }) => kind === "delivered") ?? false;
      expect(stored).toHaveLength(delivered ? 10 : 0);
    }
    expect(fake.stored).toHaveLength(30);
  });
});

describe("records for splunk", () => {
  it("can be the canonical event alone", async () => {
    const fake = await startFake();
    const { sink } = await open([fake], { normalize: "search", index: "claude_audit" });
    const record = journaled(1, { deployment: "gateway" } as never);
    await sink.send(encode(sink, [record]), never());
    expect(fake.stored).toMatchObject([
      { index: "claude_audit", source: "claude_deployment", sourcetype: "claude:audit:canonical" },
    ]);
    const expected = { ...record.event, chain_seq: 1, chain_hash: record.hash };
    expect(fake.stored[0]?.event).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("that Splunk would cut by default are told of, once", async () => {
    const fake = await startFake();
    const { sink, warnings } = await open([fake]);
    await sink.send(encode(sink, journaledRange(2)), never());
    expect(warnings).toEqual([]);
    const long = journaled(3, { details: { text: "x".repeat(10_000) } } as never);
    for (const _ of [1, 2]) await sink.send(encode(sink, [long]), never());
    expect(warnings).toEqual([expect.stringMatching(/TRUNCATE/)]);
  });

  it("are refused when they are larger than a request may be", async () => {
    const fake = await startFake();
    const { sink } = await open([fake], { batch_size: 65_536 });
    const large = journaled(1, { details: { text: "ä".repeat(40_000) } } as never);
    expect(sink.encode(large)).toMatchObject({ reason: expect.stringMatching(/at most 65536/) });
  });
});
