/**
 * One request to the Compliance API and what became of it. How long to wait and whether to try again
 * follows the API's own table (https://platform.claude.com/docs/en/manage-claude/compliance-errors).
 */
import type { ReadSecret, SecretReference } from "../../config/secret.ts";
import type { Headers, RequestBudget, Sleep } from "./budget.ts";
import { type Fields, isFields, textOf, valueAt } from "./field.ts";

/** A request over HTTP with a deadline, a cap, a verified peer and no redirects. */
export interface HttpPort {
  readonly send: (
    request: {
      readonly method: "GET";
      readonly url: URL;
      readonly headers: Headers;
      readonly answerBytesMax: number;
    },
    signal: AbortSignal,
  ) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
}

export type HttpAnswer =
  | {
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
      readonly failure?: undefined;
    }
  | { readonly failure: string; readonly reason: string; readonly status?: undefined };

/**
 * - `temporary`: passes by itself. `settings`: somebody has to change something.
 * - `cursor`: the API does not know the cursor any more.
 * - `repeated`: the same request would fail the same way, for reasons inside the API.
 */
export type FailureKind = "temporary" | "settings" | "cursor" | "repeated" | "aborted";

export interface ApiFailure {
  readonly kind: FailureKind;
  /** What happened, with the API's id of the request; no key and no data. */
  readonly reason: string;
  /** What to do, where there is something to do. */
  readonly instruction?: string;
}

export type ApiResult =
  | {
      readonly ok: true;
      readonly body: Fields;
      readonly headers: Headers;
      /** The API's clock, milliseconds since the epoch, where it was told. */
      readonly serverMs: number | undefined;
    }
  | { readonly ok: false; readonly failure: ApiFailure };

export interface ApiClientOptions {
  readonly http: HttpPort;
  readonly budget: RequestBudget;
  readonly url: URL;
  readonly apiKey: SecretReference;
  readonly readSecret: ReadSecret;
  readonly userAgent: string;
  readonly sleep: Sleep;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export type Query = readonly (readonly [name: string, value: string])[];

const API_VERSION = "2023-06-01";
/** 5,000 activities of the largest kind. */
const ANSWER_BYTES_MAX = 67_108_864;
const BACKOFF_MS = 1000;
const BACKOFF_MS_MAX = 60_000;
/** Attempts of one request before the source counts as failing; it is started again later. */
const ATTEMPTS_MAX = 5;

const SCOPES: Readonly<Record<string, string>> = {
  activities: "read:compliance_activities",
  organizations: "read:compliance_org_data and read:compliance_user_data",
  groups: "read:compliance_org_data and read:compliance_user_data",
};

function parseBody(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    // A page of a proxy is no answer of the API; the caller says so.
    return undefined;
  }
}

/** The API's word for an error, such as `rate_limit_error`; its message may repeat what we sent. */
function errorType(body: string): string | undefined {
  const type = textOf(valueAt(parseBody(body) ?? {}, "error.type"), 64);
  return type !== undefined && /^[a-z_]+$/.test(type) ? type : undefined;
}

function instructionFor(status: number, path: string): string {
  const area = path.split("/").at(3) ?? "";
  if (status === 401)
    return "Check api_key: the key may be mistyped, revoked or disabled. A Claude API key is not taken; create a Compliance Access Key or an Admin API key.";
  if (status === 403)
    return `Create a key with the scope ${SCOPES[area] ?? "that the endpoint needs"}; the scopes of a key cannot be changed. An Admin API key has it only if it was created after the Compliance API was enabled, and reads activities only.`;
  if (status === 404)
    return "Check url, and that the Compliance API is enabled for the organization.";
  return "Check the settings of the source against the API reference.";
}

