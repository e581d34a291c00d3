import type { Detection } from "./ir.ts";

/** How far back of an event a detection looks, in milliseconds. */
export function windowMs(detection: Detection): number {
  switch (detection.kind) {
    case "each":
      return 0;
    case "threshold":
      return detection.withinMs;
    case "baseline":
      return (detection.historyDays + 1) * 86_400_000;
  }
}
