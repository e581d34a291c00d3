import { beforeEach, describe, expect, it } from "vitest";
import type { CheckFinding } from "../../../src/delivery/sink.ts";
import { MINUTE_MS, Stage } from "./stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

async function check(yaml = ""): Promise<readonly CheckFinding[]> {
  const { source, stop } = await stage.start(yaml, stage.nowMs);
  stop.abort();
  const before = stage.service.asked.length;
  const findings = (await source.check?.(new AbortController().signal)) ?? [];
  expect(stage.service.asked.length).toBeGreaterThanOrEqual(before);
  return findings;
}

function said(findings: readonly CheckFinding[], status: CheckFinding["status"]): string {
  return findings
    .filter((one) => one.status === status)
    .map(({ what, instruction = "" }) => `${what}: ${instruction}`)
    .join("\n");
}

describe("doctor on the Activity Feed", () => {
  it("finds the key good, the clocks equal, and tells the newest activity", async () => {
    stage.service.happen();
    const findings = await check();
    expect(said(findings, "warning") + said(findings, "failed")).toBe("");
    const text = said(findings, "ok");
    expect(text).toContain("may read the Activity Feed");
    expect(text).toContain("the clock agrees");
    expect(text).toContain("claude_chat_created at 2026-04-10T08:00:00.000Z");
    expect(text).toContain("of 600 requests");
    expect(stage.taken).toEqual([]);
  });

  it("warns of a clock that is wrong, an old or empty feed, a budget that is spent", async () => {
    stage.clockErrorMs = 5 * MINUTE_MS;
    stage.service.requestsPerMinute = 1;
    expect(said(await check(), "warning")).toMatch(
      /300 s ahead of[\s\S]*holds no activity[\s\S]*Find out who/,
    );
    stage.clockErrorMs = 0;
    stage.service.requestsPerMinute = 600;
    stage.service.happen({}, 0, stage.nowMs - 3 * 86_400_000);
    expect(said(await check(), "warning")).toContain("anybody used Claude");
  });

  it("says which scope a key lacks, for the feed and for the directory", async () => {
    stage.service.scopes = ["read:compliance_org_data"];
    expect(said(await check(), "failed")).toContain("read:compliance_activities");
    stage.service.scopes = ["read:compliance_activities"];
    const findings = await check("directory: {enabled: true}");
    expect(said(findings, "failed")).toContain("read:compliance_org_data");
    expect(said(findings, "ok")).toContain("may read the Activity Feed");
  });

  it("asks once and says why there is no answer", async () => {
    stage.faults.push("network", "network");
    expect(said(await check(), "failed")).toContain("cannot be reached");
    expect(stage.faults.length).toBe(1);
    stage.faults.length = 0;
    stage.faults.push("certificate");
    expect(said(await check(), "failed")).toContain("Set ca_file");
  });
});
