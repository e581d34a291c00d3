/**
 * The way in for all sources: a record is parsed and validated, stamped with context, freed of content
 * and identity, and journaled; what is no event goes to the reject file. Both are on the device before
 * a source hears of it.
 */
import { type Diagnostic, fileSpan, isError, report, succeed } from "../diagnostic/diagnostic.ts";
import * as sourceMessage from "../diagnostic/message/source.ts";
import type { Enricher } from "../enrich/enrich.ts";
import type { AuditEvent, CanonicalEvent } from "../event/event.ts";
import { parseEventLine } from "../event/parse.ts";
import type { DataInReach } from "../event/reach.ts";
import { formatTime } from "../event/time.ts";
import { isStrictEvent } from "../generated/event-validator.ts";
import type { Receipt } from "../journal/journal.ts";
import type { Policy } from "../policy/policy.ts";
import type { Emit, Emitted, SourceRecord } from "../source/source.ts";
import { recordOf } from "./value-record.ts";

/** The side of the journal that is written. */
export interface AppendPort {
  /** Resolves when all are on the device, waits while the disk refuses, rejects at the end. */
  readonly appendBatch: (events: readonly CanonicalEvent[]) => Promise<readonly Receipt[]>;
}

/** Where rejects of one source go. */
export interface RejectPort {
  /** Resolves when the lines are on the device. */
  readonly append: (lines: readonly string[]) => Promise<void>;
}

export interface ReceptionOptions {
  readonly journal: AppendPort;
  readonly policy: Policy;
  /** The tables in force now. */
  readonly enricher: () => Enricher;
  /** Reject events with fields that the vocabulary does not have. */
  readonly strict: boolean;
  /** Stamped on events that name no deployment. */
  readonly deployment?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves when there is room on the disk; rejects when the connector stops. */
  readonly room: () => Promise<void>;
}

/** What came of a source so far. */
export interface ReceptionCounts {
  accepted: number;
  rejected: number;
  /** Accepted with a warning, such as an unknown field. */
  marked: number;
  /** Milliseconds since the epoch; absent until the first record. */
  lastRecord?: number;
  /** Findings by code. */
  readonly findings: Map<string, number>;
}

/** The door of one source. */
export interface Door {
  readonly emit: Emit;
  readonly counts: ReceptionCounts;
}

interface Judged {
  readonly event?: CanonicalEvent;
  readonly diagnostics: readonly Diagnostic[];
}

/** Origin and kind of events that a program hands over as values. */
export const LIBRARY = "library";

/** What a program handed over is no event. */
export class InvalidEventError extends Error {
  override readonly name = "InvalidEventError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message, help }) => `${message}. ${help}`).join(" "));
    this.diagnostics = diagnostics;
  }
}

/** A reject as it stands in its file: enough to mend the record and send it again. */
function renderReject(
  at: string,
  origin: string,
  record: SourceRecord,
  diagnostics: readonly Diagnostic[],
): string {
  const reasons = diagnostics
    .filter(isError)
    .map(({ code, message, help, pointer }) => ({ code, pointer, message, help }));
  const { position, text = "raw" in record ? record.raw : undefined } = record;
  return JSON.stringify({ at, origin, position, reasons, record: text });
}

/** The event with pseudonyms of the people that its origin named beside it. */
function withPeople(
  event: AuditEvent,
  { identity, others }: Extract<SourceRecord, { readonly text: string }>,
  { pseudonymise }: Policy,
): AuditEvent {
  if (others === undefined)
    return identity === undefined ? event : { ...event, user_id_hash: pseudonymise(identity) };
  const people = Object.entries(others).map(([field, raw]) => [field, pseudonymise(raw)]);
  return {
    ...event,
    ...(identity !== undefined && { user_id_hash: pseudonymise(identity) }),
    ...Object.fromEntries(people),
  };
}

export class Reception {
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** A door for a source; its rejects go to a box of its own. */
  openDoor(kind: string, rejects: RejectPort): Door {
    const counts: ReceptionCounts = { accepted: 0, rejected: 0, marked: 0, findings: new Map() };
    return {
      counts,
      emit: (records, origin) => this.#emit(records, origin, kind, rejects, counts),
    };
  }

