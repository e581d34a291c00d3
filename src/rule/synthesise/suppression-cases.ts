/** Cases of suppression: its last millisecond, its end, and what it tells apart. */
import type { EventField } from "../../event/event.ts";
import type { CaseList, Story } from "./case-list.ts";
import type { Fields } from "./satisfy.ts";

/** How a kind of detection raises two alerts. */
export interface Recurrence {
  readonly subject: Fields;
  /** The subject with another value of a field, or `undefined` when the rule fixes it. */
  readonly vary: (field: EventField) => Fields | undefined;
  /**
   * A log that raises two alerts `gapMs` apart if nothing were withheld, with both expected; or why
   * there is none.
   */
  readonly twice: (gapMs: number, first: Fields, second: Fields) => Story | string;
}

/** The story when the second alert is withheld. */
function onlyFirst(story: Story | string): Story | string {
  return typeof story === "string" ? story : { ...story, expect: story.expect.slice(0, 1) };
}

export function addSuppressionCases(list: CaseList, { subject, vary, twice }: Recurrence): void {
  const { by, forMs } = list.rule.suppress;
  const key = "suppress.for";
  const again = (gap: number): Story | string =>
    by.includes("day")
      ? "an entity fires once a day, and every day is told apart"
      : twice(gap, subject, subject);
  list.add(key, "an alert exactly at its end fires", again(forMs));
  if (forMs === 0) list.add(key, "an alert before its end is withheld", "it withholds nothing");
  else {
    const early = onlyFirst(again(forMs - 1));
    list.add(key, "an alert 1 ms before its end is withheld", early);
  }
  for (const field of by) {
    const what = `alerts that differ in ${field} do not hide each other`;
    if (forMs < 2) {
      list.add("suppress.by", what, "it withholds nothing");
      continue;
    }
    const second = field === "day" ? subject : vary(field);
    const reason = `the rule fixes ${field}`;
    list.add("suppress.by", what, second ? twice(1, subject, second) : reason);
  }
}
