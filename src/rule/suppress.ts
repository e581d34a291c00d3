/**
 * Suppression: after an alert, others with the same key are withheld for a time.
 *
 * Pure and greedy over time: an alert is kept when no kept alert of its key lies less than `forMs`
 * before it. Time runs from the last alert that was kept, so a steady stream of matches yields one
 * alert per period instead of none.
 */

/** What suppression needs to know of a candidate. `key` is absent when a suppression field is missing. */
export interface SuppressionKey {
  readonly timeMs: number;
  readonly key: string | undefined;
}

/**
 * The candidates that survive, in their order.
 *
 * @param candidates Ordered by time. A candidate without a key is kept: events that cannot be told
 *   apart must not hide one another.
 */
export function suppressAlerts<T>(
  candidates: readonly T[],
  keyOf: (candidate: T) => SuppressionKey,
  forMs: number,
): readonly T[] {
  const lastKept = new Map<string, number>();
  return candidates.filter((candidate) => {
    const { timeMs, key } = keyOf(candidate);
    if (key === undefined) return true;
    const last = lastKept.get(key);
    if (last !== undefined && timeMs - last < forMs) return false;
    lastKept.set(key, timeMs);
    return true;
  });
}
