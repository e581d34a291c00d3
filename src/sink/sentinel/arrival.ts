/**
 * Records whose time the product does not keep: TimeGenerated more than two days before arrival or more
 * than a day after it becomes the time of arrival ("Standard columns in Azure Monitor Logs"). RawEvent
 * still holds the time of the event, but rules look at TimeGenerated, so somebody has to know.
 */
import type { EncodedRecord } from "../../delivery/sink.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface ArrivalWatch {
  /** Called with records that were taken. */
  readonly see: (records: readonly EncodedRecord[], now: number) => void;
}

/** Tells how many there were, at most once an hour: a backlog of days has thousands of batches. */
export function watchArrival(warn: (message: string) => void): ArrivalWatch {
  let count = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    see: (records, now) => {
      const isChanged = ({ time }: EncodedRecord): boolean =>
        time < now - 2 * DAY_MS || time > now + DAY_MS;
      count += records.filter(isChanged).length;
      if (count === 0 || now - saidAt < HOUR_MS) return;
      warn(
        `${count} delivered records are older than two days or from the future: Azure Monitor has put the time of arrival into TimeGenerated, so rules may miss or misdate them; their own time is in RawEvent`,
      );
      count = 0;
      saidAt = now;
    },
  };
}
