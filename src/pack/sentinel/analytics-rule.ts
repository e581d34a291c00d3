/** A scheduled rule in the YAML of the Azure-Sentinel repository. */
import { stringify } from "yaml";
import { shortDuration } from "./duration.ts";
import type { ScheduledRule } from "./scheduled-rule.ts";

/** Text of the analytics rule. Durations and operators are the short forms of that format. */
export function renderAnalyticsRule(rule: ScheduledRule): string {
  const document = {
    id: rule.id,
    name: rule.title,
    description: rule.description,
    severity: rule.severity,
    status: "Available",
    requiredDataConnectors: [],
    queryFrequency: shortDuration(rule.frequencyMs),
    queryPeriod: shortDuration(rule.periodMs),
    triggerOperator: "gt",
    triggerThreshold: 0,
    tactics: rule.tactics,
    relevantTechniques: rule.techniques,
    query: rule.query,
    entityMappings: rule.entities,
    customDetails: rule.details,
    alertDetailsOverride: {
      alertDisplayNameFormat: rule.alertName,
      alertDescriptionFormat: rule.alertDescription,
    },
    eventGroupingSettings: { aggregationKind: "AlertPerResult" },
    incidentConfiguration: {
      createIncident: true,
      groupingConfiguration: {
        enabled: true,
        reopenClosedIncident: false,
        lookbackDuration: shortDuration(rule.groupForMs),
        matchingMethod: "Selected",
        groupByEntities: [],
        groupByAlertDetails: [],
        groupByCustomDetails: rule.groupBy,
      },
    },
    version: rule.version,
    kind: "Scheduled",
  };
  return stringify(document, {
    version: "1.1",
    lineWidth: 0,
    blockQuote: "literal",
    aliasDuplicateObjects: false,
  });
}
