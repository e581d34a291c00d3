/** Why an event of the store did or did not take part in an alert of a rule. */
import { standingQuery, truthQuery, valueQuery } from "../dialect/duckdb/probe.ts";
import type { EventField } from "../event/event.ts";
import { entityFields, fieldsOf } from "../rule/detection.ts";
import type { Alert, Detection, Predicate, RuleIr } from "../rule/ir.ts";
import { detectRule } from "./detect.ts";
import type { Row, Store } from "./store.ts";

/** One node of a predicate and whether it holds; children follow their parent, one deeper. */
export interface PredicateTrace {
  readonly predicate: Predicate;
  readonly depth: number;
  readonly holds: boolean;
}

/** A predicate of the detection under its key in the rule's file. */
export interface ConditionTrace {
  readonly key: string;
  readonly nodes: readonly PredicateTrace[];
  /** Fields that the entity needs and the event lacks. */
  readonly missing: readonly EventField[];
}

export interface EventExplanation {
  readonly conditions: readonly ConditionTrace[];
  /** The event's values of the fields that the rule reads; null where missing. */
  readonly values: Readonly<Record<string, string | null>>;
  /** Numbers of the window or history that the event closes, by the names of the probe. */
  readonly standing: Readonly<Record<string, number | null>> | undefined;
  /** Alerts that the event is part of, before suppression. */
  readonly matches: readonly Alert[];
  /** Those of them that suppression lets through. */
  readonly kept: readonly Alert[];
}

interface Condition {
  readonly key: string;
  readonly where: Predicate;
  readonly by: readonly EventField[];
}

function conditionsOf(detection: Detection, rule: RuleIr): readonly Condition[] {
  switch (detection.kind) {
    case "each":
      return [{ key: "where", where: detection.where, by: [] }];
    case "threshold":
    case "baseline":
    case "silence":
    case "first_seen":
      return [{ key: "where", where: detection.where, by: entityFields(rule) }];
    case "ratio":
      return [
        { key: "where", where: detection.where, by: detection.by },
        { key: "of", where: detection.of, by: [] },
      ];
    case "sequence":
      return [
        { key: "first", ...detection.first },
        { key: "then", ...detection.second },
      ];
  }
}

function nodesOf(predicate: Predicate, depth = 0): readonly Omit<PredicateTrace, "holds">[] {
  const own = { predicate, depth };
  switch (predicate.kind) {
    case "all":
    case "any":
      return [own, ...predicate.of.flatMap((part) => nodesOf(part, depth + 1))];
    case "not":
      return [own, ...nodesOf(predicate.of, depth + 1)];
    case "always":
    case "equals":
    case "in":
    case "has":
    case "compare":
    case "present":
      return [own];
  }
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function numbersOf(row: Row | undefined): Readonly<Record<string, number | null>> | undefined {
  if (row === undefined) return undefined;
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    value === null ? null : Number(value),
  ]);
  return Object.fromEntries(entries);
}

async function traceOf(
  store: Store,
  { key, where, by }: Condition,
  values: Readonly<Record<string, string | null>>,
  eventId: string,
): Promise<ConditionTrace> {
  const nodes = nodesOf(where);
  const [truth] = await store.query(
    truthQuery(
      nodes.map(({ predicate }) => predicate),
      eventId,
    ),
  );
  return {
    key,
    missing: by.filter((field) => values[field] === null),
    nodes: nodes.map((node, index) => ({ ...node, holds: truth?.[`p${index}`] === true })),
  };
}

/** Explains an event; `undefined` when the store, which must be sealed, does not have it. */
export async function explainEvent(
  store: Store,
  rule: RuleIr,
  eventId: string,
): Promise<EventExplanation | undefined> {
  const fields = fieldsOf(rule);
  const [row] = await store.query(valueQuery(fields, eventId));
  if (row === undefined) return undefined;
  const values = Object.fromEntries(fields.map((field) => [field, textOrNull(row[field])]));
  const conditions: ConditionTrace[] = [];
  for (const condition of conditionsOf(rule.detection, rule))
    conditions.push(await traceOf(store, condition, values, eventId));
  const standing = standingQuery(rule, eventId);
  const [numbers] = standing === undefined ? [] : await store.query(standing);
  const isPart = ({ event_ids: ids }: Alert): boolean => ids.includes(eventId);
  const matches = (await detectRule(store, rule, { suppress: false })).filter(isPart);
  const kept = (await detectRule(store, rule, { suppress: true })).filter(isPart);
  return { conditions, values, standing: numbersOf(numbers), matches, kept };
}
