/** What a connector uses of the machine, so that tests can own it. */
import type { Clock } from "../delivery/clock.ts";
import type { Log } from "./alarm.ts";

export interface World {
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Version of this package, for the status page. */
  readonly version: string;
}
