/**
 * What a reader chose, as the fragment of the page's address: a view can be linked, and the browser's
 * back button leads to the one before.
 */
import { formatDuration, parseDuration } from "../../yaml/reader.ts";
import type { RowKeys } from "../row-predicate.ts";
import type { Choice, Views } from "./views.ts";

/** Rows of a panel that somebody wants to look behind. */
export interface Selection {
  readonly panel: string;
  readonly keys: RowKeys;
}

export interface PageState {
  readonly choice: Choice;
  readonly selection?: Selection;
}

const ANY = "*";

/** The fragment without its `#`; empty for the page as it opens. */
export function renderFragment(
  { ranges, fields }: Pick<Views, "ranges" | "fields">,
  { choice, selection }: PageState,
): string {
  const words = new URLSearchParams();
  const range = ranges[choice.range];
  if (choice.range > 0 && range !== undefined) words.set("range", formatDuration(range));
  for (const [index, { field, values }] of fields.entries()) {
    const value = values[(choice.combination[index] ?? 0) - 1];
    if (value !== undefined) words.set(field, value);
  }
  if (selection !== undefined) {
    words.set("row", selection.panel);
    // A leading point tells the key of a row, which may be any text, from one that stands for all.
    for (const key of selection.keys) words.append("key", key === undefined ? ANY : `.${key}`);
  }
  return words.toString();
}

/** Reads a fragment that anybody may have written: what is unknown to the page is not chosen. */
export function parseFragment(
  { ranges, fields }: Pick<Views, "ranges" | "fields">,
  fragment: string,
): PageState {
  const words = new URLSearchParams(fragment.replace(/^#/, ""));
  const range = ranges.indexOf(parseDuration(words.get("range") ?? "") ?? 0);
  const combination = fields.map(({ field, values }) => {
    const value = words.get(field);
    return value === null ? 0 : values.indexOf(value) + 1;
  });
  const panel = words.get("row");
  const keys = words.getAll("key").map((key) => (key === ANY ? undefined : key.slice(1)));
  return {
    choice: { range: Math.max(0, range), combination },
    ...(panel !== null && { selection: { panel, keys } }),
  };
}
