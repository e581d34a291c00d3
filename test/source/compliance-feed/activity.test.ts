import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileSpan } from "../../../src/diagnostic/diagnostic.ts";
import type { CanonicalEvent } from "../../../src/event/event.ts";
import { activityTable } from "../../../src/generated/activity-table.ts";
import { isStrictEvent, schemaErrors } from "../../../src/generated/event-validator.ts";
import { compilePredicate } from "../../../src/rule/match.ts";
import { parseExpression } from "../../../src/rule/parse-expression.ts";
import {
  type ActivityContext,
  eventIdOf,
  indexTable,
  readActivity,
} from "../../../src/source/compliance-feed/activity.ts";
import { expectGolden } from "../../golden.ts";

const fixtures = ["authentication", "content", "policy", "system"];

const context: ActivityContext = {
  table: indexTable(activityTable),
  origin: "feed",
  isOwn: ({ user_agent }) => user_agent === "claude-siem (compliance_feed 0707070707070707)",
  resolvePerson: (id) => (id.toLowerCase() === "priya@example.com" ? "user_01Priya" : id),
  contextOf: (id) => (id === "user_01Sam" ? { department: "finance", role: "owner" } : undefined),
};

function activities(name: string): readonly unknown[] {
  return readFileSync(`test/fixtures/compliance-feed/${name}.ndjson`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

/** An activity with a user who acts. */
function activity(type: string, fields: object = {}): unknown {
  return {
    id: "activity_1",
    created_at: "2026-04-10T08:09:10Z",
    type,
    actor: { type: "user_actor", user_id: "user_01Sam", email_address: "sam@example.com" },
    ...fields,
  };
}

function read(raw: unknown): Readonly<Record<string, unknown>> {
  const { record } = readActivity(raw, context);
  if (record.problem !== undefined) return { problem: record.problem.message };
  return JSON.parse(record.text) as Readonly<Record<string, unknown>>;
}

/** Whether a condition of a rule holds for an activity. */
function holds(condition: string, raw: unknown): boolean {
  const scope = { parameters: new Map(), used: new Set<string>(), spanAt: () => fileSpan("test") };
  const parsed = parseExpression(condition, scope);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return compilePredicate(parsed.value)(read(raw) as unknown as CanonicalEvent);
}

describe("activities as audit events", () => {
  it.each(fixtures)("are as the golden file says: %s", (name) => {
    const lines = activities(name).map((raw) => {
      const { record } = readActivity(raw, context);
      if (record.problem !== undefined) throw new Error(record.problem.message);
      const { identity, others } = record;
      return JSON.stringify({
        ...(JSON.parse(record.text) as object),
        people: { identity, others },
      });
    });
    expectGolden(`compliance-feed/${name}.ndjson`, `${lines.join("\n")}\n`);
  });

  it.each(fixtures)("are strict events of the schema: %s", (name) => {
    for (const raw of activities(name)) {
      const event = read(raw);
      expect(schemaErrors(event), JSON.stringify(event)).toEqual([]);
      expect(isStrictEvent(event), JSON.stringify(event)).toBe(true);
    }
  });

  it("are strict events for every type of the table, with every field that may stand in it", () => {
    const fields = Object.fromEntries(activityTable.labels.map((name) => [name, "word"]));
    for (const type of Object.keys(activityTable.types))
      for (const extra of [{}, fields]) {
        const event = read(activity(type, extra));
        expect(isStrictEvent(event), JSON.stringify(event)).toBe(true);
        expect(event["labels"]).toMatchObject({ event_name: type });
      }
  });

  it("carry no name, address, title or text, whatever the activity holds", () => {
    const secrets = ["Priya", "priya@", "sam@", "new.person", "Salaries", "résumé", "About me"];
    secrets.push("token=secret", "garden", "Acme", "kid abc", "bot@", "limit=1", '"text"');
    const out = fixtures
      .flatMap((name) => activities(name))
      .map((raw) => JSON.stringify(read(raw)));
    for (const secret of secrets)
      expect(out.filter((text) => text.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
    const left = read(activities("content")[3])["labels"] as Readonly<Record<string, string>>;
    expect(left["fields_left_out"]).toBe("filename");
  });

  it("keep one event_id for one activity, and never the same for two", () => {
    const all = fixtures.flatMap((name) => activities(name));
    const ids = all.map((raw) => read(raw)["event_id"]);
    expect(all.toReversed().map((raw) => read(raw)["event_id"])).toEqual(ids.toReversed());
    expect(new Set(ids).size).toBe(ids.length);
    expect(eventIdOf("activity_1")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(eventIdOf("activity_1")).not.toBe(eventIdOf("activity_2"));
  });

  it("name people by account where the directory knows their address", () => {
    const typed = {
      type: "unauthenticated_user_actor",
      unauthenticated_email_address: "PRIYA@example.com",
    };
    const { record } = readActivity(activity("sso_login_failed", { actor: typed }), context);
    expect(record).toMatchObject({ identity: "user_01Priya" });
    expect(read(activity("claude_chat_created"))).toMatchObject({
      department: "finance",
      labels: { organization_role: "owner" },
    });
  });

  it("fire the rules that were written for them", () => {
    const disabled = (names: string) =>
      `policy_event_type = permission_changed and permission in (${names}) and permission_after in (disabled, deleted, off, none)`;
    const control = disabled("sso, ip_restriction, mfa, domain_capture");
    expect(holds(control, activity("org_sso_toggled", { enabled: false }))).toBe(true);
    expect(holds(control, activity("org_sso_toggled", { enabled: true }))).toBe(false);
    expect(holds(control, activity("org_sso_connection_deleted"))).toBe(true);
    expect(holds(control, activity("org_ip_restriction_deleted"))).toBe(true);
    expect(
      holds(control, activity("org_magic_link_second_factor_toggled", { enabled: false })),
    ).toBe(true);
    const log = disabled("audit_logging, compliance_logging, content_logging, telemetry_export");
    const settings = "org_compliance_api_settings_updated";
    expect(holds(log, activity(settings, { compliance_api_logging_enabled: false }))).toBe(true);
    expect(holds(log, activity(settings, { compliance_api_enabled: false }))).toBe(true);
    expect(holds(log, activity(settings, { compliance_api_logging_enabled: true }))).toBe(false);
    expect(
      holds(log, activity("org_cowork_otlp_settings_updated", { new_otlp_endpoint: null })),
    ).toBe(true);
    const key =
      "policy_event_type = permission_changed and permission in (api_key, admin_api_key, service_key) and permission_after = created";
    for (const type of ["platform_api_key_created", "admin_api_key_created", "service_key_created"])
      expect(holds(key, activity(type))).toBe(true);
    for (const type of ["claude_chat_viewed", "claude_chat_access_failed"])
      expect(holds("policy_flags has chat_accessed", activity(type))).toBe(true);
    const exchange = "mcp_server_managed_auth_token_exchanged";
    const failure = "security_event_type = mcp_auth_failure";
    expect(holds(failure, activity(exchange, { outcome: "failure" }))).toBe(true);
    expect(holds(failure, activity(exchange, { outcome: "success" }))).toBe(false);
    const raised = { user_id: "user_01Kim", previous_role: "user", current_role: "admin" };
    const role = activity("claude_user_role_updated", raised);
    expect(holds("permission_after = admin and permission = role", role)).toBe(true);
    expect(readActivity(role, context).record).toMatchObject({
      others: { target_user_id_hash: "user_01Kim" },
    });
  });

  it.each([
    ["no object", "x", "it is no JSON object"],
    ["no id", activity("claude_chat_created", { id: "" }), "it has no id"],
    ["no type", activity("claude_chat_created", { type: 7 }), "it has no type"],
    [
      "no time",
      activity("claude_chat_created", { created_at: null }),
      "it has no time of creation",
    ],
  ])("are refused with a reason when they are none: %s", (_, raw, reason) => {
    expect(read(raw)["problem"]).toContain(reason);
    const again = readActivity(raw, context);
    expect(readActivity(raw, context).key).toBe(again.key);
  });

  it("survive whatever stands in their fields", () => {
    const odd: readonly unknown[] = [
      null,
      7,
      "",
      "a b",
      "\ud800",
      [],
      [null],
      {},
      { type: 1 },
      [[1]],
    ];
    const names = [
      ...activityTable.labels,
      "actor",
      "updates",
      "member_ids",
      "audience",
      "__proto__",
    ];
    for (const name of names)
      for (const value of odd) {
        const raw = JSON.parse(JSON.stringify(activity("claude_user_role_updated"))) as object;
        Object.defineProperty(raw, name, { value, enumerable: true });
        const event = read(raw);
        expect(isStrictEvent(event), JSON.stringify(event)).toBe(true);
      }
  });
});
