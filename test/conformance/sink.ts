/**
 * What every sink has to do, whatever product it sends to: one outcome for each record in order, nothing
 * called delivered that is not proven to be there, nothing given up that may still arrive, no secret told.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutcomeKind, RecordOutcome } from "../../src/delivery/outcome.ts";
import type { EncodedRecord, JournaledEvent, Sink } from "../../src/delivery/sink.ts";
import { nameFault, type WireFault } from "../wire/fault.ts";
import { eventId, hostileTexts, journaled, journaledRange } from "./event.ts";

/** A sink with the receiver it talks to. */
export interface OpenedSink {
  readonly sink: Sink;
  /** event_ids that the receiver holds, in order of arrival; duplicates repeat where it keeps them. */
  readonly stored: () => readonly string[] | Promise<readonly string[]>;
  /** Makes requests that carry data fail. Without it the faults are left out. */
  readonly inject?: (fault: WireFault) => Promise<void>;
  readonly heal?: () => Promise<void>;
  /** Connections that the receiver has open. */
  readonly openConnections?: () => number;
  /** Every secret that the sink was given. */
  readonly secrets: readonly string[];
  /** Stops the receiver; the suite closes the sink. */
  readonly close: () => Promise<void>;
}

export interface SinkSubject {
  readonly name: string;
  readonly open: () => Promise<OpenedSink>;
  /** What the product's answers mean where it differs from the table below. */
  readonly expected?: Readonly<Record<string, OutcomeKind>>;
  /** Faults that this transport cannot meet, by their names. */
  readonly inapplicable?: readonly string[];
  /** Real receivers deliver late and have no faults to inject. */
  readonly real?: true;
}

const faults: readonly (readonly [WireFault, OutcomeKind])[] = [
  [{ kind: "refused" }, "retry"],
  [{ kind: "reset-unread" }, "retry"],
  [{ kind: "reset-stored" }, "retry"],
  [{ kind: "reset-mid-answer" }, "retry"],
  [{ kind: "hang" }, "retry"],
  [{ kind: "hang-stored" }, "retry"],
  [{ kind: "trickle" }, "retry"],
  [{ kind: "page" }, "retry"],
  [{ kind: "empty" }, "retry"],
  [{ kind: "truncated" }, "retry"],
  [{ kind: "flood" }, "retry"],
  [{ kind: "redirect" }, "hold"],
  [{ kind: "status", status: 401 }, "hold"],
  [{ kind: "status", status: 403 }, "hold"],
  [{ kind: "status", status: 407 }, "hold"],
  [{ kind: "status", status: 408 }, "retry"],
  [{ kind: "status", status: 413 }, "split"],
  [{ kind: "status", status: 429 }, "retry"],
  [{ kind: "status", status: 429, retryAfter: "7" }, "retry"],
  [{ kind: "status", status: 500 }, "retry"],
  [{ kind: "status", status: 502 }, "retry"],
  [{ kind: "status", status: 503 }, "retry"],
  [{ kind: "status", status: 504 }, "retry"],
];

function encoded(sink: Sink, records: readonly JournaledEvent[]): readonly EncodedRecord[] {
  return records.map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(`${record.event.event_id}: ${form.reason}`);
    return form;
  });
}

function kindsOf(outcomes: readonly RecordOutcome[]): readonly OutcomeKind[] {
  return outcomes.map((outcome) => outcome.kind);
}

function repeated(kind: OutcomeKind, count: number): readonly OutcomeKind[] {
  return Array.from({ length: count }, () => kind);
}

const never = (): AbortSignal => new AbortController().signal;

