/** Panels of the connector's own state, where it is not the connector that draws them. */
import type { Fidelity } from "../rule/ir.ts";
import type { StatusSubject } from "./ir.ts";

/** The metrics of the connector's /metrics that say what a panel says, by what the panel is of. */
export const statusMetrics: Readonly<Record<StatusSubject, readonly string[]>> = {
  sources: [
    "claude_siem_source_up",
    "claude_siem_source_accepted_total",
    "claude_siem_source_rejected_total",
    "claude_siem_source_last_record_timestamp_seconds",
  ],
  sinks: [
    "claude_siem_sink_state",
    "claude_siem_sink_lag_seconds",
    "claude_siem_sink_delivered_total",
    "claude_siem_sink_dead_letters_total",
  ],
  journal: [
    "claude_siem_journal_sequence",
    "claude_siem_journal_blocked",
    "claude_siem_disk_free_bytes",
  ],
  context: ["claude_siem_table_loaded_timestamp_seconds", "claude_siem_table_problem"],
};

/** Nothing can ask a SIEM for it. */
export const STATUS_FIDELITY: Fidelity = {
  level: "refused",
  reason: "No event carries the state of the connector",
  remedy: "Open the connector's own page, or let your monitoring read its /metrics.",
};

/** What stands in the panel's place where only events are: plain text, names of metrics bare. */
export function statusText(of: StatusSubject): string {
  return `No event carries the state of the connector. Its own page shows it, and its /metrics have ${statusMetrics[of].join(", ")}.`;
}
