/**
 * Site overrides (`claude-siem.content.yaml`): what a site changes of shipped rules, kept apart from them
 * so that an upgrade replaces the rules and keeps the changes.
 */
import {
  type Diagnostic,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as overrideMessage from "../diagnostic/message/override.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { parseDate } from "../event/time.ts";
import { describeNode, type YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader, parseDuration } from "../yaml/reader.ts";
import type { Detection, Parameter, Predicate, RuleIr, Scalar } from "./ir.ts";
import { parameterText } from "./parameter.ts";
import { parseExpression } from "./parse-expression.ts";

interface Placed {
  readonly value: Scalar;
  readonly span: Span;
}

/** Events that a site does not want a rule to see. */
export interface SiteFilter {
  readonly where: Predicate;
  readonly reason: string;
  /** Last day on which it applies, `YYYY-MM-DD` in UTC. */
  readonly expires?: string;
  readonly span: Span;
}

/** What a site changes of one rule. */
export interface RuleOverride {
  readonly rule: string;
  readonly span: Span;
  readonly disabled: boolean;
  readonly parameters: ReadonlyMap<string, Placed>;
  /** Shipped values when the override was written, to notice that they changed since. */
  readonly was: ReadonlyMap<string, Placed>;
  readonly filters: readonly SiteFilter[];
}

function parseScalars(
  reader: MapReader | undefined,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Placed> {
  const values = new Map<string, Placed>();
  for (const key of reader?.keys() ?? []) {
    const node = reader?.optional(key);
    if (node?.kind === "scalar" && node.value !== null) {
      values.set(key, { value: node.value, span: node.span });
    } else if (reader !== undefined) {
      const found = node === undefined ? "nothing" : describeNode(node);
      const args = { key, expected: "one value", found };
      diagnostics.push(report(yamlMessage.wrongType, reader.spanOf(key), args));
    }
  }
  return values;
}

function parseFilter(item: YamlNode, diagnostics: Diagnostic[]): SiteFilter | undefined {
  const reader = MapReader.of(item, "a filter", diagnostics);
  if (reader === undefined) return undefined;
  const node = reader.textNode("where");
  const reason = reader.string("reason");
  const expires = reader.optionalString("expires");
  reader.done();
  if (expires !== undefined && (expires.length !== 10 || parseDate(expires) === undefined)) {
    const args = { key: "expires", value: expires, range: "a date such as 2026-03-01" };
    diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf("expires"), args));
    return undefined;
  }
  if (node === undefined || reason === undefined) return undefined;
  const where = parseExpression(String(node.value), {
    parameters: new Map(),
    used: new Set(),
    spanAt: node.within,
  });
  diagnostics.push(...where.diagnostics);
  if (!where.ok) return undefined;
  return { where: where.value, reason, span: node.span, ...(expires !== undefined && { expires }) };
}

function parseOverride(
  rule: string,
  span: Span,
  reader: MapReader,
  diagnostics: Diagnostic[],
): RuleOverride {
  const disabled = reader.optionalBoolean("disabled") ?? false;
  if (disabled) reader.string("reason");
  else reader.optionalString("reason");
  const parameters = parseScalars(reader.optionalMap("parameters"), diagnostics);
  const was = parseScalars(reader.optionalMap("was"), diagnostics);
  const filters = (reader.optionalList("filters")?.items ?? []).flatMap(
    (item) => parseFilter(item, diagnostics) ?? [],
  );
  reader.done();
  return { rule, span, disabled, parameters, was, filters };
}

/** Parses an override file. Names of rules and parameters are looked up when it is applied. */
export function parseOverrides(text: string, file: string): Result<readonly RuleOverride[]> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const reader = MapReader.of(yaml.value, "a file of overrides", diagnostics);
  const rules = reader?.map("rules");
  reader?.done();
  const overrides = (rules?.keys() ?? []).flatMap((name) => {
    const own = rules?.map(name);
    return own === undefined || rules === undefined
      ? []
      : [parseOverride(name, rules.keySpanOf(name), own, diagnostics)];
  });
  return resultOf(overrides, diagnostics);
}

