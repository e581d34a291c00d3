/** Answers of the receiver. None of them repeats anything that a sender wrote. */
import type { ServerResponse } from "node:http";
import { findEntry } from "../../diagnostic/catalogue.ts";
import { isError } from "../../diagnostic/diagnostic.ts";
import { fieldInfo } from "../../event/field.ts";
import type { Emitted } from "../source.ts";
import type { Reply } from "./service.ts";

/** An answer other than that events were taken. */
export interface Refusal {
  readonly status: number;
  /** A word for programs. */
  readonly code: string;
  /** What is wrong and what to do. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return { status, code, message, ...(headers !== undefined && { headers }) };
}

/** A refusal for the moment. */
export function later(status: 429 | 503, code: string, message: string, afterMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(afterMs / 1000));
  return refusal(status, code, message, { "retry-after": String(seconds) });
}

/** Why a record was rejected, in words of the catalogue, which know nothing of its content. */
interface RejectedRecord {
  /** Place in the request, from 0; blank lines do not count. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
  /** The field of the event, where it is one that the schema knows. */
  readonly field?: string;
}

function describeRejected({ index, diagnostics }: Emitted["rejected"][number]): RejectedRecord {
  const reason = diagnostics.find(isError) ?? diagnostics[0];
  const code = reason?.code ?? "unknown";
  const field = reason?.pointer?.split("/")[1];
  return {
    index,
    code,
    message: findEntry(code)?.explanation ?? "The record is no valid event.",
    ...(field !== undefined && fieldInfo(field) !== undefined && { field }),
  };
}

const JSON_TYPE = "application/json";

/** What the sender is told of a request all of which is durable, rejects included. */
export function renderEmitted(emitted: Emitted): Reply {
  const rejected = emitted.rejected.map(describeRejected);
  const status = emitted.accepted === 0 && rejected.length > 0 ? 400 : 200;
  const body = `${JSON.stringify({ accepted: emitted.accepted, rejected })}\n`;
  return { status, type: JSON_TYPE, body };
}

export function renderRefusal({ status, code, message, headers = {} }: Refusal): Reply {
  return {
    status,
    type: JSON_TYPE,
    body: `${JSON.stringify({ error: { code, message } })}\n`,
    headers,
  };
}

export function renderHealth(isWell: boolean): Reply {
  const body = `${JSON.stringify({ status: isWell ? "ok" : "busy" })}\n`;
  return { status: isWell ? 200 : 503, type: JSON_TYPE, body };
}

/** Sends an answer; resolves when it has left or the sender has gone. */
export async function send(
  response: ServerResponse,
  { status, type, body, headers = {} }: Reply,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("close", resolve);
  response.once("finish", resolve);
  if (response.destroyed) return;
  const bytes = Buffer.from(body);
  response
    .writeHead(status, {
      "content-type": type,
      "content-length": bytes.length,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    })
    .end(bytes);
  await promise;
}
