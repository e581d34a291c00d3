// Written by `npm run generate` from mappings/ecs.yaml. Do not edit.

import type { EventRecord } from "../mapping/event-class.ts";
import { collectMore, collectText, escapeText, listText, nanosecondsText } from "../mapping/json-text.ts";
import type { ChainLink } from "../mapping/schema.ts";
import { flatKeys, summaryOf } from "../mapping/transform.ts";
import { classNumber, memberCount } from "./class-number.ts";

const table1 = { "low": "21", "medium": "47", "high": "73", "critical": "99" } as const;
const fragment2: readonly string[] = [
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"start\"],\"action\":\"claude-session-start\",\"outcome\":\"success\",\"dataset\":\"claude.session\",\"id\":\"", // session_start
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"end\"],\"action\":\"claude-session-end\",\"outcome\":\"success\",\"dataset\":\"claude.session\",\"id\":\"", // session_end
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"admin\",\"info\"],\"action\":\"approval-requested\",\"outcome\":\"unknown\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_requested
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"allowed\"],\"action\":\"approval-granted\",\"outcome\":\"success\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_granted
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"denied\"],\"action\":\"approval-denied\",\"outcome\":\"failure\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_denied
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"creation\"],\"action\":\"exception-requested\",\"outcome\":\"unknown\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/exception_requested
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"exception-granted\",\"outcome\":\"success\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/exception_granted
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"user\",\"change\"],\"action\":\"permission-change\",\"outcome\":\"success\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/permission_changed
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"alert-state-change\",\"outcome\":\"success\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/alert_state_changed
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"info\"],\"action\":\"policy-event\",\"outcome\":\"unknown\",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/other
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"denied\"],\"action\":\"restricted-data-access\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"allowed\"],\"action\":\"restricted-data-access\",\"outcome\":\"success\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"restricted-data-access\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"prompt-injection\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"prompt-injection\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"prompt-injection\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"success\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"success\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"security-event\",\"outcome\":\"failure\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"security-event\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"security-event\",\"outcome\":\"unknown\",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-model-request\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/model_request
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-mcp-query\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/mcp_query
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-tool-use\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/tool_use
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"claude-authentication\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/authentication
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"metric\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-usage-rollup\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/usage_rollup
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-activity\",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/other
];
const when3: readonly boolean[] = [false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,false,true,true,true,true,false,true];
const table4 = { "success": "\"success\"", "failure": "\"failure\"", "denied": "\"failure\"", "unknown": "\"unknown\"" } as const;
const fragment5: readonly string[] = [
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"start\"],\"action\":\"claude-session-start\"", // session_start
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"end\"],\"action\":\"claude-session-end\"", // session_end
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"admin\",\"info\"],\"action\":\"approval-requested\"", // policy_event/approval_requested
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"allowed\"],\"action\":\"approval-granted\"", // policy_event/approval_granted
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"denied\"],\"action\":\"approval-denied\"", // policy_event/approval_denied
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"creation\"],\"action\":\"exception-requested\"", // policy_event/exception_requested
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"exception-granted\"", // policy_event/exception_granted
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"user\",\"change\"],\"action\":\"permission-change\"", // policy_event/permission_changed
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"alert-state-change\"", // policy_event/alert_state_changed
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"info\"],\"action\":\"policy-event\"", // policy_event/other
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"denied\"],\"action\":\"restricted-data-access\"", // security_event/restricted_data_access/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"allowed\"],\"action\":\"restricted-data-access\"", // security_event/restricted_data_access/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"restricted-data-access\"", // security_event/restricted_data_access/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"prompt-injection\"", // security_event/prompt_injection_attempt/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"prompt-injection\"", // security_event/prompt_injection_attempt/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"prompt-injection\"", // security_event/prompt_injection_attempt/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\"", // security_event/anomalous_mcp_volume/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\"", // security_event/anomalous_mcp_volume/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\"", // security_event/anomalous_mcp_volume/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\"", // security_event/mcp_auth_failure/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\"", // security_event/mcp_auth_failure/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\"", // security_event/mcp_auth_failure/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"system-prompt-leakage\"", // security_event/system_prompt_leakage/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\"", // security_event/system_prompt_leakage/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\"", // security_event/system_prompt_leakage/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\"", // security_event/cross_user_data_extraction/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\"", // security_event/cross_user_data_extraction/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\"", // security_event/cross_user_data_extraction/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"security-event\"", // security_event/other/blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"security-event\"", // security_event/other/not_blocked
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"security-event\"", // security_event/other/untold
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-model-request\"", // activity_event/model_request
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-mcp-query\"", // activity_event/mcp_query
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-tool-use\"", // activity_event/tool_use
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"claude-authentication\"", // activity_event/authentication
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"metric\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-usage-rollup\"", // activity_event/usage_rollup
  "\"},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-activity\"", // activity_event/other
];
const fragment6: readonly string[] = [
  "", // session_start
  "", // session_end
  "", // policy_event/approval_requested
  "", // policy_event/approval_granted
  "", // policy_event/approval_denied
  "", // policy_event/exception_requested
  "", // policy_event/exception_granted
  "", // policy_event/permission_changed
  "", // policy_event/alert_state_changed
  "", // policy_event/other
  "", // security_event/restricted_data_access/blocked
  "", // security_event/restricted_data_access/not_blocked
  "", // security_event/restricted_data_access/untold
  "", // security_event/prompt_injection_attempt/blocked
  "", // security_event/prompt_injection_attempt/not_blocked
  "", // security_event/prompt_injection_attempt/untold
  "", // security_event/anomalous_mcp_volume/blocked
  "", // security_event/anomalous_mcp_volume/not_blocked
  "", // security_event/anomalous_mcp_volume/untold
  "", // security_event/mcp_auth_failure/blocked
  "", // security_event/mcp_auth_failure/not_blocked
  "", // security_event/mcp_auth_failure/untold
  "", // security_event/system_prompt_leakage/blocked
  "", // security_event/system_prompt_leakage/not_blocked
  "", // security_event/system_prompt_leakage/untold
  "", // security_event/cross_user_data_extraction/blocked
  "", // security_event/cross_user_data_extraction/not_blocked
  "", // security_event/cross_user_data_extraction/untold
  "", // security_event/other/blocked
  "", // security_event/other/not_blocked
  "", // security_event/other/untold
  "\"name\":\"chat\"", // activity_event/model_request
  "\"name\":\"execute_tool\"", // activity_event/mcp_query
  "\"name\":\"execute_tool\"", // activity_event/tool_use
  "", // activity_event/authentication
  "", // activity_event/usage_rollup
  "", // activity_event/other
];
const fragment7: readonly string[] = [
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"start\"],\"action\":\"claude-session-start\",\"outcome\":\"success\"", // session_start
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.session\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"session\"],\"type\":[\"end\"],\"action\":\"claude-session-end\",\"outcome\":\"success\"", // session_end
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"admin\",\"info\"],\"action\":\"approval-requested\",\"outcome\":\"unknown\"", // policy_event/approval_requested
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"allowed\"],\"action\":\"approval-granted\",\"outcome\":\"success\"", // policy_event/approval_granted
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\",\"api\"],\"type\":[\"admin\",\"denied\"],\"action\":\"approval-denied\",\"outcome\":\"failure\"", // policy_event/approval_denied
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"creation\"],\"action\":\"exception-requested\",\"outcome\":\"unknown\"", // policy_event/exception_requested
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"exception-granted\",\"outcome\":\"success\"", // policy_event/exception_granted
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"user\",\"change\"],\"action\":\"permission-change\",\"outcome\":\"success\"", // policy_event/permission_changed
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"configuration\"],\"type\":[\"change\"],\"action\":\"alert-state-change\",\"outcome\":\"success\"", // policy_event/alert_state_changed
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.policy\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"iam\"],\"type\":[\"info\"],\"action\":\"policy-event\",\"outcome\":\"unknown\"", // policy_event/other
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"denied\"],\"action\":\"restricted-data-access\",\"outcome\":\"failure\"", // security_event/restricted_data_access/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\",\"allowed\"],\"action\":\"restricted-data-access\",\"outcome\":\"success\"", // security_event/restricted_data_access/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"restricted-data-access\",\"outcome\":\"unknown\"", // security_event/restricted_data_access/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"prompt-injection\",\"outcome\":\"failure\"", // security_event/prompt_injection_attempt/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"prompt-injection\",\"outcome\":\"unknown\"", // security_event/prompt_injection_attempt/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"prompt-injection\",\"outcome\":\"unknown\"", // security_event/prompt_injection_attempt/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"failure\"", // security_event/anomalous_mcp_volume/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"unknown\"", // security_event/anomalous_mcp_volume/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"api\"],\"type\":[\"info\",\"access\"],\"action\":\"mcp-volume-anomaly\",\"outcome\":\"unknown\"", // security_event/anomalous_mcp_volume/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\"", // security_event/mcp_auth_failure/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\"", // security_event/mcp_auth_failure/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"mcp-auth-failure\",\"outcome\":\"failure\"", // security_event/mcp_auth_failure/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"failure\"", // security_event/system_prompt_leakage/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"success\"", // security_event/system_prompt_leakage/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"system-prompt-leakage\",\"outcome\":\"unknown\"", // security_event/system_prompt_leakage/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"failure\"", // security_event/cross_user_data_extraction/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"success\"", // security_event/cross_user_data_extraction/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"database\"],\"type\":[\"access\",\"info\"],\"action\":\"cross-user-extraction\",\"outcome\":\"unknown\"", // security_event/cross_user_data_extraction/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"denied\"],\"action\":\"security-event\",\"outcome\":\"failure\"", // security_event/other/blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"allowed\"],\"action\":\"security-event\",\"outcome\":\"unknown\"", // security_event/other/not_blocked
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.security\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"alert\",\"category\":[\"intrusion_detection\"],\"type\":[\"info\"],\"action\":\"security-event\",\"outcome\":\"unknown\"", // security_event/other/untold
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-model-request\"", // activity_event/model_request
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-mcp-query\"", // activity_event/mcp_query
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"access\"],\"action\":\"claude-tool-use\"", // activity_event/tool_use
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"authentication\"],\"type\":[\"start\"],\"action\":\"claude-authentication\"", // activity_event/authentication
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"metric\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-usage-rollup\"", // activity_event/usage_rollup
  "},\"data_stream\":{\"type\":\"logs\",\"namespace\":\"default\",\"dataset\":\"claude.activity\"},\"event\":{\"module\":\"claude_deployment\",\"kind\":\"event\",\"category\":[\"api\"],\"type\":[\"info\"],\"action\":\"claude-activity\"", // activity_event/other
];
const fragment8: readonly string[] = [
  ",\"dataset\":\"claude.session\",\"id\":\"", // session_start
  ",\"dataset\":\"claude.session\",\"id\":\"", // session_end
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_requested
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_granted
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/approval_denied
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/exception_requested
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/exception_granted
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/permission_changed
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/alert_state_changed
  ",\"dataset\":\"claude.policy\",\"id\":\"", // policy_event/other
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/restricted_data_access/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/prompt_injection_attempt/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/anomalous_mcp_volume/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/mcp_auth_failure/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/system_prompt_leakage/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/cross_user_data_extraction/untold
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/not_blocked
  ",\"dataset\":\"claude.security\",\"id\":\"", // security_event/other/untold
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/model_request
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/mcp_query
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/tool_use
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/authentication
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/usage_rollup
  ",\"dataset\":\"claude.activity\",\"id\":\"", // activity_event/other
];
const fragment9: readonly string[] = [
  "\",\"claude\":{\"event_type\":\"session_start\"", // session_start
  "\",\"claude\":{\"event_type\":\"session_end\"", // session_end
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/approval_requested
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/approval_granted
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/approval_denied
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/exception_requested
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/exception_granted
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/permission_changed
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/alert_state_changed
  "\",\"claude\":{\"event_type\":\"policy_event\"", // policy_event/other
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/restricted_data_access/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/restricted_data_access/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/restricted_data_access/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/prompt_injection_attempt/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/prompt_injection_attempt/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/prompt_injection_attempt/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/anomalous_mcp_volume/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/anomalous_mcp_volume/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/anomalous_mcp_volume/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/mcp_auth_failure/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/mcp_auth_failure/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/mcp_auth_failure/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/system_prompt_leakage/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/system_prompt_leakage/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/system_prompt_leakage/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/cross_user_data_extraction/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/cross_user_data_extraction/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/cross_user_data_extraction/untold
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/other/blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/other/not_blocked
  "\",\"claude\":{\"event_type\":\"security_event\"", // security_event/other/untold
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/model_request
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/mcp_query
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/tool_use
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/authentication
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/usage_rollup
  "\",\"claude\":{\"event_type\":\"activity_event\"", // activity_event/other
];

