/**
 * What Sentinel takes. The limits are those of the product's documentation and of the checks in the
 * Azure-Sentinel repository, whichever is tighter. A rule beyond them is refused: an import that fails
 * halfway, or a rule that is saved and never runs, would be worse.
 */
import { type Diagnostic, report } from "../../diagnostic/diagnostic.ts";
import * as dialectMessage from "../../diagnostic/message/dialect.ts";
import type { Obstacle } from "../../dialect/capability.ts";
import { compileKql, KQL_LENGTH_MAX, SENTINEL_LOOKBACK_MAX_MS } from "../../dialect/kql/query.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { type CompiledRule, isKept } from "../compiled-rule.ts";
import { shortDuration } from "./duration.ts";
import {
  DETAILS_MAX,
  FREQUENCY_MIN_MS,
  GROUPING_MAX_MS,
  LONG_PERIOD_FREQUENCY_MIN_MS,
  LONG_PERIOD_MS,
  PLACEHOLDERS_MAX,
  type ScheduledRule,
  scheduledRule,
  TITLE_MAX,
} from "./scheduled-rule.ts";
import { tacticNames, tacticsFor } from "./tactic.ts";

const DESCRIPTION_MAX = 5000;
const VERSION_MAX = 20;
const ENTITIES_MAX = 5;
const IDENTIFIERS_MAX = 3;

/** A limit that a rule breaks, and the key of rule.yaml that has to change. */
export interface Violation extends Obstacle {
  readonly key: string;
}

function length(
  key: string,
  what: string,
  text: string,
  most: number,
  remedy: string,
): readonly Violation[] {
  if (text.trim() === "") return [{ key, reason: `${what} is empty`, remedy: "Write one." }];
  if (text.length <= most) return [];
  const reason = `${what} has ${text.length} characters; Sentinel takes ${most}`;
  return [{ key, reason, remedy }];
}

function checkTexts(rule: ScheduledRule): readonly Violation[] {
  const shorten = "Say it in fewer words.";
  const isVersion = /^\d+\.\d+\.\d+$/.test(rule.version) && rule.version.length <= VERSION_MAX;
  return [
    ...length("title", "The title", rule.title, TITLE_MAX, shorten),
    ...length("description", "The description", rule.description, DESCRIPTION_MAX, shorten),
    ...(rule.alertName === rule.title
      ? []
      : length("title", "The name of its alerts", rule.alertName, TITLE_MAX, shorten)),
    ...length(
      "description",
      "The description of its alerts",
      rule.alertDescription,
      DESCRIPTION_MAX,
      shorten,
    ),
    ...length(
      "detect",
      "The query",
      rule.query,
      KQL_LENGTH_MAX,
      "Split the rule, or shorten its lists of values.",
    ),
    ...(isVersion
      ? []
      : [
          {
            key: "version",
            reason: `The version ${rule.version} is not three numbers of up to ${VERSION_MAX} characters`,
            remedy: "Write a version such as 1.2.3.",
          },
        ]),
  ];
}

function checkSchedule({ frequencyMs, periodMs, groupForMs }: ScheduledRule): readonly Violation[] {
  const violations: Violation[] = [];
  const [least, most] = [FREQUENCY_MIN_MS, SENTINEL_LOOKBACK_MAX_MS];
  if (frequencyMs < least || frequencyMs > most) {
    violations.push({
      key: "schedule",
      reason: `The rule would run every ${shortDuration(frequencyMs)}; Sentinel runs rules every ${shortDuration(least)} to ${shortDuration(most)}`,
      remedy: "Change schedule.every.",
    });
  }
  // What is read follows from the interval, so an impossible interval is the one thing to say.
  if (violations.length === 0 && (periodMs < frequencyMs || periodMs > most)) {
    violations.push({
      key: "schedule",
      reason: `A run would read ${shortDuration(periodMs)}; it must read at least the interval between runs and at most ${shortDuration(most)}`,
      remedy: "Shorten the window, run the rule more often, or wait less for late events.",
    });
  }
  if (periodMs >= LONG_PERIOD_MS && frequencyMs < LONG_PERIOD_FREQUENCY_MIN_MS) {
    violations.push({
      key: "schedule",
      reason: `A run reads ${shortDuration(periodMs)}, and rules that read ${shortDuration(LONG_PERIOD_MS)} or more run every ${shortDuration(LONG_PERIOD_FREQUENCY_MIN_MS)} at most`,
      remedy: "Change schedule.every.",
    });
  }
  if (groupForMs < FREQUENCY_MIN_MS || groupForMs > GROUPING_MAX_MS) {
    violations.push({
      key: "suppress",
      reason: `Incidents would take up alerts for ${shortDuration(groupForMs)}; Sentinel allows ${shortDuration(FREQUENCY_MIN_MS)} to ${shortDuration(GROUPING_MAX_MS)}`,
      remedy: "Change suppress.for.",
    });
  }
  return violations;
}

