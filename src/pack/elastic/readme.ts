/** How to install the pack, for whoever unpacks it. */
import type { ContextMode } from "../../dialect/compiled.ts";
import { CLEARANCE_INDEX } from "../../dialect/elastic/each-joined.ts";
import {
  INDEX_TEMPLATE,
  MAPPINGS_TEMPLATE,
  PIPELINE,
  SETTINGS_TEMPLATE,
} from "./index-template.ts";

const put = (path: string, file: string): string =>
  `curl --fail -X PUT "$ELASTICSEARCH_URL/${path}" -H "Authorization: ApiKey $API_KEY" -H "Content-Type: application/json" --data-binary @${file}`;

/** How clearances get into the index that rules join. */
const LOOKUP = `
Clearances are looked up in the index ${CLEARANCE_INDEX} (Elasticsearch 8.18 or later). Create it and fill
it with a line pair for each cleared user, keyed by the same pseudonym as the events. The file shows the
form; "claude-siem lookup --target elastic --clearances FILE" writes it from your clearance table. While
the index is empty, everybody counts as not cleared.

       ${put(CLEARANCE_INDEX, "lookup-clearances-index.json")}
       curl --fail -X POST "$ELASTICSEARCH_URL/${CLEARANCE_INDEX}/_bulk" -H "Authorization: ApiKey $API_KEY" -H "Content-Type: application/x-ndjson" --data-binary @lookup-clearances.ndjson
`;

/** Text of README.md. */
export function renderReadme(context: ContextMode): string {
  return `# Claude audit content for Elastic

Needs Elasticsearch and Kibana 8.16 or later. Everything is plain JSON; nothing is executed.
Set ELASTICSEARCH_URL, KIBANA_URL and API_KEY, stand in this folder, and go in this order: a rule that
is switched on before its index exists reports an error at every run.

1. Pipeline and templates:

       ${put(`_ingest/pipeline/${PIPELINE}`, "ingest-pipeline.json")}
       ${put(`_component_template/${MAPPINGS_TEMPLATE}`, "component-template-mappings.json")}
       ${put(`_component_template/${SETTINGS_TEMPLATE}`, "component-template-settings.json")}
       ${put(`_index_template/${INDEX_TEMPLATE}`, "index-template.json")}

2. Roles; give the connector's API key the first, analysts the second:

       ${put("_security/role/claude_audit_writer", "role-writer.json")}
       ${put("_security/role/claude_audit_reader", "role-reader.json")}

3. Rules. They come disabled; switch them on one by one, after a look at the guide of each:

       curl --fail -X POST "$KIBANA_URL/api/detection_engine/rules/_import?overwrite=true" -H "kbn-xsrf: true" -H "Authorization: ApiKey $API_KEY" --form "file=@detection-rules.ndjson"

   The rule_id of a rule never changes, so importing again replaces. Exceptions that you added in
   Kibana stay; parameters belong into claude-siem.content.yaml, so that an upgrade keeps them.

4. Dashboards, for Kibana 8.18 or later. Each file brings the data view of its filters; importing again
   replaces:

       for file in dashboards/*.ndjson; do
         curl --fail -X POST "$KIBANA_URL/api/saved_objects/_import?overwrite=true" -H "kbn-xsrf: true" -H "Authorization: ApiKey $API_KEY" --form "file=@$file"
       done

   The files dashboards/*.dashboard-api.json are the same dashboards for the Dashboards API of Kibana 9.4
   and later; they need dashboards/data-view.ndjson. Import a dashboard in one of the two ways.

The files rules/*.json hold the same rules one by one, and *.kuery and *.esql their queries, to read.
${context === "native" ? LOOKUP : ""}`;
}
