import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ReplayOptions } from "../../src/connector/resend/replay.ts";
import { recordsIn, replayLetters, resendRecords } from "../../src/connector/resend/replay.ts";
import type { ResendResult } from "../../src/connector/resend/resend.ts";
import { systemClock } from "../../src/delivery/clock.ts";
import type { RecordOutcome } from "../../src/delivery/outcome.ts";
import type { EncodedRecord, Sink } from "../../src/delivery/sink.ts";
import type { Result } from "../../src/diagnostic/diagnostic.ts";
import { readLetters } from "../../src/journal/dead-letter.ts";
import type { FeedItem } from "../../src/journal/feed.ts";
import { eventId, START } from "../conformance/event.ts";
import { eventAt, WrittenJournal } from "./reconcile/written-journal.ts";

const journals: WrittenJournal[] = [];

afterEach(() => {
  for (const journal of journals.splice(0)) journal.remove();
});

function journalWithLetters(ids: readonly number[]): WrittenJournal {
  const journal = new WrittenJournal();
  journals.push(journal);
  journal.deadLetters(
    "out",
    ids.map((n) => eventAt(n, START + n)),
  );
  return journal;
}

/** A sink that takes one record after the other. */
class OneByOne {
  readonly held: string[] = [];
  readonly sent: EncodedRecord[] = [];
  answer: (record: EncodedRecord) => RecordOutcome = () => ({ kind: "delivered" });

  readonly sink: Sink = {
    name: "out",
    kind: "played",
    target: "nowhere",
    limits: { recordsMax: 1, bytesMax: 1_000_000, overheadBytes: 0 },
    encode: ({ seq, event }) => {
      const body = JSON.stringify(event);
      const time = Date.parse(event.timestamp);
      return { seq, event_id: event.event_id, body, bytes: body.length, time };
    },
    send: async (batch) =>
      batch.map((record) => {
        this.sent.push(record);
        const outcome = this.answer(record);
        if (outcome.kind === "delivered") this.held.push(record.event_id);
        return outcome;
      }),
    check: async () => [],
    close: async () => {},
  };
}

function optionsFor({ folder }: WrittenJournal, { sink }: OneByOne): ReplayOptions {
  return {
    ...{ sink, folder, clock: systemClock, patienceMs: 200 },
    delivery: {
      ...{ batch_age: 0, concurrency: 1, backoff: 10, backoff_max: 10, hold_probe: 60_000 },
      ...{ buffer_size: 2 ** 20, attempts_alone: 3, priority: true, dead_letters_in_a_row: 0 },
    },
    signal: new AbortController().signal,
  };
}

function done(result: Result<ResendResult>): ResendResult {
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return result.value;
}

async function waiting({ folder }: WrittenJournal, box: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { letter } of readLetters(folder, box))
    if (letter !== undefined) ids.push(letter.event_id);
  return ids;
}

