// Written by `npm run generate` from mappings/cim.yaml. Do not edit.

import type { EventRecord } from "../mapping/event-class.ts";
import { epochSecondsText, escapeText, listText } from "../mapping/json-text.ts";
import type { ChainLink } from "../mapping/schema.ts";
import { summaryOf } from "../mapping/transform.ts";
import { classNumber, memberCount } from "./class-number.ts";

const when1: readonly boolean[] = [false,false,false,false,false,false,false,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const fragment2: readonly string[] = [
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"started\",\"object_category\":\"collaboration\"", // session_start
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"stopped\",\"object_category\":\"collaboration\"", // session_end
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.request\",\"object_attrs\":\"decision=pending\"", // policy_event/approval_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/approval_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.deny\",\"object_attrs\":\"decision=denied\"", // policy_event/approval_denied
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\",\"object_category\":\"policy_exception\",\"dvc\":\"claude\",\"change_type\":\"exception\",\"command\":\"exception.request\",\"object_attrs\":\"decision=pending\"", // policy_event/exception_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"policy_exception\",\"dvc\":\"claude\",\"change_type\":\"exception\",\"command\":\"exception.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/exception_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"acl_modified\",\"object_category\":\"permission\",\"dvc\":\"claude\",\"change_type\":\"AAA\",\"command\":\"permission.change\"", // policy_event/permission_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"alert\",\"dvc\":\"claude\",\"change_type\":\"alert\",\"command\":\"alert.state\"", // policy_event/alert_state_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"policy\",\"dvc\":\"claude\",\"change_type\":\"policy\",\"command\":\"policy.event\",\"object_attrs\":\"policy\"", // policy_event/other
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"blocked\",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/other/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/other/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\"", // security_event/other/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/model_request
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/mcp_query
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/tool_use
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\"", // activity_event/authentication
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/usage_rollup
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/other
];
const when3: readonly boolean[] = [false,false,false,false,false,false,false,false,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when4: readonly boolean[] = [true,true,true,true,true,true,true,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true];
const fragment5: readonly string[] = [
  ",\"event_id\":\"", // session_start
  ",\"event_id\":\"", // session_end
  ",\"result\":\"pending\",\"status\":\"success\",\"event_id\":\"", // policy_event/approval_requested
  ",\"result\":\"approved\",\"status\":\"success\",\"event_id\":\"", // policy_event/approval_granted
  ",\"result\":\"denied by policy\",\"status\":\"failure\",\"event_id\":\"", // policy_event/approval_denied
  ",\"result\":\"pending\",\"status\":\"success\",\"event_id\":\"", // policy_event/exception_requested
  ",\"result\":\"approved\",\"status\":\"success\",\"event_id\":\"", // policy_event/exception_granted
  ",\"result\":\"changed\",\"status\":\"success\",\"event_id\":\"", // policy_event/permission_changed
  ",\"result\":\"changed\",\"status\":\"success\",\"event_id\":\"", // policy_event/alert_state_changed
  ",\"result\":\"recorded\",\"status\":\"success\",\"event_id\":\"", // policy_event/other
  ",\"event_id\":\"", // security_event/restricted_data_access/blocked
  ",\"event_id\":\"", // security_event/restricted_data_access/not_blocked
  ",\"event_id\":\"", // security_event/restricted_data_access/untold
  ",\"event_id\":\"", // security_event/prompt_injection_attempt/blocked
  ",\"event_id\":\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"event_id\":\"", // security_event/prompt_injection_attempt/untold
  ",\"event_id\":\"", // security_event/anomalous_mcp_volume/blocked
  ",\"event_id\":\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"event_id\":\"", // security_event/anomalous_mcp_volume/untold
  ",\"event_id\":\"", // security_event/mcp_auth_failure/blocked
  ",\"event_id\":\"", // security_event/mcp_auth_failure/not_blocked
  ",\"event_id\":\"", // security_event/mcp_auth_failure/untold
  ",\"event_id\":\"", // security_event/system_prompt_leakage/blocked
  ",\"event_id\":\"", // security_event/system_prompt_leakage/not_blocked
  ",\"event_id\":\"", // security_event/system_prompt_leakage/untold
  ",\"event_id\":\"", // security_event/cross_user_data_extraction/blocked
  ",\"event_id\":\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"event_id\":\"", // security_event/cross_user_data_extraction/untold
  ",\"event_id\":\"", // security_event/other/blocked
  ",\"event_id\":\"", // security_event/other/not_blocked
  ",\"event_id\":\"", // security_event/other/untold
  ",\"event_id\":\"", // activity_event/model_request
  ",\"event_id\":\"", // activity_event/mcp_query
  ",\"event_id\":\"", // activity_event/tool_use
  ",\"event_id\":\"", // activity_event/authentication
  ",\"event_id\":\"", // activity_event/usage_rollup
  ",\"event_id\":\"", // activity_event/other
];
const when6: readonly boolean[] = [false,false,false,false,false,false,false,true,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,true,false,false];
const when7: readonly boolean[] = [false,false,true,true,true,false,false,false,false,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when8: readonly boolean[] = [false,false,false,false,false,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when9: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false];
const fragment10: readonly string[] = [
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"started\",\"object_category\":\"collaboration\"", // session_start
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"stopped\",\"object_category\":\"collaboration\"", // session_end
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\",\"object_category\":\"approval_request\",\"dvc\":\"claude\"", // policy_event/approval_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\",\"object_category\":\"approval_request\",\"dvc\":\"claude\"", // policy_event/approval_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\",\"object_category\":\"approval_request\",\"dvc\":\"claude\"", // policy_event/approval_denied
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\",\"object_category\":\"policy_exception\",\"dvc\":\"claude\"", // policy_event/exception_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"policy_exception\",\"dvc\":\"claude\"", // policy_event/exception_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"acl_modified\",\"object_category\":\"permission\",\"dvc\":\"claude\"", // policy_event/permission_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"alert\",\"dvc\":\"claude\"", // policy_event/alert_state_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\",\"object_category\":\"policy\",\"dvc\":\"claude\"", // policy_event/other
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"data_classification\"", // security_event/restricted_data_access/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"blocked\",\"dvc\":\"claude\",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\",\"dvc\":\"claude\",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Intrusion_Detection\",\"action\":\"allowed\",\"dvc\":\"claude\",\"category\":\"prompt_injection_attempt\",\"ids_type\":\"application\",\"transport\":\"https\"", // security_event/prompt_injection_attempt/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\"", // security_event/anomalous_mcp_volume/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\",\"action\":\"failure\",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"prompt\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"prompt\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"prompt\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"system_prompt_leakage\"", // security_event/system_prompt_leakage/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"blocked\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"DLP\",\"action\":\"allowed\",\"object_category\":\"session\",\"dvc\":\"claude\",\"dlp_type\":\"application\",\"category\":\"cross_user_data_extraction\"", // security_event/cross_user_data_extraction/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/not_blocked
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Alerts\",\"dvc\":\"claude\",\"type\":\"alert\",\"signature\":\"security_event\"", // security_event/other/untold
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/model_request
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/mcp_query
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"read\",\"object_category\":\"collaboration\"", // activity_event/tool_use
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Authentication\"", // activity_event/authentication
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/usage_rollup
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"none\"", // activity_event/other
];
const when11: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,false,false,false,false,false,false,false,false,false,true,true,true,false,false,false,false,false,false];
const when12: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,true,false,false];
const table13 = { "low": "2", "medium": "3", "high": "4", "critical": "5" } as const;
const when14: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,false,false];
const table15 = { "success": "\"success\"", "failure": "\"failure\"", "denied": "\"failure\"", "unknown": "\"pending\"" } as const;
const fragment16: readonly string[] = [
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"started\"", // session_start
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Data_Access\",\"action\":\"stopped\"", // session_end
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\"", // policy_event/approval_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\"", // policy_event/approval_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"updated\"", // policy_event/approval_denied
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"created\"", // policy_event/exception_requested
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\"", // policy_event/exception_granted
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"acl_modified\"", // policy_event/permission_changed
  "{\"source\":\"claude_deployment\",\"sourcetype\":\"claude:audit\",\"event\":{\"app\":\"claude\",\"vendor_product\":\"Anthropic Claude\",\"cim_model\":\"Change\",\"action\":\"modified\"", // policy_event/alert_state_changed
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
const fragment17: readonly string[] = [
  ",\"object_category\":\"collaboration\",\"object_attrs\":\"", // session_start
  ",\"object_category\":\"collaboration\",\"object_attrs\":\"", // session_end
  ",\"object_category\":\"approval_request\",\"object_attrs\":\"", // policy_event/approval_requested
  ",\"object_category\":\"approval_request\",\"object_attrs\":\"", // policy_event/approval_granted
  ",\"object_category\":\"approval_request\",\"object_attrs\":\"", // policy_event/approval_denied
  ",\"object_category\":\"policy_exception\",\"object_attrs\":\"", // policy_event/exception_requested
  ",\"object_category\":\"policy_exception\",\"object_attrs\":\"", // policy_event/exception_granted
  ",\"object_category\":\"permission\",\"object_attrs\":\"", // policy_event/permission_changed
  ",\"object_category\":\"alert\",\"object_attrs\":\"", // policy_event/alert_state_changed
  ",\"object_category\":\"policy\",\"object_attrs\":\"", // policy_event/other
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/restricted_data_access/blocked
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/restricted_data_access/not_blocked
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/restricted_data_access/untold
  ",\"object_attrs\":\"", // security_event/prompt_injection_attempt/blocked
  ",\"object_attrs\":\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"object_attrs\":\"", // security_event/prompt_injection_attempt/untold
  ",\"object_attrs\":\"", // security_event/anomalous_mcp_volume/blocked
  ",\"object_attrs\":\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"object_attrs\":\"", // security_event/anomalous_mcp_volume/untold
  ",\"object_attrs\":\"", // security_event/mcp_auth_failure/blocked
  ",\"object_attrs\":\"", // security_event/mcp_auth_failure/not_blocked
  ",\"object_attrs\":\"", // security_event/mcp_auth_failure/untold
  ",\"object_category\":\"prompt\",\"object_attrs\":\"", // security_event/system_prompt_leakage/blocked
  ",\"object_category\":\"prompt\",\"object_attrs\":\"", // security_event/system_prompt_leakage/not_blocked
  ",\"object_category\":\"prompt\",\"object_attrs\":\"", // security_event/system_prompt_leakage/untold
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/cross_user_data_extraction/blocked
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"object_category\":\"session\",\"object_attrs\":\"", // security_event/cross_user_data_extraction/untold
  ",\"object_attrs\":\"", // security_event/other/blocked
  ",\"object_attrs\":\"", // security_event/other/not_blocked
  ",\"object_attrs\":\"", // security_event/other/untold
  ",\"object_category\":\"collaboration\",\"object_attrs\":\"", // activity_event/model_request
  ",\"object_category\":\"collaboration\",\"object_attrs\":\"", // activity_event/mcp_query
  ",\"object_category\":\"collaboration\",\"object_attrs\":\"", // activity_event/tool_use
  ",\"object_attrs\":\"", // activity_event/authentication
  ",\"object_attrs\":\"", // activity_event/usage_rollup
  ",\"object_attrs\":\"", // activity_event/other
];
const fragment18: readonly string[] = [
  ",\"object_category\":\"collaboration\"", // session_start
  ",\"object_category\":\"collaboration\"", // session_end
  ",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.request\",\"object_attrs\":\"decision=pending\"", // policy_event/approval_requested
  ",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/approval_granted
  ",\"object_category\":\"approval_request\",\"dvc\":\"claude\",\"change_type\":\"approval\",\"command\":\"approval.deny\",\"object_attrs\":\"decision=denied\"", // policy_event/approval_denied
  ",\"object_category\":\"policy_exception\",\"dvc\":\"claude\",\"change_type\":\"exception\",\"command\":\"exception.request\",\"object_attrs\":\"decision=pending\"", // policy_event/exception_requested
  ",\"object_category\":\"policy_exception\",\"dvc\":\"claude\",\"change_type\":\"exception\",\"command\":\"exception.grant\",\"object_attrs\":\"decision=approved\"", // policy_event/exception_granted
  ",\"object_category\":\"permission\",\"dvc\":\"claude\",\"change_type\":\"AAA\",\"command\":\"permission.change\"", // policy_event/permission_changed
  ",\"object_category\":\"alert\",\"dvc\":\"claude\",\"change_type\":\"alert\",\"command\":\"alert.state\"", // policy_event/alert_state_changed
  ",\"object_category\":\"policy\",\"dvc\":\"claude\",\"change_type\":\"policy\",\"command\":\"policy.event\",\"object_attrs\":\"policy\"", // policy_event/other
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/blocked
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/not_blocked
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/restricted_data_access/untold
  ",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/blocked
  ",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"dvc\":\"claude\"", // security_event/prompt_injection_attempt/untold
  ",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/blocked
  ",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"dvc\":\"claude\"", // security_event/anomalous_mcp_volume/untold
  ",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/blocked
  ",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/not_blocked
  ",\"dvc\":\"claude\"", // security_event/mcp_auth_failure/untold
  ",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/blocked
  ",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/not_blocked
  ",\"object_category\":\"prompt\",\"dvc\":\"claude\"", // security_event/system_prompt_leakage/untold
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/blocked
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"object_category\":\"session\",\"dvc\":\"claude\"", // security_event/cross_user_data_extraction/untold
  ",\"dvc\":\"claude\"", // security_event/other/blocked
  ",\"dvc\":\"claude\"", // security_event/other/not_blocked
  ",\"dvc\":\"claude\"", // security_event/other/untold
  ",\"object_category\":\"collaboration\"", // activity_event/model_request
  ",\"object_category\":\"collaboration\"", // activity_event/mcp_query
  ",\"object_category\":\"collaboration\"", // activity_event/tool_use
  "", // activity_event/authentication
  "", // activity_event/usage_rollup
  "", // activity_event/other
];
const when19: readonly boolean[] = [true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true];
const fragment20: readonly string[] = [
  "", // session_start
  "", // session_end
  ",\"result\":\"pending\",\"status\":\"success\"", // policy_event/approval_requested
  ",\"result\":\"approved\",\"status\":\"success\"", // policy_event/approval_granted
  ",\"result\":\"denied by policy\",\"status\":\"failure\"", // policy_event/approval_denied
  ",\"result\":\"pending\",\"status\":\"success\"", // policy_event/exception_requested
  ",\"result\":\"approved\",\"status\":\"success\"", // policy_event/exception_granted
  ",\"result\":\"changed\",\"status\":\"success\"", // policy_event/permission_changed
  ",\"result\":\"changed\",\"status\":\"success\"", // policy_event/alert_state_changed
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
const fragment21: readonly string[] = [
  "\",\"event_type\":\"session_start\",\"timestamp\":\"", // session_start
  "\",\"event_type\":\"session_end\",\"timestamp\":\"", // session_end
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_requested
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_granted
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/approval_denied
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/exception_requested
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/exception_granted
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/permission_changed
  "\",\"event_type\":\"policy_event\",\"timestamp\":\"", // policy_event/alert_state_changed
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
const when22: readonly boolean[] = [true,true,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false];
const when23: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true];
const when24: readonly boolean[] = [false,false,true,true,true,true,true,true,true,true,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false];
const when25: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true];
const when26: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,false,false,false,false,false];

