/**
 * The one gate between what came in and what is kept: after it an event holds metadata, pseudonyms
 * and markers. Only here an event becomes a `CanonicalEvent`.
 */
import type { AuditEvent, CanonicalEvent, EventField } from "../event/event.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import { isPseudonym } from "../event/format.ts";
import type { ContentLogging } from "./content-logging.ts";
import type { Pseudonymiser } from "./pseudonym.ts";
import { type RedactionCounts, Redactor } from "./redact.ts";

export interface PolicyOptions {
  readonly pseudonymiser: Pseudonymiser;
  /** Off when absent. When on, content stays under its keys but is redacted like any free text. */
  readonly contentLogging?: ContentLogging;
}

/** What policy did so far. */
export interface PolicyCounts {
  readonly redacted: Readonly<RedactionCounts>;
  /** User ids that were no canonical pseudonym and were replaced by one. */
  readonly pseudonymised: number;
}

export interface Policy {
  /**
   * The event as it may be kept and sent. Pure but for the counters; applying it twice changes
   * nothing more. The event itself is returned when there is nothing to change.
   */
  readonly applyPolicy: (event: AuditEvent) => CanonicalEvent;
  /** The pseudonym of a raw identity that an origin names beside an event. Counted like any other. */
  readonly pseudonymise: (identity: string) => string;
  readonly counts: () => PolicyCounts;
}

/**
 * - `closed`: the schema's validator leaves no room for anything else, such as enumerations and times.
 * - `identifier`: tells one record or session from others.
 * - `name`: out of a vocabulary, few and repeated; `names` for a list of such.
 * - `text`: written by people or programs, with the schema's length.
 */
type Treatment =
  | { readonly kind: "closed" | "pseudonym" | "identifier" | "name" | "names" }
  | { readonly kind: "text" | "map"; readonly lengthMax: number };

const particular: Readonly<Partial<Record<EventField, Treatment>>> = {
  event_id: { kind: "identifier" },
  session_id: { kind: "identifier" },
  request_id: { kind: "identifier" },
  source_record_id: { kind: "identifier" },
  use_case_id: { kind: "identifier" },
  exception_id: { kind: "identifier" },
  alert_id: { kind: "identifier" },
  schema_version: { kind: "closed" },
  local_time: { kind: "closed" },
  client_ip: { kind: "closed" },
  user_id_hash: { kind: "pseudonym" },
  approver_id_hash: { kind: "pseudonym" },
  target_user_id_hash: { kind: "pseudonym" },
  decision_reason: { kind: "text", lengthMax: 8192 },
  permission_before: { kind: "text", lengthMax: 8192 },
  permission_after: { kind: "text", lengthMax: 8192 },
  user_agent: { kind: "text", lengthMax: 1024 },
  details: { kind: "map", lengthMax: 8192 },
  labels: { kind: "map", lengthMax: 8192 },
};

function treatmentOf(field: EventField): Treatment {
  const known = particular[field];
  if (known) return known;
  const info = fieldInfo(field);
  if (info?.kind === "keyword[]") return { kind: "names" };
  // A new field is searched and replaced as a whole until it is listed above: the safe side.
  return info?.kind === "keyword" && info.values === undefined
    ? { kind: "name" }
    : { kind: "closed" };
}

const treatments: ReadonlyMap<string, Treatment> = new Map(
  eventFieldNames.map((field) => [field, treatmentOf(field)]),
);

const IDENTITIES_REMEMBERED = 4096;

/** Makes the gate. */
export function createPolicy(options: PolicyOptions): Policy {
  const { pseudonymiser } = options;
  const redactor = new Redactor({
    token: pseudonymiser.token,
    keepContent: options.contentLogging?.enabled ?? false,
  });
  let pseudonymised = 0;
  /** Pseudonyms by identity: a few users write most events. Only in memory, and bounded. */
  const known = new Map<string, string>();

  function pseudonymise(value: string): string {
    if (isPseudonym(value)) return value;
    const lowered = value.toLowerCase();
    if (isPseudonym(lowered)) return lowered;
    pseudonymised += 1;
    return pseudonymiser.userIdHash(value);
  }

  function redactNames(values: readonly string[]): readonly string[] {
    let redacted: string[] | undefined;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? "";
      const name = redactor.name(value);
      if (name === value) continue;
      redacted ??= [...values];
      redacted[index] = name;
    }
    return redacted ?? values;
  }

  function treat(treatment: Treatment, value: unknown): unknown {
    switch (treatment.kind) {
      case "closed":
        return value;
      case "pseudonym":
        return pseudonymise(value as string);
      case "identifier":
        return redactor.identifier(value as string);
      case "name":
        return redactor.name(value as string);
      case "names":
        return redactNames(value as readonly string[]);
      case "text":
        return redactor.text(value as string, treatment.lengthMax);
      case "map":
        return redactor.map(value as Readonly<Record<string, string>>, treatment.lengthMax);
    }
  }

  return {
    applyPolicy(event) {
      let changes: Record<string, unknown> | undefined;
      for (const field in event) {
        const treatment = treatments.get(field);
        if (treatment === undefined) throw new TypeError(`${field} is not a field of an event`);
        if (treatment.kind === "closed") continue;
        const value: unknown = event[field as keyof AuditEvent];
        const treated = value === undefined ? value : treat(treatment, value);
        if (treated !== value) {
          changes ??= {};
          changes[field] = treated;
        }
      }
      return (changes ? { ...event, ...changes } : event) as CanonicalEvent;
    },
    pseudonymise(identity) {
      // Even what looks like a pseudonym is replaced: some clients use 64 hex digits as an install id.
      pseudonymised += 1;
      const before = known.get(identity);
      if (before !== undefined) return before;
      if (known.size >= IDENTITIES_REMEMBERED) known.clear();
      const pseudonym = pseudonymiser.userIdHash(identity);
      known.set(identity, pseudonym);
      return pseudonym;
    },
    counts: () => ({ redacted: { ...redactor.counts }, pseudonymised }),
  };
}
