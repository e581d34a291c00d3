import type { LookupAddress } from "node:dns";
import { afterEach, describe, expect, it } from "vitest";
import type { Sink } from "../../../src/delivery/sink.ts";
import { webhookConflicts } from "../../../src/sink/webhook/options.ts";
import { journaled } from "../../conformance/event.ts";
import { type FakeServer, startFakeServer } from "../../wire/fake-server.ts";
import { defaults, env, genericReceiver, openSink, SIGNING_SECRET } from "./open.ts";

const never = (): AbortSignal => new AbortController().signal;
const secrets = { KEY: SIGNING_SECRET };
let sink: Sink | undefined;
let server: FakeServer | undefined;

afterEach(async () => {
  await sink?.close();
  await server?.close();
  server = undefined;
});

async function sendOne(
  url: string,
  changes: object,
  addresses: readonly string[] = [],
): Promise<{ readonly kind: string; readonly reason?: string; readonly instruction?: string }> {
  const resolve = async (): Promise<readonly LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const options = { url: new URL(url), signing_secret: env("KEY"), ...changes };
  sink = await openSink(options, secrets, Date.now, resolve);
  const form = sink.encode(journaled(1));
  if (!("body" in form)) throw new Error(form.reason);
  const [outcome] = await sink.send([form], never());
  return outcome ?? { kind: "none" };
}

describe("addresses of webhooks", () => {
  it.each([
    ["https://169.254.169.254/latest/meta-data"],
    ["https://[fd00:ec2::254]/latest"],
    ["https://[fe80::1]/"],
    ["https://[::ffff:169.254.169.254]/"],
    ["https://0.0.0.0/"],
    ["https://2852039166/"],
    ["https://0xa9.0xfe.0xa9.0xfe/"],
    ["https://0251.0376.0251.0376/"],
  ])("%s is refused even where private ones are allowed", async (url) => {
    const outcome = await sendOne(url, { allow_private: true });
    expect(outcome).toMatchObject({ kind: "hold", reason: expect.stringMatching(/metadata/) });
    const options = { ...defaults, url: new URL(url), signing_secret: env("KEY") };
    expect(webhookConflicts({ ...options, allow_private: true })).toMatchObject([{ key: "url" }]);
  });

  it.each([
    ["https://10.0.0.5/"],
    ["https://192.168.1.1/"],
    ["https://127.0.0.1/"],
    ["https://[::1]/"],
    ["https://100.64.0.1/"],
    ["https://127.1/"],
  ])("%s is refused unless asked for", async (url) => {
    const outcome = await sendOne(url, { allow_plain_http: false });
    expect(outcome).toMatchObject({
      kind: "hold",
      instruction: expect.stringMatching(/allow_private/),
    });
  });

  it.each([
    [["169.254.169.254"]],
    [["10.0.0.5"]],
    [["93.184.215.14", "127.0.0.1"]],
    [["2606:4700::1111", "::ffff:10.1.2.3"]],
  ])("a name that means %j is refused", async (addresses) => {
    const changes = { allow_plain_http: false };
    const outcome = await sendOne("https://hooks.example.com/", changes, addresses);
    expect(outcome).toMatchObject({
      kind: "hold",
      reason: expect.stringMatching(/hooks\.example\.com/),
    });
  });

  it("a name that cannot be resolved now is tried again", async () => {
    const resolve = async (): Promise<never> => {
      throw Object.assign(new Error("queryA EAI_AGAIN hooks.example.com"), { code: "EAI_AGAIN" });
    };
    const options = { url: new URL("https://hooks.example.com/"), signing_secret: env("KEY") };
    sink = await openSink(options, secrets, Date.now, resolve);
    const [outcome] = await sink.send([sink.encode(journaled(1))] as never, never());
    expect(outcome).toMatchObject({ kind: "retry", reason: expect.stringMatching(/EAI_AGAIN/) });
  });

  it("connects to the very address that was judged, whatever the name means later", async () => {
    const stored: string[] = [];
    server = await startFakeServer(genericReceiver(stored));
    const { port } = new URL(server.url);
    const changes = { allow_private: true };
    // The name does not exist: only the judged address can lead there.
    const outcome = await sendOne(`http://hooks.invalid:${port}/hook`, changes, ["127.0.0.1"]);
    expect(outcome).toEqual({ kind: "delivered" });
    expect(server.requests[0]?.headers.host).toBe(`hooks.invalid:${port}`);
  });

  it("does not follow a redirect to an address it would refuse", async () => {
    server = await startFakeServer(() => ({
      status: 307,
      headers: { location: "http://169.254.169.254/latest" },
    }));
    expect(await sendOne(server.url, {})).toMatchObject({
      kind: "hold",
      reason: expect.stringMatching(/redirect/),
    });
    expect(server.requests).toHaveLength(1);
  });
});
