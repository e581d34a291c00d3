/** The lookup command (Search Reference, lookup) and the tables it reads. */
import { SplError } from "./error.ts";
import { argumentTokens, type Command, Tokens } from "./lexer.ts";
import type { LookupTable } from "./reading.ts";
import type { Run } from "./stats.ts";
import { isList, type Row } from "./value.ts";

/** A table of a CSV file whose cells need no quotes. */
export function parseLookup(csv: string): LookupTable {
  const [head = "", ...lines] = csv.trimEnd().split(/\r?\n/);
  if (csv.includes('"')) throw new Error("a lookup with quotes");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return new Map(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}

/**
 * `lookup TABLE field OUTPUT column AS field`: the first row whose column is the field's value, with
 * case (`case_sensitive_match`, `max_matches = 1`), gives the result its columns.
 */
export function parseLookupCommand({ text, at }: Command): Run {
  const tokens = new Tokens(argumentTokens(text, at));
  const words: string[] = [];
  while (!tokens.isDone) words.push(tokens.next().text);
  const [table = "", field = "", output, column = "", as, name = "", ...rest] = words;
  if (output !== "OUTPUT" || as !== "AS" || rest.length > 0 || name === "")
    throw new SplError("a form of lookup", at);
  return (rows, { lookups }) => {
    const found = lookups?.get(table);
    if (found === undefined) throw new SplError(`the lookup ${table}`, at);
    const byKey = new Map([...found].reverse().map((entry) => [entry.get(field), entry]));
    return rows.map((row): Row => {
      const value = row.get(field);
      if (value !== undefined && isList(value)) throw new SplError("lookup of several values", at);
      const cell = value === undefined ? undefined : byKey.get(String(value))?.get(column);
      return cell === undefined ? row : new Map(row).set(name, cell);
    });
  };
}
