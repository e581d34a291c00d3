import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/delivery/clock.ts";
import { journaled } from "../conformance/event.ts";
import { seededRandom } from "../event/random-event.ts";
import { fault } from "./cases.ts";
import { Ground, pause, seedOf } from "./ground.ts";
import { archive, elastic, sentinel, splunk, syslog, webhook } from "./product.ts";

const SEED = seedOf("FAULT_SEED");
const DAY_MS = 86_400_000;

let ground: Ground;

beforeEach(async () => {
  ground = new Ground();
  ground.products = [
    await elastic(ground),
    await splunk(ground),
    await sentinel(ground),
    await webhook(ground),
    await syslog(ground),
    await archive(ground),
  ];
});

afterEach(() => ground.close());

describe(fault(51), () => {
  it(`loses nothing and does not stand still (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    let offset = 0;
    ground.clock = { ...systemClock, now: () => Date.now() + offset };
    // Receivers of webhooks refuse signatures of another time, as they should; tokens of Azure end then.
    ground.products = ground.products.filter(({ name }) => !["webhook", "sentinel"].includes(name));
    await ground.start();
    await ground.setUp();
    const jumps = [365 * DAY_MS, -365 * DAY_MS, -DAY_MS, DAY_MS, 1000, -1000, 0];
    for (let turn = 0; turn < 30; turn += 1) {
      offset = jumps[Math.floor(random() * jumps.length)] ?? 0;
      await ground.append(5, random);
      const product = ground.products[Math.floor(random() * ground.products.length)];
      const wire = { kind: "status", status: 503, retryAfter: "0" } as const;
      if (random() < 0.5) await product?.inject?.(wire, 1);
      await pause(random() * 20);
    }
    await ground.caughtUp();
    expect((await ground.verdict()).problems).toEqual([]);
  });
});

describe(fault(52), () => {
  it("delivers events of any time, or makes dead letters of them", async () => {
    await ground.start();
    await ground.setUp();
    const times = [
      "0001-01-01T00:00:00.000Z",
      "1601-01-01T00:00:00.000Z",
      "1969-12-31T23:59:59.999Z",
      "1970-01-01T00:00:00.000Z",
      "2001-09-09T01:46:40.000Z",
      "2016-12-31T23:59:59.999Z",
      new Date(Date.now() - 3 * DAY_MS).toISOString(),
      new Date(Date.now() + 3 * DAY_MS).toISOString(),
      "2038-01-19T03:14:08.000Z",
      "2262-04-11T23:47:16.855Z",
      "9999-12-31T23:59:59.999Z",
    ];
    const events = times.map((timestamp, at) => journaled(at + 1, { timestamp } as never).event);
    await ground.offer(events as unknown as readonly Readonly<Record<string, unknown>>[]);
    const { problems, sinks } = await ground.verdict();
    expect(problems).toEqual([]);
    for (const { delivered, deadLetters } of Object.values(sinks))
      expect(delivered + deadLetters).toBe(times.length);
    expect(sinks["archive"]?.delivered).toBe(times.length);
  });
});
