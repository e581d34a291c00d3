/** Fields of events as the pages show them: pseudonyms cut short, content and free text never. */
import { html, type Markup } from "../../dashboard/html/markup.ts";

/** Digits of a pseudonym that tell users apart on a page, and tell nobody who they are. */
export const PSEUDONYM_DIGITS = 12;

const PSEUDONYMS: readonly string[] = ["user_id_hash", "approver_id_hash", "target_user_id_hash"];

/** Written by people or programs: may hold what was said to Claude. */
const WITHHELD: readonly string[] = [
  "details",
  "labels",
  "decision_reason",
  "permission_before",
  "permission_after",
  "user_agent",
];

export function shortPseudonym(value: string): string {
  return value.slice(0, PSEUDONYM_DIGITS);
}

/** The value as text; empty where the event has none. */
export function fieldText(field: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (WITHHELD.includes(field)) return "not shown";
  if (Array.isArray(value)) return value.map(String).join(", ");
  const text = String(value);
  if (PSEUDONYMS.includes(field)) return shortPseudonym(text);
  if (field === "timestamp") return `${text.slice(0, 19).replace("T", " ")}Z`;
  return field.endsWith("_type") ? text.replaceAll("_", " ") : text;
}

/** Heading of a column. */
export function fieldTitle(field: string): string {
  if (field === "user_id_hash") return "user";
  return field
    .replaceAll("_", " ")
    .replace(/^mcp /, "MCP ")
    .replace(/ hash$/, "");
}

/** Where a session or user is looked at as a whole. */
export type SubjectLink = (field: string, value: string) => string | undefined;

/** The value, with a link where there is a page about it. */
export function drawField(field: string, value: unknown, linkOf: SubjectLink): Markup {
  const shown = fieldText(field, value);
  const address = shown === "" ? undefined : linkOf(field, shown);
  const text =
    ["session_id", "event_id"].includes(field) || PSEUDONYMS.includes(field)
      ? html`<code>${shown}</code>`
      : html`${shown}`;
  return address === undefined ? text : html`<a class="to" href="${address}">${text}</a>`;
}
