import { describe, expect, it } from "vitest";
import { fileSpan, report } from "../../../src/diagnostic/diagnostic.ts";
import * as sourceMessage from "../../../src/diagnostic/message/source.ts";
import { openFormat } from "../../../src/source/gateway/format.ts";
import { emitInFormat, inFormat } from "../../../src/source/gateway/in-format.ts";
import { FormatTally } from "../../../src/source/gateway/tally.ts";
import type { Emit, Source } from "../../../src/source/source.ts";
import { fixtureLines, Taken } from "./stand.ts";

const [kongWithCalls = ""] = fixtureLines("kong").slice(3);

describe("records in a format", () => {
  it("count as one each, however many events they become", async () => {
    const taken = new Taken();
    const emit = emitInFormat(taken.emit, openFormat("kong"), new FormatTally("kong"));
    const told = await emit(
      [
        { text: kongWithCalls, position: 1 },
        { text: "nothing", position: 2 },
        { problem: report(sourceMessage.invalidUtf8, fileSpan("f"), {}), position: 3 },
        { text: kongWithCalls, position: 4 },
      ],
      "f",
    );
    expect(told.accepted).toBe(2);
    expect(told.rejected.map(({ index, diagnostics }) => [index, diagnostics[0]?.code])).toEqual([
      [1, "S761"],
      [2, "S702"],
    ]);
    expect(taken.records.map(({ position }) => position)).toEqual([1, 1, 1, 1, 2, 3, 4, 4, 4, 4]);
  });

  it("are rejected as a whole when a part of them is", async () => {
    const refuseSecond: Emit = async (records) => {
      const problem = report(sourceMessage.invalidUtf8, fileSpan("f"), {});
      return { accepted: records.length - 1, rejected: [{ index: 1, diagnostics: [problem] }] };
    };
    const emit = emitInFormat(refuseSecond, openFormat("kong"), new FormatTally("kong"));
    const told = await emit([{ text: kongWithCalls, position: 1 }], "f");
    expect([told.accepted, told.rejected.map(({ index }) => index)]).toEqual([0, [0]]);
  });

  it("are kept with what came when the reader has a defect", async () => {
    const taken = new Taken();
    const broken = {
      read: () => {
        throw new RangeError("Maximum call stack size exceeded");
      },
    };
    const emit = emitInFormat(taken.emit, broken, new FormatTally("kong"));
    await emit([{ text: "{}", position: 7 }], "f");
    expect(taken.records).toMatchObject([{ raw: "{}", position: 7, problem: { code: "S750" } }]);
  });

  it("are not counted when they did not become durable", async () => {
    const tally = new FormatTally("kong");
    const failing: Emit = () => Promise.reject(new Error("the connector stops"));
    const emit = emitInFormat(failing, openFormat("kong"), tally);
    await expect(emit([{ text: kongWithCalls, position: 1 }], "f")).rejects.toThrow("stops");
    expect(tally.notes()).toEqual([]);
  });

  it("are refused when they would become too many events", async () => {
    const rpc = Array.from({ length: 5001 }, () => ({ method: "tools/call" }));
    const text = JSON.stringify({ started_at: 1772530200000, ai: { mcp: { rpc } } });
    const { records } = await openFormat("kong").read({ text, position: 1 }, "f");
    expect(records).toMatchObject([{ problem: { code: "S761" } }]);
  });
});

describe("a source in a format", () => {
  const source: Source = {
    name: "s",
    kind: "file",
    start: async (emit) => {
      await emit([{ text: kongWithCalls, position: 1 }], "f");
    },
    address: () => "127.0.0.1:1",
    notes: () => [{ what: "own", count: 1, meaning: "its own" }],
  };

  it("is itself for events", () => {
    expect(inFormat(source, "audit_event")).toBe(source);
  });

  it("keeps what the source is, and adds what was counted", async () => {
    const taken = new Taken();
    const kong = inFormat(source, "kong");
    await kong.start(taken.emit, new AbortController().signal);
    expect(taken.records).toHaveLength(4);
    expect([kong.name, kong.kind, kong.address?.()]).toEqual(["s", "file", "127.0.0.1:1"]);
    expect(kong.notes?.().map(({ what }) => what)).toEqual(["own", "department_unknown"]);
  });
});
