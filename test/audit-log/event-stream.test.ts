import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventStreamReader } from "../../src/audit-log/anthropic/event-stream.ts";
import { Reply } from "../../src/audit-log/anthropic/reply.ts";

/** Reads a text in chunks that end at the given bytes. */
function read(text: string, cuts: readonly number[] = []): readonly unknown[] {
  const events: unknown[] = [];
  const reader = new EventStreamReader((event) => events.push(event));
  const bytes = Buffer.from(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  for (const [index, end] of [...ends, bytes.length].entries())
    reader.push(bytes.subarray(ends[index - 1] ?? 0, end));
  return events;
}

const start = { type: "message_start", message: { id: "msg_1", model: "claude-ö-🙂" } };
const delta = { type: "message_delta", usage: { output_tokens: 7 } };
const stream = [
  `event: message_start\ndata: ${JSON.stringify(start)}\n\n`,
  "event: ping\ndata: {}\n\n",
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"a\\nb"}}\n\n',
  ": a comment\n\n",
  `event: message_delta\r\ndata: ${JSON.stringify(delta)}\r\n\r\n`,
].join("");

describe("events of a stream", () => {
  it("are the same however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(read(stream, cuts)).toEqual([start, delta]);
      }),
    );
  });

  it("are the same when every byte comes alone", () => {
    expect(read(stream, [...Buffer.from(stream).keys()])).toEqual([start, delta]);
  });

  it("may have their data on several lines", () => {
    expect(read('event: error\ndata: {"type":\ndata: "error"}\n\n')).toEqual([{ type: "error" }]);
  });

  it("that are no JSON, or too long to be kept, are passed over", () => {
    const broken = "event: error\ndata: {\n\n";
    const long = `event: content_block_start\ndata: "${"x".repeat(5_000_000)}"\n\n`;
    expect(read(`${broken}${long}${stream}`, [4_000_000])).toEqual([start, delta]);
  });
});

describe("what a message tells", () => {
  it("is taken from whatever comes, and never throws", () => {
    const type = fc.constantFrom(
      ...["message_start", "content_block_start", "message_delta", "error", "other"],
    );
    const block = fc.record({
      type: fc.constantFrom("tool_use", "mcp_tool_use", "mcp_tool_result", "text"),
      id: fc.jsonValue(),
      name: fc.jsonValue(),
      tool_use_id: fc.jsonValue(),
      content: fc.jsonValue(),
    });
    const message = fc.record({
      content: fc.array(block),
      usage: fc.jsonValue(),
      id: fc.jsonValue(),
    });
    const event = fc.record({
      type,
      message: fc.oneof(message, fc.jsonValue()),
      content_block: fc.oneof(block, fc.jsonValue()),
      delta: fc.jsonValue(),
      usage: fc.oneof(fc.record({ input_tokens: fc.jsonValue() }), fc.jsonValue()),
      error: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(event, fc.anything()), (value) => {
        const reply = new Reply();
        reply.readEvent(value);
        reply.readMessage(value);
        const { token_input } = reply.tokens();
        expect(token_input ?? 0).toBeGreaterThanOrEqual(0);
        for (const call of reply.calls) expect(call.id.length).toBeGreaterThan(0);
      }),
    );
  });

  it("counts tokens once, the last of a stream", () => {
    const reply = new Reply();
    const usage = { input_tokens: 3, cache_read_input_tokens: 10, output_tokens: 1 };
    reply.readEvent({ type: "message_start", message: { usage } });
    reply.readEvent({ type: "message_delta", usage: { input_tokens: null, output_tokens: 5 } });
    reply.readEvent({ type: "message_delta", usage: { input_tokens: 4, output_tokens: 9 } });
    expect(reply.tokens()).toEqual({
      token_input: 14,
      token_output: 9,
      token_cache_read: 10,
      token_cache_write: 0,
    });
  });
});
