/** A long log, the same for a seed, in which every rule has something to say and boundaries are met. */
import { Random } from "../../../src/sample/random.ts";
import type { Event } from "../../oracle/evaluate.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 1, 1);
const DAYS = 40;

type Fields = Readonly<Record<string, unknown>>;

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.whole(0, values.length - 1)] as T;
}

/** One of the values, or nothing in one case of six. */
function maybe(random: Random, name: string, values: readonly unknown[]): Fields {
  return random.whole(1, 6) === 1 ? {} : { [name]: pick(random, values) };
}

const users = Array.from({ length: 24 }, (_, index) =>
  index.toString(16).padStart(2, "0").repeat(32),
);
const departments = ["sales", "legal", "engineering", "support", "unknown"];
const sessions = Array.from({ length: 300 }, (_, index) => `s-${index}`);
const classes = ["public", "internal", "sensitive", "restricted", "unknown"];

/** Who and where, for any event. */
function context(random: Random): Fields {
  return {
    ...maybe(random, "session_id", sessions),
    ...maybe(random, "user_id_hash", users),
    ...maybe(random, "department", departments),
    ...maybe(random, "data_classification", classes),
    ...maybe(random, "user_clearance", ["public", "restricted", "unknown"]),
    ...maybe(random, "within_business_hours", [true, true, true, false]),
    ...maybe(random, "source_kind", ["otlp", "otlp", "native", "compliance_feed"]),
  };
}

const flags: readonly ((random: Random) => Fields)[] = [
  (random) =>
    maybe(random, "security_flags", [
      ["prompt_injection"],
      ["x", "model_refusal"],
      ["cross_user_data_extraction", "system_prompt_leakage"],
      [],
    ]),
  (random) => maybe(random, "policy_flags", [["chat_accessed"], ["x", "chat_accessed"], []]),
];

const kinds: readonly ((random: Random) => Fields)[] = [
  () => ({ event_type: "session_start" }),
  () => ({ event_type: "session_end" }),
  (random) => ({
    event_type: "activity_event",
    activity_type: "model_request",
    token_input: random.whole(0, 4000),
    token_output: random.whole(0, 900),
    cost_usd: random.whole(1, 400) / 100,
  }),
  (random) => ({
    event_type: "activity_event",
    activity_type: "mcp_query",
    ...maybe(random, "mcp_server", ["jira", "wiki", "files", "crm"]),
    ...maybe(random, "mcp_outcome", ["success", "failure", "denied"]),
  }),
  (random) => ({
    event_type: "policy_event",
    ...maybe(random, "policy_event_type", [
      "approval_requested",
      "approval_granted",
      "approval_denied",
      "exception_requested",
      "exception_granted",
    ]),
    ...maybe(random, "request_id", ["r-1", "r-2", "r-3", "r-4", "r-5"]),
    ...maybe(random, "approver_id_hash", users),
  }),
  (random) => ({
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    ...maybe(random, "permission", [
      "api_key",
      "sso",
      "audit_logging",
      "permission_mode",
      "service_key",
    ]),
    ...maybe(random, "permission_after", ["created", "off", "admin", "bypassPermissions", "full"]),
    ...maybe(random, "target_user_id_hash", users),
  }),
  (random) => ({
    event_type: "security_event",
    ...maybe(random, "security_event_type", [
      "restricted_data_access",
      "prompt_injection_attempt",
      "mcp_auth_failure",
      "system_prompt_leakage",
      "cross_user_data_extraction",
    ]),
    ...maybe(random, "severity", ["low", "medium", "high", "critical"]),
    ...maybe(random, "auto_blocked", [true, false]),
  }),
];

/** Events of one session or user in steps that meet the edges of windows. */
const bursts: readonly ((random: Random) => Fields)[] = [
  () => ({ event_type: "activity_event", activity_type: "mcp_query", mcp_server: "jira" }),
  () => ({ event_type: "activity_event", activity_type: "mcp_query", mcp_outcome: "denied" }),
  () => ({ event_type: "activity_event", security_flags: ["model_refusal"] }),
  () => ({ event_type: "activity_event", policy_flags: ["chat_accessed", "x"] }),
  (random) => ({
    event_type: "session_start",
    ...maybe(random, "data_classification", ["unknown"]),
  }),
];

function burst(random: Random): readonly (readonly [number, Fields])[] {
  const kind = pick(random, bursts);
  const start = START + random.whole(0, DAYS * 24 * 60 - 1) * MINUTE;
  const step = pick(random, [0, 1000, 10_000, 12_000, MINUTE, 2 * MINUTE, 18 * MINUTE]);
  const who = {
    session_id: pick(random, sessions),
    user_id_hash: pick(random, users),
    department: pick(random, departments),
    source_kind: "otlp",
  };
  return Array.from({ length: random.whole(5, 110) }, (_, turn) => [
    start + turn * step,
    { ...who, ...kind(random) },
  ]);
}

/** What comes seldom: a source, a daily record with gaps, servers that are new somewhere. */
function rare(random: Random): readonly (readonly [number, Fields])[] {
  const days = Array.from({ length: DAYS }, (_, day) => START + day * DAY);
  const noon = (): number => random.whole(0, DAY - 1);
  const rollup = { event_type: "activity_event", activity_type: "usage_rollup" };
  const query = { event_type: "activity_event", activity_type: "mcp_query", department: "legal" };
  return days.flatMap((day, index) => [
    ...(random.whole(1, 3) === 1
      ? [[day + noon(), { event_type: "session_end", source_kind: "gateway" }] as const]
      : []),
    ...(random.whole(1, 5) > 1
      ? [[day + 60_000, { ...rollup, source_kind: "native" }] as const]
      : []),
    ...(index % 5 === 4
      ? [[day + noon(), { ...query, mcp_server: `server-${index % 15}` }] as const]
      : []),
  ]);
}

/** So many events, none twice, in no order. */
export function randomLog(seed: string, count: number): readonly Event[] {
  const random = Random.stream(seed, "spl");
  const timed = [...rare(random)];
  while (timed.length < count * 0.4) timed.push(...burst(random));
  while (timed.length < count) {
    const time = START + random.whole(0, DAYS * DAY - 1);
    const fields = { ...context(random), ...pick(random, kinds)(random) };
    const extra = random.whole(1, 10) === 1 ? pick(random, flags)(random) : {};
    timed.push([time, { ...fields, ...extra }]);
  }
  return timed.slice(0, count).map(([time, fields], index) => ({
    event_id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    timestamp: new Date(time).toISOString(),
    schema_version: "1.1",
    ...fields,
  }));
}
