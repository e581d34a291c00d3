/**
 * Who is cleared for what: a table of users, as CSV or YAML, looked up by pseudonym only.
 *
 *     user_id_hash,clearance,department,business_unit
 *     5f0c…,restricted,finance,EMEA
 *
 * Rows may name their user by raw `user_id` instead; it is hashed while the row is read and is not
 * kept. Cells may be empty: what a row does not state is not stamped.
 */
import {
  type Diagnostic,
  fail,
  fileSpan,
  isError,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { UserClearance } from "../event/event.ts";
import { fieldInfo } from "../event/field.ts";
import { isPseudonym } from "../event/format.ts";
import { describeNode, type YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { type CsvRow, readCsv } from "./csv.ts";

/** What a table may state about a user. */
export interface UserContext {
  readonly clearance?: UserClearance;
  readonly department?: string;
  readonly business_unit?: string;
}

/** Users by `user_id_hash`. */
export interface ClearanceTable {
  readonly users: ReadonlyMap<string, UserContext>;
}

/** Turns a raw user id into the pseudonym events carry; a `Pseudonymiser` is one. */
export interface UserHasher {
  readonly userIdHash: (userId: string) => string;
}

export interface ClearanceOptions {
  /** Needed for tables with raw ids; without it such rows are refused. */
  readonly hasher?: UserHasher;
}

const COLUMNS = ["user_id_hash", "user_id", "clearance", "department", "business_unit"] as const;
type Column = (typeof COLUMNS)[number];

/** A value of a row with its place. */
interface Placed {
  readonly text: string;
  readonly span: Span;
}

type Row = Readonly<Partial<Record<Column, Placed>>>;

const clearances = (fieldInfo("user_clearance")?.values ?? []) as readonly UserClearance[];

/** Collects rows into a table. Equal contexts are shared: a company has few of them and many users. */
class TableBuilder {
  readonly users = new Map<string, UserContext>();
  readonly #lineOfUser = new Map<string, number>();
  readonly #contexts = new Map<string, UserContext>();
  readonly #hasher: UserHasher | undefined;
  readonly #diagnostics: Diagnostic[];

  constructor(hasher: UserHasher | undefined, diagnostics: Diagnostic[]) {
    this.#hasher = hasher;
    this.#diagnostics = diagnostics;
  }

  #refuseKey(span: Span, reason: string, help: string): undefined {
    this.#diagnostics.push(report(contextMessage.badUserKey, span, { reason, help }));
    return undefined;
  }

  /** The pseudonym a row is about. */
  #keyOf({ user_id_hash: hash, user_id: id }: Row, place: Span): string | undefined {
    if (hash && id) {
      const help = "Leave one of the two empty; the hash is the better choice.";
      return this.#refuseKey(id.span, "The row has both user_id_hash and user_id", help);
    }
    if (hash) {
      if (isPseudonym(hash.text)) return hash.text;
      const help = "Write 64 lower-case hex digits, or move raw ids to a column user_id.";
      return this.#refuseKey(hash.span, "user_id_hash is not 64 lower-case hex digits", help);
    }
    if (id === undefined) {
      return this.#refuseKey(place, "The row names no user", "Fill user_id_hash or user_id.");
    }
    if (this.#hasher) return this.#hasher.userIdHash(id.text);
    const help = "Give the key of the deployment, or replace the ids by their user_id_hash.";
    return this.#refuseKey(id.span, "A raw user_id cannot be hashed without a key", help);
  }

  #clearanceOf({ clearance }: Row): UserClearance | undefined {
    if (clearance === undefined) return undefined;
    const value = clearances.find((known) => known === clearance.text);
    if (value === undefined) {
      const args = { value: clearance.text, known: clearances };
      this.#diagnostics.push(report(contextMessage.unknownClearance, clearance.span, args));
    }
    return value;
  }

  add(row: Row, place: Span): void {
    const clearance = this.#clearanceOf(row);
    const user = this.#keyOf(row, place);
    if (user === undefined) return;
    const line = this.#lineOfUser.get(user);
    if (line !== undefined) {
      const span = (row.user_id_hash ?? row.user_id)?.span ?? place;
      this.#diagnostics.push(report(contextMessage.duplicateUser, span, { line }));
      return;
    }
    this.#lineOfUser.set(user, place.line);
    const context: UserContext = {
      ...(clearance && { clearance }),
      ...(row.department && { department: row.department.text }),
      ...(row.business_unit && { business_unit: row.business_unit.text }),
    };
    const identity = JSON.stringify(context);
    const shared = this.#contexts.get(identity) ?? context;
    this.#contexts.set(identity, shared);
    this.users.set(user, shared);
  }
}

