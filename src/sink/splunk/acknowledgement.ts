/**
 * Acknowledgements of one receiver: whether a batch that HEC took is on disk, replicated as configured
 * ("About HTTP Event Collector Indexer Acknowledgment", Getting Data In).
 *
 * `false` means pending, lost and never heard of, all the same, so waiting has an end, and what is not
 * known by then is sent again. `true` is said once and then forgotten. Ids count up in a channel and start
 * anew when Splunk restarts: after anything that smells of a restart, new batches get a new channel, so
 * that the acknowledgement of a new batch is never taken for that of an older one with the same id.
 */
import type { HttpResult } from "../http/post.ts";
import { ACKNOWLEDGEMENT_OFF_CODE, parseAnswer } from "./answer.ts";
import { pause } from "./pause.ts";

export interface AcknowledgementOptions {
  readonly pollMs: number;
  /** How long an acknowledgement may take. */
  readonly timeoutMs: number;
  readonly newChannel: () => string;
  /** Asks for the state of ids in a channel. */
  readonly ask: (
    channel: string,
    ids: readonly number[],
    signal: AbortSignal,
  ) => Promise<HttpResult>;
}

export type Acknowledged =
  | { readonly kind: "acknowledged" }
  | { readonly kind: "unknown"; readonly reason: string }
  /** The token has no acknowledgements at all. */
  | { readonly kind: "off" };

type Waiting = readonly [id: number, settle: (result: Acknowledged) => void];

interface Channel {
  readonly guid: string;
  /** Sends that wait, by the id HEC gave them. Each goes when its send ends. */
  readonly waiting: Map<number, (result: Acknowledged) => void>;
  /** Highest id seen. */
  highest: number;
}

/** What a send takes along: its channel, and how far ids had counted before it. */
export interface Ticket {
  readonly channel: Channel;
  readonly highestBefore: number;
}

/** Ids in one question. Splunk names no limit; the answer stays small. */
const IDS_MAX = 1000;

const unknown = (reason: string): Acknowledged => ({ kind: "unknown", reason });

export class Acknowledgements {
  readonly #options: AcknowledgementOptions;
  readonly #stop = new AbortController();
  #current: Channel;
  /** Channels where somebody waits. */
  readonly #asked = new Set<Channel>();
  #polling: Promise<void> | undefined;
  #lastProblem: string | undefined;

  constructor(options: AcknowledgementOptions) {
    this.#options = options;
    this.#current = this.#open();
  }

  #open(): Channel {
    return { guid: this.#options.newChannel(), waiting: new Map(), highest: -1 };
  }

  /** For a batch that is about to be sent. */
  ticket(): Ticket {
    return { channel: this.#current, highestBefore: this.#current.highest };
  }

  /** Whoever answers next may not be the one who gave the ids so far. */
  doubt(): void {
    if (this.#current.highest >= 0) this.#current = this.#open();
  }

  /** Waits until the batch is acknowledged, or it is too late to hope for it. */
  async wait(ticket: Ticket, ackId: number, signal: AbortSignal): Promise<Acknowledged> {
    const { channel, highestBefore } = ticket;
    if (ackId <= highestBefore || channel.waiting.has(ackId)) {
      this.#settleAll(channel, unknown("acknowledgement ids began anew: Splunk was restarted"));
      this.doubt();
    }
    channel.highest = Math.max(channel.highest, ackId);
    const seconds = this.#options.timeoutMs / 1000;
    return new Promise((resolve) => {
      const settle = (result: Acknowledged): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        if (channel.waiting.get(ackId) === settle) channel.waiting.delete(ackId);
        if (channel.waiting.size === 0) this.#asked.delete(channel);
        resolve(result);
      };
      const late = (): void => {
        const why = this.#lastProblem === undefined ? "" : ` (${this.#lastProblem})`;
        this.doubt();
        settle(unknown(`Splunk did not acknowledge the batch within ${seconds} s${why}`));
      };
      const giveUp = (): void => settle(unknown("the attempt was given up before it was proven"));
      const timer = setTimeout(late, this.#options.timeoutMs);
      signal.addEventListener("abort", giveUp, { once: true });
      channel.waiting.set(ackId, settle);
      this.#asked.add(channel);
      if (signal.aborted || this.#stop.signal.aborted) giveUp();
      else this.#polling ??= this.#poll();
    });
  }

  #settleAll(channel: Channel, result: Acknowledged): void {
    for (const settle of [...channel.waiting.values()]) settle(result);
  }

  /** One loop for all batches of the receiver, for as long as somebody waits. */
  async #poll(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#asked.size > 0 && !signal.aborted) {
      await pause(this.#options.pollMs, signal);
      for (const channel of [...this.#asked]) await this.#askOne(channel, signal);
    }
    this.#polling = undefined;
  }

  async #askOne(channel: Channel, signal: AbortSignal): Promise<void> {
    const waiting = [...channel.waiting];
    for (let at = 0; at < waiting.length && !signal.aborted; at += IDS_MAX) {
      const asked = waiting.slice(at, at + IDS_MAX);
      const ids = asked.map(([id]) => id);
      const result = await this.#options.ask(channel.guid, ids, signal);
      if (!this.#take(channel, asked, result)) return;
    }
  }

  /** @returns Whether the answer was one. Anything else leaves all that wait as they are: not proven. */
  #take(channel: Channel, asked: readonly Waiting[], result: HttpResult): boolean {
    const answer = result.failure === undefined ? parseAnswer(result.body) : undefined;
    if (answer?.code === ACKNOWLEDGEMENT_OFF_CODE) {
      this.#settleAll(channel, { kind: "off" });
      return false;
    }
    if (result.status !== 200 || answer?.acks === undefined) {
      this.#lastProblem =
        result.failure === undefined
          ? `the last question was answered with HTTP status ${result.status}${answer?.code === undefined ? "" : `, HEC code ${answer.code}`}`
          : `the last question failed: ${result.reason}`;
      this.doubt();
      return false;
    }
    this.#lastProblem = undefined;
    for (const [id, settle] of asked)
      if (answer.acks[String(id)] === true) settle({ kind: "acknowledged" });
    return true;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const channel of [...this.#asked])
      this.#settleAll(channel, unknown("the sink was closed"));
    await this.#polling;
  }
}
