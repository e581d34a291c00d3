/** Checks of a parsed rule that need more than its grammar. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { EventField } from "../event/event.ts";
import { isUuid } from "../event/format.ts";
import { parseDate } from "../event/time.ts";
import { frameworkEntryName, frameworkIds } from "../framework/lookup.ts";
import { formatDuration } from "../yaml/reader.ts";
import { comparisonsOf, DAY_MS, fieldsOf, windowOf } from "./detection.ts";
import type { RuleIr } from "./ir.ts";
import { parameterText } from "./parameter.ts";
import { compareVersions } from "./version.ts";

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

/** A semantic version without pre-release. */
const VERSION = /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/;

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
  expectForm("version", VERSION.test(rule.version), "a version such as 1.2.3");
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
  if (detection.kind === "ratio" || detection.kind === "sequence") {
    const window = formatDuration(detection.withinMs);
    limits.push({ ms: detection.withinMs, why: `its window is ${window}` });
  }
  if (detection.kind === "silence")
    limits.push({ ms: detection.forMs, why: `it waits ${formatDuration(detection.forMs)}` });
  if (detection.kind === "baseline" || detection.kind === "first_seen")
    limits.push({ ms: DAY_MS, why: "it judges days" });
  return limits
    .filter(({ ms }) => schedule.everyMs > ms)
    .map(({ ms, why }) => {
      const args = { every: formatDuration(schedule.everyMs), limit: formatDuration(ms), why };
      return report(ruleMessage.scheduleGap, rule.spans["schedule"] ?? rule.span, args);
    });
}

/** Fields that hold free text or traces of persons. */
const personalFields: readonly EventField[] = [
  "client_ip",
  "user_agent",
  "details",
  "decision_reason",
  "labels",
];

/** What alerts carry: the fields a rule compares and groups by. */
function checkOutput(rule: RuleIr): readonly Diagnostic[] {
  const compared = comparisonsOf(rule.detection);
  return fieldsOf(rule)
    .filter((field) => personalFields.includes(field))
    .map((field) => {
      const leaf = compared.find((one) => one.field === field);
      const span = leaf?.span ?? rule.spans["detect.by"] ?? rule.spans["suppress.by"] ?? rule.span;
      return report(ruleMessage.personalOutput, span, { field });
    });
}

/** Starter retention of session metadata, the shortest of the classes. */
const RETENTION_MS: number = 365 * DAY_MS;

/** Runs overlap, and histories end where retention ends. */
function checkReach(rule: RuleIr): readonly Diagnostic[] {
  const { schedule, suppress } = rule;
  const diagnostics: Diagnostic[] = [];
  const overlapMs = schedule.everyMs + schedule.lateMs;
  if (suppress.forMs < overlapMs) {
    const args = { suppress: formatDuration(suppress.forMs), overlap: formatDuration(overlapMs) };
    const span = rule.spans["suppress.for"] ?? rule.span;
    diagnostics.push(report(ruleMessage.suppressionOverlap, span, args));
  }
  const neededMs = windowOf(rule.detection) + overlapMs;
  if (neededMs > RETENTION_MS) {
    const args = { needed: formatDuration(neededMs), kept: formatDuration(RETENTION_MS) };
    const span = rule.spans["detect.history_days"] ?? rule.spans["detect.within"] ?? rule.span;
    diagnostics.push(report(ruleMessage.beyondRetention, span, args));
  }
  return diagnostics;
}

function checkChangelog(rule: RuleIr): readonly Diagnostic[] {
  const { changelog } = rule;
  const bad = (span: Span, found: string, expected: string): Diagnostic =>
    report(ruleMessage.badChangelog, span, { found, expected });
  const [newest] = changelog;
  const at = rule.spans["changelog"] ?? rule.span;
  if (newest === undefined)
    return [bad(at, "there is no entry", `one for version ${rule.version}`)];
  const diagnostics: Diagnostic[] = [];
  if (newest.version !== rule.version) {
    const found = `the first entry is for ${newest.version}, and the rule is ${rule.version}`;
    diagnostics.push(bad(newest.span, found, `an entry for ${rule.version} above it`));
  }
  for (const [index, { version, date, changes, span }] of changelog.entries()) {
    const older = changelog[index + 1];
    if (!VERSION.test(version))
      diagnostics.push(bad(span, `the version is "${version}"`, "a version such as 1.2.3"));
    if (date.length !== 10 || parseDate(date) === undefined)
      diagnostics.push(
        bad(span, `the date of ${version} is "${date}"`, "a date such as 2026-03-01"),
      );
    if (changes.length === 0)
      diagnostics.push(bad(span, `${version} says nothing`, "what changed, a line each"));
    if (older === undefined) continue;
    if (compareVersions(older.version, version) >= 0 || older.date > date) {
      const found = `${older.version} of ${older.date} stands below ${version} of ${date}`;
      diagnostics.push(bad(older.span, found, "the newest entry first"));
    }
  }
  return diagnostics;
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
    ...checkOutput(rule),
    ...checkReach(rule),
    ...(options.folder === undefined ? [] : checkChangelog(rule)),
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
