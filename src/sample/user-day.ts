/**
 * What one user does on one local day. Pure in (seed, user, day), so that the history of a single user
 * can be had without generating everybody else's.
 */
import type { AuditEvent, DataClassification } from "../event/event.ts";
import { type Company, type User, type WorkingDay, workingDay } from "./company.ts";
import { weekdayOf } from "./local-time.ts";
import { Random } from "./random.ts";
import { type Report, SessionWriter } from "./session.ts";

/**
 * How freely a user behaves. `steady` users work every day, have no surges and keep their hours; the
 * planted stories are told about them, so that nothing else muddles the picture.
 */
export type Habit = "free" | "steady";

/** Chances of the ordinary irregularities, which make the few alerts that nobody planted. */
const SURGE_CHANCE = 0.0012;
const EVENING_CHANCE = 0.045;
const WEEKEND_CHANCE = 0.04;
const LATE_SENSITIVE_CHANCE = 0.09;

const RANK: Readonly<Record<string, number>> = {
  none: 0,
  public: 1,
  internal: 2,
  sensitive: 3,
  restricted: 4,
};
const MS_PER_MINUTE = 60_000;
const REQUESTS_PER_SESSION = 8;
/** Waits between requests: with at most `QUERIES_MAX` queries each, no session nears 50 in 10 minutes. */
const WAIT_MS: readonly [number, number] = [45_000, 240_000];
const QUERIES_MAX = 3;

/** A class of data that the user is cleared for; `ceiling` narrows it further. */
function classify(random: Random, user: User, ceiling: string): DataClassification {
  if (random.chance(0.06)) return "unknown";
  const highest = Math.min(RANK[user.clearance] ?? 0, RANK[ceiling] ?? 0);
  const allowed = Object.entries(user.department.data).filter(
    ([name]) => (RANK[name] ?? 0) <= highest,
  );
  return random.weighted<DataClassification>(Object.fromEntries(allowed));
}

function attachServers(random: Random, user: User): readonly string[] {
  const chosen = user.department.servers.filter(() => random.chance(0.6));
  return chosen.length > 0 ? chosen : user.department.servers.slice(0, 1);
}

/** Shares of a budget that add up to it exactly. */
function split(random: Random, budget: number, parts: number): readonly number[] {
  const weights = Array.from({ length: parts }, () => random.between(0.4, 1.6));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.floor((budget * weight) / whole));
  const rest = budget - shares.reduce((sum, share) => sum + share, 0);
  shares[0] = (shares[0] ?? 0) + rest;
  return shares;
}

/** How many of something happen around one request when `rate` happen on average. */
function around(random: Random, rate: number): number {
  return Math.min(QUERIES_MAX, Math.floor(rate * random.between(0, 2) + random.unit()));
}

/** Findings of detectors that are part of everyday life. */
function everydayFinding(random: Random, servers: readonly string[]): Report | undefined {
  const roll = random.unit();
  if (roll < 0.006) {
    return {
      security_event_type: "mcp_auth_failure",
      severity: "low",
      details: { mcp_server: random.pick(servers), reason: "token_expired" },
      auto_blocked: false,
      notified_to: [],
    };
  }
  if (roll < 0.0065) {
    return {
      security_event_type: "system_prompt_leakage",
      severity: "low",
      details: { reason: "model_described_its_instructions", score: 0.31 },
      auto_blocked: false,
      notified_to: ["security-queue"],
    };
  }
  return undefined;
}

interface SessionOptions {
  readonly user: User;
  readonly startMs: number;
  /** The session breaks off rather than run past this instant. */
  readonly endByMs: number;
  readonly tokens: readonly number[];
  readonly ceiling: string;
  readonly signsIn: boolean;
}

