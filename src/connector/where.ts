/** `where:` of a sink: which events it gets, in the language of rules. */
import type { Option } from "../config/option.ts";
import { report } from "../diagnostic/diagnostic.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { Predicate } from "../rule/ir.ts";
import { parseExpression } from "../rule/parse-expression.ts";
import { describeNode } from "../yaml/node.ts";

export interface Where {
  /** As it is written. */
  readonly text: string;
  readonly predicate: Predicate;
}

/** One of each form, for the reference page. */
export const whereExamples: readonly string[] = [
  "severity in (high, critical)",
  "event_type = security_event and not department = security",
  "security_flags has prompt_injection or token_output > 100000",
  "exists mcp_server and mcp_outcome != success",
];

export const where: Option<Where | undefined> = {
  doc: "Which events the sink gets, as an expression over event fields; the others pass it by.",
  type: "expression, optional",
  fallback: "none",
  example: '"severity in (high, critical)"',
  schema: { type: "string", minLength: 1 },
  read: (reader, key, diagnostics) => {
    const node = reader.optional(key);
    if (node === undefined) return undefined;
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      const args = { key, expected: "an expression as text", found: describeNode(node) };
      diagnostics.push(report(yamlMessage.wrongType, node.span, args));
      return undefined;
    }
    const scope = { parameters: new Map(), used: new Set<string>(), spanAt: node.within };
    const parsed = parseExpression(node.value, scope);
    diagnostics.push(...parsed.diagnostics);
    return parsed.ok ? { text: node.value, predicate: parsed.value } : undefined;
  },
};
