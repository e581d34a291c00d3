/** What can go wrong with a connection that nobody acknowledges anything on. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { EncodedRecord, Sink } from "../../../src/delivery/sink.ts";
import type { SyslogOptions } from "../../../src/sink/syslog/options.ts";
import { eventId, journaled, journaledRange } from "../../conformance/event.ts";
import { selfSigned } from "../../wire/certificate.ts";
import { openSyslog } from "./open.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const folder = mkdtempSync(join(tmpdir(), "claude-siem-syslog-fault-"));
const server = selfSigned();
const client = selfSigned("connector");
for (const [name, text] of Object.entries({
  "ca.pem": server.cert,
  "client.pem": client.cert,
  "client.key": client.key,
}))
  writeFileSync(join(folder, name), text);
const caFile = join(folder, "ca.pem");
const clientFiles = {
  cert_file: join(folder, "client.pem"),
  key_file: join(folder, "client.key"),
} as const;

const never = (): AbortSignal => new AbortController().signal;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
let receiver: Receiver;
let sink: Sink;
let warnings: string[] = [];
let now = 0;

afterEach(async () => {
  await sink.close();
  await receiver.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(
  changes: Partial<SyslogOptions> = {},
  tls?: Parameters<typeof startReceiver>[0],
): Promise<void> {
  receiver = await startReceiver(tls);
  warnings = [];
  now = 1_000_000;
  sink = await openSyslog({ port: receiver.port, ...changes }, warnings, () => now);
}

function batch(count: number, from = 1, changes: object = {}): readonly EncodedRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const form = sink.encode(journaled(from + index, changes));
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
}

async function sendKind(records: readonly EncodedRecord[]): Promise<string> {
  const kinds = new Set((await sink.send(records, never())).map(({ kind }) => kind));
  expect(kinds.size).toBe(1);
  return [...kinds][0] ?? "";
}

const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => eventId(from + index));

describe("syslog receiver that misbehaves", () => {
  it("resets after it accepted the bytes: not delivered", async () => {
    await start({ settle: 200 });
    await receiver.inject("reset-later");
    expect(await sendKind(batch(5))).toBe("retry");
  });

  it("does not read: written is not delivered, though the kernel took all of it", async () => {
    // More than the receiver's buffer holds and less than what ours and theirs hold together.
    await start({ timeout: 300, message_size_max: 65_536 });
    await receiver.inject("deaf");
    const large = batch(60, 1, { department: "x".repeat(16_000) });
    const reasons: string[] = [];
    for (let round = 0; round < 20 && reasons.length === 0; round += 1) {
      const [outcome] = await sink.send(large, never());
      if (outcome?.kind === "retry") reasons.push(outcome.reason);
    }
    const told = process.platform === "linux" ? /did not acknowledge/ : /did not read/;
    expect(reasons).toEqual([expect.stringMatching(told)]);
  });

  it("closed while the connection was idle: the next batch goes over a new one", async () => {
    await start();
    expect(await sendKind(batch(3))).toBe("delivered");
    now += 60_000;
    receiver.breakAll("close");
    await pause(50);
    expect(await sendKind(batch(3, 4))).toBe("delivered");
    expect(receiver.eventIds()).toEqual(ids(1, 6));
    expect(receiver.accepted()).toBe(2);
    expect(warnings).toEqual([]);
  });

  it.each(["reset", "close"] as const)(
    "%s shortly after a batch: what was delivered last is sent again, first",
    async (how) => {
      await start({ resend_records: 4 });
      expect(await sendKind(batch(6))).toBe("delivered");
      now += 5000;
      receiver.breakAll(how);
      await pause(20);
      expect(await sendKind(batch(2, 7))).toBe("delivered");
      expect(receiver.eventIds()).toEqual([...ids(1, 6), ...ids(3, 6), ...ids(7, 8)]);
      expect(warnings).toHaveLength(1);
    },
  );

  it("breaks again while the last ones are sent again: they are not forgotten", async () => {
    await start({ settle: 150 });
    expect(await sendKind(batch(3))).toBe("delivered");
    receiver.breakAll("reset");
    await pause(20);
    await receiver.inject("reset-later");
    expect(await sendKind(batch(1, 4))).toBe("retry");
    await receiver.heal();
    await pause(20);
    expect(await sendKind(batch(1, 4))).toBe("delivered");
    expect([...new Set(receiver.eventIds())]).toEqual(ids(1, 4));
    expect(receiver.eventIds().filter((id) => id === eventId(1))).toHaveLength(2);
  });

  it("talks back: held, because it is something else", async () => {
    await start();
    await receiver.inject("banner");
    const [outcome] = await sink.send(batch(1), never());
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/port/) });
  });

  it("survives closing after each batch", async () => {
    await start({ settle: 0 });
    const insist = async (n: number): Promise<void> => {
      for (let tries = 0; (await sendKind(batch(1, n))) !== "delivered"; tries += 1)
        expect(tries).toBeLessThan(20);
    };
    for (let n = 1; n <= 20; n += 1) {
      await insist(n);
      receiver.breakAll(n % 2 === 0 ? "reset" : "close");
    }
    await pause(50);
    await insist(21);
    await pause(50);
    expect([...new Set(receiver.eventIds())].sort()).toEqual(ids(1, 21));
  });
});

describe("syslog over TLS", () => {
  it("does not send anything to a receiver it cannot verify", async () => {
    await start({ transport: "tls" }, server);
    const [outcome] = await sink.send(batch(1), never());
    expect(outcome).toMatchObject({ kind: "hold", instruction: expect.stringMatching(/ca_file/) });
    expect(receiver.messages).toEqual([]);
  });

  it("does not take a certificate of another name", async () => {
    const other = { transport: "tls", ca_file: caFile, server_name: "siem.example.com" } as const;
    await start(other, server);
    expect(await sendKind(batch(1))).toBe("hold");
  });

  const mutual = { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true };

  it("shows its own certificate where it has one", async () => {
    await start({ transport: "tls", ca_file: caFile, ...clientFiles }, mutual);
    expect(await sendKind(batch(3))).toBe("delivered");
    expect((await sink.check(never())).map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });

  it("is held where the receiver wants one and there is none", async () => {
    await start({ transport: "tls", ca_file: caFile }, mutual);
    expect(await sendKind(batch(3))).toBe("hold");
    const [finding] = await sink.check(never());
    expect(finding).toMatchObject({
      status: "failed",
      instruction: expect.stringMatching(/cert_file/),
    });
    expect(receiver.messages).toEqual([]);
  });

  it("is held while a file is missing, and goes on when it is there", async () => {
    const late = join(folder, "late.pem");
    await start({ transport: "tls", ca_file: late }, server);
    expect(await sendKind(batch(1))).toBe("hold");
    writeFileSync(late, server.cert);
    expect(await sendKind(batch(1))).toBe("delivered");
  });
});

describe("syslog sink", () => {
  it("refuses what is larger than receivers take, and never cuts", async () => {
    await start({ message_size_max: 2000 });
    const form = sink.encode(journaled(1, { department: "x".repeat(2000) }));
    expect(form).toMatchObject({ reason: expect.stringMatching(/message_size_max/) });
    expect("body" in sink.encode(journaled(1, { department: "x".repeat(10) }))).toBe(true);
  });

  it("keeps the count of octets right for more than one byte a character", async () => {
    await start({ encoding: "utf8" });
    expect(await sendKind(batch(3, 1, { department: "Größe \u{1f600}" }))).toBe("delivered");
    expect(receiver.problems).toEqual([]);
    expect(receiver.messages.map(({ hasMark }) => hasMark)).toEqual([true, true, true]);
  });

  it("delivers many batches side by side over one connection", async () => {
    await start({ timeout: 5000 });
    const sends = Array.from({ length: 20 }, (_, at) => sendKind(batch(500, at * 500 + 1)));
    expect(new Set(await Promise.all(sends))).toEqual(new Set(["delivered"]));
    expect(receiver.accepted()).toBe(1);
    expect([...receiver.eventIds()].sort()).toEqual(
      journaledRange(10_000).map(({ event }) => event.event_id),
    );
  });
});
