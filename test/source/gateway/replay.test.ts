/** The same records again, in any order, in any portion, damaged: always the same events, always events. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/sample/random.ts";
import { openFormat } from "../../../src/source/gateway/format.ts";
import { eventOf, type Format, fixtureLines, formats, readLines } from "./stand.ts";

const SEED = process.env["GATEWAY_SEED"] ?? "20261125";

function shuffled<T>(values: readonly T[], random: Random): readonly T[] {
  return values
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

async function eventsOf(format: Format, lines: readonly string[]): Promise<readonly string[]> {
  const { records } = await readLines(format, lines);
  return records.flatMap((record) =>
    record.text === undefined ? [] : [JSON.stringify(eventOf(record))],
  );
}

/** A value of JSON with one of its parts replaced by something that nobody expects there. */
function disturbed(value: unknown, random: Random): unknown {
  const odd: readonly unknown[] = [
    null,
    "",
    -1,
    1e308,
    "\ud800",
    [],
    {},
    true,
    "9".repeat(5000),
    [[1]],
    { toString: 1 },
  ];
  if (random.chance(0.15)) return random.pick(odd);
  if (Array.isArray(value)) {
    const at = random.whole(0, Math.max(0, value.length - 1));
    return value.map((one, index) => (index === at ? disturbed(one, random) : one));
  }
  if (typeof value !== "object" || value === null)
    return random.chance(0.5) ? value : random.pick(odd);
  const entries = Object.entries(value);
  const at = random.whole(0, Math.max(0, entries.length - 1));
  return Object.fromEntries(
    entries.map(([key, one], index) => [key, index === at ? disturbed(one, random) : one]),
  );
}

describe.each(formats)("records of %s", (format) => {
  it("are the same events when they come again, one by one, and in any order", async () => {
    const random = Random.stream(SEED, `replay ${format}`);
    const lines = fixtureLines(format);
    const header = format === "claude_audit_csv" ? lines.slice(0, 1) : [];
    const rows = lines.slice(header.length);
    const once = await eventsOf(format, lines);
    const ids = once.map((event) => (JSON.parse(event) as { event_id: string }).event_id);
    expect(new Set(ids).size).toBe(once.length);
    const twice = await eventsOf(format, [...lines, ...lines]);
    expect(new Set(twice)).toEqual(new Set(once));
    for (let round = 0; round < 5; round += 1) {
      const again = await eventsOf(format, [...header, ...shuffled(rows, random)]);
      expect([...again].sort(), `seed ${SEED}, round ${round}`).toEqual([...once].sort());
    }
  });

  it("stay records when members are missing, odd or hostile", async () => {
    const random = Random.stream(SEED, `odd ${format}`);
    const reader = openFormat(format);
    const lines = fixtureLines(format).filter((line) => line.startsWith("{"));
    for (let round = 0; round < 200 && lines.length > 0; round += 1) {
      const line = random.pick(lines);
      const text = JSON.stringify(disturbed(JSON.parse(line), random));
      const { records } = await reader.read({ text, position: 1 }, "odd");
      for (const record of records)
        if (record.text !== undefined)
          expect(() => eventOf(record), `seed ${SEED}, round ${round}: ${text}`).not.toThrow();
    }
  });

  it("are refused with a reason when they are no records at all", async () => {
    const hostile = [
      ...["null", "1", '"text"', "{", "[", "{}", "[[[[[[[[{}]]]]]]]]", "", "\u0000"],
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
      `${'{"message":'.repeat(3000)}1${"}".repeat(3000)}`,
      `{"Model":"m","at":1772530200,"Timestamp":1772530200,"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      '{"__proto__":{"id":"x"},"constructor":{"prototype":{"call_type":"y"}}}',
    ];
    const { records } = await readLines(format, hostile);
    expect(records.filter(({ text }) => text !== undefined)).toEqual([]);
    const refused = records.filter(({ problem }) => problem !== undefined);
    expect(refused.length).toBeGreaterThan(5);
    for (const { problem } of refused) expect(problem?.message.length).toBeLessThan(200);
  });
});

it("moves no name of a member into the prototype of objects", async () => {
  const line = `{"__proto__":{"polluted":1},${fixtureLines("litellm")[0]?.slice(1) ?? ""}`;
  await readLines("litellm", [line]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
