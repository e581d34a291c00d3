/** Messages about the command line and the files it names. Codes U9xx. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const unknownCommand: Definition<{ command: string; known: readonly string[] }> = {
  code: "U901",
  name: "unknown-command",
  severity: "error",
  explanation:
    "The first word of a command line names the command. `claude-siem --help` lists them.",
  wording: ({ command, known }) => ({
    message: `"${command}" is not a command`,
    help: oneOf(command, known),
  }),
};

export const unknownOption: Definition<{ option: string; known: readonly string[] }> = {
  code: "U902",
  name: "unknown-option",
  severity: "error",
  explanation:
    "The command has no such option. Options are never ignored, because a misspelt one would change a result in silence.",
  wording: ({ option, known }) => ({
    message: `"${option}" is not an option of this command`,
    help: oneOf(option, known),
  }),
};

export const missingValue: Definition<{ option: string; placeholder: string }> = {
  code: "U903",
  name: "missing-value",
  severity: "error",
  explanation: "The option takes a value, and none follows it.",
  wording: ({ option, placeholder }) => ({
    message: `${option} takes a value`,
    help: `Write ${option} ${placeholder}. A value that starts with a dash is written ${option}=-value.`,
  }),
};

export const badValue: Definition<{ option: string; value: string; known: readonly string[] }> = {
  code: "U904",
  name: "bad-value",
  severity: "error",
  explanation: "The option takes one of a closed list of values.",
  wording: ({ option, value, known }) => ({
    message: `"${value}" is not a value of ${option}`,
    help: oneOf(value, known),
  }),
};

export const missingOption: Definition<{ option: string; placeholder: string }> = {
  code: "U905",
  name: "missing-option",
  severity: "error",
  explanation: "The command cannot work without this option or argument; it has no safe default.",
  wording: ({ option, placeholder }) => ({
    message: `${option} is missing`,
    help: `Add ${option}${placeholder === "" ? "" : ` ${placeholder}`}. The command's --help shows an example.`,
  }),
};

export const extraArgument: Definition<{ argument: string }> = {
  code: "U906",
  name: "extra-argument",
  severity: "error",
  explanation: "The command takes fewer arguments than were given.",
  wording: ({ argument }) => ({
    message: `"${argument}" is one argument too many`,
    help: "Remove it, or quote a name that holds spaces.",
  }),
};

export const unreadable: Definition<{ path: string; reason: string }> = {
  code: "U907",
  name: "unreadable-file",
  severity: "error",
  explanation: "A file or folder that the command needs cannot be read.",
  wording: ({ path, reason }) => ({
    message: `${path} cannot be read: ${reason}`,
    help: "Check the name and the permissions.",
  }),
};

export const unwritable: Definition<{ path: string; reason: string }> = {
  code: "U908",
  name: "unwritable-file",
  severity: "error",
  explanation:
    "A file or folder that the command should write cannot be written. Nothing was half-written there.",
  wording: ({ path, reason }) => ({
    message: `${path} cannot be written: ${reason}`,
    help: "Check that the folder exists, is writable and has space.",
  }),
};

export const unknownRule: Definition<{ rule: string; known: readonly string[] }> = {
  code: "U909",
  name: "unknown-rule",
  severity: "error",
  explanation: "No rule has this name. Rules are named after their folder under rules/.",
  wording: ({ rule, known }) => ({
    message: `There is no rule "${rule}"`,
    help: oneOf(rule, known),
  }),
};

export const unknownTopic: Definition<{ topic: string; known: readonly string[] }> = {
  code: "U910",
  name: "unknown-topic",
  severity: "error",
  explanation: "`explain` takes the code of a diagnostic or the name of a rule.",
  wording: ({ topic, known }) => ({
    message: `"${topic}" is neither a diagnostic code nor a rule`,
    help: oneOf(topic, known),
  }),
};

export const unknownContent: Definition<{ path: string }> = {
  code: "U911",
  name: "unknown-content",
  severity: "error",
  explanation:
    "`check` knows a file by its name: rule.yaml and tests.yaml in a rule's folder, files in mappings/, calendar.yaml, clearances.csv or .yaml, prices.yaml, claude-siem.yaml, and logs of events (.ndjson).",
  wording: ({ path }) => ({
    message: `${path} is no kind of content that can be checked`,
    help: "Name a rule folder, rule.yaml, tests.yaml, a file in mappings/, calendar.yaml, clearances.csv, prices.yaml, claude-siem.yaml, claude-siem.content.yaml or a .ndjson log.",
  }),
};

export const unknownEvent: Definition<{ event: string; file: string }> = {
  code: "U912",
  name: "unknown-event",
  severity: "error",
  explanation:
    "`explain --event` names an event_id that the file of `--events` does not hold, or whose line was rejected.",
  wording: ({ event, file }) => ({
    message: `${file} has no event "${event}"`,
    help: "Name the event_id of an accepted line; without --event the rule's alerts and their events are listed.",
  }),
};

export const fileExists: Definition<{ path: string }> = {
  code: "U913",
  name: "file-exists",
  severity: "error",
  explanation:
    "The command would replace a file that somebody may have worked on. It does so only when told to.",
  wording: ({ path }) => ({
    message: `${path} exists already`,
    help: "Name another file with --out, or replace this one with --force.",
  }),
};

export const cannotListen: Definition<{ reason: string }> = {
  code: "U920",
  name: "cannot-listen",
  severity: "error",
  explanation:
    "The status page's address is in use or not of this machine. The connector does not run without it, because nobody would see its state.",
  wording: ({ reason }) => ({
    message: `The status page cannot listen at ${reason}`,
    help: "Stop what uses the address, choose another under server.listen, or set server.enabled: false.",
  }),
};
