/**
 * `rule.yaml` → `RuleIr`.
 *
 * Parameters are read first; everything else may refer to them: `$name` where a value stands,
 * `{name}` in prose. One run reports every problem of the file.
 */
import { type Diagnostic, fail, type Result, report, resultOf } from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import type { Severity } from "../event/event.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import type { ChangelogEntry, FrameworkReference, RuleIr, Scalar } from "./ir.ts";
import { type ParameterScope, parseParameters } from "./parameter.ts";
import { parseDetection } from "./parse-detection.ts";

const STATUSES = ["experimental", "test", "stable", "deprecated"] as const;
const SEVERITIES = ["low", "medium", "high", "critical"] as const satisfies readonly Severity[];
const FRAMEWORKS = ["attack", "atlas", "owasp_llm"] as const;

export interface RuleOptions {
  /** Values that replace those of the file, by parameter name; durations in milliseconds or as text. */
  readonly parameters?: Readonly<Record<string, Scalar>>;
}

function parseFrameworks(
  reader: MapReader,
  diagnostics: Diagnostic[],
): readonly FrameworkReference[] {
  const references: FrameworkReference[] = [];
  for (const item of reader.list("frameworks")?.items ?? []) {
    const entry = MapReader.of(item, "a framework reference", diagnostics);
    if (entry === undefined) continue;
    const framework = entry.choice("framework", FRAMEWORKS);
    const version = entry.string("version");
    const id = entry.string("id");
    const name = entry.string("name");
    const confidence = entry.choice("confidence", ["primary", "secondary"]);
    const why = entry.string("why");
    entry.done();
    if (framework && version && id && name && confidence && why) {
      references.push({ framework, version, id, name, confidence, why, span: entry.spanOf("id") });
    }
  }
  return references;
}

function parseChangelog(reader: MapReader, diagnostics: Diagnostic[]): readonly ChangelogEntry[] {
  return (reader.optionalList("changelog")?.items ?? []).flatMap((item) => {
    const entry = MapReader.of(item, "an entry of the changelog", diagnostics);
    const version = entry?.string("version");
    const date = entry?.string("date");
    const changes = entry?.strings("changes");
    entry?.done();
    if (entry === undefined || version === undefined || date === undefined) return [];
    return changes === undefined ? [] : [{ version, date, changes, span: entry.spanOf("version") }];
  });
}

/** Prose with its `{name}` references replaced by the parameters' values. */
function interpolate(
  reader: MapReader,
  key: string,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): string | undefined {
  const text = reader.string(key);
  if (text === undefined) return undefined;
  return scope.interpolate(text.trim(), key, reader.spanOf(key), diagnostics);
}

function interpolateAll(
  reader: MapReader,
  key: string,
  scope: ParameterScope,
  diagnostics: Diagnostic[],
): readonly string[] {
  const texts = reader.strings(key) ?? [];
  return texts.map((text) => scope.interpolate(text.trim(), key, reader.spanOf(key), diagnostics));
}

/**
 * Parses one rule.
 *
 * @param file Name for positions; nothing is read from disk.
 */
export function parseRule(text: string, file: string, options: RuleOptions = {}): Result<RuleIr> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const reader = MapReader.of(yaml.value, "a rule", diagnostics);
  if (reader === undefined) return fail(diagnostics);

  const scope = parseParameters(
    reader.optionalMap("parameters"),
    options.parameters ?? {},
    diagnostics,
    reader.span,
  );
  const identity = {
    id: reader.string("id"),
    name: reader.string("name"),
    version: reader.string("version"),
    status: reader.choice("status", STATUSES),
    severity: reader.choice("severity", SEVERITIES),
    author: reader.string("author"),
    created: reader.string("created"),
    modified: reader.string("modified"),
  };
  const prose = {
    title: interpolate(reader, "title", scope, diagnostics),
    description: interpolate(reader, "description", scope, diagnostics),
    rationale: interpolate(reader, "rationale", scope, diagnostics),
    falsePositives: interpolateAll(reader, "false_positives", scope, diagnostics),
    response: interpolateAll(reader, "response", scope, diagnostics),
    limits: interpolateAll(reader, "limits", scope, diagnostics),
    references: reader.optionalStrings("references") ?? [],
  };
  const frameworks = parseFrameworks(reader, diagnostics);
  const changelog = parseChangelog(reader, diagnostics);
  const { spans: inner, ...meaning } = parseDetection(reader, scope, diagnostics);
  reader.done();

  for (const parameter of scope.unused()) {
    diagnostics.push(
      report(ruleMessage.unusedParameter, parameter.span, { parameter: parameter.name }),
    );
  }
  const outer = Object.fromEntries(reader.keys().map((key) => [key, reader.spanOf(key)]));
  const spans = { ...outer, ...inner };
  const rule = {
    ...identity,
    ...prose,
    frameworks,
    changelog,
    parameters: scope.parameters,
    ...meaning,
    span: reader.span,
    spans,
  };
  // Every required part that is missing has been reported, so without errors the rule is complete.
  return resultOf(rule as RuleIr, diagnostics);
}
