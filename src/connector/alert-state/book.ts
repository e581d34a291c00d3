/** The state of every alert, rebuilt from the changes that the store holds. */
import type { EventTable } from "../../engine/event-reader.ts";
import type { AuditEvent } from "../../event/event.ts";
import type { Receipt } from "../../journal/journal.ts";
import type { Pseudonymiser } from "../../policy/pseudonym.ts";
import {
  type AlertState,
  type AskedChange,
  type Change,
  changeEvent,
  refusalOf,
  toChange,
} from "./state.ts";

/** What the book uses of the connector. */
export interface BookTools {
  readonly hasher: Pseudonymiser;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves when the event is in the journal, on the device. */
  readonly tell: (event: AuditEvent) => Promise<Receipt>;
}

const PAGE_ROWS = 5000;

export class AlertBook {
  readonly #tools: BookTools;
  /** By alert, in the order of the journal. */
  readonly #changes = new Map<string, readonly Change[]>();
  /** Place in the store up to which changes were read. */
  #read = 0;
  #version = 0;
  /** Changes of one alert must not pass each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(tools: BookTools) {
    this.#tools = tools;
  }

  /** Higher after every change. */
  get version(): number {
    return this.#version;
  }

  history(alertId: string): readonly Change[] {
    return this.#changes.get(alertId) ?? [];
  }

  state(alertId: string): AlertState {
    return this.history(alertId).at(-1)?.state ?? "new";
  }

  /** What the store holds of a change takes the place of what was known of it before. */
  #add(change: Change): void {
    const before = this.history(change.alertId);
    const others = before.filter(({ eventId }) => eventId !== change.eventId);
    this.#changes.set(
      change.alertId,
      [...others, change].toSorted((a, b) => a.seq - b.seq),
    );
    this.#version += 1;
  }

  /**
   * Reads the changes that arrived in the store since the last call.
   *
   * @param arrived Place of the event that arrived last.
   */
  async refresh(table: EventTable, arrived: number): Promise<void> {
    // Another file has taken the place of the one before.
    if (arrived < this.#read) this.#read = 0;
    while (this.#read < arrived) {
      const rows = await table.query(
        "SELECT ord, event_id, chain_seq, timestamp, alert_id, alert_state, approver_id_hash, decision_reason, source_record_id " +
          `FROM event WHERE policy_event_type = 'alert_state_changed' AND ord > ${this.#read} AND ord <= ${arrived} ` +
          `ORDER BY ord LIMIT ${PAGE_ROWS}`,
      );
      for (const row of rows) {
        const change = toChange(row, this.#tools.hasher);
        if (change !== undefined) this.#add(change);
      }
      this.#read = rows.length < PAGE_ROWS ? arrived : Number(rows.at(-1)?.["ord"]);
    }
  }

  /**
   * Makes a change.
   *
   * @returns Why not, or nothing: then it is in the journal, on the device. Rejects when the connector
   *   stops before that.
   */
  change(asked: AskedChange): Promise<string | undefined> {
    const work = (): Promise<string | undefined> => this.#change(asked);
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #change(asked: AskedChange): Promise<string | undefined> {
    const made = this.history(asked.alertId).some(({ eventId }) => eventId === asked.eventId);
    if (made) return undefined;
    const refusal = refusalOf(asked, this.state(asked.alertId));
    if (refusal !== undefined) return refusal;
    const { hasher, now, tell } = this.#tools;
    const event = changeEvent(asked, hasher, now());
    const { seq } = await tell(event);
    this.#add({
      eventId: asked.eventId,
      seq,
      alertId: asked.alertId,
      state: asked.to,
      time: event.timestamp,
      by: event.approver_id_hash ?? "",
      note: event.decision_reason ?? "",
    });
    return undefined;
  }
}
