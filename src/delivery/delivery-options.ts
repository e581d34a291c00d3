/** What the pump can be told about one sink: the settings under `delivery:`. */
import type { OptionTable } from "../config/option.ts";
import { duration, flag, integer } from "../config/option-type.ts";
import { size } from "../config/size.ts";

export interface DeliveryOptions {
  /** Milliseconds. */
  readonly batch_age: number;
  readonly concurrency: number;
  /** Milliseconds. */
  readonly backoff: number;
  /** Milliseconds. */
  readonly backoff_max: number;
  /** Milliseconds. */
  readonly hold_probe: number;
  /** Bytes. */
  readonly buffer_size: number;
  readonly attempts_alone: number;
  readonly dead_letters_in_a_row: number;
  readonly priority: boolean;
}

const HOUR_MS = 3_600_000;
const MIB = 2 ** 20;

export const deliveryOptions: OptionTable<DeliveryOptions> = {
  batch_age: duration({
    doc: "How long an event waits for others to share its batch, at most.",
    fallback: 1000,
    minMs: 0,
    maxMs: HOUR_MS,
  }),
  concurrency: integer({
    doc: "Batches under way at once, at most. The pump starts low, grows while the product takes them and halves when it asks for less.",
    fallback: 4,
    min: 1,
    max: 64,
  }),
  backoff: duration({
    doc: "Upper bound of the random delay after a first failure. It doubles with each further failure; there is no last attempt.",
    fallback: 500,
    minMs: 10,
    maxMs: HOUR_MS,
  }),
  backoff_max: duration({
    doc: "Where that bound stops growing.",
    fallback: 60_000,
    minMs: 10,
    maxMs: 24 * HOUR_MS,
  }),
  hold_probe: duration({
    doc: "How often a sink that needs somebody to act (a bad token, a missing index) is tried again.",
    fallback: 30_000,
    minMs: 100,
    maxMs: 24 * HOUR_MS,
  }),
  buffer_size: size({
    doc: "Memory for records on their way to this sink; the rest of a backlog stays in the journal.",
    fallback: 8 * MIB,
    minBytes: MIB,
    maxBytes: 1024 * MIB,
  }),
  attempts_alone: integer({
    doc: "A record that fails this many times while alone in its batch, and while others get through, becomes a dead letter.",
    fallback: 16,
    min: 1,
    max: 1000,
  }),
  dead_letters_in_a_row: integer({
    doc: "When this many records became dead letters and none was delivered in between, the sink is held: then the fault is hardly in the records. 0 sets no limit.",
    fallback: 1000,
    min: 0,
    max: 1_000_000_000,
  }),
  priority: flag({
    doc: "Let security events (tier 3) that arrive during a backlog pass it.",
    fallback: true,
  }),
};
