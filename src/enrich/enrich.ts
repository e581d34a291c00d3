/**
 * Context stamped at ingest: what a rule needs to know about a user, a clock or a price, written on
 * the event once, so that every SIEM judges the same facts and the journal keeps them as evidence.
 */
import type { AuditEvent } from "../event/event.ts";
import { isPseudonym } from "../event/format.ts";
import type { Provenance } from "../event/reach.ts";
import { canonicalTimeMs } from "../event/time.ts";
import { type Calendar, calendarOf, clockReading, isWorking } from "./business-hours.ts";
import { type ClassificationCounts, Classifier } from "./classify.ts";
import type { ClassificationTable } from "./classify-table.ts";
import type { ClearanceTable, UserContext, UserHasher } from "./clearance.ts";
import { costOf, type PriceTable, type Unpriced } from "./price.ts";

/** Tables to stamp from; what is absent is not stamped and not counted as missing. */
export interface EnrichOptions {
  readonly calendar?: Calendar;
  readonly clearances?: ClearanceTable;
  readonly prices?: PriceTable;
  readonly classification?: ClassificationTable;
  /** What a directory's export says; what the clearance table states comes first. */
  readonly scim?: ClearanceTable;
  /** Departments by pseudonym that sources have learned; what tables state comes first. */
  readonly directory?: ReadonlyMap<string, UserContext>;
  /** Looks up users of events that do not carry a canonical pseudonym yet. */
  readonly hasher?: UserHasher;
}

/** Why a table that was given had nothing to stamp on an event. */
export type Unstamped =
  | "no_user"
  | "user_not_listed"
  | "no_clearance_stated"
  | "department_not_in_calendar"
  | Unpriced;

export type UnstampedCounts = Readonly<Record<Unstamped, number>>;

export interface Enricher {
  /**
   * The event with everything stamped that is known. Pure but for the counters; values that the event
   * already carries are kept, except a department of "unknown", which states nothing, and a class of
   * data that is lower than what the classification table says.
   */
  readonly enrich: (event: AuditEvent, provenance?: Provenance) => AuditEvent;
  /** Events so far that lack a stamp, by reason. */
  readonly counts: () => UnstampedCounts;
  /** How events got their class of data; nothing without a classification table. */
  readonly classified: () => ClassificationCounts | undefined;
}

/** A copy of an event while it is being stamped. */
type Stamped = { -readonly [Field in keyof AuditEvent]: AuditEvent[Field] };

function isStated(department: string | undefined): department is string {
  return department !== undefined && department !== "unknown";
}

/** What is said of a user: each fact by the first table that states it. */
function firstStated(contexts: readonly UserContext[]): UserContext {
  return Object.assign({}, ...contexts.toReversed()) as UserContext;
}

/** Makes an enricher over fixed tables. */
export function createEnricher(options: EnrichOptions): Enricher {
  const { calendar, clearances, scim, prices, classification, directory, hasher } = options;
  const people = [clearances, scim].filter((table) => table !== undefined);
  const classifier = classification && new Classifier(classification);
  const counts: Record<Unstamped, number> = {
    no_user: 0,
    user_not_listed: 0,
    no_clearance_stated: 0,
    department_not_in_calendar: 0,
    no_model: 0,
    model_not_priced: 0,
    no_price_in_force: 0,
  };

  /** What tables say of the event's user, the first of them first. */
  function findUser(event: AuditEvent): readonly UserContext[] {
    const given = event.user_id_hash;
    if (given === undefined) {
      counts.no_user += 1;
      return [];
    }
    let hash: string | undefined;
    const found = people.flatMap(({ users }) => {
      const known = users.get(given);
      if (known !== undefined || hasher === undefined || isPseudonym(given)) return known ?? [];
      // Only what is not listed as it stands can be an id that policy has yet to make a pseudonym.
      hash ??= hasher.userIdHash(given);
      return users.get(hash) ?? [];
    });
    if (found.length === 0) counts.user_not_listed += 1;
    return found;
  }

  function stampUser(event: Stamped): void {
    const contexts = findUser(event);
    if (contexts.length === 0) return;
    const { clearance, department, business_unit } = firstStated(contexts);
    if (event.user_clearance === undefined) {
      if (clearance === undefined) counts.no_clearance_stated += 1;
      else event.user_clearance = clearance;
    }
    if (!isStated(event.department) && department !== undefined) event.department = department;
    if (event.business_unit === undefined && business_unit !== undefined)
      event.business_unit = business_unit;
  }

  function stampDepartment(learned: ReadonlyMap<string, UserContext>, event: Stamped): void {
    const given = event.user_id_hash;
    if (given === undefined || isStated(event.department)) return;
    const key = isPseudonym(given) || hasher === undefined ? given : hasher.userIdHash(given);
    const department = learned.get(key)?.department;
    if (department !== undefined) event.department = department;
  }

  function stampClock(table: Calendar, event: Stamped, epochMs: number): void {
    if (event.within_business_hours !== undefined && event.local_time !== undefined) return;
    const department = calendarOf(table, event.department);
    if (department === undefined) {
      counts.department_not_in_calendar += 1;
      return;
    }
    if (event.within_business_hours === undefined)
      event.within_business_hours = isWorking(department, epochMs);
    if (event.local_time !== undefined) return;
    const reading = clockReading(department.zone, epochMs, event.timestamp);
    if (reading !== undefined) event.local_time = reading;
  }

  function stampCost(table: PriceTable, event: Stamped, epochMs: number): void {
    // A cost and its reference belong together; half of a foreign pair is not completed with ours.
    if (event.cost_usd !== undefined || event.price_ref !== undefined) return;
    const cost = costOf(table, event, epochMs);
    if (typeof cost === "string") counts[cost] += 1;
    else if (cost !== undefined) {
      event.cost_usd = cost.cost_usd;
      event.price_ref = cost.price_ref;
    }
  }

  return {
    enrich(event, provenance = {}) {
      // A spread, not Object.assign, which makes objects that are slow to walk for all later readers.
      const stamped: Stamped = { ...event };
      // The user comes first: the department found there decides which calendar applies.
      if (people.length > 0) stampUser(stamped);
      if (directory) stampDepartment(directory, stamped);
      // After the user: rules may ask for department and business unit.
      classifier?.stamp(stamped, provenance);
      const epochMs = canonicalTimeMs(event.timestamp);
      if (calendar) stampClock(calendar, stamped, epochMs);
      if (prices) stampCost(prices, stamped, epochMs);
      return stamped;
    },
    counts: () => ({ ...counts }),
    classified: () => classifier?.counts(),
  };
}
