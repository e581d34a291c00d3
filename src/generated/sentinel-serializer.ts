// Written by `npm run generate` from mappings/sentinel.yaml. Do not edit.

import type { EventRecord } from "../mapping/event-class.ts";
import { escapeText, listText } from "../mapping/json-text.ts";
import type { ChainLink } from "../mapping/schema.ts";
import { classNumber, memberCount } from "./class-number.ts";

const table1 = { "low": "\"Low\"", "medium": "\"Medium\"", "high": "\"High\"", "critical": "\"High\"" } as const;
const table2 = { "low": "25", "medium": "50", "high": "75", "critical": "100" } as const;
const fragment3: readonly string[] = [
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionStart\",\"TimeGenerated\":\"", // session_start
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionEnd\",\"TimeGenerated\":\"", // session_end
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\",\"Operation\":\"approval.request\",\"TimeGenerated\":\"", // policy_event/approval_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\",\"Operation\":\"approval.grant\",\"TimeGenerated\":\"", // policy_event/approval_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Failure\",\"Operation\":\"approval.deny\",\"TimeGenerated\":\"", // policy_event/approval_denied
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\",\"Operation\":\"exception.request\",\"TimeGenerated\":\"", // policy_event/exception_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Enable\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\",\"Operation\":\"exception.grant\",\"TimeGenerated\":\"", // policy_event/exception_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\",\"Operation\":\"permission.change\",\"TimeGenerated\":\"", // policy_event/permission_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\",\"Operation\":\"alert.state\",\"TimeGenerated\":\"", // policy_event/alert_state_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Other\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\",\"Operation\":\"policy.event\",\"TimeGenerated\":\"", // policy_event/other
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/restricted_data_access/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/restricted_data_access/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/restricted_data_access/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/other/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/other/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"TimeGenerated\":\"", // security_event/other/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ModelRequest\",\"TimeGenerated\":\"", // activity_event/model_request
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"McpQuery\",\"TimeGenerated\":\"", // activity_event/mcp_query
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ToolUse\",\"TimeGenerated\":\"", // activity_event/tool_use
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"TimeGenerated\":\"", // activity_event/authentication
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"UsageRollup\",\"TimeGenerated\":\"", // activity_event/usage_rollup
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"Activity\",\"TimeGenerated\":\"", // activity_event/other
];
const fragment4: readonly string[] = [
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionStart\",\"TimeGenerated\":\"", // session_start
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionEnd\",\"TimeGenerated\":\"", // session_end
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"EventResult\":\"NA\",\"TimeGenerated\":\"", // policy_event/approval_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"EventResult\":\"Success\",\"TimeGenerated\":\"", // policy_event/approval_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // policy_event/approval_denied
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"EventResult\":\"NA\",\"TimeGenerated\":\"", // policy_event/exception_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Enable\",\"EventResult\":\"Success\",\"TimeGenerated\":\"", // policy_event/exception_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"EventResult\":\"Success\",\"TimeGenerated\":\"", // policy_event/permission_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"EventResult\":\"Success\",\"TimeGenerated\":\"", // policy_event/alert_state_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Other\",\"EventResult\":\"NA\",\"TimeGenerated\":\"", // policy_event/other
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ModelRequest\",\"TimeGenerated\":\"", // activity_event/model_request
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"McpQuery\",\"TimeGenerated\":\"", // activity_event/mcp_query
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ToolUse\",\"TimeGenerated\":\"", // activity_event/tool_use
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"TimeGenerated\":\"", // activity_event/authentication
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"UsageRollup\",\"TimeGenerated\":\"", // activity_event/usage_rollup
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"Activity\",\"TimeGenerated\":\"", // activity_event/other
];
const when5: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,false,false];
const table6 = { "success": "\"Success\"", "failure": "\"Failure\"", "denied": "\"Failure\"", "unknown": "\"NA\"" } as const;
const fragment7: readonly string[] = [
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionStart\"", // session_start
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionEnd\"", // session_end
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\"", // policy_event/approval_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\"", // policy_event/approval_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\"", // policy_event/approval_denied
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\"", // policy_event/exception_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Enable\"", // policy_event/exception_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\"", // policy_event/permission_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\"", // policy_event/alert_state_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Other\"", // policy_event/other
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\"", // security_event/mcp_auth_failure/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\"", // security_event/mcp_auth_failure/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\"", // security_event/mcp_auth_failure/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ModelRequest\"", // activity_event/model_request
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"McpQuery\"", // activity_event/mcp_query
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ToolUse\"", // activity_event/tool_use
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\"", // activity_event/authentication
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"UsageRollup\"", // activity_event/usage_rollup
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"Activity\"", // activity_event/other
];
const fragment8: readonly string[] = [
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionStart\"", // session_start
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"SessionEnd\"", // session_end
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\"", // policy_event/approval_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\"", // policy_event/approval_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Failure\"", // policy_event/approval_denied
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Create\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\"", // policy_event/exception_requested
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Enable\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\"", // policy_event/exception_granted
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\"", // policy_event/permission_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Set\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"Success\"", // policy_event/alert_state_changed
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AuditEvent\",\"EventType\":\"Other\",\"ObjectType\":\"Policy Rule\",\"EventResult\":\"NA\"", // policy_event/other
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/restricted_data_access/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/prompt_injection_attempt/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/anomalous_mcp_volume/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\"", // security_event/mcp_auth_failure/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\"", // security_event/mcp_auth_failure/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\",\"EventResult\":\"Failure\"", // security_event/mcp_auth_failure/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/system_prompt_leakage/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/cross_user_data_extraction/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/not_blocked
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AlertEvent\",\"EventType\":\"Alert\"", // security_event/other/untold
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ModelRequest\"", // activity_event/model_request
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"McpQuery\"", // activity_event/mcp_query
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"ToolUse\"", // activity_event/tool_use
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"Authentication\",\"EventType\":\"Logon\"", // activity_event/authentication
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"UsageRollup\"", // activity_event/usage_rollup
  "{\"Source\":\"claude_deployment\",\"EventVendor\":\"Anthropic\",\"EventProduct\":\"Claude Deployment\",\"EventSchema\":\"AgentEvent\",\"EventType\":\"Activity\"", // activity_event/other
];
const fragment9: readonly string[] = [
  ",\"TimeGenerated\":\"", // session_start
  ",\"TimeGenerated\":\"", // session_end
  ",\"Operation\":\"approval.request\",\"TimeGenerated\":\"", // policy_event/approval_requested
  ",\"Operation\":\"approval.grant\",\"TimeGenerated\":\"", // policy_event/approval_granted
  ",\"Operation\":\"approval.deny\",\"TimeGenerated\":\"", // policy_event/approval_denied
  ",\"Operation\":\"exception.request\",\"TimeGenerated\":\"", // policy_event/exception_requested
  ",\"Operation\":\"exception.grant\",\"TimeGenerated\":\"", // policy_event/exception_granted
  ",\"Operation\":\"permission.change\",\"TimeGenerated\":\"", // policy_event/permission_changed
  ",\"Operation\":\"alert.state\",\"TimeGenerated\":\"", // policy_event/alert_state_changed
  ",\"Operation\":\"policy.event\",\"TimeGenerated\":\"", // policy_event/other
  ",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/blocked
  ",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/not_blocked
  ",\"EventSubType\":\"Compliance Violation\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Security Policy Violation\",\"TimeGenerated\":\"", // security_event/restricted_data_access/untold
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Intrusion Detection\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/prompt_injection_attempt/untold
  ",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/blocked
  ",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"EventSubType\":\"Anomaly\",\"DetectionMethod\":\"Behavioral Analytics\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/anomalous_mcp_volume/untold
  ",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/blocked
  ",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/not_blocked
  ",\"TimeGenerated\":\"", // security_event/mcp_auth_failure/untold
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/not_blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/system_prompt_leakage/untold
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"EventSubType\":\"Threat\",\"DetectionMethod\":\"Data Loss Prevention\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/cross_user_data_extraction/untold
  ",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/blocked
  ",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/not_blocked
  ",\"EventSubType\":\"Suspicious Activity\",\"DetectionMethod\":\"Other\",\"ThreatCategory\":\"Unknown\",\"TimeGenerated\":\"", // security_event/other/untold
  ",\"TimeGenerated\":\"", // activity_event/model_request
  ",\"TimeGenerated\":\"", // activity_event/mcp_query
  ",\"TimeGenerated\":\"", // activity_event/tool_use
  ",\"TimeGenerated\":\"", // activity_event/authentication
  ",\"TimeGenerated\":\"", // activity_event/usage_rollup
  ",\"TimeGenerated\":\"", // activity_event/other
];
const fragment10: readonly string[] = [
  "\",\"EventTypeName\":\"session_start\"", // session_start
  "\",\"EventTypeName\":\"session_end\"", // session_end
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/approval_requested
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/approval_granted
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/approval_denied
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/exception_requested
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/exception_granted
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/permission_changed
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/alert_state_changed
  "\",\"EventTypeName\":\"policy_event\"", // policy_event/other
  "\",\"EventTypeName\":\"security_event\"", // security_event/restricted_data_access/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/restricted_data_access/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/restricted_data_access/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/prompt_injection_attempt/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/prompt_injection_attempt/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/prompt_injection_attempt/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/anomalous_mcp_volume/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/anomalous_mcp_volume/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/anomalous_mcp_volume/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/mcp_auth_failure/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/mcp_auth_failure/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/mcp_auth_failure/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/system_prompt_leakage/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/system_prompt_leakage/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/system_prompt_leakage/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/cross_user_data_extraction/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/cross_user_data_extraction/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/cross_user_data_extraction/untold
  "\",\"EventTypeName\":\"security_event\"", // security_event/other/blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/other/not_blocked
  "\",\"EventTypeName\":\"security_event\"", // security_event/other/untold
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/model_request
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/mcp_query
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/tool_use
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/authentication
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/usage_rollup
  "\",\"EventTypeName\":\"activity_event\"", // activity_event/other
];
const when11: readonly boolean[] = [false,false,true,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];

