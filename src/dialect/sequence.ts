/** When a sequence can be said with one row for each event. */
import { leavesOf } from "../rule/detection.ts";
import type { Predicate, SequenceDetection } from "../rule/ir.ts";
import type { Obstacle } from "./capability.ts";

/** Values that an event must have in a field for the predicate to hold, where that is plain to see. */
function demands(where: Predicate): ReadonlyMap<string, readonly unknown[]> {
  const parts = where.kind === "all" ? where.of : [where];
  const leaves = parts.flatMap((part) =>
    part.kind === "equals" || part.kind === "in" ? leavesOf(part) : [],
  );
  return new Map(
    leaves.map((leaf) => [
      leaf.field,
      leaf.kind === "in" ? leaf.values : [leaf.kind === "equals" && leaf.value],
    ]),
  );
}

/** Whether no event can be both steps, because they demand different values of one field. */
function areDisjoint(first: Predicate, second: Predicate): boolean {
  const other = demands(second);
  return [...demands(first)].some(([field, values]) => {
    const wanted = other.get(field);
    return wanted !== undefined && !values.some((one) => wanted.includes(one));
  });
}

/** A row has one entity, so an event that could be both steps must have the same one in both. */
export function findSequenceObstacle({ first, second }: SequenceDetection): Obstacle | undefined {
  if (first.by.join() === second.by.join() || areDisjoint(first.where, second.where))
    return undefined;
  return {
    reason: "An event that is both steps, with another entity in each, needs two rows",
    remedy: "Add a condition that tells the steps apart, such as another event_type in each.",
  };
}
