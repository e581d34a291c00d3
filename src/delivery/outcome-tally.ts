/** The outcomes of one attempt, sorted by what has to be done. */
import type { Waiting } from "./lane.ts";
import type { RecordOutcome } from "./outcome.ts";

type Of<K extends RecordOutcome["kind"]> = Extract<RecordOutcome, { kind: K }>;

export interface Tally {
  readonly delivered: readonly { readonly waiting: Waiting; readonly outcome: Of<"delivered"> }[];
  readonly quarantined: readonly { readonly waiting: Waiting; readonly reason: string }[];
  /** To be sent in smaller batches. */
  readonly split: readonly Waiting[];
  /** To be sent again as it was. */
  readonly retry: readonly Waiting[];
  /** The longest delay that was asked for. */
  readonly afterMs?: number;
  readonly hold?: Of<"hold">;
  /** The first reason of all that did not get through. */
  readonly reason?: string;
}

/** Sorts the outcomes. A single record that is too large for the product goes to the dead letters. */
export function tally(batch: readonly Waiting[], outcomes: readonly RecordOutcome[]): Tally {
  const delivered: { waiting: Waiting; outcome: Of<"delivered"> }[] = [];
  const quarantined: { waiting: Waiting; reason: string }[] = [];
  const split: Waiting[] = [];
  const retry: Waiting[] = [];
  let afterMs: number | undefined;
  let hold: Of<"hold"> | undefined;
  let reason: string | undefined;
  for (const [index, waiting] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    if (outcome.kind !== "delivered") reason ??= outcome.reason;
    switch (outcome.kind) {
      case "delivered":
        delivered.push({ waiting, outcome });
        break;
      case "quarantine":
        quarantined.push({ waiting, reason: outcome.reason });
        break;
      case "split":
        if (batch.length === 1) quarantined.push({ waiting, reason: outcome.reason });
        else split.push(waiting);
        break;
      case "hold":
        hold ??= outcome;
        retry.push(waiting);
        break;
      case "retry":
        if (outcome.afterMs !== undefined) afterMs = Math.max(afterMs ?? 0, outcome.afterMs);
        retry.push(waiting);
    }
  }
  return {
    delivered,
    quarantined,
    split,
    retry,
    ...(afterMs !== undefined && { afterMs }),
    ...(hold !== undefined && { hold }),
    ...(reason !== undefined && { reason }),
  };
}
