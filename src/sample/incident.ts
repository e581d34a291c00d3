/**
 * The planted stories: for each starter rule what it must find, and what lies just short of it.
 *
 * Each is told about a steady user on a day counted back from the end of the log, as a session of its
 * own beside the user's ordinary ones.
 */
import type { AuditEvent } from "../event/event.ts";
import { type Company, member, type User, workingDayBack } from "./company.ts";
import { fillDay } from "./fill-day.ts";
import { Random } from "./random.ts";
import { type SessionSettings, SessionWriter } from "./session.ts";

/** The starter rules the sample has stories for. */
export type PlantedRule =
  | "restricted-data-access"
  | "prompt-injection"
  | "anomalous-mcp-volume"
  | "off-hours-sensitive-access"
  | "high-volume-user";

export interface PlantedIncident {
  readonly rule: PlantedRule;
  /** An incident must raise an alert of its rule; a near miss must not. */
  readonly kind: "incident" | "near_miss";
  readonly title: string;
  /** What the alert is about, with the keys the rule groups by. */
  readonly entity: Readonly<Record<string, string>>;
  /** First and last of the events, canonical times. */
  readonly from: string;
  readonly to: string;
  /** The events that the rule matches or, for a near miss, almost matches; in order of time. */
  readonly event_ids: readonly string[];
}

export interface Story {
  readonly planted: PlantedIncident;
  /** Every event of the session, those of `planted` among them. */
  readonly events: readonly AuditEvent[];
}

/** Somebody by department and position in it; 0 leads. */
type Who = readonly [department: string, position: number];

interface Scene {
  readonly rule: PlantedRule;
  readonly kind: PlantedIncident["kind"];
  readonly title: string;
  readonly who: Who;
  /** Which of the user's working days, counted back from the last one. */
  readonly daysBack: number;
  /** Minute of the user's local day, and the session around it. */
  readonly minute: number;
  readonly settings: SessionSettings;
  /** Writes the session and returns the events that matter. */
  readonly tell: (session: SessionWriter, startMs: number) => readonly AuditEvent[];
}

const OPUS = "claude-opus-4-5-20251101";
const SONNET = "claude-sonnet-4-5-20250929";
const HAIKU = "claude-haiku-4-5-20251001";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const clock = (hour: number, minute: number, second = 0): number =>
  hour * 60 + minute + second / 60;

/** A quiet beginning: the session opens and asks one ordinary thing. */
function open(session: SessionWriter, startMs: number): void {
  session.start(startMs);
  session.request(startMs + 50 * SECOND, 6_200);
}

/** From here on restricted data is in reach, to the end of the session. */
function readRestricted(session: SessionWriter, startMs: number): readonly AuditEvent[] {
  open(session, startMs);
  session.query(startMs + 80 * SECOND, "snowflake", "list_tables");
  session.classification = "restricted";
  return [
    session.query(startMs + 2 * MINUTE, "snowflake", "run_query"),
    session.request(startMs + 3 * MINUTE, 8_400),
    session.query(startMs + 5 * MINUTE, "snowflake", "run_query"),
    session.query(startMs + 7 * MINUTE, "snowflake", "run_query"),
    session.request(startMs + 8 * MINUTE, 9_100),
    session.end(startMs + 11 * MINUTE),
  ];
}

/** Ordinary work on whatever the session's settings say. */
function work(session: SessionWriter, startMs: number): readonly AuditEvent[] {
  const events = [session.start(startMs)];
  for (let turn = 1; turn <= 4; turn += 1) {
    events.push(session.request(startMs + turn * 4 * MINUTE, 5_000 + turn * 700));
    events.push(session.query(startMs + turn * 4 * MINUTE + 9 * SECOND));
  }
  events.push(session.end(startMs + 19 * MINUTE));
  return events;
}

/** Queries at these offsets after the opening of the session. */
function burst(offsetsMs: readonly number[]): Scene["tell"] {
  return (session, startMs) => {
    // The opening comes before the burst, whose first query is at the scene's own minute.
    open(session, startMs - 2 * MINUTE);
    const queries = offsetsMs.map((offsetMs) => session.query(startMs + offsetMs));
    session.end(startMs + (offsetsMs.at(-1) ?? 0) + 2 * MINUTE);
    return queries;
  };
}

const every = (count: number, stepMs: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index * stepMs);

const session = (
  model: string,
  servers: readonly string[],
  classification: SessionSettings["classification"],
): SessionSettings => ({ model, servers, classification });

