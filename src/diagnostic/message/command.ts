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
    "`check` knows a file by its name: rule.yaml and tests.yaml in a rule's folder, files in mappings/, dashboards/ and signatures/, calendar.yaml, clearances.csv or .yaml, prices.yaml, classification.yaml, claude-siem.yaml, and logs of events (.ndjson).",
  wording: ({ path }) => ({
    message: `${path} is no kind of content that can be checked`,
    help: "Name a rule folder, rule.yaml, tests.yaml, a file in mappings/, dashboards/ or signatures/, calendar.yaml, clearances.csv, prices.yaml, classification.yaml, claude-siem.yaml, claude-siem.content.yaml or a .ndjson log.",
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
    message: `The status page ${reason}`,
    help: "Choose another address under server.listen, or set server.enabled: false.",
  }),
};

export const unknownSink: Definition<{ sink: string; known: readonly string[] }> = {
  code: "U921",
  name: "unknown-sink",
  severity: "error",
  explanation: "The configuration has no sink of this name. Sinks are named by their key `name`.",
  wording: ({ sink, known }) => ({
    message: `The configuration has no sink "${sink}"`,
    help: oneOf(sink, known),
  }),
};

export const noConfiguration: Definition<{ file: string }> = {
  code: "U922",
  name: "no-configuration",
  severity: "error",
  explanation:
    "The command works with what a connector was configured to do. There is no configuration in the working folder, and no data folder of a connector that runs without one.",
  wording: ({ file }) => ({
    message: `There is no ${file} here, and --config names none`,
    help: `Name the file with --config, or write one with \`claude-siem init\`.`,
  }),
};

export const cannotReadBack: Definition<{
  sink: string;
  kind: string;
  setting: string | undefined;
}> = {
  code: "U923",
  name: "cannot-read-back",
  severity: "error",
  explanation:
    "`reconcile` asks the product what it holds. That takes credentials of a reader, which are another setting than those of the writer, because a writer must not be able to read. Syslog, webhooks and Kafka have nothing that could be asked.",
  wording: ({ sink, kind, setting }) =>
    setting === undefined
      ? {
          message: `Sink "${sink}" cannot be asked what it holds: ${kind} has no way to read back`,
          help: "Compare at what stands behind it, or add a sink that can be asked, such as file.",
        }
      : {
          message: `Sink "${sink}" cannot be asked what it holds: "${setting}" is not set`,
          help: `Set "${setting}" to credentials that may only read; docs/configuration.md describes it.`,
        },
};

export const sinkFailed: Definition<{ sink: string; reason: string; instruction: string }> = {
  code: "U924",
  name: "sink-failed",
  severity: "error",
  explanation:
    "A sink that the command needs cannot be opened, does not answer, or takes nothing at the moment. Nothing was lost: what was not delivered is still in the journal or among the dead letters.",
  wording: ({ sink, reason, instruction }) => ({
    message: `Sink "${sink}": ${reason}`,
    help: instruction,
  }),
};

export const badTime: Definition<{ option: string; value: string }> = {
  code: "U925",
  name: "bad-time",
  severity: "error",
  explanation:
    "A time on the command line is an RFC 3339 date-time with an offset, or a duration back from now.",
  wording: ({ option, value }) => ({
    message: `"${value}" is no time for ${option}`,
    help: "Write a time such as 2026-03-01T09:00:00Z, or a duration back from now such as 24h or 7d.",
  }),
};

export const badRange: Definition<{ problem: string; instruction: string }> = {
  code: "U926",
  name: "bad-range",
  severity: "error",
  explanation:
    "Options that choose a part of the journal contradict each other, or choose nothing: a range ends after it begins, and is given either by sequence numbers or by times.",
  wording: ({ problem, instruction }) => ({ message: problem, help: instruction }),
};

export const replayBusy: Definition<{ sink: string; owner: string }> = {
  code: "U927",
  name: "replay-busy",
  severity: "error",
  explanation:
    "Another command sends events of this sink again at this moment. Two of them would send everything twice and write one file of refused events together.",
  wording: ({ sink, owner }) => ({
    message: `Events of sink "${sink}" are being sent again already: ${owner}`,
    help: "Wait until that command has ended.",
  }),
};

export const deletedThere: Definition<{ sink: string; from: string }> = {
  code: "U929",
  name: "deleted-there",
  severity: "warning",
  explanation:
    "Sinks that keep events for a limited time delete the older ones. Those are not missing, and sending them again would only make the sink delete them again; so the comparison begins where the sink keeps everything.",
  wording: ({ sink, from }) => ({
    message: `The sink "${sink}" keeps events for a limited time, so only those since ${from} are compared`,
    help: "The journal has the older ones for as long as its own retention says.",
  }),
};

export const noSetUp: Definition<{ sink: string; kind: string }> = {
  code: "U928",
  name: "no-set-up",
  severity: "error",
  explanation:
    "Only some products can be set up over an API, and only with a credential that may do so. The connector's own credential may write events and nothing else.",
  wording: ({ sink, kind }) => ({
    message: `There is nothing to set up from here for the sink "${sink}" of the kind ${kind}`,
    help: "`claude-siem build` writes what an administrator of the product installs.",
  }),
};
