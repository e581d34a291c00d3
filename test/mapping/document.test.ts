import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/event/event.ts";
import { schemaErrors } from "../../src/generated/event-validator.ts";
import { applyMapping, type TargetDocument } from "../../src/mapping/apply-mapping.ts";
import { classOf, eventClasses } from "../../src/mapping/event-class.ts";
import type { Mapping, Output } from "../../src/mapping/mapping.ts";
import { normalize } from "../../src/mapping/normalize.ts";
import type { Schema, Target } from "../../src/mapping/schema.ts";
import { checkCim } from "./cim-model.ts";
import { checkEcs } from "./ecs-schema.ts";
import { completeEvent, loadMapping, sampleChain, sampleEvents } from "./sample.ts";
import { checkSentinel } from "./sentinel-table.ts";

type Check = (document: TargetDocument, source: AuditEvent) => readonly string[];

const schemas: readonly [Schema, Target, Check][] = [
  ["ecs", "elastic", checkEcs],
  ["sentinel", "sentinel", checkSentinel],
  ["cim", "splunk", checkCim],
];

/** What a schema's definition says about the documents of all samples under a mapping. */
function judge(mapping: Mapping, check: Check): readonly string[] {
  return sampleEvents.flatMap((event) => check(applyMapping(mapping, event, sampleChain), event));
}

it("samples every class with valid events", () => {
  expect(new Set(sampleEvents.map(classOf))).toEqual(new Set(eventClasses));
  expect(sampleEvents.flatMap(schemaErrors)).toEqual([]);
});

describe.each(schemas)("%s", (schema, target, check) => {
  const mapping = loadMapping(schema);

  it("passes the definition of the schema for every class of event", () => {
    expect(judge(mapping, check)).toEqual([]);
  });

  it.each(["session_start", "session_end", "policy_event", "security_event", "activity_event"])(
    "writes %s as in the golden file",
    async (eventType) => {
      const classes = eventClasses.filter((one) => one.split("/")[0] === eventType);
      const documents = classes.map((one) => [
        one,
        JSON.parse(normalize(completeEvent(one), target, sampleChain)),
      ]);
      const text = `${JSON.stringify(Object.fromEntries(documents), null, 2)}\n`;
      await expect(text).toMatchFileSnapshot(`../golden/mapping/${schema}/${eventType}.json`);
    },
  );

  it("writes one line without a newline", () => {
    for (const event of sampleEvents) expect(normalize(event, target)).not.toContain("\n");
  });
});

/** Replaces the outputs of one path. */
function mutate(
  mapping: Mapping,
  to: string,
  change: (output: Output) => readonly Output[],
): Mapping {
  let hits = 0;
  const outputs = mapping.outputs.flatMap((output) => {
    if (output.to !== to) return [output];
    hits += 1;
    return change(output);
  });
  if (hits === 0) throw new Error(`nothing writes ${to}`);
  return { ...mapping, outputs };
}

const drop = (): readonly Output[] => [];

function asCopy(output: Output): readonly Output[] {
  return output.kind === "field" ? [{ ...output, transform: { kind: "copy" } }] : [output];
}

/** Gives one class another value. */
function reclassify(selector: string, value: string | readonly string[]) {
  return (output: Output): readonly Output[] => {
    if (output.kind !== "class") return [output];
    const values = [...output.values].map(([one, old]): [string, typeof old] => [
      one,
      one.startsWith(selector) ? value : old,
    ]);
    return [{ ...output, values: new Map(values) }];
  };
}

function constantly(value: string): (output: Output) => readonly Output[] {
  return ({ to, path, type, span }) => [{ kind: "constant", to, path, type, span, value }];
}

function rename(to: string): (output: Output) => readonly Output[] {
  return (output) => [{ ...output, to, path: to.split(".") }];
}

const denied = "policy_event/approval_denied";
const injection = "security_event/prompt_injection_attempt";

const mutants: readonly [Schema, string, string, (output: Output) => readonly Output[]][] = [
  ["ecs", "a denial without the category api", "event.category", reclassify(denied, ["iam"])],
  [
    "ecs",
    "a failed login as denied",
    "event.type",
    reclassify("security_event/mcp_auth", ["denied"]),
  ],
  [
    "ecs",
    "data access as file",
    "event.category",
    reclassify("security_event/restricted", ["file"]),
  ],
  ["ecs", "swapped categories", "event.category", reclassify("session_start", ["iam"])],
  ["ecs", "an unknown category", "event.category", reclassify("session_start", ["ai"])],
  ["ecs", "a scalar category", "event.category", reclassify("session_start", "session")],
  ["ecs", "no event.kind", "event.kind", drop],
  ["ecs", "no @timestamp", "@timestamp", drop],
  ["ecs", "milliseconds as nanoseconds", "event.duration", asCopy],
  ["ecs", "a scalar related.ip", "related.ip", asCopy],
  ["ecs", "scalar tags", "tags", constantly("claude_deployment")],
  ["ecs", "a scalar source", "source.ip", rename("source")],
  ["ecs", "a field ECS does not have", "gen_ai.system", rename("gen_ai.provider.name")],
  ["ecs", "a severity word as number", "event.severity", asCopy],
  ["ecs", "U+0000 in a flattened key", "claude.labels", asCopy],
  ["sentinel", "no TimeGenerated", "TimeGenerated", drop],
  ["sentinel", "a severity ASIM does not have", "EventSeverity", asCopy],
  [
    "sentinel",
    "seconds as milliseconds",
    "DurationMs",
    (output) => (output.kind === "field" ? [{ ...output, transform: { kind: "ms_to_s" } }] : []),
  ],
  ["sentinel", "a scalar dynamic column", "McpIntegrations", constantly("github")],
  ["sentinel", "a column the table lacks", "Severity", rename("EventOriginalSeverity")],
  ["sentinel", "an alert without a subtype", "EventSubType", drop],
  ["sentinel", "another schema's event type", "EventType", reclassify(denied, "Denied")],
  ["cim", "milliseconds as seconds", "event.duration", asCopy],
  ["cim", "time as text", "time", asCopy],
  ["cim", "an action of no IDS", "event.action", reclassify(injection, "denied")],
  ["cim", "a change without destination", "event.dest", drop],
  ["cim", "two models at once", "event.cim_model", reclassify(injection, ["Alerts", "DLP"])],
  ["cim", "another model", "event.cim_model", reclassify(injection, "Change")],
  ["cim", "department as business unit", "event.department", rename("event.user_bunit")],
  ["cim", "a key HEC does not know", "host", rename("hostname")],
];

it.each(mutants)("%s: finds %s", (schema, _name, path, change) => {
  const check = schemas.find(([one]) => one === schema)?.[2];
  if (check === undefined) throw new Error(schema);
  expect(judge(mutate(loadMapping(schema), path, change), check)).not.toEqual([]);
});
