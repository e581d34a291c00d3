/** Messages of `claude-siem hook`. Codes U93x. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const brokenSettings: Definition<Record<never, never>> = {
  code: "U931",
  name: "broken-settings",
  severity: "error",
  explanation:
    "The settings of Claude Code are a JSON file. What is not JSON cannot be changed without losing something, so it is left as it is. Comments and commas after the last item are not JSON.",
  wording: () => ({
    message: "The settings are not JSON here",
    help: "Mend this place; nothing was changed.",
  }),
};

export const strangeSettings: Definition<{ where: string; expected: string }> = {
  code: "U932",
  name: "strange-settings",
  severity: "error",
  explanation:
    "Hooks stand in the settings under `hooks`, an object with a list for each event. Something else is there, and it is not replaced, because somebody wrote it.",
  wording: ({ where, expected }) => ({
    message: `${where} is not ${expected}, so no hook can be added`,
    help: "Mend the settings as Claude Code's documentation shows them; nothing was changed.",
  }),
};

export const rawAddress: Definition<Record<never, never>> = {
  code: "U933",
  name: "raw-address",
  severity: "error",
  explanation:
    "What `hook` writes lies in a file on the developer's machine until a connector reads it, and an event never holds an e-mail address. Any other id of the user becomes a keyed hash in the connector.",
  wording: () => ({
    message: "--user is an e-mail address, which no event may hold",
    help: "Name the login or the number of the account, or leave it out: the name of the account on the machine is used.",
  }),
};

export const unknownHook: Definition<{ name: string; known: readonly string[] }> = {
  code: "U934",
  name: "unknown-hook-action",
  severity: "error",
  explanation:
    "`claude-siem hook` records what it reads; `install` and `uninstall` change settings.",
  wording: ({ name, known }) => ({
    message: `"${name}" is nothing that hook can do`,
    help: oneOf(name, known),
  }),
};
