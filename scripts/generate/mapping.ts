// From the mappings: where fields stand in each target, and the serializers.
import { readFileSync } from "node:fs";
import { eventFieldNames } from "../../src/event/field.ts";
import { type EventField, eventFields } from "../../src/generated/event-fields.ts";
import { certainFields } from "../../src/mapping/check-mapping.ts";
import { type EventClass, eventClasses } from "../../src/mapping/event-class.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { parseMapping } from "../../src/mapping/parse-mapping.ts";
import { queryFields, targetFields } from "../../src/mapping/query-field.ts";
import type { Schema, TargetField } from "../../src/mapping/schema.ts";
import { searchProps } from "../../src/pack/splunk/search-props.ts";
import { renderClassNumber } from "./class-number.ts";
import { Declarations, SerializerCompiler } from "./serializer.ts";

const schemas: readonly Schema[] = ["ecs", "sentinel", "cim"];

function load(schema: Schema): Mapping {
  const file = `mappings/${schema}.yaml`;
  const parsed = parseMapping(
    readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"),
    file,
  );
  if (parsed.ok) return parsed.value;
  const lines = parsed.diagnostics.map(
    ({ code, span, message }) => `${span.file}:${span.line}:${span.column} ${code} ${message}`,
  );
  throw new Error(`The mapping has errors:\n${lines.join("\n")}`);
}

function renderRows(fields: readonly TargetField[]): string {
  return fields.map((field) => `  ${JSON.stringify(field)},\n`).join("");
}

function renderTargetFields(mappings: readonly Mapping[]): string {
  let text =
    "// Written by `npm run generate` from mappings/*.yaml. Do not edit.\n\n" +
    'import type { EventField } from "./event-fields.ts";\n' +
    'import type { ResolvedField, Schema, TargetField } from "../mapping/schema.ts";\n\n' +
    "/** What can be named in a query: the event's fields and the chain link beside them. */\n" +
    'type Name = EventField | "chain_seq" | "chain_hash";\n\n' +
    "/** Where each event field stands in each target schema. */\n" +
    "export const targetFieldNames: Readonly<Record<Schema, Readonly<Partial<Record<Name, ResolvedField>>>>> = {\n";
  for (const mapping of mappings) {
    text += `  ${mapping.schema}: {\n`;
    for (const [source, field] of queryFields(mapping)) {
      text += `    ${source}: ${JSON.stringify(field)},\n`;
    }
    text += "  },\n";
  }
  text += "};\n";
  const named = Object.fromEntries(mappings.map((one) => [one.schema, targetFields(one)]));
  const ecs = named["ecs"] ?? [];
  const lists: readonly (readonly [string, string, readonly TargetField[]])[] = [
    ["ecsFields", "Every field of an ECS document.", ecs],
    [
      "ecsCustomFields",
      "The fields of ECS documents that are ours: everything under `claude`.",
      ecs.filter(({ name }) => name.startsWith("claude.")),
    ],
    ["sentinelColumns", "The columns of the table ClaudeAudit_CL.", named["sentinel"] ?? []],
    ["cimFields", "Every member of a HEC record, by its path.", named["cim"] ?? []],
  ];
  for (const [name, description, fields] of lists) {
    text += `\n/** ${description} */\nexport const ${name}: readonly TargetField[] = [\n${renderRows(fields)}];\n`;
  }
  return text;
}

interface SchemaProperty {
  readonly enum?: unknown;
  readonly format?: string;
}

/**
 * Fields whose texts need no escaping in JSON: enumerations, and formats whose tolerant reading in
 * event/format.ts excludes quotes, backslashes and control characters.
 */
function provenFields(): ReadonlySet<string> {
  const source = new URL("../../src/event/event.schema.json", import.meta.url);
  const { properties } = JSON.parse(readFileSync(source, "utf8")) as {
    properties: Readonly<Record<string, SchemaProperty>>;
  };
  const safe = ["identifier", "pseudonym", "utc-milliseconds", "offset-date-time", "ip"];
  const proven = Object.entries(properties).filter(
    ([, { enum: values, format }]) =>
      values !== undefined || (format !== undefined && safe.includes(format)),
  );
  // A chain hash is hex by its definition.
  return new Set([...proven.map(([name]) => name), "chain_hash"]);
}