function judgeStatus(status: number, headers: Headers, body: string, path: string): ApiFailure {
  const type = errorType(body);
  const id = textOf(headers["request-id"], 128);
  const reason = `the Compliance API answered ${status}${type === undefined ? "" : ` ${type}`}${id === undefined ? "" : `, request-id ${id}`}`;
  if (status === 429 || status === 408) return { kind: "temporary", reason };
  if (status >= 500) {
    if (headers["x-should-retry"] !== "false") return { kind: "temporary", reason };
    const instruction =
      "The API says that trying again does not help; tell Anthropic support the request-id. The request is made again at the next poll.";
    return { kind: "repeated", reason, instruction };
  }
  if (status === 400 && type === "invalid_request_error" && /\b(after|before)_id\b/.test(body))
    return { kind: "cursor", reason };
  if (status >= 300 && status < 400)
    return {
      kind: "settings",
      reason,
      instruction: "Set url to the API itself, not to a redirect.",
    };
  return { kind: "settings", reason, instruction: instructionFor(status, path) };
}

function judgeAnswer(answer: HttpAnswer, path: string): ApiResult {
  if (answer.failure === "aborted")
    return { ok: false, failure: { kind: "aborted", reason: "the source stops" } };
  if (answer.failure === "certificate") {
    const instruction = "Set ca_file to the authority that signed the certificate, or correct url.";
    return { ok: false, failure: { kind: "settings", reason: answer.reason, instruction } };
  }
  if (answer.failure === "oversized") {
    const instruction = "Lower page_size of the source.";
    return { ok: false, failure: { kind: "settings", reason: answer.reason, instruction } };
  }
  if (answer.failure !== undefined) {
    const reason = `the Compliance API cannot be reached: ${answer.reason}`;
    return { ok: false, failure: { kind: "temporary", reason } };
  }
  const { status, headers, body } = answer;
  if (status !== 200) return { ok: false, failure: judgeStatus(status, headers, body, path) };
  const parsed = parseBody(body);
  if (parsed === undefined || !Array.isArray(parsed["data"])) {
    const reason = "the answer is not one of the Compliance API: it holds no list of data";
    return { ok: false, failure: { kind: "temporary", reason } };
  }
  const date = Date.parse(headers["date"] ?? "");
  return { ok: true, body: parsed, headers, serverMs: Number.isNaN(date) ? undefined : date };
}

/** Asks the API, within the budget. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /**
   * One request, tried again while that can help, with doubled delays between half and all of 1 to 60 s.
   *
   * @param path Below the API's address: `/v1/compliance/activities`. Ids in it are letters, digits, _ and -.
   * @param attemptsMax Attempts before a temporary failure is given back.
   */
  async get(
    path: string,
    query: Query,
    signal: AbortSignal,
    attemptsMax: number = ATTEMPTS_MAX,
  ): Promise<ApiResult> {
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#ask(path, query, signal);
      if (result.ok || result.failure.kind !== "temporary" || attempt >= attemptsMax) return result;
      const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** (attempt - 1));
      // Where the API asked for a time of its own, the budget waits for that.
      await this.#options.sleep(ceiling * (0.5 + this.#options.random() / 2), signal);
    }
  }

  async #ask(path: string, query: Query, signal: AbortSignal): Promise<ApiResult> {
    const { http, budget, url: base, apiKey, readSecret, userAgent } = this.#options;
    await budget.take(signal);
    if (signal.aborted) return judgeAnswer({ failure: "aborted", reason: "" }, path);
    const url = new URL(base.pathname.replace(/\/$/, "") + path, base);
    for (const [name, value] of query) url.searchParams.append(name, value);
    const headers = {
      accept: "application/json",
      "anthropic-version": API_VERSION,
      "user-agent": userAgent,
      "x-api-key": readSecret(apiKey),
    };
    const request = { method: "GET", url, headers, answerBytesMax: ANSWER_BYTES_MAX } as const;
    const answer = await http.send(request, signal);
    if (answer.failure === undefined) budget.learn(answer.status, answer.headers);
    return judgeAnswer(answer, path);
  }
}

/** A failure in a sentence, for messages of the source. */
export function describeFailure({ reason, instruction }: ApiFailure): string {
  return instruction === undefined ? reason : `${reason}. ${instruction}`;
}
