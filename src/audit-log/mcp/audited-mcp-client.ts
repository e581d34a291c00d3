/** A client of `@modelcontextprotocol/sdk` whose calls of tools leave audit events. */
import * as message from "../../diagnostic/message/audit-log.ts";
import type { AuditLog } from "../audit-log.ts";
import type { AuditContext, ContextSource, Occurrence, Outcome } from "../field.ts";
import { membersOf, nameOf } from "../text.ts";
import { authenticationFailure, errorName } from "./failure.ts";

/** What an MCP client is called with; the server's own name is what is written when `server` is absent. */
export interface McpAuditOptions {
  readonly server?: string;
}

type Call = (...args: unknown[]) => unknown;

/** Methods that talk to the server and may find that it does not accept who asks. */
const asking: ReadonlySet<string> = new Set([
  "connect",
  "ping",
  "complete",
  "request",
  "setLoggingLevel",
  "getPrompt",
  "listPrompts",
  "listResources",
  "listResourceTemplates",
  "readResource",
  "subscribeResource",
  "unsubscribeResource",
  "listTools",
]);

/** Looks at what one client does. */
class Observer {
  readonly #client: object;
  readonly #log: AuditLog;
  readonly #context: ContextSource;
  readonly #server: string | undefined;

  constructor(client: object, log: AuditLog, context: ContextSource, server: string | undefined) {
    this.#client = client;
    this.#log = log;
    this.#context = context;
    this.#server = nameOf(server);
  }

  /** Calls a tool and tells how that ended; the answer and every error are the client's. */
  async query(params: unknown, call: () => unknown): Promise<unknown> {
    const context = this.#now();
    const startedAt = this.#log.now();
    try {
      const result = await call();
      const outcome = membersOf(result)["isError"] === true ? "failure" : "success";
      this.#tellQuery(params, outcome, startedAt, context);
      return result;
    } catch (cause) {
      this.#tellQuery(params, "failure", startedAt, context, cause);
      this.#tellAuthentication(cause, context);
      throw cause;
    }
  }

  /** Asks the server for anything else; only a refusal of who asks is told. */
  async ask(call: () => unknown): Promise<unknown> {
    try {
      return await call();
    } catch (cause) {
      this.#tellAuthentication(cause, this.#now());
      throw cause;
    }
  }

  #now(): AuditContext {
    const context = this.#context;
    const given =
      typeof context === "function" ? this.#log.outlet.quietly(() => context()) : context;
    return given ?? {};
  }

  /** As the program names the server, or as the server names itself. */
  #serverName(): string {
    if (this.#server !== undefined) return this.#server;
    const { getServerVersion } = this.#client as { readonly getServerVersion?: unknown };
    const version =
      typeof getServerVersion === "function"
        ? (getServerVersion.call(this.#client) as unknown)
        : undefined;
    return nameOf(membersOf(version)["name"]) ?? "unknown";
  }

  #tellQuery(
    params: unknown,
    outcome: Outcome,
    startedAt: number,
    context: AuditContext,
    cause?: unknown,
  ): void {
    const { outlet, now, enqueue } = this.#log;
    const duration_ms = Math.max(0, Math.round(now() - startedAt));
    const timestamp = new Date(startedAt + duration_ms);
    outlet.later(() => {
      const error = cause === undefined ? undefined : errorName(cause);
      const labels =
        error === undefined ? context.labels : { ...context.labels, error_type: error };
      const occurrence: Occurrence = { ...context, labels, duration_ms, timestamp };
      const mcp_tool = nameOf(membersOf(params)["name"]);
      enqueue.activity.mcpQuery({
        ...occurrence,
        mcp_server: this.#serverName(),
        mcp_tool,
        outcome,
      });
    });
  }

  #tellAuthentication(cause: unknown, context: AuditContext): void {
    const { outlet, enqueue } = this.#log;
    outlet.later(() => {
      const reason = authenticationFailure(cause);
      if (reason === undefined) return;
      const details = { mcp_server: this.#serverName(), error_code: reason };
      enqueue.security.mcpAuthFailure({ ...context, severity: "low", details });
    });
  }
}

/** How a method is looked at; `undefined` for those that are only passed on. */
function watched(name: string, method: Call, client: object, observer: Observer): Call | undefined {
  if (name === "callTool")
    return (...args) => observer.query(args[0], () => method.apply(client, args));
  if (!asking.has(name)) return undefined;
  return (...args) => {
    const call = () => method.apply(client, args);
    const { method: asked, params } = membersOf(args[0]);
    const isQuery = name === "request" && asked === "tools/call";
    return isQuery ? observer.query(params, call) : observer.ask(call);
  };
}

/**
 * A client that behaves as the given one and tells the log of every tool it calls: one `mcp_query` with
 * server, tool, outcome and time, and `mcp_auth_failure` when the server does not accept who asks (401,
 * 403, a failed OAuth flow). Arguments and results are not kept. The program never waits for the log,
 * and no failure of the log reaches it.
 *
 * @param client A `Client` of `@modelcontextprotocol/sdk`, connected or not yet. Use only what is
 *   returned: calls of the given client are not seen.
 * @param context Who asks, in which session; as a function it is asked at each call.
 * @example
 * const client = auditedMcpClient(new Client({ name: "app", version: "1" }), log, { user: "u-1042" });
 * await client.connect(transport);
 * await client.callTool({ name: "search", arguments: { query } });
 */
export function auditedMcpClient<Client extends object>(
  client: Client,
  log: AuditLog,
  context: ContextSource = {},
  { server }: McpAuditOptions = {},
): Client {
  if (typeof (client as { readonly callTool?: unknown }).callTool !== "function") {
    log.outlet.fail(message.notObservable, { reason: "it has no callTool()" });
    return client;
  }
  const observer = new Observer(client, log, context, server);
  /** A method is the same function each time it is read. */
  const made = new Map<unknown, Call>();
  return new Proxy(client, {
    get: (target, name) => {
      // The client's own code must meet the client itself, never this outside of it.
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name !== "string" || name === "constructor")
        return value;
      // What the program has set on its client, such as onclose, it gets back as it was.
      if (Object.hasOwn(target, name) && name !== "callTool") return value;
      const method = value as Call;
      const before = made.get(method);
      if (before !== undefined) return before;
      const seen = watched(name, method, target, observer);
      const call: Call = seen ?? ((...args) => method.apply(target, args));
      made.set(method, call);
      return call;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
