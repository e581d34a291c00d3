/** What follows the journal and tells events of its own. */
import type { AuditEvent, CanonicalEvent } from "../../event/event.ts";

/** Something that derives events from those of the journal. Pure but for its own state. */
export interface Part {
  /** Whether a record may matter, by its text: most are not worth parsing. */
  readonly concerns: (body: string) => boolean;
  readonly take: (event: CanonicalEvent, nowMs: number) => void;
  /** Everything in the journal has been read, and so much time passed since that was so before. */
  readonly pass: (elapsedMs: number, nowMs: number) => void;
  /** Takes events that are due, so many that they can be held in memory; asked again until none are. */
  readonly takeDue: () => readonly AuditEvent[];
  /** The state without what was taken, as a value that JSON can say. */
  readonly save: () => unknown;
  readonly counts: () => Readonly<Record<string, number>>;
}

/** A part before it has a state. */
export interface PartKind {
  /** Names its state file, its metrics and its alarms. */
  readonly name: string;
  /** Text that every event of its own has, to find them in the journal. */
  readonly mark: string;
  /** @param saved What `save` gave; absent at the first start. */
  readonly open: (saved: unknown) => Part;
}

export interface DerivedStatus {
  readonly name: string;
  readonly state: "running" | "failing" | "stopped";
  /** Records of the journal that it has not read. */
  readonly lagRecords: number;
  /** Events that it has derived and not told yet. */
  readonly pending: number;
  /** Events it has told since the start. */
  readonly written: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly lastError?: { readonly at: number; readonly reason: string };
}
