import { createHash, createHmac, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileSpan } from "../../src/diagnostic/diagnostic.ts";
import { createPseudonymiser, parseKey } from "../../src/policy/pseudonym.ts";
import { findSecrets } from "../../src/policy/secret.ts";

const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
const key = createSecretKey(bytes);
const place = { file: "config.yaml", line: 3, column: 8, length: 5 };

describe("a pseudonymiser", () => {
  it("is HMAC-SHA-256 with the domain before the id", () => {
    const expected = createHmac("sha256", bytes).update("claude-siem/user-id\nemp-0042");
    const hash = createPseudonymiser(key).userIdHash("emp-0042");
    expect(hash).toBe(expected.digest("hex"));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("knows one user by every spelling of an e-mail address, and keeps other ids apart", () => {
    const { userIdHash } = createPseudonymiser(key);
    expect(userIdHash(" Ann.Example@Example.COM ")).toBe(userIdHash("ann.example@example.com"));
    expect(userIdHash("user_01AbC")).not.toBe(userIdHash("user_01abc"));
    expect(userIdHash("jo\u0308rg")).toBe(userIdHash("j\u00f6rg"));
  });

  it("hashes plainly only in compatibility mode, byte for byte", () => {
    const plain = createPseudonymiser(key, "plain-sha256");
    const expected = createHash("sha256").update("Ann@example.com").digest("hex");
    expect(plain.userIdHash("Ann@example.com")).toBe(expected);
    expect(plain.token("x")).toBe(createPseudonymiser(key).token("x"));
  });

  it("gives other keys other names", () => {
    const other = createPseudonymiser(createSecretKey(bytes.toReversed()));
    expect(other.userIdHash("a")).not.toBe(createPseudonymiser(key).userIdHash("a"));
    expect(other.token("a")).not.toBe(createPseudonymiser(key).token("a"));
  });

  it("makes tokens that tell values apart and look like nothing", () => {
    const { token } = createPseudonymiser(key);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(token(a)).toMatch(/^[a-p]{24}$/);
        expect(token(a) === token(b)).toBe(a === b);
        expect(findSecrets(token(a))).toEqual([]);
      }),
    );
  });

  it("does not show its key", () => {
    const shown = inspect(createPseudonymiser(key), { depth: 9, showHidden: true });
    expect(shown).not.toContain(Buffer.from(bytes).toString("hex").slice(0, 16));
    expect(JSON.stringify(createPseudonymiser(key))).toBe('{"mode":"hmac-sha256"}');
  });
});

describe("parseKey", () => {
  const hex = Buffer.from(bytes).toString("hex");

  it.each([
    ["hex", hex],
    ["upper-case hex with a newline", `${hex.toUpperCase()}\n`],
    ["base64", Buffer.from(bytes).toString("base64")],
    ["base64url", Buffer.from(bytes).toString("base64url")],
  ])("reads %s", (_form, text) => {
    const result = parseKey(text, place);
    expect(result.ok && result.value.export().equals(bytes)).toBe(true);
  });

  it.each([
    ["", "it is empty"],
    [hex.slice(2), "it has 31 bytes, at least 32 are needed"],
    [hex.slice(1), "it has an odd number of hex digits"],
    ["not a key, a sentence", "it is neither hex nor base64"],
    ["00".repeat(32), "it repeats a few bytes over and over"],
    ["deadbeef".repeat(8), "it repeats a few bytes over and over"],
  ])("refuses %j at its place and never repeats it", (text, reason) => {
    const result = parseKey(text, place);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: "C530", span: place }] });
    const shown = JSON.stringify(result.diagnostics);
    expect(shown).toContain(reason);
    if (text !== "") expect(shown).not.toContain(text);
  });

  it("C530 stands at the key", () => {
    const text = readFileSync("test/fixtures/diagnostic/C530.txt", "utf8");
    const result = parseKey(text, fileSpan("C530.txt"));
    expect(result.diagnostics).toMatchObject([{ code: "C530", span: { line: 1, column: 1 } }]);
    expect(JSON.stringify(result.diagnostics)).not.toContain("not-a-real");
  });
});
