import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { EncodedRecord, JournaledEvent, Sink } from "../../../src/delivery/sink.ts";
import { BODY_BYTES_MAX, bodyBytes } from "../../../src/sink/sentinel/row.ts";
import { eventId, journaled, journaledRange, START } from "../../conformance/event.ts";
import { randomEvents } from "../../event/random-event.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { carriesData } from "../../wire/fake-azure.ts";
import { never, openSetting, type Setting, type SettingChanges } from "./subject.ts";

let setting: Setting | undefined;

afterEach(async () => {
  await setting?.close();
  setting = undefined;
});

async function start(changes?: SettingChanges): Promise<Setting> {
  setting = await openSetting(changes);
  return setting;
}

function encoded(sink: Sink, records: readonly JournaledEvent[]): readonly EncodedRecord[] {
  return records.map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
}

async function sendOne(sink: Sink, record = journaled(1)): Promise<RecordOutcome | undefined> {
  return (await sink.send(encoded(sink, [record]), never()))[0];
}

/** Answers requests with data with an error in the form of Azure's services. */
async function answering(status: number, code: string, message = "no"): Promise<Setting> {
  const { azure } = await start();
  const body = JSON.stringify({ error: { code, message } });
  azure.workspace.refusal = { status, body };
  return setting as Setting;
}

describe("what is sent", () => {
  it("has the bytes it was sized to, in batches as large as they may be", async () => {
    const { azure, sink } = await start();
    const seed = Date.now() % 1_000_000;
    const events = randomEvents(seed);
    const { bytesMax, overheadBytes } = sink.limits;
    const batch: EncodedRecord[] = [];
    let bytes = 0;
    for (let n = 0; ; n += 1) {
      const { value: event } = events.next();
      const [one] = encoded(sink, [{ ...journaled(n), event: event as never }]);
      if (one === undefined || bytes + one.bytes + overheadBytes > bytesMax) break;
      batch.push(one);
      bytes += one.bytes + overheadBytes;
    }
    const outcomes = await sink.send(batch, never());
    expect(outcomes, `seed ${seed}`).toEqual(batch.map(() => ({ kind: "delivered" })));
    const [request] = azure.server.requests.filter(carriesData);
    const sent = gunzipSync(request?.body ?? "").toString();
    expect(sent).toBe(`[${batch.map(({ body }) => body).join(",")}]`);
    expect(Buffer.byteLength(sent)).toBe(bodyBytes(batch));
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(BODY_BYTES_MAX);
    expect(Buffer.byteLength(sent)).toBeGreaterThan(BODY_BYTES_MAX - 20_000);
    expect(azure.workspace.fieldsCut).toBe(0);
    expect(azure.workspace.fieldsDropped).toBe(0);
  });

  it("is one request, also with 5000 of the smallest rows", async () => {
    const { azure, sink } = await start();
    const batch = encoded(sink, journaledRange(400));
    await sink.send(batch, never());
    expect(azure.server.requests.filter(carriesData)).toHaveLength(1);
    expect(azure.workspace.eventIds()).toEqual(batch.map((one) => one.event_id));
  });

  it("is never more than the limit, even when the pump forgets it", async () => {
    const { azure, sink } = await start();
    const outcomes = await sink.send(encoded(sink, journaledRange(2000)), never());
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["split"]));
    expect(azure.server.requests.filter(carriesData)).toHaveLength(0);
  });

  it("is written down with the id of its request", async () => {
    const { azure, sink, folder } = await start();
    await sink.send(encoded(sink, journaledRange(3, 7)), never());
    await azure.server.inject({ kind: "status", status: 503 }, carriesData);
    await sink.send(encoded(sink, journaledRange(2, 10)), never());
    const lines = readFileSync(join(folder, "requests.ndjson"), "utf8").trim().split("\n");
    const ids = azure.server.requests
      .filter(carriesData)
      .map(({ headers }) => headers["x-ms-client-request-id"]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { request: ids[0], first: 7, last: 9, count: 3, outcome: "delivered" },
      { request: ids[1], first: 10, last: 11, count: 2, outcome: "retry" },
    ]);
  });

  it("goes on when the requests cannot be written down, and says so once", async () => {
    const { sink, folder, warnings } = await start();
    mkdirSync(join(folder, "requests.ndjson"));
    expect(await sendOne(sink)).toEqual({ kind: "delivered" });
    expect(await sendOne(sink)).toEqual({ kind: "delivered" });
    expect(warnings.filter((one) => one.includes("no longer written down"))).toHaveLength(1);
  });
});

describe("a record that comes days late", () => {
  it("is told, with its number, once an hour", async () => {
    const day = 86_400_000;
    let now = START + 2 * day;
    const { sink, warnings } = await start({ now: () => now });
    await sendOne(sink);
    expect(warnings).toEqual([]);
    now += 10_000;
    await sink.send(encoded(sink, journaledRange(20)), never());
    expect(warnings).toEqual([expect.stringMatching(/^9 delivered records .*TimeGenerated/)]);
    await sendOne(sink);
    expect(warnings).toHaveLength(1);
    now += 3_600_000;
    await sendOne(sink);
    expect(warnings[1]).toMatch(/^2 delivered records /);
  });
});

