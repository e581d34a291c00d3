/** The tables of OTLP's messages against what protobufjs writes from a description of its own. */
import * as fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { oneof, readMessage, shape } from "../../../src/source/otlp/wire.ts";

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Value { oneof one { string text = 1; bool flag = 2; int64 whole = 3; double real = 4; } }
  message Inner { string name = 1; Value value = 2; int32 newer = 9; }
  message Outer { fixed64 time = 1; repeated Inner inner = 6; Inner single = 20; bytes raw = 7; repeated Inner later = 300; }
`);
const outerType = root.lookupType("Outer");

const value = oneof(
  [1, { name: "text", type: "string" }],
  [2, { name: "flag", type: "bool" }],
  [3, { name: "whole", type: "int64" }],
  [4, { name: "real", type: "double" }],
);
const inner = shape([1, { name: "name", type: "string" }], [2, { name: "value", type: value }]);
const outer = shape(
  [1, { name: "time", type: "fixed64" }],
  [6, { name: "inner", type: inner, repeated: true }],
  [7, { name: "raw", type: "bytes" }],
  [20, { name: "single", type: inner }],
);

const oneValue = fc.oneof(
  fc.record({ text: fc.string({ unit: "grapheme" }) }),
  fc.record({ flag: fc.boolean() }),
  fc.record({ whole: fc.maxSafeInteger() }),
  fc.record({ real: fc.double({ noNaN: true }) }),
);
const oneInner = fc.record(
  { name: fc.string(), value: oneValue, newer: fc.integer({ min: 1, max: 1000 }) },
  { requiredKeys: [] },
);
const oneOuter = fc.record(
  {
    time: fc.nat(),
    inner: fc.array(oneInner),
    single: oneInner,
    raw: fc.uint8Array({ minLength: 1 }),
    later: fc.array(oneInner),
  },
  { requiredKeys: [] },
);

/** What of a message is listed, as its defaults say where nothing was sent. */
function listed(message: Readonly<Record<string, unknown>>): unknown {
  const { raw, ...rest } = message;
  const bytes = raw instanceof Uint8Array ? { raw: [...raw].join() } : {};
  return JSON.parse(
    JSON.stringify({ ...rest, ...bytes }, (key, held: unknown) => {
      if (key === "newer" || key === "later") return undefined;
      if (held === "" || held === 0 || (Array.isArray(held) && held.length === 0)) return undefined;
      if (typeof held === "object" && held !== null && "low" in held && "high" in held)
        return Number(String(held)) || undefined;
      return held;
    }),
  );
}

describe("a message", () => {
  it("is read as it was written, without what the table does not list", () => {
    fc.assert(
      fc.property(oneOuter, (message) => {
        const bytes = Uint8Array.from(outerType.encode(outerType.create(message)).finish());
        expect(listed(readMessage(outer, bytes))).toEqual(listed(message));
      }),
      { numRuns: 500 },
    );
  });

  it("that was cut off or damaged is an Error or another message, and nothing else", () => {
    let errors = 0;
    fc.assert(
      fc.property(oneOuter, fc.nat(), fc.nat(), (message, cut, flip) => {
        const whole = outerType.encode(outerType.create(message)).finish();
        const bytes = Uint8Array.from(whole.subarray(0, 1 + (cut % Math.max(1, whole.length))));
        const place = flip % Math.max(1, bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << (flip % 8));
        try {
          readMessage(outer, bytes);
        } catch (cause) {
          expect(cause).toBeInstanceOf(Error);
          errors += 1;
        }
      }),
      { numRuns: 500 },
    );
    expect(errors).toBeGreaterThan(50);
  });

  it("holds what came last of fields that exclude each other, and merges parts of one field", () => {
    // Two values in one message: text "a", then flag true.
    expect(readMessage(value, Uint8Array.of(10, 1, 97, 16, 1))).toEqual({ flag: true });
    // `single` twice: first its name, then its value.
    const parts = Uint8Array.of(0xa2, 1, 3, 10, 1, 97, 0xa2, 1, 4, 18, 2, 16, 1);
    expect(readMessage(outer, parts)).toEqual({ single: { name: "a", value: { flag: true } } });
  });

  it("skips a listed field whose bytes are of another type", () => {
    expect(readMessage(outer, Uint8Array.of(8, 5, 58, 1, 9))).toEqual({ raw: Uint8Array.of(9) });
  });

  it("is refused where an inner length passes the outer one", () => {
    expect(() => readMessage(outer, Uint8Array.of(50, 2, 10, 9))).toThrow(Error);
    expect(() => readMessage(outer, Uint8Array.of(50, 200))).toThrow(Error);
  });
});
