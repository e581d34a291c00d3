import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultCases } from "./cases.ts";

const tests = join(import.meta.dirname, "..");

describe("the list of faults", () => {
  it("has all 58, each once", () => {
    const numbers = faultCases.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 58 }, (_, at) => at + 1));
  });

  it("names for each a test that is there", () => {
    const missing = faultCases.flatMap(({ number, proofs }) =>
      proofs.flatMap(({ file, title }) => {
        const path = join(tests, file);
        const text = existsSync(path) ? readFileSync(path, "utf8") : "";
        const isThere =
          title === undefined ? text.includes(`fault(${number})`) : text.includes(title);
        return isThere ? [] : [`${number}: ${file}, ${title ?? "of its own"}`];
      }),
    );
    expect(missing).toEqual([]);
    expect(faultCases.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
  });
});
