/** One batch to one receiver: sent, judged, and proven by an acknowledgement where that is asked for. */
import { MissingSecretError } from "../../config/secret.ts";
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import type { EncodedRecord } from "../../delivery/sink.ts";
import type { Acknowledged } from "./acknowledgement.ts";
import { acknowledgementOff, judgeAnswer, type Verdict } from "./answer.ts";
import type { Proofs } from "./proof.ts";
import { type Receiver, type Receivers, shownUrl } from "./receivers.ts";
import type { HecTransport } from "./transport.ts";

export interface DeliveryTools {
  readonly transport: HecTransport;
  readonly receivers: Receivers;
  /** Absent when what Splunk has taken counts as delivered. */
  readonly proofs: Proofs | undefined;
  readonly token: () => string;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

type Outcomes = readonly RecordOutcome[];

/** Splunk cuts longer events in silence unless props.conf of their source type says otherwise (TRUNCATE). */
const TRUNCATE_DEFAULT = 10_000;

export class Delivery {
  readonly #tools: DeliveryTools;
  #hasWarned = false;

  constructor(tools: DeliveryTools) {
    this.#tools = tools;
  }

  /** @returns One outcome for each record, in order. */
  async send(batch: readonly EncodedRecord[], signal: AbortSignal): Promise<Outcomes> {
    try {
      const token = this.#tools.token();
      const receiver = await this.#tools.receivers.pick(signal);
      const obstacle = await this.#tools.proofs?.obstacle(receiver.url, signal);
      if (obstacle !== undefined) return forAll(batch.length, this.#fail(receiver, obstacle));
      return await this.#post(batch, token, receiver, signal);
    } catch (cause) {
      if (cause instanceof MissingSecretError) return forAll(batch.length, missingToken(cause));
      throw cause;
    }
  }

  async #post(
    batch: readonly EncodedRecord[],
    token: string,
    receiver: Receiver,
    signal: AbortSignal,
  ): Promise<Outcomes> {
    const { transport, receivers, proofs, now } = this.#tools;
    const { url } = receiver;
    this.#warnOfLongEvents(batch);
    const acknowledgements = proofs?.of(url);
    const ticket = acknowledgements?.ticket();
    const bodies = batch.map(({ body }) => body);
    const request = { url, token, channel: ticket?.channel.guid, bodies };
    const result = await transport.post(request, signal);

    const verdict = judgeAnswer(result, batch.length, now());
    if (verdict.kind === "failed") return forAll(batch.length, this.#fail(receiver, verdict));
    receivers.succeeded(receiver);
    if (verdict.kind === "event") return isolate(batch.length, verdict.index, verdict.reason);
    if (verdict.crowded !== undefined)
      receivers.crowded(receiver, verdict.crowded, verdict.afterMs);

    if (acknowledgements === undefined || ticket === undefined)
      return forAll(batch.length, { kind: "delivered" });
    if (verdict.ackId === undefined) {
      proofs?.forget(url);
      const reason = "Splunk took the batch and gave no acknowledgement id, so nothing is proven";
      return forAll(batch.length, { kind: "retry", reason });
    }
    const proof = await acknowledgements.wait(ticket, verdict.ackId, signal);
    return forAll(batch.length, this.#prove(receiver, proof));
  }

  /** Once, as it is about the set-up and not about events. */
  #warnOfLongEvents(batch: readonly EncodedRecord[]): void {
    if (this.#hasWarned || !batch.some(({ bytes }) => bytes > TRUNCATE_DEFAULT)) return;
    this.#hasWarned = true;
    this.#tools.warn(
      `events are longer than ${TRUNCATE_DEFAULT} bytes, which Splunk cuts by default: install the app of claude-siem on indexers and heavy forwarders, it raises TRUNCATE`,
    );
  }

  /** Trouble of one receiver among several is a reason to try another, not to stop. */
  #fail(
    receiver: Receiver,
    { outcome, troubled }: Extract<Verdict, { kind: "failed" }>,
  ): RecordOutcome {
    if (!troubled || outcome.kind === "delivered") return outcome;
    const { receivers, proofs, warn } = this.#tools;
    receivers.failed(receiver, outcome.reason);
    proofs?.of(receiver.url).doubt();
    if (outcome.kind !== "hold" || !receivers.hasOtherThan(receiver)) return outcome;
    warn(`${shownUrl(receiver.url)}: ${outcome.reason}. ${outcome.instruction}`);
    return { kind: "retry", reason: `${outcome.reason}; another receiver is next` };
  }

  #prove(receiver: Receiver, proof: Acknowledged): RecordOutcome {
    switch (proof.kind) {
      case "acknowledged":
        return { kind: "delivered" };
      case "unknown":
        return { kind: "retry", reason: proof.reason };
      case "off": {
        this.#tools.proofs?.forget(receiver.url);
        const outcome = acknowledgementOff;
        return this.#fail(receiver, { kind: "failed", outcome, troubled: true });
      }
    }
  }
}

/** The refused event goes to the dead letters; the others, of which the first may be in, go again. */
function isolate(count: number, index: number, reason: string): Outcomes {
  const again = "another event of the batch was refused";
  return Array.from({ length: count }, (_, at) =>
    at === index ? { kind: "quarantine", reason } : { kind: "retry", reason: again },
  );
}

function missingToken(cause: MissingSecretError): RecordOutcome {
  return {
    kind: "hold",
    reason: `the token cannot be read: ${cause.message}`,
    instruction: "Provide the secret that the sink names under token; it is read again each time.",
  };
}
