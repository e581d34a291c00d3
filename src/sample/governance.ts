/** Approvals, exceptions and permission changes: who asked, and who else decided. */
import {
  type AuditEvent,
  type CommonFields,
  type PolicyEvent,
  SCHEMA_VERSION,
} from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import { type Company, type User, type WorkingDay, workingDay } from "./company.ts";
import { type Department, departments } from "./department.ts";
import { MS_PER_DAY } from "./local-time.ts";
import { Random } from "./random.ts";
import { DEPLOYMENT } from "./session.ts";

const REQUEST_CHANCE = 0.8;
const SECOND_REQUEST_CHANCE = 0.35;
const EXCEPTION_SHARE = 0.12;
const PERMISSION_CHANCE = 0.25;
const DENIED_SHARE = 0.18;
const DECIDED_WITHIN_DAYS = 5;
const EXCEPTION_DAYS = 30;

/** A local day of a log, and the last one of all. */
interface DayRange {
  readonly day: number;
  readonly lastDay: number;
}

const GRANTED = [
  "use case on the approved list",
  "risk accepted for the pilot",
  "controls in place",
];
const DENIED = ["data class not covered by the use case", "no lawful basis stated", "duplicate"];

function policyFields(random: Random, user: User, atMs: number, requestId: string): CommonFields {
  return {
    schema_version: SCHEMA_VERSION,
    event_id: random.uuid(),
    timestamp: formatTime(atMs),
    user_id_hash: user.userIdHash,
    department: user.department.name,
    data_classification: "internal",
    mcp_integrations: [],
    token_input: 0,
    token_output: 0,
    duration_ms: 0,
    policy_flags: [],
    security_flags: [],
    source_kind: "approval_system",
    request_id: requestId,
    deployment: DEPLOYMENT,
  };
}

function ticket(random: Random, prefix: string): string {
  return `${prefix}-${random.uuid().slice(0, 8)}`;
}

/** An instant of a user's working day, not at its very ends. */
function duringDay(random: Random, user: User, day: number, hours: WorkingDay): number {
  const length = hours.closesMinute - hours.opensMinute;
  const minute = hours.opensMinute + length * random.between(0.05, 0.95);
  return user.clock.instantMs(day, minute);
}

/** When the approver gets to it, or `undefined` while the request is still open on `lastDay`. */
function decisionMs(
  random: Random,
  approver: User,
  days: DayRange,
  requestedMs: number,
): number | undefined {
  const first = days.day + (random.chance(0.6) ? 0 : 1);
  const last = Math.min(days.lastDay, days.day + DECIDED_WITHIN_DAYS);
  for (let day = first; day <= last; day += 1) {
    const hours = workingDay(approver, day);
    if (hours === undefined) continue;
    const atMs = duringDay(random, approver, day, hours);
    if (atMs > requestedMs) return atMs;
  }
  return undefined;
}

function writeRequest(
  random: Random,
  requester: User,
  approver: User,
  days: DayRange,
  requestedMs: number,
): readonly PolicyEvent[] {
  const isException = random.chance(EXCEPTION_SHARE);
  const denied = random.chance(DENIED_SHARE);
  const requestId = ticket(random, isException ? "EXC" : "APR");
  const about = {
    use_case_id: `UC-${requester.department.name}-${random.whole(1, 9)}`,
    policy_ref: "ai-acceptable-use@3.2",
    ...(isException && { exception_id: requestId }),
  };
  const request: PolicyEvent = {
    ...policyFields(random, requester, requestedMs, requestId),
    event_type: "policy_event",
    policy_event_type: isException ? "exception_requested" : "approval_requested",
    ...about,
  };
  const decidedMs = decisionMs(random, approver, days, requestedMs);
  if (decidedMs === undefined) return [request];
  const granted = isException ? "exception_granted" : "approval_granted";
  const decision: PolicyEvent = {
    ...policyFields(random, requester, decidedMs, requestId),
    event_type: "policy_event",
    policy_event_type: denied ? "approval_denied" : granted,
    ...about,
    approver_id_hash: approver.userIdHash,
    decision_reason: random.pick(denied ? DENIED : GRANTED),
    ...(isException &&
      !denied && { exception_expires_at: formatTime(decidedMs + EXCEPTION_DAYS * MS_PER_DAY) }),
  };
  return [request, decision];
}

function writePermissionChange(
  random: Random,
  administrator: User,
  target: User,
  atMs: number,
): PolicyEvent {
  const server = random.pick(target.department.servers);
  const [before, after] = random.chance(0.7) ? ["none", "read"] : ["read", "none"];
  return {
    ...policyFields(random, administrator, atMs, ticket(random, "CHG")),
    event_type: "policy_event",
    policy_event_type: "permission_changed",
    policy_ref: "connector-access@1.4",
    permission: `mcp:${server}`,
    permission_before: before,
    permission_after: after,
    target_user_id_hash: target.userIdHash,
  };
}

function departmentEvents(
  random: Random,
  company: Company,
  department: Department,
  days: DayRange,
): readonly AuditEvent[] {
  const people = company.users.filter((user) => user.department === department);
  const [lead] = people;
  const staff = people.slice(1);
  const administrators = company.users.filter((user) => user.department.rota === true);
  const requester = random.pick(staff);
  const hours = workingDay(requester, days.day);
  if (lead === undefined || hours === undefined) return [];
  const events: PolicyEvent[] = [];
  for (const chance of [REQUEST_CHANCE, SECOND_REQUEST_CHANCE]) {
    if (!random.chance(chance)) continue;
    const requestedMs = duringDay(random, requester, days.day, hours);
    events.push(...writeRequest(random, requester, lead, days, requestedMs));
  }
  if (random.chance(PERMISSION_CHANCE)) {
    const others = administrators.filter((user) => user !== requester);
    const atMs = duringDay(random, requester, days.day, hours);
    events.push(writePermissionChange(random, random.pick(others), requester, atMs));
  }
  return events;
}

/** The policy events that begin on a local day; decisions come up to five days later. */
export function governanceEvents(
  company: Company,
  day: number,
  lastDay: number,
): readonly AuditEvent[] {
  return departments.flatMap((department) => {
    const random = Random.stream(company.seed, `governance/${department.name}/${day}`);
    return departmentEvents(random, company, department, { day, lastDay });
  });
}
