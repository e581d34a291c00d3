/** Tactics of ATT&CK in the spelling of Sentinel, which shows a technique only under one of its own. */
import { attackTactics } from "../../framework/attack.ts";
import { groupByTactic } from "../../framework/lookup.ts";

/** `Command and Control` → `CommandAndControl`. */
function spelled(name: string): string {
  const words = name.split(" ").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join("");
}

/** The tactics that Sentinel knows and rules can have: those of ATT&CK Enterprise. */
export const tacticNames: readonly string[] = attackTactics.map(({ name }) => spelled(name));

/** A technique without its sub-technique: T1213.002 → T1213. */
export function techniqueOf(id: string): string {
  return id.slice(0, 5);
}

/** Tactics of some techniques, each once, in alphabetical order. */
export function tacticsFor(techniques: readonly string[]): readonly string[] {
  const groups = groupByTactic(techniques.map(techniqueOf));
  return groups.map(({ tactic }) => spelled(tactic.name)).sort();
}
