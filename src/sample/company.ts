/** The people of the sample company, and when they work. */
import { createHash, createHmac } from "node:crypto";
import type { UserClearance } from "../event/event.ts";
import { type Department, departments, holidays } from "./department.ts";
import { dateText, OfficeClock, weekdayOf } from "./local-time.ts";
import { Random } from "./random.ts";

export interface User {
  /** Position in the company, from 0. */
  readonly index: number;
  /** Position in the department; 0 leads it. */
  readonly position: number;
  readonly userIdHash: string;
  readonly department: Department;
  readonly clearance: UserClearance;
  readonly clock: OfficeClock;
  /** Model requests on an ordinary day; a few people make many times more than most. */
  readonly requestsPerDay: number;
  readonly tokensPerRequest: number;
  /** Share of working days on which the user turns to Claude at all. */
  readonly attendance: number;
  readonly clientIp: string;
  readonly userAgent: string;
}

export interface Company {
  readonly seed: string;
  readonly users: readonly User[];
}

/** Heads of each department by largest remainder, so that they add up exactly. */
function headcounts(total: number): readonly number[] {
  const whole = departments.reduce((sum, { size }) => sum + size, 0);
  const shares = departments.map(({ size }) => (size * total) / whole);
  const counts = shares.map(Math.floor);
  const missing = total - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .toSorted((one, other) => other.remainder - one.remainder || one.index - other.index);
  for (const { index } of byRemainder.slice(0, missing)) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}

const OFFICE_AGENTS = ["claude-desktop/1.4.2", "claude-web", "claude-desktop/1.3.9"];
const DEVELOPER_AGENTS = ["claude-code/2.1.191", "claude-code/2.1.217", "claude-code/2.1.227"];

function createUser(
  seed: string,
  index: number,
  position: number,
  department: Department,
  clock: OfficeClock,
): User {
  const random = Random.stream(seed, `user/${index}`);
  const key = createHash("sha256").update(`sample deployment key\n${seed}`).digest();
  const email = `user${String(index + 1).padStart(3, "0")}@example.com`;
  // The lead, and one in eight beside: deputies and specialists.
  const senior = position % 8 === 0;
  const intensity = Math.min(7, Math.exp(0.8 * random.normal()));
  return {
    index,
    position,
    // The form of the product's own pseudonyms, under a key that only this sample has.
    userIdHash: createHmac("sha256", key).update(`claude-siem/user-id\n${email}`).digest("hex"),
    department,
    clearance: senior ? department.leadClearance : department.staffClearance,
    clock,
    requestsPerDay: 1.3 + 4.3 * intensity,
    tokensPerRequest: random.between(9_000, 38_000),
    attendance: random.between(0.62, 0.97),
    // RFC 5737: addresses that belong to nobody.
    clientIp: `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${random.whole(1, 254)}`,
    userAgent: random.pick(department.toolsPerRequest > 0 ? DEVELOPER_AGENTS : OFFICE_AGENTS),
  };
}

/** The company of a seed. */
export function createCompany(seed: string, total: number): Company {
  const clocks = new Map<string, OfficeClock>();
  const users: User[] = [];
  const counts = headcounts(total);
  departments.forEach((department, at) => {
    const clock = clocks.get(department.zone) ?? new OfficeClock(department.zone);
    clocks.set(department.zone, clock);
    for (let position = 0; position < (counts[at] ?? 0); position += 1)
      users.push(createUser(seed, users.length, position, department, clock));
  });
  return { seed, users };
}

/** Somebody by department and position; whoever asks knows that the department is large enough. */
export function member(company: Company, department: string, position: number): User {
  const found = company.users.find(
    (user) => user.department.name === department && user.position === position,
  );
  if (found === undefined) throw new RangeError(`No member ${position} of ${department}`);
  return found;
}

/** Hours on duty, in minutes of a local day. */
export interface WorkingDay {
  readonly opensMinute: number;
  readonly closesMinute: number;
}

const WATCH_STEP = 450;
const WATCH_LENGTH = 540;

/** Three watches of nine hours, half an hour and more for the handover; one in three at weekends. */
function watch(position: number, day: number, weekday: number): WorkingDay | undefined {
  if (weekday > 4 && position % 3 !== day % 3) return undefined;
  const opensMinute = (position % 3) * WATCH_STEP;
  return { opensMinute, closesMinute: opensMinute + WATCH_LENGTH };
}

/** When a user is on duty on a local day, or `undefined` for a free day. */
export function workingDay(user: User, day: number): WorkingDay | undefined {
  const { department, position } = user;
  const weekday = weekdayOf(day);
  const free: readonly string[] = department.holidays ? holidays[department.holidays] : [];
  if (free.includes(dateText(day))) return undefined;
  if (department.rota === true) return watch(position, day, weekday);
  return department.hours.find(({ days: [first, last] }) => weekday >= first && weekday <= last);
}

/** The nth of the user's working days from Monday to Friday, back from `lastDay`; 0 is the last one. */
export function workingDayBack(user: User, lastDay: number, back: number): number {
  let left = back;
  let day = lastDay;
  for (;;) {
    const counts = weekdayOf(day) <= 4 && workingDay(user, day) !== undefined;
    if (counts && left === 0) return day;
    if (counts) left -= 1;
    day -= 1;
  }
}
