/**
 * Lines as they come from imperfect producers: some are repaired, some can only be refused.
 *
 * All are about one harmless session, so that they show how lines are read and touch no rule.
 */
import type { AuditEvent } from "../event/event.ts";
import { member, workingDayBack } from "./company.ts";
import { planSample, type SampleOptions } from "./generate.ts";
import { Random } from "./random.ts";
import { SessionWriter } from "./session.ts";

export interface NoiseLine {
  /** One line of a log, without its newline. */
  readonly text: string;
  /** What a reader must do with it. */
  readonly verdict: "accepted" | "rejected";
  readonly why: string;
}

interface Flaw {
  readonly verdict: NoiseLine["verdict"];
  readonly why: string;
  readonly write: (event: AuditEvent) => string;
}

const json = JSON.stringify;

/** The event without a field. */
function without(event: AuditEvent, field: keyof AuditEvent): string {
  return json(Object.fromEntries(Object.entries(event).filter(([key]) => key !== field)));
}

/** The instant on Singapore's clocks, which have been eight hours ahead since 1982. */
function singaporeTime({ timestamp }: AuditEvent): string {
  const local = new Date(Date.parse(timestamp) + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 19)}+08:00`;
}

const accepted = (why: string, write: Flaw["write"]): Flaw => ({ verdict: "accepted", why, write });
const rejected = (why: string, write: Flaw["write"]): Flaw => ({ verdict: "rejected", why, write });

const flaws: readonly Flaw[] = [
  accepted("the time has an offset", (event) =>
    json({ ...event, timestamp: singaporeTime(event) }),
  ),
  accepted("the time has microseconds", (event) =>
    json({ ...event, timestamp: event.timestamp.replace("Z", "417Z") }),
  ),
  accepted("the pseudonym is in capitals", (event) =>
    json({ ...event, user_id_hash: event.user_id_hash?.toUpperCase() }),
  ),
  accepted("no event_id", (event) => without(event, "event_id")),
  accepted("the event_id is a ULID", (event) =>
    json({ ...event, event_id: "01KACVZ7Q4E8M2T5R9W3X6Y1B0" }),
  ),
  accepted("a field that nobody knows", (event) => json({ ...event, team: "brand" })),
  accepted("a label that is a number", (event) =>
    json({ ...event, labels: { cost_center: 4711 } }),
  ),
  accepted("null instead of nothing", (event) => json({ ...event, model_version: null })),
  accepted("blanks between the tokens", (event) => json(event, null, 1).replaceAll("\n", " ")),
  rejected("cut off in the middle", (event) => json(event).slice(0, 200)),
  rejected("a comma too many", (event) => json(event).replace(/\}$/, ",}")),
  rejected("NaN is no JSON", (event) =>
    json(event).replace(/"duration_ms":\d+/, '"duration_ms":NaN'),
  ),
  rejected("a list, not an event", (event) => json([event])),
  rejected("no timestamp", (event) => without(event, "timestamp")),
  rejected("a time without a zone", (event) =>
    json({ ...event, timestamp: event.timestamp.replace("Z", "") }),
  ),
  rejected("an epoch number for a time", (event) =>
    json({ ...event, timestamp: Date.parse(event.timestamp) }),
  ),
  rejected("fewer than no tokens", (event) => json({ ...event, token_output: -1 })),
  rejected("a class of data in capitals", (event) =>
    json({ ...event, data_classification: "Restricted" }),
  ),
  rejected("an e-mail address for a pseudonym", (event) =>
    json({ ...event, user_id_hash: "jo.doe@example.com" }),
  ),
];

const STEP_MS = 5 * 60_000;
const TOKENS = 900;

/** One line of every kind, in the order of the list; each from an event of its own. */
export function* generateNoise(options: SampleOptions): Generator<NoiseLine, void, undefined> {
  const { company, lastDay } = planSample(options);
  const user = member(company, "marketing", 3);
  const day = workingDayBack(user, lastDay, 1);
  const session = new SessionWriter(Random.stream(company.seed, "noise"), user, {
    model: "claude-haiku-4-5-20251001",
    servers: ["hubspot"],
    classification: "public",
  });
  let atMs = user.clock.instantMs(day, 600);
  for (const { verdict, why, write } of flaws) {
    atMs += STEP_MS;
    yield { text: write(session.request(atMs, TOKENS)), verdict, why };
  }
}
