import { describe, expect, it } from "vitest";
import {
  complianceFeedConflicts,
  complianceFeedOptions,
} from "../../../src/source/compliance-feed/options.ts";
import { readSettings, settingsOf } from "../settings.ts";

const key = "api_key: {env: KEY}";

function codes(yaml: string): readonly string[] {
  return readSettings(complianceFeedOptions, yaml).diagnostics.map(({ code }) => code);
}

describe("settings of the Activity Feed", () => {
  it("need a key and nothing else", () => {
    const { value, diagnostics } = readSettings(complianceFeedOptions, key);
    expect(diagnostics).toEqual([]);
    expect(value).toMatchObject({
      poll_every: 60_000,
      overlap: 600_000,
      page_size: 1000,
      requests_per_minute: 120,
      organization_ids: [],
      activity_types: [],
      directory: { enabled: false, every: 86_400_000 },
    });
    expect(complianceFeedConflicts(value)).toEqual([]);
    expect(codes("{}").length).toBe(1);
  });

  it("take the key by reference only, and plain http on loopback only when asked", () => {
    expect(codes("api_key: sk-ant-api01-abc").length).toBe(1);
    expect(codes(`${key}\nurl: http://127.0.0.1:9`).length).toBe(1);
    expect(codes(`${key}\nurl: http://api.example.com\nallow_plain_http: true`).length).toBe(1);
    expect(codes(`${key}\nurl: http://127.0.0.1:9\nallow_plain_http: true`)).toEqual([]);
  });

  it.each([
    "page_size: 5001",
    "page_size: 0",
    "requests_per_minute: 601",
    "overlap: 30s",
    "poll_every: 1s",
    "directory: {every: 1m}",
    "directory: {department: x}",
    "limit: 5",
  ])("refuse %s", (line) => {
    expect(codes(`${key}\n${line}`).length).toBe(1);
  });

  it("refuse a start that is no time", () => {
    for (const start of ["yesterday", "2026-13-01T00:00:00Z", "2026-01-01"]) {
      const found = complianceFeedConflicts(
        settingsOf(complianceFeedOptions, `${key}\nstart: "${start}"`),
      );
      expect(found.map((one) => one.key)).toEqual(["start"]);
    }
    const good = settingsOf(complianceFeedOptions, `${key}\nstart: "2026-01-01T00:00:00+01:00"`);
    expect(complianceFeedConflicts(good)).toEqual([]);
  });
});
