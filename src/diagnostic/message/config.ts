/** Messages about `claude-siem.yaml`. Codes F9xx. No message repeats a secret. */
import type { Definition } from "../diagnostic.ts";
import { oneOf } from "../suggest.ts";

export const literalSecret: Definition<{ key: string }> = {
  code: "F901",
  name: "literal-secret",
  severity: "error",
  explanation:
    "A secret stands in the configuration file itself. Such files are copied, reviewed and committed; the secret would be in all those places, and could not be rotated without a change of the file.",
  wording: ({ key }) => ({
    message: `"${key}" must say where the secret lies, not what it is`,
    help: `Write "${key}: {env: NAME}" or "${key}: {file: /run/secrets/name}", and rotate the secret that stood here.`,
  }),
};

export const badSecretReference: Definition<{ key: string }> = {
  code: "F902",
  name: "bad-secret-reference",
  severity: "error",
  explanation:
    "A secret is either in one environment variable or in one file. Names of variables hold letters, digits and underscores.",
  wording: ({ key }) => ({
    message: `"${key}" needs exactly one of "env" and "file"`,
    help: `Write "${key}: {env: NAME}" or "${key}: {file: /run/secrets/name}".`,
  }),
};

export const badEndpoint: Definition<{ key: string; value: string; problem: string }> = {
  code: "F903",
  name: "bad-endpoint",
  severity: "error",
  explanation:
    "Audit events and tokens go to https endpoints whose certificate is verified. Plain http is taken for loopback only, and only with allow_plain_http, for a forwarder on the same machine or a test.",
  wording: ({ key, value, problem }) => ({
    message: `"${key}" cannot be ${JSON.stringify(value)}: ${problem}`,
    help: "Write an https:// URL, or set allow_plain_http: true for a receiver on this machine.",
  }),
};

export const durationOutOfRange: Definition<{ key: string; value: string; range: string }> = {
  code: "F904",
  name: "duration-out-of-range",
  severity: "error",
  explanation: "A duration lies outside of what makes sense for this setting.",
  wording: ({ key, value, range }) => ({
    message: `"${key}" is ${value}; it must be within ${range}`,
    help: "Choose a duration within the bounds.",
  }),
};

export const unknownKind: Definition<{ where: string; kind: string; known: readonly string[] }> = {
  code: "F905",
  name: "unknown-kind",
  severity: "error",
  explanation: "A source or sink names a kind that this version does not have.",
  wording: ({ where, kind, known }) => ({
    message: `"${kind}" is no kind of ${where}`,
    help: oneOf(kind, known),
  }),
};

export const duplicateName: Definition<{ where: string; name: string }> = {
  code: "F906",
  name: "duplicate-name",
  severity: "error",
  explanation:
    "Names of sources and sinks tell their cursors, dead letters and metrics apart, so each is used once.",
  wording: ({ where, name }) => ({
    message: `Two ${where}s are named "${name}"`,
    help: "Give each its own name; renaming a sink makes it start again from its beginning.",
  }),
};

export const sizeOutOfRange: Definition<{ key: string; value: string; range: string }> = {
  code: "F907",
  name: "size-out-of-range",
  severity: "error",
  explanation: "A size lies outside of what makes sense for this setting.",
  wording: ({ key, value, range }) => ({
    message: `"${key}" is ${value}; it must be within ${range}`,
    help: "Choose a size within the bounds. KiB, MiB and GiB count in steps of 1024.",
  }),
};

export const settingConflict: Definition<{ key: string; problem: string; instruction: string }> = {
  code: "F908",
  name: "setting-conflict",
  severity: "error",
  explanation:
    "Two settings are each right and do not go together. The connector does not start with them, because one of the two would have to be ignored.",
  wording: ({ key, problem, instruction }) => ({
    message: `"${key}" does not go with the other settings: ${problem}`,
    help: instruction,
  }),
};

export const badName: Definition<{ where: string; name: string }> = {
  code: "F909",
  name: "bad-name",
  severity: "error",
  explanation:
    "Names of sources and sinks become names of files and labels of metrics, so they start with a lower-case letter and hold lower-case letters, digits and dashes, at most 63 characters.",
  wording: ({ where, name }) => ({
    message: `${JSON.stringify(name)} cannot be the name of a ${where}`,
    help: "Write a name such as splunk-main: lower-case letters, digits and dashes, first a letter.",
  }),
};

export const nothingConfigured: Definition<{ where: string; example: string }> = {
  code: "F910",
  name: "nothing-configured",
  severity: "error",
  explanation: "A connector without a source gets no events, and one without a sink delivers none.",
  wording: ({ where, example }) => ({
    message: `The configuration has no ${where}`,
    help: `Add one under "${where}s:", such as "${example}".`,
  }),
};

export const badListen: Definition<{ key: string; value: string; problem: string }> = {
  code: "F911",
  name: "bad-listen",
  severity: "error",
  explanation:
    "An address to listen at is a host and a port, such as 127.0.0.1:9464 or [::1]:9464. One that others can reach is taken only when that is asked for.",
  wording: ({ key, value, problem }) => ({
    message: `"${key}" cannot be ${JSON.stringify(value)}: ${problem}`,
    help: "Write 127.0.0.1:9464, or set allow_remote: true and a token that others log in with.",
  }),
};

export const unknownVersion: Definition<{ version: number }> = {
  code: "F912",
  name: "unknown-version",
  severity: "error",
  explanation:
    "The file says which version of its format it is written in, so that a later connector can tell old settings from mistakes.",
  wording: ({ version }) => ({
    message: `Version ${version} of the configuration is not known`,
    help: "Write version: 1, or use the release of claude-siem that the file was written for.",
  }),
};

export const cannotOpen: Definition<{ part: string; reason: string }> = {
  code: "F960",
  name: "cannot-open",
  severity: "error",
  explanation:
    "The configuration is well-formed, but something it names cannot be used on this machine: a package that is not installed, a secret that is not there, a file or folder that cannot be read.",
  wording: ({ part, reason }) => ({
    message: `${part} cannot be opened: ${reason}`,
    help: "Mend what the reason names; `claude-siem doctor` looks at everything at once.",
  }),
};

export const needsRestart: Definition<{ key: string }> = {
  code: "F961",
  name: "needs-restart",
  severity: "error",
  explanation:
    "A running connector can take new sources, sinks, tables and log settings. The journal's folder and form, the key of pseudonyms, the policy and the address of the status page are fixed while it runs.",
  wording: ({ key }) => ({
    message: `"${key}" cannot change while the connector runs; the configuration before stays in force`,
    help: "Restart the connector to change it, or take the change back.",
  }),
};
