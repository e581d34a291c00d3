import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient, type HttpClient } from "../../../src/sink/http/post.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { type FakeServer, startFakeServer } from "../../wire/fake-server.ts";
import { nameFault, type WireFault } from "../../wire/fault.ts";

const never = (): AbortSignal => new AbortController().signal;
const folder: string = mkdtempSync(join(tmpdir(), "claude-siem-http-"));
let server: FakeServer | undefined;
let client: HttpClient | undefined;

afterEach(async () => {
  await client?.close();
  await server?.close();
});

async function start(tls?: { key: string; cert: string }, caFile?: string): Promise<URL> {
  server = await startFakeServer(() => ({ status: 200, body: "taken" }), tls);
  client = createHttpClient({ timeoutMs: 300, caFile });
  return new URL(server.url);
}

const failing: readonly (readonly [WireFault, string])[] = [
  [{ kind: "refused" }, "network"],
  [{ kind: "reset-unread" }, "network"],
  [{ kind: "reset-mid-answer" }, "network"],
  [{ kind: "hang" }, "network"],
  [{ kind: "trickle" }, "network"],
  [{ kind: "truncated" }, "network"],
  [{ kind: "flood" }, "oversized"],
];

describe("HTTP client of sinks", () => {
  it("returns status, headers and body", async () => {
    const url = await start();
    const result = await client?.send({ url, headers: { "x-one": "1" }, body: "hello" }, never());
    expect(result).toMatchObject({ status: 200, body: "taken" });
    expect(server?.requests[0]?.body.toString()).toBe("hello");
  });

  it.each(failing.map(([fault, kind]) => [nameFault(fault), fault, kind] as const))(
    "%s is a value and the next request works",
    async (_, fault, kind) => {
      const url = await start();
      await server?.inject(fault);
      const request = { url, headers: {}, body: "hello", answerBytesMax: 100_000 };
      expect(await client?.send(request, never())).toMatchObject({ failure: kind });
      await server?.heal();
      expect(await client?.send(request, never())).toMatchObject({ status: 200 });
    },
  );

  it("does not follow redirects", async () => {
    const url = await start();
    await server?.inject({ kind: "redirect" });
    expect(await client?.send({ url, headers: {} }, never())).toMatchObject({ status: 302 });
    expect(server?.requests).toHaveLength(1);
  });

  it("gives up when told to", async () => {
    const url = await start();
    await server?.inject({ kind: "hang" });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    expect(await client?.send({ url, headers: {} }, stop.signal)).toMatchObject({
      failure: "aborted",
    });
  });

  it("sends nothing to a peer that cannot prove who it is", async () => {
    const url = await start(selfSigned());
    const result = await client?.send({ url, headers: { authorization: "secret" } }, never());
    expect(result).toMatchObject({ failure: "certificate" });
    expect(server?.requests).toHaveLength(0);
  });

  it("reads the file of a private authority again after it was replaced", async () => {
    const current = selfSigned();
    const caFile = join(folder, "ca.pem");
    writeFileSync(caFile, selfSigned("older").cert);
    const url = await start(current, caFile);
    expect(await client?.send({ url, headers: {} }, never())).toMatchObject({
      failure: "certificate",
    });
    writeFileSync(caFile, current.cert);
    expect(await client?.send({ url, headers: {} }, never())).toMatchObject({ status: 200 });
    rmSync(folder, { recursive: true });
  });
});