function session_start_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  if (
    session_id === undefined ||
    user_id_hash === undefined ||
    department === undefined ||
    model_version === undefined ||
    data_classification === undefined ||
    mcp_integrations === undefined ||
    token_input === undefined ||
    token_output === undefined ||
    duration_ms === undefined ||
    policy_flags === undefined ||
    security_flags === undefined
  ) return incomplete(event, chain);
  const hasMore = memberCount(event) !== 14;
  const schema_version = hasMore ? event.schema_version : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const observed_at = hasMore ? event.observed_at : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  let document = "";
  document += `{"Source":"claude_deployment","EventVendor":"Anthropic","EventProduct":"Claude Deployment","EventSchema":"AgentEvent","EventType":"SessionStart","TimeGenerated":"${timestamp}","EventId":"${event_id}","EventTypeName":"session_start","SessionId":"${escapeText(session_id)}","UserIdHash":"${user_id_hash}","Department":"${escapeText(department)}","ModelVersion":"${escapeText(model_version)}","DataClassification":"${data_classification}","McpIntegrations":${listText(mcp_integrations)},"TokenInput":${token_input},"TokenOutput":${token_output},"DurationMs":${duration_ms},"PolicyFlags":${listText(policy_flags)},"SecurityFlags":${listText(security_flags)}`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

