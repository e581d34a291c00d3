import { afterEach, describe, expect, it } from "vitest";
import type { CheckFinding } from "../../../src/delivery/sink.ts";
import { journaledRange } from "../../conformance/event.ts";
import { never, openSetting, type Setting, type SettingChanges } from "./subject.ts";

let setting: Setting | undefined;

afterEach(async () => {
  await setting?.close();
  setting = undefined;
});

async function start(changes?: SettingChanges): Promise<Setting> {
  setting = await openSetting(changes);
  return setting;
}

async function problems({ sink }: Setting): Promise<readonly CheckFinding[]> {
  const findings = await sink.check(never());
  for (const { status, instruction } of findings)
    expect(instruction === undefined).toBe(status === "ok");
  return findings.filter(({ status }) => status !== "ok");
}

describe("a check", () => {
  it("of a good setting has nothing to say and sends no record", async () => {
    const good = await start();
    expect(await problems(good)).toEqual([]);
    expect((await good.sink.check(never())).map(({ what }) => what)).toEqual([
      "a token was issued",
      "the stream Custom-ClaudeAudit takes records",
      "the clock agrees with Azure's",
      "the table ClaudeAudit_CL has every column",
      "no request of the last day failed after it was taken",
      "the identity that writes cannot read",
    ]);
    expect(good.azure.workspace.rows).toEqual([]);
  });

  it.each([
    ["role", { writer: { mayWrite: false } }, /Monitoring Metrics Publisher/],
    ["rule", { options: { dcr: `dcr-${"0".repeat(32)}` } }, /immutableId/],
    ["stream", { options: { stream: "Custom-Other" } }, /streamDeclarations/],
    ["client", { writer: { clientId: "other" } }, /client_id/],
  ] as const)("finds a wrong %s", async (_, changes, instruction) => {
    const [first] = await problems(await start(changes));
    expect(first?.status).toBe("failed");
    expect(first?.instruction).toMatch(instruction);
  });

  it("finds a clock that is wrong", async () => {
    const bad = await start({ now: () => Date.now() + 3_000_000 });
    expect(await problems(bad)).toMatchObject([
      { status: "warning", what: "the clock of this machine is 50 minutes ahead" },
    ]);
  });

  it("finds columns whose values would vanish", async () => {
    const bad = await start();
    bad.azure.workspace.columns.delete("ChainSeq");
    expect(await problems(bad)).toMatchObject([
      { status: "failed", what: expect.stringContaining("lacks ChainSeq") },
    ]);
  });

  it("finds records that were taken and lost afterwards", async () => {
    const bad = await start();
    const { azure, sink } = bad;
    azure.workspace.losesInTransform = true;
    const batch = journaledRange(3, 40).map((record) => sink.encode(record) as never);
    expect(await sink.send(batch, never())).toMatchObject([{ kind: "delivered" }, {}, {}]);
    expect(azure.workspace.rows).toEqual([]);
    expect(await problems(bad)).toMatchObject([
      { status: "warning", what: expect.stringContaining("3 records, seq 40 to 42") },
    ]);
  });

  it("finds that such errors are not recorded", async () => {
    const bad = await start();
    bad.azure.workspace.recordsErrors = false;
    expect(await problems(bad)).toMatchObject([
      { instruction: expect.stringContaining("diagnostic setting") },
    ]);
  });

  it("finds a writer that may read", async () => {
    expect(await problems(await start({ writer: { mayRead: true } }))).toMatchObject([
      { status: "warning", what: "the identity that writes may read" },
    ]);
    await setting?.close();
    const options = { reader_client_id: undefined, reader_client_secret: undefined };
    expect(await problems(await start({ writer: { mayRead: true }, options }))).toMatchObject([
      { status: "warning", what: "one identity writes and reads" },
    ]);
  });

  it("looks at the workspace only when it is named", async () => {
    const few = await start({ options: { workspace_id: undefined } });
    expect(few.sink.inventory).toBeUndefined();
    expect(await few.sink.check(never())).toHaveLength(3);
  });

  it("finds an endpoint of another cloud", async () => {
    // Without a host of its own for tokens the real one would be asked, so nothing may be sent.
    const bad = await start({ options: { authority_host: undefined, timeout: 1 } });
    const stop = new AbortController();
    stop.abort();
    const [first] = await bad.sink.check(stop.signal);
    expect(first?.what).toContain("is no ingestion host of the cloud public");
  });
});
