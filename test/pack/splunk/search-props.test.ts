/** Search-time fields equal those that the connector writes into the event. */
import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/event/event.ts";
import { eventFieldNames } from "../../../src/event/field.ts";
import { splunkSearchProps } from "../../../src/generated/splunk-search-props.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import { parseMapping } from "../../../src/mapping/parse-mapping.ts";
import { searchProps } from "../../../src/pack/splunk/search-props.ts";
import { auditEvent } from "../../event/arbitrary.ts";
import { randomEvents } from "../../event/random-event.ts";
import { Evaluation, type Fields } from "./eval.ts";

/** Scalar members as text, members of objects under dotted names: what KV_MODE=json reads. */
function extract(record: Readonly<Record<string, unknown>>): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [key, value] of Object.entries(record)) {
    if (Array.isArray(value)) continue;
    if (typeof value === "object" && value !== null) {
      for (const [inner, one] of Object.entries(value)) fields.set(`${key}.${inner}`, String(one));
    } else fields.set(key, String(value));
  }
  return fields;
}

/** The fields of the canonical event after calculation; every one from the fields as they came. */
function calculated(event: AuditEvent): Fields {
  const raw = JSON.stringify(event);
  const fields = extract(event as unknown as Readonly<Record<string, unknown>>);
  const made = Object.entries(splunkSearchProps).map(
    ([key, expression]) =>
      [key.replace("EVAL-", ""), new Evaluation(expression, fields, raw).run()] as const,
  );
  const result = new Map(fields);
  for (const [name, value] of made) {
    if (value === undefined) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

/** The fields that come with the event, as the connector sends it. */
function ingested(event: AuditEvent): Fields {
  const record = JSON.parse(normalize(event, "splunk")) as {
    event: Readonly<Record<string, unknown>>;
  };
  return extract(record.event);
}

/** A summary that is no text is written as JSON at ingest and read as it is at search time. */
function hasPlainSummary({ details }: AuditEvent & { readonly details?: unknown }): boolean {
  const summary = (details as { summary?: unknown } | undefined)?.summary;
  return summary === undefined || typeof summary === "string";
}

function expectEqual(event: AuditEvent): void {
  const [wanted, found] = [ingested(event), calculated(event)];
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  expect(names.map((name) => [name, found.get(name)])).toEqual(
    names.map((name) => [name, wanted.get(name)]),
  );
}

it("for ten thousand random events", () => {
  let count = 0;
  for (const event of randomEvents(20_261_124)) {
    if (hasPlainSummary(event)) expectEqual(event);
    count += 1;
    if (count === 10_000) break;
  }
});

it("for whatever else is valid", () => {
  fc.assert(fc.property(auditEvent.filter(hasPlainSummary), expectEqual), { numRuns: 300 });
});

it("for real telemetry", () => {
  const files = readdirSync("test/golden/otlp").map((name) => `test/golden/otlp/${name}`);
  const lines = files.flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expectEqual(JSON.parse(line) as AuditEvent);
});

it("are what the mapping says today, and name only fields that events have", () => {
  const mapping = parseMapping(readFileSync("mappings/cim.yaml", "utf8"), "mappings/cim.yaml");
  if (!mapping.ok) throw new Error("mapping");
  expect(Object.fromEntries(searchProps(mapping.value))).toEqual(splunkSearchProps);
  const known = new Set<string>([...eventFieldNames, "details.summary", "_raw"]);
  const words = new Set(["case", "coalesce", "isnull", "json_extract", "AND", "OR"]);
  for (const expression of Object.values(splunkSearchProps)) {
    const bare = expression.replace(/"(?:[^"\\]|\\.)*"/g, "").replace(/'([^']*)'/g, "$1");
    for (const [word] of bare.matchAll(/[A-Za-z_][\w.]*/g))
      expect(known.has(word) || words.has(word), word).toBe(true);
  }
});
