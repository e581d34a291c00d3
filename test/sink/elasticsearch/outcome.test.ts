/** What every answer of Elasticsearch means for each record, by cases of the wire. */
import { afterEach, describe, expect, it } from "vitest";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { EncodedRecord, Sink } from "../../../src/delivery/sink.ts";
import type { ClusterAnswer } from "../../../src/sink/elasticsearch/cluster.ts";
import { judgeBulk } from "../../../src/sink/elasticsearch/outcome.ts";
import { criticalEvent, eventId, journaled } from "../../conformance/event.ts";
import type { AnswerFault, ItemFault } from "../../wire/elasticsearch/state.ts";
import { never, type Opened, open } from "./open.ts";

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

function batchOf(sink: Sink, count: number): readonly EncodedRecord[] {
  return Array.from({ length: count }, (_, index) => {
    // Two streams in one request, as it mostly is.
    const record = sink.encode(index % 2 === 0 ? journaled(index + 1) : criticalEvent(index + 1));
    if (!("body" in record)) throw new Error(record.reason);
    return record;
  });
}

const kinds = (outcomes: readonly RecordOutcome[]) => outcomes.map(({ kind }) => kind);

describe("a batch whose documents fare differently", () => {
  it("has an outcome for each", async () => {
    opened = await open();
    const { sink, fake } = opened;
    const batch = batchOf(sink, 8);
    await sink.send(batch.slice(0, 1), never());
    const faults: Readonly<Record<string, ItemFault>> = {
      [eventId(3)]: "rejected",
      [eventId(4)]: "mapping",
      [eventId(5)]: "unavailable",
      [eventId(6)]: "missing-index",
      [eventId(7)]: "dropped",
      [eventId(8)]: "strange",
    };
    fake.breakItems((id) => faults[id]);
    const outcomes = await sink.send(batch, never());
    expect(outcomes[0]).toEqual({ kind: "delivered", duplicate: true });
    expect(outcomes[1]).toEqual({ kind: "delivered" });
    expect(kinds(outcomes.slice(2))).toEqual([
      ...["retry", "quarantine", "retry", "hold", "quarantine", "retry"],
    ]);
    expect(fake.eventIds()).toEqual(expect.arrayContaining([eventId(1), eventId(2)]));
    expect(fake.eventIds()).toHaveLength(2);
  });

  it("gives reasons without what Elasticsearch quotes of events", async () => {
    opened = await open();
    opened.fake.breakItems(() => "mapping");
    const [outcome] = await opened.sink.send(batchOf(opened.sink, 1), never());
    expect(outcome).toMatchObject({
      kind: "quarantine",
      reason: expect.stringContaining("failed to parse field [event.created] of type [date]"),
    });
    expect(JSON.stringify(outcome)).not.toContain("SECRET");
  });

  it.each([
    ["flood-stage", "hold", "Free disk space"],
    ["unauthorized", "hold", "create_doc"],
    ["missing-index", "hold", "claude-siem setup"],
  ] as const)("%s: %s, and says what to do", async (fault, kind, word) => {
    opened = await open();
    opened.fake.breakItems(() => fault);
    for (const outcome of await opened.sink.send(batchOf(opened.sink, 2), never()))
      expect(outcome).toMatchObject({ kind, instruction: expect.stringContaining(word) });
  });
});

describe("a cluster that needs somebody", () => {
  it("that is read-only holds all, and goes on by itself", async () => {
    opened = await open();
    const batch = batchOf(opened.sink, 2);
    opened.fake.setReadOnly(true);
    expect(kinds(await opened.sink.send(batch, never()))).toEqual(["hold", "hold"]);
    opened.fake.setReadOnly(false);
    expect(await opened.sink.send(batch, never())).toEqual([
      { kind: "delivered" },
      { kind: "delivered" },
    ]);
  });

  it("that lost its pipeline holds all: no document is to blame", async () => {
    opened = await open();
    opened.fake.removePipeline();
    for (const outcome of await opened.sink.send(batchOf(opened.sink, 2), never()))
      expect(outcome).toMatchObject({
        kind: "hold",
        reason: expect.stringContaining("pipeline with id [claude-siem@pipeline] does not exist"),
      });
  });

  it("that was never set up holds all, and gets no index with guessed types", async () => {
    opened = await open({}, { isBare: true });
    for (const outcome of await opened.sink.send(batchOf(opened.sink, 2), never()))
      expect(outcome).toMatchObject({ kind: "hold" });
    expect(opened.fake.streams()).toEqual([]);
  });

  it("with a failure store takes what it cannot index, and that is told", async () => {
    opened = await open();
    opened.fake.setFailureStore(true);
    const [good, bad] = batchOf(opened.sink, 2);
    if (good === undefined || bad === undefined) throw new Error("no batch");
    const broken = { ...bad, body: bad.body.replace('"@timestamp":"', '"@timestamp":"?') };
    const outcomes = await opened.sink.send([good, broken], never());
    expect(outcomes[0]).toEqual({ kind: "delivered" });
    expect(outcomes[1]).toMatchObject({
      kind: "delivered",
      setAside: expect.stringContaining("failure store"),
    });
    expect(opened.fake.setAsideCount()).toBe(1);
    expect(opened.fake.eventIds()).toEqual([good.event_id]);
  });
});

