/** A panel that lists single events, as a table. */
import type { EventField } from "../../event/event.ts";
import type { EventsPanel } from "../ir.ts";
import { fieldTitle, formatCount } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";

/** Values by field, as a query of the panel's columns gives them; null where an event has none. */
export type ListedEvent = Readonly<Partial<Record<EventField, unknown>>>;

/** Of a pseudonym, enough to tell people of one incident apart. */
const PSEUDONYM_DIGITS = 12;

function formatField(field: EventField, value: unknown): string {
  if (field.endsWith("_hash") && typeof value === "string" && value.length > PSEUDONYM_DIGITS)
    return `${value.slice(0, PSEUDONYM_DIGITS)}…`;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * The events, and whether the list may go on. Columns that no event fills are left out.
 *
 * @param events Absent where nobody said whom the panel is about.
 */
export function drawEvents(
  { title, query, narrowedBy }: EventsPanel,
  events: readonly ListedEvent[] | undefined,
): Markup {
  if (events === undefined)
    return html`<p class="empty">Needs a value of ${narrowedBy.map(fieldTitle).join(" or ")}.</p>`;
  if (events.length === 0) return html`<p class="empty">No events.</p>`;
  const columns = query.columns.filter((field) =>
    events.some((event) => formatField(field, event[field]) !== ""),
  );
  const head = columns.map((field) => html`<th scope="col">${fieldTitle(field)}</th>`);
  const body = events.map((event) => {
    const cells = columns.map((field) => html`<td>${formatField(field, event[field])}</td>`);
    return html`<tr>${cells}</tr>`;
  });
  const order = query.order === "newest" ? "newest" : "first";
  const end =
    events.length < query.limit
      ? NOTHING
      : html`<p class="note">The ${order} ${formatCount(query.limit)}; there may be more.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}, table"><table class="events"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${end}`;
}
