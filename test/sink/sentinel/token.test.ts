import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RecordOutcome } from "../../../src/delivery/outcome.ts";
import type { Sink } from "../../../src/delivery/sink.ts";
import { journaled } from "../../conformance/event.ts";
import { carriesData, TENANT } from "../../wire/fake-azure.ts";
import { never, openSetting, type Setting, type SettingChanges, WRITER_ID } from "./subject.ts";

let setting: Setting | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await setting?.close();
  setting = undefined;
});

async function start(changes?: SettingChanges): Promise<Setting> {
  setting = await openSetting(changes);
  return setting;
}

async function sendOne(sink: Sink, seq = 1): Promise<RecordOutcome | undefined> {
  const form = sink.encode(journaled(seq));
  if (!("body" in form)) throw new Error(form.reason);
  return (await sink.send([form], never()))[0];
}

const DELIVERED = { kind: "delivered" };
const busy = { status: 503, body: "busy", headers: { "retry-after": "9" } };

describe("a token", () => {
  it("is asked for once while it is good", async () => {
    const { azure, sink } = await start();
    for (let n = 1; n <= 5; n += 1) expect(await sendOne(sink, n)).toEqual(DELIVERED);
    expect(azure.tokenRequests()).toBe(1);
  });

  it.each([
    ["public", "https://monitor.azure.com/.default", "https://api.loganalytics.io/.default"],
    ["usgov", "https://monitor.azure.us/.default", "https://api.loganalytics.us/.default"],
    ["china", "https://monitor.azure.cn/.default", "https://api.loganalytics.azure.cn/.default"],
  ] as const)("of the cloud %s is for that cloud's services", async (cloud, write, read) => {
    const { azure, sink } = await start({ options: { cloud } });
    expect(await sendOne(sink)).toEqual(DELIVERED);
    await sink.inventory?.countByMinute(0, 60_000, never());
    const scopes = azure.server.requests
      .filter(({ path }) => path.endsWith("/token"))
      .map(({ body }) => new URLSearchParams(body.toString()).get("scope"));
    expect(scopes).toEqual([write, read]);
  });

  it("is asked for once by batches side by side", async () => {
    const { azure, sink } = await start();
    await Promise.all([1, 2, 3, 4].map((n) => sendOne(sink, n)));
    expect(azure.tokenRequests()).toBe(1);
  });

  it("is renewed before it ends", async () => {
    let ahead = 0;
    const { azure, sink } = await start({ now: () => Date.now() + ahead });
    await sendOne(sink);
    ahead = 3_599_000 - 4 * 60_000;
    expect(await sendOne(sink)).toEqual(DELIVERED);
    expect(azure.tokenRequests()).toBe(2);
  });

  it("that is still good is used while the token endpoint is down", async () => {
    let ahead = 0;
    const { azure, sink } = await start({ now: () => Date.now() + ahead });
    await sendOne(sink);
    azure.breakTokens(busy);
    ahead = 3_599_000 - 4 * 60_000;
    expect(await sendOne(sink)).toEqual(DELIVERED);
    expect(await sendOne(sink)).toEqual(DELIVERED);
    expect(azure.tokenRequests()).toBe(2);
    ahead = 3_599_000;
    expect(await sendOne(sink)).toMatchObject({ kind: "retry", afterMs: 9000 });
    azure.breakTokens();
    expect(await sendOne(sink)).toEqual(DELIVERED);
  });

  it("that the service refuses is not used again", async () => {
    const { azure, sink } = await start();
    await sendOne(sink);
    azure.expireTokens();
    expect(await sendOne(sink)).toMatchObject({ kind: "hold" });
    expect(await sendOne(sink)).toEqual(DELIVERED);
    expect(azure.tokenRequests()).toBe(2);
  });

  it("that was called off is replaced before the next attempt", async () => {
    const { azure, sink } = await start();
    await sendOne(sink);
    azure.revokeTokens();
    expect(await sendOne(sink, 2)).toMatchObject({ kind: "retry" });
    expect(azure.tokenRequests()).toBe(2);
    expect(await sendOne(sink, 2)).toEqual(DELIVERED);
    expect(azure.tokenRequests()).toBe(2);
    expect(azure.server.requests.filter(carriesData)).toHaveLength(3);
  });

  it("that was called off while none is issued is worth another attempt", async () => {
    const { azure, sink } = await start();
    await sendOne(sink);
    azure.revokeTokens();
    azure.breakTokens(busy);
    expect(await sendOne(sink)).toMatchObject({ kind: "retry", afterMs: 9000 });
    azure.breakTokens();
    expect(await sendOne(sink)).toEqual(DELIVERED);
  });
});

function entra(error: string, code: number): { status: number; body: string } {
  const error_description = `AADSTS${code}: text with names`;
  return { status: 400, body: JSON.stringify({ error, error_description, error_codes: [code] }) };
}

