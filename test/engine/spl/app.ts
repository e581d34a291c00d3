/** The Splunk app as the build makes it: texts of searches, unedited. */
import { compileRule } from "../../../src/dialect/compile.ts";
import type { ContextMode, ResultColumn } from "../../../src/dialect/compiled.ts";
import { loadDashboards } from "../../../src/engine/dashboard-set.ts";
import { buildPack } from "../../../src/pack/build-pack.ts";
import type { RuleIr } from "../../../src/rule/ir.ts";
import { loadRule, ruleNames } from "../rules.ts";
import { parseConf, type Stanza } from "./conf.ts";

export interface SplunkApp {
  readonly macros: ReadonlyMap<string, Stanza>;
  readonly savedSearches: ReadonlyMap<string, Stanza>;
  readonly files: ReadonlyMap<string, string>;
  /** The text of a rule's query. */
  readonly query: (rule: RuleIr) => string;
}

export interface AppOptions {
  /** All that ship unless given; an app of given rules has no panels. */
  readonly rules?: readonly RuleIr[];
  readonly context?: ContextMode;
}

/** Builds the app from rules and dashboards. */
export function buildApp({ rules, context = "stamped" }: AppOptions = {}): SplunkApp {
  const sourced = (rules ?? ruleNames.map(loadRule)).map((rule) => ({
    rule,
    source: `rules/${rule.name}/rule.yaml`,
  }));
  const dashboards = rules === undefined ? loadDashboards(".").dashboards : [];
  const artifacts = buildPack(sourced, ["splunk"], { context }, dashboards);
  const files = new Map(
    artifacts.flatMap(({ path, body }) =>
      typeof body === "string" ? [[path.replace(/^splunk\//, ""), body] as const] : [],
    ),
  );
  const file = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`the build has no ${path}`);
    return text;
  };
  return {
    macros: parseConf(file("TA-claude_siem/default/macros.conf")),
    savedSearches: parseConf(file("TA-claude_siem/default/savedsearches.conf")),
    files,
    query: ({ name }) => file(`${name}.spl`),
  };
}

/** The columns that a rule's query promises. */
export function columnsOf(rule: RuleIr): readonly ResultColumn[] {
  return compileRule(rule, "splunk").columns;
}
