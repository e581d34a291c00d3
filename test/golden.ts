/** Golden files: expected output kept beside the tests, changed only when UPDATE_GOLDEN=1 says so. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

/** Compares text with `test/golden/<path>`. */
export function expectGolden(path: string, actual: string): void {
  const file = join(import.meta.dirname, "golden", path);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  expect(actual).toBe(readFileSync(file, "utf8"));
}
