/** What a reader chooses with, and what is said of the choice. */
import { formatDuration } from "../../yaml/reader.ts";
import { SMALL_CELL_USERS } from "../ir.ts";
import { fieldTitle, formatLength, formatName } from "./format.ts";
import { html, type Markup, NOTHING } from "./markup.ts";
import type { Choice, View, Views } from "./views.ts";

function drawSelect(name: string, label: string, options: readonly Markup[]): Markup {
  const id = `choose-${name}`;
  return html`<span class="choice"><label for="${id}">${label}</label><select id="${id}" name="${name}">${options}</select></span>`;
}

/** Selects for the time and every field. Hidden until a script makes them work. */
export function drawControls({
  ranges,
  fields,
  leftOut,
}: Pick<Views, "ranges" | "fields" | "leftOut">): Markup {
  const times = ranges.map(
    (ms) => html`<option value="${formatDuration(ms)}">last ${formatLength(ms)}</option>`,
  );
  const selects = fields.map(({ field, values }) => {
    const options = values.map(
      (value) => html`<option value="${value}">${formatName(value)}</option>`,
    );
    return drawSelect(field, fieldTitle(field), [html`<option value="">all</option>`, ...options]);
  });
  if (ranges.length < 2 && fields.length === 0) return NOTHING;
  const time = ranges.length < 2 ? NOTHING : drawSelect("range", "time", times);
  const notes = leftOut.map((note) => html`<p class="facts">${note}</p>`);
  return html`<form class="controls" id="controls" hidden>${time}${selects}<button type="reset">Show all</button></form><p class="said" id="said" role="status"></p>${notes}`;
}

/** What the page shows now, in words: for those who do not see it change. */
export function sayChoice(views: Views, { range, combination }: Choice, view: View): string {
  const chosen = views.fields.flatMap(({ field, values }, index) => {
    const value = values[(combination[index] ?? 0) - 1];
    return value === undefined ? [] : [`${fieldTitle(field)} ${formatName(value)}`];
  });
  const length = formatLength(views.ranges[range] ?? 0);
  const what = [...chosen, `last ${length}`].join(", ");
  switch (view.kind) {
    case "rows":
      return `Shown: ${chosen.length === 0 ? "everything, " : ""}${what}.`;
    case "withheld":
      return `Withheld: fewer than ${SMALL_CELL_USERS} users are behind ${what}.`;
    case "nothing":
      return `No events: ${what}.`;
  }
}
