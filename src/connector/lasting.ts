/** A file of rejects that is written in the end, whatever the disk says in between. */
import type { Clock } from "../delivery/clock.ts";
import type { LineBox } from "../journal/line-box.ts";
import type { AlarmBook } from "./alarm.ts";
import { StoppingError } from "./disk-guard.ts";
import type { RejectPort } from "./reception.ts";

const AGAIN_MS = 1000;

export interface LastingOptions {
  readonly path: string;
  readonly alarms: AlarmBook;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Tries again for as long as the disk refuses; rejects with `StoppingError` when `signal` aborts. */
export function lasting(box: LineBox, options: LastingOptions): RejectPort {
  const { path, alarms, clock, signal } = options;
  return {
    append: async (lines) => {
      for (;;) {
        try {
          await box.append(lines);
          return;
        } catch (cause) {
          const detail = cause instanceof Error ? cause.message : String(cause);
          const what = `${path} cannot be written: ${detail}`;
          const instruction = "Free space or mend the device; it goes on by itself.";
          alarms.raise({ severity: "error", about: "rejects", what, instruction });
        }
        if (signal.aborted) throw new StoppingError();
        await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
        if (signal.aborted) throw new StoppingError();
      }
    },
  };
}
