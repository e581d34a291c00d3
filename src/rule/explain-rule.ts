/** A rule in plain words. */
import { formatDuration } from "../yaml/reader.ts";
import type { Detection, Measure, Predicate, RuleIr } from "./ir.ts";
import { parameterText } from "./parameter.ts";
import { renderPredicate } from "./render-predicate.ts";

function measureWords(measure: Measure): string {
  return measure.kind === "count"
    ? "the number of matching events"
    : `the sum of ${measure.fields.join(" + ")}`;
}

function matching(where: Predicate): string {
  return `Matching events: ${renderPredicate(where)}`;
}

/** How the keys of two steps belong together. */
function pairs(first: readonly string[], then: readonly string[]): string {
  const words = then.map((field, index) =>
    first[index] === field
      ? `${field} is the same`
      : `the first's ${first[index]} is the second's ${field}`,
  );
  return words.join(" and ");
}

/** What makes a rule fire, sentence by sentence. */
export function detectionLines(detection: Detection): readonly string[] {
  switch (detection.kind) {
    case "each":
      return [matching(detection.where), "Fires on every matching event."];
    case "threshold":
      return [
        matching(detection.where),
        `Measures, for each ${detection.by.join(" and ")}, ${measureWords(detection.measure)} in the ${formatDuration(detection.withinMs)} up to every event, both ends counted.`,
        `Fires when that rises above ${detection.greaterThan}.`,
      ];
    case "baseline": {
      const days = detection.averageOver === "active_days" ? "active days among the" : "";
      return [
        matching(detection.where),
        `Measures, for each ${detection.by.join(" and ")} and ${detection.zone} day, ${measureWords(detection.measure)}.`,
        `Fires when a day exceeds ${detection.factor} times the mean over the ${days} ${detection.historyDays} days before, and ${detection.floor}.`.replace(
          "  ",
          " ",
        ),
        `Needs at least ${detection.minDays} active days of history.`,
      ];
    }
    case "sequence": {
      const { first, second, withinMs } = detection;
      return [
        `First: ${renderPredicate(first.where)}`,
        `Then: ${renderPredicate(second.where)}`,
        `Fires when the second follows the first within ${formatDuration(withinMs)}, where ${pairs(first.by, second.by)}.`,
      ];
    }
    case "first_seen":
      return [
        matching(detection.where),
        `Fires at the first event of a UTC day with a ${detection.field} that the same ${detection.by.join(" and ")} did not have on the ${detection.historyDays} days before.`,
        `Needs matching events at least ${detection.learnDays} days older: until then everything is new.`,
      ];
    case "ratio":
      return [
        `Counted events: ${renderPredicate(detection.where)}`,
        `Share of them: ${renderPredicate(detection.of)}`,
        `Fires when, for one ${detection.by.join(" and ")}, the share in the ${formatDuration(detection.withinMs)} up to an event rises above ${detection.greaterThan}, with at least ${detection.atLeast} counted events.`,
      ];
    case "silence":
      return [
        matching(detection.where),
        `Fires when one ${detection.by.join(" and ")} has no further matching event for ${formatDuration(detection.forMs)}.`,
      ];
  }
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ""
    : `\n${title}\n${lines.map((line) => `  - ${line.replace(/\s+/g, " ")}\n`).join("")}`;
}

/** The rule in words: what fires it, when it stays quiet, its parameters, what it misses, what to do. */
export function explainRule(rule: RuleIr): string {
  const { suppress, schedule } = rule;
  const timing = [
    `After an alert, the same ${suppress.by.join(" and ")} stays quiet for ${formatDuration(suppress.forMs)}.`,
    `In a SIEM it runs every ${formatDuration(schedule.everyMs)} and waits ${formatDuration(schedule.lateMs)} for late events.`,
  ];
  const parameters = rule.parameters.map((parameter) => {
    const unit = parameter.unit === undefined ? "" : ` ${parameter.unit}`;
    return `${parameter.name} = ${parameterText(parameter)}${unit}: ${parameter.description}`;
  });
  const frameworks = rule.frameworks.map((one) => {
    return `${one.framework} ${one.version} ${one.id} ${one.name} (${one.confidence}): ${one.why}`;
  });
  return [
    `${rule.title}\n${rule.name} ${rule.version}, ${rule.severity}, ${rule.status}\n`,
    `\n${rule.description}\n`,
    section("What it does", [...detectionLines(rule.detection), ...timing]),
    section("Parameters", parameters),
    section("What it misses", rule.limits),
    section("False positives", rule.falsePositives),
    section("What to do", rule.response),
    section("Frameworks", frameworks),
    section(
      "Changes",
      rule.changelog.map(
        ({ version, date, changes }) => `${version} of ${date}: ${changes.join(" ")}`,
      ),
    ),
  ].join("");
}