function session_end_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  if (
    session_id === undefined ||
    user_id_hash === undefined ||
    department === undefined ||
    model_version === undefined ||
    data_classification === undefined ||
    mcp_integrations === undefined ||
    token_input === undefined ||
    token_output === undefined ||
    duration_ms === undefined ||
    policy_flags === undefined ||
    security_flags === undefined
  ) return incomplete(event, chain);
  const hasMore = memberCount(event) !== 14;
  const schema_version = hasMore ? event.schema_version : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const observed_at = hasMore ? event.observed_at : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  let document = "";
  document += `{"Source":"claude_deployment","EventVendor":"Anthropic","EventProduct":"Claude Deployment","EventSchema":"AgentEvent","EventType":"SessionEnd","TimeGenerated":"${timestamp}","EventId":"${event_id}","EventTypeName":"session_end","SessionId":"${escapeText(session_id)}","UserIdHash":"${user_id_hash}","Department":"${escapeText(department)}","ModelVersion":"${escapeText(model_version)}","DataClassification":"${data_classification}","McpIntegrations":${listText(mcp_integrations)},"TokenInput":${token_input},"TokenOutput":${token_output},"DurationMs":${duration_ms},"PolicyFlags":${listText(policy_flags)},"SecurityFlags":${listText(security_flags)}`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