const restrictedScenes: readonly Scene[] = [
  {
    rule: "restricted-data-access",
    kind: "incident",
    title: "Sales reads a restricted table through the Snowflake connector, in mid-afternoon",
    who: ["sales", 5],
    daysBack: 6,
    minute: clock(14, 20),
    settings: session(SONNET, ["salesforce", "snowflake"], "internal"),
    tell: readRestricted,
  },
  {
    rule: "restricted-data-access",
    kind: "incident",
    title: "The gateway blocks a support agent's way into restricted tickets",
    who: ["support", 3],
    daysBack: 11,
    minute: clock(10, 40),
    settings: session(HAIKU, ["zendesk", "confluence"], "internal"),
    tell: (writer, startMs) => {
      open(writer, startMs);
      const blocked = writer.security(startMs + 3 * MINUTE, {
        security_event_type: "restricted_data_access",
        severity: "high",
        details: { mcp_server: "zendesk", control: "gateway-dlp", object_class: "legal-hold" },
        auto_blocked: true,
        notified_to: ["security-oncall", "data-protection"],
      });
      writer.end(startMs + 4 * MINUTE);
      return [blocked];
    },
  },
  {
    rule: "restricted-data-access",
    kind: "near_miss",
    title: "The head of finance, who is cleared, reads the same table on the same day",
    who: ["finance", 0],
    daysBack: 6,
    minute: clock(11, 5),
    settings: session(SONNET, ["netsuite", "snowflake"], "internal"),
    tell: readRestricted,
  },
];

const injectionScenes: readonly Scene[] = [
  {
    rule: "prompt-injection",
    kind: "incident",
    title: "A detector flags a page that a research session read; queries follow",
    who: ["research", 4],
    daysBack: 9,
    minute: clock(11, 15),
    settings: session(OPUS, ["confluence", "google-drive"], "internal"),
    tell: (writer, startMs) => {
      open(writer, startMs);
      writer.query(startMs + 70 * SECOND, "confluence", "get_page");
      const flagged = writer.request(startMs + 90 * SECOND, 7_700, ["prompt_injection"]);
      writer.query(startMs + 2 * MINUTE, "google-drive", "search_files");
      writer.query(startMs + 130 * SECOND, "google-drive", "read_file");
      writer.end(startMs + 6 * MINUTE);
      return [flagged];
    },
  },
  {
    rule: "prompt-injection",
    kind: "incident",
    title: "An injection in a Jira comment is stopped before a tool runs",
    who: ["engineering", 6],
    daysBack: 4,
    minute: clock(15, 5),
    settings: session(SONNET, ["github", "jira"], "internal"),
    tell: (writer, startMs) => {
      open(writer, startMs);
      writer.query(startMs + 75 * SECOND, "jira", "get_issue");
      const stopped = writer.security(startMs + 80 * SECOND, {
        security_event_type: "prompt_injection_attempt",
        severity: "critical",
        details: { origin: "tool_result", mcp_server: "jira", pattern_id: "PI-017", score: 0.97 },
        auto_blocked: true,
        notified_to: ["security-oncall"],
      });
      writer.end(startMs + 3 * MINUTE);
      return [stopped];
    },
  },
  {
    rule: "prompt-injection",
    kind: "near_miss",
    title: "Another finding, system prompt leakage, in a marketing session",
    who: ["marketing", 2],
    daysBack: 8,
    minute: clock(16, 10),
    settings: session(HAIKU, ["hubspot"], "public"),
    tell: (writer, startMs) => {
      open(writer, startMs);
      const leaked = writer.security(startMs + 2 * MINUTE, {
        security_event_type: "system_prompt_leakage",
        severity: "medium",
        details: { reason: "model_described_its_instructions", score: 0.66 },
        auto_blocked: false,
        notified_to: ["security-queue"],
      });
      writer.end(startMs + 5 * MINUTE);
      return [leaked];
    },
  },
];

