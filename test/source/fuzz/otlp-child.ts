/**
 * Sends random requests to an otlp source in a process of its own, and prints what was seen as JSON.
 * Arguments: seed, number of requests.
 */
import { gzipSync } from "node:zlib";
import { parseEventLine } from "../../../src/event/parse.ts";
import { Random } from "../../../src/sample/random.ts";
import { otlpSourceKind } from "../../../src/source/otlp/kind.ts";
import { otlpOptions } from "../../../src/source/otlp/options.ts";
import type { Emit } from "../../../src/source/source.ts";
import { sourceTools, until } from "../../conformance/source.ts";
import { attributesOf, decodeStatus, encodeRequest, type Signal } from "../../wire/otlp.ts";
import { settingsOf } from "../settings.ts";
import { damage, gzipBomb, MARKER, randomBytes } from "./mutate.ts";

const [seed = "1", count = "1000"] = process.argv.slice(2);
const random = Random.stream(seed, "otlp");
const TOKEN = "token-of-the-clients-0123456789";
const violations: string[] = [];
process.on("uncaughtException", (cause) => violations.push(`uncaught: ${String(cause.stack)}`));
process.on("unhandledRejection", (cause) => violations.push(`unhandled: ${String(cause)}`));

/** Sessions of durable events. */
const durable = new Set<string>();
let rejectedRecords = 0;
const emit: Emit = async (records, origin) => {
  const rejected = records.flatMap((record, index) => {
    if (record.problem !== undefined) return [{ index, diagnostics: [record.problem] }];
    if (record.text.includes(MARKER)) violations.push(`content in ${record.text.slice(0, 300)}`);
    const parsed = parseEventLine(record.text, record.position, { file: origin, strict: true });
    // What the mapping makes of a record is an event, whatever the record held.
    if (!parsed.ok) violations.push(`no event: ${JSON.stringify(parsed).slice(0, 400)}`);
    else durable.add(parsed.value.session_id ?? "");
    return [];
  });
  await new Promise((resolve) => setImmediate(resolve));
  rejectedRecords += rejected.length;
  return { accepted: records.length - rejected.length, rejected };
};

const source = await otlpSourceKind.open(
  settingsOf(
    otlpOptions,
    "listen: 127.0.0.1:0\ntokens: [{env: TOKEN}]\nbody_max: 256KiB\nevents_max: 200",
  ),
  { ...sourceTools(), readSecret: () => TOKEN },
);
const halt = new AbortController();
const running = source.start(emit, halt.signal);
await until("it listens", () => source.address?.() !== undefined);

const names = ["api_request", "tool_result", "tool_decision", "api_refusal", "auth", "x", ""];
const keys = [
  ...["event.name", "event.sequence", "event.timestamp", "tool_name", "tool_parameters", "model"],
  ...["input_tokens", "cache_read_tokens", "duration_ms", "cost_usd", "department", "user.email"],
  ...["num_blocking", "hook_event", "status", "error_code", "server_name", "__proto__", "toString"],
];

function hostileValue(): unknown {
  const depth = random.whole(1, 300);
  return random.pick([
    () => ({ stringValue: `mcp__${"_".repeat(random.whole(0, 2000))}` }),
    () => ({ stringValue: `{"mcp_server_name":"${"\\".repeat(random.whole(0, 500))}"` }),
    () => ({ stringValue: "\u0000\u2028\ud800" }),
    () => ({ stringValue: "9".repeat(random.whole(1, 400)) }),
    () => ({ intValue: random.pick(["-9223372036854775808", "9223372036854775807", "1e99", ""]) }),
    () => ({ doubleValue: random.pick([Number.MAX_VALUE, -1, 5e-324]) }),
    () => ({ boolValue: random.chance(0.5) }),
    () => ({ arrayValue: { values: [{ stringValue: MARKER }] } }),
    () =>
      JSON.parse(`${'{"arrayValue":{"values":['.repeat(depth)}${"]}}".repeat(depth)}`) as object,
    () => ({ stringValue: "a", intValue: "5" }),
    () => null,
  ])();
}

let nextSession = 0;

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Sessions that are durable when the answer is a whole success. */
  readonly sessions: readonly string[];
}

function record(isHostile: boolean): { readonly session: string; readonly log: object } {
  nextSession += 1;
  const session = `s-${nextSession}`;
  const attributes = [
    ...attributesOf({
      "session.id": session,
      "event.name": random.pick(names),
      "event.sequence": random.whole(0, 50),
      prompt: MARKER,
      tool_input: MARKER,
      error: `${MARKER}@example.com`,
    }),
    ...Array.from({ length: isHostile ? random.whole(1, 6) : 0 }, () => ({
      key: random.pick(keys),
      value: hostileValue(),
    })),
  ];
  const timeUnixNano = isHostile
    ? random.pick(["0", "1", "18446744073709551615", "1795479758134000000"])
    : "1795479758134000000";
  return { session, log: { timeUnixNano, attributes } };
}

