/** Instructions that travel with the pack. */
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { ASIM_PRODUCT, asimSchemas } from "./asim.ts";
import { STREAM } from "./audit-table.ts";
import { AUDIT_FUNCTION } from "./function.ts";
import { watchlists } from "./watchlist.ts";

/** Text of the pack's README.md. */
export function renderReadme(): string {
  const vim = asimSchemas.map(({ name }) => `    vim${name}${ASIM_PRODUCT}`).join("\n");
  const lists = watchlists
    .map(
      ({ alias, columns }) => `- ${alias}: ${columns.join(", ")}; the search key is ${columns[0]}.`,
    )
    .join("\n");
  return `# Claude for Microsoft Sentinel

The workspace must have Microsoft Sentinel enabled. Whoever deploys needs the roles Microsoft Sentinel
Contributor and Log Analytics Contributor on it, and Monitoring Contributor on its resource group.

## Deploy everything

    az deployment group create --resource-group GROUP --template-file azuredeploy.json \\
      --parameters @azuredeploy.parameters.example.json --parameters workspace=WORKSPACE

The template brings the table ${KQL_TABLE}, the data collection rule, the functions, the watchlists, the
rules and the workbooks, in this order. Deployed again, it replaces what it brought before. Once the watchlists hold
rows of your own, pass deployWatchlists=false, or those rows are replaced as well.

## Let the connector send

The deployment's outputs say where to send: ingestionEndpoint, immutableId, and ${STREAM} as the stream.
The sender needs one role on one resource, the data collection rule, and no other:

    az role assignment create --role "Monitoring Metrics Publisher" --assignee SENDER \\
      --scope "$(az deployment group show --resource-group GROUP --name azuredeploy \\
        --query properties.outputs.dataCollectionRuleId.value --output tsv)"

A new role assignment takes up to half an hour to work; until then requests are answered with 403.

## What is in it

- azuredeploy.json: everything. arm: the same in parts, in the order table, data-collection-rule,
  parsers, watchlists, then one template for each rule.
- analytic-rules: the rules as YAML in the form of the Azure-Sentinel repository.
- queries: the queries alone, to try them in the portal.
- workbooks: each dashboard as gallery JSON, to paste into the advanced editor of a workbook, and as a
  template of its own. dashboards: the queries of their panels.
- ${AUDIT_FUNCTION}: the events of ${KQL_TABLE}, and an empty result while the table is missing.
- Parsers for ASIM, each with a twin ASim… that does not filter. Add them to your unifying parsers:

${vim}

  Users are pseudonyms, so filters by user name compare with the pseudonym. No list of ASIM has a type
  for it but AlertEvent's, and no list of vendors has Anthropic: the schema tester of ASIM will say so.

## Severity and suppression

Sentinel knows no critical severity. Critical rules are High with the custom detail claude_severity set
to critical: route by that. Suppression in Sentinel would pause a whole rule, so it is off; alerts of one
entity join one incident instead. A run reads again what may have come late, so an alert can repeat in
the next runs; its repeats join the incident too. To deploy the rules switched off, set the parameter
enableRules to false.

## Watchlists

${lists}

They matter for packs built with --context native only; otherwise clearance and business hours stand on
the events. The row that comes with each shows the form and counts for nothing. While a watchlist has no
other row, rules that need it raise one alert that says so, instead of alerting on everybody or on
nobody. Update the rows in the portal (Watchlist, Update watchlist, Bulk update) or by deploying again.

The clearances are the connector's own clearances.csv. Business hours have one row for each shift:
department (or * for those not listed), an IANA zone, days such as mon tue wed, opening and closing time
as HH:MM (a closing time before the opening time is the next morning), and the dates on which the shift
does not begin. "claude-siem lookup --target sentinel" writes both from your own files, with --clearances
or --calendar.
`;
}
