/** Which names the targets allow. */
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as mappingMessage from "../diagnostic/message/mapping.ts";
import type { Output } from "./mapping.ts";
import type { Schema } from "./schema.ts";

/** Longest column name of a custom table in Log Analytics. */
const COLUMN_LENGTH_MAX = 45;

/** Columns that Log Analytics keeps for itself; TimeGenerated is ours to fill. */
const reservedColumns: ReadonlySet<string> = new Set([
  "TenantId",
  "SourceSystem",
  "Type",
  "MG",
  "ManagementGroupName",
  "Computer",
  "RawData",
  "_ResourceId",
  "_SubscriptionId",
  "_ItemId",
  "_IsBillable",
  "_BilledSize",
]);

/** Keys of an event record at Splunk's HTTP Event Collector; `event` holds our fields. */
const envelopeKeys: ReadonlySet<string> = new Set([
  "time",
  "host",
  "source",
  "sourcetype",
  "index",
]);

function isLegal(schema: Schema, { to, path }: Output): boolean {
  switch (schema) {
    case "ecs":
      return to === "@timestamp" || path.every((part) => /^[a-z][a-z0-9_]*$/.test(part));
    case "sentinel":
      return (
        /^[A-Za-z][A-Za-z0-9_]*$/.test(to) &&
        to.length <= COLUMN_LENGTH_MAX &&
        !reservedColumns.has(to)
      );
    case "cim":
      return (
        envelopeKeys.has(to) ||
        (path.length === 2 && path[0] === "event" && /^[a-z][a-z0-9_]*$/.test(path[1] ?? ""))
      );
  }
}

const rules: Readonly<Record<Schema, string>> = {
  ecs: "Write lower-case words of letters, digits and underscores, joined by dots.",
  sentinel: `Write up to ${COLUMN_LENGTH_MAX} letters, digits and underscores, starting with a letter, that are not reserved (${[...reservedColumns].slice(0, 4).join(", ")}, …).`,
  cim: `Write ${[...envelopeKeys].join(", ")}, or event.<name> in lower case.`,
};

/** A finding when the target would not take the name. */
export function checkTargetName(schema: Schema, output: Output): Diagnostic[] {
  if (isLegal(schema, output)) return [];
  const args = { name: output.to, rule: rules[schema] };
  return [report(mappingMessage.badTargetName, output.span, args)];
}
