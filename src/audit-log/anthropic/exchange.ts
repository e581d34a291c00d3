/** One request at the Messages API, from its first byte to its last, and the events that come of it. */

import type { AuditLog } from "../audit-log.ts";
import { eventIdOf } from "../event-id.ts";
import { type AuditContext, mergeContext, type Occurrence, type OwnFields } from "../field.ts";
import { idOf, membersOf, nameOf } from "../text.ts";
import { Reply, type ToolCall } from "./reply.ts";

/** What is known of a request before it is sent. */
export interface RequestFacts {
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** Names of the MCP servers that the API may call for this request. */
  readonly mcpServers: readonly string[];
  /** Which attempt of the client at the same call this is, from 1. */
  readonly attempt: number;
}

/** What the body of a request tells; content is not looked at. */
export function requestFacts(body: unknown, attempt: number): RequestFacts {
  const { model, stream, mcp_servers } = membersOf(body);
  const servers = Array.isArray(mcp_servers) ? mcp_servers : [];
  return {
    model: nameOf(model),
    isStream: stream === true,
    mcpServers: servers.flatMap((server) => nameOf(membersOf(server)["name"]) ?? []),
    attempt,
  };
}

/** How a request ended, as an auditor wants to know it. */
export type Ending =
  | { readonly kind: "complete" }
  /** The API answered with an error, or the connection failed. */
  | { readonly kind: "error"; readonly errorType: string }
  /** The program gave up, or stopped reading; `unread` where it never began to. */
  | { readonly kind: "aborted" | "unread" };

/** Answers of the API that an auditor looks for among errors; the same words as in telemetry. */
const refusedRequests: Readonly<Record<number, string>> = {
  401: "api_unauthenticated",
  403: "api_forbidden",
  429: "api_rate_limited",
};

export class Exchange {
  readonly reply: Reply = new Reply();
  readonly #log: AuditLog;
  readonly #context: AuditContext;
  readonly #facts: RequestFacts;
  readonly #startedAt: number;
  readonly #batchIdentity: readonly string[] | undefined;
  #response: { readonly status: number; readonly requestId: string | undefined } | undefined;
  #isOver = false;

  /** @param batchIdentity What identifies a result of a batch, which is no request of its own. */
  constructor(
    log: AuditLog,
    context: AuditContext,
    facts: RequestFacts,
    batchIdentity?: readonly string[],
  ) {
    this.#log = log;
    this.#context = context;
    this.#facts = facts;
    this.#startedAt = log.now();
    this.#batchIdentity = batchIdentity;
  }

  answered(response: Response): void {
    const requestId = idOf(response.headers.get("request-id"));
    this.#response = { status: response.status, requestId };
  }

  /** Ends it, once; the events are made when the program has gone on. */
  finish(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const durationMs = Math.max(0, Math.round(this.#log.now() - this.#startedAt));
    this.#log.outlet.later(() => this.#tell(ending, durationMs));
  }

  #tell(ending: Ending, durationMs: number): void {
    const { reply } = this;
    this.#tellRequest(ending, durationMs);
    for (const call of reply.calls) this.#tellCall(call);
    if (reply.stopReason === "refusal") this.#tellRefusal();
  }

  /** An id that the same fact gets again, where the API has given the request one. */
  #occurrence(kind: string, part: string): Occurrence {
    const { messageId, model } = this.reply;
    const requestId = this.#response?.requestId;
    const identity = this.#batchIdentity ?? [requestId ?? "", messageId ?? ""];
    const isKnown = identity.some((one) => one !== "");
    return {
      event_id: isKnown ? eventIdOf([kind, ...identity, part]) : undefined,
      request_id: requestId,
      model_version: model ?? this.#facts.model,
    };
  }

  #tellRequest(ending: Ending, durationMs: number): void {
    const { reply } = this;
    const { isStream, attempt, mcpServers } = this.#facts;
    const status = this.#response?.status;
    const errorType = ending.kind === "error" ? ending.errorType : reply.errorType;
    const flag = status === undefined ? undefined : refusedRequests[status];
    const labels: Readonly<Record<string, string | undefined>> = {
      stop_reason: reply.stopReason,
      service_tier: reply.serviceTier,
      stream: isStream ? "true" : undefined,
      batch: this.#batchIdentity === undefined ? undefined : "true",
      attempt: attempt > 1 ? String(attempt) : undefined,
      status_code: status === undefined || status < 400 ? undefined : String(status),
      error_type: errorType,
      ended: ending.kind === "aborted" || ending.kind === "unread" ? ending.kind : undefined,
    };
    const servers = new Set([...mcpServers, ...reply.calls.flatMap(({ server }) => server ?? [])]);
    const own: OwnFields = {
      event_type: "activity_event",
      activity_type: "model_request",
      ...reply.tokens(),
      mcp_outcome: errorType === undefined ? undefined : "failure",
      labels: withoutGaps(labels),
    };
    this.#enqueue(own, "model_request", "", {
      // How long a batch has worked on it nobody tells.
      duration_ms: this.#batchIdentity === undefined ? durationMs : undefined,
      mcp_integrations: servers.size === 0 ? undefined : [...servers],
      policy_flags: flag === undefined ? undefined : [flag],
    });
  }

  /** Queues an event with the context, and with what `more` adds to it. */
  #enqueue(own: OwnFields, kind: string, part: string, more: Occurrence = {}): void {
    const context = mergeContext(this.#context, more);
    this.#log.enqueue.event(own, { ...more, ...context, ...this.#occurrence(kind, part) });
  }

  #tellCall(call: ToolCall): void {
    const { id, tool, server, isClientTool } = call;
    const labels = { tool_use_id: id, tool_source: isClientTool ? "client" : "server" };
    const outcome = this.reply.outcomeOf(call);
    const own: OwnFields =
      server === undefined
        ? { event_type: "activity_event", activity_type: "tool_use", mcp_outcome: outcome }
        : {
            event_type: "activity_event",
            activity_type: "mcp_query",
            mcp_server: server,
            mcp_tool: tool,
            mcp_outcome: outcome,
          };
    const named = server === undefined ? { ...labels, tool_name: tool } : labels;
    this.#enqueue({ ...own, labels: named }, "tool_call", id);
  }

  #tellRefusal(): void {
    const { refusalCategory: category } = this.reply;
    const own: OwnFields = {
      event_type: "security_event",
      // A category names a field of harm; without one the model only declined.
      severity: category === undefined ? "low" : "medium",
      ...(category !== undefined && { details: { category } }),
    };
    this.#enqueue(own, "refusal", "", { security_flags: ["model_refusal"] });
  }
}

function withoutGaps(
  labels: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(labels).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(entries);
}
