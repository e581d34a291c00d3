/** Everything of the pack as templates: one for all, and one for each part. */
import type { Dashboard } from "../../dashboard/ir.ts";
import { alertRule } from "./alert-rule.ts";
import type { ArmResource, ArmTemplate } from "./arm.ts";
import { asimSchemas } from "./asim.ts";
import { asimParsers } from "./asim-parser.ts";
import {
  auditTable,
  collectionOutputs,
  collectionParameters,
  dataCollectionRule,
  tableParameters,
} from "./audit-table.ts";
import { auditFunction, functionResource, type KqlFunction } from "./function.ts";
import type { ScheduledRule } from "./scheduled-rule.ts";
import { watchlistParameters, watchlistResource, watchlists } from "./watchlist.ts";
import { workbookResource } from "./workbook.ts";
import { enableParameter, workspaceParameter } from "./workspace.ts";

/** Functions in order of dependence: the audit events, and the parsers that read them. */
export const functions: readonly [KqlFunction, ...KqlFunction[]] = [
  auditFunction(),
  ...asimSchemas.flatMap(asimParsers),
];

/** The functions as resources; the parsers after the function they read. */
function functionResources(after: readonly ArmResource[]): readonly ArmResource[] {
  const [audit, ...parsers] = functions;
  const first = functionResource(
    audit,
    after.map(({ id }) => id),
  );
  return [first, ...parsers.map((one) => functionResource(one, [first.id]))];
}

/**
 * The whole pack: the table, the way into it, functions and watchlists, then the rules and the
 * workbooks. Sentinel runs a rule's query before it saves it, so all that queries name must be there
 * first.
 */
export function deploymentTemplate(
  rules: readonly ScheduledRule[],
  dashboards: readonly Dashboard[],
): ArmTemplate {
  const table = auditTable();
  const collection = dataCollectionRule([table.id]);
  const readers = [
    ...functionResources([table, collection]),
    ...watchlists.map((list) => watchlistResource(list, [collection.id])),
  ];
  const before = [table, ...readers].map(({ id }) => id);
  return {
    parameters: {
      workspace: workspaceParameter,
      ...collectionParameters,
      ...tableParameters,
      ...watchlistParameters,
      enableRules: enableParameter,
    },
    resources: [
      table,
      collection,
      ...readers,
      ...rules.map((rule) => alertRule(rule, before)),
      ...dashboards.map((dashboard) => workbookResource(dashboard, [table.id])),
    ],
    outputs: collectionOutputs,
  };
}

/** The parts, for who deploys them one at a time. Each assumes that the ones before it are there. */
export const partTemplates: Readonly<Record<string, ArmTemplate>> = {
  "table.json": {
    parameters: { workspace: workspaceParameter, ...tableParameters },
    resources: [auditTable()],
  },
  "data-collection-rule.json": {
    parameters: { workspace: workspaceParameter, ...collectionParameters },
    resources: [dataCollectionRule([])],
    outputs: collectionOutputs,
  },
  "parsers.json": {
    parameters: { workspace: workspaceParameter },
    resources: functionResources([]),
  },
  "watchlists.json": {
    parameters: { workspace: workspaceParameter, ...watchlistParameters },
    resources: watchlists.map((list) => watchlistResource(list, [])),
  },
};
