/**
 * What the events of a session told, each with the first time it was told. So "what was known by then"
 * has one answer, in whatever order the events were read.
 */
import type { AuditEvent } from "../event/event.ts";

/** Fields of which a session has one value: the first that was told. */
export const singleFields = [
  "user_id_hash",
  "department",
  "business_unit",
  "model_version",
  "deployment",
  "source_kind",
] as const;

export type SingleField = (typeof singleFields)[number];
type FactField = SingleField | "data_classification" | "mcp_integrations";

/** Classes of data, lowest first; `unknown` tells nothing. */
const CLASSES = ["public", "internal", "sensitive", "restricted"] as const;

/** An agent has a handful of servers and models; a session that names more is no reason to run out of memory. */
const FACTS_MAX = 256;

/** A fact in a snapshot: field, value, time. */
export type SavedFact = readonly [field: string, value: string, time: number];

export class Facts {
  readonly #times = new Map<string, Map<string, number>>();
  #size = 0;

  static restore(saved: readonly SavedFact[]): Facts {
    const facts = new Facts();
    for (const [field, value, time] of saved) facts.#note(field, value, time);
    return facts;
  }

  save(): readonly SavedFact[] {
    return [...this.#times].flatMap(([field, values]) =>
      [...values].map(([value, time]): SavedFact => [field, value, time]),
    );
  }

  /** Takes in what an event tells about its session. */
  add(event: AuditEvent, time: number): void {
    for (const field of singleFields) {
      const value = event[field];
      if (value !== undefined && value !== "unknown") this.#note(field, value, time);
    }
    const { data_classification: level, mcp_integrations: servers = [] } = event;
    if (level !== undefined && level !== "unknown") this.#note("data_classification", level, time);
    for (const server of servers) this.#note("mcp_integrations", server, time);
    if ("mcp_server" in event && event.mcp_server !== undefined)
      this.#note("mcp_integrations", event.mcp_server, time);
  }

  #note(field: string, value: string, time: number): void {
    let values = this.#times.get(field);
    if (values === undefined) {
      values = new Map();
      this.#times.set(field, values);
    }
    const known = values.get(value);
    if (known !== undefined && known <= time) return;
    if (known === undefined) {
      if (this.#size >= FACTS_MAX) return;
      this.#size += 1;
    }
    values.set(value, time);
  }

  /** Everything told of a field up to a time, in order of the values. */
  all(field: FactField, until: number): readonly string[] {
    return [...(this.#times.get(field) ?? [])]
      .filter(([, time]) => time <= until)
      .map(([value]) => value)
      .sort();
  }

  /** What was told first up to a time; of two at once the smaller. */
  first(field: FactField, until: number): string | undefined {
    let found: readonly [value: string, time: number] | undefined;
    for (const [value, time] of this.#times.get(field) ?? []) {
      if (time > until) continue;
      if (found === undefined || time < found[1] || (time === found[1] && value < found[0]))
        found = [value, time];
    }
    return found?.[0];
  }

  /** The highest class of data that was told up to a time. */
  highestClass(until: number): (typeof CLASSES)[number] | undefined {
    const told = this.all("data_classification", until);
    return CLASSES.findLast((one) => told.includes(one));
  }
}
