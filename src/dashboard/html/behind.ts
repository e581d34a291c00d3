/** The way from a row of a page to its events: an expression, and a command that prints them. */
import { formatTime } from "../../event/time.ts";
import type { Predicate } from "../../rule/ir.ts";
import { renderPredicate } from "../../rule/render-predicate.ts";
import type { ChartPanel } from "../ir.ts";
import { groupPredicate, type RowEvents, type RowKeys, rowEvents } from "../row-predicate.ts";
import type { Choice, Views } from "./views.ts";

/** What a choice narrows every panel to, beside its time. */
export function chosenPredicates(
  { fields, where }: Pick<Views, "fields" | "where">,
  { combination }: Choice,
): readonly Predicate[] {
  const chosen = fields.flatMap(({ field, values }, index) => {
    const value = values[(combination[index] ?? 0) - 1];
    return value === undefined ? [] : groupPredicate(field, value);
  });
  return where === undefined ? chosen : [where, ...chosen];
}

/** A text as one word of a POSIX shell. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that prints the events. */
export function renderCommand(
  command: string,
  { where, fromMs, toMs, hourOfDay }: RowEvents,
): string {
  const words = [
    ...(where.kind === "always" ? [] : ["--where", quoteWord(renderPredicate(where))]),
    ...["--since", formatTime(fromMs), "--until", formatTime(toMs)],
    ...(hourOfDay === undefined ? [] : ["--hour", String(hourOfDay)]),
  ];
  return `${command} ${words.join(" ")}`;
}

/** The command for the rows with these keys. */
export function commandBehind(
  views: Pick<Views, "fields" | "where" | "command" | "ranges" | "toMs">,
  choice: Choice,
  { query }: ChartPanel,
  keys: RowKeys,
): string {
  const { toMs } = views;
  const range = { fromMs: toMs - (views.ranges[choice.range] ?? 0), toMs };
  const events = rowEvents(query, keys, range, chosenPredicates(views, choice));
  return renderCommand(views.command, events);
}
