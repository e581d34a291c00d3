/** Reading beside what writes: snapshots, bounds, and no append that waits. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as api from "@duckdb/node-api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EventReader, QueryBoundError } from "../../src/engine/event-reader.ts";
import { EventStore } from "../../src/engine/event-store.ts";
import { completionsOf, findEvents, listEvents, valuesOf } from "../../src/engine/run-events.ts";
import type { Predicate } from "../../src/rule/ir.ts";
import { eventId, journaled, START } from "../conformance/event.ts";

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-reader-"));
  store = await EventStore.open(api, {
    path: join(folder, "events.duckdb"),
    scratch: join(folder, "scratch"),
    memoryBytesMax: 256 * 2 ** 20,
    threads: 2,
  });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function incoming(n: number, changes: object = {}) {
  const { event } = journaled(n, changes);
  const time = Date.parse(event.timestamp);
  return { event_id: event.event_id, time, body: JSON.stringify(event) };
}

const SPAN = { file: "", line: 1, column: 1, length: 1 };
const always: Predicate = { kind: "always", span: SPAN };
/** Takes minutes; the engine cannot answer it without counting. */
const ENDLESS =
  "SELECT count(*) FROM range(100000000000) AS a(n) WHERE n % 7 = 3 AND hash(n) % 3 = 1";

async function boundedReader(queryMsMax: number, rowsMax: number): Promise<EventReader> {
  const instance = await api.DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE record AS SELECT 1 AS n");
  return EventReader.open(connection, { queryMsMax, rowsMax });
}

it("sees what was appended before a query, and an append does not wait for a query", async () => {
  const reader = await store.reader();
  expect(await reader.query("SELECT event_id FROM event")).toEqual([]);
  await store.append([incoming(1)]);
  expect(await reader.query("SELECT event_id FROM event")).toEqual([{ event_id: eventId(1) }]);
  const slow = reader.query(ENDLESS).then(
    () => "answered",
    () => "cut off",
  );
  expect(await store.append([incoming(2), incoming(3)])).toEqual([false, false]);
  expect(await store.query("SELECT count(*) AS n FROM record")).toEqual([{ n: "3" }]);
  await store.close();
  expect(await slow).toBe("cut off");
  await expect(reader.query("SELECT 1")).rejects.toThrow("the store was closed");
});

it("a query has its time and its length, and the next one works", async () => {
  const reader = await boundedReader(50, 100);
  await expect(reader.query(ENDLESS)).rejects.toThrow(QueryBoundError);
  await expect(reader.query("SELECT * FROM range(101)")).rejects.toThrow(/more than 100 rows/);
  expect(await reader.query("SELECT * FROM range(100)")).toHaveLength(100);
  expect(await reader.query("SELECT n FROM event")).toEqual([{ n: 1 }]);
  await reader.close();
});

it("events are listed newest first, page by page, each once, also where times are equal", async () => {
  const same = (n: number) => incoming(n, { timestamp: new Date(START).toISOString() });
  await store.append([...[1, 2, 3, 4, 5].map(same), incoming(6), incoming(7)]);
  const reader = await store.reader();
  const rowEvents = { where: always, fromMs: START, toMs: START + 3_600_000 };
  const seen: string[] = [];
  let after: { timeMs: number; eventId: string } | undefined;
  do {
    const page = await listEvents(reader, rowEvents, ["timestamp"], 2, after);
    seen.push(...page.rows.map((row) => String(row["event_id"])));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map(eventId));
  const hour = new Date(START).getUTCHours();
  const of = (hourOfDay: number) =>
    listEvents(reader, { ...rowEvents, hourOfDay }, ["timestamp"], 100);
  expect((await of(hour)).rows).toHaveLength(7);
  expect((await of((hour + 1) % 24)).rows).toHaveLength(0);
});

it("ids, values and beginnings are looked for as they are spelt, whatever signs they have", async () => {
  const odd = `it's "odd"; DROP TABLE record --`;
  await store.append([
    incoming(1, { department: odd, user_id_hash: "ab".repeat(32) }),
    incoming(2, { department: odd, user_id_hash: "ac".repeat(32) }),
    incoming(3, { department: "sales" }),
  ]);
  const reader = await store.reader();
  const range = { fromMs: START, toMs: START + 3_600_000 };
  expect(await valuesOf(reader, "department", range, 10)).toEqual([odd, "sales"]);
  expect(await valuesOf(reader, "department", range, 1)).toEqual([odd]);
  expect(await completionsOf(reader, "user_id_hash", "ab")).toEqual(["ab".repeat(32)]);
  expect(await completionsOf(reader, "user_id_hash", "a")).toHaveLength(2);
  expect(await completionsOf(reader, "user_id_hash", "a%")).toEqual([]);
  const found = await findEvents(reader, [eventId(3), odd, eventId(1)], ["department"]);
  expect(found.map((row) => row["event_id"])).toEqual([eventId(1), eventId(3)]);
  expect(await findEvents(reader, [], ["department"])).toEqual([]);
});
