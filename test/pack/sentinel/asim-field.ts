/**
 * Fields of the ASIM schemas with their types, as facts from Microsoft's schema references: common
 * fields, and those of AgentEvent 0.1.0, AuditEvent 0.1.2, AlertEvent 0.1 and Authentication 0.1.4. Not
 * every field there is, but many more than the parsers fill.
 */
type FieldType = "string" | "int" | "long" | "real" | "bool" | "datetime" | "dynamic";
type Fields = Readonly<Record<string, FieldType>>;

function typed(type: FieldType, names: string): Fields {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, type]));
}

const common: Fields = {
  ...typed("datetime", "TimeGenerated EventStartTime EventEndTime"),
  ...typed("int", "EventCount"),
  ...typed("dynamic", "AdditionalFields"),
  ...typed(
    "string",
    "Type EventUid EventOriginalUid EventSchema EventSchemaVersion EventVendor EventProduct EventProductVersion EventType EventOriginalType EventReportUrl",
  ),
};

const rated: Fields = typed(
  "string",
  "EventMessage EventSubType EventOriginalSubType EventSeverity EventOriginalSeverity EventOwner DvcAction DvcOriginalAction DvcIpAddr DvcHostname DvcDomain DvcFQDN DvcId DvcIdType DvcDescription DvcZone DvcOs DvcScope DvcScopeId",
);

const results: Fields = typed(
  "string",
  "EventResult EventResultDetails EventOriginalResultDetails Dvc",
);

const inspection: Fields = {
  ...typed("int", "ThreatRiskLevel ThreatConfidence RuleNumber"),
  ...typed("bool", "ThreatIsActive"),
  ...typed(
    "string",
    "Rule RuleName ThreatId ThreatName ThreatCategory ThreatOriginalRiskLevel ThreatOriginalConfidence",
  ),
};

const source: Fields = {
  ...typed("int", "SrcPortNumber"),
  ...typed("string", "Src SrcIpAddr SrcHostname SrcDomain SrcFQDN SrcDvcId HttpUserAgent IpAddr"),
};

export const asimFields: Readonly<Record<string, Fields>> = {
  AgentEvent: {
    ...common,
    ...typed("long", "InputTokensUsed OutputTokensUsed"),
    ...typed("int", "SrcPortNumber"),
    ...typed(
      "string",
      "ToolName ToolId ToolDescription SrcAgentId SrcAgentName SrcAgentDescription SrcIpAddr SrcFQDN TargetAgentId TargetAgentName ActorUserId ActorUserIdType ActorUsername ActorUsernameType ActingAppName ActingAppId EventSessionId EventSessionName EventRequestId EventResponseId EventErrorDetails ModelProviderName ModelName",
    ),
  },
  AuditEvent: {
    ...common,
    ...rated,
    ...results,
    ...inspection,
    ...source,
    ...typed(
      "string",
      "Operation Object ObjectId ObjectType OriginalObjectType OldValue NewValue Value ValueType ActorUserId ActorUserIdType ActorUsername ActorUserType ActorSessionId ActorScope TargetAppId TargetAppName TargetAppType TargetUrl ActingAppId ActingAppName ActingAppType User Application",
    ),
  },
  AlertEvent: {
    ...common,
    ...rated,
    ...inspection,
    ...typed(
      "string",
      "AlertId AlertName AlertDescription AlertStatus AlertOriginalStatus AlertVerdict AttackTactics AttackTechniques IndicatorType IndicatorAssociation DetectionMethod ThreatOriginalCategory UserId UserIdType Username UsernameType UserType SessionId UserScope UserScopeId Url IpAddr Hostname User",
    ),
  },
  Authentication: {
    ...common,
    ...rated,
    ...results,
    ...inspection,
    ...source,
    ...typed(
      "string",
      "ActorUserId ActorUsername ActorSessionId TargetUserId TargetUserIdType TargetUsername TargetSessionId TargetAppId TargetAppName TargetAppType TargetUrl LogonMethod LogonProtocol User LogonTarget",
    ),
  },
};

const always = [
  "EventCount",
  "EventStartTime",
  "EventEndTime",
  "EventProduct",
  "EventVendor",
  "EventSchema",
  "EventSchemaVersion",
];

/** Fields that every row of a schema must fill. */
export const asimMandatory: Readonly<Record<string, readonly string[]>> = {
  AgentEvent: always,
  AuditEvent: [...always, "Dvc", "EventResult", "EventType", "Operation", "Object"],
  AlertEvent: [...always, "EventType", "EventUid"],
  Authentication: [...always, "Dvc", "EventResult", "EventType"],
};

/** Parameters of the filtering parser of a schema, in order, with their types. */
export const asimParameters: Readonly<Record<string, string>> = {
  AgentEvent:
    "starttime:datetime endtime:datetime agentid_has_any:dynamic agentname_has_any:dynamic username_has_any:dynamic disabled:bool pack:bool",
  AuditEvent:
    "starttime:datetime endtime:datetime srcipaddr_has_any_prefix:dynamic actorusername_has_any:dynamic operation_has_any:dynamic eventtype_in:dynamic eventresult:string object_has_any:dynamic newvalue_has_any:dynamic disabled:bool pack:bool",
  AlertEvent:
    "starttime:datetime endtime:datetime ipaddr_has_any_prefix:dynamic hostname_has_any:dynamic username_has_any:dynamic attacktactics_has_any:dynamic attacktechniques_has_any:dynamic threatcategory_has_any:dynamic alertverdict_has_any:dynamic eventseverity_has_any:dynamic disabled:bool pack:bool",
  Authentication:
    "starttime:datetime endtime:datetime username_has_any:dynamic targetappname_has_any:dynamic srcipaddr_has_any_prefix:dynamic srchostname_has_any:dynamic eventtype_in:dynamic eventresultdetails_in:dynamic eventresult:string disabled:bool pack:bool",
};

/** Closed lists; an empty text is a field that is not filled. */
export const asimValues: Readonly<Record<string, readonly string[]>> = {
  EventResult: ["Success", "Partial", "Failure", "NA"],
  EventSeverity: ["Informational", "Low", "Medium", "High"],
  EventSubType: ["Threat", "Suspicious Activity", "Anomaly", "Compliance Violation"],
  EventResultDetails: ["Incorrect key", "Logon violates policy", "Session expired", "Other"],
  ObjectType: ["Cloud Resource", "Configuration Atom", "Policy Rule", "Event Log", "Other"],
  AlertStatus: ["Active", "Closed"],
  IndicatorType: ["Ip", "User", "Process", "Registry", "Url", "File", "Application"],
  UserIdType: ["GUID", "SID", "Email", "Username", "Phone", "Other"],
};

/** The legal types of event where a schema closes the list. */
export const asimEventTypes: Readonly<Record<string, readonly string[]>> = {
  AuditEvent:
    "Set Read Create Delete Execute Install Clear Enable Disable Initialize Start Stop Other".split(
      " ",
    ),
  AlertEvent: ["Alert"],
  Authentication: ["Logon", "Logoff", "Elevate"],
};
