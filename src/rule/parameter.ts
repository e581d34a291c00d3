/** Parameters of a rule: values under names, with ranges, for tuning without touching logic. */
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import { describeNode, type YamlNode } from "../yaml/node.ts";
import { formatDuration, MapReader, parseDuration } from "../yaml/reader.ts";
import type { Parameter, Scalar } from "./ir.ts";

/** A parameter's value as prose and queries need it. */
export interface ParameterScope {
  readonly parameters: readonly Parameter[];
  /** Values by name; durations are milliseconds. */
  readonly values: ReadonlyMap<string, Scalar>;
  /** Names that something referred to. */
  readonly used: Set<string>;
  /** A number where the detection needs one: a literal, or `$name` of a number parameter. */
  readonly number: (reader: MapReader, key: string, range: NumberNeed) => number | undefined;
  /** Milliseconds where the detection needs a duration. */
  readonly duration: (reader: MapReader, key: string) => number | undefined;
  readonly text: (reader: MapReader, key: string) => string | undefined;
  /** Prose with `{name}` replaced. */
  readonly interpolate: (
    text: string,
    key: string,
    span: Span,
    diagnostics: Diagnostic[],
  ) => string;
  readonly unused: () => readonly Parameter[];
}

export interface NumberNeed {
  readonly integer?: boolean;
  readonly min?: number;
}

/** What `$name` in expressions and `{name}` in prose can refer to. */
const PARAMETER_NAME = /^[a-z][a-z0-9_]*$/;
const PARAMETER_NAME_FORM = "lower-case letters, digits and _, with a letter first";

function readParameter(
  name: string,
  node: YamlNode,
  override: Scalar | undefined,
  diagnostics: Diagnostic[],
): Parameter | undefined {
  const reader = MapReader.of(node, `the parameter "${name}"`, diagnostics);
  if (reader === undefined) return undefined;
  const valueNode = reader.required("value", "a value");
  const description = reader.string("description");
  const unit = reader.optionalString("unit");
  const min = reader.optionalNumber("min");
  const max = reader.optionalNumber("max");
  reader.done();
  if (valueNode === undefined || description === undefined) return undefined;
  const span = valueNode.span;
  if (valueNode.kind !== "scalar" || valueNode.value === null) {
    const args = { key: "value", expected: "one value", found: describeNode(valueNode) };
    diagnostics.push(report(yamlMessage.wrongType, span, args));
    return undefined;
  }
  const raw = override ?? valueNode.value;
  const duration = typeof raw === "string" ? parseDuration(raw) : undefined;
  const isDuration =
    typeof valueNode.value === "string" && parseDuration(valueNode.value) !== undefined;
  const value = isDuration && duration !== undefined ? duration : raw;
  if (typeof value === "number" && (value < (min ?? value) || value > (max ?? value))) {
    const expected = `${min === undefined ? "" : `at least ${min}`}${min !== undefined && max !== undefined ? " and " : ""}${max === undefined ? "" : `at most ${max}`}`;
    diagnostics.push(
      report(ruleMessage.wrongParameter, span, { parameter: name, found: String(value), expected }),
    );
  }
  if (typeof value !== typeof (isDuration ? 0 : valueNode.value)) {
    const args = {
      parameter: name,
      found: `overridden by ${JSON.stringify(raw)}`,
      expected: `like ${JSON.stringify(valueNode.value)}`,
    };
    diagnostics.push(report(ruleMessage.wrongParameter, span, args));
  }
  return {
    name,
    value,
    isDuration,
    description,
    ...(unit !== undefined && { unit }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    span,
  };
}

/** A literal duration above 0: windows, intervals and suppression times of nothing make no sense. */
export function readPositiveDuration(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): number | undefined {
  const ms = reader.duration(key);
  if (ms !== 0) return ms;
  const args = { key, value: "0", range: "a duration above 0, such as 10m" };
  diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf(key), args));
  return undefined;
}

/** A parameter's value as people write it. */
export function parameterText(parameter: Parameter): string {
  if (parameter.isDuration && typeof parameter.value === "number")
    return formatDuration(parameter.value);
  return String(parameter.value);
}

