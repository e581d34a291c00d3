import { afterEach, describe, expect, it } from "vitest";
import type { Sink } from "../../../src/delivery/sink.ts";
import { countQuery, idQuery, openInventory } from "../../../src/sink/sentinel/inventory.ts";
import type { Workspace } from "../../../src/sink/sentinel/workspace.ts";
import { eventId, journaledRange, START } from "../../conformance/event.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { never, openSetting, type Setting } from "./subject.ts";

let setting: Setting | undefined;

afterEach(async () => {
  await setting?.close();
  setting = undefined;
});

const HOUR = 3_600_000;

async function send(sink: Sink, count: number, from = 1): Promise<void> {
  const batch = journaledRange(count, from).map((record) => sink.encode(record) as never);
  await sink.send(batch, never());
}

async function idsOf(sink: Sink, from: number, to: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const id of sink.inventory?.eventIds(from, to, never()) ?? []) ids.push(id);
  return ids.sort();
}

describe("what a workspace holds", () => {
  it("is counted by the time of the events, though it came long after them", async () => {
    setting = await openSetting();
    const { azure, sink } = setting;
    await send(sink, 100);
    await send(sink, 10);
    const old = azure.workspace.rows.map((row) => Date.parse(String(row["TimeGenerated"])));
    expect(Math.min(...old)).toBeGreaterThan(START + 2 * 24 * HOUR);
    const counts = await sink.inventory?.countByMinute(START, START + HOUR, never());
    expect(counts).toEqual([
      { minute: START, records: 69, distinct: 59 },
      { minute: START + 60_000, records: 41, distinct: 41 },
    ]);
  });

  it("is listed with its duplicates, and ends before the end", async () => {
    setting = await openSetting();
    const { sink } = setting;
    await send(sink, 5);
    await send(sink, 2, 4);
    const to = START + 5000;
    expect(await idsOf(sink, START, to)).toEqual([1, 2, 3, 4, 4].map(eventId));
    expect(await idsOf(sink, START + 2000, to)).toEqual([2, 3, 4, 4].map(eventId));
    expect(await idsOf(sink, to + HOUR, to + 2 * HOUR)).toEqual([]);
  });

  it("comes whole through small pages, also out of one crowded minute", async () => {
    setting = await openSetting();
    const { azure, sink } = setting;
    await send(sink, 200);
    const { query } = { query: [] as string[] };
    const workspace: Workspace = {
      table: "ClaudeAudit_CL",
      query: async (text) => {
        query.push(text);
        const body = Buffer.from(JSON.stringify({ query: text }));
        const answer = azure.workspace.answer({ body } as never);
        const { tables } = JSON.parse(String(answer.body)) as {
          tables: readonly { rows: unknown[][] }[];
        };
        return { kind: "rows", rows: tables[0]?.rows ?? [] };
      },
    };
    const inventory = openInventory(workspace, 25);
    const ids: string[] = [];
    for await (const id of inventory.eventIds(START, START + HOUR, never())) ids.push(id);
    expect(ids.sort()).toEqual(journaledRange(200).map(({ seq }) => eventId(seq)));
    expect(query.filter((text) => text.includes("hash(EventId, 3) == 2"))).not.toEqual([]);
  });

  it("is not made up when the workspace may not be read", async () => {
    setting = await openSetting({
      options: { reader_client_id: undefined, reader_client_secret: undefined },
    });
    const { sink } = setting;
    await expect(sink.inventory?.countByMinute(START, START + HOUR, never())).rejects.toThrow(
      /403.*Log Analytics Reader/,
    );
  });

  it("is not made up from a part of an answer", async () => {
    setting = await openSetting();
    const { azure, sink } = setting;
    azure.workspace.partial = true;
    await expect(sink.inventory?.countByMinute(START, START + HOUR, never())).rejects.toThrow(
      /PartialError/,
    );
  });
});

describe("the queries", () => {
  it("are understood by Kusto's own parser, and give the columns that are read", () => {
    const counts = analyzeKql(countQuery("ClaudeAudit_CL", START, START + HOUR));
    expect(counts).toEqual({
      diagnostics: [],
      columns: { Minute: "datetime", Records: "long", Distinct: "long" },
    });
    for (const parts of [1, 4]) {
      const ids = analyzeKql(idQuery("ClaudeAudit_CL", START, START + HOUR, parts - 1, parts));
      expect(ids).toEqual({ diagnostics: [], columns: { EventId: "string" } });
    }
  });
});
