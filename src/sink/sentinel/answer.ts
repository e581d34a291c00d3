/** What an answer of the Logs Ingestion API means for every record of the request. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import { retryAfterMs } from "../../delivery/retry-after.ts";
import type { HttpResult } from "../http/post.ts";

/** Nothing is sent until somebody acts, or the same again later. */
export type Refusal = Extract<RecordOutcome, { readonly kind: "hold" | "retry" }>;

type Answer = Extract<HttpResult, { readonly status: number }>;

/** Characters of a message of the service that are repeated. */
const MESSAGE_LENGTH_MAX = 200;

/** What Azure's services say about an error: `{"error": {"code", "message"}}`. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
}

/** Text of a service for a person: on one line, without what terminals would obey. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, MESSAGE_LENGTH_MAX);
}

export function serviceError(body: string): ServiceError {
  const none = { code: "", message: "" };
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || !("error" in parsed)) return none;
    const { error } = parsed;
    if (typeof error !== "object" || error === null) return none;
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    const message = "message" in error && typeof error.message === "string" ? error.message : "";
    return { code: printable(code), message: printable(message) };
  } catch {
    // Pages of proxies and gateways are no JSON, and say nothing that could be used.
    return none;
  }
}

function reasonOf(answer: Answer, { code, message }: ServiceError): string {
  const said = [code, message].filter((part) => part !== "").join(": ");
  return `Azure Monitor answered ${answer.status}${said === "" ? "" : ` (${said})`}`;
}

const ROLE =
  "Give the identity that sends the role Monitoring Metrics Publisher on the data collection rule. It can take 30 minutes until a new role works.";

const DESTINATION =
  "Compare endpoint, dcr and stream with the JSON view of the data collection rule: endpoint is logsIngestion, dcr is immutableId (not the name), stream is a name under streamDeclarations.";

const GATEWAY =
  "This is not how Azure Monitor answers: find the proxy or gateway on the way that refuses requests.";

const instructions: Readonly<Record<number, string>> = {
  401: "Check that cloud fits the endpoint and that the clock of this machine is right; then look at the sign-in logs of the app registration.",
  403: `${ROLE} If it has the role, network isolation of the data collection endpoint may refuse this machine.`,
  404: DESTINATION,
  407: "Something between this machine and Azure asks for a login. Let the connector reach the endpoint without it.",
};

/** Codes that are about the configuration, whatever status they come with; records are not at fault. */
const CONFIGURATION_CODE = /stream|dcr|datacollectionrule|ruleid|api-?version/i;

const TOO_LARGE = /ContentLengthLimitExceeded|RequestEntityTooLarge|ReadyBody|too large/i;

function hold(reason: string, instruction: string): RecordOutcome {
  return { kind: "hold", reason, instruction };
}

function retry(reason: string, answer: Answer, now: number): RecordOutcome {
  const afterMs = retryAfterMs(answer.headers["retry-after"], now);
  return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
}

/**
 * The claims that a new token must fulfil, as JSON text, when the service has called off the one it got
 * ("Claims challenges, claims requests and client capabilities" of Microsoft Entra ID).
 */
export function challengedClaims(result: HttpResult): string | undefined {
  if (result.failure !== undefined || result.status !== 401) return undefined;
  const challenge = result.headers["www-authenticate"] ?? "";
  if (!/error="?insufficient_claims/.test(challenge)) return undefined;
  const claims = /claims="([A-Za-z0-9+/=_-]+)"/.exec(challenge)?.[1];
  return claims === undefined ? undefined : Buffer.from(claims, "base64").toString("utf8");
}

function judgeStatus(answer: Answer, count: number, now: number): RecordOutcome {
  const error = serviceError(answer.body);
  const reason = reasonOf(answer, error);
  const { status } = answer;
  // The one answer that says: taken. A page of a proxy says 200.
  if (status === 204) return { kind: "delivered" };
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return retry(reason, answer, now);
  if (status < 400)
    return hold(
      `${reason} and points elsewhere`,
      "The endpoint is not a logs ingestion endpoint, or a proxy wants a login. Check endpoint.",
    );
  if (status === 413 || ((status === 404 || status === 400) && TOO_LARGE.test(reason)))
    return { kind: count > 1 ? "split" : "quarantine", reason };
  const instruction = instructions[status];
  if (instruction !== undefined) return hold(reason, instruction);
  // Only the service itself may call a record bad; a gateway's 400 would make dead letters of all.
  if (status === 400 && error.code === "") return hold(reason, GATEWAY);
  if (status === 400 && CONFIGURATION_CODE.test(error.code)) return hold(reason, DESTINATION);
  if (status === 400) return { kind: count > 1 ? "split" : "quarantine", reason };
  return retry(reason, answer, now);
}

/** A connection to `peer` that came to nothing. Whether the request was taken is not known, except with `certificate`. */
export function judgeFailure(
  failure: Extract<HttpResult, { readonly reason: string }>,
  peer: string,
): Refusal {
  const reason = `${peer}: ${failure.reason}`;
  if (failure.failure !== "certificate") return { kind: "retry", reason };
  return {
    kind: "hold",
    reason,
    instruction:
      "If a proxy opens TLS, set ca_file to its certificate authority. Otherwise somebody may be posing as Azure: do not go on before you know.",
  };
}

/** The outcome for each of `count` records that were one request. */
export function judgeAnswer(result: HttpResult, count: number, now: number): RecordOutcome {
  if (result.failure !== undefined) return judgeFailure(result, "Azure Monitor");
  return judgeStatus(result, count, now);
}
