/** What the table ClaudeAudit_CL and the ASIM schemas say about a row. */
import type { AuditEvent } from "../../src/event/event.ts";
import { parseTime } from "../../src/event/time.ts";
import { sentinelColumns } from "../../src/generated/target-fields.ts";
import type { TargetDocument } from "../../src/mapping/apply-mapping.ts";

const columns = new Map(sentinelColumns.map(({ name, type }) => [name, type]));

/** Log Analytics cuts a value beyond this. */
const FIELD_BYTES_MAX = 65_536;

function fits(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case "string":
      return typeof value === "string" && Buffer.byteLength(value) <= FIELD_BYTES_MAX;
    case "datetime":
      return typeof value === "string" && parseTime(value) !== undefined;
    case "int":
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case "long":
      return Number.isSafeInteger(value);
    case "real":
      return typeof value === "number" && Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "dynamic":
      return typeof value === "object" && value !== null;
    default:
      return false;
  }
}

/** Closed lists of ASIM (AuditEvent 0.1.2, AlertEvent 0.1, Authentication 0.1.4). */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  EventSchema: ["AgentEvent", "AuditEvent", "AlertEvent", "Authentication"],
  EventSeverity: ["Informational", "Low", "Medium", "High"],
  EventResult: ["Success", "Partial", "Failure", "NA"],
  EventSubType: ["Threat", "Suspicious Activity", "Anomaly", "Compliance Violation"],
  DetectionMethod: [
    "Behavioral Analytics",
    "Data Loss Prevention",
    "Intrusion Detection",
    "Cloud Application Security",
    "Scheduled Alerts",
    "Other",
  ],
  ThreatCategory: ["Security Policy Violation", "Unknown"],
  ObjectType: ["Configuration Atom", "Policy Rule", "Cloud Resource", "Other"],
};

const eventTypes: Readonly<Record<string, readonly string[]>> = {
  AuditEvent: ["Set", "Read", "Create", "Delete", "Execute", "Enable", "Disable", "Other"],
  AlertEvent: ["Alert"],
  Authentication: ["Logon", "Logoff", "Elevate"],
};

const mandatory: Readonly<Record<string, readonly string[]>> = {
  AgentEvent: [],
  AuditEvent: ["EventResult", "Operation", "Object", "ObjectType"],
  AlertEvent: ["EventSubType"],
  Authentication: ["EventResult"],
};

/** Every way in which a row does not fit the table or ASIM, or contradicts its event. */
export function checkSentinel(row: TargetDocument, source: AuditEvent): readonly string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(row)) {
    const type = columns.get(name);
    if (!fits(type, value))
      problems.push(`${name} is ${type ?? "no column"}, not ${JSON.stringify(value)}`);
  }
  for (const [name, legal] of Object.entries(enumerations)) {
    if (row[name] !== undefined && !legal.includes(String(row[name]))) {
      problems.push(`${name} must not be ${String(row[name])}`);
    }
  }
  const schema = String(row["EventSchema"]);
  const base = ["TimeGenerated", "EventId", "EventVendor", "EventProduct", "EventType", "Source"];
  for (const name of [...base, "EventSchema", "EventSeverity", ...(mandatory[schema] ?? [])]) {
    if (row[name] === undefined) problems.push(`${name} is missing`);
  }
  const types = eventTypes[schema];
  if (types && !types.includes(String(row["EventType"]))) {
    problems.push(`EventType ${String(row["EventType"])} is not of ${schema}`);
  }
  if (row["DurationMs"] !== source.duration_ms) problems.push("DurationMs is not in milliseconds");
  return problems;
}
