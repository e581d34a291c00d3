/** Checks of a parsed rule that need more than its grammar. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { isUuid } from "../event/format.ts";
import { parseDate } from "../event/time.ts";
import { frameworkEntryName, frameworkIds } from "../framework/lookup.ts";
import { formatDuration } from "../yaml/reader.ts";
import type { RuleIr } from "./ir.ts";
import { parameterText } from "./parameter.ts";

/** Forms of ids: ATT&CK and ATLAS as their data files have them, OWASP's LLM list by year. */
const FRAMEWORK_IDS = {
  attack: {
    id: /^T\d{4}(\.\d{3})?$/,
    version: /^\d+\.\d+$/,
    example: "T1213 or T1213.002, version 18.1",
  },
  atlas: {
    id: /^AML\.T\d{4}(\.\d{3})?$/,
    version: /^\d{1,4}\.\d+(\.\d+)?$/,
    example: "AML.T0051, version 5.6.0",
  },
  owasp_llm: { id: /^LLM(0[1-9]|10)$/, version: /^20\d\d$/, example: "LLM01, version 2026" },
} as const;

function checkIdentity(rule: RuleIr, folder: string | undefined): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const spanOf = (key: string): Span => rule.spans[key] ?? rule.span;
  const expectForm = (
    key: "id" | "name" | "version" | "created" | "modified",
    fits: boolean,
    expected: string,
  ): void => {
    if (fits) return;
    diagnostics.push(
      report(ruleMessage.badIdentity, spanOf(key), { key, found: rule[key], expected }),
    );
  };
  expectForm(
    "name",
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(rule.name),
    "lower-case words joined by dashes",
  );
  expectForm("id", isUuid(rule.id), "a UUID in lower case");
  expectForm(
    "version",
    /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(rule.version),
    "a version such as 1.2.3",
  );
  const isDay = (text: string): boolean => text.length === 10 && parseDate(text) !== undefined;
  expectForm("created", isDay(rule.created), "a date such as 2026-03-01");
  expectForm(
    "modified",
    isDay(rule.modified) && rule.modified >= rule.created,
    `a date, not before ${rule.created}`,
  );
  if (folder !== undefined && folder !== rule.name) {
    diagnostics.push(report(ruleMessage.wrongFolder, spanOf("name"), { name: rule.name, folder }));
  }
  return diagnostics;
}

function checkFrameworks(rule: RuleIr): readonly Diagnostic[] {
  return rule.frameworks.flatMap(({ framework, id, version, name, span }) => {
    const form = FRAMEWORK_IDS[framework];
    if (!form.id.test(id) || !form.version.test(version)) {
      const args = { framework, id: `${id} (version ${version})`, expected: form.example };
      return [report(ruleMessage.badFramework, span, args)];
    }
    const expected = frameworkEntryName(framework, version, id);
    if (expected === undefined) {
      const known = frameworkIds(framework, version);
      return [report(ruleMessage.unknownFrameworkEntry, span, { framework, version, id, known })];
    }
    if (expected === name) return [];
    return [report(ruleMessage.wrongFrameworkName, span, { id, found: name, expected })];
  });
}

/** A query that runs less often than its window, or than suppression lasts, leaves alerts waiting. */
function checkSchedule(rule: RuleIr): readonly Diagnostic[] {
  const { detection, schedule, suppress } = rule;
  const limits: { ms: number; why: string }[] = [
    { ms: suppress.forMs, why: `suppression ends after ${formatDuration(suppress.forMs)}` },
  ];
  if (detection.kind === "threshold") {
    limits.push({
      ms: detection.withinMs,
      why: `its window is ${formatDuration(detection.withinMs)}`,
    });
  }
  if (detection.kind === "baseline") limits.push({ ms: 86_400_000, why: "it judges days" });
  return limits
    .filter(({ ms }) => schedule.everyMs > ms)
    .map(({ ms, why }) => {
      const args = { every: formatDuration(schedule.everyMs), limit: formatDuration(ms), why };
      return report(ruleMessage.scheduleGap, rule.spans["schedule"] ?? rule.span, args);
    });
}

const PROSE = [
  "title",
  "description",
  "rationale",
  "false_positives",
  "response",
  "limits",
] as const;

/** Prose must refer to a parameter by name: a number that equals one would go stale. */
function checkProse(rule: RuleIr, source: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return PROSE.flatMap((key) =>
    rule.parameters.flatMap((parameter) => {
      const number = parameterText(parameter);
      const digits = /^\d/.test(number) && number.length > 1;
      const pattern = new RegExp(
        `(?<![\\w.,-])${number.replace(".", "\\.")}(?![\\w.,-]*\\d)(?!\\w)`,
      );
      if (!digits || !pattern.test(source[key] ?? "")) return [];
      const args = { key, number, parameter: parameter.name };
      return [report(ruleMessage.literalParameter, rule.spans[key] ?? rule.span, args)];
    }),
  );
}

/** Every list of prose must say something: a rule without limits claims to miss nothing. */
function checkCompleteness(rule: RuleIr): readonly Diagnostic[] {
  const lists = {
    false_positives: rule.falsePositives,
    response: rule.response,
    limits: rule.limits,
  };
  return Object.entries(lists)
    .filter(([, items]) => items.length === 0)
    .map(([key]) =>
      report(yamlMessage.missingKey, rule.span, {
        key,
        where: "a rule",
        expected: "at least one entry",
      }),
    );
}

export interface CheckOptions {
  /** Name of the folder the rule stands in. */
  readonly folder?: string;
  /** Prose of the file before parameters were filled in, by key. */
  readonly prose?: Readonly<Record<string, string>>;
}

/** Everything that is wrong with one parsed rule. */
export function checkRule(rule: RuleIr, options: CheckOptions = {}): readonly Diagnostic[] {
  return [
    ...checkIdentity(rule, options.folder),
    ...checkFrameworks(rule),
    ...checkSchedule(rule),
    ...checkProse(rule, options.prose ?? {}),
    ...checkCompleteness(rule),
  ];
}

/** What is wrong between rules: names and ids that two of them share. */
export function checkRuleSet(rules: readonly RuleIr[]): readonly Diagnostic[] {
  return (["name", "id"] as const).flatMap((what) => {
    const seen = new Map<string, RuleIr>();
    return rules.flatMap((rule) => {
      const value = rule[what];
      const other = seen.get(value);
      seen.set(value, other ?? rule);
      if (other === undefined) return [];
      const args = { what, value, other: other.span.file };
      return [report(ruleMessage.duplicateRule, rule.spans[what] ?? rule.span, args)];
    });
  });
}