function policy_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  const exception_id = event.exception_id;
  const use_case_id = event.use_case_id;
  const permission = event.permission;
  const alert_id = event.alert_id;
  const policy_ref = event.policy_ref;
  const policy_event_type = event.policy_event_type;
  const approver_id_hash = event.approver_id_hash;
  const decision_reason = event.decision_reason;
  const exception_expires_at = event.exception_expires_at;
  const permission_before = event.permission_before;
  const permission_after = event.permission_after;
  const target_user_id_hash = event.target_user_id_hash;
  const alert_state = event.alert_state;
  if (
    session_id === undefined ||
    user_id_hash === undefined ||
    department === undefined ||
    model_version === undefined ||
    data_classification === undefined ||
    mcp_integrations === undefined ||
    token_input === undefined ||
    token_output === undefined ||
    duration_ms === undefined ||
    policy_flags === undefined ||
    security_flags === undefined
  ) return incomplete(event, chain);
  const hasMore = memberCount(event) !== 14 + (policy_event_type === undefined ? 0 : 1) + (use_case_id === undefined ? 0 : 1) + (approver_id_hash === undefined ? 0 : 1) + (decision_reason === undefined ? 0 : 1) + (policy_ref === undefined ? 0 : 1) + (exception_id === undefined ? 0 : 1) + (exception_expires_at === undefined ? 0 : 1) + (permission === undefined ? 0 : 1) + (permission_before === undefined ? 0 : 1) + (permission_after === undefined ? 0 : 1) + (target_user_id_hash === undefined ? 0 : 1) + (alert_id === undefined ? 0 : 1) + (alert_state === undefined ? 0 : 1);
  const schema_version = hasMore ? event.schema_version : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const observed_at = hasMore ? event.observed_at : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const alert_id_text = alert_id === undefined ? "" : escapeText(alert_id);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  let document = "";
  document += `${fragment3[eventClass]}${timestamp}","EventId":"${event_id}","EventTypeName":"policy_event","SessionId":"${escapeText(session_id)}","UserIdHash":"${user_id_hash}","Department":"${escapeText(department)}","ModelVersion":"${escapeText(model_version)}","DataClassification":"${data_classification}","McpIntegrations":${listText(mcp_integrations)},"TokenInput":${token_input},"TokenOutput":${token_output},"DurationMs":${duration_ms},"PolicyFlags":${listText(policy_flags)},"SecurityFlags":${listText(security_flags)},"Object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : permission !== undefined ? permission_text : alert_id !== undefined ? alert_id_text : policy_ref !== undefined ? policy_ref_text : event_id}"`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${use_case_id_text}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${policy_ref_text}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${exception_id_text}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${permission_text}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${alert_id_text}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

function security_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  const security_event_type = event.security_event_type;
  const severity = event.severity;
  const details = event.details;
  const auto_blocked = event.auto_blocked;
  const notified_to = event.notified_to;
  if (
    session_id === undefined ||
    user_id_hash === undefined ||
    department === undefined ||
    model_version === undefined ||
    data_classification === undefined ||
    mcp_integrations === undefined ||
    token_input === undefined ||
    token_output === undefined ||
    duration_ms === undefined ||
    policy_flags === undefined ||
    security_flags === undefined
  ) return incomplete(event, chain);
  const hasMore = memberCount(event) !== 14 + (security_event_type === undefined ? 0 : 1) + (severity === undefined ? 0 : 1) + (details === undefined ? 0 : 1) + (auto_blocked === undefined ? 0 : 1) + (notified_to === undefined ? 0 : 1);
  const schema_version = hasMore ? event.schema_version : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const observed_at = hasMore ? event.observed_at : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  let document = "";
  document += `${fragment4[eventClass]}${timestamp}","EventId":"${event_id}","EventTypeName":"security_event","SessionId":"${escapeText(session_id)}","UserIdHash":"${user_id_hash}","Department":"${escapeText(department)}","ModelVersion":"${escapeText(model_version)}","DataClassification":"${data_classification}","McpIntegrations":${listText(mcp_integrations)},"TokenInput":${token_input},"TokenOutput":${token_output},"DurationMs":${duration_ms},"PolicyFlags":${listText(policy_flags)},"SecurityFlags":${listText(security_flags)}`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

