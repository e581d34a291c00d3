/**
 * The calls of the logging library, one for each kind of event. What becomes of an event is the
 * caller's: the same calls write and wait for the disk, or queue and never fail.
 */
import type { PolicyEventType, SecurityEventType } from "../event/event.ts";
import {
  type ApprovalFields,
  type AuditContext,
  type AuthenticationFields,
  type ExceptionFields,
  eventOf,
  type McpQueryFields,
  type ModelRequestFields,
  type Occurrence,
  type OwnFields,
  type PermissionFields,
  type SecurityFields,
  type ToolUseFields,
  timeText,
  type Writing,
  whereGiven,
} from "./field.ts";

/** Approvals, exceptions and permissions: the trail that governance needs. */
export interface PolicyCalls<Answer> {
  readonly requested: (fields: ApprovalFields) => Answer;
  readonly granted: (fields: ApprovalFields) => Answer;
  readonly denied: (fields: ApprovalFields) => Answer;
  readonly exceptionRequested: (fields: ExceptionFields) => Answer;
  readonly exceptionGranted: (fields: ExceptionFields) => Answer;
  readonly permissionChanged: (fields: PermissionFields) => Answer;
}

/** One call for each type of security event. */
export interface SecurityCalls<Answer> {
  readonly restrictedDataAccess: (fields: SecurityFields) => Answer;
  readonly promptInjectionAttempt: (fields: SecurityFields) => Answer;
  readonly anomalousMcpVolume: (fields: SecurityFields) => Answer;
  readonly mcpAuthFailure: (fields: SecurityFields) => Answer;
  readonly systemPromptLeakage: (fields: SecurityFields) => Answer;
  readonly crossUserDataExtraction: (fields: SecurityFields) => Answer;
}

export interface ActivityCalls<Answer> {
  readonly modelRequest: (fields: ModelRequestFields) => Answer;
  readonly mcpQuery: (fields: McpQueryFields) => Answer;
  readonly toolUse: (fields: ToolUseFields) => Answer;
  readonly authentication: (fields: AuthenticationFields) => Answer;
}

/** All calls but those about sessions. */
export interface AuditCalls<Answer> {
  readonly policy: PolicyCalls<Answer>;
  readonly security: SecurityCalls<Answer>;
  readonly activity: ActivityCalls<Answer>;
  /** Any other event, with names and values as the vocabulary has them. */
  readonly event: (fields: OwnFields, occurrence?: Occurrence) => Answer;
}

/** What an event becomes. It is built inside, so that a call that never fails can catch its building. */
export type Write<Answer> = (build: () => Readonly<Record<string, unknown>>) => Answer;

/** The calls over one way of writing and one context. */
export function makeCalls<Answer>(
  write: Write<Answer>,
  context: () => AuditContext,
  writing: Writing,
): AuditCalls<Answer> {
  const event = (own: OwnFields, occurrence: Occurrence = {}): Answer =>
    write(() => eventOf(own, occurrence, context(), writing));
  return {
    policy: policyCalls(write, context, writing),
    security: securityCalls(event),
    activity: activityCalls(event),
    event,
  };
}

/** What any call about policy may say. */
type PolicyFields = ApprovalFields & {
  readonly [Field in Exclude<
    keyof ExceptionFields | keyof PermissionFields,
    keyof ApprovalFields
  >]?: (ExceptionFields & PermissionFields)[Field] | undefined;
};

function policyCalls<Answer>(
  write: Write<Answer>,
  context: () => AuditContext,
  writing: Writing,
): PolicyCalls<Answer> {
  const { pseudonymise } = writing;
  const call =
    (policy_event_type: PolicyEventType) =>
    (fields: PolicyFields): Answer =>
      write(() => {
        const { use_case_id, approver, decision_reason, policy_ref, permission, ...others } =
          fields;
        const { exception_id, exception_expires_at, target_user, ...more } = others;
        const { permission_before, permission_after, ...occurrence } = more;
        const own: OwnFields = {
          event_type: "policy_event",
          policy_event_type,
          use_case_id,
          approver_id_hash: whereGiven(approver, pseudonymise),
          decision_reason,
          policy_ref,
          exception_id,
          exception_expires_at: whereGiven(exception_expires_at, timeText),
          permission,
          permission_before,
          permission_after,
          target_user_id_hash: whereGiven(target_user, pseudonymise),
        };
        return eventOf(own, occurrence, context(), writing);
      });
  return {
    requested: call("approval_requested"),
    granted: call("approval_granted"),
    denied: call("approval_denied"),
    exceptionRequested: call("exception_requested"),
    exceptionGranted: call("exception_granted"),
    permissionChanged: call("permission_changed"),
  };
}

function securityCalls<Answer>(event: AuditCalls<Answer>["event"]): SecurityCalls<Answer> {
  const call =
    (security_event_type: SecurityEventType) =>
    ({ severity, details, auto_blocked, notified_to, ...occurrence }: SecurityFields): Answer =>
      event(
        {
          event_type: "security_event",
          security_event_type,
          severity,
          details,
          auto_blocked,
          notified_to,
        },
        occurrence,
      );
  return {
    restrictedDataAccess: call("restricted_data_access"),
    promptInjectionAttempt: call("prompt_injection_attempt"),
    anomalousMcpVolume: call("anomalous_mcp_volume"),
    mcpAuthFailure: call("mcp_auth_failure"),
    systemPromptLeakage: call("system_prompt_leakage"),
    crossUserDataExtraction: call("cross_user_data_extraction"),
  };
}

function activityCalls<Answer>(event: AuditCalls<Answer>["event"]): ActivityCalls<Answer> {
  const activity = { event_type: "activity_event" } as const;
  return {
    modelRequest: ({ outcome, ...fields }) => {
      const { token_input, token_output, token_cache_read, token_cache_write, ...others } = fields;
      const { cost_usd, price_ref, ...occurrence } = others;
      const tokens = { token_input, token_output, token_cache_read, token_cache_write };
      const cost = { cost_usd, price_ref, mcp_outcome: outcome };
      return event({ ...activity, activity_type: "model_request", ...tokens, ...cost }, occurrence);
    },
    mcpQuery: ({ mcp_server, mcp_tool, outcome = "unknown", ...occurrence }) => {
      const query = { mcp_server, mcp_tool, mcp_outcome: outcome };
      return event({ ...activity, activity_type: "mcp_query", ...query }, occurrence);
    },
    toolUse: ({ tool, outcome = "unknown", ...occurrence }) => {
      const use = { mcp_outcome: outcome, labels: { tool_name: tool } };
      return event({ ...activity, activity_type: "tool_use", ...use }, occurrence);
    },
    authentication: ({ outcome, ...occurrence }) =>
      event({ ...activity, activity_type: "authentication", mcp_outcome: outcome }, occurrence),
  };
}
