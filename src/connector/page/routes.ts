/**
 * What the server answers to which request. Off loopback everything but /health, /ready and the login
 * asks for the token. /metrics can be opened, because scrapers often cannot log in and it names no
 * person.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ListenAddress } from "../../config/listen.ts";
import { createMetrics } from "../metrics.ts";
import { type ConnectorStatus, readiness } from "../status.ts";
import { type Access, isSameOrigin } from "./access.ts";
import { PAGE_POLICY } from "./document.ts";
import { readForm } from "./form-body.ts";
import { LiveHub } from "./live.ts";
import { renderLogin, safePath } from "./login.ts";
import type { Pages, Visitor } from "./pages.ts";

export interface RouteOptions {
  readonly listen: ListenAddress;
  /** Whether others than this machine may ask, under any name. */
  readonly remote: boolean;
  readonly status: () => ConnectorStatus;
  readonly access: Access;
  /** Whether /metrics answers without a token where one is needed. */
  readonly openMetrics: boolean;
  readonly pages: Pages;
  /** Something an operator should read. */
  readonly warn: (what: string) => void;
}

/** Headers of every answer. */
export const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // A browser tells forms where they come from only where it may name this server to itself.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": PAGE_POLICY,
};

export const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";

/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function reply(
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, type, body, headers };
}

function jsonReply(status: number, value: object): Reply {
  return reply(status, "application/json; charset=utf-8", `${JSON.stringify(value)}\n`);
}

function redirect(to: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return reply(303, TEXT, "", { ...headers, location: to });
}

/** Names by which this machine may be asked; others are a page elsewhere that tricks a browser. */
function isOwnHost(header: string | undefined, listen: ListenAddress): boolean {
  const host = (header ?? "")
    .replace(/:[0-9]+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  return ["localhost", "127.0.0.1", "::1", listen.host.toLowerCase()].includes(host);
}

/** One request on its way through the server. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly parameters: URLSearchParams;
}

export class Routes {
  readonly #options: RouteOptions;
  readonly #metrics: ReturnType<typeof createMetrics>;
  readonly hub: LiveHub;

  constructor(options: RouteOptions) {
    this.#options = options;
    this.#metrics = createMetrics(options.status);
    this.hub = new LiveHub({
      versionOf: (page) => options.pages.versionOf(page),
      headers: HEADERS,
    });
  }

  /** The answer to a request; `undefined` when the response is a stream that goes on. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
    const { remote, listen } = this.#options;
    if (!remote && !isOwnHost(request.headers.host, listen))
      return reply(421, TEXT, "This host name is not served here.\n");
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const exchange = { request, response, path, parameters: new URLSearchParams(query) };
    if (request.method === "POST") return this.#post(exchange);
    if (request.method !== "GET" && request.method !== "HEAD")
      return reply(405, TEXT, "Only GET.\n", { allow: "GET, HEAD" });
    return this.#get(exchange);
  }

  #visitor(request: IncomingMessage): Visitor {
    const { access } = this.#options;
    return { formToken: access.formToken(request), isLoggedIn: access.isGuarded };
  }

  async #get(exchange: Exchange): Promise<Reply | undefined> {
    const { request, path, parameters } = exchange;
    const { access, status, openMetrics } = this.#options;
    if (path === "/health") return jsonReply(200, { status: "ok" });
    if (path === "/login")
      return access.isGuarded
        ? reply(200, HTML, renderLogin(safePath(parameters.get("to"))))
        : redirect("/");
    const isAdmitted = access.admits(request);
    if (path === "/ready") {
      const { ready, reasons } = readiness(status());
      const told = isAdmitted ? { ready, reasons } : { ready };
      return jsonReply(ready ? 200 : 503, told);
    }
    if (path === "/metrics" && (isAdmitted || openMetrics)) {
      const text = await this.#metrics.metrics();
      return reply(200, this.#metrics.contentType, text);
    }
    if (!isAdmitted) return this.#refuse(exchange);
    if (path === "/status.json") return jsonReply(200, status());
    if (path === "/live" && request.method === "GET") return this.#listen(exchange);
    const page = await this.#options.pages.get(path, parameters, this.#visitor(request));
    if (page === undefined) return reply(404, TEXT, "Nothing here. Try / or /metrics.\n");
    return reply(page.status, HTML, page.body);
  }

  /** A browser is sent to the login and comes back; a machine is told what it lacks. */
  #refuse({ request, path, parameters }: Exchange): Reply {
    const wantsPage = (request.headers.accept ?? "").includes("text/html");
    if (!wantsPage)
      return reply(401, TEXT, "A token is needed.\n", {
        "www-authenticate": 'Bearer realm="claude-siem"',
      });
    const query = parameters.toString();
    const to = safePath(query === "" ? path : `${path}?${query}`);
    return redirect(`/login?${new URLSearchParams({ to }).toString()}`);
  }

  #listen({ response, parameters }: Exchange): Reply | undefined {
    if (this.hub.add(parameters.get("of") ?? "/", response)) return undefined;
    return reply(503, TEXT, "Too many pages are open; load the page to see what is new.\n");
  }

  async #post(exchange: Exchange): Promise<Reply> {
    const { request, path } = exchange;
    const { access } = this.#options;
    const isForm = ["/login", "/logout"].includes(path) || path.startsWith("/alerts/");
    if (!isForm) return reply(405, TEXT, "Only GET.\n", { allow: "GET, HEAD" });
    if (!isSameOrigin(request))
      return reply(403, TEXT, "The form does not come from a page of this server.\n");
    const form = await readForm(request);
    if (form === undefined)
      return reply(400, TEXT, "This is no form of this server.\n", {
        connection: "close",
      });
    if (path === "/login") return this.#logIn(exchange, form);
    if (!access.admits(request)) return this.#refuse(exchange);
    if (!access.isOwnForm(request, form.get("token") ?? undefined))
      return reply(
        403,
        TEXT,
        "The form is from before the connector started or from another session. Load the page and try again.\n",
      );
    if (path === "/logout") return redirect("/login", { "set-cookie": access.logOut(request) });
    return this.#change(exchange, form);
  }

  #logIn({ request }: Exchange, form: URLSearchParams): Reply {
    const { access, warn } = this.#options;
    if (!access.isGuarded) return redirect("/");
    const to = safePath(form.get("to"));
    const outcome = access.logIn(request, form.get("given") ?? "");
    switch (outcome.kind) {
      case "in":
        return redirect(to, { "set-cookie": outcome.cookie });
      case "wrong":
        warn("a login at the status page failed: wrong token");
        return reply(401, HTML, renderLogin(to, "This is not the token."));
      case "wait": {
        const wait = `Too many wrong tokens: wait ${outcome.seconds} s.`;
        const after = { "retry-after": String(outcome.seconds) };
        return reply(429, HTML, renderLogin(to, wait), after);
      }
    }
  }

  async #change({ request, path }: Exchange, form: URLSearchParams): Promise<Reply> {
    const outcome = await this.#options.pages.change(path, form, this.#visitor(request));
    if (outcome === undefined) return reply(404, TEXT, "There is no such alert.\n");
    if (outcome === "changed") return redirect(path);
    return reply(outcome.status, HTML, outcome.body);
  }
}
