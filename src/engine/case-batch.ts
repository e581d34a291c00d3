/**
 * Many cases of one rule in one store, so that one query answers all of them.
 *
 * Each event carries the number of its case in a field that the rule does not read, and the rule is
 * grouped by that field as well (`partitionRule` says why this changes nothing within a case).
 */

import type { EventField } from "../event/event.ts";
import { canonicalTimeMs, formatTime } from "../event/time.ts";
import type { Alert, RuleIr } from "../rule/ir.ts";
import type { RuleTest } from "../rule/parse-tests.ts";
import { freeField, partitionRule } from "../rule/partition.ts";
import { detectRule } from "./detect.ts";
import type { Store, StoredEvent } from "./store.ts";

type CaseEvent = RuleTest["events"][number];

function timeOf(event: CaseEvent): number {
  return canonicalTimeMs(String(event["timestamp"]));
}

function lastTime(test: RuleTest): number {
  return test.events.reduce((last, event) => Math.max(last, timeOf(event)), 0);
}

export class CaseBatch {
  readonly #store: Store;
  readonly #field: EventField;
  /** Milliseconds that each case was moved by. */
  readonly #shifts: readonly number[];

  private constructor(store: Store, field: EventField, shifts: readonly number[]) {
    this.#store = store;
    this.#field = field;
    this.#shifts = shifts;
  }

  /**
   * Empties the store and loads the cases.
   *
   * @param rules Every rule the batch will run; all of one kind.
   */
  static async load(
    store: Store,
    rules: readonly RuleIr[],
    tests: readonly RuleTest[],
  ): Promise<CaseBatch> {
    const used = new Set(
      tests.flatMap(({ events }) => events.flatMap((event) => Object.keys(event))),
    );
    const field = freeField(rules, used);
    if (field === undefined) throw new Error("the cases use every field there is");
    // The clock of a silence is the last event of all, so all cases must end together.
    const aligned = rules.some(({ detection }) => detection.kind === "silence");
    const end = tests.reduce((last, test) => Math.max(last, lastTime(test)), 0);
    const shifts = tests.map((test) =>
      aligned && test.events.length > 0 ? end - lastTime(test) : 0,
    );
    await store.clear();
    await store.load(storedEvents(tests, field, shifts));
    await store.seal();
    return new CaseBatch(store, field, shifts);
  }

  /** The alerts of the rule in each case, as if it had run over that case alone. */
  async run(rule: RuleIr): Promise<readonly (readonly Alert[])[]> {
    const field = this.#field;
    const cases: Alert[][] = this.#shifts.map(() => []);
    const partitioned = partitionRule(rule, field);
    for (const alert of await detectRule(this.#store, partitioned, { suppress: true })) {
      const { [field]: number, ...entity } = alert.entity;
      const index = Number(number);
      const time = formatTime(canonicalTimeMs(alert.time) - (this.#shifts[index] ?? 0));
      const event_ids = alert.event_ids.map((id) => id.slice(id.indexOf(":") + 1));
      cases[index]?.push({ ...alert, time, entity, event_ids });
    }
    return cases;
  }
}

/** The event with the number of its case: ids repeat between cases, and count once in each. */
function toStored(
  event: CaseEvent,
  index: number,
  field: EventField,
  shiftMs: number,
): StoredEvent {
  const timestamp = formatTime(timeOf(event) + shiftMs);
  const event_id = `${index}:${String(event["event_id"])}`;
  const marked = { ...event, event_id, timestamp, [field]: String(index) };
  return { event: { timestamp }, json: JSON.stringify(marked) };
}

/** One at a time: a rule with a high limit has many. */
function* storedEvents(
  tests: readonly RuleTest[],
  field: EventField,
  shifts: readonly number[],
): Generator<StoredEvent> {
  for (const [index, { events }] of tests.entries())
    for (const event of events) yield toStored(event, index, field, shifts[index] ?? 0);
}
