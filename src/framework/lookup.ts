/** Entries of the frameworks that rules refer to, by id and version. */
import { ATLAS_VERSION, atlasTechniques } from "./atlas.ts";
import { ATTACK_VERSION, attackTactics, attackTechniques } from "./attack.ts";
import { owaspLlm } from "./owasp-llm.ts";
import type { Tactic, Technique } from "./technique.ts";

export type FrameworkName = "attack" | "atlas" | "owasp_llm";

/** Versions of a framework that ids can be looked up in. */
export function frameworkVersions(framework: FrameworkName): readonly string[] {
  switch (framework) {
    case "attack":
      return [ATTACK_VERSION];
    case "atlas":
      return [ATLAS_VERSION];
    case "owasp_llm":
      return Object.keys(owaspLlm);
  }
}

/** Ids of a framework's version; none for a version that is not known. */
export function frameworkIds(framework: FrameworkName, version: string): readonly string[] {
  if (!frameworkVersions(framework).includes(version)) return [];
  switch (framework) {
    case "attack":
      return [...attackTechniques.keys()];
    case "atlas":
      return [...atlasTechniques.keys()];
    case "owasp_llm":
      return Object.keys(owaspLlm[version] ?? {});
  }
}

/** The name of an entry, or `undefined` where the version has no such id. */
export function frameworkEntryName(
  framework: FrameworkName,
  version: string,
  id: string,
): string | undefined {
  if (!frameworkVersions(framework).includes(version)) return undefined;
  switch (framework) {
    case "attack":
      return attackTechniques.get(id)?.name;
    case "atlas":
      return atlasTechniques.get(id)?.name;
    case "owasp_llm":
      return owaspLlm[version]?.[id];
  }
}

/** An ATT&CK tactic with the techniques of some ids that belong to it. */
export interface TacticGroup {
  readonly tactic: Tactic;
  readonly techniques: readonly Technique[];
}

/** ATT&CK techniques under their tactics, tactics in the order of the matrix. Unknown ids are left out. */
export function groupByTactic(ids: readonly string[]): readonly TacticGroup[] {
  const techniques = [...new Set(ids)].flatMap((id) => attackTechniques.get(id) ?? []);
  return attackTactics
    .map((tactic) => ({
      tactic,
      techniques: techniques.filter(({ tactics }) => tactics.includes(tactic.id)),
    }))
    .filter((group) => group.techniques.length > 0);
}
