/** Messages about compilation and the embedded engine. Codes D8xx. */
import type { Definition } from "../diagnostic.ts";

export const refusedRule: Definition<{
  rule: string;
  target: string;
  reason: string;
  remedy: string;
}> = {
  code: "D801",
  name: "refused-rule",
  severity: "error",
  explanation:
    "The target's language cannot say what the rule means, and something near it would alert on other events. The rule is left out of the target's pack, and the manifest says so.",
  wording: ({ rule, target, reason, remedy }) => ({
    message: `${rule} cannot be compiled for ${target}: ${reason}`,
    help: remedy,
  }),
};

export const degradedRule: Definition<{
  rule: string;
  target: string;
  reason: string;
  remedy?: string;
}> = {
  code: "D802",
  name: "degraded-rule",
  severity: "warning",
  explanation:
    "The compiled rule alerts on nearly the same, not exactly the same, as the rule means. The difference is named in the artifact, in the manifest and in the table of the README.",
  wording: ({ rule, target, reason, remedy }) => ({
    message: `${rule} is not exact for ${target}: ${reason}`,
    help: remedy ?? "Use a target that says the rule exactly where the difference matters.",
  }),
};

export const engineMissing: Definition<{ reason: string }> = {
  code: "D811",
  name: "engine-missing",
  severity: "error",
  explanation:
    "The embedded engine is the optional package @duckdb/node-api. It has binaries for Linux, macOS and Windows on x64 and arm64; an installation with --omit=optional leaves it out.",
  wording: ({ reason }) => ({
    message: `The embedded engine cannot be loaded: ${reason}`,
    help: "Install it beside this package: npm install @duckdb/node-api. Other commands work without it.",
  }),
};
