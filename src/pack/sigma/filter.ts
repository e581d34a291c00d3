/** Sigma filters: documents of the site that hide events from rules, kept apart from the rules. */

import { lowerPredicateToSigma } from "../../dialect/sigma/detection.ts";
import { LOGSOURCE, renderDocument } from "../../dialect/sigma/document.ts";
import { uuidV5 } from "../../dialect/uuid.ts";
import type { Predicate } from "../../rule/ir.ts";

/** What a filter hides, and from which rules. */
export interface SigmaFilter {
  readonly title: string;
  /** Ids of detection rules: of a correlation, those of the rules it reads. */
  readonly rules: readonly string[];
  readonly predicate: Predicate;
  readonly reason: string;
  /** Day of the decision, `YYYY-MM-DD`. */
  readonly date: string;
}

/**
 * A filter document. The specification asks for a selection of that name; the predicate's own
 * selections follow it, and `selection` is whatever every audit event has.
 */
export function renderFilter(filter: SigmaFilter): string {
  const { condition, ...selections } = lowerPredicateToSigma(filter.predicate);
  const [name, ...others] = Object.keys(selections);
  // One selection takes the name of the specification's schema.
  const body =
    name !== undefined && others.length === 0 && condition === name
      ? { selection: selections[name], condition: "not selection" }
      : {
          selection: { "event_type|exists": true },
          ...selections,
          condition: `selection and not (${String(condition)})`,
        };
  return renderDocument({
    title: filter.title,
    id: uuidV5(filter.rules[0] ?? "", `sigma filter ${filter.title}`),
    description: filter.reason,
    date: filter.date,
    logsource: LOGSOURCE,
    filter: { rules: filter.rules, ...body },
  });
}
