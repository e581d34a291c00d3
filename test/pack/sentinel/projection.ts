/**
 * Runs the projection of a parser over rows: an evaluator of the few forms of KQL that stand in one,
 * read from the text that Sentinel gets. A text column that a row lacks is empty, as Log Analytics
 * stores it; any other is null.
 */
import { sentinelColumns } from "../../../src/generated/target-fields.ts";

export type Row = Readonly<Record<string, unknown>>;

const types = new Map(sentinelColumns.map(({ name, type }) => [name, type]));

function readColumn(name: string, row: Row): unknown {
  const type = types.get(name);
  if (type === undefined) throw new Error(`no column ${name}`);
  return row[name] ?? (type === "string" ? "" : null);
}

/** The arguments of a call, split at the commas that belong to it. */
function split(text: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    if (!quoted && character === "(") depth += 1;
    if (!quoted && character === ")") depth -= 1;
    if (!quoted && depth === 0 && character === ",") parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

function timeMs(value: unknown): number {
  return Date.parse(String(value));
}

function condition(text: string, row: Row): boolean {
  return text.split(" and ").every((part) => {
    const present = /^isnotnull\((\w+)\)$/.exec(part);
    if (present) return readColumn(present[1] ?? "", row) !== null;
    const [left = "", right = ""] = part.split(" == ");
    return evaluate(left, row) === evaluate(right, row);
  });
}

function evaluate(text: string, row: Row): unknown {
  const call = /^(\w+)\((.*)\)$/s.exec(text);
  if (call) {
    const [, name, inside = ""] = call;
    const args = split(inside);
    switch (name) {
      case "int":
        return Number(inside);
      case "iff":
        return condition(args[0] ?? "", row)
          ? evaluate(args[1] ?? "", row)
          : evaluate(args[2] ?? "", row);
      case "case": {
        const at = args.findIndex(
          (one, index) => index % 2 === 0 && index < args.length - 1 && condition(one, row),
        );
        return evaluate(args[at < 0 ? args.length - 1 : at + 1] ?? "", row);
      }
      case "bag_pack": {
        const pairs = args.flatMap((one, index) =>
          index % 2 === 0
            ? [[String(evaluate(one, row)), evaluate(args[index + 1] ?? "", row)]]
            : [],
        );
        return Object.fromEntries(pairs);
      }
      case "dynamic":
        return JSON.parse(inside);
      default:
        throw new Error(`no function ${name}`);
    }
  }
  const earlier = /^(\w+) - (\w+) \* 1ms$/.exec(text);
  if (earlier) {
    const [, from = "", by = ""] = earlier;
    return new Date(timeMs(readColumn(from, row)) - Number(readColumn(by, row))).toISOString();
  }
  if (text === "true" || text === "false") return text === "true";
  if (text.startsWith("'")) return text.slice(1, -1);
  return readColumn(text, row);
}

/** The row of a schema that a parser makes of a row of the table, or nothing where it filters it out. */
export function project(query: string, row: Row, pack: boolean): Row | undefined {
  const wanted = /EventSchema == '(\w+)'/.exec(query)?.[1];
  if (wanted === undefined) throw new Error("no schema");
  if (row["EventSchema"] !== wanted) return undefined;
  const [, projection = ""] = /\| project\n((?: {4}.*\n)+)/.exec(query) ?? [];
  const entries = split(projection).map((part) => {
    const [, name = "", expression = ""] = /^(\w+) = (.*)$/s.exec(part) ?? [];
    if (name === "AdditionalFields") {
      const [flag, bag = "", empty = ""] = split(expression.slice("iff(".length, -1));
      if (flag !== "pack") throw new Error(expression);
      return [name, evaluate(pack ? bag : empty, row)];
    }
    return [name, evaluate(expression, row)];
  });
  return Object.fromEntries(entries);
}