/** The filtered predicate of a detection: where a sequence ends, and what everything else counts. */
function exclude(detection: Detection, filters: readonly SiteFilter[]): Detection {
  const narrow = (where: Predicate): Predicate => {
    const { span } = where;
    const kept = filters.map(
      (filter): Predicate => ({ kind: "not", of: filter.where, span: filter.span }),
    );
    const own = where.kind === "all" ? where.of : where.kind === "always" ? [] : [where];
    return { kind: "all", of: [...own, ...kept], span };
  };
  if (filters.length === 0) return detection;
  if (detection.kind === "sequence") {
    const { second } = detection;
    return { ...detection, second: { ...second, where: narrow(second.where) } };
  }
  return { ...detection, where: narrow(detection.where) };
}

/** A value as the parameter holds it, or why it cannot. */
function fitParameter(parameter: Parameter, { value, span }: Placed): Scalar | Diagnostic {
  const wrong = (expected: string): Diagnostic =>
    report(ruleMessage.wrongParameter, span, {
      parameter: parameter.name,
      found: `overridden by ${JSON.stringify(value)}`,
      expected,
    });
  if (parameter.isDuration) {
    const ms = typeof value === "string" ? parseDuration(value) : undefined;
    return ms === undefined || ms === 0 ? wrong("a duration above 0, such as 10m") : String(value);
  }
  if (typeof value !== typeof parameter.value)
    return wrong(`like ${JSON.stringify(parameter.value)}`);
  const { min, max } = parameter;
  if (typeof value === "number" && min !== undefined && value < min)
    return wrong(`at least ${min}`);
  if (typeof value === "number" && max !== undefined && value > max) return wrong(`at most ${max}`);
  return value;
}

/** What applying an override gives: no rule where the site disabled it or something is wrong. */
export interface Applied {
  readonly rule?: RuleIr;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Applies an override to a rule as it ships.
 *
 * @param reparse Parses the rule's file again with other values of parameters.
 * @param today `YYYY-MM-DD` in UTC; filters that expired before it are left out, with a warning.
 */
export function applyOverride(
  rule: RuleIr,
  override: RuleOverride,
  reparse: (parameters: Readonly<Record<string, Scalar>>) => Result<RuleIr>,
  today: string,
): Applied {
  if (override.disabled) return { diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const byName = new Map(rule.parameters.map((parameter) => [parameter.name, parameter]));
  const values: Record<string, Scalar> = {};
  for (const [name, placed] of override.parameters) {
    const parameter = byName.get(name);
    if (parameter === undefined) {
      const args = { parameter: name, known: [...byName.keys()] };
      diagnostics.push(report(ruleMessage.unknownParameter, placed.span, args));
      continue;
    }
    const fitted = fitParameter(parameter, placed);
    if (typeof fitted === "object") diagnostics.push(fitted);
    else values[name] = fitted;
  }
  for (const [name, { value, span }] of override.was) {
    const parameter = byName.get(name);
    if (parameter === undefined) {
      const args = { parameter: name, known: [...byName.keys()] };
      diagnostics.push(report(ruleMessage.unknownParameter, span, args));
      continue;
    }
    if (parameterText(parameter) === String(value)) continue;
    const args = {
      rule: rule.name,
      parameter: name,
      was: String(value),
      now: parameterText(parameter),
    };
    diagnostics.push(report(overrideMessage.changedDefault, span, args));
  }
  const active = override.filters.filter(
    ({ expires }) => expires === undefined || expires >= today,
  );
  for (const { expires, span } of override.filters.filter((one) => !active.includes(one)))
    diagnostics.push(report(overrideMessage.expiredFilter, span, { expires: expires ?? "" }));
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  const tuned = Object.keys(values).length === 0 ? undefined : reparse(values);
  if (tuned !== undefined && !tuned.ok)
    return { diagnostics: [...diagnostics, ...tuned.diagnostics] };
  const base = tuned?.value ?? rule;
  return { rule: { ...base, detection: exclude(base.detection, active) }, diagnostics };
}
