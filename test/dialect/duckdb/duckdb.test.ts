import { describe, expect, it } from "vitest";
import { compileDuckdb } from "../../../src/dialect/duckdb/query.ts";
import { constructs, goldenTexts } from "../cases.ts";
import { checkGolden } from "../golden.ts";

// What the queries find is proven in test/engine, where DuckDB runs them; these files show changes.
checkGolden("duckdb", goldenTexts(compileDuckdb));

describe("DuckDB", () => {
  it("has every construct exactly", () => {
    for (const [name, rule] of constructs) {
      expect(compileDuckdb(rule).fidelity, name).toEqual({ level: "exact" });
    }
  });
});
