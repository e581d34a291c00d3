/** Planted incidents: what the rules must find, and beside each what they must leave alone. */
import { formatTime } from "../event/time.ts";
import { DAY_MS, localInstant, weekday } from "./clock.ts";
import { type Person, sampleUuid } from "./company.ts";
import type { Random } from "./random.ts";
import { personEvent, playSession, type TimedEvent } from "./session.ts";

export interface PlantedIncident {
  /** Name of the rule that must find it, or leave it alone. */
  readonly rule: string;
  readonly kind: "incident" | "near_miss";
  readonly title: string;
  /** The alert's entity. */
  readonly entity: Readonly<Record<string, string>>;
  /** When the alert's event happens, UTC. */
  readonly time: string;
}

export interface Plot {
  readonly incidents: readonly PlantedIncident[];
  readonly events: readonly TimedEvent[];
  /** Who plays a part that depends on their whole history, and must not be given other excesses. */
  readonly starring: ReadonlySet<Person>;
}

interface Stage {
  readonly people: readonly Person[];
  readonly firstDay: number;
  readonly lastDay: number;
  readonly random: Random;
}

interface Scene {
  readonly incident: PlantedIncident;
  readonly events: readonly TimedEvent[];
}

/** The first person of a department that fits. */
function cast(
  stage: Stage,
  department: string,
  fits: (person: Person) => boolean = () => true,
): Person {
  const found = stage.people.find(
    (person) => person.department.name === department && fits(person),
  );
  if (found === undefined)
    throw new RangeError(`the sample company has nobody fitting in ${department}`);
  return found;
}

/** A weekday `back` days before the log's end, or the one before it. */
function workday(stage: Stage, back: number): number {
  let day = stage.lastDay - back;
  while (weekday(day) === 0 || weekday(day) === 6) day -= 1;
  return day;
}

function scene(
  rule: string,
  kind: PlantedIncident["kind"],
  title: string,
  entity: PlantedIncident["entity"],
  timeMs: number,
  events: readonly TimedEvent[],
): Scene {
  return { incident: { rule, kind, title, entity, time: formatTime(timeMs) }, events };
}

/** One event of a session of its own. */
function single(
  name: string,
  person: Person,
  timeMs: number,
  fields: Parameters<typeof personEvent>[4],
): { session: string; events: readonly TimedEvent[] } {
  const session = sampleUuid(`session ${name}`);
  return { session, events: [personEvent(name, person, session, timeMs, fields)] };
}

function restrictedScenes(stage: Stage): readonly Scene[] {
  const rule = "restricted-data-access";
  const engineer = cast(stage, "engineering", ({ clearance }) => clearance === "internal");
  const quietTime = localInstant(engineer.department.zone, workday(stage, 9), 10.4);
  const quiet = single("restricted by connector", engineer, quietTime, {
    event_type: "activity_event",
    activity_type: "mcp_query",
    data_classification: "restricted",
    mcp_server: "sharepoint",
    mcp_tool: "read",
    mcp_outcome: "success",
  });
  const seller = cast(stage, "sales", ({ clearance }) => clearance === "internal");
  const blockedTime = localInstant(seller.department.zone, workday(stage, 6), 11.2);
  const blocked = single("restricted blocked", seller, blockedTime, {
    event_type: "security_event",
    security_event_type: "restricted_data_access",
    severity: "high",
    auto_blocked: true,
    data_classification: "restricted",
    details: { detector: "dlp-gateway", resource: "payroll-2025" },
    notified_to: ["soc"],
  });
  const lawyer = cast(stage, "legal", ({ clearance }) => clearance === "restricted");
  const allowedTime = localInstant(lawyer.department.zone, workday(stage, 9), 10.1);
  const allowed = single("restricted allowed", lawyer, allowedTime, {
    event_type: "activity_event",
    activity_type: "mcp_query",
    data_classification: "restricted",
    mcp_server: "sharepoint",
    mcp_tool: "read",
    mcp_outcome: "success",
  });
  return [
    scene(
      rule,
      "incident",
      "an engineer reads restricted files through a connector",
      { session_id: quiet.session },
      quietTime,
      quiet.events,
    ),
    scene(
      rule,
      "incident",
      "a gateway blocks payroll data for sales",
      { session_id: blocked.session },
      blockedTime,
      blocked.events,
    ),
    scene(
      rule,
      "near_miss",
      "a lawyer with clearance reads the same",
      { session_id: allowed.session },
      allowedTime,
      allowed.events,
    ),
  ];
}

