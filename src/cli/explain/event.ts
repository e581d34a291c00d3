/** Why an event of a log did or did not match a rule, for people. */
import type { EventExplanation, PredicateTrace } from "../../engine/explain-event.ts";
import type { Alert, RuleIr } from "../../rule/ir.ts";
import { renderPredicate } from "../../rule/render-predicate.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { paint } from "../terminal/style.ts";

function labelOf({ predicate }: PredicateTrace): string {
  switch (predicate.kind) {
    case "all":
      return "all of";
    case "any":
      return "any of";
    case "not":
      return "not";
    case "always":
    case "equals":
    case "in":
    case "has":
    case "compare":
    case "present":
      return renderPredicate(predicate);
  }
}

/** What the event has where a comparison looks. */
function foundOf(
  { predicate }: PredicateTrace,
  values: EventExplanation["values"],
): string | undefined {
  if (!("field" in predicate)) return undefined;
  const value = values[predicate.field];
  return value === null || value === undefined ? "missing" : `is ${value}`;
}

function traceLines(
  nodes: readonly PredicateTrace[],
  values: EventExplanation["values"],
  colour: boolean,
): readonly string[] {
  const width = Math.max(...nodes.map((node) => node.depth * 2 + labelOf(node).length));
  return nodes.map((node) => {
    const mark = node.holds ? paint(colour, "green", "✓") : paint(colour, "red", "✗");
    const indent = "  ".repeat(node.depth);
    const label = labelOf(node);
    const found = foundOf(node, values);
    if (found === undefined) return `  ${indent}${mark} ${label}`;
    const note = paint(colour, "dim", `  ${found}`);
    return `  ${indent}${mark} ${label.padEnd(width - indent.length)}${note}`;
  });
}

const count = (value: number | null | undefined): string => (value ?? 0).toLocaleString("en-US");

const days = (value: number): string => `${count(value)} ${value === 1 ? "day" : "days"}`;

/** Where the event stands for detections that look at more than one event. */
function standingLine({ detection }: RuleIr, { standing }: EventExplanation): string | undefined {
  if (standing === undefined) return undefined;
  switch (detection.kind) {
    case "threshold":
      return `The ${formatDuration(detection.withinMs)} up to this event hold ${count(standing["value"])}; more than ${count(detection.greaterThan)} fire.`;
    case "ratio": {
      const { hits, total } = standing;
      return `Of ${count(total)} counted events in the ${formatDuration(detection.withinMs)} up to this one, ${count(hits)} are in the share; above ${detection.greaterThan} fires, with at least ${count(detection.atLeast)}.`;
    }
    case "baseline": {
      const { today, history, active_days: active } = standing;
      return `Its day holds ${count(today)}. Of the ${detection.historyDays} days before, ${count(active)} were active and hold ${count(history)}. Fires above ${detection.factor} times the average and ${count(detection.floor)}, with at least ${detection.minDays} active days.`;
    }
    case "first_seen": {
      const { last_seen: seen, oldest } = standing;
      const known =
        seen === null || seen === undefined
          ? `No ${detection.field} of this value on the ${detection.historyDays} days before.`
          : `The same ${detection.field} was there ${days(seen)} before.`;
      const history =
        oldest === null || oldest === undefined
          ? "There is no history."
          : `The history is ${days(oldest)} old; at least ${detection.learnDays} are needed.`;
      return `${known} ${history}`;
    }
    case "each":
    case "sequence":
    case "silence":
      return undefined;
  }
}

function alertLine(alert: Alert): string {
  const entity = Object.entries(alert.entity).map(([key, value]) => `${key} ${value}`);
  return `${alert.time}${entity.length === 0 ? "" : ` about ${entity.join(", ")}`}`;
}

function verdictLines(rule: RuleIr, explanation: EventExplanation): readonly string[] {
  const { conditions, matches, kept } = explanation;
  const missing = [...new Set(conditions.flatMap((condition) => condition.missing))];
  const lines: string[] = [];
  const matching = conditions.filter(({ nodes }) => nodes[0]?.holds === true);
  if (matching.length === 0) lines.push("The event does not match.");
  else if (missing.length > 0)
    lines.push(`It has no ${missing.join(" and no ")}, so it belongs to no entity there.`);
  const standing = matching.length === 0 ? undefined : standingLine(rule, explanation);
  if (standing !== undefined) lines.push(standing);
  for (const alert of kept) lines.push(`It is part of the alert of ${alertLine(alert)}.`);
  for (const alert of matches.filter(({ time }) => !kept.some((one) => one.time === time))) {
    const quiet = formatDuration(rule.suppress.forMs);
    lines.push(
      `The alert of ${alertLine(alert)} is withheld: an earlier one is less than ${quiet} before.`,
    );
  }
  if (matching.length > 0 && matches.length === 0) lines.push("It is part of no alert.");
  return lines;
}

/** The explanation as text, ending in a line end. */
export function renderEventExplanation(
  rule: RuleIr,
  eventId: string,
  explanation: EventExplanation,
  colour: boolean,
): string {
  const head = paint(colour, "bold", `${rule.name} and event ${eventId}`);
  const parts = explanation.conditions.flatMap(({ key, nodes }) => [
    "",
    `${key} (${nodes[0]?.predicate.span.file}:${nodes[0]?.predicate.span.line})`,
    ...traceLines(nodes, explanation.values, colour),
  ]);
  return `${[head, ...parts, "", ...verdictLines(rule, explanation)].join("\n")}\n`;
}
