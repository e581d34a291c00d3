/** What has to be derived, by looking at all events of a session at once. */
import type { AuditEvent } from "../../src/event/event.ts";

const RANKS = ["public", "internal", "sensitive", "restricted"];

export interface Expected {
  readonly event_type: "session_start" | "session_end";
  readonly session_id: string;
  readonly at: number;
  readonly user: string | undefined;
  readonly model: string | undefined;
  readonly level: string | undefined;
  readonly servers: readonly string[];
}

const timeOf = ({ timestamp }: AuditEvent): number => Date.parse(timestamp);

function firstOf(events: readonly AuditEvent[], field: "user_id_hash" | "model_version") {
  const told = events.filter((one) => one[field] !== undefined);
  const [first] = told.sort(
    (a, b) => timeOf(a) - timeOf(b) || ((a[field] ?? "") < (b[field] ?? "") ? -1 : 1),
  );
  return first?.[field];
}

function factsOf(
  events: readonly AuditEvent[],
): Omit<Expected, "event_type" | "session_id" | "at"> {
  const ranks = events.map((one) => RANKS.indexOf(one.data_classification ?? "unknown"));
  return {
    user: firstOf(events, "user_id_hash"),
    model: firstOf(events, "model_version"),
    level: RANKS[Math.max(-1, ...ranks)],
    servers: [...new Set(events.flatMap((one) => one.mcp_integrations ?? []))].sort(),
  };
}

/** The derived events of one session. */
function expectSession(
  session_id: string,
  all: readonly AuditEvent[],
  kinds: readonly string[],
  idleMs: number,
  lateMs: number,
): readonly Expected[] {
  const isWanted = (one: AuditEvent): boolean => kinds.includes(one.source_kind ?? "");
  const known = all
    .filter((one) => isWanted(one) || one.event_type.startsWith("session_"))
    .sort((a, b) => timeOf(a) - timeOf(b));
  const pause = known.findIndex((one, index) => {
    const before = known[index - 1];
    return before !== undefined && timeOf(one) - timeOf(before) > idleMs;
  });
  const events = pause === -1 ? known : known.slice(0, pause);
  const [first, last, wanted] = [events[0], events.at(-1), events.find(isWanted)];
  if (first === undefined || last === undefined || wanted === undefined) return [];
  const early = events.filter((one) => timeOf(one) <= timeOf(wanted) + lateMs);
  const expected: Expected[] = [];
  if (!early.some((one) => one.event_type === "session_start"))
    expected.push({
      event_type: "session_start",
      session_id,
      at: timeOf(first),
      ...factsOf(early),
    });
  if (!events.some((one) => one.event_type === "session_end"))
    expected.push({ event_type: "session_end", session_id, at: timeOf(last), ...factsOf(events) });
  return expected;
}

export function expectSessions(
  events: readonly AuditEvent[],
  kinds: readonly string[],
  idleMs: number,
  lateMs: number,
): readonly Expected[] {
  const ids = new Set(events.flatMap(({ session_id }) => session_id ?? []));
  return [...ids].sort().flatMap((id) =>
    expectSession(
      id,
      events.filter((one) => one.session_id === id),
      kinds,
      idleMs,
      lateMs,
    ),
  );
}

/** A derived event in the form of the oracle. */
export function toExpected(event: AuditEvent): Expected {
  if (event.event_type !== "session_start" && event.event_type !== "session_end")
    throw new Error(`${event.event_type} is not derived`);
  return {
    event_type: event.event_type,
    session_id: event.session_id ?? "",
    at: timeOf(event),
    user: event.user_id_hash,
    model: event.model_version,
    level: event.data_classification,
    servers: event.mcp_integrations ?? [],
  };
}
