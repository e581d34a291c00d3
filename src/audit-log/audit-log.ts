/** The logging library: typed calls of a program become audit events of a connector in the same process. */
import { randomUUID } from "node:crypto";
import { Connector } from "../connector/connector.ts";
import {
  type Configuration,
  type CreateOptions,
  createConnector,
} from "../connector/create-connector.ts";
import type { Receipt } from "../journal/journal.ts";
import { type AuditCalls, makeCalls, type Write } from "./call.ts";
import { eventIdOf } from "./event-id.ts";
import { type AuditContext, eventOf, type Occurrence, type Writing } from "./field.ts";
import { type AuditFailure, type AuditLogStatus, Outlet } from "./outlet.ts";

export interface AuditLogOptions extends CreateOptions {
  /** Told of every queued event that was not written; a warning of the process, once a code, when absent. */
  readonly onFailure?: (failure: AuditFailure) => void;
  /** Queued events that may wait for the disk; further ones are counted as failed. */
  readonly waitingMax?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A new UUID. */
  readonly newId?: () => string;
}

/** A session: its start is told, its end is to be told, and all between bears its context. */
export interface AuditSession<Answer> extends AuditCalls<Answer> {
  readonly session_id: string;
  /** For `audited` and `auditedMcpClient`. */
  readonly context: AuditContext;
  /** Tells the end; how long the session was is added. */
  readonly end: (occurrence?: Occurrence) => Answer;
}

/** The same calls, queued: they return at once and never throw; `status()` counts what failed. */
export interface QueuedCalls extends AuditCalls<void> {
  /** Begins a session; without `session_id` a new one. */
  readonly session: (start?: Occurrence) => AuditSession<void>;
}

/** Every call resolves after fsync, and rejects as `Connector.append` does. */
export interface AuditLog extends AuditCalls<Promise<Receipt>> {
  readonly session: (start?: Occurrence) => Promise<AuditSession<Promise<Receipt>>>;
  readonly enqueue: QueuedCalls;
  readonly connector: Connector;
  /** @internal For what observes clients. */
  readonly outlet: Outlet;
  /** @internal The clock of the log. */
  readonly now: () => number;
  readonly status: () => AuditLogStatus;
  /** Resolves when all that is queued is on the disk or counted as failed. */
  readonly settled: () => Promise<void>;
  /** Settles, and stops the connector where `createAuditLog` has started it. */
  readonly close: () => Promise<void>;
}

const WAITING_MAX = 10_000;

/** A warning for each kind of failure: the first tells what is wrong, the count tells the rest. */
function warnOnce(): (failure: AuditFailure) => void {
  const warned = new Set<string>();
  return ({ diagnostic: { code, message, help } }) => {
    if (warned.has(code)) return;
    warned.add(code);
    process.emitWarning(`${message}. ${help}`, { type: "AuditLogWarning", code });
  };
}

/** Begins a session and makes its calls. */
function openSession<Answer>(
  write: Write<Answer>,
  start: Occurrence,
  writing: Writing,
): { readonly session: AuditSession<Answer>; readonly started: Answer } {
  const { event_id, timestamp, request_id, model_version, duration_ms, ...given } = start;
  const session_id = given.session_id ?? writing.newId();
  const context: AuditContext = { ...given, session_id };
  const startedAt = timestamp === undefined ? writing.now() : new Date(timestamp).getTime();
  const moment = { event_id, timestamp: timestamp ?? new Date(startedAt), request_id };
  const started = write(() =>
    eventOf(
      { event_type: "session_start" },
      {
        ...moment,
        event_id: event_id ?? eventIdOf(["session_start", session_id]),
        model_version,
        duration_ms,
      },
      context,
      writing,
    ),
  );
  const end = (occurrence: Occurrence = {}): Answer =>
    write(() => {
      const endedAt = new Date(occurrence.timestamp ?? writing.now()).getTime();
      const lasted = Math.max(0, endedAt - startedAt);
      const timed = Number.isFinite(lasted) ? { duration_ms: lasted } : {};
      const id = { event_id: eventIdOf(["session_end", session_id]) };
      // Tokens belong to the requests; a session that repeated them would count them twice.
      const own = { event_type: "session_end", token_input: 0, token_output: 0 } as const;
      const timestamp = new Date(endedAt);
      return eventOf(own, { ...id, ...timed, timestamp, ...occurrence }, context, writing);
    });
  const session = { ...makeCalls(write, () => context, writing), session_id, context, end };
  return { session, started };
}

/**
 * Opens a log for a program's own events.
 *
 * @param target A connector that runs, or what `createConnector` takes; such a connector ends with the log.
 * @returns After everything is open. Rejects with `ConfigurationError`.
 * @example
 * const log = await createAuditLog("claude-siem.yaml");
 * const session = await log.session({ user: "u-1042", department: "finance" });
 * await session.policy.requested({ request_id: "r-7", use_case_id: "contract-review" });
 * await session.end();
 */
export async function createAuditLog(
  target: Connector | Configuration | string,
  options: AuditLogOptions = {},
): Promise<AuditLog> {
  const isOwn = !(target instanceof Connector);
  const connector = isOwn ? await createConnector(target, options) : target;
  const { pseudonymiser } = connector;
  const writing: Writing = {
    now: options.now ?? Date.now,
    newId: options.newId ?? randomUUID,
    pseudonymise: (identity) => pseudonymiser.userIdHash(identity),
  };
  const outlet = new Outlet({
    append: (event) => connector.append(event),
    waitingMax: options.waitingMax ?? WAITING_MAX,
    onFailure: options.onFailure ?? warnOnce(),
  });
  // Building inside the promise makes a wrong value a rejection and never an exception.
  const durably: Write<Promise<Receipt>> = async (build) => connector.append(build());
  const none = (): AuditContext => ({});
  return {
    ...makeCalls(durably, none, writing),
    session: async (start = {}) => {
      const { session, started } = openSession(durably, start, writing);
      await started;
      return session;
    },
    enqueue: {
      ...makeCalls<void>(outlet.enqueue, none, writing),
      session: (start = {}) => openSession<void>(outlet.enqueue, start, writing).session,
    },
    connector,
    outlet,
    now: writing.now,
    status: () => outlet.status(),
    settled: () => outlet.settled(),
    close: async () => {
      outlet.endObservations();
      await outlet.settled();
      if (isOwn) await connector.stop();
    },
  };
}
