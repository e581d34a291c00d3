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
