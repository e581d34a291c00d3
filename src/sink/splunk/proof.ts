/** Acknowledgements of all receivers, and whether there can be any. */
import type { HttpClient, HttpResult } from "../http/post.ts";
import { Acknowledgements } from "./acknowledgement.ts";
import { judgeAnswer, parseAnswer, type Verdict } from "./answer.ts";
import { hecHeaders, hecUrl } from "./transport.ts";

export interface ProofOptions {
  readonly urls: readonly URL[];
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly http: HttpClient;
  /** The token as it is now. */
  readonly token: () => string;
  readonly newChannel: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Asks for the state of acknowledgement ids of a channel. */
export async function askAcknowledgements(
  http: HttpClient,
  url: URL,
  token: string,
  channel: string,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<HttpResult> {
  const headers = { ...hecHeaders(token, channel), "content-type": "application/json" };
  const target = hecUrl(url, "/services/collector/ack");
  return http.send({ url: target, headers, body: JSON.stringify({ acks: ids }) }, signal);
}

/** Whether an answer is one of the acknowledgement endpoint at work. */
export function isAcknowledging(result: HttpResult): boolean {
  return result.status === 200 && parseAnswer(result.body)?.acks !== undefined;
}

export class Proofs {
  readonly #options: ProofOptions;
  readonly #byUrl: ReadonlyMap<URL, Acknowledgements>;
  /** Receivers whose token is known to have acknowledgements. */
  readonly #provable = new Set<URL>();

  constructor(options: ProofOptions) {
    this.#options = options;
    const { urls, http, token, pollMs, timeoutMs, newChannel } = options;
    this.#byUrl = new Map(
      urls.map((url) => {
        const ask = (channel: string, ids: readonly number[], signal: AbortSignal) =>
          askAcknowledgements(http, url, token(), channel, ids, signal);
        return [url, new Acknowledgements({ pollMs, timeoutMs, newChannel, ask })];
      }),
    );
  }

  of(url: URL): Acknowledgements {
    const found = this.#byUrl.get(url);
    if (found === undefined) throw new Error("a receiver that is none of this sink");
    return found;
  }

  /** The next batch asks again whether there are acknowledgements. */
  forget(url: URL): void {
    this.#provable.delete(url);
  }

  /**
   * What stands in the way of a proof, asked before events are sent: without acknowledgements nothing
   * could ever be proven, and every attempt would add duplicates. Asks in a channel of its own, which
   * costs nobody an acknowledgement.
   */
  async obstacle(
    url: URL,
    signal: AbortSignal,
  ): Promise<Extract<Verdict, { kind: "failed" }> | undefined> {
    if (this.#provable.has(url)) return undefined;
    const { http, token, newChannel, now } = this.#options;
    const result = await askAcknowledgements(http, url, token(), newChannel(), [0], signal);
    if (isAcknowledging(result)) {
      this.#provable.add(url);
      return undefined;
    }
    const verdict = judgeAnswer(result, 1, now());
    if (verdict.kind === "failed" && ["hold", "retry"].includes(verdict.outcome.kind))
      return verdict;
    const reason = "the acknowledgement endpoint does not answer as it should; nothing was sent";
    return { kind: "failed", outcome: { kind: "retry", reason }, troubled: true };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byUrl.values()].map((one) => one.close()));
  }
}
