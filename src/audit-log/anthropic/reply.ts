/**
 * What a message of the API tells an auditor, from one JSON document or from the events of a stream:
 * model, tokens, why it stopped, which tools it called. Texts, inputs and results are never read.
 * Shapes are those of the Messages API's reference and of its streaming events.
 */
import type { Outcome } from "../field.ts";
import { countOf, idOf, membersOf, nameOf } from "../text.ts";

/** One call of a tool that the message holds. */
export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  /** The server of the MCP connector; absent for other tools. */
  readonly server?: string;
  /** Whether the program itself runs the tool; how that ends is not known here. */
  readonly isClientTool: boolean;
}

const USAGE_COUNTS = [
  "input_tokens",
  "output_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
] as const;

/** More calls in one message than any model makes; what is beyond is not kept in memory. */
const CALLS_MAX = 10_000;

export class Reply {
  messageId: string | undefined;
  model: string | undefined;
  stopReason: string | undefined;
  refusalCategory: string | undefined;
  serviceTier: string | undefined;
  /** Type of an error that a stream ended with, such as `overloaded_error`. */
  errorType: string | undefined;
  readonly calls: ToolCall[] = [];
  readonly #outcomes = new Map<string, Outcome>();
  readonly #usage = new Map<string, number>();

  /** A whole message, or the beginning of one in `message_start`. */
  readMessage(value: unknown): void {
    const message = membersOf(value);
    this.messageId = idOf(message["id"]) ?? this.messageId;
    this.model = nameOf(message["model"]) ?? this.model;
    this.#readStop(message);
    this.#readUsage(message["usage"]);
    const { content } = message;
    if (Array.isArray(content)) for (const block of content) this.#readBlock(block);
  }

  /** One event of a stream. */
  readEvent(value: unknown): void {
    const event = membersOf(value);
    switch (event["type"]) {
      case "message_start":
        this.readMessage(event["message"]);
        return;
      case "content_block_start":
        this.#readBlock(event["content_block"]);
        return;
      case "message_delta":
        this.#readStop(membersOf(event["delta"]));
        this.#readUsage(event["usage"]);
        return;
      case "error":
        this.errorType = nameOf(membersOf(event["error"])["type"]) ?? "unknown_error";
    }
  }

  /** How a call has ended, as far as the message tells. */
  outcomeOf({ id }: ToolCall): Outcome {
    return this.#outcomes.get(id) ?? "unknown";
  }

  /** A count of the usage; later values of a stream count before earlier ones. */
  #count(name: (typeof USAGE_COUNTS)[number]): number | undefined {
    return this.#usage.get(name);
  }

  /** Tokens as an event has them: input is uncached + cache read + cache write. */
  tokens(): Readonly<Record<string, number | undefined>> {
    if (this.#usage.size === 0) return {};
    const read = this.#count("cache_read_input_tokens") ?? 0;
    const write = this.#count("cache_creation_input_tokens") ?? 0;
    return {
      token_input: countOf((this.#count("input_tokens") ?? 0) + read + write),
      token_output: this.#count("output_tokens") ?? 0,
      token_cache_read: read,
      token_cache_write: write,
    };
  }

  #readStop(holder: Readonly<Record<string, unknown>>): void {
    this.stopReason = nameOf(holder["stop_reason"]) ?? this.stopReason;
    const category = nameOf(membersOf(holder["stop_details"])["category"]);
    this.refusalCategory = category ?? this.refusalCategory;
  }

  #readUsage(value: unknown): void {
    const usage = membersOf(value);
    for (const name of USAGE_COUNTS) {
      const count = countOf(usage[name]);
      if (count !== undefined) this.#usage.set(name, count);
    }
    this.serviceTier = nameOf(usage["service_tier"]) ?? this.serviceTier;
  }

  #readBlock(value: unknown): void {
    const block = membersOf(value);
    const type = String(block["type"]);
    if (type.endsWith("_tool_result")) {
      this.#readResult(block, type);
      return;
    }
    const id = idOf(block["id"]);
    const tool = nameOf(block["name"]);
    if (!type.endsWith("tool_use") || id === undefined || tool === undefined) return;
    if (this.calls.length >= CALLS_MAX) return;
    const server =
      type === "mcp_tool_use" ? (nameOf(block["server_name"]) ?? "unknown") : undefined;
    const isClientTool = type !== "mcp_tool_use" && type !== "server_tool_use";
    this.calls.push({ id, tool, isClientTool, ...(server !== undefined && { server }) });
  }

  /** Results of tools that the API runs: MCP says `is_error`, others have content of an error's type. */
  #readResult(block: Readonly<Record<string, unknown>>, type: string): void {
    const id = idOf(block["tool_use_id"]);
    if (id === undefined || this.#outcomes.size >= CALLS_MAX) return;
    const isFailure =
      type === "mcp_tool_result"
        ? block["is_error"] === true
        : String(membersOf(block["content"])["type"]).endsWith("_error");
    this.#outcomes.set(id, isFailure ? "failure" : "success");
  }
}
