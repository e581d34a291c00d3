import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, type PriceTable, parsePrices } from "../../src/enrich/price.ts";
import type { AuditEvent } from "../../src/event/event.ts";

const MODEL = "claude-sonnet-4-20250514";

function event(fields: Partial<AuditEvent>): AuditEvent {
  return {
    event_id: "3f2c1a44-0000-4000-8000-000000000000",
    event_type: "session_end",
    timestamp: "2026-03-01T00:00:00.000Z",
    model_version: MODEL,
    ...fields,
  } as AuditEvent;
}

function pricesOf(text: string): PriceTable {
  const result = parsePrices(text, "prices.yaml");
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const row = (model: string, from: string, input: number): string =>
  `  - { model: ${model}, effective_from: ${from}, input: ${input}, output: 15, cache_read: 0.3, cache_write: 3.75 }`;

const prices = pricesOf(
  [
    "id: test",
    "currency: USD",
    "prices:",
    row("claude-opus-4", "2025-01-01", 15),
    row("claude-opus-4-5", "2025-11-01", 5),
    row("claude-sonnet-4", "2025-01-01", 3),
    row("claude-sonnet-4", "2026-03-01", 2),
    row("claude-", "2024-01-01", 100),
  ].join("\n"),
);

describe("costOf", () => {
  it("charges the cache parts of token_input at their own prices", () => {
    const tokens = { token_input: 1_000_000, token_output: 100_000 };
    const cache = { token_cache_read: 600_000, token_cache_write: 100_000 };
    // 300k × 2 + 100k × 15 + 600k × 0.3 + 100k × 3.75, per million
    expect(costOf(prices, event({ ...tokens, ...cache }))).toEqual({
      cost_usd: 2.655,
      price_ref: "test@2026-03-01",
    });
  });

  it("rounds to a millionth of a dollar", () => {
    expect(costOf(prices, event({ token_cache_read: 1 }))).toMatchObject({ cost_usd: 0 });
    expect(costOf(prices, event({ token_cache_read: 2 }))).toMatchObject({ cost_usd: 0.000001 });
  });

  it("never charges a negative remainder when a producer leaves the cache out of token_input", () => {
    const live = { token_input: 3, token_cache_read: 17_241, token_cache_write: 16_935 };
    expect(costOf(prices, event(live))).toMatchObject({ cost_usd: 0.068679 });
  });

  it.each([
    ["2026-02-28T23:59:59.999Z", "test@2025-01-01", 3],
    ["2026-03-01T00:00:00.000Z", "test@2026-03-01", 2],
  ])("takes the row in force at %s: %s", (timestamp, price_ref, cost_usd) => {
    const one = event({ timestamp, token_input: 1_000_000 });
    expect(costOf(prices, one)).toEqual({ cost_usd, price_ref });
  });

  it.each([
    ["claude-opus-4-1-20250805", "2026-01-01", 15],
    ["claude-opus-4-5-20251101", "2026-01-01", 5],
    ["claude-opus-4-5@20251101", "2026-01-01", 5],
    ["claude-opus-4-5-20251101", "2025-10-31", 15],
    ["claude-opus-4", "2026-01-01", 15],
    ["claude-opus-41", "2026-01-01", 100],
    ["claude-next", "2026-01-01", 100],
  ])("matches %s on %s by the longest name in force", (model_version, day, cost_usd) => {
    const timestamp = `${day}T00:00:00.000Z`;
    const one = event({ model_version, timestamp, token_input: 1_000_000 });
    expect(costOf(prices, one)).toMatchObject({ cost_usd });
  });

  it("says why there is no price, and nothing where there is nothing to charge", () => {
    const { model_version: _, ...nameless } = event({ token_output: 5 });
    expect(costOf(prices, nameless as AuditEvent)).toBe("no_model");
    expect(costOf(prices, event({ model_version: "gpt", token_input: 1 }))).toBe(
      "model_not_priced",
    );
    const early = event({ timestamp: "2023-12-31T23:59:59.999Z", token_input: 1 });
    expect(costOf(prices, early)).toBe("no_price_in_force");
    expect(costOf(prices, event({ token_input: 0, token_output: 0 }))).toBeUndefined();
    expect(costOf(prices, event({}))).toBeUndefined();
  });

  it("is never negative and adds up over events, to a millionth each", () => {
    const count = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(count, count, count, count, (uncached, read, write, output) => {
        const all = costOf(
          prices,
          event({
            token_input: uncached + read + write,
            token_cache_read: read,
            token_cache_write: write,
            token_output: output,
          }),
        );
        const parts = [
          event({ token_input: uncached }),
          event({ token_input: read, token_cache_read: read }),
          event({ token_input: write, token_cache_write: write }),
          event({ token_output: output }),
        ].map((part) => costOf(prices, part));
        const usd = (cost: typeof all) => (typeof cost === "object" ? cost.cost_usd : 0);
        const sum = parts.reduce((total, part) => total + usd(part), 0);
        expect(Math.abs(usd(all) - sum)).toBeLessThan(4e-6);
        expect(usd(all)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("parsePrices", () => {
  it("C520 stands at the model of the second row", () => {
    const text = readFileSync("test/fixtures/diagnostic/C520.yaml", "utf8");
    const { diagnostics } = parsePrices(text, "prices.yaml");
    expect(diagnostics).toMatchObject([
      { code: "C520", span: { line: 5, column: 14, length: 15 } },
    ]);
    expect(diagnostics[0]?.message).toContain("line 4");
  });

  it.each<[string, string, number, number]>([
    ["C505", "2025-13-01", 4, 47],
    ["C505", "2025-05-22T00:00", 4, 47],
  ])("%s for %s at %i:%i", (code, date, line, column) => {
    const text = `id: x\ncurrency: USD\nprices:\n${row("claude-sonnet-4", date, 3)}`;
    const { diagnostics } = parsePrices(text, "prices.yaml");
    expect(diagnostics).toMatchObject([{ code, span: { line, column } }]);
  });

  it("refuses negative prices, other currencies and misspelt keys", () => {
    const text = `id: x\ncurrency: EUR\nprices:\n${row("m", "2025-01-01", -1)}\nprice: 1`;
    const codes = parsePrices(text, "prices.yaml").diagnostics.map(({ code }) => code);
    expect(codes.sort()).toEqual(["Y106", "Y107", "Y108"]);
  });

  it("reads the example", () => {
    const example = pricesOf(readFileSync("context/prices.yaml", "utf8"));
    expect(costOf(example, event({ token_input: 1_000_000 }))).toEqual({
      cost_usd: 3,
      price_ref: "example@2025-05-22",
    });
  });
});
