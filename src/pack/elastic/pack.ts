/** The Elastic pack. */
import type { Artifact } from "../artifact.ts";
import { type CompiledRule, queryFile, ruleArtifacts } from "../compiled-rule.ts";

/** The extension says which language the query is in. */
function extensionOf({ compiled }: CompiledRule): string {
  return compiled.texts[0]?.language ?? "txt";
}

export function packElastic(rules: readonly CompiledRule[]): readonly Artifact[] {
  return rules.flatMap((one) =>
    ruleArtifacts(one, "elastic", [queryFile(one, "elastic", extensionOf(one))]),
  );
}
