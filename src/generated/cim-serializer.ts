// Written by `npm run generate` from mappings/cim.yaml. Do not edit.

import type { EventRecord } from "../mapping/event-class.ts";
import { epochSecondsText, escapeText, listText } from "../mapping/json-text.ts";
import type { ChainLink } from "../mapping/schema.ts";
import { summaryOf } from "../mapping/transform.ts";
import { classNumber } from "./class-number.ts";

const when1: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,false,false];
const table2 = { "success": "\"success\"", "failure": "\"failure\"", "denied": "\"failure\"", "unknown": "\"pending\"" } as const;
const fragment3: readonly string[] = [
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"started\"", // session_start
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"stopped\"", // session_end
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\"", // policy_event/approval_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\"", // policy_event/approval_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\"", // policy_event/approval_denied
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\"", // policy_event/exception_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\"", // policy_event/exception_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"acl_modified\"", // policy_event/permission_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\"", // policy_event/other
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\"", // security_event/restricted_data_access/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/restricted_data_access/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/restricted_data_access/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"blocked\"", // security_event/prompt_injection_attempt/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\"", // security_event/prompt_injection_attempt/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/anomalous_mcp_volume/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/anomalous_mcp_volume/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\"", // security_event/mcp_auth_failure/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\"", // security_event/mcp_auth_failure/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\"", // security_event/mcp_auth_failure/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\"", // security_event/system_prompt_leakage/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/system_prompt_leakage/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/system_prompt_leakage/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\"", // security_event/cross_user_data_extraction/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\"", // security_event/cross_user_data_extraction/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/other/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/other/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\"", // security_event/other/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\"", // activity_event/model_request
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\"", // activity_event/mcp_query
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\"", // activity_event/tool_use
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\"", // activity_event/authentication
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/usage_rollup
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/other
];
const when4: readonly boolean[] = [false,false,false,false,false,false,false,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const fragment5: readonly string[] = [
  ",\"object_category\":\"collaboration\"", // session_start
  ",\"object_category\":\"collaboration\"", // session_end
  ",\"object_category\":\"approval_request\",\"change_type\":\"approval\",\"command\":\"approval.request\",\"object_attrs\":\"decision=pending\"", // policy_event/approval_requested
  ",\"object_category\":\"approval_request\",\"change_type\":\"approval\",\"command\":\"approval.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/approval_granted
  ",\"object_category\":\"approval_request\",\"change_type\":\"approval\",\"command\":\"approval.deny\",\"object_attrs\":\"decision=denied\"", // policy_event/approval_denied
  ",\"object_category\":\"policy_exception\",\"change_type\":\"exception\",\"command\":\"exception.request\",\"object_attrs\":\"decision=pending\"", // policy_event/exception_requested
  ",\"object_category\":\"policy_exception\",\"change_type\":\"exception\",\"command\":\"exception.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/exception_granted
  ",\"object_category\":\"permission\",\"change_type\":\"AAA\",\"command\":\"permission.change\"", // policy_event/permission_changed
  ",\"object_category\":\"policy\",\"change_type\":\"policy\",\"command\":\"policy.event\",\"object_attrs\":\"policy\"", // policy_event/other
  ",\"object_category\":\"session\"", // security_event/restricted_data_access/blocked
  ",\"object_category\":\"session\"", // security_event/restricted_data_access/not_blocked
  ",\"object_category\":\"session\"", // security_event/restricted_data_access/untold
  "", // security_event/prompt_injection_attempt/blocked
  "", // security_event/prompt_injection_attempt/not_blocked
  "", // security_event/prompt_injection_attempt/untold
  "", // security_event/anomalous_mcp_volume/blocked
  "", // security_event/anomalous_mcp_volume/not_blocked
  "", // security_event/anomalous_mcp_volume/untold
  "", // security_event/mcp_auth_failure/blocked
  "", // security_event/mcp_auth_failure/not_blocked
  "", // security_event/mcp_auth_failure/untold
  ",\"object_category\":\"prompt\"", // security_event/system_prompt_leakage/blocked
  ",\"object_category\":\"prompt\"", // security_event/system_prompt_leakage/not_blocked
  ",\"object_category\":\"prompt\"", // security_event/system_prompt_leakage/untold
  ",\"object_category\":\"session\"", // security_event/cross_user_data_extraction/blocked
  ",\"object_category\":\"session\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"object_category\":\"session\"", // security_event/cross_user_data_extraction/untold
  "", // security_event/other/blocked
  "", // security_event/other/not_blocked
  "", // security_event/other/untold
  ",\"object_category\":\"collaboration\"", // activity_event/model_request
  ",\"object_category\":\"collaboration\"", // activity_event/mcp_query
  ",\"object_category\":\"collaboration\"", // activity_event/tool_use
  "", // activity_event/authentication
  "", // activity_event/usage_rollup
  "", // activity_event/other
];
const when6: readonly boolean[] = [true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true];
const when7: readonly boolean[] = [false,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false];
const fragment8: readonly string[] = [
  "", // session_start
  "", // session_end
  ",\"result\":\"pending\",\"status\":\"success\"", // policy_event/approval_requested
  ",\"result\":\"approved\",\"status\":\"success\"", // policy_event/approval_granted
  ",\"result\":\"denied by policy\",\"status\":\"failure\"", // policy_event/approval_denied
  ",\"result\":\"pending\",\"status\":\"success\"", // policy_event/exception_requested
  ",\"result\":\"approved\",\"status\":\"success\"", // policy_event/exception_granted
  ",\"result\":\"changed\",\"status\":\"success\"", // policy_event/permission_changed
  ",\"result\":\"recorded\",\"status\":\"success\"", // policy_event/other
  ",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/blocked
  ",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/not_blocked
  ",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/untold
  ",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/blocked
  ",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/untold
  ",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/blocked
  ",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/untold
  "", // security_event/mcp_auth_failure/blocked
  "", // security_event/mcp_auth_failure/not_blocked
  "", // security_event/mcp_auth_failure/untold
  ",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/blocked
  ",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/not_blocked
  ",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/untold
  ",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/blocked
  ",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/untold
  ",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/blocked
  ",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/not_blocked
  ",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/untold
  "", // activity_event/model_request
  "", // activity_event/mcp_query
  "", // activity_event/tool_use
  "", // activity_event/authentication
  "", // activity_event/usage_rollup
  "", // activity_event/other
];
const fragment9: readonly string[] = [
  "\",\"event_type\":\"session_start\",\"timestamp\":\"", // session_start
  "\",\"event_type\":\"session_end\",\"timestamp\":\"", // session_end
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_requested
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_granted
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_denied
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/exception_requested
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/exception_granted
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/permission_changed
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/other
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/restricted_data_access/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/restricted_data_access/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/restricted_data_access/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/prompt_injection_attempt/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/prompt_injection_attempt/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/prompt_injection_attempt/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/anomalous_mcp_volume/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/anomalous_mcp_volume/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/anomalous_mcp_volume/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/mcp_auth_failure/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/mcp_auth_failure/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/mcp_auth_failure/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/system_prompt_leakage/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/system_prompt_leakage/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/system_prompt_leakage/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/cross_user_data_extraction/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/cross_user_data_extraction/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/cross_user_data_extraction/untold
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/other/blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/other/not_blocked
  "\",\"event_type\":\"security_event\",\"timestamp\":\"", // security_event/other/untold
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/model_request
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/mcp_query
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/tool_use
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/authentication
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/usage_rollup
  "\",\"event_type\":\"activity_event\",\"timestamp\":\"", // activity_event/other
];
const when10: readonly boolean[] = [true,true,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true];
const when11: readonly boolean[] = [false,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false];
const when12: readonly boolean[] = [true,true,true,true,true,true,true,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true];
const when13: readonly boolean[] = [false,false,false,false,false,false,false,true,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,true,false,false];
const when14: readonly boolean[] = [false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false];
const when15: readonly boolean[] = [false,false,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when16: readonly boolean[] = [true,true,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true];
const when17: readonly boolean[] = [true,true,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false];
const when18: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true];
const when19: readonly boolean[] = [false,false,true,true,true,false,false,false,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when20: readonly boolean[] = [false,false,false,false,false,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const table21 = { "low": "2", "medium": "3", "high": "4", "critical": "5" } as const;
const when22: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,true,false,false];

/** An event with every field that a complete producer sends. */
function serializeComplete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const permission_after = event.permission_after;
  const data_classification = event.data_classification as NonNullable<EventRecord["data_classification"]>;
  const security_event_type = event.security_event_type;
  const event_id = event.event_id;
  const timestamp = event.timestamp;
  const session_id = event.session_id as NonNullable<EventRecord["session_id"]>;
  const user_id_hash = event.user_id_hash as NonNullable<EventRecord["user_id_hash"]>;
  const department = event.department as NonNullable<EventRecord["department"]>;
  const model_version = event.model_version as NonNullable<EventRecord["model_version"]>;
  const mcp_integrations = event.mcp_integrations as NonNullable<EventRecord["mcp_integrations"]>;
  const token_input = event.token_input as NonNullable<EventRecord["token_input"]>;
  const token_output = event.token_output as NonNullable<EventRecord["token_output"]>;
  const duration_ms = event.duration_ms as NonNullable<EventRecord["duration_ms"]>;
  const policy_flags = event.policy_flags as NonNullable<EventRecord["policy_flags"]>;
  const security_flags = event.security_flags as NonNullable<EventRecord["security_flags"]>;
  const schema_version = event.schema_version;
  const token_cache_read = event.token_cache_read;
  const token_cache_write = event.token_cache_write;
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
  const use_case_id = event.use_case_id;
  const approver_id_hash = event.approver_id_hash;
  const decision_reason = event.decision_reason;
  const policy_ref = event.policy_ref;
  const exception_id = event.exception_id;
  const exception_expires_at = event.exception_expires_at;
  const permission = event.permission;
  const permission_before = event.permission_before;
  const target_user_id_hash = event.target_user_id_hash;
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
  const permission_after_text = permission_after === undefined ? "" : escapeText(permission_after);
  const session_id_text = escapeText(session_id);
  const model_version_text = escapeText(model_version);
  const mcp_server_text = mcp_server === undefined ? "" : escapeText(mcp_server);
  const mcp_tool_text = mcp_tool === undefined ? "" : escapeText(mcp_tool);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const request_id_text = request_id === undefined ? "" : escapeText(request_id);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment3[eventClass]}`;
  if (when1[eventClass]) document += `,"action":${mcp_outcome !== undefined ? `${table2[mcp_outcome]}` : `"pending"`}`;
  document += `${fragment5[eventClass]}`;
  if (when4[eventClass]) document += `,"object_attrs":${permission_after !== undefined ? `"${permission_after_text}"` : `"permission"`}`;
  if (when6[eventClass]) document += `,"object_attrs":"${data_classification}"`;
  document += `${fragment8[eventClass]}`;
  if (when7[eventClass] && security_event_type !== undefined) document += `,"signature":"${security_event_type}"`;
  document += `,"event_id":"${event_id}${fragment9[eventClass]}${timestamp}","session_id":"${session_id_text}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${model_version_text}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)},"id":"${event_id}","user_id":"${user_id_hash}","schema_version":${schema_version !== undefined ? `"${escapeText(schema_version)}"` : `"1.1"`}`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (when10[eventClass] && severity !== undefined) document += `,"severity":"${severity}"`;
  if (when11[eventClass]) document += `,"severity":${severity !== undefined ? `"${severity}"` : `"informational"`}`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${mcp_server_text}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${mcp_tool_text}"`;
  if (mcp_outcome !== undefined) document += `,"mcp_outcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"usage_tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"usage_over_baseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"policy_event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${use_case_id_text}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${policy_ref_text}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${exception_id_text}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${permission_text}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${permission_after_text}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${request_id_text}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  if (when12[eventClass]) document += `,"user":"${user_id_hash}"`;
  if (when4[eventClass] && target_user_id_hash !== undefined) document += `,"user":"${target_user_id_hash}"`;
  if (when13[eventClass]) document += `,"src_user":"${user_id_hash}"`;
  if (when14[eventClass]) document += `,"dvc":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`}`;
  if (when15[eventClass]) document += `,"dest":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`}`;
  if (when16[eventClass]) document += `,"dest":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when17[eventClass]) document += `,"object":"${session_id_text}"`;
  if (when18[eventClass]) document += `,"object":"${mcp_tool !== undefined ? mcp_tool_text : mcp_server !== undefined ? mcp_server_text : model_version_text}"`;
  if (when19[eventClass]) document += `,"object":"${use_case_id !== undefined ? use_case_id_text : request_id !== undefined ? request_id_text : event_id}"`;
  if (when20[eventClass]) document += `,"object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : event_id}"`;
  if (when4[eventClass]) document += `,"object":"${permission !== undefined ? permission_text : event_id}"`;
  if (when15[eventClass]) document += `,"object_id":"${request_id !== undefined ? request_id_text : exception_id !== undefined ? exception_id_text : event_id}"`;
  if (when15[eventClass]) document += `,"object_path":${policy_ref !== undefined ? `"${policy_ref_text}"` : `"claude"`}`;
  if (when11[eventClass]) document += `,"object_path":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when11[eventClass]) document += `,"severity_id":${severity !== undefined ? `${table21[severity]}` : `1`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (when22[eventClass]) document += `,"duration":${duration_ms / 1000}`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

/** An event that lacks some of those fields. */
function serializeSparse(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const permission_after = event.permission_after;
  const data_classification = event.data_classification;
  const security_event_type = event.security_event_type;
  const event_id = event.event_id;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const user_id_hash = event.user_id_hash;
  const department = event.department;
  const model_version = event.model_version;
  const mcp_integrations = event.mcp_integrations;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const duration_ms = event.duration_ms;
  const policy_flags = event.policy_flags;
  const security_flags = event.security_flags;
  const schema_version = event.schema_version;
  const token_cache_read = event.token_cache_read;
  const token_cache_write = event.token_cache_write;
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
  const use_case_id = event.use_case_id;
  const approver_id_hash = event.approver_id_hash;
  const decision_reason = event.decision_reason;
  const policy_ref = event.policy_ref;
  const exception_id = event.exception_id;
  const exception_expires_at = event.exception_expires_at;
  const permission = event.permission;
  const permission_before = event.permission_before;
  const target_user_id_hash = event.target_user_id_hash;
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
  const permission_after_text = permission_after === undefined ? "" : escapeText(permission_after);
  const session_id_text = session_id === undefined ? "" : escapeText(session_id);
  const model_version_text = model_version === undefined ? "" : escapeText(model_version);
  const mcp_server_text = mcp_server === undefined ? "" : escapeText(mcp_server);
  const mcp_tool_text = mcp_tool === undefined ? "" : escapeText(mcp_tool);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const request_id_text = request_id === undefined ? "" : escapeText(request_id);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment3[eventClass]}`;
  if (when1[eventClass]) document += `,"action":${mcp_outcome !== undefined ? `${table2[mcp_outcome]}` : `"pending"`}`;
  document += `${fragment5[eventClass]}`;
  if (when4[eventClass]) document += `,"object_attrs":${permission_after !== undefined ? `"${permission_after_text}"` : `"permission"`}`;
  if (when6[eventClass] && data_classification !== undefined) document += `,"object_attrs":"${data_classification}"`;
  document += `${fragment8[eventClass]}`;
  if (when7[eventClass] && security_event_type !== undefined) document += `,"signature":"${security_event_type}"`;
  document += `,"event_id":"${event_id}${fragment9[eventClass]}${timestamp}"`;
  if (session_id !== undefined) document += `,"session_id":"${session_id_text}"`;
  if (user_id_hash !== undefined) document += `,"user_id_hash":"${user_id_hash}"`;
  if (department !== undefined) document += `,"department":"${escapeText(department)}"`;
  if (model_version !== undefined) document += `,"model_version":"${model_version_text}"`;
  if (data_classification !== undefined) document += `,"data_classification":"${data_classification}"`;
  if (mcp_integrations !== undefined) document += `,"mcp_integrations":${listText(mcp_integrations)}`;
  if (token_input !== undefined) document += `,"token_input":${token_input}`;
  if (token_output !== undefined) document += `,"token_output":${token_output}`;
  if (duration_ms !== undefined) document += `,"duration_ms":${duration_ms}`;
  if (policy_flags !== undefined) document += `,"policy_flags":${listText(policy_flags)}`;
  if (security_flags !== undefined) document += `,"security_flags":${listText(security_flags)}`;
  document += `,"id":"${event_id}"`;
  if (user_id_hash !== undefined) document += `,"user_id":"${user_id_hash}"`;
  document += `,"schema_version":${schema_version !== undefined ? `"${escapeText(schema_version)}"` : `"1.1"`}`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (when10[eventClass] && severity !== undefined) document += `,"severity":"${severity}"`;
  if (when11[eventClass]) document += `,"severity":${severity !== undefined ? `"${severity}"` : `"informational"`}`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${mcp_server_text}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${mcp_tool_text}"`;
  if (mcp_outcome !== undefined) document += `,"mcp_outcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"usage_tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"usage_over_baseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"policy_event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${use_case_id_text}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${policy_ref_text}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${exception_id_text}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${permission_text}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${permission_after_text}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${request_id_text}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  if (when12[eventClass] && user_id_hash !== undefined) document += `,"user":"${user_id_hash}"`;
  if (when4[eventClass] && target_user_id_hash !== undefined) document += `,"user":"${target_user_id_hash}"`;
  if (when13[eventClass] && user_id_hash !== undefined) document += `,"src_user":"${user_id_hash}"`;
  if (when14[eventClass]) document += `,"dvc":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`}`;
  if (when15[eventClass]) document += `,"dest":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`}`;
  if (when16[eventClass]) document += `,"dest":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when17[eventClass]) document += `,"object":"${session_id !== undefined ? session_id_text : event_id}"`;
  if (when18[eventClass]) document += `,"object":"${mcp_tool !== undefined ? mcp_tool_text : mcp_server !== undefined ? mcp_server_text : model_version !== undefined ? model_version_text : event_id}"`;
  if (when19[eventClass]) document += `,"object":"${use_case_id !== undefined ? use_case_id_text : request_id !== undefined ? request_id_text : event_id}"`;
  if (when20[eventClass]) document += `,"object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : event_id}"`;
  if (when4[eventClass]) document += `,"object":"${permission !== undefined ? permission_text : event_id}"`;
  if (when15[eventClass]) document += `,"object_id":"${request_id !== undefined ? request_id_text : exception_id !== undefined ? exception_id_text : event_id}"`;
  if (when15[eventClass]) document += `,"object_path":${policy_ref !== undefined ? `"${policy_ref_text}"` : `"claude"`}`;
  if (when11[eventClass]) document += `,"object_path":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when11[eventClass]) document += `,"severity_id":${severity !== undefined ? `${table21[severity]}` : `1`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (when22[eventClass] && duration_ms !== undefined) document += `,"duration":${duration_ms / 1000}`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

/** The cim document of a valid event, as JSON text. */
export function serializeCim(event: EventRecord, chain?: ChainLink): string {
  const isComplete =
    event.session_id !== undefined &&
    event.user_id_hash !== undefined &&
    event.department !== undefined &&
    event.model_version !== undefined &&
    event.data_classification !== undefined &&
    event.mcp_integrations !== undefined &&
    event.token_input !== undefined &&
    event.token_output !== undefined &&
    event.duration_ms !== undefined &&
    event.policy_flags !== undefined &&
    event.security_flags !== undefined;
  return isComplete ? serializeComplete(event, chain) : serializeSparse(event, chain);
}
