/**
 * What an answer of Splunk's HTTP Event Collector (HEC) says about a batch. Codes and statuses are those
 * of "Troubleshoot HTTP Event Collector" in Splunk's manual "Getting Data In"; every code has a row.
 */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import { retryAfterMs } from "../../delivery/retry-after.ts";
import type { HttpResult } from "../http/post.ts";

/**
 * `taken`: HEC has the batch; with an acknowledgement asked for, that is not yet proof. `crowded` says
 * that HEC has it and wants less. `event`: one event is refused; those before it may be in, those after it
 * are not. `failed`: the outcome holds for all, and is `troubled` when it speaks of the URL, not the batch.
 */
export type Verdict =
  | {
      readonly kind: "taken";
      readonly ackId: number | undefined;
      readonly crowded?: string;
      readonly afterMs?: number;
    }
  | { readonly kind: "event"; readonly index: number; readonly reason: string }
  | { readonly kind: "failed"; readonly outcome: RecordOutcome; readonly troubled: boolean };

interface Hold {
  readonly class: "hold";
  readonly text: string;
  readonly instruction: string;
}

type Meaning =
  | Hold
  | { readonly class: "taken" | "crowded" | "event" | "nothing" | "retry"; readonly text: string };

const TOKEN =
  "Put a valid, enabled HEC token into the secret of this sink; in Splunk: Settings, Data inputs, HTTP Event Collector.";
const CHANNEL =
  "The token has indexer acknowledgement on: set acknowledgement: required, or turn it off for the token in Splunk.";

const ACKNOWLEDGEMENT_OFF: Hold = {
  class: "hold",
  text: "the token has indexer acknowledgement off",
  instruction:
    "Turn indexer acknowledgement on for the token in Splunk (Splunk Enterprise only), or set acknowledgement: off and prove delivery with reconcile.",
};

/** By code. */
const MEANINGS: readonly Meaning[] = [
  { class: "taken", text: "success" },
  { class: "hold", text: "the token is disabled", instruction: TOKEN },
  { class: "hold", text: "a token is required", instruction: TOKEN },
  { class: "hold", text: "the authorization is invalid", instruction: TOKEN },
  { class: "hold", text: "the token is invalid", instruction: TOKEN },
  { class: "nothing", text: "no data arrived" },
  { class: "event", text: "the data format is invalid" },
  {
    class: "hold",
    text: "the index is not one that exists and the token may write to",
    instruction:
      "Create the index in Splunk, allow it for the token, or name another one under index.",
  },
  { class: "retry", text: "internal error of the server" },
  { class: "retry", text: "the server is busy" },
  { class: "hold", text: "the data channel is missing", instruction: CHANNEL },
  { class: "hold", text: "the data channel is invalid", instruction: CHANNEL },
  { class: "event", text: "the event field is missing" },
  { class: "event", text: "the event field is blank" },
  ACKNOWLEDGEMENT_OFF,
  { class: "event", text: "the indexed fields are refused" },
  {
    class: "hold",
    text: "tokens in query strings are refused",
    instruction: "Remove the query string that something between here and Splunk adds to the URL.",
  },
  // Answers of the health endpoint; they say nothing about a batch.
  { class: "retry", text: "the collector is healthy" },
  { class: "retry", text: "the queues are full" },
  { class: "retry", text: "the acknowledgement service is not available" },
  { class: "retry", text: "the queues are full and the acknowledgement service is not available" },
  { class: "hold", text: "the token is invalid", instruction: TOKEN },
  { class: "hold", text: "the token is disabled", instruction: TOKEN },
  { class: "retry", text: "the server is shutting down" },
  { class: "crowded", text: "the queue is approaching its capacity" },
  { class: "crowded", text: "the acknowledgement channel is approaching its capacity" },
  { class: "retry", text: "the queue is at its capacity" },
  { class: "retry", text: "the acknowledgement channel is at its capacity" },
];

/** The answer of /services/collector/health when all is well. */
export const HEALTHY_CODE = 17;
/** An empty request from somebody whose token is right. */
export const NO_DATA_CODE = 5;
export const CHANNEL_MISSING_CODE = 10;
export const ACKNOWLEDGEMENT_OFF_CODE = 14;

