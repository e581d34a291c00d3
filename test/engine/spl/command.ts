/** The commands of a pipeline (Search Reference, one chapter each). */
import { parseFields } from "./aggregate.ts";
import { SplError } from "./error.ts";
import { ExpressionParser, parseExpression } from "./expression.ts";
import { argumentTokens, type Command, expressionTokens, Tokens } from "./lexer.ts";
import { parseLookupCommand } from "./lookup.ts";
import type { Context } from "./reading.ts";
import { parseSearch } from "./search.ts";
import { parseStats, parseStreamstats, type Run } from "./stats.ts";
import { parseAddinfo, parseMakeresults, parseTable, parseXyseries } from "./table.ts";
import { compareBytes, isList, numberOf, type Row, type Value } from "./value.ts";

function parseWhere({ text, at }: Command): Run {
  const condition = parseExpression(text, at);
  return (rows, context) =>
    rows.filter((row) => {
      const value = condition(row, context);
      if (value !== null && typeof value !== "boolean")
        throw new SplError("a truth value was expected", at);
      return value === true;
    });
}

/** Expressions "left-to-right", each of which may use the fields before it; NULL removes a field. */
function parseEval({ text, at }: Command): Run {
  const tokens = new Tokens(expressionTokens(text, at));
  const parser = new ExpressionParser(tokens);
  const fields: { name: string; evaluate: ReturnType<typeof parseExpression> }[] = [];
  do {
    const { kind, text: name } = tokens.peek;
    if (kind !== "word" && kind !== "field") tokens.refuse(`the field "${name}"`);
    tokens.next();
    tokens.expectSign("=");
    fields.push({ name, evaluate: parser.expression().evaluate });
  } while (tokens.takeSign(",") !== undefined);
  tokens.expectEnd();
  return (rows, context) =>
    rows.map((row) => {
      const result = new Map(row);
      for (const { name, evaluate } of fields) {
        const value = evaluate(result, context);
        if (typeof value === "boolean") throw new SplError(`a truth value for ${name}`, at);
        if (value === null) result.delete(name);
        else result.set(name, value);
      }
      return result;
    });
}

/** Keeps the first result of each combination; those without one of the fields are dropped. */
function parseDedup({ text, at }: Command): Run {
  const fields = parseFields(new Tokens(argumentTokens(text, at)));
  if (fields.some((field) => /^\d+$/.test(field))) throw new SplError("dedup of several", at);
  return (rows) => {
    const seen = new Set<string>();
    return rows.filter((row) => {
      const values = fields.map((field) => row.get(field));
      if (values.some((value) => value === undefined)) return false;
      if (values.some((value) => isList(value ?? "")))
        throw new SplError("dedup of a field of several values", at);
      const id = JSON.stringify(values.map(String));
      return !seen.has(id) && seen.add(id);
    });
  };
}

interface Order {
  readonly name: string;
  readonly sign: 1 | -1;
  /** `str(field)`: "Interpret the field values as strings and order the values alphabetically." */
  readonly isText: boolean;
}

/** How two values of a field are ordered, where both are there. */
function compareSorted(a: Value, b: Value, isText: boolean, context: Context, at: number): number {
  const { reading } = context;
  if (isList(a) || isList(b)) throw new SplError("sort by a field of several values", at);
  if (isText) return compareBytes(String(a), String(b));
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  const [m, n] = [a, b].map((value) => /^\d+/.exec(String(value))?.[0]);
  const isNumber = m !== undefined && n !== undefined && reading.digitTexts === "number";
  return isNumber ? Number(m) - Number(n) : compareBytes(String(a), String(b));
}

