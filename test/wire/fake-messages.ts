/**
 * The Messages API on loopback: answers in one piece or as a stream, with cache, tools and the MCP
 * connector, and fails on request. What it says is scripted by the test; how is the API's wire format
 * (platform.claude.com/docs/en/api/messages and …/build-with-claude/streaming).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Scripted {
  readonly content?: readonly Block[];
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly stop_reason?: string;
  readonly stop_details?: Readonly<Record<string, unknown>>;
  /** Answers with this error instead. */
  readonly error?: { readonly status: number; readonly type: string; readonly retryAfter?: string };
  /** A stream stops here: with the event `error`, or with the connection. */
  readonly breakAfter?: { readonly events: number; readonly how: "error" | "reset" };
  /** Milliseconds between the events of a stream. */
  readonly paceMs?: number;
  /** Takes the request and never answers. */
  readonly hang?: boolean;
}

export interface FakeMessages {
  readonly url: string;
  readonly requests: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
  /** Lines of results that the batch `batch_1` has, once it has ended. */
  readonly setResults: (results: readonly Readonly<Record<string, unknown>>[]) => void;
  /** Requests whose connection the client has closed before the answer's end. */
  readonly dropped: () => number;
  /** The next answers, in order; then plain ones. */
  readonly script: (...answers: readonly Scripted[]) => void;
  readonly close: () => Promise<void>;
}

export const USAGE = {
  input_tokens: 3,
  cache_read_input_tokens: 17_241,
  cache_creation_input_tokens: 1693,
  output_tokens: 42,
  service_tier: "standard",
} as const;

const TEXT: Block = { type: "text", text: "The secret answer." };

/** The delta that fills a block of a stream, where it is not whole from the start. */
function partsOf(block: Block): { readonly start: Block; readonly delta?: Block } {
  if (block.type === "text")
    return { start: { ...block, text: "" }, delta: { type: "text_delta", text: block["text"] } };
  if (!block.type.endsWith("tool_use")) return { start: block };
  const partial_json = JSON.stringify(block["input"] ?? {});
  return { start: { ...block, input: {} }, delta: { type: "input_json_delta", partial_json } };
}

function eventsOf(
  message: Readonly<Record<string, unknown>>,
  scripted: Scripted,
): readonly Block[] {
  const usage = { ...USAGE, ...scripted.usage };
  const start = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const blocks = (scripted.content ?? [TEXT]).flatMap((block, index) => {
    const { start: content_block, delta } = partsOf(block);
    return [
      { type: "content_block_start", index, content_block },
      ...(delta === undefined ? [] : [{ type: "content_block_delta", index, delta }]),
      { type: "content_block_stop", index },
    ];
  });
  const { stop_reason, stop_details } = message;
  const delta = {
    stop_reason,
    stop_sequence: null,
    ...(stop_details !== undefined && { stop_details }),
  };
  return [
    { type: "message_start", message: start },
    { type: "ping" },
    ...blocks,
    { type: "message_delta", delta, usage: { output_tokens: usage.output_tokens } },
    { type: "message_stop" },
  ];
}

async function sendStream(
  response: ServerResponse,
  message: Readonly<Record<string, unknown>>,
  scripted: Scripted,
): Promise<void> {
  const { breakAfter, paceMs } = scripted;
  const send = (event: Block) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  for (const [index, event] of eventsOf(message, scripted).entries()) {
    if (index === breakAfter?.events) {
      if (breakAfter.how === "reset") response.socket?.resetAndDestroy();
      else send({ type: "error", error: { type: "overloaded_error", message: "too much" } });
      break;
    }
    send(event);
    if (paceMs !== undefined) await new Promise((resolve) => setTimeout(resolve, paceMs));
    if (response.destroyed) return;
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>;
}

/** Starts the API on a free port of loopback. */
export async function startFakeMessages(): Promise<FakeMessages> {
  const requests: { path: string; body: Readonly<Record<string, unknown>> }[] = [];
  const answers: Scripted[] = [];
  let results: readonly Readonly<Record<string, unknown>>[] = [];
  let dropped = 0;
  let count = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    requests.push({ path: request.url ?? "", body });
    response.on("close", () => {
      if (!response.writableFinished) dropped += 1;
    });
    const json = (status: number, value: unknown, headers = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(value));
    };
    if (/\/batches\/batch_1\/results/.test(request.url ?? "")) {
      response.writeHead(200, { "content-type": "application/x-jsonl" });
      response.end(results.map((result) => JSON.stringify(result)).join("\n"));
      return;
    }
    if (/\/batches\/batch_1/.test(request.url ?? "")) {
      const results_url = `http://${request.headers.host}/v1/messages/batches/batch_1/results`;
      json(200, { id: "batch_1", type: "message_batch", processing_status: "ended", results_url });
      return;
    }
    if (!/\/messages(\?|$)/.test(request.url ?? "")) {
      json(200, { input_tokens: 10 });
      return;
    }
    const scripted = answers.shift() ?? {};
    if (scripted.hang) return;
    count += 1;
    const headers = { "request-id": `req_${count}` };
    if (scripted.error !== undefined) {
      const { status, type, retryAfter } = scripted.error;
      const again = retryAfter === undefined ? {} : { "retry-after": retryAfter };
      const error = { type: "error", error: { type, message: "a text about it" } };
      json(status, error, { ...headers, ...again });
      return;
    }
    const message = {
      id: `msg_${count}`,
      type: "message",
      role: "assistant",
      model: body["model"],
      content: scripted.content ?? [TEXT],
      stop_reason: scripted.stop_reason ?? "end_turn",
      stop_sequence: null,
      ...(scripted.stop_details !== undefined && { stop_details: scripted.stop_details }),
      usage: { ...USAGE, ...scripted.usage },
    };
    if (body["stream"] !== true) {
      json(200, message, headers);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", ...headers });
    await sendStream(response, message, scripted);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setResults: (more) => {
      results = more;
    },
    dropped: () => dropped,
    script: (...more) => {
      answers.push(...more);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
