/** Single events as a table. */
import { html, type Markup } from "../../dashboard/html/markup.ts";
import type { Row } from "../../engine/store.ts";
import type { EventField } from "../../event/event.ts";
import { drawField, fieldText, fieldTitle, type SubjectLink } from "./field.ts";

/** What a list of events reads: facts about events, and nothing that anybody wrote. */
export const listedFields: readonly EventField[] = [
  "timestamp",
  "event_type",
  "activity_type",
  "policy_event_type",
  "security_event_type",
  "severity",
  "auto_blocked",
  "user_id_hash",
  "session_id",
  "department",
  "data_classification",
  "user_clearance",
  "mcp_server",
  "mcp_tool",
  "mcp_outcome",
  "mcp_integrations",
  "model_version",
  "token_input",
  "token_output",
  "cost_usd",
  "policy_flags",
  "security_flags",
  "policy_ref",
  "alert_id",
  "alert_state",
  "within_business_hours",
  "source_kind",
  "deployment",
];

const SUBTYPES: readonly EventField[] = [
  "activity_type",
  "policy_event_type",
  "security_event_type",
];
/** These have columns of their own. */
const COLUMNS: readonly EventField[] = [
  ...["timestamp", "event_type", "user_id_hash", "session_id", "data_classification"],
  ...SUBTYPES,
] as readonly EventField[];

function subtypeOf(row: Row): string {
  const field = SUBTYPES.find((one) => row[one] !== null && row[one] !== undefined);
  return field === undefined ? "" : fieldText(field, row[field]);
}

function drawRest(row: Row): Markup {
  const facts = listedFields
    .filter((field) => !COLUMNS.includes(field))
    .map((field) => [fieldTitle(field), fieldText(field, row[field])] as const)
    // No tokens and no cost is what most events have.
    .filter(([, text]) => text !== "" && text !== "0");
  return html`${facts.map(([title, text]) => html`<span class="fact">${title} <b>${text}</b></span> `)}`;
}

function drawScroll(label: string, table: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** Events with everything that the pages show of one. */
export function drawEvents(rows: readonly Row[], label: string, linkOf: SubjectLink): Markup {
  if (rows.length === 0) return html`<p class="empty">No events.</p>`;
  const lines = rows.map(
    (row) =>
      html`<tr><td class="time">${fieldText("timestamp", row["timestamp"])}</td><td>${fieldText("event_type", row["event_type"])}<small>${subtypeOf(row)}</small></td><td>${drawField("user_id_hash", row["user_id_hash"], linkOf)}</td><td>${drawField("session_id", row["session_id"], linkOf)}</td><td>${fieldText("data_classification", row["data_classification"])}</td><td class="long">${drawRest(row)}<small><code>${fieldText("event_id", row["event_id"])}</code></small></td></tr>`,
  );
  const head = ["time (UTC)", "event", "user", "session", "data", "facts"].map(
    (title) => html`<th scope="col">${title}</th>`,
  );
  return drawScroll(
    label,
    html`<table class="wide stack"><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table>`,
  );
}

/** Events with the columns that a panel names. */
export function drawColumns(
  rows: readonly Row[],
  columns: readonly EventField[],
  label: string,
  linkOf: SubjectLink,
): Markup {
  if (rows.length === 0) return html`<p class="empty">No events.</p>`;
  const used = columns.filter((field) => rows.some((row) => fieldText(field, row[field]) !== ""));
  const head = used.map((field) => html`<th scope="col">${fieldTitle(field)}</th>`);
  const lines = rows.map((row) => {
    const cells = used.map((field) =>
      field === "timestamp"
        ? html`<td class="time">${fieldText(field, row[field])}</td>`
        : html`<td>${drawField(field, row[field], linkOf)}</td>`,
    );
    return html`<tr>${cells}</tr>`;
  });
  return drawScroll(
    label,
    html`<table class="wide"><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table>`,
  );
}
