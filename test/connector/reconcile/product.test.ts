/** Gaps of each product that can be asked, found and repaired through the sink itself. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readExpectation } from "../../../src/connector/reconcile/expectation.ts";
import { type Reconciliation, reconcile } from "../../../src/connector/reconcile/reconcile.ts";
import { repair } from "../../../src/connector/reconcile/repair.ts";
import { systemClock } from "../../../src/delivery/clock.ts";
import type { Sink } from "../../../src/delivery/sink.ts";
import { fileKind } from "../../../src/sink/file/kind.ts";
import { eventId, journaled, START } from "../../conformance/event.ts";
import { openSetting } from "../../sink/sentinel/subject.ts";
import { openSplunk, SEARCH_TOKEN, TOKEN } from "../../sink/splunk/open.ts";
import { startFakeSplunk } from "../../wire/fake-splunk.ts";
import { eventAt, WrittenJournal } from "./written-journal.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const never = (): AbortSignal => new AbortController().signal;

async function openSplunkSink(): Promise<Sink> {
  const tokens = [{ value: TOKEN, indexes: ["main"] }];
  const fake = await startFakeSplunk({ tokens, searchTokens: [SEARCH_TOKEN] });
  cleanups.push(fake.server.close);
  const token = { from: "env", name: "SEARCH" } as const;
  const search = { url: new URL(fake.server.url), token, allow_plain_http: true };
  const { sink } = await openSplunk([fake.server.url], { search });
  cleanups.push(sink.close);
  return sink;
}

async function openSentinelSink(): Promise<Sink> {
  const setting = await openSetting();
  cleanups.push(setting.close);
  return setting.sink;
}

async function openFileSink(): Promise<Sink> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-archive-"));
  cleanups.push(async () => rmSync(folder, { recursive: true, force: true }));
  const sink = await fileKind.open(
    {
      ...{ folder, prefix: "events", format: "canonical", rotate_size: 2 ** 26 },
      ...{ rotate_age: 3_600_000, compress: "none", keep_files: 0, keep_age: 0 },
    },
    {
      ...{ name: "archive", folder, now: Date.now, random: randomBytes, warn: () => {} },
      readSecret: () => "",
    },
  );
  cleanups.push(sink.close);
  return sink;
}

const COUNT = 150;
const LOST = [5, 6, 7, 90];

async function compare(sink: Sink, folder: string): Promise<Reconciliation> {
  if (sink.inventory === undefined) throw new Error("it cannot be asked");
  return reconcile({
    inventory: sink.inventory,
    folder,
    expectation: await readExpectation({ folder, name: sink.name }),
    ...{ from: START, to: START + 600_000, exact: false, shared: false, signal: never() },
  });
}

describe("reconcile and repair", () => {
  it.each([
    ["splunk", openSplunkSink],
    ["sentinel", openSentinelSink],
    ["file", openFileSink],
  ])("%s", async (_, open) => {
    const sink = await open();
    const journal = new WrittenJournal();
    cleanups.push(async () => journal.remove());
    const events = Array.from({ length: COUNT }, (_, n) => eventAt(n, START + n * 1000));
    journal.write(events);
    journal.cursor(sink.name, journal.seq);
    const forms = events.flatMap((event, seq) => {
      const form = sink.encode({ ...journaled(seq), event });
      return "body" in form && !LOST.includes(seq) ? [form] : [];
    });
    for (const { kind } of await sink.send(forms, never())) expect(kind).toBe("delivered");

    const before = await compare(sink, journal.folder);
    expect(before.totals).toMatchObject({ due: COUNT, missing: LOST.length, foreign: 0 });
    expect(before.missing.list()).toEqual([
      [5, 7],
      [90, 90],
    ]);
    const repaired = await repair({
      ...{ sink, before, folder: journal.folder, clock: systemClock, signal: never() },
      ...{ patienceMs: 2000, waitMs: 2000, again: () => compare(sink, journal.folder) },
      delivery: {
        ...{ batch_age: 0, concurrency: 1, backoff: 10, backoff_max: 10, hold_probe: 60_000 },
        ...{ buffer_size: 2 ** 20, attempts_alone: 3, priority: true, dead_letters_in_a_row: 0 },
      },
    });
    if (!repaired.ok) throw new Error("busy");
    expect(repaired.value.sent).toMatchObject({ given: 4, delivered: 4, refused: 0 });
    expect(repaired.value.after.totals).toMatchObject({
      ...{ due: COUNT, records: COUNT, distinct: COUNT, missing: 0, duplicates: 0, foreign: 0 },
    });
    const held: string[] = [];
    const ids = sink.inventory?.eventIds(START, START + 600_000, never());
    for await (const id of ids ?? []) held.push(id);
    expect(held.sort()).toEqual(events.map((__, n) => eventId(n)));
  });
});
