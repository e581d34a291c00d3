/**
 * What Amazon Bedrock's model invocation log hides in bodies: usage, latency, findings of guardrails and
 * calls of MCP tools. Bodies come in the form of the API that was called: the Messages API of Anthropic
 * as one object or as the list of its stream's events, or Converse. Nothing else of them comes out.
 */
import { type Fields, isFields, valueAt } from "./path.ts";
import { amount, textOf } from "./transform.ts";

const TRACE = "amazon-bedrock-trace";
const ACTION = "amazon-bedrock-guardrailAction";
const METRICS = "amazon-bedrock-invocationMetrics";
/** As Claude Code and the Agent SDK name tools of MCP servers. */
const MCP_TOOL = /^mcp__(.+?)__(.+)$/s;
const FINDINGS_MAX = 100;

interface Usage {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
}

function fieldsAt(value: unknown, ...names: readonly string[]): Fields {
  let at: unknown = value;
  for (const name of names) at = isFields(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return isFields(at) ? at : {};
}

function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const parent = fieldsAt(value, ...names.slice(0, -1));
  const list = parent[names.at(-1) ?? ""];
  return Array.isArray(list) ? list : [];
}

/** The objects of an answer: its one body, or the events of its stream. */
function partsOf(body: unknown): readonly Fields[] {
  return (Array.isArray(body) ? body : [body]).filter(isFields);
}

/** Usage as one part tells it; names differ by API. Input is what was not cached. */
function usageOf(part: Fields): Usage {
  const message = fieldsAt(part, "message", "usage");
  const metadata = fieldsAt(part, "metadata", "usage");
  const found = [fieldsAt(part, "usage"), message, metadata, fieldsAt(part, METRICS)];
  const pick = (...names: readonly string[]): number | undefined => {
    for (const usage of found)
      for (const name of names) {
        const number = amount(usage[name]);
        if (number !== undefined) return number;
      }
    return undefined;
  };
  const input = pick("input_tokens", "inputTokens", "inputTokenCount");
  const output = pick("output_tokens", "outputTokens", "outputTokenCount");
  const read = pick("cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount");
  const write = pick(
    ...["cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount"],
  );
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(read !== undefined && { cache_read: read }),
    ...(write !== undefined && { cache_write: write }),
  };
}

/** Usage of the whole answer: counts of a stream's events grow, so the largest of each is the last. */
function totalUsage(parts: readonly Fields[]): Usage {
  const total: { -readonly [Name in keyof Usage]: Usage[Name] } = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(usageOf(part)) as [keyof Usage, number][])
      total[name] = Math.max(total[name] ?? 0, count);
  }
  if (total.input !== undefined) total.input += (total.cache_read ?? 0) + (total.cache_write ?? 0);
  return total;
}

function latencyOf(parts: readonly Fields[]): number | undefined {
  for (const part of parts) {
    const latency =
      amount(fieldsAt(part, "metrics")["latencyMs"]) ??
      amount(fieldsAt(part, "metadata", "metrics")["latencyMs"]) ??
      amount(fieldsAt(part, METRICS)["invocationLatency"]);
    if (latency !== undefined) return latency;
  }
  return undefined;
}

/** Why the model stopped: a word of the API. */
function stopReason(parts: readonly Fields[]): string | undefined {
  const reasons = parts.flatMap((part) => [
    part["stop_reason"],
    part["stopReason"],
    fieldsAt(part, "delta")["stop_reason"],
    fieldsAt(part, "messageStop")["stopReason"],
  ]);
  return reasons.map(textOf).findLast((reason) => reason !== undefined);
}

/** Names of the tools that the model asks for. */
function toolNames(parts: readonly Fields[]): readonly string[] {
  const blocks = parts.flatMap((part) => [
    ...listAt(part, "content"),
    fieldsAt(part, "content_block"),
    ...listAt(part, "output", "message", "content").map((one) => fieldsAt(one, "toolUse")),
    fieldsAt(part, "contentBlockStart", "start", "toolUse"),
  ]);
  return blocks.flatMap((block) => textOf(fieldsAt(block)["name"]) ?? []);
}

interface McpCall {
  readonly server: string;
  readonly tool: string;
}

function mcpCalls(parts: readonly Fields[]): readonly McpCall[] {
  return toolNames(parts).flatMap((name) => {
    const [, server, tool] = MCP_TOOL.exec(name) ?? [];
    return server === undefined || tool === undefined ? [] : [{ server, tool }];
  });
}

/** A finding of a guardrail without the text that it matched. */
interface Finding {
  readonly guardrail: string;
  readonly side: "input" | "output";
  readonly policy: string;
  readonly type?: string;
  readonly action?: string;
  readonly confidence?: string;
  readonly score?: number;
  readonly threshold?: number;
}

