/** Writes the events of one session, as a producer that reports every request would. */
import {
  type ActivityEvent,
  type AuditEvent,
  type CommonFields,
  type DataClassification,
  SCHEMA_VERSION,
  type SecurityEvent,
} from "../event/event.ts";
import { formatTime } from "../event/time.ts";
import type { User } from "./company.ts";
import { serverTools } from "./department.ts";
import type { Random } from "./random.ts";

export interface SessionSettings {
  readonly model: string;
  readonly servers: readonly string[];
  readonly classification: DataClassification;
  /** False where the producer cannot tell who employs the user; the clearance table can. */
  readonly knowsDepartment?: boolean;
}

/** What a detector at the producer reports. */
export type Report = Pick<
  SecurityEvent,
  "security_event_type" | "severity" | "details" | "auto_blocked" | "notified_to"
>;

/** Name of the deployment on every event of the sample. */
export const DEPLOYMENT = "example-corp";

const MODEL_OVERHEAD_MS = 600;
const MS_PER_OUTPUT_TOKEN = 14;

/** A session in progress. Times are epoch milliseconds and must not run backwards. */
export class SessionWriter {
  readonly events: AuditEvent[] = [];
  readonly sessionId: string;
  /** The highest class of data in reach so far; later events carry it. */
  classification: DataClassification;
  readonly #random: Random;
  readonly #user: User;
  readonly #settings: SessionSettings;
  #startedMs = 0;
  #requests = 0;

  constructor(random: Random, user: User, settings: SessionSettings) {
    this.#random = random;
    this.#user = user;
    this.#settings = settings;
    this.sessionId = random.uuid();
    this.classification = settings.classification;
  }

  #policyFlags(): readonly string[] {
    const guarded = this.classification === "sensitive" || this.classification === "restricted";
    return guarded ? ["approved_use_case", "pii_redaction"] : ["approved_use_case"];
  }

  #fields(atMs: number): CommonFields {
    const { model, servers, knowsDepartment } = this.#settings;
    return {
      schema_version: SCHEMA_VERSION,
      event_id: this.#random.uuid(),
      timestamp: formatTime(atMs),
      session_id: this.sessionId,
      user_id_hash: this.#user.userIdHash,
      department: knowsDepartment === false ? "unknown" : this.#user.department.name,
      model_version: model,
      data_classification: this.classification,
      mcp_integrations: servers,
      token_input: 0,
      token_output: 0,
      duration_ms: 0,
      policy_flags: this.#policyFlags(),
      security_flags: [],
      source_kind: "native",
      deployment: DEPLOYMENT,
    };
  }

  #push<Event extends AuditEvent>(event: Event): Event {
    this.events.push(event);
    return event;
  }

  start(atMs: number): AuditEvent {
    this.#startedMs = atMs;
    const { clientIp, userAgent } = this.#user;
    const client = { client_ip: clientIp, user_agent: userAgent };
    return this.#push({ ...this.#fields(atMs), event_type: "session_start", ...client });
  }

  /** The end repeats no tokens: every request has reported its own. */
  end(atMs: number): AuditEvent {
    const duration_ms = atMs - this.#startedMs;
    return this.#push({ ...this.#fields(atMs), event_type: "session_end", duration_ms });
  }

  authentication(atMs: number): AuditEvent {
    const { clientIp, userAgent } = this.#user;
    return this.#push({
      ...this.#fields(atMs),
      event_type: "activity_event",
      activity_type: "authentication",
      client_ip: clientIp,
      user_agent: userAgent,
    });
  }

  /** One request of `tokens` in all. From the second on most of the input comes from the cache. */
  request(atMs: number, tokens: number, flags: readonly string[] = []): AuditEvent {
    const random = this.#random;
    const token_output = Math.round(tokens * random.between(0.02, 0.12));
    const token_input = tokens - token_output;
    const cached = this.#requests === 0 ? 0 : random.between(0.55, 0.96);
    const token_cache_read = Math.floor(token_input * cached);
    const fresh = token_input - token_cache_read;
    const token_cache_write = Math.floor(fresh * random.between(0.4, 0.95));
    this.#requests += 1;
    return this.#push({
      ...this.#fields(atMs),
      event_type: "activity_event",
      activity_type: "model_request",
      token_input,
      token_output,
      token_cache_read,
      token_cache_write,
      duration_ms: MODEL_OVERHEAD_MS + Math.round(token_output * MS_PER_OUTPUT_TOKEN),
      security_flags: flags,
      request_id: `req_${random.uuid().replaceAll("-", "").slice(0, 24)}`,
    });
  }

  /** One MCP query; without a server, any of the session's. */
  query(atMs: number, server?: string, tool?: string): AuditEvent {
    const random = this.#random;
    const mcp_server = server ?? random.pick(this.#settings.servers);
    const outcomes = { success: 965, failure: 28, denied: 7 };
    const mcp_outcome: ActivityEvent["mcp_outcome"] & string = random.weighted(outcomes);
    return this.#push({
      ...this.#fields(atMs),
      event_type: "activity_event",
      activity_type: "mcp_query",
      duration_ms: random.whole(40, 2_400),
      mcp_server,
      mcp_tool: tool ?? random.pick(serverTools[mcp_server] ?? ["query"]),
      mcp_outcome,
    });
  }

  /** A tool that is built into the client. */
  toolUse(atMs: number): AuditEvent {
    return this.#push({
      ...this.#fields(atMs),
      event_type: "activity_event",
      activity_type: "tool_use",
      duration_ms: this.#random.whole(5, 9_000),
    });
  }

  security(atMs: number, report: Report): AuditEvent {
    return this.#push({ ...this.#fields(atMs), event_type: "security_event", ...report });
  }
}
