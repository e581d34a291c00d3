/** Deterministic audit events in the proportions of a real deployment, as NDJSON. */
import { formatTime } from "../src/event/time.ts";
import { seededRandom } from "../test/event/random-event.ts";

const departments = ["engineering", "finance", "legal", "clinical-research", "support", "sales"];
const models = ["claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805", "claude-haiku-4-5"];
const servers = ["github", "jira", "confluence", "snowflake", "salesforce", "google-drive"];
const policies = ["approved_use_case", "retention_30d", "pii_redaction", "export_control"];
const findings = ["prompt_injection", "unusual_volume", "secret_detected"];

/** A corpus of newline-terminated events; `lines` are the byte ranges of the events without newline. */
export interface Corpus {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

type Random = () => number;

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function some(random: Random, values: readonly string[], most: number): readonly string[] {
  return values.filter(() => random() < most / values.length);
}

function hex(random: Random, length: number): string {
  let text = "";
  while (text.length < length)
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
  return text.slice(0, length);
}

function uuid(random: Random): string {
  const digits = hex(random, 32);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join("-");
}

/** Fields of every event, in the order of the audit design. */
function baseFields(random: Random, users: readonly string[], index: number): object {
  return {
    session_id: uuid(random),
    user_id_hash: pick(random, users),
    department: pick(random, departments),
    model_version: pick(random, models),
    data_classification: pick(random, [
      "public",
      "internal",
      "internal",
      "sensitive",
      "restricted",
    ]),
    mcp_integrations: some(random, servers, 2),
    token_input: Math.floor(random() * 20_000),
    token_output: Math.floor(random() * 4000),
    duration_ms: index % 3 === 0 ? 0 : Math.floor(random() * 900_000),
    policy_flags: some(random, policies, 1),
    security_flags: random() < 0.05 ? some(random, findings, 1) : [],
  };
}

function securityFields(random: Random): object {
  const summary =
    random() < 0.26 ? "pattern matched – «override»" : "pattern matched in tool result";
  return {
    security_event_type: pick(random, [
      "restricted_data_access",
      "prompt_injection_attempt",
      "anomalous_mcp_volume",
    ]),
    severity: pick(random, ["low", "medium", "high", "critical"]),
    details: {
      summary,
      pattern_id: `P-${Math.floor(random() * 400)}`,
      score: Math.floor(random() * 100),
    },
    auto_blocked: random() < 0.5,
    notified_to: ["security-oncall"],
  };
}

/** 30 % session starts, 28 % ends, 35 % policy and 7 % security events; about 530 bytes each. */
function makeEvent(random: Random, users: readonly string[], index: number): object {
  const die = random();
  const head = { event_id: uuid(random) };
  const tail = {
    timestamp: formatTime(1_772_323_200_000 + index * 400 + Math.floor(random() * 400)),
    ...baseFields(random, users, index),
  };
  if (die < 0.3) return { ...head, event_type: "session_start", ...tail };
  if (die < 0.58) return { ...head, event_type: "session_end", ...tail };
  if (die < 0.93) {
    const policy_event_type = pick(random, [
      "approval_requested",
      "approval_granted",
      "approval_denied",
    ]);
    return { ...head, event_type: "policy_event", ...tail, policy_event_type };
  }
  return { ...head, event_type: "security_event", ...tail, ...securityFields(random) };
}

/** The corpus of `count` events; equal for equal counts and seeds. */
export function makeCorpus(count: number, seed = 20_260_301): Corpus {
  const random = seededRandom(seed);
  const users = Array.from({ length: 2000 }, () => hex(random, 64));
  const lines = Array.from({ length: count }, (_, index) =>
    Buffer.from(`${JSON.stringify(makeEvent(random, users, index))}\n`),
  );
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length;
    ends.push(at - 1);
  }
  return { bytes: Buffer.concat(lines), starts, ends };
}
