/** What the Common Information Model and the HTTP Event Collector say about a record. */
import { readFileSync } from "node:fs";
import type { AuditEvent } from "../../src/event/event.ts";
import type { TargetDocument } from "../../src/mapping/apply-mapping.ts";

interface Model {
  readonly required: readonly string[];
  readonly prescribed: Readonly<Record<string, readonly string[]>>;
}

const tables = JSON.parse(readFileSync("test/mapping/cim-models.json", "utf8")) as {
  readonly models: Readonly<Record<string, Model>>;
  readonly forbidden: string;
  readonly empty: readonly string[];
};

/** Who acts and how bad it is cannot be told where the event does not say. */
function isExcused(field: string, source: AuditEvent): boolean {
  if (field === "severity" && source.event_type === "security_event")
    return source.severity === undefined;
  const isChange = source.event_type === "policy_event";
  const target = isChange && source.policy_event_type === "permission_changed";
  if (field === "user" && target) return source.target_user_id_hash === undefined;
  const judged = isChange && source.policy_event_type === "alert_state_changed";
  if (field === "user" && judged) return source.approver_id_hash === undefined;
  return (field === "user" || field === "src_user") && source.user_id_hash === undefined;
}

function checkModel(event: TargetDocument, source: AuditEvent): readonly string[] {
  const name = event["cim_model"];
  if (name === "none") return [];
  const model = typeof name === "string" ? tables.models[name] : undefined;
  if (model === undefined) return [`cim_model ${JSON.stringify(name)} is not one model`];
  const missing = model.required.filter(
    (field) =>
      !isExcused(field, source) &&
      (event[field] === undefined || tables.empty.includes(String(event[field]))),
  );
  const illegal = Object.entries(model.prescribed).filter(
    ([field, values]) => event[field] !== undefined && !values.includes(String(event[field])),
  );
  return [
    ...missing.map((field) => `${name} requires ${field}`),
    ...illegal.map(([field]) => `${name} does not know ${field}=${String(event[field])}`),
  ];
}

/** Every way in which a record is not HEC's or breaks its data model, or contradicts its event. */
export function checkCim(record: TargetDocument, source: AuditEvent): readonly string[] {
  const event = (record["event"] ?? {}) as TargetDocument;
  const problems = [...checkModel(event, source)];
  const envelope = ["time", "host", "source", "sourcetype", "event"];
  for (const key of Object.keys(record)) {
    if (!envelope.includes(key)) problems.push(`${key} is no key of a HEC record`);
  }
  if (record["time"] !== Date.parse(source.timestamp) / 1000) problems.push("time is not seconds");
  if (record["source"] !== "claude_deployment") problems.push("source is not the label");
  if (record["sourcetype"] !== "claude:audit") problems.push("sourcetype is wrong");
  const forbidden = new RegExp(tables.forbidden);
  for (const key of Object.keys(event)) {
    if (forbidden.test(key)) problems.push(`${key} belongs to the identity framework`);
  }
  const fields: TargetDocument = { ...source };
  for (const [field, value] of Object.entries(fields)) {
    if (JSON.stringify(event[field]) !== JSON.stringify(value))
      problems.push(`${field} is not as sent`);
  }
  const { duration } = event;
  if (duration !== undefined && duration !== (source.duration_ms ?? 0) / 1000) {
    problems.push("duration is not in seconds");
  }
  return problems;
}
