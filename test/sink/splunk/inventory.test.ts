import { afterEach, describe, expect, it } from "vitest";
import type { Inventory } from "../../../src/delivery/sink.ts";
import type { SplunkOptions } from "../../../src/sink/splunk/kind.ts";
import { eventId, journaled, START } from "../../conformance/event.ts";
import { startFakeServer } from "../../wire/fake-server.ts";
import { type FakeSplunk, startFakeSplunk } from "../../wire/fake-splunk.ts";
import { encode, never, openSplunk, SEARCH_TOKEN, TOKEN } from "./open.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function searchAt(url: string): Pick<SplunkOptions, "search"> {
  const token = { from: "env", name: "SEARCH" } as const;
  return { search: { url: new URL(url), token, allow_plain_http: true } };
}

async function start(index?: string) {
  const tokens = [{ value: TOKEN, indexes: ["main", "other"] }];
  const fake: FakeSplunk = await startFakeSplunk({ tokens, searchTokens: [SEARCH_TOKEN] });
  cleanups.push(fake.server.close);
  const opened = await openSplunk([fake.server.url], { index, ...searchAt(fake.server.url) });
  cleanups.push(opened.sink.close);
  const { inventory } = opened.sink;
  if (inventory === undefined) throw new Error("no inventory");
  const send = async (...times: readonly number[]) => {
    const records = times.map((ms) =>
      journaled(ms, { timestamp: new Date(START + ms).toISOString() }),
    );
    await opened.sink.send(encode(opened.sink, records), never());
  };
  return { ...opened, fake, inventory, send };
}

async function idsOf(inventory: Inventory, from: number, to: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of inventory.eventIds(from, to, never())) ids.push(id);
  return ids;
}

describe("inventory of splunk", () => {
  it("counts by minute, duplicates apart", async () => {
    const { inventory, send } = await start();
    await send(0, 1, 59_999, 60_000, 180_000);
    await send(1);
    expect(await inventory.countByMinute(START, START + 3_600_000, never())).toEqual([
      { minute: START, records: 4, distinct: 3 },
      { minute: START + 60_000, records: 1, distinct: 1 },
      { minute: START + 180_000, records: 1, distinct: 1 },
    ]);
  });

  it("takes bounds to the millisecond, the first in and the last out", async () => {
    const { inventory, send } = await start();
    await send(0, 1, 2, 999, 1000, 1001);
    expect(await idsOf(inventory, START + 1, START + 1000)).toEqual([1, 2, 999].map(eventId));
    expect(await inventory.countByMinute(START + 1, START + 1000, never())).toEqual([
      { minute: START, records: 3, distinct: 3 },
    ]);
    expect(await idsOf(inventory, START + 5000, START + 9000)).toEqual([]);
  });

  it("lists every record, duplicates too, in several answers when they are many", async () => {
    const { inventory, fake } = await start();
    const seconds = [...Array(130).keys()].flatMap((n) => Array(400).fill(n) as number[]);
    for (const [n, second] of seconds.entries()) {
      const time = START / 1000 + second;
      const more = { index: "main", host: undefined, sourcetype: undefined, event: {} };
      fake.stored.push({ time, source: "claude_deployment", event_id: eventId(n >> 1), ...more });
    }
    const before = fake.server.requests.length;
    const ids = await idsOf(inventory, START, START + 130_000);
    expect(ids.join()).toBe(seconds.map((_, n) => eventId(n >> 1)).join());
    expect(fake.server.requests.length - before).toBe(3);
  });

  it("looks into the index that events go to and at nothing else", async () => {
    const { inventory, send, fake } = await start("other");
    await send(1);
    const [stored] = fake.stored;
    if (stored === undefined) throw new Error("nothing stored");
    fake.stored.push({ ...stored, index: "main", event_id: eventId(2) });
    fake.stored.push({ ...stored, source: "somebody", event_id: eventId(3) });
    expect(await idsOf(inventory, START, START + 1000)).toEqual([eventId(1)]);
  });

  it("is not there without search access", async () => {
    const { sink } = await openSplunk(["http://127.0.0.1:1"]);
    cleanups.push(sink.close);
    expect(sink.inventory).toBeUndefined();
  });

  const row = '{"preview":false,"offset":0,"lastrow":true,"result":{"event_id":"x"}}';
  it.each([
    ["a refused token", 401, "{}", /put a valid one under search\.token/],
    ["an error", 500, "no", /HTTP status 500/],
    ["a page", 200, "<html>log in</html>", /not JSON/],
    ["an answer without its last row", 200, row.replace("true", "false"), /before its last row/],
    [
      "an indexer that was not asked",
      200,
      `${row}\n{"messages":[{"type":"WARN","text":"Search results might be incomplete"}]}`,
      /did not see everything/,
    ],
    ["a failed search", 200, '{"messages":[{"type":"FATAL","text":"quota"}]}', /quota/],
  ])("rejects %s instead of counting it", async (_, status, body, message) => {
    const server = await startFakeServer(() => ({ status, body }));
    cleanups.push(server.close);
    const { sink } = await openSplunk(["http://127.0.0.1:1"], searchAt(server.url));
    cleanups.push(sink.close);
    const counted = sink.inventory?.countByMinute(START, START + 1000, never());
    await expect(counted).rejects.toThrow(message);
    await expect(counted).rejects.not.toThrow(SEARCH_TOKEN);
  });
});
