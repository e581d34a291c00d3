import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { isPlainName, StateFile, textState } from "../../src/journal/state-file.ts";
import { seededRandom } from "../event/random-event.ts";
import { crashModes } from "../fault/simulated-disk.ts";
import { SimulatedDisk } from "./journal-on-disk.ts";

const path = "/state/source.json";

async function newDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  await disk.files.makeFolder("/state");
  return disk;
}

describe("a state file", () => {
  it("holds the old state or the new one after a crash at any operation", async () => {
    for (const mode of crashModes) {
      for (let point = 1; point <= 10; point += 1) {
        const disk = await newDisk();
        const file = new StateFile(path, disk.files);
        await file.save('{"n":1}');
        disk.crashAt = disk.log.length + point;
        let saved = '{"n":1}';
        await Promise.race([
          file.save('{"n":2}').then(() => {
            saved = '{"n":2}';
          }),
          disk.crashed,
        ]);
        const after = disk.afterCrash(mode, seededRandom(2));
        const loaded = await new StateFile(path, after.files).load();
        expect(loaded.problem).toBeUndefined();
        expect([saved, '{"n":2}']).toContain(loaded.state);
      }
    }
  });

  it("gives text of any form back to a source, and tells of damage once", async () => {
    const disk = await newDisk();
    const problems: Diagnostic[] = [];
    const state = textState(path, (problem) => problems.push(problem), disk.files);
    expect(await state.load()).toBeUndefined();
    for (const text of [
      "",
      '{"offset":12}',
      'quote " and\nnewline',
      "日本語 \u2028 \ud83e\udd89",
    ]) {
      await state.save(text);
      expect(await textState(path, () => {}, disk.files).load()).toBe(text);
    }
    disk.bytes(path)[100] = 0;
    expect(await state.load()).toBeUndefined();
    expect(problems).toMatchObject([{ code: "J608", severity: "warning", span: { file: path } }]);
  });

  it("is named by plain names only", () => {
    expect(["siem", "elastic-eu.1", "A_b"].map(isPlainName)).toEqual([true, true, true]);
    expect(["", ".", "..", "a/b", "a\\b", "é", "a b", "x".repeat(101)].some(isPlainName)).toBe(
      false,
    );
  });
});