function reportUnknown(
  parameter: string,
  span: Span,
  known: readonly string[],
  diagnostics: Diagnostic[],
): void {
  diagnostics.push(report(ruleMessage.unknownParameter, span, { parameter, known }));
}

function readParameters(
  reader: MapReader | undefined,
  overrides: Readonly<Record<string, Scalar>>,
  diagnostics: Diagnostic[],
): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (const name of reader?.keys() ?? []) {
    const node = reader?.required(name, "a value");
    if (reader && !PARAMETER_NAME.test(name)) {
      const args = { key: "A parameter's name", found: name, expected: PARAMETER_NAME_FORM };
      diagnostics.push(report(ruleMessage.badIdentity, reader.keySpanOf(name), args));
    }
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    const parameter = node && readParameter(name, node, override, diagnostics);
    if (parameter) parameters.push(parameter);
  }
  return parameters;
}

/**
 * Reads the `parameters` map and offers typed access to literals and references.
 *
 * @param fallback Place of the rule, for an override of a rule that has no parameters.
 */
export function parseParameters(
  reader: MapReader | undefined,
  overrides: Readonly<Record<string, Scalar>>,
  diagnostics: Diagnostic[],
  fallback: Span,
): ParameterScope {
  const parameters = readParameters(reader, overrides, diagnostics);
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const names = [...byName.keys()];
  const used = new Set<string>();
  for (const name of Object.keys(overrides)) {
    const span = reader?.span ?? fallback;
    if (reader?.keys().includes(name) !== true) reportUnknown(name, span, names, diagnostics);
  }

  /** The parameter a `$name` scalar refers to; `undefined` when the node is something else. */
  function referenced(reader: MapReader, key: string): Parameter | undefined | "unknown" {
    const node = reader.optional(key);
    const text = node?.kind === "scalar" && typeof node.value === "string" ? node.value : "";
    if (!text.startsWith("$")) return undefined;
    used.add(text.slice(1));
    const parameter = byName.get(text.slice(1));
    if (parameter) return parameter;
    reportUnknown(text.slice(1), reader.spanOf(key), names, diagnostics);
    return "unknown";
  }

  function mismatch(
    parameter: Parameter,
    reader: MapReader,
    key: string,
    expected: string,
  ): undefined {
    const args = { parameter: parameter.name, found: parameterText(parameter), expected };
    diagnostics.push(report(ruleMessage.wrongParameter, reader.spanOf(key), args));
    return undefined;
  }

  return {
    parameters,
    values: new Map(parameters.map(({ name, value }) => [name, value])),
    used,
    number: (reader, key, need) => {
      const parameter = referenced(reader, key);
      if (parameter === undefined) return reader.number(key, need);
      if (parameter === "unknown") return undefined;
      const { value } = parameter;
      const fits =
        typeof value === "number" &&
        !parameter.isDuration &&
        value >= (need.min ?? value) &&
        (!need.integer || Number.isSafeInteger(value));
      const expected = `${need.integer ? "a whole number" : "a number"}${need.min === undefined ? "" : `, at least ${need.min}`}`;
      return fits ? value : mismatch(parameter, reader, key, expected);
    },
    duration: (reader, key) => {
      const parameter = referenced(reader, key);
      if (parameter === undefined) return readPositiveDuration(reader, key, diagnostics);
      if (parameter === "unknown") return undefined;
      const fits =
        typeof parameter.value === "number" && parameter.isDuration && parameter.value > 0;
      return fits
        ? Number(parameter.value)
        : mismatch(parameter, reader, key, "a duration above 0, such as 10m");
    },
    text: (reader, key) => {
      const parameter = referenced(reader, key);
      if (parameter === undefined) return reader.string(key);
      if (parameter === "unknown") return undefined;
      return typeof parameter.value === "string"
        ? parameter.value
        : mismatch(parameter, reader, key, "text");
    },
    interpolate: (text, _key, span, into) =>
      text.replace(/\{([a-z][a-z0-9_]*)\}/g, (whole, name: string) => {
        const parameter = byName.get(name);
        if (parameter) return parameterText(parameter);
        reportUnknown(name, span, names, into);
        return whole;
      }),
    unused: () => parameters.filter(({ name }) => !used.has(name)),
  };
}
