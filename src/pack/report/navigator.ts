/** Coverage as layers of the ATT&CK Navigator (layer format 4.5), one for ATT&CK and one for ATLAS. */
import { ATLAS_VERSION } from "../../framework/atlas.ts";
import { ATTACK_VERSION } from "../../framework/attack.ts";
import type { RuleIr } from "../../rule/ir.ts";

type Matrix = "attack" | "atlas";

const matrices: Readonly<Record<Matrix, { domain: string; name: string; version: string }>> = {
  // The Navigator knows ATT&CK by its major version.
  attack: {
    domain: "enterprise-attack",
    name: "ATT&CK",
    version: ATTACK_VERSION.replace(/\..*$/, ""),
  },
  atlas: { domain: "atlas-atlas", name: "ATLAS", version: ATLAS_VERSION },
};

/** A rule names a technique as what it detects, or as what may stand behind it. */
interface Mention {
  readonly rule: string;
  readonly confidence: "primary" | "secondary";
  readonly why: string;
}

function mentionsOf(rules: readonly RuleIr[], matrix: Matrix): ReadonlyMap<string, Mention[]> {
  const mentions = new Map<string, Mention[]>();
  for (const rule of rules) {
    for (const { framework, id, confidence, why } of rule.frameworks) {
      if (framework !== matrix) continue;
      mentions.set(id, [...(mentions.get(id) ?? []), { rule: rule.name, confidence, why }]);
    }
  }
  return mentions;
}

/** Text of a layer. A technique's score is the number of rules that name it. */
export function renderLayer(rules: readonly RuleIr[], matrix: Matrix): string {
  const { domain, name, version } = matrices[matrix];
  const mentions = mentionsOf(rules, matrix);
  const techniques = [...mentions.keys()].sort().map((id) => {
    const own = mentions.get(id) ?? [];
    return {
      techniqueID: id,
      score: own.length,
      comment: own.map(({ rule, confidence, why }) => `${rule} (${confidence}): ${why}`).join("\n"),
      enabled: true,
      showSubtechniques: id.includes("."),
    };
  });
  const most = Math.max(1, ...techniques.map(({ score }) => score));
  const layer = {
    name: `Claude SIEM rules on ${name}`,
    versions: { attack: version, navigator: "5.1.0", layer: "4.5" },
    domain,
    description: `Techniques of ${name} ${version} that rules name; the score is the number of rules.`,
    sorting: 3,
    hideDisabled: false,
    techniques,
    gradient: { colors: ["#ffffff", "#d97757"], minValue: 0, maxValue: most },
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
  };
  return `${JSON.stringify(layer, null, 2)}\n`;
}