/** Runs the suite for a sink. */
export function describeSink(subject: SinkSubject): void {
  describe(`sink: ${subject.name}`, () => {
    let opened: OpenedSink;
    let sink: Sink;

    beforeEach(async () => {
      opened = await subject.open();
      sink = opened.sink;
    });

    afterEach(async () => {
      await sink.close();
      await opened.close();
    });

    const heldIds = async (count: number): Promise<readonly string[]> => {
      if (subject.real !== true) return opened.stored();
      for (let tries = 0; tries < 100; tries += 1) {
        if ((await opened.stored()).length >= count) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return opened.stored();
    };

    it("delivers a batch and says so for every record", async () => {
      const batch = encoded(sink, journaledRange(20));
      expect(kindsOf(await sink.send(batch, never()))).toEqual(repeated("delivered", 20));
      expect([...(await heldIds(20))].sort()).toEqual(batch.map((record) => record.event_id));
    });

    it("delivers batch after batch", async () => {
      for (let start = 1; start <= 41; start += 10) {
        const batch = encoded(sink, journaledRange(10, start));
        expect(kindsOf(await sink.send(batch, never()))).toEqual(repeated("delivered", 10));
      }
      expect([...(await heldIds(50))].sort()).toEqual(
        journaledRange(50).map((r) => eventId(r.seq)),
      );
    });

    it("delivers batches side by side", async () => {
      const batches = [1, 11, 21, 31].map((start) => encoded(sink, journaledRange(10, start)));
      const all = await Promise.all(batches.map((batch) => sink.send(batch, never())));
      expect(all.flatMap(kindsOf)).toEqual(repeated("delivered", 40));
      expect([...(await heldIds(40))].sort()).toEqual(
        journaledRange(40).map((r) => eventId(r.seq)),
      );
    });

    it("encodes without side effects, sized to the byte, on one line", () => {
      const record = journaled(1);
      const first = sink.encode(record);
      expect(first).toEqual(sink.encode(record));
      if (!("body" in first)) throw new Error(first.reason);
      expect(first.bytes).toBe(Buffer.byteLength(first.body));
      expect(first.body).not.toMatch(/\n$/);
      expect(first).toMatchObject({ seq: 1, event_id: eventId(1) });
      expect(first.time).toBe(Date.parse(record.event.timestamp));
    });

    it("keeps one record one record, whatever its texts hold", async () => {
      const records = hostileTexts.map((text, index) =>
        journaled(index + 1, { mcp_tool: text, department: text, details: { text } } as never),
      );
      const outcomes = await sink.send(encoded(sink, records), never());
      expect(kindsOf(outcomes)).toEqual(repeated("delivered", records.length));
      expect([...(await heldIds(records.length))].sort()).toEqual(
        records.map((r) => r.event.event_id),
      );
    });

    it("takes batches as large as it says", async () => {
      const { recordsMax, bytesMax, overheadBytes } = sink.limits;
      const one = encoded(sink, [journaled(1)])[0];
      const fits = Math.floor(bytesMax / ((one?.bytes ?? 0) + overheadBytes + 16));
      const count = Math.min(recordsMax, fits, 5000);
      const outcomes = await sink.send(encoded(sink, journaledRange(count)), never());
      expect(kindsOf(outcomes)).toEqual(repeated("delivered", count));
    });

    it("finds nothing wrong with a receiver that works, and leaves nothing there", async () => {
      const findings = await sink.check(never());
      expect(findings.filter((finding) => finding.status === "failed")).toEqual([]);
      expect(findings.length).toBeGreaterThan(0);
      if (subject.real !== true) expect(await opened.stored()).toEqual([]);
    });

    if (subject.real !== true) describeFaults();

    function describeFaults(): void {
      const skipped = new Set(subject.inapplicable);
      const cases = faults.filter(([fault]) => !skipped.has(nameFault(fault)));
      it.each(cases.map(([fault, kind]) => [nameFault(fault), fault, kind] as const))(
        "%s",
        async (name, fault, usual) => {
          const kind = subject.expected?.[name] ?? usual;
          const batch = encoded(sink, journaledRange(5));
          await opened.inject?.(fault);
          const outcomes = await sink.send(batch, never());
          expect(kindsOf(outcomes)).toEqual(repeated(kind, 5));
          for (const outcome of outcomes) judge(outcome, fault);
          await opened.heal?.();
          expect(kindsOf(await sink.send(batch, never()))).toEqual(repeated("delivered", 5));
          expect([...new Set(await opened.stored())].sort()).toEqual(batch.map((r) => r.event_id));
        },
      );

      it("gives up at once when it is told to, and calls nothing delivered", async () => {
        await opened.inject?.({ kind: "hang" });
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 20);
        const outcomes = await sink.send(encoded(sink, journaledRange(3)), stop.signal);
        expect(kindsOf(outcomes)).toEqual(repeated("retry", 3));
      });

      it("answers a check of a receiver that refuses it with an instruction", async () => {
        if (skipped.has("status 401")) return;
        await opened.inject?.({ kind: "status", status: 401 });
        const failed = (await sink.check(never())).filter((one) => one.status === "failed");
        expect(failed.length).toBeGreaterThan(0);
        for (const finding of failed) {
          expect(finding.instruction ?? "").not.toBe("");
          expectNoSecret(`${finding.what} ${finding.instruction}`);
        }
      });

      it("answers a check of a receiver that is down", async () => {
        if (skipped.has("refused")) return;
        await opened.inject?.({ kind: "refused" });
        const findings = await sink.check(never());
        expect(findings.some((one) => one.status === "failed")).toBe(true);
        expectNoSecret(JSON.stringify(findings));
      });

      it("leaves no connection open when it is closed", async () => {
        await sink.send(encoded(sink, journaledRange(3)), never());
        await sink.close();
        for (let tries = 0; tries < 50 && (opened.openConnections?.() ?? 0) > 0; tries += 1)
          await new Promise((resolve) => setTimeout(resolve, 20));
        expect(opened.openConnections?.() ?? 0).toBe(0);
      });
    }

    function judge(outcome: RecordOutcome, fault: WireFault): void {
      if (outcome.kind === "delivered") return;
      expect(outcome.reason.length).toBeGreaterThan(5);
      expectNoSecret(outcome.reason);
      if (outcome.kind === "hold") {
        expect(outcome.instruction.length).toBeGreaterThan(10);
        expectNoSecret(outcome.instruction);
      }
      if (outcome.kind === "retry" && fault.kind === "status" && fault.retryAfter === "7")
        expect(outcome.afterMs).toBe(7000);
    }

    function expectNoSecret(text: string): void {
      for (const secret of opened.secrets) expect(text).not.toContain(secret);
      expect(sink.target).not.toMatch(/@/);
    }
  });
}
