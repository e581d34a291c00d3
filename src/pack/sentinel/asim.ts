/**
 * How columns of ClaudeAudit_CL are called in the schemas of ASIM.
 *
 * The mapping has classified each row already (EventSchema, EventType and their kin), so a parser
 * filters by schema, renames, and keeps everything else in AdditionalFields. Sources: the schema
 * references of ASIM for AgentEvent 0.1.0, AuditEvent 0.1.2, AlertEvent 0.1 and Authentication 0.1.4.
 */
import type { EventField } from "../../event/event.ts";

export type AsimSchemaName = "AgentEvent" | "AuditEvent" | "AlertEvent" | "Authentication";

/** What a column of a parser's result is made of. */
export type AsimValue =
  /** The column that holds an event field. */
  | { readonly kind: "field"; readonly field: EventField }
  /** A column that the mapping makes beside the event's fields. */
  | { readonly kind: "column"; readonly column: string }
  | { readonly kind: "constant"; readonly value: string | number }
  /** The text of the first value that a column equals; `otherwise` where it equals none. */
  | {
      readonly kind: "choice";
      readonly of: AsimValue;
      readonly cases: readonly { readonly equals: string | boolean; readonly text: string }[];
      readonly otherwise: AsimValue;
    }
  /** The time a session that ends now began; for anything else the time of the event. */
  | { readonly kind: "began" };

export type AsimType = "string" | "int" | "long" | "datetime" | "dynamic";

export interface AsimColumn {
  readonly name: string;
  readonly type: AsimType;
  readonly value: AsimValue;
}

/** A parameter by which callers filter, and the columns of the result it is about. */
export interface AsimFilter {
  readonly parameter: string;
  /** `none`: the schema asks for something that our events do not hold, so a filter finds nothing. */
  readonly test: "has_any" | "in" | "ip_prefix" | "equals" | "none";
  readonly columns: readonly string[];
}

export interface AsimSchema {
  readonly name: AsimSchemaName;
  readonly version: string;
  readonly columns: readonly AsimColumn[];
  readonly filters: readonly AsimFilter[];
}

/** Vendor and product in the names of the parsers. */
export const ASIM_PRODUCT = "AnthropicClaudeDeployment";

const field = (one: EventField): AsimValue => ({ kind: "field", field: one });
const own = (column: string): AsimValue => ({ kind: "column", column });
const constant = (value: string | number): AsimValue => ({ kind: "constant", value });

function text(name: string, value: AsimValue): AsimColumn {
  return { name, type: "string", value };
}

/** What every schema has. The device of a cloud service is the product. */
function commonColumns(schema: AsimSchemaName, version: string): readonly AsimColumn[] {
  return [
    { name: "TimeGenerated", type: "datetime", value: field("timestamp") },
    { name: "EventCount", type: "int", value: constant(1) },
    { name: "EventStartTime", type: "datetime", value: { kind: "began" } },
    { name: "EventEndTime", type: "datetime", value: field("timestamp") },
    text("EventType", own("EventType")),
    text("EventVendor", own("EventVendor")),
    text("EventProduct", own("EventProduct")),
    text("EventSchema", constant(schema)),
    text("EventSchemaVersion", constant(version)),
    text("EventUid", field("event_id")),
    text("EventOriginalUid", field("event_id")),
    text("EventOriginalType", field("event_type")),
  ];
}

/** What the schemas with a severity and an owner share. */
const ratedColumns: readonly AsimColumn[] = [
  text("EventSeverity", own("EventSeverity")),
  text("EventOriginalSeverity", field("severity")),
  text("EventOwner", field("department")),
];

const device = text("Dvc", own("EventProduct"));
const riskLevel: AsimColumn = {
  name: "ThreatRiskLevel",
  type: "int",
  value: own("ThreatRiskLevel"),
};

function filter(
  parameter: string,
  test: AsimFilter["test"],
  ...columns: readonly string[]
): AsimFilter {
  return { parameter, test, columns };
}

const agentEvent: AsimSchema = {
  name: "AgentEvent",
  version: "0.1.0",
  columns: [
    ...commonColumns("AgentEvent", "0.1.0"),
    text("EventSessionId", field("session_id")),
    text("EventRequestId", field("request_id")),
    text("ActorUserId", field("user_id_hash")),
    text("SrcAgentId", field("deployment")),
    text("SrcAgentName", constant("Claude")),
    text("SrcIpAddr", field("client_ip")),
    text("TargetAgentName", field("mcp_server")),
    text("ToolName", field("mcp_tool")),
    text("ModelProviderName", constant("Anthropic")),
    text("ModelName", field("model_version")),
    { name: "InputTokensUsed", type: "long", value: field("token_input") },
    { name: "OutputTokensUsed", type: "long", value: field("token_output") },
  ],
  filters: [
    filter("agentid_has_any", "has_any", "SrcAgentId"),
    filter("agentname_has_any", "has_any", "SrcAgentName", "TargetAgentName"),
    filter("username_has_any", "has_any", "ActorUserId"),
  ],
};