function session_start_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const department = event.department;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const user_id_hash = event.user_id_hash;
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
  const observed_at = hasMore ? event.observed_at : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const schema_version = hasMore ? event.schema_version : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const department_text = escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const approver_id_hash_target_user_id_hash_text = approver_id_hash === undefined && target_user_id_hash === undefined ? "" : collectMore([user_id_hash, approver_id_hash, target_user_id_hash]);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment","department":"${department_text}"},"data_stream":{"type":"logs","namespace":"default","dataset":"claude.session"},"event":{"module":"claude_deployment","kind":"event","category":["session"],"type":["start"],"action":"claude-session-start","outcome":"success","dataset":"claude.session","id":"${event_id}","duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic","request":{"model":"${escapeText(model_version)}"},"usage":{"input_tokens":${token_input},"output_tokens":${token_output}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}","claude":{"event_type":"session_start","session":{"id":"${escapeText(session_id)}"},"department":"${department_text}","security":{"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) document += `,"clearance":"${user_clearance}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  document += `},"data_classification":"${data_classification}","mcp":{"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) document += `,"outcome":"${mcp_outcome}"`;
  document += `},"policy":{"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) document += `,"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  document += `}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `},"user":{"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) document += `,"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) document += `,"changes":{"roles":["${permission_text}"]}`;
  document += `},"related":{"user":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}],"hash":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}]`;
  if (client_ip !== undefined) document += `,"ip":["${client_ip}"]`;
  document += `}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

function session_end_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const department = event.department;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const user_id_hash = event.user_id_hash;
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
  const observed_at = hasMore ? event.observed_at : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const schema_version = hasMore ? event.schema_version : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const department_text = escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const approver_id_hash_target_user_id_hash_text = approver_id_hash === undefined && target_user_id_hash === undefined ? "" : collectMore([user_id_hash, approver_id_hash, target_user_id_hash]);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment","department":"${department_text}"},"data_stream":{"type":"logs","namespace":"default","dataset":"claude.session"},"event":{"module":"claude_deployment","kind":"event","category":["session"],"type":["end"],"action":"claude-session-end","outcome":"success","dataset":"claude.session","id":"${event_id}","duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic","request":{"model":"${escapeText(model_version)}"},"usage":{"input_tokens":${token_input},"output_tokens":${token_output}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}","claude":{"event_type":"session_end","session":{"id":"${escapeText(session_id)}"},"department":"${department_text}","security":{"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) document += `,"clearance":"${user_clearance}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  document += `},"data_classification":"${data_classification}","mcp":{"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) document += `,"outcome":"${mcp_outcome}"`;
  document += `},"policy":{"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) document += `,"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  document += `}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `},"user":{"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) document += `,"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) document += `,"changes":{"roles":["${permission_text}"]}`;
  document += `},"related":{"user":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}],"hash":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}]`;
  if (client_ip !== undefined) document += `,"ip":["${client_ip}"]`;
  document += `}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

