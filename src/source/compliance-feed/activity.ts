/**
 * Activities of the Compliance API → audit events.
 *
 * - The feed says who did what to which object and how it ended; it carries no content, tokens, model,
 *   duration, data class or department, and this file guesses none of them.
 * - `event_id` follows from the activity's id alone, so that an activity read twice is one event.
 * - A chat is the session of its activities, which joins them to other sources of the same chat.
 * - `…_viewed` says that an application loaded something, not that somebody has read it.
 * - Types that the table does not know pass as activity events under their name.
 */
import { createHash } from "node:crypto";
import { fileSpan, report } from "../../diagnostic/diagnostic.ts";
import * as sourceMessage from "../../diagnostic/message/source.ts";
import { SCHEMA_VERSION } from "../../event/event.ts";
import { isAddress } from "../../event/format.ts";
import type { DataInReach } from "../../event/reach.ts";
import { formatTime, isRepresentable, parseTime } from "../../event/time.ts";
import type { SourceRecord } from "../source.ts";
import type { ActivityTable, ActivityType } from "./activity-type.ts";
import { type Fields, isFields, outcomeOf, resolve, textOf, wordOf } from "./field.ts";
import { actorLabels, actorOf, type ResolvePerson, targetOf } from "./person.ts";

/** What is known about somebody from the directory. */
export interface PersonContext {
  readonly department?: string;
  readonly role?: string;
}

/** The table as it is looked up, once for each field of each activity. */
export interface TableIndex {
  readonly persons: readonly string[];
  readonly labels: ReadonlySet<string>;
  readonly types: ReadonlyMap<string, ActivityType>;
}

export function indexTable({ persons, labels, types }: ActivityTable): TableIndex {
  return { persons, labels: new Set(labels), types: new Map(Object.entries(types)) };
}

export interface ActivityContext {
  readonly table: TableIndex;
  /** Name of the source in diagnostics. */
  readonly origin: string;
  /** Whether an activity is a request of this connector itself. */
  readonly isOwn: (actor: Fields) => boolean;
  readonly resolvePerson: ResolvePerson;
  readonly contextOf: (identity: string) => PersonContext | undefined;
  /** Where activities are from; the feed itself when absent. */
  readonly sourceKind?: string;
  /** Labels that other origins of activities have beside those of the feed. */
  readonly labels?: Fields;
}

/** An activity on its way. */
export interface ReadActivity {
  /** Tells activities apart: equal for one that is read twice. */
  readonly key: string;
  /** When it happened, milliseconds since the epoch; `undefined` when it does not say. */
  readonly createdMs: number | undefined;
  readonly record: SourceRecord;
  /** Its type, where the table does not know it. */
  readonly unknownName?: string;
  readonly isOwn: boolean;
}

/** Fields of every activity, which have places of their own. */
const COMMON = new Set([
  ...["id", "created_at", "type", "actor", "organization_id", "organization_uuid"],
  ...["mcp_server_name", "request_id", "principal_id", "target_id", "member_ids", "updates"],
  "outcome",
]);
/** An event has 256 labels at most, and some of them are made here. */
const LABELS_MAX = 200;
/** What names a session, best first. */
const SESSIONS = ["claude_chat_id", "cowork_session_id", "session_id", "conversation_id"] as const;

const UNKNOWN_TYPE: Pick<ActivityType, "as" | "outcome"> = { as: "activity", outcome: "unknown" };

function digest(id: string): string {
  return createHash("sha256").update("claude-siem/compliance-feed\n").update(id).digest("hex");
}

