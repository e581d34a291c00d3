/** Sends what is missing again, and asks until the product shows it. */
import type { Result } from "../../diagnostic/diagnostic.ts";
import { type ReplayOptions, recordsIn, resendRecords } from "../resend/replay.ts";
import type { ResendResult } from "../resend/resend.ts";
import type { Reconciliation } from "./reconcile.ts";

export interface RepairOptions extends ReplayOptions {
  readonly before: Reconciliation;
  /** Compares once more, with the dead letters as they are then. */
  readonly again: () => Promise<Reconciliation>;
  /** How long to wait until the product shows what it took, milliseconds. */
  readonly waitMs: number;
}

export interface Repair {
  readonly sent: ResendResult;
  /** How it is afterwards; what it shows as missing may only not be searchable yet. */
  readonly after: Reconciliation;
}

const FIRST_PAUSE_MS = 500;
const PAUSE_MS_MAX = 15_000;

/** @returns Diagnostics (J605) when another command sends events of this sink. */
export async function repair(options: RepairOptions): Promise<Result<Repair>> {
  const { before, folder, signal, clock, again, waitMs } = options;
  const items = recordsIn(folder, before.missing.list(), signal);
  const sent = await resendRecords(options, items);
  if (!sent.ok) return sent;
  const until = clock.monotonic() + waitMs;
  let after = await again();
  let pause = FIRST_PAUSE_MS;
  while (sent.value.complete && after.totals.missing > 0 && clock.monotonic() < until) {
    const ms = Math.min(pause, until - clock.monotonic());
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    pause = Math.min(pause * 2, PAUSE_MS_MAX);
    after = await again();
  }
  return { ...sent, value: { sent: sent.value, after } };
}