function policy_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const department = event.department;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const decision_reason = event.decision_reason;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const policy_event_type = event.policy_event_type;
  const use_case_id = event.use_case_id;
  const approver_id_hash = event.approver_id_hash;
  const exception_id = event.exception_id;
  const exception_expires_at = event.exception_expires_at;
  const permission = event.permission;
  const permission_before = event.permission_before;
  const permission_after = event.permission_after;
  const alert_id = event.alert_id;
  const alert_state = event.alert_state;
  const user_id_hash = event.user_id_hash;
  const target_user_id_hash = event.target_user_id_hash;
  const policy_ref = event.policy_ref;
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
  const observed_at = hasMore ? event.observed_at : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const schema_version = hasMore ? event.schema_version : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const department_text = escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const approver_id_hash_target_user_id_hash_text = approver_id_hash === undefined && target_user_id_hash === undefined ? "" : collectMore([user_id_hash, approver_id_hash, target_user_id_hash]);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment","department":"${department_text}${fragment2[eventClass]}${event_id}","duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic","request":{"model":"${escapeText(model_version)}"},"usage":{"input_tokens":${token_input},"output_tokens":${token_output}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}","claude":{"event_type":"policy_event","session":{"id":"${escapeText(session_id)}"},"department":"${department_text}","security":{"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) document += `,"clearance":"${user_clearance}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  document += `},"data_classification":"${data_classification}","mcp":{"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) document += `,"outcome":"${mcp_outcome}"`;
  document += `},"policy":{"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) document += `,"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  document += `}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `},"user":{"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) document += `,"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) document += `,"changes":{"roles":["${permission_text}"]}`;
  document += `},"related":{"user":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}],"hash":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}]`;
  if (client_ip !== undefined) document += `,"ip":["${client_ip}"]`;
  document += `}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

function security_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const department = event.department;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const security_event_type = event.security_event_type;
  const severity = event.severity;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const details = event.details;
  const auto_blocked = event.auto_blocked;
  const notified_to = event.notified_to;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const user_id_hash = event.user_id_hash;
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
  const observed_at = hasMore ? event.observed_at : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const mcp_tool = hasMore ? event.mcp_tool : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const mcp_outcome = hasMore ? event.mcp_outcome : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const schema_version = hasMore ? event.schema_version : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const usage_tokens = hasMore ? event.usage_tokens : undefined;
  const baseline_tokens_sum = hasMore ? event.baseline_tokens_sum : undefined;
  const baseline_days = hasMore ? event.baseline_days : undefined;
  const usage_over_baseline = hasMore ? event.usage_over_baseline : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const activity_type = hasMore ? event.activity_type : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const mcp_server = hasMore ? event.mcp_server : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const department_text = escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const approver_id_hash_target_user_id_hash_text = approver_id_hash === undefined && target_user_id_hash === undefined ? "" : collectMore([user_id_hash, approver_id_hash, target_user_id_hash]);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment","department":"${department_text}${fragment2[eventClass]}${event_id}","duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic","request":{"model":"${escapeText(model_version)}"},"usage":{"input_tokens":${token_input},"output_tokens":${token_output}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}","claude":{"event_type":"security_event","session":{"id":"${escapeText(session_id)}"},"department":"${department_text}","security":{"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) document += `,"clearance":"${user_clearance}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  document += `},"data_classification":"${data_classification}","mcp":{"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) document += `,"outcome":"${mcp_outcome}"`;
  document += `},"policy":{"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) document += `,"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  document += `}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `},"user":{"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) document += `,"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) document += `,"changes":{"roles":["${permission_text}"]}`;
  document += `},"related":{"user":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}],"hash":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}]`;
  if (client_ip !== undefined) document += `,"ip":["${client_ip}"]`;
  document += `}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