function checkDetails({ details, columns, groupBy }: ScheduledRule): readonly Violation[] {
  const violations: Violation[] = [];
  const add = (reason: string): void => {
    const remedy = "Tell alerts apart by fewer fields, or by others.";
    violations.push({ key: "suppress", reason, remedy });
  };
  const entries = Object.entries(details);
  if (entries.length > DETAILS_MAX) {
    add(`An alert would carry ${entries.length} custom details; Sentinel takes ${DETAILS_MAX}`);
  }
  for (const [key, column] of entries) {
    if (!/^[a-zA-Z]\w{0,19}$/.test(key)) {
      add(`The custom detail ${key} is not a name of up to 20 letters, digits and underscores`);
    }
    if (!columns.includes(column)) {
      add(`The custom detail ${key} names the column ${column}, which the query does not return`);
    }
  }
  for (const key of groupBy) {
    if (Object.hasOwn(details, key)) continue;
    add(`Incidents are grouped by ${key}, which is no custom detail of the alert`);
  }
  return violations;
}

function checkEntities({ entities, columns }: ScheduledRule): readonly Violation[] {
  const violations: Violation[] = [];
  const add = (reason: string): void => {
    violations.push({ key: "detect", reason, remedy: "Tell alerts apart by fewer users." });
  };
  if (entities.length < 1 || entities.length > ENTITIES_MAX) {
    add(`An alert would have ${entities.length} entities; Sentinel takes 1 to ${ENTITIES_MAX}`);
  }
  for (const { entityType, fieldMappings } of entities) {
    if (fieldMappings.length < 1 || fieldMappings.length > IDENTIFIERS_MAX) {
      add(
        `The entity ${entityType} has ${fieldMappings.length} identifiers; Sentinel takes 1 to ${IDENTIFIERS_MAX}`,
      );
    }
    for (const { columnName } of fieldMappings) {
      if (columns.includes(columnName)) continue;
      add(
        `The entity ${entityType} names the column ${columnName}, which the query does not return`,
      );
    }
  }
  return violations;
}

function checkPlaceholders(rule: ScheduledRule): readonly Violation[] {
  const texts = [
    ["title", rule.alertName],
    ["description", rule.alertDescription],
  ] as const;
  return texts.flatMap(([key, text]) => {
    const columns = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, column = ""]) => column);
    const unknown = columns.filter((column) => !rule.columns.includes(column));
    const remedy = `Leave double braces out of the ${key}.`;
    return [
      ...unknown.map((column) => ({
        key,
        reason: `The text of its alerts names the column ${column}, which the query does not return`,
        remedy,
      })),
      ...(columns.length > PLACEHOLDERS_MAX
        ? [
            {
              key,
              reason: `The text of its alerts names ${columns.length} columns; Sentinel takes ${PLACEHOLDERS_MAX}`,
              remedy,
            },
          ]
        : []),
    ];
  });
}

function checkFrameworks({ tactics, techniques }: ScheduledRule): readonly Violation[] {
  const key = "frameworks";
  const remedy = "Name a technique of ATT&CK that the table of techniques has with its tactics.";
  const bad = techniques.filter((id) => !/^T\d{4}$/.test(id));
  const homeless = techniques.filter((id) => !bad.includes(id) && tacticsFor([id]).length === 0);
  const unknown = tactics.filter((tactic) => !tacticNames.includes(tactic));
  return [
    ...bad.map((id) => ({ key, reason: `${id} is not the id of a technique`, remedy })),
    ...unknown.map((tactic) => ({ key, reason: `Sentinel knows no tactic ${tactic}`, remedy })),
    ...homeless.map((id) => ({ key, reason: `No tactic is known for ${id}`, remedy })),
  ];
}

/** Every limit of Sentinel that a rule breaks; none when Sentinel would take it. */
export function checkScheduledRule(rule: ScheduledRule): readonly Violation[] {
  return [
    ...checkTexts(rule),
    ...checkSchedule(rule),
    ...checkDetails(rule),
    ...checkEntities(rule),
    ...checkPlaceholders(rule),
    ...checkFrameworks(rule),
  ];
}

/** The broken limits of a rule that compiles, as messages at the keys of its file (code D801). */
export function checkSentinelRule(rule: RuleIr): readonly Diagnostic[] {
  const one = { rule, source: rule.span.file, compiled: compileKql(rule) };
  if (!isKept(one)) return [];
  return checkScheduledRule(scheduledRule(one)).map(({ key, reason, remedy }) =>
    report(dialectMessage.refusedRule, spanOf(rule, key), {
      rule: rule.name,
      target: "sentinel",
      reason,
      remedy,
    }),
  );
}

function spanOf({ spans, span }: RuleIr, key: string): RuleIr["span"] {
  return spans[key] ?? span;
}

/** The rule, refused with the first broken limit when Sentinel would not take it. */
export function withinLimits(one: CompiledRule): CompiledRule {
  if (!isKept(one)) return one;
  const [violation] = checkScheduledRule(scheduledRule(one));
  if (violation === undefined) return one;
  const { reason, remedy } = violation;
  const fidelity = { level: "refused", reason, remedy } as const;
  return { ...one, compiled: { ...one.compiled, fidelity, texts: [], columns: [] } };
}
