/** What the inventory reads back, and that half an answer is none. */
import { afterEach, describe, expect, it } from "vitest";
import type { Inventory, Sink } from "../../../src/delivery/sink.ts";
import { criticalEvent, eventId, journaled, START } from "../../conformance/event.ts";
import { startFakeServer } from "../../wire/fake-server.ts";
import { KEYS, never, type Opened, open, openOn, optionsFor } from "./open.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function opening(...given: Parameters<typeof open>): Promise<Opened> {
  const opened = await open(...given);
  cleanups.push(opened.close);
  return opened;
}

async function deliver(sink: Sink, records: readonly ReturnType<typeof journaled>[]) {
  const batch = records.flatMap((record) => {
    const form = sink.encode(record);
    return "body" in form ? [form] : [];
  });
  for (const outcome of await sink.send(batch, never())) expect(outcome.kind).toBe("delivered");
}

function inventoryOf({ sink }: { readonly sink: Sink }): Inventory {
  if (sink.inventory === undefined) throw new Error("no inventory");
  return sink.inventory;
}

async function all(ids: AsyncIterable<string>): Promise<readonly string[]> {
  const list: string[] = [];
  for await (const id of ids) list.push(id);
  return list;
}

const DAY = 86_400_000;

describe("the inventory", () => {
  it("counts minutes of all streams in a range that has its end outside", async () => {
    const opened = await opening();
    const times = [0, 59, 60, 61, 12 * 3600, 24 * 3600];
    const records = times.map((seconds, index) =>
      (index % 2 === 0 ? journaled : criticalEvent)(index + 1, {
        timestamp: new Date(START + seconds * 1000).toISOString(),
      }),
    );
    await deliver(opened.sink, records);
    const minute = (at: number, records: number) => ({
      minute: START + at * 60_000,
      records,
      distinct: records,
    });
    expect(await inventoryOf(opened).countByMinute(START, START + DAY, never())).toEqual([
      minute(0, 2),
      minute(1, 2),
      minute(720, 1),
    ]);
    expect(
      await inventoryOf(opened).countByMinute(START + 60_000, START + 60_001, never()),
    ).toEqual([minute(1, 1)]);
  });

  it("counts each minute once, wherever the range begins", async () => {
    const opened = await opening();
    await deliver(
      opened.sink,
      [1, 2, 3].map((n) =>
        journaled(n, { timestamp: new Date(START + 6 * 3_600_000 + n * 10_000).toISOString() }),
      ),
    );
    // Half a minute off, so that parts would cut a minute if they ended six hours after their start.
    const from = START + 25_000;
    expect(await inventoryOf(opened).countByMinute(from, from + DAY, never())).toEqual([
      { minute: START + 6 * 3_600_000, records: 3, distinct: 3 },
    ]);
  });

  it("shows duplicates of a rollover in counts and ids", async () => {
    const opened = await opening();
    await deliver(opened.sink, [journaled(1), journaled(2)]);
    opened.fake.rollOver("logs-claude.activity-default");
    await deliver(opened.sink, [journaled(1)]);
    const [counted] = await inventoryOf(opened).countByMinute(START, START + DAY, never());
    expect(counted).toEqual({ minute: START, records: 3, distinct: 2 });
    const ids = await all(inventoryOf(opened).eventIds(START, START + DAY, never()));
    expect([...ids].sort()).toEqual([eventId(1), eventId(1), eventId(2)]);
  });

  it("lists ids over pages, also when thousands share a moment, and closes what it opened", async () => {
    const opened = await opening({ batch_records: 20_000 });
    const timestamp = new Date(START).toISOString();
    const records = Array.from({ length: 11_000 }, (_, n) => journaled(n + 1, { timestamp }));
    await deliver(opened.sink, records);
    const ids = await all(inventoryOf(opened).eventIds(START, START + 1, never()));
    expect(ids).toHaveLength(11_000);
    expect(new Set(ids).size).toBe(11_000);
    expect(opened.fake.openPoints()).toBe(0);
  });

  it("closes what it opened when nobody wants more", async () => {
    const opened = await opening();
    await deliver(opened.sink, [journaled(1), journaled(2)]);
    for await (const id of inventoryOf(opened).eventIds(START, START + DAY, never())) {
      expect(id).toBe(eventId(1));
      expect(opened.fake.openPoints()).toBe(1);
      break;
    }
    expect(opened.fake.openPoints()).toBe(0);
  });

  it("holds nothing when there are no streams", async () => {
    const opened = await opening({}, { isBare: true });
    expect(await inventoryOf(opened).countByMinute(START, START + DAY, never())).toEqual([]);
    expect(await all(inventoryOf(opened).eventIds(START, START + DAY, never()))).toEqual([]);
  });

  it("needs the reader's key, and names the privilege", async () => {
    const opened = await opening();
    opened.secrets.set("ES_READER", KEYS.ES_WRITER);
    await expect(inventoryOf(opened).countByMinute(START, START + DAY, never())).rejects.toThrow(
      /403 security_exception.*privilege read/,
    );
    await expect(all(inventoryOf(opened).eventIds(START, START + DAY, never()))).rejects.toThrow(
      /privilege read/,
    );
    const without = await opening({ reader_api_key: undefined });
    expect(without.sink.inventory).toBeUndefined();
  });

  it.each([
    ["shards that failed", { timed_out: false, _shards: { failed: 1 }, aggregations: {} }],
    ["a search that ran out of time", { timed_out: true, _shards: { failed: 0 } }],
    ["nothing", {}],
    ["buckets without numbers", bucketsWithout()],
  ])("takes %s for no answer", async (_, body) => {
    const server = await startFakeServer(() => ({
      status: 200,
      headers: { "content-type": "application/json", "x-elastic-product": "Elasticsearch" },
      body: JSON.stringify(body),
    }));
    cleanups.push(server.close);
    const sink = await openOn(optionsFor(server.url), new Map(Object.entries(KEYS)));
    cleanups.push(sink.close);
    await expect(
      inventoryOf({ sink }).countByMinute(START, START + DAY, never()),
    ).rejects.toMatchObject({ name: "InventoryError" });
  });
});

function bucketsWithout(): object {
  const buckets = [{ key: START, doc_count: "3", ids: { value: 3 } }];
  return { timed_out: false, _shards: { failed: 0 }, aggregations: { minutes: { buckets } } };
}