function activity_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  const activity_type = event.activity_type;
  const mcp_server = event.mcp_server;
  const mcp_tool = event.mcp_tool;
  const usage_tokens = event.usage_tokens;
  const baseline_tokens_sum = event.baseline_tokens_sum;
  const baseline_days = event.baseline_days;
  const usage_over_baseline = event.usage_over_baseline;
  if (
    session_id === undefined ||
    user_id_hash === undefined ||
    department === undefined ||
    model_version === undefined ||
    data_classification === undefined ||
    mcp_integrations === undefined ||
    token_input === undefined ||
    token_output === undefined ||
    duration_ms === undefined ||
    policy_flags === undefined ||
    security_flags === undefined
  ) return incomplete(event, chain);
  const hasMore = memberCount(event) !== 14 + (activity_type === undefined ? 0 : 1) + (mcp_server === undefined ? 0 : 1) + (mcp_tool === undefined ? 0 : 1) + (mcp_outcome === undefined ? 0 : 1) + (usage_tokens === undefined ? 0 : 1) + (baseline_tokens_sum === undefined ? 0 : 1) + (baseline_days === undefined ? 0 : 1) + (usage_over_baseline === undefined ? 0 : 1);
  const schema_version = hasMore ? event.schema_version : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const observed_at = hasMore ? event.observed_at : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  let document = "";
  document += `${fragment7[eventClass]}`;
  if (when5[eventClass]) document += `,"EventResult":${mcp_outcome !== undefined ? `${table6[mcp_outcome]}` : `"NA"`}`;
  document += `,"TimeGenerated":"${timestamp}","EventId":"${event_id}","EventTypeName":"activity_event","SessionId":"${escapeText(session_id)}","UserIdHash":"${user_id_hash}","Department":"${escapeText(department)}","ModelVersion":"${escapeText(model_version)}","DataClassification":"${data_classification}","McpIntegrations":${listText(mcp_integrations)},"TokenInput":${token_input},"TokenOutput":${token_output},"DurationMs":${duration_ms},"PolicyFlags":${listText(policy_flags)},"SecurityFlags":${listText(security_flags)}`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

