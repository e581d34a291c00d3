import { afterEach, describe, expect, it } from "vitest";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { HttpResult } from "../../../src/sink/http/post.ts";
import { Acknowledgements } from "../../../src/sink/splunk/acknowledgement.ts";
import type { SplunkOptions } from "../../../src/sink/splunk/kind.ts";
import { journaledRange } from "../../conformance/event.ts";
import type { FakeRequest } from "../../wire/fake-server.ts";
import { type FakeSplunk, startFakeSplunk } from "../../wire/fake-splunk.ts";
import type { WireFault } from "../../wire/fault.ts";
import { encode, never, type Opened, openSplunk, TOKEN, transports } from "./open.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  changes: Partial<SplunkOptions> = {},
): Promise<Opened & { readonly fake: FakeSplunk }> {
  const tokens = [{ value: TOKEN, indexes: ["main"], acknowledges: true }];
  const fake = await startFakeSplunk({ tokens });
  cleanups.push(fake.server.close);
  const opened = await openSplunk([fake.server.url], { acknowledgement: "required", ...changes });
  cleanups.push(opened.sink.close);
  return { ...opened, fake };
}

const kinds = (outcomes: readonly RecordOutcome[]) => outcomes.map(({ kind }) => kind);
const isAck = ({ path }: FakeRequest): boolean => path === "/services/collector/ack";
const isPost = ({ path }: FakeRequest): boolean => path === "/services/collector/event";

function postsOf({ server }: FakeSplunk): number {
  return server.requests.filter(isPost).length;
}

describe.each(transports)("acknowledged delivery over %s", (transport) => {
  it("waits for the acknowledgement", async () => {
    const { sink, fake } = await start({ transport });
    fake.pollsUntilTrue = 3;
    const outcomes = await sink.send(encode(sink, journaledRange(3)), never());
    expect(kinds(outcomes)).toEqual(["delivered", "delivered", "delivered"]);
    // One question finds out whether there are acknowledgements; three more hear that it is pending.
    expect(fake.server.requests.filter(isAck)).toHaveLength(5);
  });

  it("proves batches side by side with one question for all", async () => {
    const { sink, fake } = await start({ transport, acknowledgement_poll: 100 });
    await sink.send(encode(sink, journaledRange(1)), never());
    const before = fake.server.requests.filter(isAck).length;
    const batches = [11, 21, 31, 41].map((first) => encode(sink, journaledRange(10, first)));
    const outcomes = await Promise.all(batches.map((batch) => sink.send(batch, never())));
    expect(new Set(outcomes.flatMap(kinds))).toEqual(new Set(["delivered"]));
    expect(fake.server.requests.filter(isAck).length - before).toBe(1);
  });

  it("calls nothing delivered that is never acknowledged", async () => {
    const { sink, fake } = await start({ transport });
    fake.pollsUntilTrue = Number.POSITIVE_INFINITY;
    const outcomes = await sink.send(encode(sink, journaledRange(2)), never());
    expect(outcomes[0]).toMatchObject({
      kind: "retry",
      reason: "Splunk did not acknowledge the batch within 0.3 s",
    });
    fake.pollsUntilTrue = 0;
    const again = await sink.send(encode(sink, journaledRange(2)), never());
    expect(kinds(again)).toEqual(["delivered", "delivered"]);
  });

  it("sends again when Splunk took a batch and gave no id", async () => {
    const { sink, fake } = await start({ transport });
    fake.omitsAckId = true;
    const outcomes = await sink.send(encode(sink, journaledRange(2)), never());
    expect(outcomes[0]).toMatchObject({ kind: "retry", reason: expect.stringMatching(/no ack/) });
  });

  it("holds before it sends when the token has no acknowledgements", async () => {
    const { sink, fake } = await start({ transport });
    const batch = encode(sink, journaledRange(2));
    fake.tokens = [{ value: TOKEN, indexes: ["main"] }];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const [outcome] = await sink.send(batch, never());
      expect(outcome).toMatchObject({
        kind: "hold",
        reason: expect.stringMatching(/HEC code 14/),
        instruction: expect.stringMatching(/acknowledgement: off/),
      });
    }
    expect(fake.stored).toEqual([]);
  });

  it("holds, with one duplicate at most, when acknowledgements are turned off while it runs", async () => {
    const { sink, fake } = await start({ transport });
    const batch = encode(sink, journaledRange(1));
    expect(kinds(await sink.send(batch, never()))).toEqual(["delivered"]);
    fake.tokens = [{ value: TOKEN, indexes: ["main"] }];
    expect(kinds(await sink.send(batch, never()))).toEqual(["retry"]);
    expect(kinds(await sink.send(batch, never()))).toEqual(["hold"]);
    expect(kinds(await sink.send(batch, never()))).toEqual(["hold"]);
    expect(fake.stored).toHaveLength(2);
  });
});

const broken: readonly (readonly [string, WireFault])[] = [
  ["refuses questions", { kind: "status", status: 400 }],
  ["does not know the endpoint", { kind: "status", status: 404 }],
  ["fails", { kind: "status", status: 500 }],
  ["shows a login page", { kind: "page" }],
  ["answers with nothing", { kind: "empty" }],
  ["hangs", { kind: "hang" }],
  ["breaks off", { kind: "reset-mid-answer" }],
];

