/** A scheduled rule as a resource of an ARM template. */
import { type ArmExpression, type ArmResource, type ArmTemplate, parameter } from "./arm.ts";
import { isoDuration } from "./duration.ts";
import type { ScheduledRule } from "./scheduled-rule.ts";
import { enableParameter, sentinelResource, workspaceParameter } from "./workspace.ts";

/**
 * The rule as `Microsoft.SecurityInsights` takes it. Suppression would pause the whole rule, so it is
 * off; its duration must be there all the same.
 */
export function alertRule(
  rule: ScheduledRule,
  dependsOn: readonly ArmExpression[] = [],
): ArmResource {
  return sentinelResource("alertRules", rule.id, {
    kind: "Scheduled",
    dependsOn,
    properties: {
      displayName: rule.title,
      description: rule.description,
      severity: rule.severity,
      enabled: parameter("enableRules"),
      query: rule.query,
      queryFrequency: isoDuration(rule.frequencyMs),
      queryPeriod: isoDuration(rule.periodMs),
      triggerOperator: "GreaterThan",
      triggerThreshold: 0,
      suppressionDuration: "PT5H",
      suppressionEnabled: false,
      tactics: rule.tactics,
      techniques: rule.techniques,
      entityMappings: rule.entities.map(({ entityType, fieldMappings }) => ({
        entityType,
        fieldMappings: fieldMappings.map(({ identifier, columnName }) => ({
          identifier,
          columnName,
        })),
      })),
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
          lookbackDuration: isoDuration(rule.groupForMs),
          matchingMethod: "Selected",
          groupByEntities: [],
          groupByAlertDetails: [],
          groupByCustomDetails: rule.groupBy,
        },
      },
    },
  });
}

/** A template with one rule, for who deploys rules one at a time. */
export function alertRuleTemplate(rule: ScheduledRule): ArmTemplate {
  return {
    parameters: { workspace: workspaceParameter, enableRules: enableParameter },
    resources: [alertRule(rule)],
  };
}
