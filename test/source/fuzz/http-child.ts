/**
 * Sends random requests to an http source in a process of its own, and prints what was seen as JSON.
 * Arguments: seed, number of requests.
 */
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { parseEventLine } from "../../../src/event/parse.ts";
import { Random } from "../../../src/sample/random.ts";
import { httpSourceKind } from "../../../src/source/http/kind.ts";
import { httpOptions } from "../../../src/source/http/options.ts";
import type { Emit } from "../../../src/source/source.ts";
import { eventId } from "../../conformance/event.ts";
import { sourceTools, until } from "../../conformance/source.ts";
import { settingsOf } from "../settings.ts";
import { damage, gzipBomb, hostileText, MARKER, randomBytes, validEvent } from "./mutate.ts";

const [seed = "1", count = "1000"] = process.argv.slice(2);
const random = Random.stream(seed, "http");
const TOKENS = ["token-of-tenant-one-0123456789", "token-of-tenant-two-0123456789"] as const;
const violations: string[] = [];
process.on("uncaughtException", (cause) => violations.push(`uncaught: ${String(cause.stack)}`));
process.on("unhandledRejection", (cause) => violations.push(`unhandled: ${String(cause)}`));

const durable = new Set<string>();
const strangers = new Set<string>();
let durableRecords = 0;
const emit: Emit = async (records, origin) => {
  const rejected = records.flatMap((record, index) => {
    if (record.problem !== undefined) return [{ index, diagnostics: [record.problem] }];
    const parsed = parseEventLine(record.text, record.position, { file: origin });
    if (!parsed.ok) return [{ index, diagnostics: parsed.diagnostics }];
    durable.add(parsed.value.event_id);
    return [];
  });
  await new Promise((resolve) => setImmediate(resolve));
  durableRecords += records.length;
  return { accepted: records.length - rejected.length, rejected };
};

const tools = {
  ...sourceTools(),
  readSecret: (reference: { readonly from: string; readonly name?: string }) =>
    TOKENS[reference.name === "A" ? 0 : 1],
};
const source = await httpSourceKind.open(
  settingsOf(
    httpOptions,
    [
      "listen: 127.0.0.1:0",
      "tokens: [{env: A}, {env: B}]",
      "header_timeout: 300ms",
      "request_timeout: 500ms",
      "idle_timeout: 200ms",
      "body_max: 256KiB",
      "events_max: 200",
    ].join("\n"),
  ),
  tools,
);
const halt = new AbortController();
const running = source.start(emit, halt.signal);
await until("it listens", () => source.address?.() !== undefined);
const port = Number(source.address?.()?.split(":")[1]);

let nextEvent = 0;
let answered = 0;
let answeredRecords = 0;
const statuses: Record<string, number> = {};

interface Sent {
  readonly bytes: Buffer;
  /** event_ids that must be durable when the answer is 200, and must not be when nobody may send them. */
  readonly ids: readonly string[];
  readonly isStranger: boolean;
  readonly isWhole: boolean;
}

function head(headers: readonly string[], path = "/v1/events", method = "POST"): string {
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((one) => `${one}\r\n`).join("")}\r\n`;
}

function chunked(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = random.whole(1, 2000);
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
    at += size;
  }
  return Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]);
}

/** A request as a sender would make it, sometimes with hostile events among the valid ones. */
function request(): Sent {
  const first = nextEvent + 1;
  nextEvent += random.whole(1, 5);
  const ids = Array.from({ length: nextEvent - first + 1 }, (_, index) => eventId(first + index));
  const texts = ids.map((_, index) => validEvent(first + index));
  if (random.chance(0.3)) texts.push(hostileText(random, 900_000_000));
  const isArray = random.chance(0.3) && texts.length === ids.length;
  const plain = Buffer.from(isArray ? `[${texts.join(",")}]` : texts.join("\n"));
  const isGzip = random.chance(0.3);
  const isStranger = random.chance(0.25);
  const token = isStranger
    ? random.pick(["", "x", `${TOKENS[0]}x`, TOKENS[1].slice(1)])
    : random.pick(TOKENS);
  const body = isGzip ? gzipSync(plain) : plain;
  const isChunked = random.chance(0.3);
  const headers = [
    `Content-Type: application/${isArray ? "json" : "x-ndjson"}`,
    ...(token === "" ? [] : [`Authorization: Bearer ${token}`]),
    ...(isGzip ? ["Content-Encoding: gzip"] : []),
    isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`,
  ];
  const bytes = Buffer.concat([Buffer.from(head(headers)), isChunked ? chunked(body) : body]);
  return { bytes, ids, isStranger, isWhole: true };
}

function nothing(bytes: Buffer | string): Sent {
  return { bytes: Buffer.from(bytes), ids: [], isStranger: false, isWhole: false };
}