  /**
   * Takes events of a program that holds them as values. All or none of them: with one that is no event
   * nothing is written, and the caller learns why.
   *
   * @param teller The connector itself is no kind of source: no rule about silent sources may wait
   *   for its next event.
   * @returns The place of each event in the journal, after fsync. Rejects with `InvalidEventError`.
   */
  async append(
    values: readonly unknown[],
    door: Door,
    teller: "program" | "connector" = "program",
  ): Promise<readonly Receipt[]> {
    await this.#options.room();
    const observedAt = formatTime(this.#options.now());
    const kind = teller === "program" ? LIBRARY : undefined;
    const judged = values.map((value, index) =>
      this.#judge(recordOf(value, index + 1), LIBRARY, kind, observedAt),
    );
    const problems = judged.flatMap(({ event, diagnostics }) =>
      event === undefined ? diagnostics.filter(isError) : [],
    );
    if (problems.length > 0) {
      door.counts.rejected += values.length;
      throw new InvalidEventError(problems);
    }
    const events = judged.flatMap(({ event }) => event ?? []);
    const receipts = await this.#options.journal.appendBatch(events);
    door.counts.accepted += events.length;
    door.counts.marked += judged.filter(({ diagnostics }) => diagnostics.length > 0).length;
    door.counts.lastRecord = this.#options.now();
    return receipts;
  }

  async #emit(
    records: readonly SourceRecord[],
    origin: string,
    kind: string,
    rejects: RejectPort,
    counts: ReceptionCounts,
  ): Promise<Emitted> {
    await this.#options.room();
    const observedAt = formatTime(this.#options.now());
    const events: CanonicalEvent[] = [];
    const rejected: { index: number; diagnostics: readonly Diagnostic[] }[] = [];
    const lines: string[] = [];
    for (const [index, record] of records.entries()) {
      const { event, diagnostics } = this.#judge(record, origin, kind, observedAt);
      for (const { code } of diagnostics)
        counts.findings.set(code, (counts.findings.get(code) ?? 0) + 1);
      if (event === undefined) {
        rejected.push({ index, diagnostics });
        lines.push(renderReject(observedAt, origin, record, diagnostics));
      } else {
        events.push(event);
        if (diagnostics.length > 0) counts.marked += 1;
      }
    }
    const durable = [this.#options.journal.appendBatch(events), rejects.append(lines)];
    await Promise.all(durable);
    counts.accepted += events.length;
    counts.rejected += rejected.length;
    counts.lastRecord = this.#options.now();
    return { accepted: events.length, rejected };
  }

  /** One record as an event that may be kept, or why it is none. A defect costs one record its way. */
  #judge(
    record: SourceRecord,
    origin: string,
    kind: string | undefined,
    observedAt: string,
  ): Judged {
    const { position, problem } = record;
    if (problem !== undefined) return { diagnostics: [problem] };
    try {
      const parsed =
        record.event !== undefined && isStrictEvent(record.event)
          ? succeed(record.event)
          : parseEventLine(record.text, position, { file: origin, strict: this.#options.strict });
      if (!parsed.ok) return parsed;
      const { policy } = this.#options;
      const known = withPeople(parsed.value, record, policy);
      const event = policy.applyPolicy(this.#stamp(known, kind, observedAt, record.reach));
      return { event, diagnostics: parsed.diagnostics };
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      const span = { ...fileSpan(origin), line: Math.max(1, position) };
      return { diagnostics: [report(sourceMessage.readerDefect, span, { detail })] };
    }
  }

  #stamp(
    event: AuditEvent,
    kind: string | undefined,
    observedAt: string,
    reach: DataInReach | undefined,
  ): AuditEvent {
    const { deployment } = this.#options;
    const provenance = { source_kind: kind, deployment, reach };
    const stamped = this.#options.enricher().enrich(event, provenance) as {
      -readonly [Field in keyof AuditEvent]: AuditEvent[Field];
    };
    stamped.observed_at ??= observedAt;
    if (kind !== undefined) stamped.source_kind ??= kind;
    if (deployment !== undefined) stamped.deployment ??= deployment;
    return stamped;
  }
}
