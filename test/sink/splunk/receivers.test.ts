import { afterEach, describe, expect, it } from "vitest";
import { Receivers } from "../../../src/sink/splunk/receivers.ts";
import { journaledRange } from "../../conformance/event.ts";
import { type FakeSplunk, startFakeSplunk } from "../../wire/fake-splunk.ts";
import { encode, never, openSplunk, TOKEN, transports } from "./open.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function setUp(count: number) {
  let now = 0;
  let healthy = true;
  const probes: string[] = [];
  const warnings: string[] = [];
  const urls = Array.from({ length: count }, (_, at) => new URL(`https://splunk-${at + 1}:8088`));
  const receivers = new Receivers({
    urls,
    monotonic: () => now,
    probe: async (url) => {
      probes.push(url.hostname);
      return healthy;
    },
    warn: (message) => warnings.push(message),
  });
  cleanups.push(() => receivers.close());
  const pick = async () => receivers.pick(never());
  return {
    ...{ receivers, probes, warnings, pick },
    pass: (ms: number) => {
      now += ms;
    },
    setHealthy: (value: boolean) => {
      healthy = value;
    },
    picks: async (times: number) => {
      const hosts: string[] = [];
      for (let n = 0; n < times; n += 1) hosts.push((await pick()).url.hostname);
      return hosts;
    },
  };
}

describe("receivers", () => {
  it("take turns", async () => {
    const { picks } = setUp(3);
    expect(await picks(4)).toEqual(["splunk-1", "splunk-2", "splunk-3", "splunk-1"]);
  });

  it("are left out when they fail, for longer each time, and come back when they are healthy", async () => {
    const { receivers, pick, picks, pass, setHealthy, probes, warnings } = setUp(2);
    const first = await pick();
    receivers.failed(first, "no answer");
    expect(new Set(await picks(4))).toEqual(new Set(["splunk-2"]));
    expect(probes).toEqual([]);
    setHealthy(false);
    pass(1000);
    expect(await picks(1)).toEqual(["splunk-2"]);
    await Promise.resolve();
    expect(probes).toEqual(["splunk-1"]);
    setHealthy(true);
    pass(1999);
    await picks(1);
    expect(probes).toHaveLength(1);
    pass(1);
    await picks(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(new Set(await picks(4))).toEqual(new Set(["splunk-1", "splunk-2"]));
    expect(warnings).toEqual([
      "https://splunk-1:8088 is left out for now: no answer",
      "https://splunk-1:8088 is tried again",
    ]);
  });

  it("that are healthy and refuse stay out for longer each time, until they take a batch", async () => {
    const { receivers, pick, picks, pass } = setUp(2);
    const first = await pick();
    for (const out of [1000, 2000, 4000]) {
      receivers.failed(first, "invalid token");
      pass(out - 1);
      expect(new Set(await picks(2))).toEqual(new Set(["splunk-2"]));
      pass(1);
      await picks(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(new Set(await picks(2))).toEqual(new Set(["splunk-1", "splunk-2"]));
    }
    receivers.succeeded(first);
    receivers.failed(first, "invalid token");
    pass(1000);
    await picks(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(new Set(await picks(2))).toEqual(new Set(["splunk-1", "splunk-2"]));
  });

  it("are tried, the one first that comes back first, when all are in trouble", async () => {
    const { receivers, pick, pass } = setUp(2);
    const first = await pick();
    const second = await pick();
    receivers.failed(second, "down");
    pass(1);
    receivers.failed(first, "down");
    expect((await pick()).url.hostname).toBe("splunk-2");
    expect(receivers.hasOtherThan(first)).toBe(false);
  });

  it("that ask for less are spared while others are free", async () => {
    const { receivers, pick, picks, pass } = setUp(2);
    receivers.crowded(await pick(), "queue", undefined);
    expect(new Set(await picks(3))).toEqual(new Set(["splunk-2"]));
    pass(1000);
    expect(new Set(await picks(2))).toEqual(new Set(["splunk-1", "splunk-2"]));
  });

  it("never stay out for more than a minute", async () => {
    const { receivers, pick } = setUp(1);
    const only = await pick();
    for (let n = 0; n < 50; n += 1) receivers.failed(only, "down");
    expect(only.outUntil).toBe(60_000);
  });
});

async function startThree(): Promise<readonly FakeSplunk[]> {
  const tokens = [{ value: TOKEN, indexes: ["main"] }];
  const fakes = await Promise.all([1, 2, 3].map(() => startFakeSplunk({ tokens })));
  for (const fake of fakes) cleanups.push(fake.server.close);
  return fakes;
}

describe.each(transports)("several receivers over %s", (transport) => {
  it("share the batches, each whole at one of them, and outlive two that fail", async () => {
    const fakes = await startThree();
    const urls = fakes.map(({ server }) => server.url);
    const { sink, warnings } = await openSplunk(urls, { transport });
    cleanups.push(sink.close);
    const [first, second, third] = fakes;
    for (let at = 0; at < 6; at += 1) {
      const outcomes = await sink.send(encode(sink, journaledRange(5, at * 5 + 1)), never());
      expect(outcomes.every(({ kind }) => kind === "delivered")).toBe(true);
    }
    expect(fakes.map(({ stored }) => stored.length)).toEqual([10, 10, 10]);

    await first?.server.inject({ kind: "refused" });
    if (second !== undefined) second.tokens = [];
    let attempts = 0;
    for (const start of [31, 36, 41, 46]) {
      const batch = encode(sink, journaledRange(5, start));
      for (let isDelivered = false; !isDelivered; attempts += 1) {
        const outcomes = await sink.send(batch, never());
        // Others are well, so nobody has to act before anything is sent.
        expect(["delivered", "retry"]).toContain(outcomes[0]?.kind);
        isDelivered = outcomes[0]?.kind === "delivered";
      }
    }
    expect(attempts).toBe(6);
    expect(third?.stored).toHaveLength(30);
    expect(warnings.some((text) => /invalid \(HEC code 4\)\. Put a valid/.test(text))).toBe(true);
    expect(warnings.join("\n")).not.toContain(TOKEN);
  });

  it("hold when none of them is left", async () => {
    const fakes = await startThree();
    for (const fake of fakes) fake.tokens = [];
    const urls = fakes.map(({ server }) => server.url);
    const { sink } = await openSplunk(urls, { transport });
    cleanups.push(sink.close);
    const batch = encode(sink, journaledRange(2));
    const kinds: string[] = [];
    for (let n = 0; n < 4; n += 1) kinds.push((await sink.send(batch, never()))[0]?.kind ?? "");
    expect(kinds).toEqual(["retry", "retry", "hold", "hold"]);
  });
});