describe("a request that a proxy finds too large", () => {
  it("is split, and a single event that is too large for it is a dead letter", async () => {
    opened = await open();
    const batch = batchOf(opened.sink, 4);
    const [first] = batch;
    opened.fake.limitBody((first?.bytes ?? 0) + 1);
    expect(kinds(await opened.sink.send(batch, never()))).toEqual(Array(4).fill("split"));
    expect(kinds(await opened.sink.send(batch.slice(0, 1), never()))).toEqual(["delivered"]);
    opened.fake.limitBody(100);
    expect(kinds(await opened.sink.send(batch.slice(1, 2), never()))).toEqual(["quarantine"]);
  });
});

describe("an answer that does not tell what it should", () => {
  it.each([
    ...(["short", "cut", "long", "swapped", "other-ids", "no-items", "update-items"] as const),
  ] satisfies AnswerFault[])(
    "%s: nothing is delivered, all is sent again, and stored once",
    async (fault) => {
      opened = await open();
      const batch = batchOf(opened.sink, 4);
      opened.fake.breakAnswers(fault);
      expect(kinds(await opened.sink.send(batch, never()))).toEqual(Array(4).fill("retry"));
      opened.fake.breakAnswers(undefined);
      expect(await opened.sink.send(batch, never())).toEqual(
        Array(4).fill({ kind: "delivered", duplicate: true }),
      );
      expect(opened.fake.eventIds()).toHaveLength(4);
    },
  );

  it("is not made up: an empty batch is no request", async () => {
    opened = await open();
    const before = opened.fake.requests.length;
    expect(await opened.sink.send([], never())).toEqual([]);
    expect(opened.fake.requests).toHaveLength(before);
  });
});

describe("a rollover between an attempt and the next", () => {
  it("stores a document again, which only the inventory can see", async () => {
    opened = await open();
    const batch = batchOf(opened.sink, 1);
    await opened.sink.send(batch, never());
    opened.fake.rollOver("logs-claude.activity-default");
    expect(await opened.sink.send(batch, never())).toEqual([{ kind: "delivered" }]);
    expect(opened.fake.eventIds()).toEqual([eventId(1), eventId(1)]);
  });
});

const error = (type: string, reason = "") => ({ error: { type, reason } });

describe("a request that is refused as a whole", () => {
  const answer = (status: number, body: unknown = "no"): ClusterAnswer => ({
    status,
    body,
    retryAfter: undefined,
  });
  const judge = (given: ClusterAnswer, count: number) =>
    judgeBulk(
      given,
      Array.from({ length: count }, (_, index) => eventId(index)),
      0,
    );

  it.each([
    [400, error("parse_exception", "one bad document"), 3, "split"],
    [400, error("parse_exception", "one bad document"), 1, "quarantine"],
    [400, error("action_request_validation_exception"), 1, "quarantine"],
    // A proxy that refuses all would otherwise make a dead letter of every event.
    [400, "Bad Request", 1, "hold"],
    [400, error("illegal_argument_exception", "contains unrecognized parameter: [x]"), 1, "hold"],
    [401, error("security_exception"), 2, "hold"],
    [403, error("security_exception"), 2, "hold"],
    [404, "not here", 2, "hold"],
    [405, "no", 2, "hold"],
    [413, "", 2, "split"],
    [413, "", 1, "quarantine"],
    [418, "", 2, "hold"],
    [302, "", 2, "hold"],
    [425, "", 2, "retry"],
    [500, error("exception"), 2, "retry"],
    [599, "", 2, "retry"],
    [201, { items: [] }, 2, "retry"],
    [200, { items: "many" }, 2, "retry"],
    [200, null, 2, "retry"],
    [200, [], 2, "retry"],
  ] as const)("%i %j of %i: %s", (status, body, count, kind) => {
    expect(kinds(judge(answer(status, body), count))).toEqual(Array(count).fill(kind));
  });

  it("takes a conflict for a duplicate only when it is one", () => {
    const item = (type: string) => ({
      items: [{ create: { _id: eventId(0), status: 409, ...error(type) } }],
    });
    expect(judge(answer(200, item("version_conflict_engine_exception")), 1)).toEqual([
      { kind: "delivered", duplicate: true },
    ]);
    expect(kinds(judge(answer(200, item("other_conflict")), 1))).toEqual(["retry"]);
  });

  it("passes on how long a busy cluster asks to wait", () => {
    const busy: ClusterAnswer = { status: 429, body: "", retryAfter: "12" };
    expect(judge(busy, 1)).toMatchObject([{ kind: "retry", afterMs: 12_000 }]);
  });
});
