/** Which lines of the rule's file each line of a compiled text comes from. */
import type { CompiledText } from "./compiled.ts";

/** A line of compiled text and the lines of rule.yaml that its parts come from, ascending. */
export interface MappedLine {
  readonly text: string;
  readonly from: readonly number[];
}

/** The lines of a text that was made of chunks; a text without pieces has lines of unknown origin. */
export function mapLines({ text, pieces }: CompiledText): readonly MappedLine[] {
  const lines: { text: string; from: Set<number> }[] = [{ text: "", from: new Set() }];
  for (const piece of pieces ?? [{ text }]) {
    piece.text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push({ text: "", from: new Set() });
      const line = lines.at(-1);
      if (line === undefined || part === "") return;
      line.text += part;
      if ("span" in piece && piece.span !== undefined) line.from.add(piece.span.line);
    });
  }
  if (lines.at(-1)?.text === "") lines.pop();
  return lines.map((line) => ({ text: line.text, from: [...line.from].sort((a, b) => a - b) }));
}
