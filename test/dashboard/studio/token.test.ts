/** Tokens and what only looks like them, through the vendor's own replacement. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressText, plainText, searchText, token } from "../../../src/dashboard/studio/token.ts";
import { splLexicon } from "../../../src/dialect/spl/lexicon.ts";
import { renderText, type Text, text, value } from "../../../src/dialect/text.ts";
import { fillIn } from "./vendor.ts";

/** Words rich in what tokens are made of. */
const words = fc.oneof(
  fc.string({ unit: fc.constantFrom("$", "a", "|", "s", '"', "\\", " ", "*") }),
  fc.string({ unit: "binary" }),
);

const written = (chunk: Text): string => renderText(chunk, splLexicon);

describe("text without tokens", () => {
  it("reads as it was", () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(fillIn(plainText(given), { a: "chosen", s: "chosen" })).toBe(given);
      }),
    );
  });
});

describe("a token", () => {
  it("stands between whatever literals, and nothing else is filled in", () => {
    fc.assert(
      fc.property(words, words, fc.array(words, { minLength: 1 }), (before, after, chosen) => {
        const search = text`${value(before)}${token("a")}${value(after)}`;
        const filled = fillIn(searchText(written(search)), { a: chosen, s: "other" });
        const quoted = chosen.map((one) => JSON.stringify(one)).join(",");
        expect(filled).toBe(`${written(value(before))}${quoted}${written(value(after))}`);
      }),
    );
  });

  it("is encoded in an address like the search around it", () => {
    fc.assert(
      fc.property(words, words, words, (before, after, chosen) => {
        fc.pre(chosen.isWellFormed());
        const search = text`${value(before)}${token("a")}${value(after)}`;
        const address = fillIn(addressText(written(search)), { a: chosen, s: "other" });
        expect(address).toMatch(/^[\w%.!~*'(),-]*$/);
        const around = [before, after].map((one) => written(value(one)).toWellFormed());
        expect(decodeURIComponent(address)).toBe(
          `${around[0]}${JSON.stringify(chosen)}${around[1]}`,
        );
      }),
    );
  });
});