/** The function for complete events of one type, or for all that are not complete. */
interface Variant {
  readonly name: string;
  readonly certain: ReadonlySet<EventField>;
  readonly classes: readonly EventClass[];
  readonly likely?: readonly EventField[];
  readonly fallback?: string;
}

function variantsOf(eventTypes: ReadonlyMap<string, readonly EventClass[]>): readonly Variant[] {
  const expected = eventFieldNames.filter((field) => eventFields[field].expected === true);
  const complete = [...eventTypes].map(([eventType, classes]) => ({
    name: `${eventType}_complete`,
    certain: new Set(expected),
    classes,
    likely: eventFieldNames.filter((field) => eventFields[field].events?.includes(eventType)),
    fallback: "incomplete",
  }));
  return [...complete, { name: "incomplete", certain: certainFields, classes: eventClasses }];
}

function renderFunctions(mapping: Mapping, proven: ReadonlySet<string>): string {
  const declarations = new Declarations();
  const eventTypes = Map.groupBy(eventClasses, (one) => one.split("/")[0] ?? "");
  const functions = variantsOf(eventTypes).map(({ name, ...assumed }) => {
    const body = new SerializerCompiler({ mapping, proven, declarations, ...assumed }).compile();
    return `function ${name}(event: EventRecord, chain: ChainLink | undefined): string {\n${body}}\n\n`;
  });
  const cases = [...eventTypes.keys()].map(
    (type) => `    case ${JSON.stringify(type)}:\n      return ${type}_complete(event, chain);\n`,
  );
  const name = `serialize${mapping.schema.charAt(0).toUpperCase()}${mapping.schema.slice(1)}`;
  return (
    `${declarations.render()}\n${functions.join("")}` +
    `/** The ${mapping.schema} document of a valid event, as JSON text. */\n` +
    `export function ${name}(event: EventRecord, chain?: ChainLink): string {\n` +
    `  switch (event.event_type) {\n${cases.join("")}  }\n}\n`
  );
}

function renderSerializer(mapping: Mapping, proven: ReadonlySet<string>): string {
  const code = renderFunctions(mapping, proven);
  const importOf = (names: readonly string[], module: string): string => {
    const used = names.filter((one) => code.includes(`${one}(`));
    return used.length === 0 ? "" : `import { ${used.join(", ")} } from "${module}";\n`;
  };
  const texts = ["collectMore", "collectText", "epochSecondsText", "escapeText"];
  return (
    `// Written by \`npm run generate\` from mappings/${mapping.schema}.yaml. Do not edit.\n\n` +
    'import type { EventRecord } from "../mapping/event-class.ts";\n' +
    importOf([...texts, "listText", "nanosecondsText"], "../mapping/json-text.ts") +
    'import type { ChainLink } from "../mapping/schema.ts";\n' +
    importOf(["flatKeys", "summaryOf"], "../mapping/transform.ts") +
    `import { classNumber, memberCount } from "./class-number.ts";\n\n${code}`
  );
}

/** Files this part of the generator writes: path under `src/generated` → content. */
function renderSearchProps(mapping: Mapping): string {
  const rows = [...searchProps(mapping)].map(
    ([key, expression]) => `  ${JSON.stringify(key)}: ${JSON.stringify(expression)},\n`,
  );
  return (
    "// Written by `npm run generate` from mappings/cim.yaml. Do not edit.\n\n" +
    "/** Calculated fields of props.conf that make the CIM fields from the canonical event. */\n" +
    `export const splunkSearchProps: Readonly<Record<string, string>> = {\n${rows.join("")}};\n`
  );
}

export function generateMappings(): Record<string, string> {
  const mappings = schemas.map(load);
  const proven = provenFields();
  const serializers = mappings.map((mapping) => [
    `${mapping.schema}-serializer.ts`,
    renderSerializer(mapping, proven),
  ]);
  return {
    ...Object.fromEntries(serializers),
    "class-number.ts": `// Written by \`npm run generate\` from src/event/event.schema.json. Do not edit.\n\n${renderClassNumber()}`,
    "splunk-search-props.ts": mappings
      .filter(({ schema }) => schema === "cim")
      .map(renderSearchProps)
      .join(""),
    "target-fields.ts": renderTargetFields(mappings),
  };
}
