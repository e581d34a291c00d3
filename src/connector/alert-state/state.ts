/**
 * What people have done about alerts: new, acknowledged, closed with a note, opened again.
 *
 * Every change is a policy event in the journal, so it is in the chain and reaches every SIEM. The
 * state of an alert is what its last change says; an alert without one is new.
 */
import type { AuditEvent } from "../../event/event.ts";
import { formatTime } from "../../event/time.ts";
import type { Pseudonymiser } from "../../policy/pseudonym.ts";

export const alertStates = ["new", "acknowledged", "closed"] as const;

export type AlertState = (typeof alertStates)[number];

/** Where an alert can go from a state. */
export const transitions: Readonly<Record<AlertState, readonly AlertState[]>> = {
  new: ["acknowledged", "closed"],
  acknowledged: ["closed", "new"],
  closed: ["new"],
};

export const NAME_CHARACTERS_MAX = 64;
export const NOTE_CHARACTERS_MAX = 1000;

/** A change as somebody asks for it. */
export interface AskedChange {
  /** Identity of the change, a UUID: the same form sent twice is one change. */
  readonly eventId: string;
  readonly alertId: string;
  /** The rule of the alert with its version, such as `prompt-injection 1.0.0`. */
  readonly rule: string;
  /** The state that the person saw. */
  readonly from: AlertState;
  readonly to: AlertState;
  /** Name or initials of who does it; kept as a pseudonym only. */
  readonly by: string;
  readonly note: string;
}

/** A change that is in the journal. */
export interface Change {
  readonly eventId: string;
  readonly seq: number;
  readonly alertId: string;
  readonly state: AlertState;
  /** UTC milliseconds. */
  readonly time: string;
  /** Pseudonym of who did it. */
  readonly by: string;
  readonly note: string;
}

/** Why a change cannot be made, in words for the person who asked; `undefined` when it can. */
export function refusalOf(
  { from, to, by, note }: AskedChange,
  now: AlertState,
): string | undefined {
  if (from !== now)
    return `The alert is ${now} by now: somebody else has changed it. Look at it again.`;
  if (!transitions[from].includes(to)) return `An alert that is ${from} cannot become ${to}.`;
  if (by.trim() === "") return "Say who you are: your name or initials.";
  if (by.length > NAME_CHARACTERS_MAX)
    return `The name is longer than ${NAME_CHARACTERS_MAX} characters.`;
  if (to === "closed" && note.trim() === "")
    return "An alert is closed with a note: what was found, and why it is done.";
  if (note.length > NOTE_CHARACTERS_MAX)
    return `The note is longer than ${NOTE_CHARACTERS_MAX} characters.`;
  return undefined;
}

/**
 * Proof that a change was made on the page of a connector with this key. Events of this type may come
 * from any source; one without the proof is kept like every event and changes no alert.
 */
function seal(
  { token }: Pseudonymiser,
  change: Pick<Change, "eventId" | "alertId" | "state" | "time">,
): string {
  const { eventId, alertId, state, time } = change;
  return token(`alert-state\n${JSON.stringify([eventId, alertId, state, time])}`);
}

/** The change as an event for the journal. */
export function changeEvent(
  asked: AskedChange,
  hasher: Pseudonymiser,
  nowMs: number,
): AuditEvent & { readonly event_type: "policy_event" } {
  const { eventId, alertId, to: state, by, note, rule } = asked;
  const time = formatTime(nowMs);
  return {
    event_id: eventId,
    event_type: "policy_event",
    policy_event_type: "alert_state_changed",
    timestamp: time,
    alert_id: alertId,
    alert_state: state,
    approver_id_hash: hasher.userIdHash(by.trim()),
    policy_ref: rule,
    source_record_id: seal(hasher, { eventId, alertId, state, time }),
    ...(note.trim() !== "" && { decision_reason: note.trim() }),
  };
}

/** A row of the store as a change; `undefined` when it does not prove where it was made. */
export function toChange(
  row: Readonly<Record<string, unknown>>,
  hasher: Pseudonymiser,
): Change | undefined {
  const state = alertStates.find((one) => one === row["alert_state"]);
  if (state === undefined) return undefined;
  const change: Change = {
    eventId: String(row["event_id"]),
    seq: Number(row["chain_seq"]),
    alertId: String(row["alert_id"]),
    state,
    time: String(row["timestamp"]),
    by: String(row["approver_id_hash"] ?? ""),
    note: String(row["decision_reason"] ?? ""),
  };
  return row["source_record_id"] === seal(hasher, change) ? change : undefined;
}
