import { afterEach, describe, expect, it } from "vitest";
import type { CheckFinding } from "../../../src/delivery/sink.ts";
import type { SplunkOptions } from "../../../src/sink/splunk/kind.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { type FakeHecToken, startFakeSplunk } from "../../wire/fake-splunk.ts";
import { never, openSplunk, TOKEN } from "./open.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(
  token: Partial<FakeHecToken> = {},
  changes: Partial<SplunkOptions> = {},
  tls?: { key: string; cert: string },
) {
  const tokens = [{ value: TOKEN, indexes: ["main"], ...token }];
  const fake = await startFakeSplunk({ tokens, ...(tls !== undefined && { tls }) });
  cleanups.push(fake.server.close);
  const opened = await openSplunk([fake.server.url], changes);
  cleanups.push(opened.sink.close);
  return { fake, ...opened };
}

function failuresOf(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return findings.filter(({ status }) => status === "failed");
}

describe("check of a splunk sink", () => {
  it("sees health, token and acknowledgement, says what it cannot see, and stores nothing", async () => {
    const { sink, fake } = await start(
      { acknowledges: true },
      { acknowledgement: "required", index: "main" },
    );
    expect((await sink.check(never())).map(({ status, what }) => [status, what])).toEqual([
      ["ok", `${fake.server.url} is healthy`],
      ["ok", `${fake.server.url} takes the token; a HEC token can write and nothing else`],
      ["ok", `${fake.server.url} acknowledges what its indexers have written`],
      ["ok", expect.stringMatching(/index main shows with the first event/)],
    ]);
    expect(fake.stored).toEqual([]);
  });

  it.each([
    ["a token that Splunk does not know", { value: "other" }, /HEC code 4/, /valid, enabled/],
    ["a disabled token", { disabled: true }, /HEC code 1\)/, /valid, enabled/],
    ["a token that wants acknowledgements", { acknowledges: true }, /HEC code 10/, /required/],
  ] as const)("finds %s", async (_, token, what, instruction) => {
    const { sink } = await start(token);
    expect(failuresOf(await sink.check(never()))).toEqual([
      {
        status: "failed",
        what: expect.stringMatching(what),
        instruction: expect.stringMatching(instruction),
      },
    ]);
  });

  it("finds a token without acknowledgements", async () => {
    const { sink } = await start({}, { acknowledgement: "required" });
    const [failure, ...more] = failuresOf(await sink.check(never()));
    expect(failure).toMatchObject({
      what: expect.stringMatching(/HEC code 14/),
      instruction: expect.stringMatching(/acknowledgement: off/),
    });
    expect(more).toEqual([]);
  });

  it.each([18, 19, 20])("finds a collector that says code %i", async (code) => {
    const { sink, fake } = await start();
    fake.health = code;
    expect(failuresOf(await sink.check(never()))[0]?.what).toContain(`HEC code ${code}`);
  });

  it("finds a secret that is not there", async () => {
    const { sink, secrets } = await start();
    secrets.clear();
    expect(failuresOf(await sink.check(never()))[0]?.what).toContain("HEC is not set");
  });

  it("finds a certificate that nobody vouches for, before it shows the token", async () => {
    const { sink, fake } = await start({}, {}, selfSigned());
    expect(failuresOf(await sink.check(never()))[0]?.instruction).toContain("ca_file");
    expect(fake.server.requests).toEqual([]);
  });
});
