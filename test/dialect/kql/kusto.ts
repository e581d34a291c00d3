/** Microsoft's own parser and binder of KQL, over our table. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";
import { KQL_TABLE } from "../../../src/dialect/kql/rows.ts";
import { sentinelColumns } from "../../../src/generated/target-fields.ts";

/** Lists of the transpiled library. */
interface NetList<T> {
  readonly Count: number;
  readonly getItem: (index: number) => T;
}

interface KustoCode {
  readonly GetDiagnostics: () => NetList<{ readonly Code: string; readonly Message: string }>;
  readonly ResultType: {
    /** Absent where the query is not a table, because it is wrong. */
    readonly Columns?: NetList<{ readonly Name: string; readonly Type: { readonly Name: string } }>;
  } | null;
}

/** The few members of the library that are used; it has no types for its globals. */
interface KustoLanguage {
  readonly Symbols: {
    readonly TableSymbol: {
      readonly From: (columns: string) => { readonly WithName: (name: string) => object };
    };
    readonly DatabaseSymbol: {
      readonly $ctor3: new (name: string, other: null, tables: object[], open: boolean) => object;
    };
  };
  readonly GlobalState: {
    readonly Default: { readonly WithDatabase: (database: object) => object };
  };
  readonly KustoCode: {
    readonly ParseAndAnalyze: (text: string, globals: object) => KustoCode;
  };
}

function loadLanguage(): KustoLanguage {
  const folder = dirname(
    createRequire(import.meta.url).resolve("@kusto/language-service-next/package.json"),
  );
  // Scripts, not modules: they define globals, and the first must run before the second.
  for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
    runInThisContext(readFileSync(join(folder, file), "utf8"));
  }
  const { Kusto } = globalThis as unknown as {
    readonly Kusto: { readonly Language: KustoLanguage };
  };
  return Kusto.Language;
}

const language = loadLanguage();

const KUSTO_TYPES: Readonly<Record<string, string>> = { boolean: "bool" };

const globals = ((): object => {
  const columns = sentinelColumns.map(({ name, type }) => `${name}: ${KUSTO_TYPES[type] ?? type}`);
  const table = language.Symbols.TableSymbol.From(`(${columns.join(", ")})`).WithName(KQL_TABLE);
  const database = new language.Symbols.DatabaseSymbol.$ctor3("workspace", null, [table], false);
  return language.GlobalState.Default.WithDatabase(database);
})();

function items<T>(list: NetList<T>): readonly T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

/** What the binder says of a query: its complaints, and the columns of its result by type. */
export function analyzeKql(query: string): {
  readonly diagnostics: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
} {
  const code = language.KustoCode.ParseAndAnalyze(query, globals);
  const diagnostics = items(code.GetDiagnostics()).map((one) => `${one.Code} ${one.Message}`);
  const { Columns: list } = code.ResultType ?? {};
  const columns = list === undefined ? [] : items(list);
  return {
    diagnostics,
    columns: Object.fromEntries(columns.map((column) => [column.Name, column.Type.Name])),
  };
}
