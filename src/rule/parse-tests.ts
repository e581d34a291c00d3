/**
 * `tests.yaml`: cases that show where a rule's boundary lies.
 *
 * A case describes events by offset, repetition and fields, and the alerts they must raise. Names
 * stand for pseudonyms: `user-a` becomes the SHA-256 of that text, in events and expectations alike.
 */
import { createHash } from "node:crypto";
import {
  type Diagnostic,
  fail,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as ruleMessage from "../diagnostic/message/rule.ts";
import { eventFieldNames, fieldInfo } from "../event/field.ts";
import { isPseudonym } from "../event/format.ts";
import { formatTime, isRepresentable, parseTime } from "../event/time.ts";
import { plainValue, type YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader, parseDuration } from "../yaml/reader.ts";
import type { Scalar } from "./ir.ts";

/** An alert that a case expects; only what is written is compared. */
export interface ExpectedAlert {
  readonly entity: Readonly<Record<string, string>>;
  readonly timeMs?: number;
  readonly value?: number;
  readonly limit?: number;
  /** Number of distinct events behind the alert. */
  readonly events?: number;
}

export interface RuleTest {
  readonly name: string;
  readonly span: Span;
  /** Values of parameters in this case only. */
  readonly parameters: Readonly<Record<string, Scalar>>;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly expect: readonly ExpectedAlert[];
}

/** Most events one case may describe. */
export const CASE_EVENTS_MAX = 10_000;

/** Fields that hold pseudonyms: events of cases fill them with digests of readable names. */
export const PSEUDONYMS: ReadonlySet<string> = new Set([
  "user_id_hash",
  "approver_id_hash",
  "target_user_id_hash",
]);

interface Case {
  readonly name: string;
  readonly slug: string;
  readonly startMs: number;
  readonly defaults: readonly (readonly [string, unknown])[];
  readonly diagnostics: Diagnostic[];
}

/** SHA-256 in hex: what a readable name of a case stands for. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A deterministic id for an event of a case, shaped as a version 8 UUID (RFC 9562). */
export function eventId(seed: string): string {
  const hex = digest(seed);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function fillIn(test: Case, field: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.replaceAll("$case", test.slug);
  return PSEUDONYMS.has(field) && !isPseudonym(text) ? digest(text) : text;
}

/** An offset such as `-3d` or `90s`, or `undefined`. */
function parseOffset(text: string): number | undefined {
  const ms = parseDuration(text.replace(/^-/, ""));
  return ms === undefined ? undefined : text.startsWith("-") ? -ms : ms;
}

function badTemplate(test: Case, span: Span, found: string, expected: string): undefined {
  test.diagnostics.push(report(ruleMessage.badTemplate, span, { found, expected }));
  return undefined;
}

function outOfTime(test: Case, span: Span): undefined {
  return badTemplate(test, span, "A time out of reach", "one within the years 0 to 9999");
}

function readOffset(test: Case, reader: MapReader, key: string): number | undefined {
  const text = reader.optionalString(key);
  if (text === undefined) return undefined;
  const offset = parseOffset(text);
  const span = reader.spanOf(key);
  if (offset === undefined)
    return badTemplate(test, span, `"${text}"`, "an offset such as 0s, 90s or -3d");
  return isRepresentable(test.startMs + offset) ? offset : outOfTime(test, span);
}

function readFields(
  test: Case,
  reader: MapReader | undefined,
): readonly (readonly [string, unknown])[] {
  return (reader?.keys() ?? []).map((field) => {
    if (fieldInfo(field) === undefined && reader) {
      test.diagnostics.push(
        report(ruleMessage.unknownField, reader.keySpanOf(field), {
          field,
          known: eventFieldNames,
        }),
      );
    }
    const node = reader?.optional(field);
    return [field, node && plainValue(node)] as const;
  });
}

/** The events of one template; none, and a finding, when they are more than the case has `room` for. */
function expandTemplate(
  test: Case,
  node: YamlNode,
  index: number,
  room: number,
): readonly Readonly<Record<string, unknown>>[] {
  const reader = MapReader.of(node, "a test event", test.diagnostics);
  if (reader === undefined) return [];
  const offset = readOffset(test, reader, "at") ?? 0;
  const step = readOffset(test, reader, "every") ?? 0;
  const repeat =
    reader.optionalNumber("repeat", { integer: true, min: 1, max: CASE_EVENTS_MAX }) ?? 1;
  const copies = reader.optionalNumber("copies", { integer: true, min: 1, max: 100 }) ?? 1;
  const set = readFields(test, reader.optionalMap("set"));
  reader.done();
  const count = repeat * copies;
  if (count > room) {
    const found = `${CASE_EVENTS_MAX - room + count} events`;
    badTemplate(test, reader.span, found, `at most ${CASE_EVENTS_MAX} in one case`);
    return [];
  }
  if (!isRepresentable(test.startMs + offset + (repeat - 1) * step)) {
    outOfTime(test, reader.spanOf("every"));
    return [];
  }
  const fields = [...new Map([...test.defaults, ...set])].filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return Array.from({ length: count }, (_, position) => {
    const turn = Math.floor(position / copies);
    return {
      event_id: eventId(`${test.name}\n${index}\n${turn}`),
      event_type: "activity_event",
      timestamp: formatTime(test.startMs + offset + turn * step),
      ...Object.fromEntries(fields.map(([field, value]) => [field, fillIn(test, field, value)])),
    };
  });
}

function readExpected(test: Case, node: YamlNode): ExpectedAlert | undefined {
  const reader = MapReader.of(node, "an expected alert", test.diagnostics);
  if (reader === undefined) return undefined;
  const entityReader = reader.map("entity");
  const entity = Object.fromEntries(
    (entityReader?.keys() ?? []).map((key) => [
      key,
      String(fillIn(test, key, entityReader?.string(key) ?? "")),
    ]),
  );
  const offset = readOffset(test, reader, "at");
  const value = reader.optionalNumber("value");
  const limit = reader.optionalNumber("limit");
  const events = reader.optionalNumber("events", { integer: true, min: 1 });
  reader.done();
  return {
    entity,
    ...(offset !== undefined && { timeMs: test.startMs + offset }),
    ...(value !== undefined && { value }),
    ...(limit !== undefined && { limit }),
    ...(events !== undefined && { events }),
  };
}

function readCase(
  node: YamlNode,
  index: number,
  startMs: number,
  defaults: Case["defaults"],
  diagnostics: Diagnostic[],
): RuleTest | undefined {
  const reader = MapReader.of(node, "a test case", diagnostics);
  if (reader === undefined) return undefined;
  const name = reader.string("name") ?? "";
  const overrides = reader.optionalMap("parameters");
  const parameters = Object.fromEntries(
    (overrides?.keys() ?? []).flatMap((key) => {
      const value = overrides?.optional(key);
      return value?.kind === "scalar" && value.value !== null ? [[key, value.value]] : [];
    }),
  );
  const test: Case = { name, slug: `case-${index + 1}`, startMs, defaults, diagnostics };
  const templates = reader.list("events")?.items ?? [];
  const events: Readonly<Record<string, unknown>>[] = [];
  for (const [at, template] of templates.entries()) {
    events.push(...expandTemplate(test, template, at, CASE_EVENTS_MAX - events.length));
  }
  const expected = (reader.list("expect")?.items ?? []).map((item) => readExpected(test, item));
  reader.done();
  return {
    name,
    span: reader.spanOf("name"),
    parameters,
    events,
    expect: expected.filter((one) => one !== undefined),
  };
}

/** Fewest firing and quiet cases a rule may ship with. */
const FIRING_MIN = 2;
const QUIET_MIN = 3;

function checkCounts(tests: readonly RuleTest[], span: Span): readonly Diagnostic[] {
  const firing = tests.filter((test) => test.expect.length > 0).length;
  const rows = [
    { kind: "firing", count: firing, least: FIRING_MIN },
    { kind: "quiet", count: tests.length - firing, least: QUIET_MIN },
  ];
  return rows
    .filter(({ count, least }) => count < least)
    .map((row) => report(ruleMessage.tooFewCases, span, row));
}

/** Parses and expands the cases of one rule. */
export function parseRuleTests(text: string, file: string): Result<readonly RuleTest[]> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return yaml;
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const reader = MapReader.of(yaml.value, "a test file", diagnostics);
  if (reader === undefined) return fail(diagnostics);
  const start = reader.string("start");
  const parsedStart = start === undefined ? undefined : parseTime(start);
  const shared: Case = { name: "", slug: "", startMs: 0, defaults: [], diagnostics };
  if (start !== undefined && parsedStart === undefined) {
    badTemplate(
      shared,
      reader.spanOf("start"),
      `"${start}"`,
      "a time such as 2026-03-02T14:00:00Z",
    );
  }
  const defaults = readFields(shared, reader.optionalMap("defaults"));
  const items = reader.list("cases")?.items ?? [];
  const startMs = parsedStart?.epochMs ?? 0;
  const tests = items
    .map((item, index) => readCase(item, index, startMs, defaults, diagnostics))
    .filter((test) => test !== undefined);
  reader.done();
  if (diagnostics.length === 0) diagnostics.push(...checkCounts(tests, reader.spanOf("cases")));
  return resultOf(tests, diagnostics);
}
