/** Functions in the workspace. */
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import { KQL_TABLE } from "../../dialect/kql/rows.ts";
import { join, name, raw, renderText, text } from "../../dialect/text.ts";
import { sentinelColumns } from "../../generated/target-fields.ts";
import type { ArmExpression, ArmResource } from "./arm.ts";
import { API_VERSION, childResource } from "./workspace.ts";

export interface KqlFunction {
  /** By which queries call it. */
  readonly alias: string;
  readonly title: string;
  readonly category: string;
  /** Parameters as `name:type=default`, separated by commas; none: called without parentheses. */
  readonly parameters?: string;
  readonly query: string;
}

/** Audit events for queries that must work before the first event has come. */
export const AUDIT_FUNCTION = "ClaudeAudit";

/** Type of a column in a query, where the table's API has another word. */
export function queryType(type: string): string {
  return type === "boolean" ? "bool" : type;
}

/**
 * The columns of the table, which may be missing: then the result is empty, and not an error, so that
 * functions, workbooks and hunting queries can be installed first.
 */
export function auditFunction(): KqlFunction {
  const columns = sentinelColumns.map((one) => name(one.name));
  const typed = sentinelColumns.map((one) => text`${name(one.name)}: ${raw(queryType(one.type))}`);
  const query = text`union isfuzzy=true
    (datatable(${join(typed, ", ")})[]),
    ${raw(KQL_TABLE)}
| project ${join(columns, ", ")}`;
  return {
    alias: AUDIT_FUNCTION,
    title: "Audit events of Claude",
    category: "Claude",
    query: `${renderText(query, kqlLexicon)}\n`,
  };
}

/** The function as a resource. Deployed again, it replaces what is there. */
export function functionResource(
  { alias, title, category, parameters, query }: KqlFunction,
  dependsOn: readonly ArmExpression[],
): ArmResource {
  return childResource("savedSearches", API_VERSION.savedSearch, alias, {
    etag: "*",
    dependsOn,
    properties: {
      category,
      displayName: title,
      functionAlias: alias,
      ...(parameters !== undefined && { functionParameters: parameters }),
      query,
      version: 2,
    },
  });
}
