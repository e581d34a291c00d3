/** Messages about a site's overrides. Codes R34x. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const unknownOverride: Definition<{ rule: string; known: readonly string[] }> = {
  code: "R340",
  name: "unknown-override",
  severity: "error",
  explanation:
    "claude-siem.content.yaml changes a rule that does not exist, so the change would do nothing. After an upgrade this means that the rule was renamed or removed.",
  wording: ({ rule, known }) => ({
    message: `There is no rule "${rule}" to override`,
    help: oneOf(rule, known),
  }),
};

export const changedDefault: Definition<{
  rule: string;
  parameter: string;
  was: string;
  now: string;
}> = {
  code: "R341",
  name: "changed-default",
  severity: "warning",
  explanation:
    "The override notes under `was` which value the rule shipped with when it was written. The rule ships with another one now, so the reason for the override may be gone.",
  wording: ({ rule, parameter, was, now }) => ({
    message: `"${parameter}" of ${rule} was ${was} when it was overridden, and ships as ${now} now`,
    help: `See whether the override is still wanted, then write "${parameter}: ${now}" under "was".`,
  }),
};

export const expiredFilter: Definition<{ expires: string }> = {
  code: "R342",
  name: "expired-filter",
  severity: "warning",
  explanation:
    "A filter hides events from a rule until the day it names. After that day it is left out, and the rule sees those events again.",
  wording: ({ expires }) => ({
    message: `The filter applied until ${expires} and is left out`,
    help: "Remove it, or name a later day if the reason still holds.",
  }),
};
