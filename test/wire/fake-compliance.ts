/**
 * The Compliance API as its documentation describes it, on a clock of the test: activities that are shown
 * late, cursors that are forgotten, a shared rate limit, scopes, failures on demand.
 */
import { createHash } from "node:crypto";
import type { FakeRequest, FakeResponse } from "./fake-server.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface FakeActivity {
  readonly id: string;
  readonly createdMs: number;
  /** From when on it is listed. */
  readonly shownMs: number;
  readonly body: Json;
}

export interface Directory {
  readonly organizations: readonly Json[];
  /** By uuid of the organization. */
  readonly users: Readonly<Record<string, readonly Json[]>>;
  readonly groups: readonly Json[];
  /** By id of the group. */
  readonly members: Readonly<Record<string, readonly Json[]>>;
}

/** What a request looks like to the service; a `FakeRequest` is one. */
export type Asked = Pick<FakeRequest, "method" | "path" | "query"> & {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

const MINUTE_MS = 60_000;

function apiError(
  status: number,
  type: string,
  message: string,
  headers: object = {},
): FakeResponse {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ error: { type, message } }),
  };
}

/** Newest first, ties broken by id. */
function newestFirst(a: FakeActivity, b: FakeActivity): number {
  return b.createdMs - a.createdMs || (a.id < b.id ? 1 : Number(a.id === b.id) - 1);
}