const auditEvent: AsimSchema = {
  name: "AuditEvent",
  version: "0.1.2",
  columns: [
    ...commonColumns("AuditEvent", "0.1.2"),
    ...ratedColumns,
    device,
    text("EventResult", own("EventResult")),
    text("EventOriginalSubType", field("policy_event_type")),
    text("EventOriginalResultDetails", field("decision_reason")),
    text("Operation", own("Operation")),
    text("Object", own("Object")),
    text("ObjectType", own("ObjectType")),
    text("OldValue", field("permission_before")),
    text("NewValue", field("permission_after")),
    text("Value", field("permission_after")),
    text("RuleName", field("policy_ref")),
    text("Rule", field("policy_ref")),
    text("ActorUserId", field("user_id_hash")),
    text("ActorSessionId", field("session_id")),
    text("SrcIpAddr", field("client_ip")),
    text("HttpUserAgent", field("user_agent")),
    text("TargetAppName", constant("Claude")),
    text("TargetAppType", constant("SaaS application")),
  ],
  filters: [
    filter("srcipaddr_has_any_prefix", "ip_prefix", "SrcIpAddr"),
    filter("actorusername_has_any", "has_any", "ActorUserId"),
    filter("operation_has_any", "has_any", "Operation"),
    filter("eventtype_in", "in", "EventType"),
    filter("eventresult", "equals", "EventResult"),
    filter("object_has_any", "has_any", "Object"),
    filter("newvalue_has_any", "has_any", "NewValue"),
  ],
};

const alertEvent: AsimSchema = {
  name: "AlertEvent",
  version: "0.1",
  columns: [
    ...commonColumns("AlertEvent", "0.1"),
    ...ratedColumns,
    text("EventSubType", own("EventSubType")),
    text("EventOriginalSubType", field("security_event_type")),
    text("AlertId", field("event_id")),
    text("AlertName", field("security_event_type")),
    text("AlertStatus", constant("Active")),
    text("DetectionMethod", own("DetectionMethod")),
    text("ThreatCategory", own("ThreatCategory")),
    text("ThreatOriginalCategory", field("security_event_type")),
    riskLevel,
    text("IndicatorType", constant("User")),
    text("UserId", field("user_id_hash")),
    // Of the schemas here only this one has a type for ids that are neither of a directory nor of a cloud.
    text("UserIdType", constant("Other")),
    text("SessionId", field("session_id")),
    text("DvcAction", {
      kind: "choice",
      of: field("auto_blocked"),
      cases: [
        { equals: true, text: "Blocked" },
        { equals: false, text: "Allowed" },
      ],
      otherwise: constant(""),
    }),
  ],
  filters: [
    filter("ipaddr_has_any_prefix", "none"),
    filter("hostname_has_any", "none"),
    filter("username_has_any", "has_any", "UserId"),
    filter("attacktactics_has_any", "none"),
    filter("attacktechniques_has_any", "none"),
    filter("threatcategory_has_any", "has_any", "ThreatCategory"),
    filter("alertverdict_has_any", "none"),
    filter("eventseverity_has_any", "has_any", "EventSeverity"),
  ],
};

const authentication: AsimSchema = {
  name: "Authentication",
  version: "0.1.4",
  columns: [
    ...commonColumns("Authentication", "0.1.4"),
    ...ratedColumns,
    device,
    riskLevel,
    text("EventResult", own("EventResult")),
    // No value of the schema's list says more than that it failed.
    text("EventResultDetails", {
      kind: "choice",
      of: own("EventResult"),
      cases: [{ equals: "Failure", text: "Other" }],
      otherwise: constant(""),
    }),
    text("EventOriginalResultDetails", field("mcp_outcome")),
    text("EventOriginalSubType", field("security_event_type")),
    text("TargetUserId", field("user_id_hash")),
    text("TargetSessionId", field("session_id")),
    text("TargetAppName", {
      kind: "choice",
      of: field("mcp_server"),
      cases: [{ equals: "", text: "Claude" }],
      otherwise: field("mcp_server"),
    }),
    text("TargetAppType", constant("Service")),
    text("SrcIpAddr", field("client_ip")),
    text("HttpUserAgent", field("user_agent")),
  ],
  filters: [
    filter("username_has_any", "has_any", "TargetUserId"),
    filter("targetappname_has_any", "has_any", "TargetAppName"),
    filter("srcipaddr_has_any_prefix", "ip_prefix", "SrcIpAddr"),
    filter("srchostname_has_any", "none"),
    filter("eventtype_in", "in", "EventType"),
    filter("eventresultdetails_in", "in", "EventResultDetails"),
    filter("eventresult", "equals", "EventResult"),
  ],
};

/** The schemas that the mapping classifies events as. */
export const asimSchemas: readonly AsimSchema[] = [
  agentEvent,
  auditEvent,
  alertEvent,
  authentication,
];
