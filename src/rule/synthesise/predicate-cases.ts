/** Cases of a predicate: each of its comparisons met, missed, missing, empty, in other letters. */
import type { EventField } from "../../event/event.ts";
import { leavesOf } from "../detection.ts";
import type { Predicate } from "../ir.ts";
import { renderPredicate } from "../render-predicate.ts";
import type { CaseList, Story } from "./case-list.ts";
import { typed } from "./event-type.ts";
import { decisiveAssignment, type Fields, toFields } from "./satisfy.ts";
import { matches, withEntity } from "./subject.ts";
import { choicesOf, choiceText } from "./value.ts";

/** A predicate of the rule, and how a log shows whether an event matches it. */
export interface Probe {
  /** Its key in the rule, e.g. "detect.where". */
  readonly key: string;
  readonly where: Predicate;
  /** Fields every probed event must have besides. */
  readonly by: readonly EventField[];
  /** A log around events with the fields, and the alerts it must raise; or why there is none. */
  readonly story: (fields: Fields, matching: boolean) => Story | string;
}

/** Adds the cases of one predicate. Every comparison is tried where it alone decides. */
export function addPredicateCases(list: CaseList, { key, where, by, story }: Probe): void {
  const told = new Set<string>();
  for (const leaf of leavesOf(where)) {
    const text = renderPredicate(leaf);
    const decisive = decisiveAssignment(where, leaf);
    if (decisive === undefined) {
      const reason = "no event lets this comparison decide: the rest of the predicate does";
      list.add(key, text, reason, leaf.span);
      continue;
    }
    for (const choice of choicesOf(leaf)) {
      const assignment = new Map([...decisive, [leaf.field, choice]]);
      const fields = typed(withEntity(toFields(assignment), by, assignment));
      const identity = JSON.stringify(Object.entries(fields).sort());
      if (told.has(identity)) continue;
      told.add(identity);
      const name = `${text}, ${leaf.field} ${choiceText(choice)}`;
      list.add(key, name, story(fields, matches(where, fields)), leaf.span);
    }
  }
}
