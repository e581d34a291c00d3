/** Where events live in Elasticsearch: component templates, index template and ingest pipeline. */
import { ELASTIC_INDEX } from "../../dialect/elastic/rows.ts";
import { ecsFields } from "../../generated/target-fields.ts";
import type { TargetField } from "../../mapping/schema.ts";

export const MAPPINGS_TEMPLATE = "claude-siem@mappings";
export const SETTINGS_TEMPLATE = "claude-siem@settings";
/** A site's own additions; the index template works without it. */
export const CUSTOM_TEMPLATE = "claude-siem@custom";
export const INDEX_TEMPLATE = "logs-claude";
export const PIPELINE = "claude-siem@pipeline";

/** Above the built-in template for `logs-*-*`, which has 100, and what the docs advise to beat. */
const PRIORITY = 250;

/** Longest keyword that Lucene can index, in UTF-8 bytes of four: longer ones stay in _source only. */
const IGNORE_ABOVE = 8191;

function fieldMapping({ name, type }: TargetField): object {
  // The record as journaled is evidence: kept, never searched.
  if (name === "event.original") return { type, index: false, doc_values: false };
  if (name === "data_stream.type") return { type: "constant_keyword", value: "logs" };
  if (name.startsWith("data_stream.")) return { type: "constant_keyword" };
  if (type === "keyword") return { type, ignore_above: IGNORE_ABOVE };
  return { type };
}

/** Dotted names as nested properties; `depth` parts of each name are already spent. */
function nest(fields: readonly TargetField[], depth = 0): object {
  const heads = new Set(fields.map(({ name }) => name.split(".")[depth] ?? ""));
  const entries = [...heads].map((head) => {
    const own = fields.filter(({ name }) => name.split(".")[depth] === head);
    const leaf = own.find(({ name }) => name.split(".").length === depth + 1);
    return [head, leaf ? fieldMapping(leaf) : { properties: nest(own, depth + 1) }] as const;
  });
  return Object.fromEntries(entries);
}

/** The pipeline stamps this one; everything else the connector writes. */
const stamped: readonly TargetField[] = [
  { name: "event.ingested", type: "date" },
  { name: "error.message", type: "match_only_text" },
];

/** Every field has its type from the mapping; an unknown one is kept in _source and not indexed. */
export function mappingsTemplate(): object {
  return {
    template: {
      mappings: {
        dynamic: false,
        properties: nest([...ecsFields, ...stamped]),
      },
    },
    _meta: { description: "Fields of Claude audit events", managed_by: "claude-siem" },
  };
}

export function settingsTemplate(): object {
  return {
    template: {
      settings: {
        index: {
          codec: "best_compression",
          default_pipeline: PIPELINE,
          // A conflict of types must not lose an event: the field is left out, _ignored says so.
          mapping: { ignore_malformed: true },
        },
      },
    },
    _meta: { description: "Settings of Claude audit streams", managed_by: "claude-siem" },
  };
}

export function indexTemplate(): object {
  return {
    index_patterns: [ELASTIC_INDEX],
    data_stream: {},
    priority: PRIORITY,
    composed_of: [MAPPINGS_TEMPLATE, SETTINGS_TEMPLATE, CUSTOM_TEMPLATE],
    ignore_missing_component_templates: [CUSTOM_TEMPLATE],
    _meta: { description: "Data streams of Claude audit events", managed_by: "claude-siem" },
  };
}

/** Stamps the time of arrival and changes nothing else: documents stay what was journaled. */
export function ingestPipeline(): object {
  return {
    description: "Stamps event.ingested on Claude audit events.",
    processors: [
      {
        set: {
          tag: "stamp-event-ingested",
          field: "event.ingested",
          value: "{{{_ingest.timestamp}}}",
        },
      },
    ],
    on_failure: [
      { set: { tag: "mark-pipeline-error", field: "event.kind", value: "pipeline_error" } },
      {
        append: {
          tag: "tell-pipeline-error",
          field: "error.message",
          value:
            "Processor {{{_ingest.on_failure_processor_type}}} with tag {{{_ingest.on_failure_processor_tag}}} failed: {{{_ingest.on_failure_message}}}",
        },
      },
    ],
    _meta: { managed_by: "claude-siem" },
  };
}