/** Reports groups of columns of which the header has none. */
function checkColumns(header: CsvRow, seen: ReadonlySet<string>, diagnostics: Diagnostic[]): void {
  const groups = [
    ["user_id", "user_id_hash"],
    ["clearance", "department", "business_unit"],
  ];
  for (const group of groups.filter((columns) => !columns.some((column) => seen.has(column)))) {
    const span = header[0]?.span;
    const args = { columns: group.join(" or ") };
    if (span) diagnostics.push(report(contextMessage.missingColumn, span, args));
  }
}

/** The columns in file order; unknown or repeated ones are reported. */
function readHeader(header: CsvRow, diagnostics: Diagnostic[]): readonly (Column | undefined)[] {
  const [only] = header;
  if (header.length === 1 && only && /[;\t]/.test(only.text)) {
    const help = "Export it again with commas between the cells.";
    const args = { detail: "the cells are not parted by commas", help };
    diagnostics.push(report(contextMessage.csvSyntax, only.span, args));
    return [];
  }
  const columns = header.map(({ text }) => COLUMNS.find((known) => known === text));
  const seen = new Set<Column>();
  header.forEach(({ text, span }, index) => {
    const column = columns[index];
    // A first row without any known name is no header but a user, whom no message may repeat.
    if (column === undefined && columns.some((known) => known !== undefined)) {
      const args = { column: text, known: COLUMNS };
      diagnostics.push(report(contextMessage.unknownColumn, span, args));
    } else if (column && seen.has(column)) {
      const args = { detail: `the column ${column} comes twice`, help: "Keep one of them." };
      diagnostics.push(report(contextMessage.csvSyntax, span, args));
    }
    if (column) seen.add(column);
  });
  // A misspelt column is reported as such; that it is also missing would say the same twice.
  if (!diagnostics.some(isError)) checkColumns(header, seen, diagnostics);
  return columns;
}

function parseCsvTable(
  text: string,
  file: string,
  table: TableBuilder,
  diagnostics: Diagnostic[],
): void {
  const rows = readCsv(text, file, diagnostics);
  const header = rows.next();
  if (header.done || diagnostics.some(isError)) return;
  const columns = readHeader(header.value, diagnostics);
  if (diagnostics.some(isError)) return;
  for (const cells of rows) {
    const place = cells[0]?.span ?? fileSpan(file);
    if (cells.length !== columns.length) {
      const detail = `the row has ${cells.length} cells, the header ${columns.length}`;
      const help = "Put quotes around cells that hold a comma.";
      diagnostics.push(report(contextMessage.csvSyntax, place, { detail, help }));
      continue;
    }
    const filled = columns.flatMap((column, index) => {
      const cell = cells[index];
      return column && cell && cell.text !== "" ? [[column, cell] as const] : [];
    });
    table.add(Object.fromEntries(filled) as Row, place);
  }
}

function parseYamlRow(node: YamlNode, table: TableBuilder, diagnostics: Diagnostic[]): void {
  const reader = MapReader.of(node, "a user of the clearance table", diagnostics);
  if (reader === undefined) return;
  const filled = COLUMNS.flatMap((column) => {
    const text = reader.optionalString(column);
    return text === undefined ? [] : [[column, { text, span: reader.spanOf(column) }] as const];
  });
  reader.done();
  table.add(Object.fromEntries(filled) as Row, reader.span);
}

function parseYamlTable(
  text: string,
  file: string,
  table: TableBuilder,
  diagnostics: Diagnostic[],
): void {
  const yaml = parseYaml(text, file);
  diagnostics.push(...yaml.diagnostics);
  if (!yaml.ok) return;
  const root = MapReader.of(yaml.value, "a clearance table", diagnostics);
  const users = root?.required("users", "a list of users");
  root?.done();
  if (users === undefined) return;
  if (users.kind === "list") {
    for (const node of users.items) parseYamlRow(node, table, diagnostics);
  } else {
    const args = { key: "users", expected: "a list of users", found: describeNode(users) };
    diagnostics.push(report(yamlMessage.wrongType, users.span, args));
  }
}

/**
 * Parses a clearance table: YAML when `file` ends in `.yaml` or `.yml`, CSV otherwise.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The table, or every problem (codes C510 to C516, Y1xx). No message repeats a user id.
 */
export function parseClearances(
  text: string,
  file: string,
  options: ClearanceOptions = {},
): Result<ClearanceTable> {
  const diagnostics: Diagnostic[] = [];
  const table = new TableBuilder(options.hasher, diagnostics);
  const parseTable = /\.ya?ml$/i.test(file) ? parseYamlTable : parseCsvTable;
  parseTable(text, file, table, diagnostics);
  if (diagnostics.some(isError)) return fail(diagnostics);
  if (table.users.size === 0) {
    diagnostics.push(report(contextMessage.emptyTable, fileSpan(file), {}));
  }
  return resultOf({ users: table.users }, diagnostics);
}
