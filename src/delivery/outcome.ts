/** What became of one record in one attempt to deliver it. */

/**
 * - `delivered`: proven to be there. `duplicate`: it was there already. `setAside`: the product took it
 *   into a quarantine of its own (Elasticsearch's failure store), where queries do not find it.
 * - `retry`: later, with the same bytes. `afterMs` is what the product asked for, already a delay.
 * - `split`: too large together; a single record that is too large for the product is `quarantine`.
 * - `quarantine`: this record will never be taken; it goes to the dead letters with the reason.
 * - `hold`: nothing of this sink will be taken until somebody acts; everything is kept.
 */
export type RecordOutcome =
  | { readonly kind: "delivered"; readonly duplicate?: true; readonly setAside?: string }
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: "split"; readonly reason: string }
  | { readonly kind: "quarantine"; readonly reason: string }
  | { readonly kind: "hold"; readonly reason: string; readonly instruction: string };

export type OutcomeKind = RecordOutcome["kind"];

/** One outcome for every record of a batch. */
export function forAll(count: number, outcome: RecordOutcome): readonly RecordOutcome[] {
  return Array.from({ length: count }, () => outcome);
}
