/**
 * Splunk as its HTTP Event Collector, its acknowledgements and its search API look from outside. Refuses
 * what Splunk refuses, in Splunk's order: token, channel, body, then event by event, of which those before
 * a bad one are already in. Numbers of codes are those of "Troubleshoot HTTP Event Collector".
 */
import { gunzipSync } from "node:zlib";
import {
  type FakeRequest,
  type FakeResponse,
  type FakeServer,
  startFakeServer,
} from "./fake-server.ts";
import { answerSearch, type SearchableEvent } from "./fake-splunk-search.ts";

export interface FakeHecToken {
  readonly value: string;
  readonly disabled?: boolean;
  /** Indexes it may write to, the default first. */
  readonly indexes: readonly string[];
  readonly acknowledges?: boolean;
}

export interface FakeSplunkOptions {
  readonly tokens: readonly FakeHecToken[];
  /** Tokens that may search. */
  readonly searchTokens?: readonly string[];
  /** Bytes of a body, after decompression. */
  readonly contentBytesMax?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface StoredEvent extends SearchableEvent {
  readonly host: string | undefined;
  readonly sourcetype: string | undefined;
  readonly event: unknown;
}

export interface FakeSplunk {
  readonly server: FakeServer;
  readonly stored: StoredEvent[];
  /** Tokens may be changed while it runs. */
  tokens: readonly FakeHecToken[];
  /** Polls that say `false` before the one that says `true`; `Infinity`: never. */
  pollsUntilTrue: number;
  /** Whether successes of tokens with acknowledgement lack their id. */
  omitsAckId: boolean;
  /** Code of the health endpoint. */
  health: number;
  /** Codes that the next posts of events get instead of being judged; 0, 24 and 25 are judged first. */
  readonly forced: number[];
  /** GUIDs of channels that were used, in order. */
  readonly channels: string[];
  /**
   * Forgets all acknowledgements and counts from 0 again. What was not acknowledged by then had not been
   * written, and is lost, when it `loses`.
   */
  readonly restart: (loses?: boolean) => void;
  /** event_ids that are stored, in order, duplicates too. */
  readonly eventIds: () => readonly string[];
}

const STATUS: readonly number[] = [
  ...[200, 403, 401, 401, 403, 400, 400, 400, 500, 503, 400, 400, 400, 400, 400, 400, 400],
  ...[200, 503, 503, 503, 400, 400, 503, 200, 200, 429, 429],
];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const POSTS = new Set([
  "/services/collector",
  "/services/collector/event",
  "/services/collector/event/1.0",
]);

function answer(code: number, more: Readonly<Record<string, unknown>> = {}): FakeResponse {
  const body = JSON.stringify({ text: `fake text of ${code}`, code, ...more });
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return { status: STATUS[code] ?? 500, headers, body };
}

/** Splits concatenated JSON objects; `undefined` in place of the first text that is none. */
export function splitObjects(
  text: string,
): readonly (Readonly<Record<string, unknown>> | undefined)[] {
  const objects: (Readonly<Record<string, unknown>> | undefined)[] = [];
  let at = 0;
  while (/\S/.test(text.slice(at))) {
    const start = at + text.slice(at).search(/\S/);
    const end = endOfObject(text, start);
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    objects.push(value);
    if (value === undefined || end === undefined) break;
    at = end;
  }
  return objects;
}

function endOfObject(text: string, start: number): number | undefined {
  if (text[start] !== "{") return undefined;
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

interface AckChannel {
  next: number;
  /** By id: polls left until `true`, and the events that are written by then. */
  readonly pending: Map<number, { left: number; readonly events: ReadonlySet<StoredEvent> }>;
}

export async function startFakeSplunk(options: FakeSplunkOptions): Promise<FakeSplunk> {
  const { searchTokens = [], contentBytesMax = 10_000_000, tls } = options;
  const acks = new Map<string, AckChannel>();

  const tokenOf = ({ headers, query }: FakeRequest): FakeHecToken | FakeResponse => {
    if (query.has("token")) return answer(16);
    const { authorization } = headers;
    if (authorization === undefined) return answer(2);
    const value = /^Splunk (\S+)$/.exec(authorization)?.[1];
    if (value === undefined) return answer(3);
    const token = fake.tokens.find((one) => one.value === value);
    if (token === undefined) return answer(4);
    return token.disabled === true ? answer(1) : token;
  };

  const channelOf = ({ headers }: FakeRequest, token: FakeHecToken): string | FakeResponse => {
    const channel = headers["x-splunk-request-channel"];
    if (channel === undefined) return token.acknowledges === true ? answer(10) : "";
    if (typeof channel !== "string" || !GUID.test(channel)) return answer(11);
    if (!fake.channels.includes(channel)) fake.channels.push(channel);
    return channel;
  };

  const bodyOf = ({ headers, body }: FakeRequest): string | FakeResponse => {
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding !== "gzip") return { status: 415, body: "unsupported" };
    let bytes = body;
    try {
      if (encoding === "gzip") bytes = gunzipSync(body);
    } catch {
      return answer(6, { "invalid-event-number": 0 });
    }
    return bytes.length > contentBytesMax ? { status: 413, body: "too large" } : bytes.toString();
  };

  const store = (text: string, token: FakeHecToken): FakeResponse | undefined => {
    for (const [at, object] of splitObjects(text).entries()) {
      const number = { "invalid-event-number": at };
      if (object === undefined) return answer(6, number);
      const { time, host, source, sourcetype, event, fields, index = token.indexes[0] } = object;
      if (event === undefined || event === null) return answer(12, number);
      if (typeof event === "string" && event.trim() === "") return answer(13, number);
      const isFlat = (value: unknown): boolean => typeof value !== "object" || Array.isArray(value);
      if (fields !== undefined && !Object.values(fields as object).every(isFlat))
        return answer(15, number);
      if (typeof index !== "string" || !token.indexes.includes(index)) return answer(7, number);
      for (const text of [host, source, sourcetype])
        if (text !== undefined && typeof text !== "string") return answer(6, number);
      const seconds = time === undefined ? Number.NaN : Number(time);
      if (!Number.isFinite(seconds)) return answer(6, number);
      fake.stored.push({
        index,
        time: seconds,
        host: host as string | undefined,
        source: source as string | undefined,
        sourcetype: sourcetype as string | undefined,
        event,
        event_id: String((event as { event_id?: unknown }).event_id),
      });
    }
    return undefined;
  };

  const takeEvents = (request: FakeRequest): FakeResponse => {
    const token = tokenOf(request);
    if ("status" in token) return token;
    const channel = channelOf(request, token);
    if (typeof channel !== "string") return channel;
    const text = bodyOf(request);
    if (typeof text !== "string") return text;
    if (text === "") return answer(5);
    const code = fake.forced.shift() ?? 0;
    if (code !== 0 && code !== 24 && code !== 25) return answer(code);
    const before = fake.stored.length;
    const refusal = store(text, token);
    if (refusal !== undefined) return refusal;
    if (token.acknowledges !== true || fake.omitsAckId) return answer(code);
    const known: AckChannel = acks.get(channel) ?? { next: 0, pending: new Map() };
    acks.set(channel, known);
    const ackId = known.next;
    known.next += 1;
    const events = new Set(fake.stored.slice(before));
    known.pending.set(ackId, { left: fake.pollsUntilTrue, events });
    return answer(code, { ackId });
  };

  const takeQuestion = (request: FakeRequest): FakeResponse => {
    const token = tokenOf(request);
    if ("status" in token) return token;
    if (token.acknowledges !== true) return answer(14);
    const channel = channelOf(request, token);
    if (typeof channel !== "string") return channel;
    const ids = parsed(request.body.toString())?.["acks"];
    if (!Array.isArray(ids) || ids.length === 0) return answer(6);
    const pending = acks.get(channel)?.pending;
    const states = ids.map((id: number) => {
      const state = pending?.get(id);
      if (state === undefined) return [id, false];
      state.left -= 1;
      if (state.left < 0) pending?.delete(id);
      return [id, state.left < 0];
    });
    const body = JSON.stringify({ acks: Object.fromEntries(states) });
    return { status: 200, headers: { "content-type": "application/json" }, body };
  };

  const handle = (request: FakeRequest): FakeResponse => {
    const { method, path, headers } = request;
    if (path === "/services/collector/health" && method === "GET") return answer(fake.health);
    if (path === "/services/collector/ack" && method === "POST") return takeQuestion(request);
    if (POSTS.has(path) && method === "POST") return takeEvents(request);
    if (path === "/services/search/v2/jobs/export" && method === "POST") {
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      if (!searchTokens.includes(token))
        return { status: 401, body: "call not properly authenticated" };
      return answerSearch(new URLSearchParams(request.body.toString()), fake.stored);
    }
    return { status: 404, body: "not found" };
  };

  const fake: FakeSplunk = {
    server: await startFakeServer(handle, tls),
    stored: [],
    tokens: options.tokens,
    pollsUntilTrue: 0,
    omitsAckId: false,
    health: 17,
    forced: [],
    channels: [],
    restart: (loses = false) => {
      const unwritten = [...acks.values()].flatMap(({ pending }) =>
        [...pending.values()].flatMap(({ left, events }) => (left > 0 ? [...events] : [])),
      );
      acks.clear();
      if (!loses) return;
      const lost = new Set(unwritten);
      fake.stored.splice(0, Infinity, ...fake.stored.filter((event) => !lost.has(event)));
    },
    eventIds: () => fake.stored.map(({ event_id }) => event_id),
  };
  return fake;
}