export class FakeCompliance {
  readonly activities: FakeActivity[] = [];
  readonly asked: Asked[] = [];
  /** Answers that are given instead, first come first. */
  readonly failures: FakeResponse[] = [];
  key = "sk-ant-api01-test";
  scopes: readonly string[] = [
    "read:compliance_activities",
    "read:compliance_org_data",
    "read:compliance_user_data",
  ];
  requestsPerMinute = 600;
  directory: Directory = { organizations: [], users: {}, groups: [], members: {} };
  /** Whether every request leaves an activity, as with the product. */
  logsAccess = false;
  /** How far the service's clock is ahead of the test's. */
  aheadMs = 0;
  readonly #now: () => number;
  readonly #cursors = new Map<string, FakeActivity>();
  #generation = 0;
  #windowStart = 0;
  #windowCount = 0;
  #serial = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now() + this.aheadMs;
  }

  /** Something happens; it is listed `lateMs` afterwards. */
  happen(body: Json = {}, lateMs = 0, createdMs: number = this.now): FakeActivity {
    this.#serial += 1;
    const id = `activity_${String(this.#serial).padStart(6, "0")}`;
    const activity = {
      id,
      createdMs,
      shownMs: createdMs + lateMs,
      body: {
        id,
        created_at: new Date(createdMs).toISOString(),
        organization_id: "org_01Wv6QeBcDfGhJkLmNpQrSt8",
        organization_uuid: "91012d09-e48b-438e-a489-1bebfd8fa6f9",
        type: "claude_chat_created",
        actor: {
          type: "user_actor",
          email_address: "priya@example.com",
          user_id: "user_01XyDMpzjS89pFZXqSFUBDr6",
          ip_address: "192.0.2.34",
          user_agent: "Mozilla/5.0",
        },
        claude_chat_id: `claude_chat_${this.#serial}`,
        ...body,
      },
    };
    this.activities.push(activity);
    return activity;
  }

  /** All cursors that were handed out are unknown from now on. */
  forgetCursors(): void {
    this.#generation += 1;
    this.#cursors.clear();
  }

  /** The next answers are these. */
  fail(...answers: readonly FakeResponse[]): void {
    this.failures.push(...answers);
  }

  #cursorOf(activity: FakeActivity): string {
    const cursor = createHash("sha256")
      .update(`${this.#generation} ${activity.id}`)
      .digest("base64url");
    this.#cursors.set(cursor, activity);
    return cursor;
  }

  #limit(): FakeResponse | Record<string, string> {
    if (this.now >= this.#windowStart + MINUTE_MS) {
      this.#windowStart = this.now;
      this.#windowCount = 0;
    }
    this.#windowCount += 1;
    const reset = this.#windowStart + MINUTE_MS;
    const headers = {
      date: new Date(this.now).toUTCString(),
      "request-id": `req_${this.asked.length}`,
      "anthropic-ratelimit-requests-limit": String(this.requestsPerMinute),
      "anthropic-ratelimit-requests-remaining": String(
        Math.max(0, this.requestsPerMinute - this.#windowCount),
      ),
      "anthropic-ratelimit-requests-reset": new Date(reset).toISOString(),
    };
    if (this.#windowCount <= this.requestsPerMinute) return headers;
    const wait = String(Math.ceil((reset - this.now) / 1000));
    return apiError(429, "rate_limit_error", "exceeded", { ...headers, "retry-after": wait });
  }

  handle(request: Asked): FakeResponse {
    this.asked.push(request);
    const { headers } = request;
    if (headers["x-api-key"] !== this.key || headers["anthropic-version"] !== "2023-06-01")
      return apiError(401, "authentication_error", "The API key provided is invalid.");
    const limited = this.#limit();
    if ("status" in limited) return limited as FakeResponse;
    const planned = this.failures.shift();
    if (planned !== undefined)
      return {
        ...planned,
        headers: { ...(limited as Record<string, string>), ...planned.headers },
      };
    const answer = this.#route(request);
    if (this.logsAccess)
      this.happen({
        type: "compliance_api_accessed",
        claude_chat_id: null,
        organization_id: null,
        actor: {
          type: "api_actor",
          api_key_id: "apikey_01Own",
          ip_address: "198.51.100.7",
          user_agent: headers["user-agent"],
        },
        request_id: `req_${this.asked.length}`,
        request_method: "GET",
        status_code: answer.status,
        url: `https://api.anthropic.com${request.path}`,
      });
    return { ...answer, headers: { ...(limited as Record<string, string>), ...answer.headers } };
  }

  #needs(scope: string): FakeResponse | undefined {
    if (this.scopes.includes(scope)) return undefined;
    const got = this.scopes.map((one) => `'${one}'`).join(", ");
    return apiError(
      403,
      "permission_error",
      `Missing required scopes. Got: [${got}] Needed: ['${scope}']`,
    );
  }

  #route({ path, query, method }: Asked): FakeResponse {
    if (method !== "GET") return apiError(405, "invalid_request_error", "GET only");
    const parts = path.split("/").slice(3);
    const [area = "", id = "", what = ""] = parts.map(decodeURIComponent);
    const { organizations, users, groups, members } = this.directory;
    if (path === "/v1/compliance/activities")
      return this.#needs("read:compliance_activities") ?? this.#list(query);
    if (area === "organizations" && id === "")
      return this.#needs("read:compliance_org_data") ?? this.#paged(organizations, query);
    if (area === "organizations" && what === "users")
      return this.#needs("read:compliance_user_data") ?? this.#paged(users[id] ?? [], query);
    if (area === "groups" && id === "")
      return this.#needs("read:compliance_org_data") ?? this.#paged(groups, query);
    if (area === "groups" && what === "members")
      return this.#needs("read:compliance_user_data") ?? this.#paged(members[id] ?? [], query);
    return apiError(404, "not_found_error", "Not found.");
  }

  #list(query: URLSearchParams): FakeResponse {
    const limit = Number(query.get("limit") ?? "100");
    if (!Number.isInteger(limit) || limit < 1 || limit > 5000)
      return apiError(
        400,
        "invalid_request_error",
        `The limit parameter must be between 1 and 5000.`,
      );
    for (const name of ["created_at.gte", "created_at.lt"]) {
      const text = query.get(name);
      if (text !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text))
        return apiError(400, "invalid_request_error", `The \`${name}\` parameter is invalid.`);
    }
    const from = Date.parse(query.get("created_at.gte") ?? "1970-01-01T00:00:00Z");
    const to = Date.parse(query.get("created_at.lt") ?? "9999-01-01T00:00:00Z");
    const types = query.getAll("activity_types[]");
    const listed = this.activities
      .filter(
        ({ createdMs, shownMs }) => createdMs >= from && createdMs < to && shownMs <= this.now,
      )
      .filter(({ body }) => types.length === 0 || types.includes(String(body["type"])))
      .sort(newestFirst);
    const after = query.get("after_id");
    const place = after === null ? undefined : this.#cursors.get(after);
    if (after !== null && place === undefined)
      return apiError(
        400,
        "invalid_request_error",
        `Invalid \`after_id\`. No activity found for \`after_id\` "${after}"`,
      );
    const rest = place === undefined ? listed : listed.filter((one) => newestFirst(place, one) < 0);
    const page = rest.slice(0, limit);
    const [first, last] = [page[0], page.at(-1)];
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        data: page.map(({ body }) => body),
        has_more: rest.length > page.length,
        first_id: first === undefined ? null : this.#cursorOf(first),
        last_id: last === undefined ? null : this.#cursorOf(last),
      }),
    };
  }

  #paged(records: readonly Json[], query: URLSearchParams): FakeResponse {
    const limit = Math.min(Number(query.get("limit") ?? "20"), 2);
    const start = Number((query.get("page") ?? "page_0").slice(5));
    const next = start + limit;
    const has_more = next < records.length;
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        data: records.slice(start, next),
        has_more,
        next_page: has_more ? `page_${next}` : null,
      }),
    };
  }
}
