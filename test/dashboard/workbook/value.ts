/**
 * What a workbook makes of the text of a query when it runs it, after Microsoft's documentation of
 * parameters: the value of a parameter takes the place of its name in braces, as it is; several values
 * come with the quotes and the delimiter of the parameter; `base64` and the ISO formats of times are
 * formats. What is not the name of a parameter stays.
 */
import type { Parameter, Workbook } from "../../../src/dashboard/workbook/document.ts";
import { itemsOf, parametersOf } from "./item.ts";

/** What somebody has chosen, typed and clicked. */
export interface Choices {
  readonly fromMs: number;
  readonly toMs: number;
  /** Values of lists, as their queries gave them; a list that is not named here is at its default. */
  readonly selected?: Readonly<Record<string, readonly string[]>>;
  readonly typed?: Readonly<Record<string, string>>;
  readonly clicked?: Readonly<Record<string, string>>;
}

function selection(parameter: Parameter, values: readonly string[] | undefined): string {
  const { quote = "'", delimiter = ",", typeSettings } = parameter;
  const chosen = values ?? (Array.isArray(parameter.value) ? parameter.value : []);
  const quoted = (text: string): string => `${quote}${text}${quote}`;
  if (chosen.includes("value::all")) return quoted(typeSettings?.selectAllValue ?? "");
  return chosen.map(quoted).join(delimiter);
}

function formatted(text: string, format: string | undefined): string {
  if (format === undefined || format === "value") return text;
  if (format === "base64") return Buffer.from(text, "utf8").toString("base64");
  throw new Error(`no format ${format}`);
}

function time(format: string | undefined, { fromMs, toMs }: Choices): string {
  if (format === "startISO") return new Date(fromMs).toISOString();
  if (format === "endISO") return new Date(toMs).toISOString();
  throw new Error(`no format of times ${format}`);
}

/** The text that is sent to the workspace. Throws where a parameter that is read was never set. */
export function fill(workbook: Workbook, query: string, choices: Choices): string {
  const declared = new Map(parametersOf(workbook).map((one) => [one.name, one]));
  const exported = new Set(
    itemsOf(workbook.items).flatMap((item) =>
      item.type === 3
        ? (item.content.exportedParameters ?? []).map(({ parameterName }) => parameterName)
        : [],
    ),
  );
  return query.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (token, name: string, format?: string) => {
    const parameter = declared.get(name);
    if (parameter?.type === 4) return time(format, choices);
    if (parameter?.type === 2)
      return formatted(selection(parameter, choices.selected?.[name]), format);
    if (parameter !== undefined) return formatted(choices.typed?.[name] ?? "", format);
    if (!exported.has(name)) return token;
    const clicked = choices.clicked?.[name];
    if (clicked === undefined) throw new Error(`${name} is read and was not clicked`);
    return formatted(clicked, format);
  });
}
