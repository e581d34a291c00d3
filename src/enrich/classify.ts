/**
 * Gives events the class of the data in reach. The highest of what rules and the producer say holds: a
 * rule never lowers a statement, it is counted instead. Which rules decided is written on the event.
 */
import type { AuditEvent, DataClassification } from "../event/event.ts";
import type { Provenance } from "../event/reach.ts";
import { nameIndex, pathIndex } from "./classify-index.ts";
import {
  type ClassificationRule,
  type ClassificationTable,
  type Condition,
  classes,
  DEFAULT_ID,
  type LabelledFact,
  labelledFacts,
  rankOf,
} from "./classify-table.ts";

/** The label that names the rules which say the event's class, in the order of the table. */
export const RULES_LABEL = "classification_rules";
/** The label with what the producer stated where a rule says more. */
export const STATED_LABEL = "classification_stated";

/** An event has 256 labels at most. */
const LABELS_MAX = 256;
/** Rules named on one event; `+3` stands for three more. */
const IDS_MAX = 16;
/** Values remembered of each fact: most events repeat a few, and values come from outside. */
const VALUES_REMEMBERED = 4096;
const VALUE_LENGTH_REMEMBERED = 512;

/** How events got their class so far. */
export interface ClassificationCounts {
  /** Events by what decided: every event is in one of the four. */
  readonly by: Readonly<Record<"rule" | "producer" | "default" | "nobody", number>>;
  /** Events that a rule gave a higher class than their producer. */
  readonly raised: number;
  /** Events for which rules would have meant a lower class than their producer stated. */
  readonly keptHigher: number;
  /** Events that have as many labels as there may be, so that the rules are not named on them. */
  readonly unnamed: number;
  /** Events that each rule matched, whether or not it decided. */
  readonly rules: Readonly<Record<string, number>>;
}

type Values = string | readonly string[] | undefined;
type Writable = { -readonly [Field in keyof AuditEvent]: AuditEvent[Field] };