describe("a token endpoint", () => {
  it.each([
    ["503", busy, "retry"],
    ["429", { status: 429, body: "{}" }, "retry"],
    ["a page", { status: 200, body: "<html>log in</html>" }, "retry"],
    ["busy by its code", entra("temporarily_unavailable", 90033), "retry"],
    ["an unknown app", entra("unauthorized_client", 700016), "hold"],
    ["an expired secret", entra("invalid_client", 7000222), "hold"],
    ["conditional access", entra("access_denied", 53003), "hold"],
    ["an unknown code", entra("invalid_request", 90001), "hold"],
    ["404 without a word", { status: 404, body: "" }, "hold"],
  ] as const)("that answers %s holds or retries", async (_, answer, kind) => {
    const { azure, sink } = await start();
    azure.breakTokens(answer);
    const outcome = await sendOne(sink);
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining("token endpoint") });
    expect(JSON.stringify(outcome)).not.toContain("text with names");
    // Nothing of the failure is remembered by the client.
    azure.breakTokens();
    expect(await sendOne(sink)).toEqual(DELIVERED);
  });

  it.each(["hang", "refused", "reset-unread", "trickle"] as const)(
    "that fails with %s is worth another attempt",
    async (kind) => {
      const { azure, sink } = await start();
      await azure.server.inject({ kind }, (request) => request.path.endsWith("/token"));
      expect(await sendOne(sink)).toMatchObject({ kind: "retry" });
      await azure.server.heal();
      expect(await sendOne(sink)).toEqual(DELIVERED);
    },
  );

  it("that hangs does not keep a batch that is given up", async () => {
    const { azure, sink } = await start({ options: { timeout: 60_000 } });
    await azure.server.inject({ kind: "hang" }, (request) => request.path.endsWith("/token"));
    const form = sink.encode(journaled(1));
    if (!("body" in form)) throw new Error(form.reason);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    expect(await sink.send([form], stop.signal)).toMatchObject([{ kind: "retry" }]);
  });

  it("in a tenant that does not exist says what to check", async () => {
    const tenant_id = "00000000-2222-4333-8444-555555555555";
    const { sink } = await start({ options: { tenant_id } });
    expect(await sendOne(sink)).toMatchObject({
      kind: "hold",
      reason: expect.stringContaining("AADSTS90002"),
      instruction: expect.stringContaining("tenant_id"),
    });
  });
});

describe("a secret", () => {
  it("that is wrong holds and says which one", async () => {
    const { azure, sink, secrets } = await start();
    secrets.set("WRITER_SECRET", "wrong-one");
    const outcome = await sendOne(sink);
    expect(outcome).toMatchObject({
      kind: "hold",
      reason: expect.stringContaining("environment variable WRITER_SECRET"),
      instruction: expect.stringContaining("value there, not its id"),
    });
    expect(JSON.stringify(outcome)).not.toContain("wrong-one");
    expect(azure.workspace.rows).toHaveLength(0);
  });

  it("is taken anew when it is rotated, without a restart", async () => {
    const { azure, sink, secrets, writer } = await start();
    await sendOne(sink);
    writer.secret = "rotated";
    azure.expireTokens();
    expect(await sendOne(sink)).toMatchObject({ kind: "hold" });
    expect(await sendOne(sink)).toMatchObject({ kind: "hold" });
    secrets.set("WRITER_SECRET", "rotated");
    expect(await sendOne(sink)).toEqual(DELIVERED);
  });

  it("that is replaced is proven at once, not when the old token ends", async () => {
    const { sink, secrets } = await start();
    await sendOne(sink);
    secrets.set("WRITER_SECRET", "mistyped");
    expect(await sendOne(sink)).toMatchObject({ kind: "hold" });
  });

  it("that is missing holds with where it should be", async () => {
    const { sink } = await start({
      options: { client_secret: { from: "env", name: "NOT_SET" } },
    });
    expect(await sendOne(sink)).toMatchObject({
      kind: "hold",
      reason: expect.stringContaining("environment variable NOT_SET"),
    });
  });
});

describe("identities without a client secret", () => {
  it("prove themselves with a certificate", async () => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-cert-"));
    const pem = join(folder, "pem");
    const key = join(folder, "key");
    const made = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=app",
      "-days",
      "1",
    ];
    execFileSync("openssl", [...made, "-keyout", key, "-out", pem], { stdio: "ignore" });
    const certificate = readFileSync(pem, "utf8");
    const { sink, secrets, writer } = await start({
      writer: { certificate },
      options: { auth: "certificate", certificate: { from: "env", name: "WRITER_PEM" } },
    });
    secrets.set("WRITER_PEM", "no certificate at all");
    const outcome = await sendOne(sink);
    expect(outcome).toMatchObject({ kind: "hold" });
    secrets.set("WRITER_PEM", readFileSync(key, "utf8") + certificate);
    expect(await sendOne(sink)).toEqual(DELIVERED);
    delete writer.certificate;
    rmSync(folder, { recursive: true });
  });

  it("prove themselves by the machine they run on", async () => {
    const { azure, sink, writer } = await start({
      options: { auth: "managed_identity", client_id: undefined, client_secret: undefined },
    });
    delete writer.secret;
    vi.stubEnv("IDENTITY_ENDPOINT", `${azure.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "header of the machine");
    expect(await sendOne(sink)).toEqual(DELIVERED);
    // The package keeps such a token for the whole process; asking again would never end.
    azure.revokeTokens();
    expect(await sendOne(sink)).toMatchObject({
      kind: "hold",
      instruction: expect.stringContaining("restart"),
    });
  });

  it("prove themselves with a service account's token, or say what is missing", async () => {
    const changes = { auth: "workload_identity", client_secret: undefined } as const;
    const { sink } = await start({
      options: {
        ...changes,
        token_file: "/nowhere/token",
        tenant_id: TENANT,
        client_id: WRITER_ID,
      },
    });
    expect(await sendOne(sink)).toMatchObject({
      kind: "hold",
      reason: expect.stringContaining("workload_identity"),
    });
    expect(setting?.azure.server.requests.filter(carriesData)).toHaveLength(0);
  });
});
