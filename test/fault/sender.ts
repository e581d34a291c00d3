/** A sender of events over HTTP that sends again until it is told that they were taken. */
import { Agent, request } from "node:http";
import { eventOf } from "./ground.ts";
import type { Offered } from "./oracle.ts";

type Fields = Readonly<Record<string, unknown>>;

const LANES = 3;
/** Events of a request, at most. */
const BATCH_MAX = 25;

export class Sender {
  readonly offered: Map<string, Offered> = new Map();
  readonly #random: () => number;
  readonly #batchMax: number;
  /** Requests whose fate is not known. */
  readonly #pending: (readonly Fields[])[] = [];
  #next = 1;
  /** Called with each answer that events were taken. */
  onAcknowledged: () => void = () => {};
  /** Text that makes each event larger. */
  padding = "";

  constructor(random: () => number, batchMax: number = BATCH_MAX) {
    this.#random = random;
    this.#batchMax = batchMax;
  }

  #newBatch(): readonly Fields[] {
    const count = 1 + Math.floor(this.#random() * this.#batchMax);
    const events = Array.from({ length: count }, () => {
      const event = eventOf(this.#next++, this.#random);
      return this.padding === "" ? event : { ...event, labels: { padding: this.padding } };
    });
    for (const event of events)
      this.offered.set(String(event["event_id"]), { event, acknowledged: false });
    return events;
  }

  #acknowledge(events: readonly Fields[]): void {
    for (const event of events) {
      const offered = this.offered.get(String(event["event_id"]));
      if (offered !== undefined) offered.acknowledged = true;
    }
    this.onAcknowledged();
  }

  /** Sends until the receiver is gone or `signal` aborts. */
  async pour(address: string, signal: AbortSignal): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    await Promise.all(Array.from({ length: LANES }, () => this.#lane(address, agent, signal)));
    agent.destroy();
  }

  /** Sends so many new events and what is pending; rejects when the receiver breaks off. */
  async send(address: string, count: number): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    for (let left = count; left > 0 || this.#pending.length > 0; ) {
      const batch = this.#pending.shift() ?? this.#newBatch();
      left -= batch.length;
      const fate = await post(address, batch, agent);
      if (fate === "taken") this.#acknowledge(batch);
      else this.#pending.push(batch);
      if (fate === "unknown") break;
    }
    agent.destroy();
    if (this.#pending.length > 0) throw new Error("the receiver broke off");
  }

  async #lane(address: string, agent: Agent, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const batch = this.#pending.shift() ?? this.#newBatch();
      const fate = await post(address, batch, agent);
      if (fate === "taken") this.#acknowledge(batch);
      else {
        this.#pending.push(batch);
        if (fate === "unknown") return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}

/** `taken` only when the receiver says that every single event is durable. */
function post(
  address: string,
  events: readonly Fields[],
  agent: Agent,
): Promise<"taken" | "refused" | "unknown"> {
  const body = events.map((event) => JSON.stringify(event)).join("\n");
  return new Promise((resolve) => {
    const unknown = (): void => resolve("unknown");
    const sent = request(`http://${address}/v1/events`, {
      method: "POST",
      agent,
      headers: {
        "content-type": "application/x-ndjson",
        "content-length": Buffer.byteLength(body),
      },
    });
    sent.on("error", unknown);
    sent.on("response", (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on("error", unknown);
      answer.on("aborted", unknown);
      answer.on("end", () => {
        if (answer.statusCode !== 200) return resolve("refused");
        const { accepted } = JSON.parse(text) as { readonly accepted?: number };
        resolve(accepted === events.length ? "taken" : "refused");
      });
    });
    sent.end(body);
  });
}
