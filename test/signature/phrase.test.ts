import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { compilePhrase } from "../../src/signature/compile-phrase.ts";
import { createMatcher } from "../../src/signature/matcher.ts";
import { parsePhrase } from "../../src/signature/phrase.ts";
import { signatureLanguages } from "../../src/signature/signature.ts";
import { compile, key, signatureOf } from "./stage.ts";

describe("the language of patterns", () => {
  it.each([
    ["a*", 1, "no upper bound"],
    ["ab+ c", 2, "no upper bound"],
    ["(abc", 0, "never closed"],
    ["abc)", 3, "no ( for this )"],
    ["abc||def", 4, "empty"],
    ["()", 1, "empty"],
    ["[a-z]bc", 0, "without ranges"],
    ["[abc", 0, "never closed"],
    ["{verb} abc", 0, 'no term "verb"'],
    ["{11w}abc", 0, "1 to 10w"],
    ["{99c}abc", 0, "1 to 80c"],
    ["{2}abc", 0, "nothing before it"],
    ["abc{3,2}", 3, "m up to n"],
    ["abc{0,81}", 3, "1 to 80"],
    ["abc{x y}", 3, "braces hold"],
    ["\\d{3} abc", 0, "not known"],
    ["^abc", 0, "stands for nothing here"],
    ["Abc", 0, "lower case"],
    ["ab\u200bc", 2, "vanishes"],
    ["", 0, "empty"],
  ])("refuses %j at %i", (source, offset, detail) => {
    const parsed = parsePhrase(source);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error.offset).toBe(offset);
    expect(parsed.error.detail).toContain(detail);
  });

  it("uses terms, also in terms", () => {
    const one = parsePhrase("(ignore|drop)");
    if (!one.ok) throw new Error(one.error.detail);
    const two = parsePhrase("{verb} (the )?rules", new Map([["verb", one.phrase]]));
    if (!two.ok) throw new Error(two.error.detail);
    const { expression } = compilePhrase(two.phrase, signatureLanguages.en);
    expect(RE2JS.compile(expression).test(" drop the rules ")).toBe(true);
    expect(RE2JS.compile(expression).test(" keep the rules ")).toBe(false);
  });

  it("never throws, and whatever it takes has an expression of RE2 and a longest match", () => {
    const signs = fc.constantFrom(
      ..."ab {}()[]|?\\.w,c3é指*+^$-".split(""),
      "{2w}",
      "{3c}",
      "{1,2}",
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 20 }), fc.boolean(), (list, hasSpaces) => {
        const parsed = parsePhrase(list.join(""));
        if (!parsed.ok) {
          expect(parsed.error.detail).not.toBe("");
          return;
        }
        const { expression, unitsMax } = compilePhrase(parsed.phrase, { hasSpaces });
        expect(() => RE2JS.compile(expression)).not.toThrow();
        expect(unitsMax).toBeLessThan(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
  });

  it("knows texts that each match contains, in their order", () => {
    expect(compile("(ignore|forget) {3w}(all )?rules?").required).toEqual([
      [" ignore ", " forget "],
      [" rule ", " rules ", " all rule ", " all rules "],
    ]);
    expect(compile("(show|\\w{2,4}) me").required).toEqual([]);
    expect(compile("忽略{4c}(指令|规则)", "zh").required).toEqual([["忽略"], ["指令", "规则"]]);
  });
});

describe("trying a pattern only where its texts are", () => {
  const word = fc.constantFrom("alpha", "beta", "gamma", "alphabet", "be", "指令", "a");
  const atom = fc.oneof(
    word,
    fc.tuple(word, word).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(word, word).map(([a, b]) => `(${a} ${b}|${b})`),
    word.map((one) => `(${one} )?`),
    fc.constantFrom("{1w}", "{2w}", "{3c}", "\\w{1,2}", ".?"),
  );
  const source = fc.array(fc.tuple(atom, fc.constantFrom(" ", "", " ")), {
    minLength: 1,
    maxLength: 5,
  });
  const gap = fc.constantFrom(" ", " ", ", ", "", "。");
  const text = fc.array(fc.tuple(word, gap), { maxLength: 30 });

  it("loses no match", () => {
    let tried = 0;
    fc.assert(
      fc.property(
        source,
        fc.array(text, { minLength: 5, maxLength: 5 }),
        fc.constantFrom("en", "zh"),
        (parts, texts, language) => {
          const phrase = parts.flat().join("");
          const parsed = parsePhrase(phrase);
          if (!parsed.ok) return;
          const compiled = compilePhrase(parsed.phrase, signatureLanguages[language]);
          if (compiled.required.length === 0) return;
          const expression = RE2JS.compile(compiled.expression);
          const matcher = createMatcher([signatureOf("one", [phrase], language)], {
            key,
            surface: "prompt",
          });
          for (const one of texts) {
            const whole = one.flat().join("");
            const isMatch = expression.test(` ${whole} `);
            if (isMatch) tried += 1;
            expect(matcher.match(whole).length > 0, `${phrase} in ${whole}`).toBe(isMatch);
          }
        },
      ),
      { numRuns: 600 },
    );
    expect(tried).toBeGreaterThan(50);
  });
});
