/** Messages about the lock file of rules. Codes R33x. */
import type { Definition } from "../diagnostic.ts";

const UPDATE = "claude-siem check --update-lock";

export const unlockedRule: Definition<{ name: string }> = {
  code: "R330",
  name: "unlocked-rule",
  severity: "error",
  explanation:
    "rules.lock.json holds what every rule meant at its version, so that a change of meaning cannot go unnoticed. A new rule has to be entered once.",
  wording: ({ name }) => ({
    message: `The rule "${name}" is not in rules.lock.json`,
    help: `Enter it with: ${UPDATE}`,
  }),
};

export const versionTooLow: Definition<{
  what: string;
  locked: string;
  version: string;
  least: string;
}> = {
  code: "R331",
  name: "version-too-low",
  severity: "error",
  explanation:
    "What a rule means changed, or its text, and its version does not say so. Logic (fields, conditions, keys, kind) needs a new major version, tuning (limits, windows, times, severity) a new minor version, text a new patch version.",
  wording: ({ what, locked, version, least }) => ({
    message: `The rule's ${what} since ${locked}, and its version is ${version}`,
    help: `Raise the version to ${least} or above, then run: ${UPDATE}`,
  }),
};

export const staleLock: Definition<{ name: string; version: string; locked: string }> = {
  code: "R332",
  name: "stale-lock",
  severity: "error",
  explanation:
    "The rule's version was raised as it should be. The lock still holds the version before; the next change would be compared with that one.",
  wording: ({ name, version, locked }) => ({
    message: `rules.lock.json holds ${locked} of "${name}", which is ${version} now`,
    help: `Enter the new version with: ${UPDATE}`,
  }),
};

export const removedRule: Definition<{ name: string }> = {
  code: "R333",
  name: "removed-rule",
  severity: "error",
  explanation:
    "A rule of the lock has no file any more. Whoever imported it keeps an alert that nobody maintains; deprecate a rule for one release before it goes.",
  wording: ({ name }) => ({
    message: `The rule "${name}" is in the lock and has no file`,
    help: `If it was meant to go, run: ${UPDATE}`,
  }),
};

export const changedId: Definition<{ name: string; found: string; locked: string }> = {
  code: "R334",
  name: "changed-id",
  severity: "error",
  explanation:
    "The id of a rule is its identity in every SIEM. With another one, importing would add a second rule instead of replacing the first.",
  wording: ({ name, found, locked }) => ({
    message: `The id of "${name}" is ${found}, and was ${locked}`,
    help: `Write ${locked} again. A rule that is another one needs another name.`,
  }),
};

export const badLock: Definition<{ reason: string }> = {
  code: "R335",
  name: "bad-lock",
  severity: "error",
  explanation: "rules.lock.json is written by `check --update-lock` and read by `check`.",
  wording: ({ reason }) => ({
    message: `The lock file cannot be read: ${reason}`,
    help: `Restore it from version control, or delete it and run: ${UPDATE}`,
  }),
};
