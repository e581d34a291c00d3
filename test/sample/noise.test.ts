import { describe, expect, it } from "vitest";
import { parseEventLine } from "../../src/event/parse.ts";
import { generateSample } from "../../src/sample/generate.ts";
import { generateNoise } from "../../src/sample/noise.ts";

const options = { endsOn: "2026-11-20" };
const lines = [...generateNoise(options)];

describe("the sample's noise", () => {
  it.each(lines)("$verdict: $why", ({ text, verdict }) => {
    const parsed = parseEventLine(text, 1, { file: "noise.ndjson" });
    expect(parsed.ok).toBe(verdict === "accepted");
    if (!parsed.ok) expect(parsed.diagnostics).not.toEqual([]);
  });

  it("is one line each, the same every time, and apart from the log", () => {
    expect(lines.filter(({ text }) => text.includes("\n"))).toEqual([]);
    expect([...generateNoise(options)]).toEqual(lines);
    const sessions = new Set([...generateSample(options)].map(({ session_id }) => session_id));
    const own = lines.flatMap(({ text }) => /"session_id": ?"([^"]+)"/.exec(text)?.[1] ?? []);
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((session) => sessions.has(session))).toEqual([]);
  });
});
