/** Golden files: one folder per area, written by UPDATE_GOLDEN=1, where no file may be left over. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** One test per file that `texts` names, and one that the folder holds nothing else. */
export function checkGolden(area: string, texts: ReadonlyMap<string, () => string>): void {
  const folder = join("test/golden", area);
  const updating = process.env["UPDATE_GOLDEN"] === "1";
  describe(`golden files of ${area}`, () => {
    it.each([...texts])("%s", (name, text) => {
      const path = join(folder, name);
      if (updating) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, text());
      }
      expect(text()).toBe(readFileSync(path, "utf8"));
    });

    it("are all made by a test", () => {
      const orphans = readdirSync(folder).filter((name) => !texts.has(name));
      if (updating) for (const name of orphans) rmSync(join(folder, name));
      expect(updating ? [] : orphans).toEqual([]);
    });
  });
}