const authorised = `Authorization: Bearer ${TOKENS[0]}`;
const makers: readonly (() => Sent)[] = [
  request,
  request,
  request,
  () => ({ ...request(), isWhole: false, bytes: damage(random, request().bytes) }),
  () => nothing(damage(random, request().bytes)),
  () => nothing(randomBytes(random, 2000)),
  () => nothing(head([authorised, `X-Long: ${"y".repeat(random.whole(1, 40_000))}`])),
  () => nothing(head(Array.from({ length: random.whole(1, 3000) }, (_, n) => `H${n}: v`))),
  () =>
    nothing(
      `${head([authorised, "Transfer-Encoding: chunked"])}${random.pick(["zz\r\n", "-1\r\n", "ffffffffffffffff\r\n", "5\r\nab\r\n0\r\n\r\n", "1;x=\0\r\n"])}`,
    ),
  () =>
    nothing(
      head([
        authorised,
        "Content-Type: application/json",
        `Content-Length: ${random.pick(["-1", "1e9", "99999999999999999999", "5, 6", ""])}`,
      ]),
    ),
  () => {
    const body = gzipBomb();
    const headers = [authorised, "Content-Type: application/x-ndjson", "Content-Encoding: gzip"];
    return nothing(
      Buffer.concat([Buffer.from(head([...headers, `Content-Length: ${body.length}`])), body]),
    );
  },
  () =>
    nothing(
      head(
        [],
        random.pick(["/", "/health", "//", "/v1/events/../x", "*", "http://x/v1/events", "/%00"]),
        random.pick(["GET", "PUT", "OPTIONS", "HEAD", "CONNECT", "TRACE", "PATCH"]),
      ),
    ),
  () => nothing(request().bytes.subarray(0, random.whole(0, 400))),
  () => nothing(Buffer.concat([request().bytes, request().bytes, randomBytes(random, 50)])),
  () =>
    nothing(
      head([
        authorised,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Expect: 100-continue",
        "Content-Length: 10",
      ]),
    ),
];

/** Writes a request in random pieces and gives what came back. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const patience = setTimeout(() => socket.destroy(), random.pick([20, 60, 400]));
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      if (/\r\n\r\n\{[\s\S]*\}\n$/.test(answer)) socket.destroySoon();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(answer);
    });
    const cut = random.whole(0, bytes.length);
    if (random.chance(0.3)) {
      socket.write(bytes.subarray(0, cut));
      setImmediate(() => socket.write(bytes.subarray(cut)));
    } else socket.write(bytes);
    const end = random.unit();
    if (end < 0.05) socket.resetAndDestroy();
    else if (end < 0.1) socket.end();
  });
}

function judge(sent: Sent, answer: string): void {
  for (const secret of [...TOKENS, MARKER])
    if (answer.includes(secret))
      violations.push(`an answer holds ${secret}: ${answer.slice(0, 300)}`);
  for (const [, status = ""] of answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    answered += 1;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (!/^[245]/.test(status) || status === "500") violations.push(`status ${status}`);
  }
  for (const [, accepted = ""] of answer.matchAll(/"accepted":(\d+)/g))
    answeredRecords += Number(accepted);
  if (answeredRecords > durableRecords) violations.push("more was answered than is durable");
  if (sent.isWhole && !sent.isStranger && answer.includes(" 200 "))
    for (const id of sent.ids)
      if (!durable.has(id)) violations.push(`200, but ${id} is not durable`);
  if (sent.isWhole && sent.isStranger) for (const id of sent.ids) strangers.add(id);
}

async function send(requests: number): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = random.pick(makers)();
      judge(sent, await exchange(sent.bytes));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** What is held when everything that tests need is let go. */
function heapBytes(): number {
  for (const id of strangers)
    if (durable.has(id)) violations.push(`${id} was taken from a stranger`);
  strangers.clear();
  durable.clear();
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

await send(Math.ceil(Number(count) / 4));
const heapBefore = heapBytes();
await send(Number(count) - Math.ceil(Number(count) / 4));
const heapAfter = heapBytes();
// After all that it still works.
const answer = await fetch(`http://${source.address?.()}/v1/events`, {
  method: "POST",
  headers: { "content-type": "application/x-ndjson", authorization: `Bearer ${TOKENS[1]}` },
  body: validEvent(1),
});
await answer.text();
halt.abort();
await running;
const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPServer")).length;
await until("everything is closed", () => openSockets() === 0);
process.stdout.write(
  JSON.stringify({
    ...{ violations: violations.slice(0, 10), statuses, answered, heapBefore, heapAfter },
    lastStatus: answer.status,
  }),
);
process.exit(0);
