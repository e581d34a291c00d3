/**
 * Sends random messages to a syslog source in a process of its own, and prints what was seen as JSON.
 * Arguments: seed, number of messages.
 */
import { connect } from "node:net";
import { parseEventLine } from "../../../src/event/parse.ts";
import { Random } from "../../../src/sample/random.ts";
import type { Emit } from "../../../src/source/source.ts";
import { syslogSourceKind } from "../../../src/source/syslog/kind.ts";
import { syslogOptions } from "../../../src/source/syslog/options.ts";
import { sourceTools, until } from "../../conformance/source.ts";
import { settingsOf } from "../settings.ts";
import { damage, hostileText, randomBytes, validEvent } from "./mutate.ts";

const [seed = "1", count = "1000"] = process.argv.slice(2);
const random = Random.stream(seed, "syslog");
const violations: string[] = [];
process.on("uncaughtException", (cause) => violations.push(`uncaught: ${String(cause.stack)}`));
process.on("unhandledRejection", (cause) => violations.push(`unhandled: ${String(cause)}`));

/** Texts of events by origin, in order. */
let taken = new Map<string, string[]>();
let rejected = 0;
const emit: Emit = async (records, origin) => {
  await new Promise((resolve) => setImmediate(resolve));
  const texts = taken.get(origin) ?? [];
  taken.set(origin, texts);
  for (const record of records) {
    if (record.problem !== undefined) {
      rejected += 1;
      if (!Number.isSafeInteger(record.position)) violations.push("a problem without a place");
    } else if (parseEventLine(record.text, record.position, { file: origin }).ok)
      texts.push(record.text);
    else rejected += 1;
  }
  return { accepted: records.length, rejected: [] };
};

const source = await syslogSourceKind.open(
  settingsOf(syslogOptions, "listen: 127.0.0.1:0\nmessage_max: 64KiB\nidle_timeout: 500ms"),
  sourceTools(),
);
const halt = new AbortController();
const running = source.start(emit, halt.signal);
await until("it listens", () => source.address?.() !== undefined);
const port = Number(source.address?.()?.split(":")[1]);

const headers = [
  "<134>1 2026-03-02T09:30:00Z gw claude 1 - - ",
  '<134>1 2026-03-02T09:30:00Z gw claude 1 - [a@1 b="c\\]"] \ufeff',
  "<134>Mar  2 09:30:00 gw claude[1]: ",
  "<134>claude: @cee: ",
  "",
];

function frame(message: Buffer, isCounted: boolean): Buffer {
  return isCounted
    ? Buffer.concat([Buffer.from(`${message.length} `), message])
    : Buffer.concat([message, Buffer.from("\n")]);
}

let nextEvent = 0;

/** Valid messages in both framings. */
function validMessage(): { readonly bytes: Buffer; readonly text: string } {
  nextEvent += 1;
  const text = validEvent(nextEvent);
  return {
    bytes: frame(Buffer.from(`${random.pick(headers)}${text}`), random.chance(0.5)),
    text,
  };
}

function hostileMessage(): Buffer {
  const message = (): Buffer =>
    frame(
      Buffer.from(`${random.pick(headers)}${hostileText(random, 900_000_000)}`),
      random.chance(0.5),
    );
  return random.pick([
    message,
    message,
    () => damage(random, message()),
    () => damage(random, validMessage().bytes),
    () => randomBytes(random, 3000),
    () => Buffer.from(`${"9".repeat(random.whole(1, 30))} <1>x`),
    () => Buffer.from(`${random.whole(1, 100_000_000)} <1>`),
    () => Buffer.alloc(random.whole(0, 200_000), random.pick(["x", "<", " ", "\0", "5"])),
    () => Buffer.from(`<134>1 - - - - - ${'[x y="'.repeat(random.whole(1, 3000))}`),
    () => Buffer.from(`<134>1 - - - - - [${"\\]".repeat(random.whole(1, 30_000))}\n`),
    () => Buffer.alloc(0),
  ])();
}

/** A connection with valid messages first, then hostile ones; resolves when it is closed. */
async function converse(): Promise<number> {
  const valid = Array.from({ length: random.whole(0, 6) }, validMessage);
  const hostile = Array.from({ length: random.whole(0, 4) }, hostileMessage);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await new Promise((resolve) => socket.once("connect", resolve));
  const origin = `syslog 127.0.0.1:${socket.localPort}`;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const bytes = Buffer.concat([...valid.map((one) => one.bytes), ...hostile]);
  for (let at = 0; at < bytes.length; ) {
    const size = random.pick([1, 100, 5000, 100_000]);
    socket.write(bytes.subarray(at, at + size));
    at += size;
    if (random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve));
  }
  const end = random.unit();
  if (end < 0.1) socket.resetAndDestroy();
  else if (end < 0.2) socket.destroySoon();
  else socket.end();
  await closed;
  // A reset throws away what the receiver has not read; otherwise all valid messages are there.
  if (end >= 0.2) {
    const wanted = valid.map((one) => one.text);
    // Hostile ones may have become events too, and the port may have been another connection's before.
    const got = () => (taken.get(origin) ?? []).filter((text) => wanted.includes(text));
    await until(`messages of ${origin}`, () => got().length === wanted.length).catch((cause) =>
      violations.push(String(cause)),
    );
    if (got().join("\n") !== wanted.join("\n")) violations.push(`${origin}: other messages`);
  }
  taken.delete(origin);
  return valid.length + hostile.length;
}

async function send(messages: number): Promise<void> {
  let left = messages;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      const sent = await converse();
      left -= sent;
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

function heapBytes(): number {
  taken = new Map();
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

await send(Number(count) / 4);
const heapBefore = heapBytes();
await send((Number(count) * 3) / 4);
const heapAfter = heapBytes();
halt.abort();
await running;
const openServers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPServer")).length;
await until("everything is closed", () => openServers() === 0);
process.stdout.write(
  JSON.stringify({
    ...{ violations: violations.slice(0, 10), sent: nextEvent, rejected, heapBefore, heapAfter },
  }),
);
process.exit(0);
