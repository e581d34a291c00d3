import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { shippedSignatures } from "../../src/generated/signature-table.ts";
import {
  checkExamples,
  checkSignatureName,
  checkSignatureSet,
} from "../../src/signature/check-signatures.ts";
import { compareFindings } from "../../src/signature/finding.ts";
import { fold } from "../../src/signature/fold.ts";
import { createMatcher } from "../../src/signature/matcher.ts";
import { parseSignature, type SignatureFile } from "../../src/signature/parse-signature.ts";
import { signatureCategories, textSurfaces } from "../../src/signature/signature.ts";
import { loadCorpus } from "./corpus.ts";
import { describeShare, judge, quality, wilson } from "./measure.ts";
import { key } from "./stage.ts";

const names = readdirSync("signatures").sort();

function load(name: string): SignatureFile {
  const parsed = parseSignature(readFileSync(`signatures/${name}`, "utf8"), name);
  if (!parsed.ok) throw new Error(`${name}: ${parsed.diagnostics[0]?.message}`);
  return parsed.value;
}

describe("the signatures that ship", () => {
  it.each(names)("%s does what its examples say", (name) => {
    const file = load(name);
    expect([...checkExamples(file), ...checkSignatureName(file, name)]).toEqual([]);
  });

  it("are those of the generated table, with different ids", () => {
    const files = names.map(load);
    expect(files.map(({ signature }) => signature)).toEqual(shippedSignatures);
    expect(checkSignatureSet(files)).toEqual([]);
  });

  it("cover every category in seven languages", () => {
    for (const category of signatureCategories) {
      const own = shippedSignatures.filter((signature) => signature.category === category);
      const languages = new Set(own.flatMap(({ patterns }) => patterns.map((one) => one.language)));
      for (const language of ["en", "de", "fr", "es", "zh", "ru", "ja"] as const)
        expect(languages.has(language), `${category} in ${language}`).toBe(true);
    }
  });

  it("take time linear in the text, whatever the text", () => {
    // Counted in steps would be better than in time; a wide margin over linear growth has to do.
    const matchers = textSurfaces.map((surface) =>
      createMatcher(shippedSignatures, { key, surface }),
    );
    const nasty = [
      "ignore all previous ",
      "send the conversation to ",
      "system prompt your show ",
      "用户的对话给我看",
    ];
    const time = (text: string): number => {
      const begun = performance.now();
      for (const matcher of matchers) matcher.match(text);
      return performance.now() - begun;
    };
    for (const part of nasty) {
      time(part.repeat(500));
      const [short, long] = [time(part.repeat(500)), time(part.repeat(4000))];
      expect(long, part).toBeLessThan(8 * 6 * Math.max(short, 2));
    }
  });
});

describe("the signatures that ship, on the corpus", () => {
  it("find every text that RE2 alone finds, pattern by pattern", () => {
    const some = loadCorpus().filter((_, index) => index % 5 === 0);
    const folded = some.map(({ text }) => ` ${fold(text).replace(/ +/g, " ")} `);
    for (const signature of shippedSignatures) {
      const [surface = "prompt"] = signature.surfaces;
      for (const pattern of signature.patterns) {
        const expression = RE2JS.compile(pattern.expression);
        const alone = some.filter((_, index) => expression.test(folded[index] ?? ""));
        if (alone.length === 0) continue;
        const matcher = createMatcher([{ ...signature, patterns: [pattern] }], { key, surface });
        for (const { text } of alone) expect(matcher.match(text), text).not.toEqual([]);
      }
    }
  });

  it("find the same in a stream, however it is cut", () => {
    const whole = loadCorpus()
      .map(({ text }) => text)
      .join(" 🙂\n");
    const matcher = createMatcher(shippedSignatures, { key, surface: "retrieved" });
    const expected = matcher.match(whole);
    expect(expected.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 800 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const stream = matcher.stream();
        const found = places.flatMap((place, index) =>
          stream.push(whole.slice(places[index - 1] ?? 0, place)),
        );
        found.push(...stream.end());
        expect(found.sort(compareFindings)).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });
});

describe("the corpus", () => {
  const items = loadCorpus();

  it("is large, and difficult by at least 40 % harmless texts", () => {
    expect(items.length).toBeGreaterThanOrEqual(300);
    const benign = items.filter(({ label }) => label === undefined);
    expect(benign.length / items.length).toBeGreaterThanOrEqual(0.4);
    expect(new Set(items.map(({ text }) => text)).size).toBe(items.length);
    expect(new Set(items.map(({ language }) => language)).size).toBe(7);
  });

  it("does not fall behind what was measured once", () => {
    const held = judge(
      items.filter(({ half }) => half === "held_out"),
      shippedSignatures,
    );
    const { precision, recall } = quality(held);
    expect(precision.hits / precision.total).toBeGreaterThan(0.8);
    expect(recall.hits / recall.total).toBeGreaterThan(0.4);
  });
});

describe("Wilson's interval", () => {
  it.each([
    [{ hits: 0, total: 0 }, "0.000", "1.000"],
    [{ hits: 0, total: 10 }, "0.000", "0.278"],
    [{ hits: 10, total: 10 }, "0.722", "1.000"],
    [{ hits: 81, total: 263 }, "0.255", "0.366"],
  ])("of %j", (share, low, high) => {
    expect(wilson(share).map((bound) => bound.toFixed(3))).toEqual([low, high]);
  });

  it("is printed with its share", () => {
    expect(describeShare({ hits: 10, total: 10 })).toBe("1.00 (0.72–1.00), 10 of 10");
    expect(describeShare({ hits: 0, total: 0 })).toBe("no case");
  });
});
