/**
 * The commented file that `init` writes: every key of the chosen kinds with what it is for. A line
 * `#key: value` is a setting with its default; taking the `#` away makes it count. Lines that begin
 * with `# ` are words.
 */
import type { Option } from "../../config/option.ts";
import { isAbsentByDefault, isRequired, type OptionRows } from "../../config/section.ts";
import { connectorTable, type Kinds, sinkSettings } from "../../connector/config-table.ts";
import type { KindEntry } from "../../connector/kind.ts";
import { itemRows } from "../../connector/kind-list.ts";
import { wrap } from "../usage.ts";

/** Settings that are written as they count, as YAML by key; a map inside stands for a section. */
export interface TemplateValues {
  readonly [key: string]: string | TemplateValues;
}

/** One source or sink of the file. */
export interface TemplateItem {
  readonly kind: string;
  readonly values: TemplateValues;
}

export interface TemplateChoices {
  /** Where editors find the schema: a URL, or a path from the file. */
  readonly schema: string;
  readonly root: TemplateValues;
  readonly sources: readonly TemplateItem[];
  readonly sinks: readonly TemplateItem[];
}

const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^secret/, "{env: NAME}"],
  [/^list of https/, '["https://host.example"]'],
  [/^list/, "[]"],
  [/https URL/, "https://host.example"],
  [/^whole number/, "1"],
  [/^true/, "false"],
  [/^path/, "path/to/file"],
];

/** The value that is shown for a key: its default, an example, or what its type looks like. */
export function shownValue(option: Option<unknown>): string {
  if (option.fallback !== undefined && !isAbsentByDefault(option)) return option.fallback;
  if (option.example !== undefined) return option.example;
  return PLACEHOLDERS.find(([type]) => type.test(option.type))?.[1] ?? "text";
}

function words(text: string, indent: string): readonly string[] {
  return wrap(text, indent.length + 2)
    .split("\n")
    .map((line) => `${indent}# ${line.trim()}`);
}

/** What stands beside the words: whether a default or only an example is shown. */
function explanation(option: Option<unknown>): string {
  if (isRequired(option)) return `${option.doc} Required.`;
  if (option.rows !== undefined) return option.doc;
  return isAbsentByDefault(option) ? `${option.doc} Default: none.` : option.doc;
}

/** Where lines go: the settings of their map, how deep it stands, whether it counts. */
interface Place {
  readonly values: TemplateValues;
  readonly indent: string;
  readonly counts: boolean;
}

function optionLines(
  key: string,
  option: Option<unknown>,
  { values, indent, counts: outer }: Place,
): readonly string[] {
  const value = values[key];
  // What is required in a map that is commented out is not required yet.
  const counts = outer && (value !== undefined || isRequired(option));
  const mark = counts ? "" : "#";
  const lines = [...words(explanation(option), indent)];
  if (option.rows === undefined)
    return [...lines, `${indent}${mark}${key}: ${value ?? shownValue(option)}`];
  const inner = typeof value === "object" ? value : {};
  const place = { values: inner, indent: `${indent}  `, counts };
  return [...lines, `${indent}${mark}${key}:`, ...rowLines(option.rows, place)];
}

function rowLines(rows: OptionRows, place: Place): readonly string[] {
  return Object.entries(rows).flatMap(([key, option]) => optionLines(key, option, place));
}

/** Names for items: their kinds, numbered where a kind comes twice. */
export function itemNames(items: readonly TemplateItem[]): readonly string[] {
  return items.map(({ kind }, index) => {
    const earlier = items.slice(0, index).filter((one) => one.kind === kind).length;
    // Names have no underscores, kinds may.
    const name = kind.replaceAll("_", "-");
    return earlier === 0 ? name : `${name}-${earlier + 1}`;
  });
}

/** Keys that nobody has to write and a file without them would lack something. */
function startersOf(entry: KindEntry<never, unknown>): TemplateValues {
  const rows = Object.entries(entry.rows).filter(([key]) => entry.starter.includes(key));
  return Object.fromEntries(rows.map(([key, option]) => [key, shownValue(option)]));
}

function itemLines(
  what: "source" | "sink",
  entries: readonly KindEntry<never, unknown>[],
  items: readonly TemplateItem[],
): readonly string[] {
  const names = itemNames(items);
  return items.flatMap((item, index) => {
    const entry = entries.find(({ kind }) => kind === item.kind);
    if (entry === undefined) throw new Error(`${item.kind} is no kind of ${what}`);
    const shared = what === "sink" ? sinkSettings : {};
    const { name, kind, ...rows } = itemRows(what, entry, shared);
    return [
      ...words(entry.summary, "  "),
      `  - name: ${names[index] ?? item.kind}`,
      `    kind: ${item.kind}`,
      ...rowLines(rows, {
        values: { ...startersOf(entry), ...item.values },
        indent: "    ",
        counts: true,
      }),
      "",
    ];
  });
}

const OPENING =
  "Configuration of claude-siem. A line with # and a blank explains. A line with # before a key shows its default, or an example where there is none; it counts when the # is taken away. Paths count from the folder of this file. After a change: claude-siem check on this file.";

/** The file. It parses without diagnostics when the values are right. */
export function renderTemplate(kinds: Kinds, choices: TemplateChoices): string {
  const rows = connectorTable(kinds) as OptionRows;
  const place: Place = { values: choices.root, indent: "", counts: true };
  const lines = Object.entries(rows).flatMap(([key, option]) => {
    if (key !== "sources" && key !== "sinks") return [...optionLines(key, option, place), ""];
    const items =
      key === "sources"
        ? itemLines("source", kinds.sources, choices.sources)
        : itemLines("sink", kinds.sinks, choices.sinks);
    return [...words(option.doc, ""), `${key}:`, ...items];
  });
  const head = [`# yaml-language-server: $schema=${choices.schema}`, ...words(OPENING, ""), ""];
  return `${[...head, ...lines].join("\n").trimEnd()}\n`;
}
