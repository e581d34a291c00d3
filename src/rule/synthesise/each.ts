/** Cases of the kind `each`: one alert per matching event. */

import type { EventField } from "../../event/event.ts";
import type { EachDetection } from "../ir.ts";
import { type CaseList, type Draft, entityOf, type Story } from "./case-list.ts";
import { addPredicateCases } from "./predicate-cases.ts";
import type { Fields } from "./satisfy.ts";
import { matches, subjectOf, variation, without } from "./subject.ts";
import { addSuppressionCases } from "./suppression-cases.ts";

const START = Date.UTC(2026, 2, 3, 10);

export function synthesiseEach(list: CaseList, { where }: EachDetection): void {
  const { rule } = list;
  const keys = rule.suppress.by.filter((key): key is EventField => key !== "day");
  const alertOf = ({ atMs, fields }: Draft): Story["expect"][number] => {
    return { entity: entityOf(keys, fields), timeMs: atMs, value: 1, limit: 0, events: 1 };
  };
  const tell = (...drafts: readonly Draft[]): Story => ({ drafts, expect: drafts.map(alertOf) });
  addPredicateCases(list, {
    key: "detect.where",
    where,
    by: keys,
    story: (fields, matching) => {
      const story = tell({ atMs: START, fields });
      return matching ? story : { ...story, expect: [] };
    },
  });
  const subject = subjectOf(where, keys);
  if (subject === undefined) {
    list.add(
      "detect.where",
      "an event that matches",
      "no event matches and has all suppression keys",
    );
    return;
  }
  list.add("detect.where", "one event fires", tell({ atMs: START, fields: subject }));
  addSuppressionCases(list, {
    subject,
    vary: (field) => variation(subject, where, field),
    twice: (gap, first, second) =>
      tell({ atMs: START, fields: first }, { atMs: START + gap, fields: second }),
  });
  addDeliveryCases(list, subject, where, keys, tell);
}

/** Duplicates, order of lines, and events that suppression cannot tell apart. */
function addDeliveryCases(
  list: CaseList,
  subject: Fields,
  where: EachDetection["where"],
  keys: readonly EventField[],
  tell: (...drafts: readonly Draft[]) => Story,
): void {
  const { forMs } = list.rule.suppress;
  const once = { atMs: START, fields: subject };
  const last = { atMs: START + forMs, fields: subject };
  list.add("detect.where", "a line delivered three times fires once", {
    ...tell(once),
    drafts: [{ ...once, copies: 3 }],
  });
  list.add("detect.where", "lines out of order fire in order of time", {
    ...tell(once, last),
    drafts: [last, once],
  });
  if (forMs >= 2) {
    const withheld = { atMs: START + forMs - 1, fields: subject };
    list.add("suppress.for", "a withheld alert does not make it longer", {
      ...tell(once, last),
      drafts: [once, withheld, last],
    });
  }
  for (const key of keys) {
    const what = `events without ${key} are never withheld`;
    const bare = without(subject, key);
    if (!matches(where, bare)) list.add("suppress.by", what, `the rule needs ${key}`);
    else if (key === "event_type") list.add("suppress.by", what, "every event has it");
    else {
      const story = tell({ atMs: START, fields: bare }, { atMs: START + 1, fields: bare });
      list.add("suppress.by", what, story);
    }
  }
}
