/** The queries that the embedded engine runs, for people who keep events in a DuckDB of their own. */
import type { Artifact } from "../artifact.ts";
import { type CompiledRule, queryFile, ruleArtifacts } from "../compiled-rule.ts";

export function packDuckdb(rules: readonly CompiledRule[]): readonly Artifact[] {
  return rules.flatMap((one) => ruleArtifacts(one, "duckdb", [queryFile(one, "duckdb", "sql")]));
}
