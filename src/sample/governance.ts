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
const NEXT_DAYS_MAX = 5;

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

/** An instant of a user's working day between two shares of its length. */
function duringDay(
  random: Random,
  user: User,
  day: number,
  hours: WorkingDay,
  from = 0.05,
): number {
  const length = hours.closesMinute - hours.opensMinute;
  const minute = hours.opensMinute + length * random.between(from, 0.95);
  return user.clock.instantMs(day, minute);
}

/** When the approver gets to it: the same day after the request, or early on one of the next. */
function decisionMs(random: Random, approver: User, day: number, requestedMs: number): number {
  for (let later = random.chance(0.6) ? 0 : 1; later <= NEXT_DAYS_MAX; later += 1) {
    const hours = workingDay(approver, day + later);
    if (hours === undefined) continue;
    const atMs = duringDay(random, approver, day + later, hours);
    if (atMs > requestedMs) return atMs;
  }
  return requestedMs + NEXT_DAYS_MAX * MS_PER_DAY;
}

function writeRequest(
  random: Random,
  requester: User,
  approver: User,
  day: number,
  requestedMs: number,
): readonly PolicyEvent[] {
  const isException = random.chance(EXCEPTION_SHARE);
  const denied = random.chance(DENIED_SHARE);
  const requestId = ticket(random, isException ? "EXC" : "APR");
  const decidedMs = decisionMs(random, approver, day, requestedMs);
  const about = {
    use_case_id: `UC-${requester.department.name}-${random.whole(1, 9)}`,
    policy_ref: "ai-acceptable-use@3.2",
    ...(isException && { exception_id: requestId }),
  };
  const granted = isException ? "exception_granted" : "approval_granted";
  return [
    {
      ...policyFields(random, requester, requestedMs, requestId),
      event_type: "policy_event",
      policy_event_type: isException ? "exception_requested" : "approval_requested",
      ...about,
    },
    {
      ...policyFields(random, requester, decidedMs, requestId),
      event_type: "policy_event",
      policy_event_type: denied ? "approval_denied" : granted,
      ...about,
      approver_id_hash: approver.userIdHash,
      decision_reason: random.pick(denied ? DENIED : GRANTED),
      ...(isException &&
        !denied && { exception_expires_at: formatTime(decidedMs + 30 * MS_PER_DAY) }),
    },
  ];
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
  day: number,
): readonly AuditEvent[] {
  const people = company.users.filter((user) => user.department === department);
  const [lead] = people;
  const staff = people.slice(1);
  const administrators = company.users.filter((user) => user.department.rota === true);
  const requester = random.pick(staff);
  const hours = workingDay(requester, day);
  if (lead === undefined || hours === undefined) return [];
  const events: PolicyEvent[] = [];
  for (const chance of [REQUEST_CHANCE, SECOND_REQUEST_CHANCE]) {
    if (!random.chance(chance)) continue;
    const requestedMs = duringDay(random, requester, day, hours);
    events.push(...writeRequest(random, requester, lead, day, requestedMs));
  }
  if (random.chance(PERMISSION_CHANCE)) {
    const others = administrators.filter((user) => user !== requester);
    const atMs = duringDay(random, requester, day, hours);
    events.push(writePermissionChange(random, random.pick(others), requester, atMs));
  }
  return events;
}

/** The policy events that begin on a local day. Decisions may come days later. */
export function governanceEvents(company: Company, day: number): readonly AuditEvent[] {
  return departments.flatMap((department) => {
    const random = Random.stream(company.seed, `governance/${department.name}/${day}`);
    return departmentEvents(random, company, department, day);
  });
}
