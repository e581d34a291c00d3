import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuditLog } from "../../src/audit-log/audit-log.ts";
import { InvalidEventError } from "../../src/connector/reception.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await setStage();
});

afterEach(() => stage.end());

describe("calls that wait", () => {
  it("resolve when the event is on the disk", async () => {
    const { seq } = await stage.log.policy.requested({ request_id: "r-1", use_case_id: "review" });
    expect(seq).toBeGreaterThan(0);
    const [event] = await stage.written();
    expect(event).toMatchObject({
      event_type: "policy_event",
      policy_event_type: "approval_requested",
      request_id: "r-1",
      use_case_id: "review",
      source_kind: "library",
    });
  });

  it("say every kind of event that there is a call for", async () => {
    const { policy, security, activity } = stage.log;
    const approval = { request_id: "r", approver: "boss", decision_reason: "fits the policy" };
    await policy.requested(approval);
    await policy.granted(approval);
    await policy.denied(approval);
    const exception = { ...approval, exception_id: "x-1", exception_expires_at: new Date(0) };
    await policy.exceptionRequested(exception);
    await policy.exceptionGranted(exception);
    await policy.permissionChanged({
      permission: "role",
      permission_before: "user",
      permission_after: "admin",
      target_user: "u-2",
    });
    const finding = {
      severity: "high",
      details: { rule: "x", count: 3 },
      auto_blocked: true,
    } as const;
    for (const call of Object.values(security)) await call(finding);
    await activity.modelRequest({ token_input: 5, token_output: 1, model_version: "claude-x" });
    await activity.mcpQuery({ mcp_server: "github", mcp_tool: "search", outcome: "success" });
    await activity.toolUse({ tool: "Bash", outcome: "denied" });
    await activity.authentication({ outcome: "failure" });
    const events = await stage.written();
    const kinds = events.map(
      ({ policy_event_type, security_event_type, activity_type }) =>
        policy_event_type ?? security_event_type ?? activity_type,
    );
    expect(kinds).toEqual([
      "approval_requested",
      "approval_granted",
      "approval_denied",
      "exception_requested",
      "exception_granted",
      "permission_changed",
      "restricted_data_access",
      "prompt_injection_attempt",
      "anomalous_mcp_volume",
      "mcp_auth_failure",
      "system_prompt_leakage",
      "cross_user_data_extraction",
      "model_request",
      "mcp_query",
      "tool_use",
      "authentication",
    ]);
    expect(events[4]).toMatchObject({ exception_expires_at: "1970-01-01T00:00:00.000Z" });
    expect(events[14]).toMatchObject({ labels: { tool_name: "Bash" }, mcp_outcome: "denied" });
  });

  it("reject what is no event, with its place", async () => {
    const wrong = stage.log.activity.modelRequest({ token_input: -1 });
    await expect(wrong).rejects.toThrow(InvalidEventError);
    const noTime = stage.log.policy.requested({ timestamp: new Date(Number.NaN) });
    await expect(noTime).rejects.toThrow(RangeError);
    expect(await stage.written()).toEqual([]);
  });
});

describe("who it was", () => {
  it("stands in an event as the deployment's pseudonym only", async () => {
    const { log, connector } = stage;
    await log.policy.granted({
      user: "Ann.Lee@example.com",
      approver: "boss@example.com",
      request_id: "r-1",
    });
    await log.policy.permissionChanged({ permission: "role", target_user: "bob" });
    const [granted, changed] = await stage.written();
    const { pseudonymiser } = connector;
    expect(granted).toMatchObject({
      user_id_hash: pseudonymiser.userIdHash("ann.lee@example.com"),
      approver_id_hash: pseudonymiser.userIdHash("boss@example.com"),
    });
    expect(changed).toMatchObject({ target_user_id_hash: pseudonymiser.userIdHash("bob") });
    expect(JSON.stringify([granted, changed])).not.toMatch(/example\.com|"bob"/i);
  });

  it("is whom the call names before whom the session names", async () => {
    const session = await stage.log.session({ user: "ann" });
    await session.activity.toolUse({ tool: "Bash", user_id_hash: "b".repeat(64) });
    const events = await stage.written();
    expect(events[1]).toMatchObject({ user_id_hash: "b".repeat(64) });
  });
});

