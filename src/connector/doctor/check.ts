/** Checks of `doctor`: each on its own, all at once, and none may keep the others waiting. */
import type { Clock } from "../../delivery/clock.ts";
import type { CheckFinding } from "../../delivery/sink.ts";

export interface Check {
  /** What it is about: `disk`, `journal`, `sink splunk`. */
  readonly about: string;
  /** What to say when time is up; that it did not answer when absent. */
  readonly late?: string;
  /** What it may take at most, milliseconds; that of all checks when absent. */
  readonly timeoutMs?: number;
  readonly run: (signal: AbortSignal) => Promise<readonly CheckFinding[]>;
}

export interface DoctorFinding extends CheckFinding {
  readonly about: string;
}

export interface Diagnosis {
  /** In the order of the checks. */
  readonly findings: readonly DoctorFinding[];
  /** Whether a check did not end, so that something of it may still be under way. */
  readonly overdue: boolean;
}

export function ok(what: string): CheckFinding {
  return { status: "ok", what };
}

export function warning(what: string, instruction: string): CheckFinding {
  return { status: "warning", what, instruction };
}

export function failed(what: string, instruction: string): CheckFinding {
  return { status: "failed", what, instruction };
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

interface Ended {
  readonly findings: readonly CheckFinding[];
  readonly overdue: boolean;
}

async function bounded(
  { run, late: text = "it did not answer" }: Check,
  timeoutMs: number,
  clock: Clock,
): Promise<Ended> {
  const stop = new AbortController();
  let cancel = (): void => {};
  const late = new Promise<Ended>((resolve) => {
    cancel = clock.after(timeoutMs, () => {
      stop.abort();
      const what = `${text} within ${Math.ceil(timeoutMs / 1000)} s`;
      const instruction = "See whether the network or the device hangs; --timeout waits longer.";
      resolve({ findings: [failed(what, instruction)], overdue: true });
    });
  });
  const work = run(stop.signal).then(
    (findings): Ended => ({ findings, overdue: false }),
    (cause: unknown): Ended => ({
      findings: [failed(reasonOf(cause), "Mend what the reason names.")],
      overdue: false,
    }),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

/**
 * Runs all checks side by side.
 *
 * @param timeoutMs What each may take, milliseconds.
 * @param onEnd Told how many have ended.
 */
export async function runChecks(
  checks: readonly Check[],
  timeoutMs: number,
  clock: Clock,
  onEnd: (ended: number) => void = () => {},
): Promise<Diagnosis> {
  let count = 0;
  const ended = await Promise.all(
    checks.map(async (check) => {
      const result = await bounded(check, check.timeoutMs ?? timeoutMs, clock);
      count += 1;
      onEnd(count);
      const { about } = check;
      return { ...result, findings: result.findings.map((one) => ({ about, ...one })) };
    }),
  );
  return {
    findings: ended.flatMap(({ findings }) => findings),
    overdue: ended.some(({ overdue }) => overdue),
  };
}