describe("acknowledgements", () => {
  it.each(broken)("prove nothing when the endpoint %s", async (_, fault) => {
    const { sink, fake } = await start({ timeout: 60, acknowledgement_timeout: 100 });
    const batch = encode(sink, journaledRange(2));
    await fake.server.inject(fault, isAck);
    expect(["retry", "hold"]).toContain(kinds(await sink.send(batch, never()))[0]);
    expect(fake.stored).toEqual([]);
    await fake.server.heal();
    expect(kinds(await sink.send(batch, never()))).toEqual(["delivered", "delivered"]);
    await fake.server.inject(fault, isAck);
    expect(kinds(await sink.send(batch, never()))).toEqual(["retry", "retry"]);
    await fake.server.heal();
    expect(kinds(await sink.send(batch, never()))).toEqual(["delivered", "delivered"]);
  });

  it("are not expected of a token without them when nobody asks for them", async () => {
    const { sink, fake } = await start({ acknowledgement: "off" });
    const [outcome] = await sink.send(encode(sink, journaledRange(1)), never());
    expect(outcome).toMatchObject({
      kind: "hold",
      reason: expect.stringMatching(/HEC code 10/),
      instruction: expect.stringMatching(/acknowledgement: required/),
    });
    expect(fake.stored).toEqual([]);
  });

  it("get a new channel after a restart, so that ids that come again mean nothing old", async () => {
    const { sink, fake } = await start({ acknowledgement_timeout: 800 });
    await sink.send(encode(sink, journaledRange(1)), never());
    fake.pollsUntilTrue = Number.POSITIVE_INFINITY;
    const lost = sink.send(encode(sink, journaledRange(1, 2)), never());
    while (postsOf(fake) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await fake.server.inject({ kind: "refused" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    fake.restart();
    fake.pollsUntilTrue = 0;
    await fake.server.heal();
    for (let n = 3; n < 7; n += 1)
      expect(kinds(await sink.send(encode(sink, journaledRange(1, n)), never()))).toEqual([
        "delivered",
      ]);
    expect(kinds(await lost)).toEqual(["retry"]);
    const used = fake.server.requests
      .filter(isPost)
      .map(({ headers }) => headers["x-splunk-request-channel"]);
    expect(new Set(used.slice(0, 2)).size).toBe(1);
    expect(used[2]).not.toBe(used[0]);
  });

  it("get a new channel after a failed attempt, as Splunk may count from 0 again", async () => {
    const { sink, fake } = await start();
    for (const n of [1, 2]) await sink.send(encode(sink, journaledRange(1, n)), never());
    fake.forced.push(23);
    await sink.send(encode(sink, journaledRange(1, 3)), never());
    await sink.send(encode(sink, journaledRange(1, 3)), never());
    const used = fake.server.requests
      .filter(isPost)
      .map(({ headers }) => headers["x-splunk-request-channel"]);
    expect(used.map((channel) => used.indexOf(channel))).toEqual([0, 0, 0, 3]);
  });

  it("are given up at once when the attempt is", async () => {
    const { sink, fake } = await start({ acknowledgement_timeout: 60_000 });
    fake.pollsUntilTrue = Number.POSITIVE_INFINITY;
    const stop = new AbortController();
    const sent = sink.send(encode(sink, journaledRange(1)), stop.signal);
    while (postsOf(fake) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(kinds(await sent)).toEqual(["retry"]);
  });

  it("end with the sink", async () => {
    const { sink, fake } = await start({ acknowledgement_timeout: 60_000 });
    fake.pollsUntilTrue = Number.POSITIVE_INFINITY;
    const sent = sink.send(encode(sink, journaledRange(1)), never());
    while (postsOf(fake) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await sink.close();
    expect(kinds(await sent)).toEqual(["retry"]);
  });
});

describe("ids of acknowledgements", () => {
  function acks(answer: (ids: readonly number[]) => HttpResult) {
    let channels = 0;
    const asked: { channel: string; ids: readonly number[] }[] = [];
    const acknowledgements = new Acknowledgements({
      pollMs: 5,
      timeoutMs: 100,
      newChannel: () => {
        channels += 1;
        return `channel ${channels}`;
      },
      ask: async (channel, ids) => {
        asked.push({ channel, ids });
        return answer(ids);
      },
    });
    cleanups.push(() => acknowledgements.close());
    return { acknowledgements, asked };
  }
  const states = (value: unknown): HttpResult => ({
    status: 200,
    headers: {},
    body: JSON.stringify({ acks: value }),
  });

  it("that count backwards make unknown what still waits", async () => {
    const { acknowledgements } = acks((ids) => states(ids.includes(7) ? {} : { 0: true }));
    const first = acknowledgements.ticket();
    const old = acknowledgements.wait(first, 7, never());
    const second = acknowledgements.ticket();
    const fresh = acknowledgements.wait(second, 0, never());
    expect(await old).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/restarted/),
    });
    expect(await fresh).toEqual({ kind: "acknowledged" });
    expect(acknowledgements.ticket().channel).not.toBe(second.channel);
  });

  it.each([
    ["text", "true"],
    ["a number", 1],
    ["null", null],
    ["an object", {}],
  ])("are not acknowledged by %s", async (_, value) => {
    const { acknowledgements } = acks(() => states({ 0: value }));
    const result = await acknowledgements.wait(acknowledgements.ticket(), 0, never());
    expect(result.kind).toBe("unknown");
  });

  it("are asked for in bounded questions and forgotten when they are settled", async () => {
    const { acknowledgements, asked } = acks((ids) =>
      states(Object.fromEntries(ids.map((id) => [id, true]))),
    );
    const ticket = acknowledgements.ticket();
    const waits = Array.from({ length: 2500 }, (_, id) =>
      acknowledgements.wait(ticket, id, never()),
    );
    expect(new Set((await Promise.all(waits)).map(({ kind }) => kind))).toEqual(
      new Set(["acknowledged"]),
    );
    expect(asked.map(({ ids }) => ids.length)).toEqual([1000, 1000, 500]);
    expect(ticket.channel.waiting.size).toBe(0);
  });
});
