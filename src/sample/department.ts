/** The departments of the sample company: where they sit, when they work, what they touch. */
import type { DataClassification, UserClearance } from "../event/event.ts";

/** Working hours on the department's own clocks, in minutes of the day. Days: Monday = 0. */
export interface WorkingSpan {
  readonly days: readonly [first: number, last: number];
  readonly opensMinute: number;
  readonly closesMinute: number;
}

export interface Department {
  readonly name: string;
  /** People of every 200. */
  readonly size: number;
  readonly zone: string;
  readonly hours: readonly WorkingSpan[];
  /** Somebody is always on duty; people take turns, and nights are ordinary. */
  readonly rota?: boolean;
  readonly holidays?: HolidayList;
  readonly businessUnit: string;
  readonly staffClearance: UserClearance;
  readonly leadClearance: UserClearance;
  /** How often a session reaches data of a class, before the user's clearance narrows it. */
  readonly data: Readonly<Partial<Record<DataClassification, number>>>;
  readonly models: Readonly<Record<string, number>>;
  readonly servers: readonly string[];
  /** MCP queries and built-in tool uses per model request. */
  readonly queriesPerRequest: number;
  readonly toolsPerRequest: number;
}

const OPUS = "claude-opus-4-5-20251101";
const SONNET = "claude-sonnet-4-5-20250929";
const HAIKU = "claude-haiku-4-5-20251001";

/** The company's prices in US dollars per million tokens: example figures, as in the shipped table. */
export const prices: readonly {
  readonly model: string;
  readonly from: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}[] = [
  {
    model: "claude-opus-4-5",
    from: "2025-11-01",
    input: 5,
    output: 25,
    cacheRead: 0.5,
    cacheWrite: 6.25,
  },
  {
    model: "claude-sonnet-4",
    from: "2025-05-22",
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite: 3.75,
  },
  {
    model: "claude-haiku-4-5",
    from: "2025-10-01",
    input: 1,
    output: 5,
    cacheRead: 0.1,
    cacheWrite: 1.25,
  },
];

/** The tools of each MCP server that the company attached. */
export const serverTools: Readonly<Record<string, readonly string[]>> = {
  github: ["search_code", "get_file_contents", "list_pull_requests", "create_pull_request"],
  jira: ["search_issues", "get_issue", "add_comment"],
  confluence: ["search_pages", "get_page"],
  sentry: ["list_issues", "get_event"],
  pagerduty: ["list_incidents", "get_incident", "list_oncalls"],
  snowflake: ["list_tables", "describe_table", "run_query"],
  databricks: ["list_jobs", "execute_sql"],
  salesforce: ["soql_query", "get_record", "update_record"],
  sharepoint: ["search_files", "read_document"],
  slack: ["search_messages", "post_message"],
  hubspot: ["list_campaigns", "get_contact"],
  netsuite: ["run_saved_search", "get_record"],
  workday: ["get_worker", "list_positions"],
  zendesk: ["search_tickets", "get_ticket", "update_ticket"],
  okta: ["list_users", "get_system_log"],
  "google-drive": ["search_files", "read_file"],
};

const weekdays = (opensHour: number, closesHour: number): WorkingSpan => ({
  days: [0, 4],
  opensMinute: opensHour * 60,
  closesMinute: closesHour * 60,
});