function writeSession(random: Random, options: SessionOptions): readonly AuditEvent[] {
  const { user, endByMs, tokens } = options;
  const { department } = user;
  const servers = attachServers(random, user);
  const session = new SessionWriter(random, user, {
    model: random.weighted(department.models),
    servers,
    classification: classify(random, user, options.ceiling),
    knowsDepartment: !random.chance(0.03),
  });
  let atMs = options.startMs;
  const after = (lowMs: number, highMs: number): number => {
    atMs += random.whole(lowMs, highMs);
    return atMs;
  };
  if (options.signsIn) session.authentication(atMs);
  session.start(after(200, 4_000));
  for (const share of tokens) {
    if (after(...WAIT_MS) > endByMs - 2 * MS_PER_MINUTE) break;
    session.request(atMs, share, random.chance(0.001) ? ["secret_detected"] : []);
    for (let left = around(random, department.queriesPerRequest); left > 0; left -= 1)
      session.query(after(300, 9_000));
    for (let left = around(random, department.toolsPerRequest); left > 0; left -= 1)
      session.toolUse(after(300, 9_000));
  }
  const finding = everydayFinding(random, servers);
  if (finding) session.security(after(300, 5_000), finding);
  session.end(after(2_000, MS_PER_MINUTE));
  return session.events;
}

/** Minutes of the day at which sessions start: two humps, before and after lunch. */
function startMinute(random: Random, { opensMinute, closesMinute }: WorkingDay): number {
  const length = closesMinute - opensMinute;
  const [from, to] = random.chance(0.52) ? [0.02, 0.42] : [0.48, 0.88];
  return (
    opensMinute +
    length * random.between(from, (from + to) / 2) +
    length * random.between(0, (to - from) / 2)
  );
}

interface DayPlan {
  readonly user: User;
  readonly day: number;
  readonly budget: number;
  readonly requests: number;
}

function writeWorkingDay(random: Random, plan: DayPlan, hours: WorkingDay): AuditEvent[] {
  const { user, day } = plan;
  const shares = split(random, plan.budget, plan.requests);
  const sessions = Math.ceil(plan.requests / REQUESTS_PER_SESSION);
  const starts = Array.from({ length: sessions }, () => startMinute(random, hours)).sort(
    (one, other) => one - other,
  );
  return starts.flatMap((minute, at) => {
    return writeSession(random, {
      user,
      startMs: user.clock.instantMs(day, minute),
      endByMs: user.clock.instantMs(day, hours.closesMinute),
      tokens: shares.slice(at * REQUESTS_PER_SESSION, (at + 1) * REQUESTS_PER_SESSION),
      ceiling: "restricted",
      signsIn: at === 0,
    });
  });
}

/** A short session outside of working hours; what it reaches is rarely sensitive. */
function writeFreeTime(random: Random, plan: DayPlan, fromMinute: number): AuditEvent[] {
  const { user, day } = plan;
  const requests = random.whole(1, 5);
  const tokens = Math.round(Math.min(0.25, requests * 0.06) * plan.budget);
  const minute = fromMinute + random.between(0, 90);
  return [
    ...writeSession(random, {
      user,
      startMs: user.clock.instantMs(day, minute),
      endByMs: user.clock.instantMs(day, minute + 60),
      tokens: split(random, tokens, requests),
      ceiling: random.chance(LATE_SENSITIVE_CHANCE) ? "sensitive" : "internal",
      signsIn: true,
    }),
  ];
}

/** The events of a user on a local day, in no particular order. */
export function userDayEvents(
  company: Company,
  user: User,
  day: number,
  habit: Habit,
): readonly AuditEvent[] {
  const random = Random.stream(company.seed, `user/${user.index}/day/${day}`);
  const hours = workingDay(user, day);
  const surge = habit === "free" && random.chance(SURGE_CHANCE);
  // Triangular around 1: an ordinary day is never three times the average.
  const factor = surge ? random.between(3, 4.5) : 0.5 + (random.unit() + random.unit()) / 2;
  const requests = Math.max(1, Math.round(user.requestsPerDay * factor));
  const budget = Math.round(user.requestsPerDay * user.tokensPerRequest * factor);
  const plan: DayPlan = { user, day, budget, requests };
  if (hours === undefined) {
    const online = habit === "free" && random.chance(WEEKEND_CHANCE);
    return online ? writeFreeTime(random, plan, weekdayOf(day) === 6 ? 960 : 630) : [];
  }
  const present = habit === "steady" || random.chance(user.attendance);
  const events = present ? writeWorkingDay(random, plan, hours) : [];
  const late = habit === "free" && !user.department.rota && random.chance(EVENING_CHANCE);
  if (late) events.push(...writeFreeTime(random, plan, hours.closesMinute + 45));
  return events;
}