const volumeScenes: readonly Scene[] = [
  {
    rule: "anomalous-mcp-volume",
    kind: "incident",
    // 15:24:30 in Kolkata is 09:54:30 UTC: 37 queries before ten o'clock and 27 after. Counting in
    // fixed ten-minute blocks sees neither.
    title: "64 Snowflake queries in nine and a half minutes, across the full hour",
    who: ["data-platform", 3],
    daysBack: 3,
    minute: clock(15, 24, 30),
    settings: session(SONNET, ["snowflake"], "internal"),
    tell: burst(every(64, 9 * SECOND)),
  },
  {
    rule: "anomalous-mcp-volume",
    kind: "near_miss",
    // The last query comes a millisecond after the first has left the closed window.
    title: "51 queries in ten minutes and a millisecond: never more than 50 within ten",
    who: ["engineering", 11],
    daysBack: 5,
    minute: clock(13, 55),
    settings: session(OPUS, ["github"], "internal"),
    tell: burst([...every(50, 12 * SECOND), 10 * MINUTE + 1]),
  },
];

const offHoursScenes: readonly Scene[] = [
  {
    rule: "off-hours-sensitive-access",
    kind: "incident",
    // Broad daylight in UTC: only the department's own clock knows.
    title: "Sensitive contracts at twenty to four in the morning, New York time",
    who: ["legal", 2],
    daysBack: 7,
    minute: clock(3, 40),
    settings: session(OPUS, ["sharepoint"], "sensitive"),
    tell: work,
  },
  {
    rule: "off-hours-sensitive-access",
    kind: "near_miss",
    // Half past one at night in UTC.
    title: "Sensitive data at half past nine in the morning, Singapore time",
    who: ["marketing", 0],
    daysBack: 7,
    minute: clock(9, 30),
    settings: session(SONNET, ["hubspot", "sharepoint"], "sensitive"),
    tell: work,
  },
];

const scenes: readonly Scene[] = [
  ...restrictedScenes,
  ...injectionScenes,
  ...volumeScenes,
  ...offHoursScenes,
];

/** Users whose whole day is brought to a multiple of their own average. */
const fills: readonly {
  readonly kind: PlantedIncident["kind"];
  readonly title: string;
  readonly who: Who;
  readonly daysBack: number;
  /** Share of the limit of three times the average, in percent; 100 is exactly the limit. */
  readonly percentOfLimit: number;
}[] = [
  {
    kind: "incident",
    title: "A finance analyst uses 3.6 times their own average in a day",
    who: ["finance", 3],
    daysBack: 2,
    percentOfLimit: 120,
  },
  {
    kind: "near_miss",
    title: "A sales representative reaches three times their average, and not a token more",
    who: ["sales", 9],
    daysBack: 2,
    percentOfLimit: 100,
  },
];

/** Everybody the stories are about. */
export function steadyUsers(company: Company): ReadonlySet<User> {
  const people: readonly Who[] = [...scenes, ...fills].map(({ who }) => who);
  return new Set(people.map((who) => member(company, ...who)));
}

function eventIds(events: readonly AuditEvent[]): readonly string[] {
  return events.map(({ event_id }) => event_id);
}

function extent(events: readonly AuditEvent[]): { readonly from: string; readonly to: string } {
  return { from: events[0]?.timestamp ?? "", to: events.at(-1)?.timestamp ?? "" };
}

function stage(company: Company, lastDay: number, scene: Scene, index: number): Story {
  const user = member(company, ...scene.who);
  const day = workingDayBack(user, lastDay, scene.daysBack);
  const random = Random.stream(company.seed, `scene/${index}`);
  const writer = new SessionWriter(random, user, scene.settings);
  const events = scene.tell(writer, user.clock.instantMs(day, scene.minute));
  const { rule, kind, title } = scene;
  const entity = { session_id: writer.sessionId };
  return {
    planted: { rule, kind, title, entity, ...extent(events), event_ids: eventIds(events) },
    events: writer.events,
  };
}

/** All stories of a log that begins and ends on these local days. */
export function tellStories(company: Company, firstDay: number, lastDay: number): readonly Story[] {
  const told = scenes.map((scene, index) => stage(company, lastDay, scene, index));
  const filled = fills.map(({ kind, title, who, daysBack, percentOfLimit }, index) => {
    const user = member(company, ...who);
    const day = workingDayBack(user, lastDay, daysBack);
    const random = Random.stream(company.seed, `fill/${index}`);
    const { events, utcDate } = fillDay(random, company, user, { firstDay, day, percentOfLimit });
    const spent = events.filter((event) => (event.token_input ?? 0) > 0);
    const rule = "high-volume-user" as const;
    const entity = { user_id_hash: user.userIdHash, day: utcDate };
    return {
      planted: { rule, kind, title, entity, ...extent(spent), event_ids: eventIds(spent) },
      events,
    };
  });
  return [...told, ...filled];
}