export const departments: readonly Department[] = [
  {
    name: "engineering",
    size: 48,
    zone: "Europe/Berlin",
    hours: [weekdays(8, 19)],
    holidays: "germany",
    businessUnit: "product",
    staffClearance: "internal",
    leadClearance: "sensitive",
    data: { public: 25, internal: 68, sensitive: 7 },
    models: { [SONNET]: 62, [OPUS]: 28, [HAIKU]: 10 },
    servers: ["github", "jira", "confluence", "sentry", "pagerduty"],
    queriesPerRequest: 1,
    toolsPerRequest: 0.8,
  },
  {
    name: "data-platform",
    size: 30,
    zone: "Asia/Kolkata",
    hours: [weekdays(9, 19)],
    holidays: "india",
    businessUnit: "product",
    staffClearance: "sensitive",
    leadClearance: "restricted",
    data: { public: 8, internal: 62, sensitive: 26, restricted: 4 },
    models: { [SONNET]: 66, [OPUS]: 22, [HAIKU]: 12 },
    servers: ["snowflake", "databricks", "github", "jira"],
    queriesPerRequest: 1.1,
    toolsPerRequest: 0.6,
  },
  {
    name: "research",
    size: 18,
    zone: "Europe/London",
    hours: [weekdays(8, 20)],
    holidays: "england",
    businessUnit: "product",
    staffClearance: "internal",
    leadClearance: "sensitive",
    data: { public: 45, internal: 47, sensitive: 8 },
    models: { [OPUS]: 58, [SONNET]: 36, [HAIKU]: 6 },
    servers: ["confluence", "snowflake", "github", "google-drive"],
    queriesPerRequest: 0.7,
    toolsPerRequest: 0.5,
  },
  {
    name: "sales",
    size: 32,
    zone: "America/New_York",
    hours: [weekdays(8, 18)],
    holidays: "united-states",
    businessUnit: "commercial",
    staffClearance: "internal",
    leadClearance: "sensitive",
    data: { public: 30, internal: 62, sensitive: 8 },
    models: { [SONNET]: 55, [HAIKU]: 42, [OPUS]: 3 },
    servers: ["salesforce", "sharepoint", "slack", "snowflake"],
    queriesPerRequest: 0.9,
    toolsPerRequest: 0,
  },
  {
    name: "marketing",
    size: 14,
    zone: "Asia/Singapore",
    hours: [weekdays(9, 18)],
    holidays: "singapore",
    businessUnit: "commercial",
    staffClearance: "public",
    leadClearance: "sensitive",
    data: { public: 62, internal: 34, sensitive: 4 },
    models: { [SONNET]: 58, [HAIKU]: 40, [OPUS]: 2 },
    servers: ["hubspot", "sharepoint", "slack"],
    queriesPerRequest: 0.6,
    toolsPerRequest: 0,
  },
  {
    name: "finance",
    size: 16,
    zone: "Europe/London",
    hours: [weekdays(8, 18)],
    holidays: "england",
    businessUnit: "corporate",
    staffClearance: "sensitive",
    leadClearance: "restricted",
    data: { public: 5, internal: 45, sensitive: 42, restricted: 8 },
    models: { [SONNET]: 70, [OPUS]: 18, [HAIKU]: 12 },
    servers: ["netsuite", "snowflake", "sharepoint"],
    queriesPerRequest: 0.8,
    toolsPerRequest: 0,
  },
  {
    name: "legal",
    size: 10,
    zone: "America/New_York",
    hours: [weekdays(8.5, 18.5)],
    holidays: "united-states",
    businessUnit: "corporate",
    staffClearance: "sensitive",
    leadClearance: "restricted",
    data: { public: 12, internal: 36, sensitive: 40, restricted: 12 },
    models: { [OPUS]: 52, [SONNET]: 46, [HAIKU]: 2 },
    servers: ["sharepoint", "google-drive"],
    queriesPerRequest: 0.6,
    toolsPerRequest: 0,
  },
  {
    name: "hr",
    size: 8,
    zone: "Europe/Berlin",
    hours: [weekdays(8, 17)],
    holidays: "germany",
    businessUnit: "corporate",
    staffClearance: "sensitive",
    leadClearance: "restricted",
    data: { public: 15, internal: 42, sensitive: 38, restricted: 5 },
    models: { [SONNET]: 74, [HAIKU]: 24, [OPUS]: 2 },
    servers: ["workday", "sharepoint"],
    queriesPerRequest: 0.6,
    toolsPerRequest: 0,
  },
  {
    name: "support",
    size: 16,
    zone: "America/Sao_Paulo",
    hours: [weekdays(8, 18), { days: [5, 5], opensMinute: 540, closesMinute: 780 }],
    holidays: "brazil",
    businessUnit: "commercial",
    staffClearance: "internal",
    leadClearance: "sensitive",
    data: { public: 24, internal: 70, sensitive: 6 },
    models: { [HAIKU]: 68, [SONNET]: 32 },
    servers: ["zendesk", "jira", "confluence"],
    queriesPerRequest: 1.2,
    toolsPerRequest: 0,
  },
  {
    name: "security",
    size: 8,
    zone: "Europe/London",
    hours: [{ days: [0, 6], opensMinute: 0, closesMinute: 1440 }],
    rota: true,
    businessUnit: "corporate",
    staffClearance: "restricted",
    leadClearance: "restricted",
    data: { internal: 50, sensitive: 38, restricted: 12 },
    models: { [OPUS]: 48, [SONNET]: 47, [HAIKU]: 5 },
    servers: ["okta", "pagerduty", "github", "jira"],
    queriesPerRequest: 0.9,
    toolsPerRequest: 0.5,
  },
];

export type HolidayList =
  | "united-states"
  | "germany"
  | "england"
  | "india"
  | "singapore"
  | "brazil";

/** Public holidays that fall on working days. Logs of other years have none. */
export const holidays: Readonly<Record<HolidayList, readonly string[]>> = {
  "united-states": [
    ...["2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03"],
    ...["2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01"],
    ...["2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18", "2027-07-05", "2027-09-06"],
    ...["2027-10-11", "2027-11-11", "2027-11-25", "2027-12-24"],
  ],
  germany: [
    ...["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25"],
    ...["2026-12-25", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17"],
  ],
  england: [
    ...["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31"],
    ...["2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03"],
    ...["2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"],
  ],
  india: ["2026-01-26", "2026-10-02", "2026-10-20", "2026-11-09", "2027-01-26", "2027-10-29"],
  singapore: ["2026-01-01", "2026-05-01", "2026-08-10", "2026-11-09", "2026-12-25", "2027-01-01"],
  brazil: [
    ...["2026-01-01", "2026-04-03", "2026-04-21", "2026-05-01", "2026-09-07", "2026-10-12"],
    ...["2026-11-02", "2026-11-20", "2026-12-25", "2027-01-01", "2027-04-21", "2027-09-07"],
    ...["2027-10-12", "2027-11-02", "2027-11-15"],
  ],
};
