import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { membership, networks } from "../../src/source/receiver/network.ts";
import type { Source } from "../../src/source/source.ts";
import { type Frame, FrameSplitter } from "../../src/source/syslog/frame.ts";
import { syslogSourceKind } from "../../src/source/syslog/kind.ts";
import { carriedEvent } from "../../src/source/syslog/message.ts";
import { syslogConflicts, syslogOptions } from "../../src/source/syslog/options.ts";
import {
  describeSource,
  lineOf,
  linesOf,
  sourceTools,
  Taker,
  until,
} from "../conformance/source.ts";
import { selfSigned } from "../wire/certificate.ts";
import { readSettings, settingsOf } from "./settings.ts";

const HEADER = "<134>1 2026-03-02T09:30:00.000Z gateway claude 1 audit -";

function connectTo(address: string | undefined): Socket {
  const [host = "", port = "0"] = (address ?? "").split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  return socket;
}

const framings: readonly (readonly [string, (message: Buffer) => Buffer])[] = [
  ["octet counting", (message) => Buffer.concat([Buffer.from(`${message.length} `), message])],
  ["line ends", (message) => Buffer.concat([message, Buffer.from("\n")])],
];

for (const [name, frame] of framings)
  describeSource({
    name: `syslog with ${name}`,
    replays: false,
    create: async () => {
      const options = settingsOf(syslogOptions, "listen: 127.0.0.1:0");
      let source: Source | undefined;
      let socket: Socket | undefined;
      return {
        open: async (tools) => {
          source = await syslogSourceKind.open(options, tools);
          return source;
        },
        put: (lines) => {
          socket ??= connectTo(source?.address?.());
          for (const line of lines)
            socket.write(frame(Buffer.concat([Buffer.from(`${HEADER} `), line])));
        },
        close: async () => {
          socket?.destroy();
        },
      };
    },
  });

