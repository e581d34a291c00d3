/** What the page sees of a sink of kind `embedded`. */
import type { EventTable } from "../../engine/event-reader.ts";
import type { AuditEvent } from "../../event/event.ts";
import type { RuleIr } from "../../rule/ir.ts";

export interface PageStore {
  /** Name of the sink. */
  readonly name: string;
  /** The rules that it runs. */
  readonly rules: readonly RuleIr[];
  /** Place of the event that arrived last: it is higher when there is something new. */
  readonly arrived: () => Promise<number>;
  /** Alerts that were told since the start: more when there is something new. */
  readonly alertsTold: () => number;
  /** Reads the events beside what writes them. Rejects with why the store cannot be read. */
  readonly read: <T>(work: (table: EventTable) => Promise<T>) => Promise<T>;
  /** Whether the sink takes such an event, or its `where` leaves it out. */
  readonly takes: (event: AuditEvent) => boolean;
}