describe("a value longer than 64 KB", () => {
  const details = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`key ${n}`, "x".repeat(5000)]),
  );
  const large = journaled(1, { details } as never);

  it("is on the device as a whole before its beginning is sent", async () => {
    const { azure, sink, folder } = await start();
    const [record] = encoded(sink, [large]);
    expect(record?.marks).toHaveLength(2);
    expect(existsSync(join(folder, "spill"))).toBe(false);
    expect(await sendOne(sink, large)).toEqual({ kind: "delivered" });
    expect(azure.workspace.fieldsCut).toBe(0);
    const [row = {}] = azure.workspace.rows;
    const { _truncated: note } = row["Details"] as { _truncated: { sha256: string } };
    const path = join(folder, "spill", note.sha256.slice(0, 2), `${note.sha256}.txt`);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(details);
  });

  it("is not sent when it cannot be kept", async () => {
    const { azure, sink, folder } = await start();
    writeFileSync(join(folder, "spill"), "a file where a folder belongs");
    expect(await sendOne(sink, large)).toMatchObject({ kind: "retry" });
    expect(azure.workspace.rows).toHaveLength(0);
    rmSync(join(folder, "spill"));
    expect(await sendOne(sink, large)).toEqual({ kind: "delivered" });
  });
});

describe("an answer of the service", () => {
  it.each([
    [413, "ContentLengthLimitExceeded", "split", "quarantine"],
    [404, "RequestEntityTooLarge", "split", "quarantine"],
    [400, "InvalidPayload", "split", "quarantine"],
    [400, "RecordsTimeRangeIsMoreThan30Minutes", "split", "quarantine"],
    [400, "", "hold", "hold"],
    [400, "InvalidStream", "hold", "hold"],
    [400, "InvalidApiVersion", "hold", "hold"],
    [404, "NotFound", "hold", "hold"],
    [403, "OperationFailed", "hold", "hold"],
    [401, "InvalidToken", "hold", "hold"],
    [418, "Teapot", "retry", "retry"],
    [200, "Fine", "retry", "retry"],
    [201, "Created", "retry", "retry"],
    [202, "Accepted", "retry", "retry"],
    [508, "Loop", "retry", "retry"],
  ])("%i %s: %s together, %s alone", async (status, code, together, alone) => {
    const { sink } = await answering(status, code);
    const outcomes = await sink.send(encoded(sink, journaledRange(4)), never());
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(4).fill(together));
    expect(await sendOne(sink)).toMatchObject({ kind: alone });
  });

  it("that names a role tells which role is missing", async () => {
    const { sink } = await start({ writer: { mayWrite: false } });
    const outcome = await sendOne(sink);
    expect(outcome).toMatchObject({
      kind: "hold",
      reason: expect.stringContaining("403"),
      instruction: expect.stringContaining("Monitoring Metrics Publisher"),
    });
  });

  it("is repeated without what terminals would obey", async () => {
    const { sink } = await answering(403, "X", "a\u001b[31m\nb\u202ec");
    expect(await sendOne(sink)).toMatchObject({
      reason: "Azure Monitor answered 403 (X: a [31m b c)",
    });
  });

  it("that points elsewhere is not followed", async () => {
    const { azure, sink } = await start();
    const headers = { location: `${azure.url}/elsewhere` };
    azure.workspace.refusal = { status: 307, headers };
    expect(await sendOne(sink)).toMatchObject({ kind: "hold" });
    expect(azure.server.requests.at(-1)?.path).toMatch(/^\/dataCollectionRules/);
  });

  it("about a rule or stream that does not exist keeps everything", async () => {
    for (const options of [{ dcr: `dcr-${"0".repeat(32)}` }, { stream: "Custom-Other" }]) {
      const { sink, close } = await openSetting({ options });
      expect(await sendOne(sink)).toMatchObject({
        kind: "hold",
        instruction: expect.stringContaining("immutableId"),
      });
      await close();
    }
  });

  it("finds the one record that spoils a request by halves", async () => {
    const { azure, sink } = await start();
    azure.workspace.isPoison = (row) => row["EventId"] === eventId(3);
    const halves: (readonly EncodedRecord[])[] = [encoded(sink, journaledRange(8))];
    const dead: string[] = [];
    for (let half = halves.shift(); half !== undefined; half = halves.shift()) {
      const [outcome] = await sink.send(half, never());
      if (outcome?.kind === "quarantine") dead.push(half[0]?.event_id ?? "");
      if (outcome?.kind !== "split") continue;
      halves.push(half.slice(0, half.length / 2), half.slice(half.length / 2));
    }
    expect(dead).toEqual([eventId(3)]);
    expect(azure.workspace.rows).toHaveLength(7);
  });

  it("of a table of the plan Auxiliary needs batches of its span", async () => {
    const { azure, sink } = await start({
      options: { table_plan: "auxiliary" },
      azure: { plan: "auxiliary" },
    });
    const span = sink.limits.spanMsMax ?? 0;
    const within = encoded(sink, [journaled(0), journaled(span / 1000)]);
    expect(await sink.send(within, never())).toMatchObject([{ kind: "delivered" }, {}]);
    const beyond = encoded(sink, [journaled(0), journaled(1800)]);
    expect(await sink.send(beyond, never())).toMatchObject([{ kind: "split" }, {}]);
    expect(azure.workspace.rows).toHaveLength(2);
  });
});

describe("a peer that cannot prove who it is", () => {
  it("gets neither token nor records", async () => {
    const { azure, sink, folder } = await start();
    writeFileSync(join(folder, "ca.pem"), selfSigned("other").cert);
    expect(await sendOne(sink)).toMatchObject({
      kind: "hold",
      instruction: expect.stringContaining("ca_file"),
    });
    expect(azure.server.requests).toHaveLength(0);
  });
});
