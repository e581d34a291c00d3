/** The Splunk pack. */
import type { Artifact } from "../artifact.ts";
import {
  type CompiledRule,
  isKept,
  leastFaithful,
  PLAIN,
  queryFile,
  ruleArtifacts,
} from "../compiled-rule.ts";
import { renderConf } from "./conf.ts";
import { macros, savedSearch } from "./saved-search.ts";

function confFiles(rules: readonly CompiledRule[]): readonly Artifact[] {
  if (rules.length === 0) return [];
  const shared = { mediaType: PLAIN, target: "splunk", source: "rules" } as const;
  return [
    {
      ...shared,
      path: "splunk/macros.conf",
      body: renderConf(macros()),
      kind: "macros",
      fidelity: { level: "exact" },
    },
    {
      ...shared,
      path: "splunk/savedsearches.conf",
      body: renderConf(rules.map((one) => savedSearch(one.rule, one.compiled))),
      kind: "saved_searches",
      fidelity: leastFaithful(rules),
    },
  ];
}

export function packSplunk(rules: readonly CompiledRule[]): readonly Artifact[] {
  const own = rules.flatMap((one) =>
    ruleArtifacts(one, "splunk", [queryFile(one, "splunk", "spl")]),
  );
  return [...own, ...confFiles(rules.filter(isKept))];
}