function incomplete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const timestamp = event.timestamp;
  const event_id = event.event_id;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  const exception_id = event.exception_id;
  const use_case_id = event.use_case_id;
  const permission = event.permission;
  const alert_id = event.alert_id;
  const policy_ref = event.policy_ref;
  const schema_version = event.schema_version;
  const token_cache_read = event.token_cache_read;
  const token_cache_write = event.token_cache_write;
  const security_event_type = event.security_event_type;
  const severity = event.severity;
  const details = event.details;
  const auto_blocked = event.auto_blocked;
  const notified_to = event.notified_to;
  const activity_type = event.activity_type;
  const mcp_server = event.mcp_server;
  const mcp_tool = event.mcp_tool;
  const usage_tokens = event.usage_tokens;
  const baseline_tokens_sum = event.baseline_tokens_sum;
  const baseline_days = event.baseline_days;
  const usage_over_baseline = event.usage_over_baseline;
  const policy_event_type = event.policy_event_type;
  const approver_id_hash = event.approver_id_hash;
  const decision_reason = event.decision_reason;
  const exception_expires_at = event.exception_expires_at;
  const permission_before = event.permission_before;
  const permission_after = event.permission_after;
  const target_user_id_hash = event.target_user_id_hash;
  const alert_state = event.alert_state;
  const user_clearance = event.user_clearance;
  const within_business_hours = event.within_business_hours;
  const local_time = event.local_time;
  const cost_usd = event.cost_usd;
  const price_ref = event.price_ref;
  const business_unit = event.business_unit;
  const source_kind = event.source_kind;
  const source_record_id = event.source_record_id;
  const observed_at = event.observed_at;
  const request_id = event.request_id;
  const actor_type = event.actor_type;
  const client_ip = event.client_ip;
  const user_agent = event.user_agent;
  const deployment = event.deployment;
  const labels = event.labels;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const alert_id_text = alert_id === undefined ? "" : escapeText(alert_id);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  let document = "";
  document += `${fragment8[eventClass]}`;
  if (when5[eventClass]) document += `,"EventResult":${mcp_outcome !== undefined ? `${table6[mcp_outcome]}` : `"NA"`}`;
  document += `${fragment9[eventClass]}${timestamp}","EventId":"${event_id}${fragment10[eventClass]}`;
  if (session_id !== undefined) document += `,"SessionId":"${escapeText(session_id)}"`;
  if (user_id_hash !== undefined) document += `,"UserIdHash":"${user_id_hash}"`;
  if (department !== undefined) document += `,"Department":"${escapeText(department)}"`;
  if (model_version !== undefined) document += `,"ModelVersion":"${escapeText(model_version)}"`;
  if (data_classification !== undefined) document += `,"DataClassification":"${data_classification}"`;
  if (mcp_integrations !== undefined) document += `,"McpIntegrations":${listText(mcp_integrations)}`;
  if (token_input !== undefined) document += `,"TokenInput":${token_input}`;
  if (token_output !== undefined) document += `,"TokenOutput":${token_output}`;
  if (duration_ms !== undefined) document += `,"DurationMs":${duration_ms}`;
  if (policy_flags !== undefined) document += `,"PolicyFlags":${listText(policy_flags)}`;
  if (security_flags !== undefined) document += `,"SecurityFlags":${listText(security_flags)}`;
  if (when11[eventClass]) document += `,"Object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : permission !== undefined ? permission_text : alert_id !== undefined ? alert_id_text : policy_ref !== undefined ? policy_ref_text : event_id}"`;
  if (schema_version !== undefined) document += `,"SchemaVersion":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"TokenCacheRead":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"TokenCacheWrite":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"SecurityEventType":"${security_event_type}"`;
  if (severity !== undefined) document += `,"Severity":"${severity}"`;
  document += `,"EventSeverity":${severity !== undefined ? `${table1[severity]}` : `"Informational"`}`;
  if (severity !== undefined) document += `,"ThreatRiskLevel":${table2[severity]}`;
  if (details !== undefined) document += `,"Details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"AutoBlocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"NotifiedTo":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"ActivityType":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"McpServer":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"McpTool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"McpOutcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"UsageTokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"BaselineTokensSum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"BaselineDays":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"UsageOverBaseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"PolicyEventType":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"UseCaseId":"${use_case_id_text}"`;
  if (approver_id_hash !== undefined) document += `,"ApproverHash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"DecisionReason":"${escapeText(decision_reason)}"`;
  if (policy_ref !== undefined) document += `,"PolicyRef":"${policy_ref_text}"`;
  if (exception_id !== undefined) document += `,"ExceptionId":"${exception_id_text}"`;
  if (exception_expires_at !== undefined) document += `,"ExceptionExpires":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"Permission":"${permission_text}"`;
  if (permission_before !== undefined) document += `,"PermissionBefore":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"PermissionAfter":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"TargetUserHash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"AlertId":"${alert_id_text}"`;
  if (alert_state !== undefined) document += `,"AlertState":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"UserClearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"WithinBusinessHours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"LocalTime":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"CostUsd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"PriceRef":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"BusinessUnit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"SourceKind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"SourceRecordId":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"ObservedAt":"${observed_at}"`;
  if (request_id !== undefined) document += `,"RequestId":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"ActorType":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"SrcIp":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"UserAgent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"Deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"Labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"ChainSeq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"EventHash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"RawEvent":"${escapeText(JSON.stringify(event))}"`;
  document += `}`;
  return document;
}

/** The sentinel document of a valid event, as JSON text. */
export function serializeSentinel(event: EventRecord, chain?: ChainLink): string {
  switch (event.event_type) {
    case "session_start":
      return session_start_complete(event, chain);
    case "session_end":
      return session_end_complete(event, chain);
    case "policy_event":
      return policy_event_complete(event, chain);
    case "security_event":
      return security_event_complete(event, chain);
    case "activity_event":
      return activity_event_complete(event, chain);
  }
}