function activity_event_complete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const department = event.department;
  const mcp_outcome = event.mcp_outcome;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const mcp_tool = event.mcp_tool;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const usage_tokens = event.usage_tokens;
  const baseline_tokens_sum = event.baseline_tokens_sum;
  const baseline_days = event.baseline_days;
  const usage_over_baseline = event.usage_over_baseline;
  const activity_type = event.activity_type;
  const user_id_hash = event.user_id_hash;
  const mcp_server = event.mcp_server;
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
  const observed_at = hasMore ? event.observed_at : undefined;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const decision_reason = hasMore ? event.decision_reason : undefined;
  const security_event_type = hasMore ? event.security_event_type : undefined;
  const severity = hasMore ? event.severity : undefined;
  const user_clearance = hasMore ? event.user_clearance : undefined;
  const details = hasMore ? event.details : undefined;
  const auto_blocked = hasMore ? event.auto_blocked : undefined;
  const notified_to = hasMore ? event.notified_to : undefined;
  const policy_event_type = hasMore ? event.policy_event_type : undefined;
  const use_case_id = hasMore ? event.use_case_id : undefined;
  const approver_id_hash = hasMore ? event.approver_id_hash : undefined;
  const exception_id = hasMore ? event.exception_id : undefined;
  const exception_expires_at = hasMore ? event.exception_expires_at : undefined;
  const schema_version = hasMore ? event.schema_version : undefined;
  const business_unit = hasMore ? event.business_unit : undefined;
  const actor_type = hasMore ? event.actor_type : undefined;
  const token_cache_read = hasMore ? event.token_cache_read : undefined;
  const token_cache_write = hasMore ? event.token_cache_write : undefined;
  const cost_usd = hasMore ? event.cost_usd : undefined;
  const price_ref = hasMore ? event.price_ref : undefined;
  const within_business_hours = hasMore ? event.within_business_hours : undefined;
  const local_time = hasMore ? event.local_time : undefined;
  const permission = hasMore ? event.permission : undefined;
  const permission_before = hasMore ? event.permission_before : undefined;
  const permission_after = hasMore ? event.permission_after : undefined;
  const alert_id = hasMore ? event.alert_id : undefined;
  const alert_state = hasMore ? event.alert_state : undefined;
  const request_id = hasMore ? event.request_id : undefined;
  const source_kind = hasMore ? event.source_kind : undefined;
  const source_record_id = hasMore ? event.source_record_id : undefined;
  const deployment = hasMore ? event.deployment : undefined;
  const labels = hasMore ? event.labels : undefined;
  const target_user_id_hash = hasMore ? event.target_user_id_hash : undefined;
  const client_ip = hasMore ? event.client_ip : undefined;
  const user_agent = hasMore ? event.user_agent : undefined;
  const policy_ref = hasMore ? event.policy_ref : undefined;
  const department_text = escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  const approver_id_hash_target_user_id_hash_text = approver_id_hash === undefined && target_user_id_hash === undefined ? "" : collectMore([user_id_hash, approver_id_hash, target_user_id_hash]);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment","department":"${department_text}${fragment5[eventClass]}`;
  if (when3[eventClass]) document += `,"outcome":${mcp_outcome !== undefined ? `${table4[mcp_outcome]}` : `"unknown"`}`;
  document += `,"dataset":"claude.activity","id":"${event_id}","duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic"`;
  let gen_ai_operation_members = "";
  gen_ai_operation_members += `${fragment6[eventClass]}`;
  if (gen_ai_operation_members !== "") document += `,"operation":{${gen_ai_operation_members}}`;
  document += `,"request":{"model":"${escapeText(model_version)}"},"usage":{"input_tokens":${token_input},"output_tokens":${token_output}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}","claude":{"event_type":"activity_event","session":{"id":"${escapeText(session_id)}"},"department":"${department_text}","security":{"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) document += `,"clearance":"${user_clearance}"`;
  if (details !== undefined) document += `,"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) document += `,"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) document += `,"notified_to":${listText(notified_to)}`;
  document += `},"data_classification":"${data_classification}","mcp":{"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) document += `,"outcome":"${mcp_outcome}"`;
  document += `},"policy":{"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) document += `,"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) document += `,"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) document += `,"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) document += `,"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) document += `,"exception_expires_at":"${exception_expires_at}"`;
  document += `}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `},"user":{"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) document += `,"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) document += `,"changes":{"roles":["${permission_text}"]}`;
  document += `},"related":{"user":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}],"hash":["${user_id_hash}"${approver_id_hash_target_user_id_hash_text}]`;
  if (client_ip !== undefined) document += `,"ip":["${client_ip}"]`;
  document += `}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

function incomplete(event: EventRecord, chain: ChainLink | undefined): string {
  const eventClass = classNumber(event);
  const department = event.department;
  const mcp_outcome = event.mcp_outcome;
  const event_id = event.event_id;
  const duration_ms = event.duration_ms;
  const observed_at = event.observed_at;
  const chain_seq = chain?.chain_seq;
  const chain_hash = chain?.chain_hash;
  const decision_reason = event.decision_reason;
  const security_event_type = event.security_event_type;
  const severity = event.severity;
  const model_version = event.model_version;
  const token_input = event.token_input;
  const token_output = event.token_output;
  const mcp_tool = event.mcp_tool;
  const timestamp = event.timestamp;
  const session_id = event.session_id;
  const security_flags = event.security_flags;
  const user_clearance = event.user_clearance;
  const details = event.details;
  const auto_blocked = event.auto_blocked;
  const notified_to = event.notified_to;
  const data_classification = event.data_classification;
  const mcp_integrations = event.mcp_integrations;
  const policy_flags = event.policy_flags;
  const policy_event_type = event.policy_event_type;
  const use_case_id = event.use_case_id;
  const approver_id_hash = event.approver_id_hash;
  const exception_id = event.exception_id;
  const exception_expires_at = event.exception_expires_at;
  const schema_version = event.schema_version;
  const business_unit = event.business_unit;
  const actor_type = event.actor_type;
  const token_cache_read = event.token_cache_read;
  const token_cache_write = event.token_cache_write;
  const usage_tokens = event.usage_tokens;
  const baseline_tokens_sum = event.baseline_tokens_sum;
  const baseline_days = event.baseline_days;
  const usage_over_baseline = event.usage_over_baseline;
  const cost_usd = event.cost_usd;
  const price_ref = event.price_ref;
  const within_business_hours = event.within_business_hours;
  const local_time = event.local_time;
  const activity_type = event.activity_type;
  const permission = event.permission;
  const permission_before = event.permission_before;
  const permission_after = event.permission_after;
  const alert_id = event.alert_id;
  const alert_state = event.alert_state;
  const request_id = event.request_id;
  const source_kind = event.source_kind;
  const source_record_id = event.source_record_id;
  const deployment = event.deployment;
  const labels = event.labels;
  const user_id_hash = event.user_id_hash;
  const target_user_id_hash = event.target_user_id_hash;
  const client_ip = event.client_ip;
  const user_agent = event.user_agent;
  const mcp_server = event.mcp_server;
  const policy_ref = event.policy_ref;
  const department_text = department === undefined ? "" : escapeText(department);
  const permission_text = permission === undefined ? "" : escapeText(permission);
  let document = "";
  document += `{"ecs":{"version":"9.4.0"},"tags":["claude_deployment"],"labels":{"source":"claude_deployment"`;
  if (department !== undefined) document += `,"department":"${department_text}"`;
  document += `${fragment7[eventClass]}`;
  if (when3[eventClass]) document += `,"outcome":${mcp_outcome !== undefined ? `${table4[mcp_outcome]}` : `"unknown"`}`;
  document += `${fragment8[eventClass]}${event_id}"`;
  if (duration_ms !== undefined) document += `,"duration":${nanosecondsText(duration_ms)}`;
  if (observed_at !== undefined) document += `,"created":"${observed_at}"`;
  if (chain_seq !== undefined) document += `,"sequence":${chain_seq}`;
  if (chain_hash !== undefined) document += `,"hash":"${chain_hash}"`;
  if (chain_hash !== undefined) document += `,"original":"${escapeText(JSON.stringify(event))}"`;
  if (decision_reason !== undefined) document += `,"reason":"${escapeText(decision_reason)}"`;
  if (security_event_type !== undefined) document += `,"code":"${security_event_type}"`;
  document += `,"severity":${severity !== undefined ? `${table1[severity]}` : `0`}`;
  if (severity !== undefined) document += `,"risk_score":${table1[severity]}`;
  document += `},"gen_ai":{"system":"anthropic"`;
  let gen_ai_operation_members = "";
  gen_ai_operation_members += `${fragment6[eventClass]}`;
  if (gen_ai_operation_members !== "") document += `,"operation":{${gen_ai_operation_members}}`;
  if (model_version !== undefined) document += `,"request":{"model":"${escapeText(model_version)}"}`;
  let gen_ai_usage_members = "";
  if (token_input !== undefined) gen_ai_usage_members += `"input_tokens":${token_input}`;
  if (token_output !== undefined) gen_ai_usage_members += `${gen_ai_usage_members === "" ? "" : ","}"output_tokens":${token_output}`;
  if (gen_ai_usage_members !== "") document += `,"usage":{${gen_ai_usage_members}}`;
  if (mcp_tool !== undefined) document += `,"tool":{"name":"${escapeText(mcp_tool)}"}`;
  document += `},"@timestamp":"${timestamp}${fragment9[eventClass]}`;
  if (session_id !== undefined) document += `,"session":{"id":"${escapeText(session_id)}"}`;
  if (department !== undefined) document += `,"department":"${department_text}"`;
  let claude_security_members = "";
  if (security_flags !== undefined) claude_security_members += `"flags":${listText(security_flags)}`;
  if (user_clearance !== undefined) claude_security_members += `${claude_security_members === "" ? "" : ","}"clearance":"${user_clearance}"`;
  if (details !== undefined) claude_security_members += `${claude_security_members === "" ? "" : ","}"details":${JSON.stringify(flatKeys(details))}`;
  if (auto_blocked !== undefined) claude_security_members += `${claude_security_members === "" ? "" : ","}"auto_blocked":${auto_blocked}`;
  if (notified_to !== undefined) claude_security_members += `${claude_security_members === "" ? "" : ","}"notified_to":${listText(notified_to)}`;
  if (claude_security_members !== "") document += `,"security":{${claude_security_members}}`;
  if (data_classification !== undefined) document += `,"data_classification":"${data_classification}"`;
  let claude_mcp_members = "";
  if (mcp_integrations !== undefined) claude_mcp_members += `"integrations":${listText(mcp_integrations)}`;
  if (mcp_outcome !== undefined) claude_mcp_members += `${claude_mcp_members === "" ? "" : ","}"outcome":"${mcp_outcome}"`;
  if (claude_mcp_members !== "") document += `,"mcp":{${claude_mcp_members}}`;
  let claude_policy_members = "";
  if (policy_flags !== undefined) claude_policy_members += `"flags":${listText(policy_flags)}`;
  if (policy_event_type !== undefined) claude_policy_members += `${claude_policy_members === "" ? "" : ","}"event_type":"${policy_event_type}"`;
  if (use_case_id !== undefined) claude_policy_members += `${claude_policy_members === "" ? "" : ","}"use_case_id":"${escapeText(use_case_id)}"`;
  if (approver_id_hash !== undefined) claude_policy_members += `${claude_policy_members === "" ? "" : ","}"approver_hash":"${approver_id_hash}"`;
  if (exception_id !== undefined) claude_policy_members += `${claude_policy_members === "" ? "" : ","}"exception_id":"${escapeText(exception_id)}"`;
  if (exception_expires_at !== undefined) claude_policy_members += `${claude_policy_members === "" ? "" : ","}"exception_expires_at":"${exception_expires_at}"`;
  if (claude_policy_members !== "") document += `,"policy":{${claude_policy_members}}`;
  if (schema_version !== undefined) document += `,"schema_version":"${escapeText(schema_version)}"`;
  if (business_unit !== undefined) document += `,"business_unit":"${escapeText(business_unit)}"`;
  if (actor_type !== undefined) document += `,"actor":{"type":"${escapeText(actor_type)}"}`;
  let claude_usage_members = "";
  if (token_cache_read !== undefined) claude_usage_members += `"cache_read_tokens":${token_cache_read}`;
  if (token_cache_write !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"cache_write_tokens":${token_cache_write}`;
  if (usage_tokens !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"tokens":${usage_tokens}`;
  if (baseline_tokens_sum !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_tokens_sum":${baseline_tokens_sum}`;
  if (baseline_days !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"baseline_days":${baseline_days}`;
  if (usage_over_baseline !== undefined) claude_usage_members += `${claude_usage_members === "" ? "" : ","}"over_baseline":${usage_over_baseline}`;
  if (claude_usage_members !== "") document += `,"usage":{${claude_usage_members}}`;
  let claude_cost_members = "";
  if (cost_usd !== undefined) claude_cost_members += `"usd":${cost_usd}`;
  if (price_ref !== undefined) claude_cost_members += `${claude_cost_members === "" ? "" : ","}"price_ref":"${escapeText(price_ref)}"`;
  if (claude_cost_members !== "") document += `,"cost":{${claude_cost_members}}`;
  if (within_business_hours !== undefined) document += `,"within_business_hours":${within_business_hours}`;
  if (local_time !== undefined) document += `,"local_time":"${local_time}"`;
  if (activity_type !== undefined) document += `,"activity":{"type":"${activity_type}"}`;
  let claude_permission_members = "";
  if (permission !== undefined) claude_permission_members += `"name":"${permission_text}"`;
  if (permission_before !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"before":"${escapeText(permission_before)}"`;
  if (permission_after !== undefined) claude_permission_members += `${claude_permission_members === "" ? "" : ","}"after":"${escapeText(permission_after)}"`;
  if (claude_permission_members !== "") document += `,"permission":{${claude_permission_members}}`;
  let claude_alert_members = "";
  if (alert_id !== undefined) claude_alert_members += `"id":"${escapeText(alert_id)}"`;
  if (alert_state !== undefined) claude_alert_members += `${claude_alert_members === "" ? "" : ","}"state":"${alert_state}"`;
  if (claude_alert_members !== "") document += `,"alert":{${claude_alert_members}}`;
  if (severity !== undefined) document += `,"severity":"${severity}"`;
  if (request_id !== undefined) document += `,"request":{"id":"${escapeText(request_id)}"}`;
  let claude_source_members = "";
  if (source_kind !== undefined) claude_source_members += `"kind":"${escapeText(source_kind)}"`;
  if (source_record_id !== undefined) claude_source_members += `${claude_source_members === "" ? "" : ","}"record_id":"${escapeText(source_record_id)}"`;
  if (claude_source_members !== "") document += `,"source":{${claude_source_members}}`;
  if (deployment !== undefined) document += `,"deployment":"${escapeText(deployment)}"`;
  if (labels !== undefined) document += `,"labels":${JSON.stringify(flatKeys(labels))}`;
  document += `}`;
  let user_members = "";
  if (user_id_hash !== undefined) user_members += `"hash":"${user_id_hash}"`;
  if (target_user_id_hash !== undefined) user_members += `${user_members === "" ? "" : ","}"target":{"hash":"${target_user_id_hash}"}`;
  if (permission !== undefined) user_members += `${user_members === "" ? "" : ","}"changes":{"roles":["${permission_text}"]}`;
  if (user_members !== "") document += `,"user":{${user_members}}`;
  let related_members = "";
  if ((user_id_hash !== undefined || approver_id_hash !== undefined || target_user_id_hash !== undefined)) related_members += `"user":${collectText([user_id_hash, approver_id_hash, target_user_id_hash])}`;
  if ((user_id_hash !== undefined || approver_id_hash !== undefined || target_user_id_hash !== undefined)) related_members += `${related_members === "" ? "" : ","}"hash":${collectText([user_id_hash, approver_id_hash, target_user_id_hash])}`;
  if (client_ip !== undefined) related_members += `${related_members === "" ? "" : ","}"ip":["${client_ip}"]`;
  if (related_members !== "") document += `,"related":{${related_members}}`;
  if (client_ip !== undefined) document += `,"source":{"ip":"${client_ip}"}`;
  if (user_agent !== undefined) document += `,"user_agent":{"original":"${escapeText(user_agent)}"}`;
  let service_members = "";
  let service_target_members = "";
  if (mcp_server !== undefined) service_target_members += `"name":"${escapeText(mcp_server)}"`;
  if (mcp_server !== undefined) service_target_members += `${service_target_members === "" ? "" : ","}"type":"mcp"`;
  if (service_target_members !== "") service_members += `"target":{${service_target_members}}`;
  if (service_members !== "") document += `,"service":{${service_members}}`;
  let rule_members = "";
  if (policy_ref !== undefined) rule_members += `"id":"${escapeText(policy_ref)}"`;
  if (security_event_type !== undefined) rule_members += `${rule_members === "" ? "" : ","}"category":"${security_event_type}"`;
  if (rule_members !== "") document += `,"rule":{${rule_members}}`;
  if (details !== undefined) document += `,"message":"${escapeText(summaryOf(details))}"`;
  document += `}`;
  return document;
}

/** The ecs document of a valid event, as JSON text. */
export function serializeEcs(event: EventRecord, chain?: ChainLink): string {
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
