import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutText, FIELD_BYTES_MAX, limitFields } from "../../../src/sink/sentinel/field-limit.ts";
import { encodeRow, rowLimits } from "../../../src/sink/sentinel/row.ts";
import { journaled } from "../../conformance/event.ts";
import { randomEvents, seededRandom } from "../../event/random-event.ts";

const bytesOf = (text: string): number => Buffer.byteLength(text);

function columnsOf(row: string): Readonly<Record<string, unknown>> {
  return JSON.parse(row) as Record<string, unknown>;
}

function valueBytes(value: unknown): number {
  return bytesOf(typeof value === "string" ? value : JSON.stringify(value));
}

describe("a row", () => {
  it("is read by the client and written again without a change, whatever it holds", () => {
    const seed = Date.now() % 1_000_000;
    const events = randomEvents(seed);
    for (let count = 0; count < 2000; count += 1) {
      const { value: event } = events.next();
      const form = encodeRow({ ...journaled(count), event: event as never });
      if (!("body" in form)) throw new Error(`seed ${seed}: ${form.reason}`);
      const again = JSON.stringify(JSON.parse(form.body));
      expect(again, `seed ${seed}, event ${count}`).toBe(form.body);
      expect(form.bytes).toBe(bytesOf(form.body));
    }
  });

  it("carries its place in the chain", () => {
    const form = encodeRow(journaled(7));
    if (!("body" in form)) throw new Error(form.reason);
    expect(columnsOf(form.body)).toMatchObject({ ChainSeq: 7, EventHash: journaled(7).hash });
  });

  it("is limited in time only for tables of the plan Auxiliary", () => {
    expect(rowLimits("analytics").spanMsMax).toBeUndefined();
    expect(rowLimits("auxiliary").spanMsMax).toBe(25 * 60_000);
  });

  it("that is too large, though none of its values is, is a dead letter", () => {
    // Schema-valid texts are shorter; this stands for a schema that grows.
    const long = "x".repeat(FIELD_BYTES_MAX - 1000);
    const names = ["session_id", "department", "model_version", "mcp_server", "mcp_tool"];
    const more = ["deployment", "business_unit", "user_agent", "price_ref", "source_kind"];
    const rest = ["source_record_id", "request_id", "actor_type", "local_time", "schema_version"];
    const texts = Object.fromEntries([...names, ...more, ...rest].map((name) => [name, long]));
    expect(encodeRow(journaled(1, texts as never))).toEqual({
      reason: expect.stringMatching(
        /^the row has \d+ bytes; Azure Monitor takes no more than 1 MB$/,
      ),
    });
  });
});

describe("a value longer than the product keeps", () => {
  it("is left alone at the limit and cut one byte beyond", () => {
    const fits = JSON.stringify({ RawEvent: "x".repeat(FIELD_BYTES_MAX), Other: 1 });
    expect(limitFields(fits)).toEqual({ row: fits, whole: [], marks: [] });
    const beyond = "x".repeat(FIELD_BYTES_MAX + 1);
    const { row, whole, marks } = limitFields(JSON.stringify({ RawEvent: beyond, Other: 1 }));
    const sha256 = hash("sha256", beyond, "hex");
    expect(whole).toEqual([{ sha256, text: beyond }]);
    expect(marks).toEqual([expect.stringMatching(/^RawEvent /)]);
    const cut = String(columnsOf(row)["RawEvent"]);
    expect(bytesOf(cut)).toBe(FIELD_BYTES_MAX);
    expect(cut).toMatch(
      new RegExp(`^x+… \\[truncated: whole value 64001 bytes, sha256 ${sha256}\\]$`),
    );
  });

  it("keeps whole elements of lists and whole members of maps", () => {
    const list = Array.from({ length: 1000 }, (_, n) => `${n}-${"é".repeat(60)}`);
    const map = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`key ${n}`, `${n}`.repeat(1500)]),
    );
    const given = { McpIntegrations: list, Labels: { ...map, _truncated: "mine" }, TokenInput: 5 };
    const { row, whole, marks } = limitFields(JSON.stringify(given));
    expect(marks).toHaveLength(2);
    const { McpIntegrations: kept, Labels: labels } = columnsOf(row) as {
      McpIntegrations: string[];
      Labels: Record<string, unknown>;
    };
    expect(kept.slice(0, -1)).toEqual(list.slice(0, kept.length - 1));
    expect(kept.at(-1)).toMatch(/^\[truncated: whole list 1000 elements, sha256 [0-9a-f]{64}\]$/);
    const { __truncated: note, ...members } = labels;
    expect(given.Labels).toMatchObject(members);
    expect(note).toMatchObject({ whole_members: 61, sha256: whole[1]?.sha256 });
    expect(JSON.parse(whole[0]?.text ?? "")).toEqual(list);
    expect(JSON.parse(whole[1]?.text ?? "")).toEqual(given.Labels);
    for (const value of Object.values(columnsOf(row))) {
      expect(valueBytes(value)).toBeLessThanOrEqual(FIELD_BYTES_MAX);
    }
    // As much as fits is kept: the next element would not have fitted.
    expect(valueBytes(kept) + bytesOf(JSON.stringify(list[kept.length - 1]))).toBeGreaterThan(
      FIELD_BYTES_MAX - 1,
    );
  });

  it("never exceeds the limit and never ends inside a character", () => {
    const parts = ["a", "é", "€", "😀", "\u0000", '"', "\ud800"];
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 40 }), (seed, bytesMax) => {
        const random = seededRandom(seed);
        const text = Array.from({ length: 30 }, () => parts[Math.floor(random() * 6)]).join("");
        const cut = cutText(text, bytesMax);
        expect(text.startsWith(cut)).toBe(true);
        expect(bytesOf(cut)).toBeLessThanOrEqual(bytesMax);
        const next = [...text.slice(cut.length)][0] ?? "";
        if (cut !== text) expect(bytesOf(cut + next)).toBeGreaterThan(bytesMax);
      }),
    );
  });

  it("is cut in an event of the largest size that the schema allows", () => {
    const details = Object.fromEntries(
      Array.from({ length: 64 }, (_, n) => [`key ${n}`, "😀".repeat(4096)]),
    );
    const form = encodeRow(journaled(3, { details } as never));
    if (!("body" in form)) throw new Error(form.reason);
    expect(form.marks).toHaveLength(2);
    for (const value of Object.values(columnsOf(form.body)))
      expect(valueBytes(value)).toBeLessThanOrEqual(FIELD_BYTES_MAX);
  });
});
