/** What an operator has to read: kept for the status page, written to the log, counted for metrics. */
import type { SinkNotice } from "../delivery/sink-status.ts";

export interface Alarm {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly severity: "info" | "warning" | "error";
  /** What it is about: `journal`, `disk`, `sink splunk`, `source hooks`. */
  readonly about: string;
  readonly what: string;
  /** What somebody has to do, where somebody has to. */
  readonly instruction?: string;
}

/** The part of a logger that the connector uses; pino has it. */
export interface Log {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}

const KEPT = 100;
/** Equal kinds of alarms about one thing that are written to the log in a minute; the rest is counted. */
const LOGGED_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
const TALLIES_MAX = 1000;

interface Tally {
  minute: number;
  logged: number;
  held: number;
}

/** Collects alarms. A flood of equal ones is shortened in the log, with its count. */
export class AlarmBook {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #kept: Alarm[] = [];
  readonly #tallies = new Map<string, Tally>();
  readonly #counts = { info: 0, warning: 0, error: 0 };

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** The newest alarms, oldest first. */
  get recent(): readonly Alarm[] {
    return this.#kept;
  }

  /** Alarms since the start, by severity. */
  get counts(): Readonly<Record<Alarm["severity"], number>> {
    return this.#counts;
  }

  raise(alarm: Omit<Alarm, "at">, kind: string = alarm.what): void {
    const raised = { at: this.#now(), ...alarm };
    this.#counts[alarm.severity] += 1;
    this.#kept.push(raised);
    if (this.#kept.length > KEPT) this.#kept.shift();
    const held = this.#admit(`${alarm.about}\n${kind}`);
    if (held === undefined) return;
    const { about, what, instruction } = alarm;
    const fields = {
      about,
      ...(instruction !== undefined && { instruction }),
      ...(held > 0 && { held }),
    };
    if (alarm.severity === "error") this.#log.error(fields, what);
    else if (alarm.severity === "warning") this.#log.warn(fields, what);
    else this.#log.info(fields, what);
  }

  /** How many equal ones were held back before this one; `undefined` when this one is held back too. */
  #admit(key: string): number | undefined {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    if (this.#tallies.size > TALLIES_MAX) this.#tallies.clear();
    const tally = this.#tallies.get(key) ?? { minute, logged: 0, held: 0 };
    this.#tallies.set(key, tally);
    if (tally.minute !== minute) {
      tally.minute = minute;
      tally.logged = 0;
    }
    if (tally.logged >= LOGGED_PER_MINUTE) {
      tally.held += 1;
      return undefined;
    }
    tally.logged += 1;
    const { held } = tally;
    tally.held = 0;
    return held;
  }
}

/** A notice of a pump as an alarm about its sink. */
export function alarmOf(sink: string, notice: SinkNotice): Omit<Alarm, "at"> {
  const about = `sink ${sink}`;
  switch (notice.kind) {
    case "failing":
      return {
        severity: "warning",
        about,
        what: `delivery fails and is tried again: ${notice.reason}`,
      };
    case "held": {
      const { reason: what, instruction } = notice;
      return { severity: "error", about, what: `held, everything is kept: ${what}`, instruction };
    }
    case "recovered":
      return { severity: "info", about, what: "delivers again" };
    case "quarantined":
      return {
        severity: "warning",
        about,
        what: `event ${notice.event_id} became a dead letter: ${notice.reason}`,
        instruction: "Mend the cause, then run `claude-siem journal replay`.",
      };
    case "setAside":
      return {
        severity: "warning",
        about,
        what: `event ${notice.event_id} was set aside by the product: ${notice.reason}`,
        instruction: "Look into the product's failure store and mend the mapping.",
      };
    case "unreadable":
      return {
        severity: "error",
        about,
        what: `a part of the journal cannot be read: ${notice.reason}`,
        instruction: "Copy the journal folder, then run `claude-siem journal verify`.",
      };
    case "disk":
      return {
        severity: "error",
        about,
        what: notice.reason,
        instruction: "Free space or mend the device; it goes on by itself.",
      };
    case "broken":
      return {
        severity: "error",
        about,
        what: `the pump stopped by a defect: ${notice.reason}`,
        instruction: "Restart the connector and report the message; nothing is lost.",
      };
  }
}