/** The lists of findings in an assessment, with what names a finding. Matched texts are not read. */
const POLICIES = [
  ["topicPolicy", "topics", "name"],
  ["contentPolicy", "filters", "type"],
  ["wordPolicy", "customWords", ""],
  ["wordPolicy", "managedWordLists", "type"],
  ["sensitiveInformationPolicy", "piiEntities", "type"],
  ["sensitiveInformationPolicy", "regexes", "name"],
  ["contextualGroundingPolicy", "filters", "type"],
] as const;

function findingsOf(
  guardrail: string,
  side: Finding["side"],
  assessment: unknown,
): readonly Finding[] {
  return POLICIES.flatMap(([policy, list, named]) =>
    listAt(assessment, policy, list)
      .filter(isFields)
      // With a trace of everything, findings that had no consequence are listed too.
      .filter((finding) => finding["action"] !== "NONE")
      .map((finding) => {
        const type = textOf(finding[named]);
        const action = textOf(finding["action"]);
        const confidence = textOf(finding["confidence"]);
        const score = amount(finding["score"]);
        const threshold = amount(finding["threshold"]);
        return {
          ...{ guardrail, side, policy },
          ...(type !== undefined && { type }),
          ...(action !== undefined && { action }),
          ...(confidence !== undefined && { confidence }),
          ...(score !== undefined && { score }),
          ...(threshold !== undefined && { threshold }),
        };
      }),
  );
}

/** Assessments by guardrail: a map of id to one or several, or a list of such maps. */
function assessments(side: Finding["side"], value: unknown): readonly Finding[] {
  const maps = (Array.isArray(value) ? value : [value]).filter(isFields);
  return maps.flatMap((map) =>
    Object.entries(map).flatMap(([guardrail, held]) =>
      (Array.isArray(held) ? held : [held]).flatMap((one) => findingsOf(guardrail, side, one)),
    ),
  );
}

function guardrailOf(parts: readonly Fields[]): {
  readonly intervened: boolean;
  readonly findings: readonly Finding[];
} {
  const intervened =
    parts.some((part) => part[ACTION] === "INTERVENED") ||
    stopReason(parts) === "guardrail_intervened";
  const traces = parts.flatMap((part) => [
    fieldsAt(part, TRACE, "guardrail"),
    fieldsAt(part, "trace", "guardrail"),
    fieldsAt(part, "metadata", "trace", "guardrail"),
  ]);
  const findings = traces.flatMap((trace) => [
    ...assessments("input", trace["input"] ?? trace["inputAssessment"]),
    ...assessments("output", trace["outputs"] ?? trace["outputAssessments"]),
  ]);
  const unexplained: Finding = { guardrail: "unknown", side: "output", policy: "unknown" };
  return {
    intervened,
    findings: intervened && findings.length === 0 ? [unexplained] : findings.slice(0, FINDINGS_MAX),
  };
}

/** Ids of applications' inference profiles and of provisioned throughput, which name no model. */
const PROFILE = /:(?:application-inference-profile|provisioned-model)\/(.+)$/;

/** Where the entry names no model, the answer may. */
function modelOf(profile: string | undefined, parts: readonly Fields[]): string | undefined {
  if (profile === undefined) return undefined;
  const models = parts.flatMap((part) => [part["model"], fieldsAt(part, "message")["model"]]);
  return models.map(textOf).find((model) => model !== undefined);
}

/** The record with what its bodies say under `derived`. */
export function prepareBedrock(record: Fields): Fields {
  const body = valueAt(
    { record },
    { text: "", root: "record", parts: ["output", "outputBodyJson"] },
  );
  const parts = partsOf(body);
  const calls = mcpCalls(parts);
  const servers = [...new Set(calls.map(({ server }) => server))];
  const { intervened, findings } = guardrailOf(parts);
  const profile = PROFILE.exec(textOf(record["modelId"]) ?? "")?.[1];
  const arn = textOf(fieldsAt(record, "identity")["arn"]) ?? "";
  return {
    ...record,
    derived: {
      usage: totalUsage(parts),
      latency_ms: latencyOf(parts),
      stop_reason: stopReason(parts),
      inference_profile: profile,
      model: modelOf(profile, parts),
      mcp_calls: calls,
      ...(servers.length > 0 && { mcp_servers: servers }),
      guardrail: findings,
      ...(intervened && { guardrail_intervened: true }),
      actor_type: /:(assumed-role|user|root|federated-user)\b/.exec(arn)?.[1],
    },
  };
}