/** A request as a client would make it, or with hostile values inside. */
function request(isHostile = random.chance(0.4)): Sent {
  const records = Array.from({ length: random.whole(0, 6) }, () => record(isHostile));
  const logRecords = records.map(({ log }) => log);
  const message = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  const isBinary = random.chance(0.6);
  const isGzip = random.chance(0.3);
  const plain = isBinary ? binaryOf("logs", message) : Buffer.from(JSON.stringify(message));
  return {
    path: "/v1/logs",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": isBinary ? "application/x-protobuf" : "application/json",
      ...(isGzip && { "content-encoding": "gzip" }),
    },
    body: isGzip ? gzipSync(plain) : plain,
    sessions: isHostile ? [] : records.map(({ session }) => session),
  };
}

/** Some hostile values have no binary form; then random bytes stand in. */
function binaryOf(signal: Signal, message: object): Buffer {
  try {
    return Buffer.from(encodeRequest(signal, message));
  } catch {
    return randomBytes(random, 500);
  }
}

/** Messages inside one another: field 1 or 2, as deep as the body allows. */
function nested(): Buffer {
  let body = Buffer.from([0x0a, 0]);
  for (let depth = random.whole(1, 3000); depth > 0; depth -= 1) {
    const length = body.length;
    const varint: number[] = [];
    for (let rest = length; ; rest >>>= 7) {
      varint.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    body = Buffer.concat([Buffer.from([random.pick([0x0a, 0x12, 0x2a, 0x32]), ...varint]), body]);
  }
  return body;
}

function spoilt(body: Uint8Array): Sent {
  return { ...request(), body, sessions: [] };
}

/** A value inside a value, deeper than a stack goes. */
function deepText(): Buffer {
  const depth = random.whole(1, 6000);
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}${"]}}".repeat(depth)}`;
  const log = `{"timeUnixNano":"1795479758134000000","attributes":[{"key":"a","value":${value}}]}`;
  return Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${log}]}]}]}`);
}

const makers: readonly (() => Sent)[] = [
  request,
  request,
  () => spoilt(damage(random, Buffer.from(request().body))),
  () => spoilt(damage(random, Buffer.from(request().body))),
  () => spoilt(randomBytes(random, 2000)),
  () => spoilt(nested()),
  () => spoilt(deepText()),
  () => spoilt(Buffer.from(`${'{"resourceLogs":['.repeat(random.whole(1, 9000))}`)),
  () => spoilt(Buffer.from(`{"resourceLogs":${random.pick(["5", "null", "{}", '"x"', "[[]]"])}}`)),
  () => spoilt(Buffer.alloc(random.whole(200_000, 400_000), random.pick(["\x0a", "\x12", " "]))),
  () => {
    const sent = spoilt(gzipBomb());
    return { ...sent, headers: { ...sent.headers, "content-encoding": "gzip" } };
  },
  () => {
    const sent = request();
    const path = random.pick(["/v1/metrics", "/v1/traces", "/v1/log", "/", "/v1/logs/../x"]);
    return { ...sent, path, sessions: [] };
  },
  () => {
    const sent = request();
    const headers = { ...sent.headers, authorization: random.pick(["", "Bearer x", `${TOKEN}`]) };
    return { ...sent, headers, sessions: [] };
  },
  () => {
    const sent = request();
    const type = random.pick(["text/plain", "application/grpc", "", "application/json;charset=x"]);
    return { ...sent, headers: { ...sent.headers, "content-type": type }, sessions: [] };
  },
];

const statuses: Record<string, number> = {};

/** A refusal names its reason, in the encoding that it says. */
function reasonOf(type: string | null, bytes: Buffer): string {
  return type === "application/x-protobuf"
    ? decodeStatus(bytes).message
    : (JSON.parse(bytes.toString()) as { readonly message: string }).message;
}

async function exchange(sent: Sent): Promise<void> {
  const answer = await fetch(`http://${source.address?.()}${sent.path}`, {
    method: "POST",
    headers: sent.headers,
    body: sent.body as Uint8Array<ArrayBuffer>,
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { status, headers } = answer;
  statuses[status] = (statuses[status] ?? 0) + 1;
  const text = bytes.toString("latin1");
  for (const secret of [TOKEN, MARKER])
    if (text.includes(secret)) violations.push(`an answer holds ${secret}: ${text.slice(0, 300)}`);
  if (status === 200) {
    for (const session of sent.sessions)
      if (!durable.has(session)) violations.push(`200, but ${session} is not durable`);
  } else if (!/^4|^503$/.test(String(status))) violations.push(`status ${status}`);
  else if (!/\w.*\.$/.test(reasonOf(headers.get("content-type"), bytes)))
    violations.push(`${status} without a reason: ${text.slice(0, 200)}`);
}

async function send(requests: number): Promise<void> {
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = random.pick(makers)();
      await exchange(sent).catch((cause: unknown) => {
        const detail = cause instanceof Error ? String(cause.cause ?? cause) : String(cause);
        // A body that is much too large is cut off; some senders see only that.
        if (!/ECONNRESET|EPIPE|other side closed/.test(detail)) violations.push(detail);
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

function heapBytes(): number {
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
const last = { ...request(false), path: "/v1/logs" };
await exchange(last);
halt.abort();
await running;
process.stdout.write(
  JSON.stringify({
    ...{ violations: violations.slice(0, 10), statuses, rejectedRecords, heapBefore, heapAfter },
  }),
);
process.exit(0);
