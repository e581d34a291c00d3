import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { Store, type StoredEvent } from "../../src/engine/store.ts";
import type { EventField } from "../../src/event/event.ts";

const stores: Store[] = [];

async function openStore(fields?: readonly EventField[]): Promise<Store> {
  const opened = await Store.open({ temporaryFolder: tmpdir(), ...(fields && { fields }) });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  stores.push(opened.value);
  return opened.value;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

function stored(json: string): StoredEvent {
  return { event: JSON.parse(json) as StoredEvent["event"], json };
}

const line = (id: number, more: string): string =>
  `{"event_id":"e-${id}","timestamp":"2026-03-01T00:00:00.000Z"${more}}`;

describe("a load", () => {
  it("takes lines as they stand; of a key that stands in one twice, the last", async () => {
    const store = await openStore();
    await store.load([
      stored(line(1, ',"department":"sales" , "token_input": 1e3')),
      stored(line(2, ',"department":"sales","department":"legal","details":{"a":1,"a":2}')),
      stored(line(3, ',"policy_flags":["x"],"policy_flags":[]')),
    ]);
    expect(await store.seal()).toEqual({ records: 3, events: 3, conflicts: 0 });
    const rows = await store.query(
      "SELECT ord, department, token_input, policy_flags FROM event ORDER BY ord",
    );
    expect(rows).toEqual([
      { ord: "1", department: "sales", token_input: "1000", policy_flags: null },
      { ord: "2", department: "legal", token_input: null, policy_flags: null },
      { ord: "3", department: null, token_input: null, policy_flags: [] },
    ]);
  });

  it("fails, and does not lose lines, when one is no JSON at all", async () => {
    const store = await openStore();
    const broken = { ...stored(line(1, "")), json: '{"event_id":' };
    await expect(store.load([broken])).rejects.toThrow();
  });

  it("keeps only the fields that are asked for, and every event once", async () => {
    const store = await openStore(["department"]);
    const batches = async function* (): AsyncGenerator<readonly StoredEvent[]> {
      yield [stored(line(1, ',"department":"sales","session_id":"s"'))];
      yield [stored(line(1, ',"department":"hr"')), stored(line(2, ""))];
    };
    await store.loadBatches(batches());
    expect(await store.seal()).toEqual({ records: 3, events: 2, conflicts: 1 });
    expect(await store.query("SELECT * FROM event ORDER BY ord")).toEqual([
      { ord: "1", ts: "1772323200000", event_id: "e-1", department: "sales" },
      { ord: "3", ts: "1772323200000", event_id: "e-2", department: null },
    ]);
  });
});
