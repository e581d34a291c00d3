/** What kind of content a file is, and which rules a command is about. */
import { basename, dirname } from "node:path";
import { report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { LoadedRule } from "../engine/rule-set.ts";
import { CommandFailure } from "./failure.ts";

/** The rules a `--rule` option names, or all; an unknown name is a usage error. */
export function selectRules(
  rules: readonly LoadedRule[],
  names: readonly string[],
  spanOf: (name: string) => Span,
): readonly LoadedRule[] {
  if (names.length === 0) return rules;
  const known = rules.map(({ rule }) => rule.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const diagnostics = unknown.map((rule) =>
      report(commandMessage.unknownRule, spanOf(rule), { rule, known }),
    );
    throw new CommandFailure(diagnostics, 2);
  }
  return rules.filter(({ rule }) => names.includes(rule.name));
}

/** What kind of content a file is, by its name and place. */
export type ContentKind =
  | "rule"
  | "tests"
  | "mapping"
  | "dashboard"
  | "calendar"
  | "clearances"
  | "prices"
  | "classification"
  | "scim"
  | "overrides"
  | "signature"
  | "config"
  | "events";

export function contentKind(path: string): ContentKind | undefined {
  const name = basename(path);
  if (name === "rule.yaml" || name === "rule.yml") return "rule";
  if (name === "tests.yaml" || name === "tests.yml") return "tests";
  if (/^calendar.*\.ya?ml$/.test(name)) return "calendar";
  if (/^clearances.*\.(ya?ml|csv)$/.test(name)) return "clearances";
  if (/^prices.*\.ya?ml$/.test(name)) return "prices";
  if (/^scim.*\.ya?ml$/.test(name)) return "scim";
  if (/^classification.*\.ya?ml$/.test(name)) return "classification";
  if (/^claude-siem\.content.*\.ya?ml$/.test(name)) return "overrides";
  if (/^claude-siem(\.[^.]+)?\.ya?ml$/.test(name)) return "config";
  if (/\.ndjson$/.test(name)) return "events";
  if (basename(dirname(path)) === "signatures" && /\.ya?ml$/.test(name)) return "signature";
  if (basename(dirname(path)) === "dashboards" && /\.ya?ml$/.test(name)) return "dashboard";
  if (basename(dirname(path)) === "mappings" || /^(ecs|sentinel|cim).*\.ya?ml$/.test(name))
    return "mapping";
  return undefined;
}

/** A key that only files of one kind have at the start of a line. */
const TELLING_KEYS: readonly (readonly [RegExp, ContentKind])[] = [
  [/^detect:/m, "rule"],
  [/^cases:/m, "tests"],
  [/^classify:/m, "mapping"],
  [/^departments:/m, "calendar"],
  [/^prices:/m, "prices"],
  [/^groups_as:/m, "scim"],
  // Many formats have rules; in these the first begins with its id and its class.
  [/^rules:\s+- \{?\s*id:[^\n,]*[\n,]\s*class:/m, "classification"],
  [/^sections:/m, "dashboard"],
  [/^surfaces:/m, "signature"],
  // Other programs have sinks too, so one key alone does not tell.
  [/^version:[\s\S]*^sinks:|^sinks:[\s\S]*^version:/m, "config"],
];

/** The kind of a file that has a name of its own, by what it holds. */
export function sniffKind(text: string): ContentKind | undefined {
  return TELLING_KEYS.find(([pattern]) => pattern.test(text))?.[1];
}