describe("identity of events", () => {
  it("follows from the request where there is one, so that telling again is no second event", async () => {
    const { log } = stage;
    await log.policy.granted({ request_id: "r-1", approver: "boss" });
    await log.policy.granted({ request_id: "r-1", approver: "boss" });
    await log.policy.granted({ request_id: "r-1", approver: "other boss" });
    await log.policy.denied({ request_id: "r-1", approver: "boss" });
    const ids = (await stage.written()).map(({ event_id }) => event_id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it("is a new one for each call without a request", async () => {
    const at = new Date();
    for (let n = 0; n < 3; n += 1)
      await stage.log.activity.mcpQuery({ mcp_server: "github", timestamp: at });
    const ids = (await stage.written()).map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(3);
  });
});

describe("a session", () => {
  it("gives its context to all between start and end", async () => {
    let now = Date.parse("2026-03-02T09:00:00.000Z");
    const log = await createAuditLog(stage.connector, { now: () => now });
    const session = await log.session({
      user: "ann",
      department: "finance",
      data_classification: "restricted",
      policy_flags: ["pilot"],
      labels: { app: "ledger" },
    });
    now += 1500;
    await session.activity.mcpQuery({
      mcp_server: "erp",
      policy_flags: ["four_eyes"],
      labels: { step: "2" },
    });
    await session.end();
    const [start, query, end] = await stage.written();
    const shared = { session_id: session.session_id, department: "finance" };
    expect(start).toMatchObject({ ...shared, event_type: "session_start" });
    expect(query).toMatchObject({
      ...shared,
      data_classification: "restricted",
      policy_flags: ["pilot", "four_eyes"],
      labels: { app: "ledger", step: "2" },
    });
    expect(end).toMatchObject({ ...shared, event_type: "session_end", duration_ms: 1500 });
    expect(end).toMatchObject({ token_input: 0, token_output: 0 });
  });

  it("has one start and one end, however often they are told", async () => {
    for (let n = 0; n < 2; n += 1) {
      const session = await stage.log.session({ session_id: "s-1" });
      await session.end();
    }
    const ids = (await stage.written()).map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("calls that queue", () => {
  it("return at once, and what they say is written", async () => {
    const { enqueue } = stage.log;
    const session = enqueue.session({ user: "ann" });
    for (let n = 0; n < 100; n += 1) session.activity.toolUse({ tool: "Bash" });
    session.end();
    expect(stage.log.status().waiting).toBe(102);
    expect(await stage.written()).toHaveLength(102);
    expect(stage.log.status()).toEqual({ durable: 102, waiting: 0, failed: 0 });
  });

  it("never throw: what is no event is counted and told", async () => {
    const { enqueue } = stage.log;
    enqueue.activity.modelRequest({ token_input: -1 });
    enqueue.policy.requested({ timestamp: new Date(Number.NaN) });
    enqueue.event({ event_type: "activity_event", labels: { own: 1n as unknown as string } });
    await stage.log.settled();
    expect(stage.log.status()).toMatchObject({ durable: 0, failed: 3 });
    expect(stage.failures.map(({ diagnostic }) => diagnostic.code)).toContain("A102");
  });

  it("are bounded: beyond the bound events are counted as lost and the program goes on", async () => {
    const log = await createAuditLog(stage.connector, {
      waitingMax: 5,
      onFailure: () => {
        throw new Error("a listener with a defect");
      },
    });
    for (let n = 0; n < 8; n += 1) log.enqueue.activity.toolUse({ tool: "Bash" });
    expect(log.status()).toMatchObject({ waiting: 5, failed: 3 });
    expect(log.status().lastFailure?.diagnostic.code).toBe("A101");
    await log.settled();
    expect(log.status()).toMatchObject({ durable: 5, waiting: 0, failed: 3 });
  });

  it("tell when the connector has stopped", async () => {
    await stage.connector.stop(0);
    stage.log.enqueue.activity.toolUse({ tool: "Bash" });
    await stage.log.settled();
    expect(stage.failures.map(({ diagnostic }) => diagnostic.code)).toEqual(["A103"]);
  });
});