/** The id of an activity's event: a UUID of version 8 (RFC 9562, section 5.8) made from its id. */
export function eventIdOf(activityId: string): string {
  const hex = digest(activityId);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The one setting that an activity about settings changed; several share one event. */
function onlyUpdate(activity: Fields): Fields | undefined {
  const { updates } = activity;
  const [only] = Array.isArray(updates) && updates.length === 1 ? updates : [];
  return isFields(only) ? only : undefined;
}

/** What was changed, from what, to what: by the table, or of a single setting by the activity. */
function changeOf(type: ActivityType, activity: Fields): Fields {
  const only = type.after?.includes("$updates") ? onlyUpdate(activity) : undefined;
  const setting = only && wordOf(only["type"]);
  if (only !== undefined && setting !== undefined)
    return {
      permission: setting,
      permission_before: resolve("$previous_value", only),
      permission_after: resolve("$current_value", only) ?? "changed",
    };
  const after = (type.after ?? []).map((one) => resolve(one, activity));
  return {
    permission: type.permission && resolve(type.permission, activity),
    permission_before: type.before && resolve(type.before, activity),
    permission_after:
      after.find((value) => value === "disabled") ?? after.find((value) => value !== undefined),
  };
}

/** The severity of an event that has no field for it. Switching something on alarms nobody. */
function severityLabel(type: Partial<ActivityType>, kind: Fields): string | undefined {
  if (kind["event_type"] === "security_event" || type.as === "mcp_authentication") return undefined;
  const isSwitch = type.after?.some((one) => one.startsWith("$")) ?? false;
  return isSwitch && kind["permission_after"] === "enabled" ? undefined : type.severity;
}

function isGranted(type: ActivityType, activity: Fields): boolean {
  const decision = activity[type.decided_by ?? ""];
  return decision === true || decision === "approved";
}

/** The part of an event that its kind decides. */
function kindFields(
  type: Partial<ActivityType> & Pick<ActivityType, "as">,
  activity: Fields,
  outcome: string,
): Fields {
  const { as, severity, blocked } = type;
  const permission = type.permission && resolve(type.permission, activity);
  const whole = type as ActivityType;
  switch (as) {
    case "activity":
      return { event_type: "activity_event", mcp_outcome: outcome };
    case "authentication":
      return {
        event_type: "activity_event",
        activity_type: "authentication",
        mcp_outcome: outcome,
      };
    case "mcp_authentication":
      if (outcome !== "failure")
        return kindFields({ ...type, as: "authentication" }, activity, outcome);
      return { event_type: "security_event", security_event_type: "mcp_auth_failure", severity };
    case "security":
      return { event_type: "security_event", severity, auto_blocked: blocked };
    case "permission_changed":
      return { event_type: "policy_event", policy_event_type: as, ...changeOf(whole, activity) };
    case "decision":
      return {
        event_type: "policy_event",
        policy_event_type: isGranted(whole, activity) ? "approval_granted" : "approval_denied",
        permission,
      };
    default:
      return { event_type: "policy_event", policy_event_type: as, permission };
  }
}

/** Fields of the activity that may be seen, and the names of those that may not. */
function labelsOf(
  activity: Fields,
  own: Fields,
  { labels: allowed, persons }: TableIndex,
): Readonly<Record<string, string>> {
  const labels: [string, string][] = [];
  const leftOut: string[] = [];
  for (const [name, value] of Object.entries(activity)) {
    if (value === null || COMMON.has(name) || persons.includes(name)) continue;
    const isAllowed = allowed.has(name) && labels.length < LABELS_MAX;
    const word = isAllowed ? wordOf(value) : undefined;
    if (word !== undefined) labels.push([name, word]);
    else leftOut.push(wordOf(name) ?? "unnamed");
  }
  const { updates, member_ids } = activity;
  if (Array.isArray(member_ids)) {
    labels.push(["member_count", String(member_ids.length)]);
    if (member_ids.length > 1) leftOut.push("member_ids");
  }
  const updated = Array.isArray(updates) && updates.length > 0 ? wordOf(updates) : undefined;
  if (updated !== undefined) labels.push(["updates", updated]);
  for (const [name, value] of Object.entries(own)) {
    const word = wordOf(value);
    if (word !== undefined) labels.push([name, word]);
  }
  if (leftOut.length > 0) labels.push(["fields_left_out", leftOut.sort().join(",").slice(0, 1024)]);
  // fromEntries defines own properties, so a field such as __proto__ stays data.
  return Object.fromEntries(labels);
}

/** What was asked for through the Compliance API; its parameters may name people. */
function pathOf(type: string, activity: Fields): string | undefined {
  if (type !== "compliance_api_accessed") return undefined;
  return URL.parse(textOf(activity["url"], 8192) ?? "")?.pathname;
}

/** The name of a file is left out of the event, but tells the class of its data. */
function reachOf(activity: Fields): DataInReach | undefined {
  const name = textOf(activity["filename"], 8192);
  return name === undefined ? undefined : { path: [name] };
}

function addressOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && isAddress(text) ? text : undefined;
}