/** Nothing can be proven with this token. */
export const acknowledgementOff: RecordOutcome = {
  kind: "hold",
  reason: `Splunk: ${ACKNOWLEDGEMENT_OFF.text} (HEC code ${ACKNOWLEDGEMENT_OFF_CODE})`,
  instruction: ACKNOWLEDGEMENT_OFF.instruction,
};

/** Members of an answer of HEC, as far as they are of their type. */
export interface HecAnswer {
  readonly code: number | undefined;
  readonly ackId: number | undefined;
  readonly eventNumber: number | undefined;
  /** What `acks` says of each id. */
  readonly acks: Readonly<Record<string, unknown>> | undefined;
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a body as an answer of HEC; `undefined` when it is none, such as the page of a proxy. */
export function parseAnswer(body: string): HecAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const code = wholeNumber(value["code"]);
  const acks = isObject(value["acks"]) ? value["acks"] : undefined;
  if (code === undefined && acks === undefined) return undefined;
  const ackId = wholeNumber(value["ackId"]);
  return { code, ackId, eventNumber: wholeNumber(value["invalid-event-number"]), acks };
}

function failed(outcome: RecordOutcome, troubled = true): Verdict {
  return { kind: "failed", outcome, troubled };
}

function retry(reason: string, afterMs?: number): Verdict {
  return failed({ kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) });
}

function hold(reason: string, instruction: string): Verdict {
  return failed({ kind: "hold", reason, instruction });
}

/** What cannot be said of one record among many is found out by halving; alone it is the record. */
function splitOrQuarantine(count: number, reason: string): Verdict {
  return failed({ kind: count > 1 ? "split" : "quarantine", reason }, false);
}

/** An answer whose body says nothing, or nothing that fits its status. */
function judgeStatus(status: number, count: number, afterMs: number | undefined): Verdict {
  const seen = `HTTP status ${status} without an answer of HEC`;
  const between =
    "Check the URL of the sink and what stands between here and Splunk (proxy, load balancer, firewall).";
  if (status === 413) return splitOrQuarantine(count, "larger than the receiver takes (413)");
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return retry(seen, afterMs);
  if (status >= 300) return hold(seen, between);
  return retry(`${seen}: delivery is not proven`, afterMs);
}

function judgeCode(
  status: number,
  answer: HecAnswer & { readonly code: number },
  count: number,
  afterMs: number | undefined,
): Verdict | undefined {
  const meaning = MEANINGS[answer.code];
  if (meaning === undefined) return undefined;
  const reason = `Splunk: ${meaning.text} (HEC code ${answer.code})`;
  const { eventNumber, ackId } = answer;
  switch (meaning.class) {
    case "taken":
      return status === 200 ? { kind: "taken", ackId } : undefined;
    case "crowded":
      if (status !== 200) return undefined;
      return {
        kind: "taken",
        ackId,
        crowded: reason,
        ...(afterMs !== undefined && { afterMs }),
      };
    case "retry":
      return retry(reason, afterMs);
    case "hold":
      return hold(reason, meaning.instruction);
    case "nothing":
      return status === 400 ? splitOrQuarantine(count, reason) : undefined;
    case "event":
      // Only a plain refusal may cost a record its place.
      if (status !== 400) return undefined;
      if (eventNumber !== undefined && eventNumber < count)
        return { kind: "event", index: eventNumber, reason };
      return splitOrQuarantine(count, reason);
  }
}

/**
 * Judges the answer to a batch. Strict: only status 200 with code 0, 24 or 25 means that it was taken; a
 * page of a proxy, an empty body or any other code with status 200 does not.
 *
 * @param count Records in the batch.
 * @param now Milliseconds since the epoch, for dates in `Retry-After`.
 */
export function judgeAnswer(result: HttpResult, count: number, now: number): Verdict {
  switch (result.failure) {
    case "certificate":
      return hold(
        `the peer could not prove that it is Splunk: ${result.reason}`,
        "Renew the certificate of the receiver, correct the host name in the URL, or name the authority's PEM file under ca_file.",
      );
    case "network":
    case "aborted":
    case "oversized":
      return failed({ kind: "retry", reason: result.reason }, result.failure !== "aborted");
    case undefined:
      break;
  }
  const afterMs = retryAfterMs(result.headers["retry-after"], now);
  const answer = parseAnswer(result.body);
  const judged =
    answer?.code === undefined
      ? undefined
      : judgeCode(result.status, { ...answer, code: answer.code }, count, afterMs);
  return judged ?? judgeStatus(result.status, count, afterMs);
}
