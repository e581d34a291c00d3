/** What a source in a format counts for its operator. */
import type { SourceNote, SourceRecord } from "../source.ts";
import type { Reading } from "./reading.ts";

/** New names that are told; they come from records, so their number and form are bounded. */
const NAMES_MAX = 12;
const TELLABLE = /^[\w.-]{1,96}$/;
const NO_DEPARTMENT = /"department":"unknown"/;

export class FormatTally {
  readonly #format: string;
  readonly #names = new Set<string>();
  #unknownFields = 0;
  #unknownRecords = 0;
  #passedOver = 0;
  #noPerson = 0;
  #noDepartment = 0;

  constructor(format: string) {
    this.#format = format;
  }

  /** Counts what is durable. */
  add(readings: readonly Reading[]): void {
    for (const reading of readings) {
      this.#unknownRecords += reading.unknownRecords ?? 0;
      this.#passedOver += reading.passedOver ?? 0;
      for (const name of reading.unknownFields ?? []) this.#addField(name);
      for (const record of reading.records) this.#addRecord(record);
    }
  }

  #addField(name: string): void {
    this.#unknownFields += 1;
    if (this.#names.size < NAMES_MAX && TELLABLE.test(name)) this.#names.add(name);
  }

  #addRecord(record: SourceRecord): void {
    if (record.text === undefined) return;
    if (record.identity === undefined) this.#noPerson += 1;
    if (NO_DEPARTMENT.test(record.text)) this.#noDepartment += 1;
  }

  notes(): readonly SourceNote[] {
    const names = this.#names.size === 0 ? "" : `: ${[...this.#names].join(", ")}`;
    const notes: readonly SourceNote[] = [
      {
        what: "unknown_fields",
        count: this.#unknownFields,
        meaning: `fields of ${this.#format} records that this version does not know were left out${names}`,
        instruction: "Ask for an update of claude-siem when they matter to you.",
      },
      {
        what: "unknown_records",
        count: this.#unknownRecords,
        meaning: `${this.#format} records of a kind that this version does not know were kept under their name`,
      },
      {
        what: "passed_over",
        count: this.#passedOver,
        meaning: "lines are not meant to be events: headers, and log lines for people",
      },
      {
        what: "person_unknown",
        count: this.#noPerson,
        meaning: "events name nobody",
        instruction: "Let the gateway ask who its callers are, and log it.",
      },
      {
        what: "department_unknown",
        count: this.#noDepartment,
        meaning: "events name no department",
        instruction: "List users in context.clearances, or use teams where the gateway has them.",
      },
    ];
    return notes.filter(({ count }) => count > 0);
  }
}