function firstText(activity: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(activity[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function refuse(raw: unknown, context: ActivityContext, detail: string): ReadActivity {
  const text = JSON.stringify(raw) ?? "null";
  const problem = report(sourceMessage.notActivity, fileSpan(context.origin), { detail });
  return {
    key: digest(text).slice(0, 24),
    createdMs: undefined,
    record: { problem, position: 0, raw: text },
    isOwn: false,
  };
}

/** Reads one entry of the feed's `data`. Never throws. */
export function readActivity(raw: unknown, context: ActivityContext): ReadActivity {
  if (!isFields(raw)) return refuse(raw, context, "it is no JSON object");
  const id = textOf(raw["id"]);
  if (id === undefined) return refuse(raw, context, "it has no id");
  const name = textOf(raw["type"]);
  if (name === undefined) return refuse(raw, context, "it has no type");
  const createdMs = parseTime(textOf(raw["created_at"]) ?? "")?.epochMs;
  if (createdMs === undefined || !isRepresentable(createdMs))
    return refuse(raw, context, "it has no time of creation that can be read");
  const { table } = context;
  const known = table.types.get(name);
  const type: Partial<ActivityType> & Pick<ActivityType, "as" | "outcome"> = known ?? UNKNOWN_TYPE;
  const actor = isFields(raw["actor"]) ? raw["actor"] : {};
  const isOwn = name === "compliance_api_accessed" && context.isOwn(actor);
  const found = actorOf(actor);
  const identity = found === undefined ? undefined : context.resolvePerson(found);
  const person = identity === undefined ? undefined : context.contextOf(identity);
  const outcome = outcomeOf(type.outcome, raw);
  const kind = kindFields(type, raw, outcome);
  const server = textOf(raw["mcp_server_name"]);
  const own: Fields = {
    ...actorLabels(actor),
    organization_id: raw["organization_id"] ?? raw["organization_uuid"],
    event_name: wordOf(name),
    url_path: pathOf(name, raw),
    category: known?.category ?? "unknown",
    outcome,
    severity: severityLabel(type, kind),
    organization_role: person?.role,
    own_access: isOwn || undefined,
    ...context.labels,
  };
  const event: Fields = {
    schema_version: SCHEMA_VERSION,
    event_id: eventIdOf(id),
    ...kind,
    timestamp: formatTime(createdMs),
    session_id: firstText(raw, SESSIONS),
    department: person?.department ?? "unknown",
    data_classification: "unknown",
    mcp_integrations: server === undefined ? undefined : [server],
    policy_flags: type.policy_flags,
    security_flags: type.security_flags,
    source_kind: context.sourceKind ?? "compliance_feed",
    source_record_id: id,
    request_id: textOf(raw["request_id"]),
    actor_type: textOf(actor["type"]),
    client_ip: addressOf(actor["ip_address"]),
    user_agent: textOf(actor["user_agent"], Number.POSITIVE_INFINITY)
      ?.slice(0, 1024)
      .toWellFormed(),
    labels: labelsOf(raw, own, table),
  };
  const isPolicy = kind["event_type"] === "policy_event";
  const target = isPolicy ? targetOf(raw, table.persons) : undefined;
  const decides = /^approval_(granted|denied)$/.test(String(kind["policy_event_type"]));
  const others = {
    ...(target !== undefined && { target_user_id_hash: context.resolvePerson(target) }),
    ...(decides && identity !== undefined && { approver_id_hash: identity }),
  };
  return {
    key: digest(id).slice(0, 24),
    createdMs,
    ...(known === undefined && { unknownName: wordOf(name) ?? "unnamed" }),
    isOwn,
    record: { text: JSON.stringify(event), position: 0, identity, others, reach: reachOf(raw) },
  };
}
