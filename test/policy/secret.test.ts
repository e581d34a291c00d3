import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passesLuhn, passesMod97 } from "../../src/policy/account-number.ts";
import { isContentKey } from "../../src/policy/content.ts";
import { findSecrets, searchSecrets } from "../../src/policy/secret.ts";
import { isSuspect } from "../../src/policy/suspect.ts";
import { secretsOfEveryKind } from "./planted.ts";

function found(text: string): readonly (readonly [string, string])[] {
  return findSecrets(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);
}

describe("findSecrets", () => {
  it.each(secretsOfEveryKind)("finds %s in %s, alone and in a sentence", (kind, secret) => {
    expect(found(secret)).toEqual([[kind, secret]]);
    expect(found(`see (${secret}) there`)).toEqual([[kind, secret]]);
  });

  it.each([
    "550e8400-e29b-41d4-a716-446655440000",
    "2026-11-24T03:49:32.123Z to 2026-11-25T03:49:32.123Z",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "1764000000000000000 ns, 1764000000000 ms",
    "@modelcontextprotocol/server-github, left-pad@1.3.0",
    "claude-cli/2.1.3 (external, cli)",
    "task-management-service-of-2026 risk-assessment-workflow-of-2026",
    "token: expired; token_count: 123456; key=value; secret: rotated",
    "bearer authentication-has-failed, basic internationalisation",
    "4111 1111 1111 1112 fails Luhn; DE88 3704 0044 0532 0130 00 fails mod 97",
    "https://example.com:8443/path?x=1",
    "eyJust.a.sentence",
    "[redacted:email] [redacted:payment_card:abcdefghijklmnopabcdefgh] password=[redacted:jwt]",
  ])("leaves %j alone", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("takes overlapping findings as one", () => {
    expect(found("https://ann:pw@example.com/x")).toEqual([["credential", "ann:pw@example.com"]]);
    expect(found("password=ann@example.com")).toEqual([["credential", "ann@example.com"]]);
    expect(found("a@example.com,b@example.com")).toHaveLength(2);
  });

  it("takes a key block whole, and to the end when its end was cut", () => {
    const block = "-----BEGIN EC PRIVATE KEY-----\nnot/a/key\n-----END EC PRIVATE KEY-----";
    expect(found(`a ${block} b ${block}`)).toEqual([
      ["private_key", block],
      ["private_key", block],
    ]);
    expect(found(`a ${block.slice(0, 40)}`)).toEqual([["private_key", block.slice(0, 40)]]);
  });

  it("finds accounts in every grouping, and behind other digits", () => {
    for (const card of ["4111111111111111", "4111-1111-1111-1111", "4111 1111 1111 1111"])
      expect(found(`12 ${card} 34`)).toEqual([["payment_card", card]]);
    for (const iban of ["gb82west12345698765432", "GB82 WEST 1234 5698 7654 32"])
      expect(found(`AB12 ${iban}, 3`)).toEqual([["iban", iban]]);
  });

  it("sees no accounts in digests and random ids", () => {
    const hex = fc.string({
      unit: fc.constantFrom(..."0123456789abcdef"),
      minLength: 64,
      maxLength: 64,
    });
    const base62 = fc.string({
      unit: fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(hex, base62, (digest, id) => {
        expect(found(`sha256:${digest}`)).toEqual([]);
        expect(found(`req_${id}`)).toEqual([]);
      }),
      // The seed is fixed: among enough random ids one will pass every check there is.
      { numRuns: 5000, seed: 1 },
    );
    expect(found("abc4111111111111111def")).toEqual([]);
    expect(found("card4111111111111111")).toEqual([["payment_card", "4111111111111111"]]);
  });

  it("looks closer wherever there is something to find", () => {
    const starts = `@ %40 ＠ sk- sk-ant- rk_live_ AKIA ASIA ghp_ github_pat_ glpat- xoxb- AIza npm_ eyJ . "
      -----BEGIN PRIVATE KEY----- bearer Basic password secret token api_key : = :// 4111 1111 11 1
      \u00a0 GB82 WEST 1234 5698 7654 32 DE893704 0044 a1b2c3d4e5f6 example com - _ \\n`;
    const piece = fc.oneof(
      fc.constantFrom(...starts.split(/[ \n]+/), " ", "\t"),
      fc.constantFrom(...secretsOfEveryKind).map(([, secret]) => secret),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, upper) => {
        const text = upper ? pieces.join("").toUpperCase() : pieces.join("");
        if (searchSecrets(text).length > 0) expect(isSuspect(text), text).toBe(true);
      }),
      { numRuns: 10_000 },
    );
    for (const [, secret] of secretsOfEveryKind) expect(isSuspect(secret), secret).toBe(true);
  });

  it("is done with plain ids and words at the first look", () => {
    for (const text of ["req_011CSHoEeqs5C35K2UUqR7Fy", "claude-sonnet-4-5", "approved on Monday"])
      expect(isSuspect(text)).toBe(false);
  });

  it("gives findings in order, without overlaps, inside of the text", () => {
    const piece = fc.oneof(
      fc.constantFrom(...secretsOfEveryKind).map(([, secret]) => secret),
      fc.string({ unit: fc.constantFrom(...'a1@.-_=: "%+/eyJsk') }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        let end = 0;
        for (const secret of findSecrets(text)) {
          expect(secret.start).toBeGreaterThanOrEqual(end);
          expect(secret.end).toBeGreaterThan(secret.start);
          end = secret.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the time to search", () => {
  /** The fastest of several searches, so that other work on the machine does not count. */
  function fastest(text: string): number {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 4; run += 1) {
      const before = performance.now();
      findSecrets(text);
      best = Math.min(best, performance.now() - before);
    }
    return best;
  }

  it.each([
    "a",
    "@",
    "a@",
    "a@b.",
    '"@',
    '"',
    "%40",
    "a%40b.c",
    "eyJ",
    "eyJa.",
    "eyJ.eyJ",
    "sk-",
    "sk-ant-",
    "pk_live_",
    "bearer ",
    "bearer a",
    "token=",
    "password:",
    "token=a1b2c3d4,",
    "://",
    "://a:",
    "1",
    "1 ",
    "4111111111111111 ",
    "411111111111 ",
    "GB82",
    "GB82 WEST ",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "key          ",
  ])("grows with the text, not with its square: %j over and over", (unit) => {
    // A "@" at the end takes texts past the first look that would otherwise end there.
    const text = (length: number) => `${unit.repeat(length / unit.length)}@a.example`;
    fastest(text(4096));
    const small = fastest(text(8192));
    const large = fastest(text(16 * 8192));
    // Linear is 16, quadratic 256. The floor keeps the clock's grain out of the ratio.
    expect(large / Math.max(small, 0.05)).toBeLessThan(80);
  });
});

describe("checks of account numbers", () => {
  it("agree with published test numbers", () => {
    for (const card of [
      "4111111111111111",
      "378282246310005",
      "5555555555554444",
      "30569309025904",
    ])
      expect(passesLuhn(card)).toBe(true);
    expect(passesLuhn("4111111111111112")).toBe(false);
    for (const iban of ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"])
      expect(passesMod97(iban)).toBe(true);
  });

  it("catch every single wrong digit", () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (at, add) => {
        const digits = [..."4111111111111111"];
        digits[at] = String((Number(digits[at]) + add) % 10);
        expect(passesLuhn(digits.join(""))).toBe(false);
      }),
    );
  });
});

describe("isContentKey", () => {
  it.each([
    "prompt",
    "user_prompt",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "toolInput",
    "tool-output",
    "tool_parameters",
    "Response",
    "completion",
    "content",
    "api_request_body",
    "full_command",
    "assistant.message",
  ])("%s carries content", (key) => {
    expect(isContentKey(key)).toBe(true);
  });

  it.each([
    "prompt_id",
    "prompt_length",
    "prompt.tokens",
    "response_length",
    "response_id",
    "content_type",
    "tool_input_size_bytes",
    "message_count",
    "error.message",
    "command_name",
    "summary",
    "result",
    "",
  ])("%s does not", (key) => {
    expect(isContentKey(key)).toBe(false);
  });
});
