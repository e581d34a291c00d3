/**
 * Results of a batch: the only place where its tokens and calls show. One line of JSON each, with
 * `custom_id` and `result` (`succeeded` with the message, `errored`, `canceled`, `expired`), as the
 * Message Batches API's reference has them.
 */
import type { AuditLog } from "../audit-log.ts";
import type { AuditContext } from "../field.ts";
import { membersOf, nameOf } from "../text.ts";
import { type Ending, Exchange } from "./exchange.ts";
import { LineReader } from "./line-reader.ts";
import { watchBody } from "./watch-body.ts";

/** The batch whose results an address leads to. */
export function batchOf(url: string, method: string | undefined): string | undefined {
  if (method?.toUpperCase() !== "GET") return undefined;
  return /\/v1\/messages\/batches\/([^/?#]{1,256})\/results\/?(?:\?|#|$)/.exec(url)?.[1];
}

function endingOf(result: Readonly<Record<string, unknown>>): Ending {
  const type = nameOf(result["type"]) ?? "unknown";
  if (type === "succeeded") return { kind: "complete" };
  // An error of the API stands in an envelope of the type "error".
  const error = membersOf(membersOf(result["error"])["error"]);
  return { kind: "error", errorType: nameOf(error["type"]) ?? type };
}

function tellLine(line: string, batch: string, log: AuditLog, context: AuditContext): void {
  if (line.trim() === "") return;
  const { custom_id, result } = membersOf(JSON.parse(line));
  const facts = { model: undefined, isStream: false, mcpServers: [], attempt: 1 };
  // Results may be fetched again and again; each has its identity from the batch.
  const identity = [batch, String(custom_id)];
  const exchange = new Exchange(log, context, facts, identity);
  exchange.reply.readMessage(membersOf(result)["message"]);
  exchange.finish(endingOf(membersOf(result)));
}

/** The answer with the results, whose lines leave events as the program reads them. */
export function watchResults(
  response: Response,
  batch: string,
  log: AuditLog,
  context: AuditContext,
): Response {
  if (!response.ok || !(response instanceof Response)) return response;
  const { outlet } = log;
  const lines = new LineReader((line) => outlet.quietly(() => tellLine(line, batch, log, context)));
  return watchBody(response, {
    chunk: (chunk) => outlet.quietly(() => lines.push(chunk)),
    end: () => outlet.quietly(() => lines.end()),
    fail: () => {},
    cancel: () => {},
  });
}
