import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openSentLog, type SentRequest } from "../../../src/sink/sentinel/sent-log.ts";

const root = mkdtempSync(join(tmpdir(), "claude-siem-sent-"));

afterAll(() => rmSync(root, { recursive: true }));

function request(n: number): SentRequest {
  const time = new Date(1_700_000_000_000 + n).toISOString();
  return { time, request: `id-${n}`, first: n, last: n + 1, count: 2, outcome: "delivered" };
}

describe("the log of requests", () => {
  it("is found again after a restart, torn lines left out", async () => {
    const folder = mkdtempSync(join(root, "a-"));
    const before = openSentLog(folder, () => {});
    await before.append(request(1));
    await before.close();
    appendFileSync(join(folder, "requests.ndjson"), '{"time":"2026\n');
    const after = openSentLog(folder, () => {});
    await after.append(request(2));
    expect(await after.find(new Set(["id-1", "id-2", "id-3"]))).toEqual([request(1), request(2)]);
  });

  it("keeps the newest and never grows beyond its bound", async () => {
    const folder = mkdtempSync(join(root, "b-"));
    const partBytesMax = 1000;
    const log = openSentLog(folder, () => {}, partBytesMax);
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(request(n))));
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(sizes).toHaveLength(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(partBytesMax);
    const all = new Set(Array.from({ length: 200 }, (_, n) => `id-${n}`));
    const found = (await log.find(all)).map(({ first }) => first);
    expect(found.at(-1)).toBe(199);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found.length).toBeGreaterThan(20);
  });
});
