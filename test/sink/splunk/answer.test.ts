import { describe, expect, it } from "vitest";
import type { OutcomeKind } from "../../../src/delivery/outcome.ts";
import { judgeAnswer, parseAnswer } from "../../../src/sink/splunk/answer.ts";

const NOW = Date.parse("2026-03-02T10:00:00.000Z");

function answered(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers, body: text };
}

/** Status and meaning of every documented code, for a batch of three. */
const codes: readonly (readonly [code: number, status: number, OutcomeKind | "taken" | "event"])[] =
  [
    [0, 200, "taken"],
    [1, 403, "hold"],
    [2, 401, "hold"],
    [3, 401, "hold"],
    [4, 403, "hold"],
    [5, 400, "split"],
    [6, 400, "event"],
    [7, 400, "hold"],
    [8, 500, "retry"],
    [9, 503, "retry"],
    [10, 400, "hold"],
    [11, 400, "hold"],
    [12, 400, "event"],
    [13, 400, "event"],
    [14, 400, "hold"],
    [15, 400, "event"],
    [16, 400, "hold"],
    [17, 200, "retry"],
    [18, 503, "retry"],
    [19, 503, "retry"],
    [20, 503, "retry"],
    [21, 400, "hold"],
    [22, 400, "hold"],
    [23, 503, "retry"],
    [24, 200, "taken"],
    [25, 200, "taken"],
    [26, 429, "retry"],
    [27, 429, "retry"],
  ];

function kindOf(verdict: ReturnType<typeof judgeAnswer>): string {
  return verdict.kind === "failed" ? verdict.outcome.kind : verdict.kind;
}

describe("answers of HEC", () => {
  it.each(codes)("code %i with status %i is %s", (code, status, kind) => {
    const body = { text: "words", code, "invalid-event-number": 1 };
    const verdict = judgeAnswer(answered(status, body), 3, NOW);
    expect(kindOf(verdict)).toBe(kind);
    if (verdict.kind === "event") expect(verdict.index).toBe(1);
    if (verdict.kind === "failed" && verdict.outcome.kind === "hold")
      expect(verdict.outcome.instruction).toMatch(/\.$/);
  });

  it.each(codes.filter(([, , kind]) => kind !== "taken"))(
    "code %i is no success with status 200",
    (code) => {
      for (const count of [1, 3]) {
        const verdict = judgeAnswer(answered(200, { text: "Success", code }), count, NOW);
        expect(["retry", "hold"]).toContain(kindOf(verdict));
      }
    },
  );

  it.each([
    ["another status with code 0", answered(201, { code: 0 })],
    ["an error with code 0", answered(500, { code: 0 })],
    ["a code as text", answered(200, { code: "0" })],
    ["no code", answered(200, { text: "Success" })],
    ["an unknown code", answered(200, { code: 28 })],
    ["a negative code", answered(200, { code: -1 })],
    ["an array", answered(200, [{ code: 0 }])],
    ["null", answered(200, "null")],
    ["a number", answered(200, "0")],
    ["a page", answered(200, "<html>code 0</html>")],
    ["nothing", answered(200, "")],
    ["no content", answered(204, "")],
    ["half an answer", answered(200, '{"text":"Success","code":0')],
    ["acknowledgements", answered(200, { acks: { 0: true } })],
  ])("%s is not delivered", (_, result) => {
    expect(kindOf(judgeAnswer(result, 3, NOW))).toBe("retry");
  });

  it("quarantines alone what it would have split", () => {
    for (const result of [
      answered(413, "no"),
      answered(400, { code: 6 }),
      answered(400, { code: 5 }),
    ]) {
      expect(kindOf(judgeAnswer(result, 3, NOW))).toBe("split");
      expect(kindOf(judgeAnswer(result, 1, NOW))).toBe("quarantine");
    }
  });

  it("takes the number of an event only when the batch has such an event", () => {
    const number = (value: unknown) =>
      judgeAnswer(answered(400, { code: 6, "invalid-event-number": value }), 3, NOW);
    expect(number(0)).toMatchObject({ kind: "event", index: 0 });
    expect(number(2)).toMatchObject({ kind: "event", index: 2 });
    for (const value of [3, -1, 1.5, "1", null]) expect(kindOf(number(value))).toBe("split");
  });

  it("gives no record up for a refusal that is not HEC's", () => {
    for (const status of [400, 404, 405, 411, 415, 421])
      expect(kindOf(judgeAnswer(answered(status, "blocked by policy"), 1, NOW))).toBe("hold");
  });

  it("hands on how long to wait", () => {
    const busy = answered(503, { code: 9 }, { "retry-after": "12" });
    expect(judgeAnswer(busy, 1, NOW)).toMatchObject({
      outcome: { kind: "retry", afterMs: 12_000 },
    });
    const crowded = answered(200, { code: 24 }, { "retry-after": "Mon, 02 Mar 2026 10:00:03 GMT" });
    expect(judgeAnswer(crowded, 1, NOW)).toMatchObject({ kind: "taken", afterMs: 3000 });
  });

  it("takes nothing for an acknowledgement id that is none", () => {
    for (const ackId of ["1", -1, 0.5, null, 2 ** 60])
      expect(parseAnswer(JSON.stringify({ code: 0, ackId }))?.ackId).toBeUndefined();
    expect(parseAnswer('{"code":0,"ackId":0}')?.ackId).toBe(0);
  });
});
