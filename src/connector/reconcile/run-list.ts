/** Minutes that have to be looked into, gathered into stretches that are asked for together. */
import { MINUTE_MS } from "./time-index.ts";

/** Event times in `[from, to)`, whole minutes. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Doubtful {
  readonly minute: number;
  /** The most ids that either side has of it. */
  readonly ids: number;
}

/** Minutes between two doubtful ones that are asked along, to save a question. */
const BRIDGE_MINUTES = 5;

/**
 * Stretches that hold at most `idsMax` ids of doubtful minutes; a single minute may hold more.
 *
 * @param doubtful Ascending.
 * @param idsOf Ids of any minute, for those that lie between.
 */
export function stretchesOf(
  doubtful: readonly Doubtful[],
  idsMax: number,
  idsOf: (minute: number) => number,
): readonly Stretch[] {
  const stretches: { from: number; to: number; ids: number }[] = [];
  for (const { minute, ids } of doubtful) {
    const last = stretches.at(-1);
    const between = last === undefined ? 0 : (minute - last.to) / MINUTE_MS;
    if (last !== undefined && between <= BRIDGE_MINUTES) {
      let along = ids;
      for (let at = last.to; at < minute; at += MINUTE_MS) along += idsOf(at);
      if (last.ids + along <= idsMax) {
        last.to = minute + MINUTE_MS;
        last.ids += along;
        continue;
      }
    }
    stretches.push({ from: minute, to: minute + MINUTE_MS, ids });
  }
  return stretches.map(({ from, to }) => ({ from, to }));
}
