/**
 * An engine that executes KQL: ClickHouse, embedded in Python (PyPI chdb-core), where somebody has it.
 * CLAUDE_SIEM_CHDB_PYTHON names a Python that can import chdb.
 */
import { spawnSync } from "node:child_process";
import { eventFieldNames } from "../../../src/event/field.ts";
import { eventFields } from "../../../src/generated/event-fields.ts";
import { sentinelColumns } from "../../../src/generated/target-fields.ts";
import { resolveField } from "../../../src/mapping/field-name.ts";

type Row = Readonly<Record<string, unknown>>;

export interface KqlTable {
  /** ClickHouse types by column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

export interface KqlJob {
  /** Settings under which the engine does what Kusto does. */
  readonly settings: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, KqlTable>>;
  readonly queries: Readonly<Record<string, string>>;
}

const python = process.env["CLAUDE_SIEM_CHDB_PYTHON"];

export const hasChdb: boolean =
  python !== undefined && spawnSync(python, ["-c", "import chdb"]).status === 0;

if (!hasChdb) {
  process.stdout.write("skipped: CLAUDE_SIEM_CHDB_PYTHON names no Python with chdb-core\n");
}

/** The rows of each query's result. */
export function runKql(job: KqlJob): Readonly<Record<string, readonly Row[]>> {
  const { status, stdout, stderr } = spawnSync(python ?? "", ["test/dialect/kql/run_kql.py"], {
    input: JSON.stringify(job),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Readonly<Record<string, readonly Row[]>>;
}

const engineTypes: Readonly<Record<string, string>> = {
  string: "String",
  datetime: "Nullable(DateTime64(3, 'UTC'))",
  int: "Nullable(Int32)",
  long: "Nullable(Int64)",
  real: "Nullable(Float64)",
  boolean: "Nullable(Bool)",
  dynamic: "Nullable(String)",
};

/** Columns of type dynamic that hold lists of texts. */
const lists: ReadonlySet<string> = new Set(
  eventFieldNames
    .filter((field) => eventFields[field].kind === "keyword[]")
    .flatMap((field) => resolveField("sentinel", field)?.name ?? []),
);

function stored(value: unknown, name: string, type: string): unknown {
  if (lists.has(name)) return value ?? [];
  if (value === undefined) return type === "string" ? "" : null;
  if (type === "datetime") return String(value).replace("T", " ").replace("Z", "");
  return type === "dynamic" ? JSON.stringify(value) : value;
}

/** Rows of ClaudeAudit_CL as Log Analytics stores them: a text that is missing is empty. */
export function auditTable(rows: readonly Row[]): KqlTable {
  const typeOf = (name: string, type: string): string =>
    lists.has(name) ? "Array(String)" : (engineTypes[type] ?? "");
  return {
    columns: {
      ...Object.fromEntries(sentinelColumns.map(({ name, type }) => [name, typeOf(name, type)])),
      TimeGenerated: "DateTime64(3, 'UTC')",
    },
    rows: rows.map((row) =>
      Object.fromEntries(
        sentinelColumns.map(({ name, type }) => [name, stored(row[name], name, type)]),
      ),
    ),
  };
}

/** A table of texts. */
export function textTable(columns: readonly string[], rows: readonly Row[]): KqlTable {
  return { columns: Object.fromEntries(columns.map((name) => [name, "String"])), rows };
}