/** Reads `-field`, `+field`, `field` or one of them around `str(field)`. */
function parseOrder(tokens: Tokens): Order {
  const { kind, text, at } = tokens.next();
  if (kind !== "word" || /[*\\]/.test(text)) throw new SplError(`the field "${text}"`, at);
  const name = text.replace(/^[-+]/, "");
  const sign = text.startsWith("-") ? -1 : 1;
  if (name === "") throw new SplError("a sign on its own", at);
  if (tokens.takeSign("(") === undefined) return { name, sign, isText: false };
  if (name !== "str") throw new SplError(`the order "${name}"`, at);
  const field = tokens.next();
  tokens.expectSign(")");
  return { name: field.text, sign, isText: true };
}

/**
 * `sort N -field field`: 0 keeps all. Results without a field come last in either direction. A sign
 * belongs to the field that it touches. The manual asks for commas between fields; practice is that
 * spaces do as well.
 */
function parseSort({ text, at }: Command): Run {
  const tokens = new Tokens(argumentTokens(text, at));
  const count = tokens.isDone ? "" : tokens.next().text;
  const orders: Order[] = [];
  while (!tokens.isDone) {
    orders.push(parseOrder(tokens));
    tokens.takeSign(",");
  }
  if (!/^\d+$/.test(count) || orders.length === 0) throw new SplError("sort without count", at);
  const limit = Number(count) || Number.POSITIVE_INFINITY;
  return (rows, context) => {
    const sorted = [...rows].sort((a, b) => {
      for (const { name, sign, isText } of orders) {
        const [x, y] = [a.get(name), b.get(name)];
        const order =
          x === undefined || y === undefined
            ? Number(x === undefined) - Number(y === undefined)
            : sign * compareSorted(x, y, isText, context, at);
        if (order !== 0) return order;
      }
      return 0;
    });
    return sorted.slice(0, limit);
  };
}

function only(row: Row, names: readonly string[]): Row {
  return new Map([...row].filter(([name]) => names.includes(name)));
}

/** Keeps the fields it names, and `_time` and `_raw`, which only a minus removes. */
function parseFieldsCommand({ text, at }: Command): Run {
  const names = parseFields(new Tokens(argumentTokens(text, at)));
  if (names.some((name) => /^[-+]$/.test(name))) throw new SplError("fields with a sign", at);
  return (rows) => rows.map((row) => only(row, [...names, "_time", "_raw"]));
}

/** Pairs of names. A field of the new name that there was before gives way. */
function parseRename({ text, at }: Command): Run {
  const names = parseFields(new Tokens(argumentTokens(text, at)));
  const pairs = new Map<string, string>();
  for (let index = 0; index < names.length; index += 3) {
    const [from, word, to] = names.slice(index, index + 3);
    if (from === undefined || word !== "AS" || to === undefined)
      throw new SplError("rename without AS", at);
    pairs.set(from, to);
  }
  return (rows) =>
    rows.map((row) => {
      const targets = new Set([...pairs].filter(([from]) => row.has(from)).map(([, to]) => to));
      const rest = [...row].filter(([name]) => pairs.has(name) || !targets.has(name));
      return new Map(rest.map(([name, value]) => [pairs.get(name) ?? name, value]));
    });
}

function parseSearchCommand({ text, at }: Command): Run {
  const test = parseSearch(text, at);
  return (rows) => rows.filter(test);
}

const commands: Readonly<Record<string, (command: Command) => Run>> = {
  "": parseSearchCommand,
  addinfo: parseAddinfo,
  dedup: parseDedup,
  eval: parseEval,
  fields: parseFieldsCommand,
  lookup: parseLookupCommand,
  makeresults: parseMakeresults,
  rename: parseRename,
  search: parseSearchCommand,
  sort: parseSort,
  stats: parseStats,
  streamstats: parseStreamstats,
  table: parseTable,
  where: parseWhere,
  xyseries: parseXyseries,
};

/** A command that is ready to run; throws for what it does not know. */
export function parseCommand(command: Command): Run {
  const parse = Object.hasOwn(commands, command.name) ? commands[command.name] : undefined;
  if (parse === undefined) throw new SplError(`the command ${command.name}`, command.at);
  return parse(command);
}
