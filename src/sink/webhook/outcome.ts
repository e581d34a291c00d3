/** What became of one request to a webhook. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import { retryAfterMs } from "../../delivery/retry-after.ts";
import type { HttpResult } from "../http/post.ts";
import { ADDRESS_REFUSED } from "./guard.ts";
import type { Answer, Template } from "./template.ts";

export type Hold = Extract<RecordOutcome, { readonly kind: "hold" }>;

const HOLDS: Readonly<Record<number, string>> = {
  401: "Check the secrets of this sink: the receiver does not accept them.",
  403: "Check the secrets of this sink and what the receiver allows them to do.",
  404: "Check the path of the URL: the receiver does not know it.",
  407: "A proxy on the way wants a login; let this machine pass it.",
  410: "The receiver has disabled this webhook. Enable it there, or take the sink out of the configuration.",
};

/** What a connection that gave no answer means. */
export function judgeFailure(result: HttpResult & { readonly failure: string }): RecordOutcome {
  const { failure, reason } = result;
  if (reason.startsWith(ADDRESS_REFUSED))
    return {
      kind: "hold",
      reason: reason.slice(ADDRESS_REFUSED.length).trim(),
      instruction:
        "Send to a receiver with a public address, or set allow_private: true for one on an internal network.",
    };
  if (failure === "certificate")
    return {
      kind: "hold",
      reason,
      instruction:
        "Set ca_file to the authority that signed the receiver's certificate, or renew that certificate.",
    };
  return { kind: "retry", reason };
}

/** What a status means for every receiver. */
function judgeStatus(answer: Answer, count: number, now: number): RecordOutcome {
  const { status, headers } = answer;
  const reason = `the receiver answered ${status}`;
  if (status >= 300 && status < 400)
    return {
      kind: "hold",
      reason: `${reason}, a redirect, which is not followed`,
      instruction: "Set the URL to the address that answers itself.",
    };
  if (status === 413) return { kind: "split", reason };
  // One event of several is what it does not take: halves find out which.
  if (status === 400 || status === 422)
    return count > 1 ? { kind: "split", reason } : { kind: "quarantine", reason };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const afterMs = retryAfterMs(headers["retry-after"], now);
    return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
  }
  if (status >= 400) {
    const instruction =
      HOLDS[status] ??
      "Check URL, template and secrets of this sink against the receiver's manual.";
    return { kind: "hold", reason, instruction };
  }
  return { kind: "retry", reason: `${reason}, which does not say that it took the message` };
}

/**
 * @param count Records in the request.
 * @param now Milliseconds since the epoch.
 */
export function judgeResult(
  template: Template,
  result: HttpResult,
  count: number,
  now: number,
): RecordOutcome {
  if (result.failure !== undefined) return judgeFailure(result);
  if (template.isTaken(result)) return { kind: "delivered" };
  return template.judge?.(result) ?? judgeStatus(result, count, now);
}
