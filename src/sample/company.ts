/** The fictional company: departments with their clocks and tools, and 200 people. */
import { createHash } from "node:crypto";
import type { DataClassification, UserClearance } from "../event/event.ts";
import { createRandom, type Random } from "./random.ts";

export interface Department {
  readonly name: string;
  /** IANA zone, and working hours on weekdays, as `context/calendar.yaml` has them. */
  readonly zone: string;
  readonly opens: number;
  readonly closes: number;
  readonly share: number;
  readonly businessUnit: string;
  readonly mcpServers: readonly string[];
  /** What sessions touch, before the person's clearance caps it. */
  readonly classifications: readonly (readonly [DataClassification, number])[];
  readonly clearances: readonly (readonly [UserClearance, number])[];
  /** MCP queries a session makes at most. */
  readonly queriesMax: number;
}

type Level = readonly [DataClassification, number];
const open: readonly Level[] = [
  ["public", 5],
  ["internal", 12],
  ["unknown", 1],
];
const guarded: readonly Level[] = [
  ["internal", 8],
  ["sensitive", 8],
  ["restricted", 1],
  ["unknown", 1],
];

export const departments: readonly Department[] = [
  {
    name: "engineering",
    zone: "America/Los_Angeles",
    opens: 8,
    closes: 19,
    share: 30,
    businessUnit: "americas",
    mcpServers: ["github", "jira", "sentry"],
    classifications: open,
    clearances: [
      ["internal", 8],
      ["sensitive", 1],
    ],
    queriesMax: 24,
  },
  {
    name: "support",
    zone: "Asia/Kolkata",
    opens: 7,
    closes: 15,
    share: 18,
    businessUnit: "apac",
    mcpServers: ["zendesk", "jira"],
    classifications: open,
    clearances: [["internal", 1]],
    queriesMax: 10,
  },
  {
    name: "sales",
    zone: "America/New_York",
    opens: 8,
    closes: 18,
    share: 14,
    businessUnit: "americas",
    mcpServers: ["salesforce"],
    classifications: open,
    clearances: [
      ["internal", 5],
      ["sensitive", 1],
    ],
    queriesMax: 8,
  },
  {
    name: "research",
    zone: "Europe/London",
    opens: 8,
    closes: 20,
    share: 10,
    businessUnit: "emea",
    mcpServers: ["confluence", "snowflake"],
    classifications: guarded,
    clearances: [
      ["sensitive", 3],
      ["internal", 2],
    ],
    queriesMax: 14,
  },
  {
    name: "marketing",
    zone: "America/New_York",
    opens: 9,
    closes: 18,
    share: 9,
    businessUnit: "americas",
    mcpServers: ["sharepoint"],
    classifications: open,
    clearances: [
      ["public", 1],
      ["internal", 2],
    ],
    queriesMax: 5,
  },
  {
    name: "finance",
    zone: "Europe/Berlin",
    opens: 8,
    closes: 16,
    share: 8,
    businessUnit: "emea",
    mcpServers: ["snowflake", "sharepoint"],
    classifications: guarded,
    clearances: [
      ["restricted", 2],
      ["sensitive", 3],
    ],
    queriesMax: 8,
  },
  {
    name: "legal",
    zone: "Europe/London",
    opens: 9,
    closes: 18,
    share: 5,
    businessUnit: "corporate",
    mcpServers: ["sharepoint"],
    classifications: guarded,
    clearances: [
      ["restricted", 4],
      ["sensitive", 1],
    ],
    queriesMax: 6,
  },
  {
    name: "hr",
    zone: "Europe/Berlin",
    opens: 8,
    closes: 17,
    share: 4,
    businessUnit: "corporate",
    mcpServers: ["workday"],
    classifications: guarded,
    clearances: [["sensitive", 1]],
    queriesMax: 4,
  },
  {
    name: "security",
    zone: "Europe/London",
    opens: 8,
    closes: 18,
    share: 2,
    businessUnit: "corporate",
    mcpServers: ["splunk", "pagerduty"],
    classifications: guarded,
    clearances: [["restricted", 1]],
    queriesMax: 12,
  },
];

export interface Person {
  readonly hash: string;
  readonly department: Department;
  readonly clearance: UserClearance;
  /** How much this person uses Claude, around 1. */
  readonly intensity: number;
  readonly model: string;
}

const MODELS = [
  ["claude-sonnet-4-5", 6],
  ["claude-opus-4-5", 2],
  ["claude-haiku-4-5", 3],
] as const;

/** A pseudonym in canonical form that depends on the seed and the person's number only. */
export function pseudonym(seed: number, number: number): string {
  return createHash("sha256").update(`sample person ${seed} ${number}`).digest("hex");
}

/** A UUID (version 8) that depends on its name only. */
export function sampleUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function hire(seed: number, number: number, random: Random): Person {
  const department = random.weighted(departments.map((one) => [one, one.share] as const));
  return {
    hash: pseudonym(seed, number),
    department,
    clearance: random.weighted(department.clearances),
    intensity: 0.5 + random.next() ** 3 * 2.5,
    model: random.weighted(MODELS),
  };
}

export function hirePeople(seed: number, count: number): readonly Person[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, number) => hire(seed, number, random));
}

const LEVELS: readonly DataClassification[] = ["public", "internal", "sensitive", "restricted"];

/** A classification the person may reach: people normally stay within their clearance. */
export function withinClearance(
  wanted: DataClassification,
  clearance: UserClearance,
): DataClassification {
  if (wanted === "unknown") return wanted;
  const cap = Math.max(0, LEVELS.indexOf(clearance as DataClassification));
  return LEVELS[Math.min(LEVELS.indexOf(wanted), cap)] ?? "public";
}

/** The people as a clearance table (CSV), as the connector reads it. */
export function renderClearances(people: readonly Person[]): string {
  const rows = people.map(({ hash, clearance, department }) => {
    return `${hash},${clearance},${department.name},${department.businessUnit}\n`;
  });
  return `user_id_hash,clearance,department,business_unit\n${rows.join("")}`;
}
