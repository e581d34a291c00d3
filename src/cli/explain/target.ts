/** A rule as a target has it, with the lines of rule.yaml that each line comes from. */
import type { Compiled, CompiledText } from "../../dialect/compiled.ts";
import { mapLines } from "../../dialect/source-map.ts";
import type { RuleIr } from "../../rule/ir.ts";
import { paint } from "../terminal/style.ts";

function renderTextWithOrigin(compiledText: CompiledText, colour: boolean): string {
  const lines = mapLines(compiledText).map(({ text, from }) => ({ text, from: from.join(",") }));
  const width = Math.max(...lines.map(({ from }) => from.length));
  return lines
    .map(({ text, from }) =>
      `  ${paint(colour, "dim", `${from.padStart(width)} │`)} ${text}`.trimEnd(),
    )
    .join("\n");
}

/** Verdict and texts of a rule for a target, ending in a line end. */
export function renderTarget(
  rule: RuleIr,
  target: string,
  { fidelity, texts }: Compiled,
  colour: boolean,
): string {
  const title = paint(colour, "bold", `${target}: ${fidelity.level}`);
  const reasons =
    fidelity.level === "exact"
      ? []
      : [`  ${fidelity.reason}.${fidelity.remedy === undefined ? "" : ` ${fidelity.remedy}`}`];
  const bodies = texts.flatMap((text) => [
    "",
    `  ${text.role}${text.pieces === undefined ? "" : `, with lines of ${rule.span.file} on the left`}`,
    renderTextWithOrigin(text, colour),
  ]);
  return `${[title, ...reasons, ...bodies].join("\n")}\n`;
}