function injectionScenes(stage: Stage): readonly Scene[] {
  const rule = "prompt-injection";
  const agent = cast(stage, "support");
  const flaggedTime = localInstant(agent.department.zone, workday(stage, 12), 9.3);
  const flagged = single("injection flagged", agent, flaggedTime, {
    event_type: "activity_event",
    activity_type: "mcp_query",
    data_classification: "internal",
    mcp_server: "zendesk",
    mcp_tool: "read",
    mcp_outcome: "success",
    security_flags: ["prompt_injection"],
  });
  const researcher = cast(stage, "research");
  const caughtTime = localInstant(researcher.department.zone, workday(stage, 4), 15.7);
  const caught = single("injection caught", researcher, caughtTime, {
    event_type: "security_event",
    security_event_type: "prompt_injection_attempt",
    severity: "critical",
    auto_blocked: true,
    data_classification: "internal",
    details: { pattern_id: "pi-indirect-007", detector: "hook" },
    notified_to: ["soc", "on-call"],
  });
  const harmless = single("injection word", researcher, caughtTime + 3 * DAY_MS, {
    event_type: "activity_event",
    activity_type: "model_request",
    data_classification: "internal",
    security_flags: ["prompt_injection_cleared"],
    token_input: 900,
    token_output: 100,
  });
  return [
    scene(
      rule,
      "incident",
      "a support ticket carries an instruction",
      { session_id: flagged.session },
      flaggedTime,
      flagged.events,
    ),
    scene(
      rule,
      "incident",
      "a hook blocks an indirect injection",
      { session_id: caught.session },
      caughtTime,
      caught.events,
    ),
    scene(
      rule,
      "near_miss",
      "a detector cleared the text",
      { session_id: harmless.session },
      caughtTime + 3 * DAY_MS,
      harmless.events,
    ),
  ];
}

/** A run of MCP queries at a steady pace. */
function burst(
  name: string,
  person: Person,
  startMs: number,
  count: number,
  stepMs: number,
): { session: string; events: readonly TimedEvent[] } {
  const session = sampleUuid(`session ${name}`);
  const events = Array.from({ length: count }, (_, turn) =>
    personEvent(`${name} ${turn}`, person, session, startMs + turn * stepMs, {
      event_type: "activity_event",
      activity_type: "mcp_query",
      data_classification: "internal",
      mcp_server: person.department.mcpServers[0],
      mcp_tool: "search",
      mcp_outcome: "success",
      duration_ms: 150,
    }),
  );
  return { session, events };
}

function volumeScenes(stage: Stage): readonly Scene[] {
  const rule = "anomalous-mcp-volume";
  const engineer = cast(stage, "engineering", ({ clearance }) => clearance === "sensitive");
  // It starts five minutes before the full hour, so that fixed windows on the clock see two halves.
  const loudTime = localInstant(engineer.department.zone, workday(stage, 8), 13.9167);
  const loud = burst("mcp burst", engineer, loudTime, 70, 8000);
  const exactTime = localInstant(engineer.department.zone, workday(stage, 7), 10);
  const exact = burst("mcp fifty", engineer, exactTime, 50, 12_000);
  return [
    scene(
      rule,
      "incident",
      "70 queries in nine minutes, across the full hour",
      { session_id: loud.session },
      loudTime + 50 * 8000,
      loud.events,
    ),
    scene(
      rule,
      "near_miss",
      "exactly 50 queries within ten minutes",
      { session_id: exact.session },
      exactTime,
      exact.events,
    ),
  ];
}

