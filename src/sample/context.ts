/** The sample company's context, as data and as the files that enrichment reads. */
import type { UserClearance } from "../event/event.ts";
import {
  type Department,
  departments,
  type HolidayList,
  holidays,
  prices,
  type WorkingSpan,
} from "./department.ts";
import { planSample, type SampleOptions } from "./generate.ts";

export interface SampleContext {
  readonly departments: readonly Department[];
  readonly holidays: Readonly<Record<HolidayList, readonly string[]>>;
  readonly prices: typeof prices;
  readonly clearances: readonly {
    readonly user_id_hash: string;
    readonly clearance: UserClearance;
    readonly department: string;
    readonly business_unit: string;
  }[];
}

/** The context that belongs to the log of the same options. */
export function sampleContext(options: SampleOptions): SampleContext {
  const { company } = planSample(options);
  const clearances = company.users.map((user) => ({
    user_id_hash: user.userIdHash,
    clearance: user.clearance,
    department: user.department.name,
    business_unit: user.department.businessUnit,
  }));
  return { departments, holidays, prices, clearances };
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function clockText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function hoursText({ days: [first, last], opensMinute, closesMinute }: WorkingSpan): string {
  const days = first === last ? WEEKDAYS[first] : `${WEEKDAYS[first]}-${WEEKDAYS[last]}`;
  return `${days}: "${clockText(opensMinute)}-${clockText(closesMinute)}"`;
}

/** The business hours as `calendar.yaml`. */
export function renderCalendar(context: SampleContext): string {
  const lists = Object.entries(context.holidays).map(
    ([name, dates]) => `  ${name}:\n${dates.map((date) => `    - ${date}\n`).join("")}`,
  );
  const listed = context.departments.map((department) =>
    [
      `  ${department.name}:`,
      `    zone: ${department.zone}`,
      `    hours: { ${department.hours.map(hoursText).join(", ")} }`,
      ...(department.holidays ? [`    holidays: [${department.holidays}]`] : []),
    ].join("\n"),
  );
  return [
    "# Business hours of the sample company.",
    "holidays:",
    lists.join("").trimEnd(),
    "departments:",
    ...listed,
    "default: none",
    "",
  ].join("\n");
}

/** The users as `clearances.csv`. No cell of the sample needs quotes. */
export function renderClearances(context: SampleContext): string {
  const rows = context.clearances.map(({ user_id_hash, clearance, department, business_unit }) =>
    [user_id_hash, clearance, department, business_unit].join(","),
  );
  return `${["user_id_hash,clearance,department,business_unit", ...rows].join("\n")}\n`;
}

/** The price table as `prices.yaml`. */
export function renderPrices(context: SampleContext): string {
  const rows = context.prices.map((row) =>
    [
      `  - model: ${row.model}`,
      `    effective_from: ${row.from}`,
      `    input: ${row.input}`,
      `    output: ${row.output}`,
      `    cache_read: ${row.cacheRead}`,
      `    cache_write: ${row.cacheWrite}`,
    ].join("\n"),
  );
  const head = "# Example prices in US dollars per million tokens.";
  return `${[head, "id: sample", "currency: USD", "prices:", ...rows].join("\n")}\n`;
}
