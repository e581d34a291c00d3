/**
 * Attributes that become labels of an event: facts about a record, never content. Prompts, responses,
 * tool input and parameters, bodies, error texts, e-mail addresses and paths are not listed, so they are
 * never copied, whatever a client's switches make it send.
 */
import { cut, type RecordReader } from "./reader.ts";

const LENGTH_MAX = 1024;
const NAME_LENGTH_MAX = 256;

const attributes: ReadonlySet<string> = new Set([
  "action",
  "agent.name",
  "app.entrypoint",
  "app.version",
  "attempt",
  "auth_method",
  "body_length",
  "body_truncated",
  "category",
  "claude.deployment_mode",
  "command_name",
  "command_source",
  "decision_source",
  "decision_type",
  "effort",
  "enabled_via",
  "error_category",
  "error_code",
  "error_count",
  "error_name",
  "error_type",
  "files_past_cutoff",
  "has_hooks",
  "has_mcp",
  "hook_event",
  "hook_name",
  "hook_source",
  "hook_type",
  "identity.source",
  "invocation_trigger",
  "is_plugin",
  "managed_only",
  "marketplace.is_official",
  "marketplace.name",
  "mcp_server_scope",
  "mention_type",
  "num_blocking",
  "num_cancelled",
  "num_hooks",
  "num_non_blocking_error",
  "num_success",
  "organization.id",
  "period_days",
  "plugin.name",
  "plugin.scope",
  "plugin.version",
  "plugin_id_hash",
  "post_tokens",
  "pre_tokens",
  "prompt.id",
  "prompt_length",
  "query_source",
  "response_length",
  "result",
  "server_scope",
  "service.name",
  "service.version",
  "skill.name",
  "skill.source",
  "skip_reason",
  "speed",
  "status",
  "status_code",
  "survey_type",
  "team.id",
  "terminal.type",
  "tool_input_size_bytes",
  "tool_name",
  "tool_result_size_bytes",
  "tool_source",
  "tool_use_id",
  "total_attempts",
  "transcripts_deleted",
  "transport_type",
  "trigger",
]);

export function labelsOf(reader: RecordReader, name: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = { event_name: cut(name, NAME_LENGTH_MAX) };
  for (const attribute of reader.names()) {
    if (!attributes.has(attribute)) continue;
    const value = reader.text(attribute);
    if (value !== undefined) labels[attribute] = cut(value, LENGTH_MAX);
  }
  return labels;
}
