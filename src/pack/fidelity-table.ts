/** How faithful each rule is in each target, for people. */
import type { Fidelity } from "../rule/ir.ts";
import type { Artifact, BuildTarget } from "./artifact.ts";

/** One rule, and its verdict for each target in the order asked for. */
export interface FidelityRow {
  readonly rule: string;
  readonly verdicts: readonly Fidelity[];
}

/** The rules of a pack with their verdicts. Every rule must have been built for every target. */
export function fidelityRows(
  artifacts: readonly Artifact[],
  targets: readonly BuildTarget[],
): readonly FidelityRow[] {
  const rules = [...new Set(artifacts.flatMap(({ rule }) => rule ?? []))].sort();
  return rules.map((rule) => ({
    rule,
    verdicts: targets.map((target) => {
      const artifact = artifacts.find((one) => one.rule === rule && one.target === target);
      if (artifact === undefined) throw new Error(`${rule} was not built for ${target}`);
      return artifact.fidelity;
    }),
  }));
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/**
 * The verdicts as a Markdown table with numbered notes below: reason and remedy of whatever is not
 * exact, each said once.
 */
export function renderFidelityTable(
  artifacts: readonly Artifact[],
  targets: readonly BuildTarget[],
): string {
  const notes: string[] = [];
  const cell = (fidelity: Fidelity): string => {
    if (fidelity.level === "exact") return "exact";
    const note = `${fidelity.reason}.${fidelity.remedy === undefined ? "" : ` ${fidelity.remedy}`}`;
    if (!notes.includes(note)) notes.push(note);
    return `${fidelity.level} (${notes.indexOf(note) + 1})`;
  };
  const rows = fidelityRows(artifacts, targets).map(({ rule, verdicts }) =>
    tableRow([rule, ...verdicts.map(cell)]),
  );
  const table = [tableRow(["rule", ...targets]), tableRow(["---", ...targets.map(() => "---")])];
  const numbered = notes.map((note, index) => `${index + 1}. ${note}`);
  return `${[...table, ...rows, ...(numbered.length > 0 ? ["", ...numbered] : [])].join("\n")}\n`;
}
