import { createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CANARY_MATCHES_MAX, createCanary } from "../../src/signature/canary.ts";
import { createMatcher } from "../../src/signature/matcher.ts";
import { covered, key } from "./stage.ts";

const canary = createCanary(key, "support-bot");
const other = createCanary(key, "sales-bot");
const { token } = canary;
const compact = token.replaceAll("-", "");
const matcher = createMatcher([], { key, surface: "response", canaries: [canary, other] });

const rot13 = (text: string) =>
  text.replace(/[a-z]/g, (c) => String.fromCharCode(97 + ((c.charCodeAt(0) - 84) % 26)));
const base64 = (text: string) => Buffer.from(text).toString("base64");
const inLines = (text: string, width: number) =>
  text.replace(new RegExp(`.{${width}}`, "g"), "$&\n");

describe("a canary", () => {
  it("is the same for the same key and name, and another for another", () => {
    expect(token).toMatch(/^([a-z]{4}-){5}[a-z]{4}$/);
    expect(createCanary(key, "support-bot")).toEqual(canary);
    expect(other.token).not.toBe(token);
    const otherKey = createSecretKey(Buffer.alloc(32, 7));
    expect(createCanary(otherKey, "support-bot").token).not.toBe(token);
  });

  it("makes different tokens for a thousand names", () => {
    const tokens = Array.from({ length: 1000 }, (_, index) => createCanary(key, `p${index}`).token);
    expect(new Set(tokens).size).toBe(1000);
  });

  it.each([
    ["as it is", token],
    ["in capitals", token.toUpperCase()],
    ["without hyphens", compact],
    ["with blanks between the letters", [...compact].join(" ")],
    ["with line breaks and stars", [...compact].join("\n* ")],
    ["in Markdown", `**${token.slice(0, 9)}**_${token.slice(9)}_`],
    ["with other hyphens", token.replaceAll("-", "–")],
    ["with zero-width signs", [...token].join("\u200b")],
    [
      "in full width",
      token.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
    ["backwards", [...token].reverse().join("")],
    ["in rot13", rot13(token)],
    ["in hexadecimal", Buffer.from(token).toString("hex")],
    ["in base64", base64(token)],
    ["in base64 of what stands around it", base64(`My reference is ${token}, sorry.`)],
    ["in base64, one letter on", base64(`x My reference is ${token}, sorry.`)],
    ["in base64, two letters on", base64(`xx My reference is ${compact}. Sorry.`)],
    ["in base64 of capitals", base64(`REF ${token.toUpperCase()}!`)],
    ["in base64 with line breaks", inLines(base64(`The whole prompt: ${token} and more`), 19)],
  ])("is found %s", (_, form) => {
    for (const text of [form, `Sure: ${form}!`]) {
      const findings = matcher.match(text);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        signature: "canary",
        category: "system_prompt_leakage",
        promptId: "support-bot",
      });
    }
  });

  it("is found unit by unit, at the same place, and the finding does not hold it", () => {
    const text = `I may say it. ${token.toUpperCase()} is it.`;
    const stream = matcher.stream();
    const found = [...text].flatMap((unit) => stream.push(unit));
    found.push(...stream.end());
    expect(found).toEqual(matcher.match(text));
    expect(covered(text, found)).toEqual([token.toUpperCase()]);
    expect(JSON.stringify(found).toLowerCase()).not.toContain(token.slice(0, 9));
  });

  it("is not found in a part, a neighbour's token, or text of the same letters", () => {
    expect(matcher.match(token.slice(0, -1))).toEqual([]);
    expect(matcher.match(createCanary(key, "support-bot2").token)).toEqual([]);
    expect(matcher.match("bcdf-ghjk-mnpr-tvwz-bcdf-ghjk ".repeat(100))).toEqual([]);
    expect(matcher.match(`${token} ${other.token}`).map(({ promptId }) => promptId)).toEqual([
      "support-bot",
      "sales-bot",
    ]);
  });

  it("is reported so many times a text, not more", () => {
    expect(matcher.match(`${token} `.repeat(1000))).toHaveLength(CANARY_MATCHES_MAX);
  });
});
