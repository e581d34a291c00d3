/** A workspace as Microsoft's binder sees it: our table, and stubs of what Sentinel brings or we install. */
import {
  AUDIT_FUNCTION,
  auditFunction,
  type KqlFunction,
} from "../../../src/pack/sentinel/function.ts";
import { watchlists } from "../../../src/pack/sentinel/watchlist.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";

/** `_GetWatchlist` with the columns of every watchlist of ours, all text, as Sentinel returns them. */
const watchlistStub = ((): string => {
  const columns = [...new Set(watchlists.flatMap((list) => list.columns))];
  const typed = ["SearchKey", ...columns].map((column) => `${column}: string`);
  return `let _GetWatchlist = (alias: string) { datatable(${typed.join(", ")})[] };\n`;
})();

const auditStub = `let ${AUDIT_FUNCTION} = ${auditFunction().query.trim()};\n`;

/** What the binder says of a query in the workspace. */
export function analyzeQuery(query: string): ReturnType<typeof analyzeKql> {
  return analyzeKql(`${watchlistStub}${auditStub}${query}`);
}

/** What the binder says of a function: its complaints, and the columns of a call without arguments. */
export function analyzeFunction({ parameters, query }: KqlFunction): ReturnType<typeof analyzeKql> {
  return analyzeQuery(`let Called = (${parameters ?? ""}) { ${query} };\nCalled()`);
}