function offHoursScenes(stage: Stage): readonly Scene[] {
  const rule = "off-hours-sensitive-access";
  const analyst = cast(stage, "finance");
  const nightTime = localInstant(analyst.department.zone, workday(stage, 11), 2.6);
  const night = single("night access", analyst, nightTime, {
    event_type: "activity_event",
    activity_type: "mcp_query",
    data_classification: "sensitive",
    mcp_server: "snowflake",
    mcp_tool: "search",
    mcp_outcome: "success",
  });
  const engineer = cast(stage, "engineering", ({ clearance }) => clearance === "sensitive");
  // Four in the afternoon in Los Angeles is midnight in London: the department's own clock counts.
  const dayTime = localInstant(engineer.department.zone, workday(stage, 11), 16.2);
  const day = single("afternoon access", engineer, dayTime, {
    event_type: "activity_event",
    activity_type: "mcp_query",
    data_classification: "sensitive",
    mcp_server: "jira",
    mcp_tool: "read",
    mcp_outcome: "success",
  });
  return [
    scene(
      rule,
      "incident",
      "finance data at half past two at night",
      { session_id: night.session },
      nightTime,
      night.events,
    ),
    scene(
      rule,
      "near_miss",
      "an afternoon in Los Angeles, midnight in UTC",
      { session_id: day.session },
      dayTime,
      day.events,
    ),
  ];
}

/** A person with the same tokens every workday, and another amount on one of the last days. */
function steadyUser(
  stage: Stage,
  person: Person,
  name: string,
  multiple: number,
  back: number,
): { events: readonly TimedEvent[]; timeMs: number } {
  const peak = workday(stage, back);
  const events: TimedEvent[] = [];
  let timeMs = 0;
  for (let day = stage.firstDay; day <= peak; day += 1) {
    if (weekday(day) === 0 || weekday(day) === 6) continue;
    const startMs = localInstant(person.department.zone, day, 11);
    const total = day === peak ? 20_000 * multiple : 20_000;
    const fields = {
      event_type: "activity_event" as const,
      activity_type: "model_request",
      data_classification: "internal",
      token_input: total - 4000,
      token_output: 4000,
      duration_ms: 9000,
    };
    events.push(
      personEvent(`${name} ${day}`, person, sampleUuid(`session ${name} ${day}`), startMs, fields),
    );
    timeMs = startMs;
  }
  return { events, timeMs };
}

function usageScenes(stage: Stage): { scenes: readonly Scene[]; starring: readonly Person[] } {
  const rule = "high-volume-user";
  const [loud, near] = stage.people.filter(({ department }) => department.name === "marketing");
  if (loud === undefined || near === undefined)
    throw new RangeError("the sample company has too few people in marketing");
  const above = steadyUser(stage, loud, "usage above", 3.5, 2);
  const below = steadyUser(stage, near, "usage below", 3, 3);
  const entity = (person: Person, timeMs: number): PlantedIncident["entity"] => ({
    user_id_hash: person.hash,
    day: formatTime(timeMs).slice(0, 10),
  });
  return {
    starring: [loud, near],
    scenes: [
      scene(
        rule,
        "incident",
        "3.5 times the own average",
        entity(loud, above.timeMs),
        above.timeMs,
        above.events,
      ),
      scene(
        rule,
        "near_miss",
        "exactly 3 times the own average",
        entity(near, below.timeMs),
        below.timeMs,
        below.events,
      ),
    ],
  };
}

/** Background that looks like the incidents but is ordinary: approvals, failures, a burst of work. */
function background(stage: Stage): readonly TimedEvent[] {
  const person = cast(stage, "engineering");
  const startMs = localInstant(person.department.zone, workday(stage, 5), 9.5);
  const plan = {
    name: "long session",
    person,
    startMs,
    classification: "internal" as const,
    requests: 40,
    queries: 40,
    paceMs: 60_000,
    tokensPerRequest: 300,
  };
  return playSession(plan, stage.random);
}

export function stageIncidents(stage: Stage): Plot {
  const usage = usageScenes(stage);
  const scenes = [
    ...restrictedScenes(stage),
    ...injectionScenes(stage),
    ...volumeScenes(stage),
    ...offHoursScenes(stage),
    ...usage.scenes,
  ];
  return {
    incidents: scenes.map(({ incident }) => incident),
    events: [...scenes.flatMap(({ events }) => events), ...background(stage)],
    starring: new Set(usage.starring),
  };
}