describe("dead letters sent again", () => {
  it("are settled up to where the sink stopped taking", async () => {
    const journal = journalWithLetters([1, 2, 3, 4]);
    const product = new OneByOne();
    product.answer = ({ event_id }) =>
      event_id === eventId(3)
        ? { kind: "hold", reason: "403", instruction: "Renew the token." }
        : { kind: "delivered" };
    const first = done(await replayLetters(optionsFor(journal, product)));
    expect(first).toMatchObject({
      complete: false,
      delivered: 2,
      stopped: { reason: "403", instruction: "Renew the token." },
    });
    expect(await waiting(journal, "out")).toEqual([3, 4].map(eventId));
    product.answer = () => ({ kind: "delivered" });
    expect(done(await replayLetters(optionsFor(journal, product)))).toMatchObject({
      complete: true,
      given: 2,
      delivered: 2,
    });
    expect(product.held).toEqual([1, 2, 3, 4].map(eventId));
  });

  it("lag where one event has several letters, and never lead", async () => {
    const journal = journalWithLetters([7, 3, 7]);
    const product = new OneByOne();
    product.answer = ({ event_id }) =>
      event_id === eventId(3)
        ? { kind: "hold", reason: "403", instruction: "Renew the token." }
        : { kind: "delivered" };
    await replayLetters(optionsFor(journal, product));
    expect(await waiting(journal, "out")).toEqual([3, 7].map(eventId));
  });

  it("keep their place in the chain", async () => {
    const journal = journalWithLetters([7, 3, 7]);
    const product = new OneByOne();
    await replayLetters(optionsFor(journal, product));
    expect(product.sent.map(({ seq }) => seq)).toEqual([7, 3, 7]);
  });

  it("are given up when nothing moves, and when somebody interrupts", async () => {
    const journal = journalWithLetters([1, 2]);
    const product = new OneByOne();
    product.answer = () => ({ kind: "retry", reason: "503" });
    const stuck = done(await replayLetters(optionsFor(journal, product)));
    expect(stuck.stopped?.reason).toBe("nothing was delivered any more; last: 503");
    const stop = new AbortController();
    stop.abort();
    const options = { ...optionsFor(journal, product), signal: stop.signal };
    expect(done(await replayLetters(options)).stopped?.reason).toBe("it was interrupted");
    expect(await waiting(journal, "out")).toEqual([1, 2].map(eventId));
  });

  it("leave nothing out, whatever the sink does", { timeout: 30_000 }, async () => {
    const plan = fc.array(fc.constantFrom("delivered", "quarantine", "hold"), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.uniqueArray(fc.nat(30), { maxLength: 10 }), async (kinds, ids) => {
        const journal = journalWithLetters(ids);
        const product = new OneByOne();
        let at = 0;
        product.answer = () => {
          const kind = kinds[at++ % kinds.length] ?? "delivered";
          return kind === "hold"
            ? { kind, reason: "403", instruction: "Wait." }
            : kind === "quarantine"
              ? { kind, reason: "refused" }
              : { kind: "delivered" };
        };
        for (let round = 0; round < 3; round += 1) {
          const result = done(await replayLetters(optionsFor(journal, product)));
          const left = [
            ...(await waiting(journal, "out")),
            ...(await waiting(journal, "out.repair")),
          ];
          for (const id of ids.map(eventId))
            expect(product.held.includes(id) || left.includes(id), id).toBe(true);
          if (result.complete) expect(await waiting(journal, "out")).toEqual([]);
        }
        product.answer = () => ({ kind: "delivered" });
        expect(done(await replayLetters(optionsFor(journal, product))).complete).toBe(true);
        expect(new Set(product.held)).toEqual(new Set(ids.map(eventId)));
        expect(await waiting(journal, "out.repair")).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

describe("records sent again", () => {
  it("are those of the ranges, and no others", async () => {
    const journal = journalWithLetters([]);
    journal.write(Array.from({ length: 20 }, (_, n) => eventAt(n, START + n)));
    journal.write(Array.from({ length: 20 }, (_, n) => eventAt(20 + n, START + n)));
    const product = new OneByOne();
    const options = optionsFor(journal, product);
    const ranges = [
      [3, 4],
      [18, 21],
    ] as const;
    const items = recordsIn(journal.folder, ranges, options.signal);
    expect(done(await resendRecords(options, items))).toMatchObject({ given: 6, delivered: 6 });
    expect(product.sent.map(({ seq }) => seq)).toEqual([3, 4, 18, 19, 20, 21]);
  });

  it("stop with the reason when they cannot be read", async () => {
    const journal = journalWithLetters([]);
    const broken = async function* items(): AsyncGenerator<FeedItem> {
      yield* [];
      throw new Error("EIO: the device is gone");
    };
    const result = done(await resendRecords(optionsFor(journal, new OneByOne()), broken()));
    expect(result.complete).toBe(false);
    expect(result.stopped?.reason).toContain("the device is gone");
  });
});
