/** The inputs at the top of a dashboard and the searches that fill them. */
import { splLexicon } from "../../dialect/spl/lexicon.ts";
import { join, raw, renderText, text } from "../../dialect/text.ts";
import type { EventField } from "../../event/event.ts";
import { formatDuration } from "../../yaml/reader.ts";
import { dimensionTitle } from "../html/format.ts";
import type { Dashboard } from "../ir.ts";
import { eventsWithin, keyOf } from "../query/spl.ts";
import type { LayoutForm } from "./layout.ts";
import { ANY, filterToken, subjectToken } from "./narrow.ts";
import { searchText } from "./token.ts";
import type { JsonObject } from "./visualization.ts";

/** One entry of `inputs`. */
export interface Input {
  readonly type: "input.timerange" | "input.multiselect" | "input.text";
  readonly title: string;
  readonly options: JsonObject;
  readonly dataSources?: Readonly<Record<string, string>>;
  readonly context?: JsonObject;
}

/** A menu takes at most 1,000 options (Dashboard Studio manual, "Multiselect"); one of them is "All". */
const OPTIONS_MAX = 999;

export function inputId(name: string): string {
  return `input_${name}`;
}

/** Id of the search that fills a filter's menu. */
export function choicesId(field: EventField): string {
  return `ds_${filterToken(field)}`;
}

/**
 * The groups of a field, greatest first. A group with a control character or a backtick is left out:
 * a backtick in a token would start a macro.
 */
export function choicesSearch(field: EventField): string {
  const steps = [
    ...eventsWithin({ narrowing: [], end: "search" }),
    text`eval choice=${keyOf({ kind: "field", field })}`,
    raw("stats count by choice"),
    raw('where NOT match(choice, "[\\\\x00-\\\\x1f\\\\x60\\\\x7f]")'),
    raw(`sort ${OPTIONS_MAX} -count choice`),
    raw("table choice"),
  ];
  return searchText(renderText(join(steps, "\n| "), splLexicon));
}

function timeInput({ rangeMs }: Dashboard): Input {
  return {
    type: "input.timerange",
    title: "Time",
    options: { token: "global_time", defaultValue: `-${formatDuration(rangeMs)},now` },
  };
}

/**
 * A menu of values with "All" before them. How a search's column becomes a menu, and the constant rows
 * before it, is written as Dashboard Studio's own editor writes it (Input configuration options).
 */
function filterInput(field: EventField, form: LayoutForm): Input {
  const column = (name: string): string =>
    `> primary | seriesByName("choice") | renameSeries("${name}") | formatByType(asText)`;
  return {
    type: "input.multiselect",
    title: dimensionTitle({ kind: "field", field }),
    dataSources: { primary: choicesId(field) },
    options: {
      token: filterToken(field),
      items: "> frame(label, value) | prepend(formattedStatics) | objects()",
      defaultValue: ANY,
      // Older versions do not know the option; "All" has to be taken out by hand there.
      ...(form === "tabs" && { clearDefaultOnSelection: true }),
    },
    context: {
      asText: { number: { prefix: "" } },
      formattedStatics: "> statics | formatByType(asText)",
      statics: [["All"], [ANY]],
      label: column("label"),
      value: column("value"),
    },
  };
}

function subjectInput(field: EventField): Input {
  return {
    type: "input.text",
    title: `${dimensionTitle({ kind: "field", field })} (${ANY} for any)`,
    options: { token: subjectToken(field), defaultValue: ANY },
  };
}

/** Every input by its id, in the order of the page. */
export function inputsOf(dashboard: Dashboard, form: LayoutForm): Readonly<Record<string, Input>> {
  const { filters, subject } = dashboard;
  return Object.fromEntries([
    [inputId("time"), timeInput(dashboard)],
    ...subject.map((field) => [inputId(subjectToken(field)), subjectInput(field)] as const),
    ...filters.map((field) => [inputId(filterToken(field)), filterInput(field, form)] as const),
  ]);
}