describe("FrameSplitter", () => {
  const shown = (frames: readonly Frame[]): readonly string[] =>
    frames.map((one) => (one.kind === "message" ? one.bytes.toString("latin1") : one.kind));

  function split(text: string, cuts: readonly number[] = [], bytesMax = 100): readonly string[] {
    const bytes = Buffer.from(text, "latin1");
    const splitter = new FrameSplitter(bytesMax);
    const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
    const frames: string[] = [];
    for (let index = 1; index < at.length; index += 1)
      frames.push(...shown(splitter.push(bytes.subarray(at[index - 1], at[index]))));
    return [...frames, ...shown(splitter.finish())];
  }

  it.each([
    ["counted", "5 <1>ab6 <1>abc", ["<1>ab", "<1>abc"]],
    [
      "counted, with line ends inside and between",
      "6 <1>a\nb\n5 <1>ab\r\n\0",
      ["<1>a\nb", "<1>ab"],
    ],
    ["lines", "<1>ab\n<1>c\r\n\n<1>d", ["<1>ab", "<1>c\r", "<1>d"]],
    ["both by turns", "5 <1>ab<1>c\n5 <1>de", ["<1>ab", "<1>c", "<1>de"]],
    ["a line that begins with a number", "2026 was\n12\n0 x\n", ["2026 was", "12", "0 x"]],
    ["bare objects", '{"a":1}\n8 {"a": 2}', ['{"a":1}', '{"a": 2}']],
    ["a counted one that is too long", `101 <${"x".repeat(100)}5 <1>ab`, ["too-long", "<1>ab"]],
    ["a line that is too long", `<${"x".repeat(100)}\n<1>ab`, ["too-long", "<1>ab"]],
    ["a line that is too long to its end", `<${"x".repeat(200)}`, ["too-long"]],
    ["a counted one that is cut", "50 <1>ab", ["cut"]],
    ["a length that is none", "9999999999 <1>ab\n<1>c\n", ["broken"]],
    ["a length beyond reason", "99999999 <1>ab\n<1>c\n", ["broken"]],
  ])("%s", (_, text, frames) => {
    const everywhere = Array.from({ length: text.length - 1 }, (_, at) => at + 1);
    expect(split(text)).toEqual(frames);
    expect(split(text, everywhere)).toEqual(frames);
  });

  it("finds the same messages wherever the stream is cut", () => {
    const message = fc
      .string({ unit: "grapheme-ascii", maxLength: 120 })
      .map((text) => `<9>${text}`);
    const part = fc.tuple(message, fc.boolean());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(1000)), (parts, cuts) => {
        const text = parts
          .map(([one, counted]) => (counted ? `${one.length} ${one}` : `${one}\n`))
          .join("");
        const within = [...new Set(cuts)].filter((cut) => cut < text.length);
        expect(split(text, within)).toEqual(split(text));
        expect(split(text)).toEqual(parts.map(([one]) => (one.length > 100 ? "too-long" : one)));
      }),
    );
  });

  it("does not look at everything again for every byte", () => {
    const splitter = new FrameSplitter(1_000_000);
    const message = Buffer.from(`500000 <1>${"x".repeat(499_997)}`);
    const started = performance.now();
    let frames = 0;
    for (let at = 0; at < message.length; at += 1)
      frames += splitter.push(message.subarray(at, at + 1)).length;
    expect(frames).toBe(1);
    // Copying what came before for each byte would take minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("carriedEvent", () => {
  const json = '{"a":"x ] \\" y", "b": 1}';
  const escaped = json.replace(/(["\\\]])/g, "\\$1");
  it.each([
    ["RFC 5424", `${HEADER} ${json}`],
    ["with a byte order mark", `${HEADER} \ufeff${json}\n`],
    ["with a cookie", `${HEADER} @cee: ${json}`],
    ["with structured data before it", `${HEADER.slice(0, -1)}[a@1 k="v\\]"][b c="]"] ${json}`],
    ["in structured data", `${HEADER.slice(0, -1)}[a@1 k="v" event="${escaped}"]`],
    ["in structured data with other text", `${HEADER.slice(0, -1)}[a@1 event="${escaped}"] hello`],
    ["RFC 3164", `<134>Mar  2 09:30:00 gateway claude[12]: ${json}`],
    ["RFC 3164 with a cookie", `<134>Mar 12 09:30:00 gateway claude: @cee:${json}`],
    ["RFC 3164 without a host", `<134>Mar  2 09:30:00 claude: ${json}`],
    ["RFC 3164 without a tag", `<134>Mar  2 09:30:00 gateway ${json}`],
    ["rsyslog's own form", `<134>2026-03-02T09:30:00.123+01:00 gateway claude ${json}`],
    ["a tag alone", `<134>claude: ${json}`],
    ["a priority alone", `<134>${json}`],
    ["nothing", json],
  ])("%s", (_, message) => {
    expect(carriedEvent(message)).toEqual({ text: json });
  });

  it.each([
    ["<134>", "no text"],
    [`${HEADER} `, "no text"],
    [`${HEADER}`, "no text"],
    [`${HEADER} user logged in`, "something else"],
    [`${HEADER} [${json}]`, "something else"],
    [`${HEADER.slice(0, -1)}[a@1 k="v`, "broken"],
    [`${HEADER.slice(0, -1)}[a@1 k=v] ${json}`, "broken"],
    [`${HEADER}x ${json}`, "broken"],
    ["<134>Mar  2 09:30:00 gateway sshd[1]: Accepted publickey for root", "something else"],
    ["", "no text"],
  ])("finds none in %j", (message, found) => {
    expect(carriedEvent(message).text).toBeUndefined();
    expect(carriedEvent(message).found).toContain(found);
  });

  it("S720 is shown by its fixture", () => {
    const text = readFileSync("test/fixtures/diagnostic/S720.txt", "utf8");
    expect(carriedEvent(text).found).toContain("something else");
  });
});

describe("the syslog source", () => {
  let taker: Taker;
  let warnings: string[];
  let stops: (() => Promise<void>)[];
  beforeEach(() => {
    taker = new Taker();
    warnings = [];
    stops = [];
  });
  afterEach(async () => {
    taker.release();
    for (const stop of stops) await stop();
  });

  async function open(
    settings = "",
  ): Promise<{ address: string; stop: () => Promise<void>; done: Promise<void> }> {
    const options = settingsOf(syslogOptions, `listen: 127.0.0.1:0\n${settings}`);
    const tools = { ...sourceTools(), warn: (text: string) => warnings.push(text) };
    const source = await syslogSourceKind.open(options, tools);
    const halt = new AbortController();
    const done = source.start(taker.emit, halt.signal);
    done.catch(() => {});
    await until("it listens", () => source.address?.() !== undefined);
    const stop = async (): Promise<void> => {
      halt.abort();
      await done;
    };
    stops.push(() => stop().catch(() => {}));
    return { address: source.address?.() ?? "", stop, done };
  }

  const texts = (): readonly string[] => taker.taken.map(({ what }) => what);
  const closed = (socket: Socket): Promise<void> =>
    new Promise((resolve) => {
      if (socket.closed) resolve();
      else socket.once("close", () => resolve());
    });

  it("keeps messages that carry no event as rejects, with place and text", async () => {
    const { address } = await open();
    const socket = connectTo(address);
    socket.end(`${HEADER} ${lineOf(1)}\n${HEADER} hello\n${HEADER} ${lineOf(2)}\n`);
    await until("three", () => taker.taken.length === 3);
    expect(texts()).toEqual([lineOf(1), "S720", lineOf(2)]);
    const reject = taker.taken[1];
    expect(reject?.origin).toMatch(/^syslog 127\.0\.0\.1:\d+$/);
    expect(reject?.record).toMatchObject({
      position: 2,
      raw: `${HEADER} hello`,
      problem: { span: { file: reject?.origin, line: 2 } },
    });
  });

  it.each([
    ["S721", readFileSync("test/fixtures/diagnostic/S721.txt", "latin1")],
    ["S722", `70000 ${HEADER} ${"x".repeat(70_000)}`],
    ["S723", readFileSync("test/fixtures/diagnostic/S723.txt", "latin1").trim()],
  ])("%s is told, and the connection of a broken stream is closed", async (code, text) => {
    const { address } = await open("message_max: 64KiB");
    const socket = connectTo(address);
    socket.write(text);
    if (code !== "S721") socket.end();
    await until("the problem", () => taker.taken.length > 0);
    await closed(socket.resume());
    expect(texts()[0]).toBe(code);
  });

  it("refuses connections beyond its bound and of strangers, and says so", async () => {
    const { address } = await open("connections_max: 1");
    const first = connectTo(address);
    await new Promise((resolve) => first.once("connect", resolve));
    await closed(connectTo(address).resume());
    first.destroy();
    expect(warnings.join()).toContain("1 are open");

    const guarded = await open("allow_from: [10.0.0.0/8]");
    const stranger = connectTo(guarded.address);
    stranger.write(`${HEADER} ${lineOf(1)}\n`);
    await closed(stranger.resume());
    expect(warnings.join()).toContain("127.0.0.1 may not send");
    expect(taker.offered).toEqual([]);
  });

  it("closes idle connections, but not those that it does not read itself", async () => {
    const { address } = await open("idle_timeout: 100ms");
    const idle = connectTo(address);
    await closed(idle.resume());
    taker.hold();
    const busy = connectTo(address);
    let isClosed = false;
    busy.on("end", () => {
      isClosed = true;
    });
    busy.resume();
    const lines = linesOf(3000).map((line) => `${HEADER} ${line}\n`);
    busy.write(lines.join(""));
    await until("some are handed over", () => taker.offered.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(isClosed).toBe(false);
    taker.release();
    await until("all", () => taker.taken.length === 3000);
    expect(texts()).toEqual(linesOf(3000));
    busy.destroy();
  });

  it("does not read what it cannot hand over", async () => {
    const { address } = await open();
    taker.hold();
    const socket = connectTo(address);
    const block = Buffer.from(`${HEADER} ${lineOf(1)}\n`.repeat(1500));
    for (let sent = 0; sent < 40_000_000; sent += block.length) socket.write(block);
    for (let before = -1; before !== socket.writableLength; ) {
      before = socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // The systems on both ends hold some megabytes.
    expect(socket.writableLength).toBeGreaterThan(20_000_000);
    socket.destroy();
  });

  it("takes what senders have on the way when it stops", async () => {
    const { address, stop } = await open();
    const socket = connectTo(address);
    const ended = new Promise<void>((resolve) => {
      socket.once("end", () => {
        resolve();
      });
    });
    socket.allowHalfOpen = true;
    socket.resume();
    socket.write(`${HEADER} ${lineOf(1)}\n`);
    await until("the first", () => taker.taken.length === 1);
    const stopped = stop();
    await ended;
    socket.end(`${HEADER} ${lineOf(2)}\n`);
    await stopped;
    expect(texts()).toEqual(linesOf(2));
  });

  it("ends with what the connector said when that takes no more", async () => {
    const { address, done } = await open();
    taker.fail();
    connectTo(address).write(`${HEADER} ${lineOf(1)}\n`);
    await expect(done).rejects.toThrow("the connector stops");
  });

  it("takes datagrams where that is asked for, one message in each", async () => {
    const { address, stop } = await open("protocol: udp\nmessage_max: 8KiB");
    const [host, port = "0"] = address.split(":");
    const socket = createSocket("udp4");
    const send = (text: string): Promise<void> =>
      new Promise((resolve, reject) =>
        socket.send(text, Number(port), host, (cause) => (cause ? reject(cause) : resolve())),
      );
    await send(`${HEADER} ${lineOf(1)}`);
    await send(`${HEADER} hello`);
    await send(`${HEADER} ${"x".repeat(9000)}`);
    await send(`${HEADER} ${lineOf(2)}`);
    await until("four", () => taker.taken.length === 4);
    expect(texts()).toEqual([lineOf(1), "S720", "S722", lineOf(2)]);
    expect(taker.taken.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect(new Set(taker.taken.map(({ origin }) => origin))).toEqual(new Set(["syslog 127.0.0.1"]));

    taker.hold();
    await until("some are dropped", async () => {
      for (let n = 0; n < 20; n += 1) await send(`${HEADER} ${"y".repeat(8000)}`);
      return warnings.some((text) => text.includes("dropped"));
    });
    taker.release();
    socket.close();
    await stop();
    expect(taker.taken.length).toBe(taker.offered.length);
  });

  it("speaks TLS with senders whose certificate it knows", async () => {
    const folder = mkdtempSync(join(tmpdir(), "claude-siem-syslog-"));
    try {
      const [server, client] = [selfSigned(), selfSigned("sender")];
      const file = (name: string, pem: string): string => {
        writeFileSync(join(folder, name), pem);
        return join(folder, name);
      };
      const { address } = await open(
        [
          `tls_cert_file: ${file("crt", server.cert)}`,
          `tls_key_file: ${file("key", server.key)}`,
          `client_ca_file: ${file("ca", client.cert)}`,
        ].join("\n"),
      );
      const [host, port] = address.split(":");
      const message = `${HEADER} ${lineOf(1)}`;
      const known = connectTls({ host, port: Number(port), ca: server.cert, ...client });
      known.on("error", () => {});
      known.end(`${message.length} ${message}`);
      await until("the message", () => taker.taken.length === 1);
      const stranger = connectTls({ host, port: Number(port), ca: server.cert });
      stranger.on("error", () => {});
      stranger.write(`${message.length} ${message}`);
      await closed(stranger);
      expect(texts()).toEqual([lineOf(1)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("settings of the syslog source", () => {
  const problems = (yaml: string): readonly string[] =>
    syslogConflicts(settingsOf(syslogOptions, yaml)).map(({ problem }) => problem);

  it("are closed to the network unless encrypted and guarded", async () => {
    const tls = "tls_cert_file: a\ntls_key_file: b\n";
    expect(problems("{}")).toEqual([]);
    expect(problems("listen: 0.0.0.0:514")).toHaveLength(2);
    expect(problems(`listen: 0.0.0.0:514\n${tls}`)).toHaveLength(1);
    expect(problems(`listen: 0.0.0.0:514\n${tls}client_ca_file: c`)).toEqual([]);
    expect(problems("listen: 0.0.0.0:514\nallow_plain: true")).toHaveLength(1);
    expect(problems("listen: 0.0.0.0:514\nallow_plain: true\nallow_from: [10.0.0.0/8]")).toEqual(
      [],
    );
    expect(problems(`protocol: udp\n${tls}`)).toHaveLength(1);
    const open = settingsOf(syslogOptions, "listen: 0.0.0.0:0");
    await expect(syslogSourceKind.open(open, sourceTools())).rejects.toThrow("listen on 127.0.0.1");
  });

  it("take networks, and S725 is shown by its fixture", () => {
    const isIn = membership(["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"]);
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.7", "2001:db8:1::1"])
      expect(isIn(address), address).toBe(true);
    for (const address of ["10.2.0.1", "192.0.2.8", "2001:db9::1", "", "::ffff:10.2.0.1"])
      expect(isIn(address), address).toBe(false);
    const yaml = readFileSync("test/fixtures/diagnostic/S725.yaml", "utf8");
    const table = { allow_from: networks({ doc: "", example: "" }) };
    expect(readSettings(table, yaml).diagnostics.map(({ code }) => code)).toContain("S725");
    for (const bad of ["10.0.0", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.0/-1", "host"])
      expect(readSettings(table, `allow_from: ["${bad}"]`).diagnostics, bad).toHaveLength(1);
  });
});
