/**
 * The way in: context is stamped, policy is applied, the journal makes it durable. Only then a source
 * may be told that its events were taken.
 */
import type { Enricher } from "../enrich/enrich.ts";
import type { AuditEvent } from "../event/event.ts";
import type { Journal, Receipt } from "../journal/journal.ts";
import type { Policy } from "../policy/policy.ts";

export interface IntakeOptions {
  readonly enricher: Enricher;
  readonly policy: Policy;
  readonly journal: Journal;
}

export interface Intake {
  /**
   * Takes validated events, in order. Resolves when all are on the device; rejects with
   * `NotDurableError` when they are not, and then the source must send them again.
   */
  readonly accept: (events: readonly AuditEvent[]) => Promise<readonly Receipt[]>;
}

export function createIntake({ enricher, policy, journal }: IntakeOptions): Intake {
  return {
    accept: (events) =>
      journal.appendBatch(events.map((event) => policy.applyPolicy(enricher.enrich(event)))),
  };
}