function session_start_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const data_classification = event.data_classification;
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
  const session_id_text = escapeText(session_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `{"source":"claude_deployment","sourcetype":"claude:audit","event":{"app":"claude","vendor_product":"Anthropic Claude","cim_model":"Data_Access","action":"started","object_category":"collaboration","object_attrs":"${data_classification}","event_id":"${event_id}","event_type":"session_start","timestamp":"${timestamp}","session_id":"${session_id_text}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${escapeText(model_version)}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)},"user":"${user_id_hash}","object":"${session_id_text}"`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"mcp_outcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"usage_tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"usage_over_baseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"policy_event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"alert_id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

function session_end_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const data_classification = event.data_classification;
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
  const session_id_text = escapeText(session_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `{"source":"claude_deployment","sourcetype":"claude:audit","event":{"app":"claude","vendor_product":"Anthropic Claude","cim_model":"Data_Access","action":"stopped","object_category":"collaboration","object_attrs":"${data_classification}","event_id":"${event_id}","event_type":"session_end","timestamp":"${timestamp}","session_id":"${session_id_text}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${escapeText(model_version)}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)},"user":"${user_id_hash}","object":"${session_id_text}"`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"mcp_outcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"usage_tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"usage_over_baseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"policy_event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"alert_id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

function policy_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const permission_after = event.permission_after;
  const alert_state = event.alert_state;
  const event_id = event.event_id;
  const timestamp = event.timestamp;
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
  const approver_id_hash = event.approver_id_hash;
  const target_user_id_hash = event.target_user_id_hash;
  const use_case_id = event.use_case_id;
  const exception_id = event.exception_id;
  const permission = event.permission;
  const alert_id = event.alert_id;
  const policy_event_type = event.policy_event_type;
  const decision_reason = event.decision_reason;
  const policy_ref = event.policy_ref;
  const exception_expires_at = event.exception_expires_at;
  const permission_before = event.permission_before;
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
  const request_id = hasMore ? event.request_id : undefined;
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
  const actor_type = hasMore ? event.actor_type : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const permission_after_text = permission_after === undefined ? "" : escapeText(permission_after);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const request_id_text = request_id === undefined ? "" : escapeText(request_id);
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const alert_id_text = alert_id === undefined ? "" : escapeText(alert_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment2[eventClass]}`;
  if (when1[eventClass]) document += `,"object_attrs":${permission_after !== undefined ? `"${permission_after_text}"` : `"permission"`}`;
  if (when3[eventClass]) document += `,"object_attrs":${alert_state !== undefined ? `"${alert_state}"` : `"alert"`}`;
  document += `${fragment5[eventClass]}${event_id}","event_type":"policy_event","timestamp":"${timestamp}","session_id":"${escapeText(session_id)}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${escapeText(model_version)}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)}`;
  if (when4[eventClass]) document += `,"user":"${user_id_hash}"`;
  if (when3[eventClass] && approver_id_hash !== undefined) document += `,"user":"${approver_id_hash}"`;
  if (when1[eventClass] && target_user_id_hash !== undefined) document += `,"user":"${target_user_id_hash}"`;
  if (when6[eventClass]) document += `,"src_user":"${user_id_hash}"`;
  if (when7[eventClass]) document += `,"object":"${use_case_id !== undefined ? use_case_id_text : request_id !== undefined ? request_id_text : event_id}"`;
  if (when8[eventClass]) document += `,"object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : event_id}"`;
  if (when1[eventClass]) document += `,"object":"${permission !== undefined ? permission_text : event_id}"`;
  if (when3[eventClass]) document += `,"object":"${alert_id !== undefined ? alert_id_text : event_id}"`;
  document += `,"object_id":"${request_id !== undefined ? request_id_text : exception_id !== undefined ? exception_id_text : event_id}"`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${escapeText(mcp_server)}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${escapeText(mcp_tool)}"`;
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
  if (alert_id !== undefined) document += `,"alert_id":"${alert_id_text}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
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
  document += `,"dest":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`},"object_path":${policy_ref !== undefined ? `"${policy_ref_text}"` : `"claude"`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

function security_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const security_event_type = event.security_event_type;
  const event_id = event.event_id;
  const timestamp = event.timestamp;
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
  const session_id_text = escapeText(session_id);
  const mcp_server_text = mcp_server === undefined ? "" : escapeText(mcp_server);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment10[eventClass]}`;
  if (when9[eventClass] && security_event_type !== undefined) document += `,"signature":"${security_event_type}"`;
  document += `,"event_id":"${event_id}","event_type":"security_event","timestamp":"${timestamp}","session_id":"${session_id_text}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${escapeText(model_version)}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)}`;
  if (when11[eventClass]) document += `,"id":"${event_id}"`;
  if (when12[eventClass]) document += `,"user_id":"${user_id_hash}"`;
  document += `,"user":"${user_id_hash}","src_user":"${user_id_hash}","object":"${session_id_text}"`;
  if (when12[eventClass]) document += `,"duration":${duration_ms / 1000}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(details)}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  if (activity_type !== undefined) document += `,"activity_type":"${activity_type}"`;
  if (mcp_server !== undefined) document += `,"mcp_server":"${mcp_server_text}"`;
  if (mcp_tool !== undefined) document += `,"mcp_tool":"${escapeText(mcp_tool)}"`;
  if (mcp_outcome !== undefined) document += `,"mcp_outcome":"${mcp_outcome}"`;
  if (usage_tokens !== undefined) document += `,"usage_tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) document += `,"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) document += `,"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) document += `,"usage_over_baseline":${usage_over_baseline}`;
  if (policy_event_type !== undefined) document += `,"policy_event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"alert_id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  document += `,"dest":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`},"object_path":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`},"severity_id":${severity !== undefined ? `${table13[severity]}` : `1`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

function activity_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const data_classification = event.data_classification;
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
  const mcp_tool = event.mcp_tool;
  const mcp_server = event.mcp_server;
  const activity_type = event.activity_type;
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
  const model_version_text = escapeText(model_version);
  const mcp_tool_text = mcp_tool === undefined ? "" : escapeText(mcp_tool);
  const mcp_server_text = mcp_server === undefined ? "" : escapeText(mcp_server);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment16[eventClass]}`;
  if (when14[eventClass]) document += `,"action":${mcp_outcome !== undefined ? `${table15[mcp_outcome]}` : `"pending"`}`;
  document += `${fragment17[eventClass]}${data_classification}","event_id":"${event_id}","event_type":"activity_event","timestamp":"${timestamp}","session_id":"${escapeText(session_id)}","user_id_hash":"${user_id_hash}","department":"${escapeText(department)}","model_version":"${model_version_text}","data_classification":"${data_classification}","mcp_integrations":${listText(mcp_integrations)},"token_input":${token_input},"token_output":${token_output},"duration_ms":${duration_ms},"policy_flags":${listText(policy_flags)},"security_flags":${listText(security_flags)}`;
  if (when12[eventClass]) document += `,"user_id":"${user_id_hash}"`;
  document += `,"user":"${user_id_hash}"`;
  if (when6[eventClass]) document += `,"src_user":"${user_id_hash}"`;
  document += `,"object":"${mcp_tool !== undefined ? mcp_tool_text : mcp_server !== undefined ? mcp_server_text : model_version_text}"`;
  if (when12[eventClass]) document += `,"duration":${duration_ms / 1000}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
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
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_id_hash":"${approver_id_hash}"`;
  if (decision_reason !== undefined) document += `,"decision_reason":"${decision_reason_text}"`;
  if (policy_ref !== undefined) document += `,"policy_ref":"${escapeText(policy_ref)}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  if (permission !== undefined) document += `,"permission":"${escapeText(permission)}"`;
  if (permission_before !== undefined) document += `,"permission_before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) document += `,"permission_after":"${escapeText(permission_after)}"`;
  if (target_user_id_hash !== undefined) document += `,"target_user_id_hash":"${target_user_id_hash}"`;
  if (alert_id !== undefined) document += `,"alert_id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
  if (user_clearance !== undefined) document += `,"user_clearance":"${user_clearance}"`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (cost_usd !== undefined) document += `,"cost_usd":${cost_usd}`;
  if (price_ref !== undefined) document += `,"price_ref":"${escapeText(price_ref)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (source_kind !== undefined) document += `,"source_kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) document += `,"source_record_id":"${escapeText(source_record_id)}"`;
  if (observed_at !== undefined) document += `,"observed_at":"${observed_at}"`;
  if (request_id !== undefined) document += `,"request_id":"${escapeText(request_id)}"`;
  if (actor_type !== undefined) document += `,"actor_type":"${escapeText(actor_type)}"`;
  if (client_ip !== undefined) document += `,"client_ip":"${client_ip}"`;
  if (user_agent !== undefined) document += `,"user_agent":"${escapeText(user_agent)}"`;
  if (deployment !== undefined) document += `,"deployment":"${deployment_text}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(labels)}`;
  if (chain_seq !== undefined) document += `,"chain_seq":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"chain_hash":"${chain_hash}"`;
  if (client_ip !== undefined) document += `,"src":"${client_ip}"`;
  document += `,"dest":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

function incomplete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const mcp_outcome = event.mcp_outcome;
  const permission_after = event.permission_after;
  const alert_state = event.alert_state;
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
  const approver_id_hash = event.approver_id_hash;
  const target_user_id_hash = event.target_user_id_hash;
  const mcp_tool = event.mcp_tool;
  const mcp_server = event.mcp_server;
  const use_case_id = event.use_case_id;
  const request_id = event.request_id;
  const exception_id = event.exception_id;
  const permission = event.permission;
  const alert_id = event.alert_id;
  const schema_version = event.schema_version;
  const token_cache_read = event.token_cache_read;
  const token_cache_write = event.token_cache_write;
  const severity = event.severity;
  const details = event.details;
  const auto_blocked = event.auto_blocked;
  const notified_to = event.notified_to;
  const activity_type = event.activity_type;
  const usage_tokens = event.usage_tokens;
  const baseline_tokens_sum = event.baseline_tokens_sum;
  const baseline_days = event.baseline_days;
  const usage_over_baseline = event.usage_over_baseline;
  const policy_event_type = event.policy_event_type;
  const decision_reason = event.decision_reason;
  const policy_ref = event.policy_ref;
  const exception_expires_at = event.exception_expires_at;
  const permission_before = event.permission_before;
  const user_clearance = event.user_clearance;
  const within_business_hours = event.within_business_hours;
  const local_time = event.local_time;
  const cost_usd = event.cost_usd;
  const price_ref = event.price_ref;
  const business_unit = event.business_unit;
  const source_kind = event.source_kind;
  const source_record_id = event.source_record_id;
  const observed_at = event.observed_at;
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
  const mcp_tool_text = mcp_tool === undefined ? "" : escapeText(mcp_tool);
  const mcp_server_text = mcp_server === undefined ? "" : escapeText(mcp_server);
  const use_case_id_text = use_case_id === undefined ? "" : escapeText(use_case_id);
  const request_id_text = request_id === undefined ? "" : escapeText(request_id);
  const exception_id_text = exception_id === undefined ? "" : escapeText(exception_id);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const alert_id_text = alert_id === undefined ? "" : escapeText(alert_id);
  const decision_reason_text = decision_reason === undefined ? "" : escapeText(decision_reason);
  const policy_ref_text = policy_ref === undefined ? "" : escapeText(policy_ref);
  const deployment_text = deployment === undefined ? "" : escapeText(deployment);
  let document = "";
  document += `${fragment16[eventClass]}`;
  if (when14[eventClass]) document += `,"action":${mcp_outcome !== undefined ? `${table15[mcp_outcome]}` : `"pending"`}`;
  document += `${fragment18[eventClass]}`;
  if (when1[eventClass]) document += `,"object_attrs":${permission_after !== undefined ? `"${permission_after_text}"` : `"permission"`}`;
  if (when3[eventClass]) document += `,"object_attrs":${alert_state !== undefined ? `"${alert_state}"` : `"alert"`}`;
  if (when19[eventClass] && data_classification !== undefined) document += `,"object_attrs":"${data_classification}"`;
  document += `${fragment20[eventClass]}`;
  if (when9[eventClass] && security_event_type !== undefined) document += `,"signature":"${security_event_type}"`;
  document += `,"event_id":"${event_id}${fragment21[eventClass]}${timestamp}"`;
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
  if (when11[eventClass]) document += `,"id":"${event_id}"`;
  if (when12[eventClass] && user_id_hash !== undefined) document += `,"user_id":"${user_id_hash}"`;
  if (when4[eventClass] && user_id_hash !== undefined) document += `,"user":"${user_id_hash}"`;
  if (when3[eventClass] && approver_id_hash !== undefined) document += `,"user":"${approver_id_hash}"`;
  if (when1[eventClass] && target_user_id_hash !== undefined) document += `,"user":"${target_user_id_hash}"`;
  if (when6[eventClass] && user_id_hash !== undefined) document += `,"src_user":"${user_id_hash}"`;
  if (when22[eventClass]) document += `,"object":"${session_id !== undefined ? session_id_text : event_id}"`;
  if (when23[eventClass]) document += `,"object":"${mcp_tool !== undefined ? mcp_tool_text : mcp_server !== undefined ? mcp_server_text : model_version !== undefined ? model_version_text : event_id}"`;
  if (when7[eventClass]) document += `,"object":"${use_case_id !== undefined ? use_case_id_text : request_id !== undefined ? request_id_text : event_id}"`;
  if (when8[eventClass]) document += `,"object":"${exception_id !== undefined ? exception_id_text : use_case_id !== undefined ? use_case_id_text : event_id}"`;
  if (when1[eventClass]) document += `,"object":"${permission !== undefined ? permission_text : event_id}"`;
  if (when3[eventClass]) document += `,"object":"${alert_id !== undefined ? alert_id_text : event_id}"`;
  if (when24[eventClass]) document += `,"object_id":"${request_id !== undefined ? request_id_text : exception_id !== undefined ? exception_id_text : event_id}"`;
  if (when12[eventClass] && duration_ms !== undefined) document += `,"duration":${duration_ms / 1000}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (token_cache_read !== undefined) document += `,"token_cache_read":${token_cache_read}`;
  if (token_cache_write !== undefined) document += `,"token_cache_write":${token_cache_write}`;
  if (security_event_type !== undefined) document += `,"security_event_type":"${security_event_type}"`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
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
  if (alert_id !== undefined) document += `,"alert_id":"${alert_id_text}"`;
  if (alert_state !== undefined) document += `,"alert_state":"${alert_state}"`;
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
  if (when24[eventClass]) document += `,"dest":${deployment !== undefined ? `"${deployment_text}"` : `"claude"`}`;
  if (when25[eventClass]) document += `,"dest":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when24[eventClass]) document += `,"object_path":${policy_ref !== undefined ? `"${policy_ref_text}"` : `"claude"`}`;
  if (when26[eventClass]) document += `,"object_path":${(mcp_server !== undefined || deployment !== undefined) ? `"${mcp_server !== undefined ? mcp_server_text : deployment_text}"` : `"claude"`}`;
  if (when26[eventClass]) document += `,"severity_id":${severity !== undefined ? `${table13[severity]}` : `1`}`;
  if (details !== undefined) document += `,"description":"${escapeText(summaryOf(details))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${decision_reason_text}"`;
  document += `},"time":${epochSecondsText(timestamp)}`;
  if (deployment !== undefined) document += `,"host":"${deployment_text}"`;
  document += `}`;
  return document;
}

/** The cim document of a valid event, as JSON text. */
export function serializeCim(event: EventRecord, chain?: ChainLink): string {
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
