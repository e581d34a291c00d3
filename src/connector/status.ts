/** The state of a whole connector as data: the status page, metrics and `doctor` read it. */
import type { SinkStatus } from "../delivery/sink-status.ts";
import type { ClassificationCounts } from "../enrich/classify.ts";
import type { UnstampedCounts } from "../enrich/enrich.ts";
import type { PolicyCounts } from "../policy/policy.ts";
import type { Alarm } from "./alarm.ts";
import type { TableStatus } from "./context-tables.ts";
import type { DerivedStatus } from "./derived/part.ts";
import type { SourceStatus } from "./source-run.ts";

export interface JournalStatus {
  /** `blocked`: nothing is acknowledged until the cause is gone; it goes on by itself. */
  readonly state: "ok" | "blocked";
  readonly reason?: string;
  readonly folder: string;
  /** The last durable record. */
  readonly seq: number;
  readonly hash: string;
}

export interface ConnectorStatus {
  readonly version: string;
  readonly deployment?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: number;
  readonly state: "running" | "stopping";
  readonly journal: JournalStatus;
  readonly disk: { readonly low: boolean; readonly freeBytes?: number; readonly freeMin: number };
  readonly sources: readonly SourceStatus[];
  readonly sinks: readonly SinkStatus[];
  /** What the connector derives from its own journal. */
  readonly derived: readonly DerivedStatus[];
  readonly tables: readonly TableStatus[];
  /** Events that lack a stamp of context, by reason. */
  readonly unstamped: UnstampedCounts;
  /** How events got their class of data; absent without a classification table. */
  readonly classified?: ClassificationCounts | undefined;
  readonly policy: PolicyCounts;
  readonly alarms: readonly Alarm[];
  readonly alarmCounts: Readonly<Record<Alarm["severity"], number>>;
}

/** Whether the connector takes events now, and if not, why: for load balancers and orchestrators. */
export function readiness(status: ConnectorStatus): {
  readonly ready: boolean;
  readonly reasons: readonly string[];
} {
  const reasons: string[] = [];
  if (status.state === "stopping") reasons.push("the connector is stopping");
  if (status.journal.state === "blocked")
    reasons.push(`the journal cannot be written: ${status.journal.reason ?? "unknown reason"}`);
  if (status.disk.low) reasons.push("the disk is almost full");
  for (const { name, state, lastError } of status.sources) {
    if (state === "failing")
      reasons.push(`source ${name} is failing: ${lastError?.reason ?? "unknown reason"}`);
  }
  return { ready: reasons.length === 0, reasons };
}