function labelOf({ labels }: AuditEvent, name: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function isLabelled(fact: string): fact is LabelledFact {
  return (labelledFacts as readonly string[]).includes(fact);
}

/** The server that an event is about; for other events the servers attached to the session. */
function serversOf(event: AuditEvent, { reach }: Provenance): Values {
  if ("mcp_server" in event && event.mcp_server !== undefined) return event.mcp_server;
  const told = "details" in event ? event.details?.["mcp_server"] : undefined;
  return typeof told === "string" ? told : (reach?.mcp_server ?? event.mcp_integrations);
}

/** How the values of a fact are found on an event. */
function readerOf(
  fact: Condition["fact"],
  labels: ClassificationTable["labels"],
): (event: AuditEvent, provenance: Provenance) => Values {
  if (typeof fact === "object") return (event) => labelOf(event, fact.label);
  if (isLabelled(fact)) {
    const names = labels[fact];
    return (event, { reach }) => {
      const beside = reach?.[fact];
      if (event.labels === undefined) return beside;
      let values: string[] | undefined;
      for (const name of names) {
        const value = labelOf(event, name);
        if (value === undefined) continue;
        values ??= [...(beside ?? [])];
        values.push(value);
      }
      return values ?? beside;
    };
  }
  switch (fact) {
    case "mcp_server":
      return serversOf;
    case "source_kind":
    case "deployment":
      return (event, provenance) => event[fact] ?? provenance[fact];
    case "mcp_tool":
      return (event) => ("mcp_tool" in event ? event.mcp_tool : undefined);
    default:
      return (event) => event[fact];
  }
}

/** Everything that rules ask about one fact. */
class Question {
  readonly valuesOf: (event: AuditEvent, provenance: Provenance) => Values;
  readonly #names = nameIndex();
  readonly #paths = pathIndex();
  readonly #index: { readonly rulesOf: (value: string) => ReadonlySet<number> };
  readonly #known = new Map<string, readonly number[]>();

  constructor(fact: Condition["fact"], labels: ClassificationTable["labels"]) {
    this.valuesOf = readerOf(fact, labels);
    this.#index = fact === "path" ? this.#paths : this.#names;
  }

  add(rule: number, condition: Condition, ignoreCase: boolean): void {
    if (condition.fact === "path") this.#paths.add(rule, condition.patterns, ignoreCase);
    else this.#names.add(rule, condition.patterns, ignoreCase);
  }

  #rulesOfOne(value: string): readonly number[] {
    const known = this.#known.get(value);
    if (known) return known;
    const rules = [...this.#index.rulesOf(value)];
    if (value.length > VALUE_LENGTH_REMEMBERED) return rules;
    if (this.#known.size >= VALUES_REMEMBERED) this.#known.clear();
    this.#known.set(value, rules);
    return rules;
  }

  /** The rules whose condition on this fact holds, each once. */
  rulesOf(values: string | readonly string[]): readonly number[] {
    if (typeof values === "string") return this.#rulesOfOne(values);
    if (values.length === 1) return this.#rulesOfOne(values[0] ?? "");
    return [...new Set(values.flatMap((value) => this.#rulesOfOne(value)))];
  }
}

function nameRules(ids: readonly string[]): string {
  const named = ids.slice(0, IDS_MAX).join(",");
  return ids.length > IDS_MAX ? `${named},+${ids.length - IDS_MAX}` : named;
}

export class Classifier {
  readonly #rules: readonly ClassificationRule[];
  readonly #ranks: readonly number[];
  readonly #fallback: DataClassification | undefined;
  readonly #questions: readonly Question[];
  /** Conditions of each rule that hold for the event at hand; all 0 between events. */
  readonly #held: Uint16Array;
  readonly #matched: Float64Array;
  readonly #by = { rule: 0, producer: 0, default: 0, nobody: 0 };
  #raised = 0;
  #keptHigher = 0;
  #unnamed = 0;

  constructor({ rules, fallback, labels }: ClassificationTable) {
    this.#rules = rules;
    this.#ranks = rules.map((rule) => rankOf(rule.class));
    this.#fallback = fallback;
    this.#held = new Uint16Array(rules.length);
    this.#matched = new Float64Array(rules.length);
    const questions = new Map<string, Question>();
    for (const [index, { conditions, ignoreCase }] of rules.entries()) {
      for (const condition of conditions) {
        const key = JSON.stringify(condition.fact);
        const question = questions.get(key) ?? new Question(condition.fact, labels);
        questions.set(key, question);
        question.add(index, condition, ignoreCase);
      }
    }
    this.#questions = [...questions.values()];
  }

  /** The rules whose conditions all hold, in the order of the table. */
  #match(event: AuditEvent, provenance: Provenance): readonly number[] {
    const touched: number[] = [];
    for (const question of this.#questions) {
      const values = question.valuesOf(event, provenance);
      if (values === undefined) continue;
      for (const rule of question.rulesOf(values)) {
        const held = (this.#held[rule] ?? 0) + 1;
        this.#held[rule] = held;
        if (held === 1) touched.push(rule);
      }
    }
    const matched = touched.filter(
      (rule) => this.#held[rule] === this.#rules[rule]?.conditions.length,
    );
    for (const rule of touched) this.#held[rule] = 0;
    for (const rule of matched) this.#matched[rule] = (this.#matched[rule] ?? 0) + 1;
    return matched.sort((a, b) => a - b);
  }

  /** Writes the class and who decided it on an event that is being stamped. */
  stamp(event: Writable, provenance: Provenance): void {
    const matched = this.#match(event, provenance);
    const stated = event.data_classification;
    const statedRank = rankOf(stated);
    const rankAt = (rule: number): number => this.#ranks[rule] ?? -1;
    let rank = -1;
    for (const rule of matched) rank = Math.max(rank, rankAt(rule));
    if (rank < statedRank) {
      this.#by.producer += 1;
      if (matched.length > 0) this.#keptHigher += 1;
    } else if (rank >= 0) {
      this.#by.rule += 1;
      if (rank > statedRank && statedRank >= 0) this.#raised += 1;
      const deciding = matched.filter((rule) => rankAt(rule) === rank);
      const ids = deciding.map((rule) => this.#rules[rule]?.id ?? "");
      this.#write(event, classes[rank], nameRules(ids));
    } else if (this.#fallback !== undefined) {
      this.#by.default += 1;
      this.#write(event, this.#fallback, DEFAULT_ID);
    } else this.#by.nobody += 1;
  }

  #write(event: Writable, classification: DataClassification | undefined, rules: string): void {
    const stated = event.data_classification;
    if (classification !== undefined) event.data_classification = classification;
    const isRaised = stated !== undefined && stated !== "unknown" && stated !== classification;
    const labels = {
      ...event.labels,
      [RULES_LABEL]: rules,
      ...(isRaised && { [STATED_LABEL]: stated }),
    };
    if (Object.keys(labels).length > LABELS_MAX) this.#unnamed += 1;
    else event.labels = labels;
  }

  counts(): ClassificationCounts {
    return {
      by: { ...this.#by },
      raised: this.#raised,
      keptHigher: this.#keptHigher,
      unnamed: this.#unnamed,
      rules: Object.fromEntries(this.#rules.map(({ id }, rule) => [id, this.#matched[rule] ?? 0])),
    };
  }
}

/** The sum of two counts; rules that only one of them has are kept. */
export function addCounts(
  a: ClassificationCounts | undefined,
  b: ClassificationCounts | undefined,
): ClassificationCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const { by } = a;
  const rules: Record<string, number> = { ...a.rules };
  for (const [id, count] of Object.entries(b.rules)) rules[id] = (rules[id] ?? 0) + count;
  return {
    by: {
      rule: by.rule + b.by.rule,
      producer: by.producer + b.by.producer,
      default: by.default + b.by.default,
      nobody: by.nobody + b.by.nobody,
    },
    raised: a.raised + b.raised,
    keptHigher: a.keptHigher + b.keptHigher,
    unnamed: a.unnamed + b.unnamed,
    rules,
  };
}
