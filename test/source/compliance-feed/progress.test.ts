import { describe, expect, it } from "vitest";
import {
  type Progress,
  parseProgress,
  prune,
  renderProgress,
  SEEN_MAX,
  settledAfter,
} from "../../../src/source/compliance-feed/progress.ts";

const progress: Progress = {
  settledMs: 1_000_000,
  seen: new Map([
    ["a", 1_000_000],
    ["b", 1_500_000],
  ]),
  instance: "0123456789abcdef",
};

describe("how far the feed was read", () => {
  it("comes back from a checkpoint as it was", () => {
    expect(parseProgress(renderProgress(progress))).toEqual(progress);
    const window = { fromMs: 1, toMs: 2, horizonMs: 3, after: "cursor" };
    expect(parseProgress(renderProgress({ ...progress, window }))).toEqual({ ...progress, window });
  });

  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"version":2,"settledMs":1,"instance":"x","seen":[]}',
    '{"version":1,"settledMs":"1","instance":"x","seen":[]}',
    '{"version":1,"settledMs":1,"seen":[]}',
    '{"version":1,"settledMs":1,"instance":"x","seen":[["a"]]}',
    '{"version":1,"settledMs":1,"instance":"x","seen":{}}',
    '{"version":1,"settledMs":1,"instance":"x","seen":[],"window":{"fromMs":"1"}}',
    '{"version":1,"settledMs":1,"instance":"x","seen":[],"window":{"fromMs":1,"after":7}}',
  ])("is not read from %s", (text) => {
    expect(parseProgress(text)).toBeUndefined();
  });

  it("forgets keys that no window meets again, and the oldest of too many", () => {
    expect([...prune(progress.seen, 1_200_000).keys()]).toEqual(["b"]);
    const many = new Map(Array.from({ length: SEEN_MAX + 5 }, (_, n) => [`k${n}`, n] as const));
    const kept = prune(many, 0);
    expect(kept.size).toBe(SEEN_MAX);
    expect(kept.has("k4")).toBe(false);
    expect(kept.has(`k${SEEN_MAX + 4}`)).toBe(true);
  });

  it("is settled an overlap before what could be seen, within the window, and never goes back", () => {
    const overlap = 1000;
    expect(settledAfter(progress, { fromMs: 1_000_000, horizonMs: 2_000_000 }, overlap)).toBe(
      1_999_000,
    );
    const stretch = { fromMs: 1_000_000, toMs: 1_200_000, horizonMs: 2_000_000 };
    expect(settledAfter(progress, stretch, overlap)).toBe(1_200_000);
    expect(settledAfter(progress, { ...stretch, horizonMs: 1_100_000 }, overlap)).toBe(1_099_000);
    expect(settledAfter(progress, { fromMs: 1, horizonMs: 500 }, overlap)).toBe(1_000_000);
  });
});
