/**
 * Processing pipelines in pySigma's format: where each product keeps the fields that the rules name,
 * and which index or table to search. Made from the mappings, so that they cannot drift apart.
 */
import { ELASTIC_INDEX } from "../../dialect/elastic/rows.ts";
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { LOGSOURCE, renderDocument } from "../../dialect/sigma/document.ts";
import type { EventField } from "../../event/event.ts";
import { eventFieldNames, type FieldKind, fieldInfo } from "../../event/field.ts";
import { resolveField } from "../../mapping/field-name.ts";
import { type ResolvedField, type Schema, SOURCE_LABEL } from "../../mapping/schema.ts";
import { SOURCETYPE } from "../splunk/app.ts";
import { DEFAULT_INDEX } from "../splunk/saved-search.ts";

/** An event field and its place in a product. */
interface Place {
  readonly field: EventField;
  readonly kind: FieldKind;
  readonly at: ResolvedField;
}

/** The index, table or source type that holds the events, as the pipeline says it. */
interface Product {
  readonly title: string;
  readonly schema: Schema;
  readonly file: string;
  /** Steps after the fields have their names in the product. */
  readonly steps: (places: readonly Place[]) => readonly object[];
  /** What happens to the whole query. */
  readonly finish?: (places: readonly Place[]) => readonly object[];
}

const ours = [{ type: "logsource", ...LOGSOURCE }];

/** ES|QL reads the state `index`; Lucene and EQL are searched within an index anyway. */
const elastic: Product = {
  title: "Claude audit events in Elastic Common Schema",
  schema: "ecs",
  file: "ecs_claude",
  steps: () => [
    {
      id: "claude_index",
      type: "set_state",
      key: "index",
      val: ELASTIC_INDEX,
      rule_conditions: ours,
    },
  ],
};

function namesOf(places: readonly Place[], kind: FieldKind): readonly string[] {
  return places.filter((place) => place.kind === kind).map(({ at }) => at.name);
}

/**
 * A list is a dynamic column, where Kusto compares the whole. Its JSON text holds a value in quotes
 * exactly where the list has it as an element.
 */
function elementOfList(places: readonly Place[]): object {
  return {
    id: "claude_list_element",
    type: "replace_string",
    regex: "^(.*)$",
    replacement: '*"\\1"*',
    field_name_conditions: [{ type: "include_fields", fields: namesOf(places, "keyword[]") }],
    rule_conditions: ours,
  };
}

/** The backend compares everything but numbers with `=~`, which Kusto has for strings only. */
function compareBooleans(places: readonly Place[]): object {
  return {
    id: "claude_booleans",
    type: "replace",
    pattern: `\\b(${namesOf(places, "boolean").join("|")}) =~ (true|false)\\b`,
    replacement: "\\1 == \\2",
    rule_conditions: ours,
  };
}

const sentinel: Product = {
  title: "Claude audit events in Microsoft Sentinel",
  schema: "sentinel",
  file: "sentinel_claude",
  steps: (places) => [elementOfList(places)],
  finish: (places) => [
    compareBooleans(places),
    {
      id: "claude_table",
      type: "embed",
      prefix: `${KQL_TABLE}\n| where `,
      rule_conditions: ours,
    },
  ],
};

const splunk: Product = {
  title: "Claude audit events in Splunk",
  schema: "cim",
  file: "splunk_claude",
  steps: () => [
    {
      id: "claude_source",
      type: "add_condition",
      conditions: { index: DEFAULT_INDEX, sourcetype: SOURCETYPE, source: SOURCE_LABEL },
      rule_conditions: ours,
    },
  ],
};

/** One pipeline for each schema of a product. */
export const sigmaProducts: readonly Product[] = [elastic, sentinel, splunk];

function placesIn(schema: Schema): readonly Place[] {
  return eventFieldNames.flatMap((field) => {
    const at = resolveField(schema, field);
    const kind = fieldInfo(field)?.kind;
    return at === undefined || kind === undefined ? [] : [{ field, kind, at }];
  });
}

/**
 * Text of a product's pipeline. Every field gets its name there, to be shown; rules that compare one
 * which the product keeps in other units do not convert.
 */
export function renderPipeline({ title, schema, steps, finish }: Product): string {
  const places = placesIn(schema);
  const comparable = places.filter(({ at }) => at.transform === "copy");
  const lost = eventFieldNames.filter((name) => !comparable.some(({ field }) => field === name));
  const refusal = {
    id: "claude_lost_fields",
    type: "detection_item_failure",
    message: `The mapping ${schema} does not keep the values of this field as they are.`,
    field_name_conditions: [{ type: "include_fields", fields: lost }],
    rule_conditions: ours,
  };
  return renderDocument({
    name: title,
    priority: 20,
    transformations: [
      ...(lost.length > 0 ? [refusal] : []),
      {
        id: "claude_fields",
        type: "field_name_mapping",
        mapping: Object.fromEntries(places.map(({ field, at }) => [field, at.name])),
        rule_conditions: ours,
      },
      ...steps(comparable),
    ],
    ...(finish !== undefined && { postprocessing: finish(comparable) }),
  });
}
