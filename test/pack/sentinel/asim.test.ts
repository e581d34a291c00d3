import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../../src/event/event.ts";
import { sentinelColumns } from "../../../src/generated/target-fields.ts";
import { classOf, type EventRecord, eventClasses } from "../../../src/mapping/event-class.ts";
import { normalize } from "../../../src/mapping/normalize.ts";
import { asimSchemas } from "../../../src/pack/sentinel/asim.ts";
import { additionalColumns } from "../../../src/pack/sentinel/asim-parser.ts";
import { functions } from "../../../src/pack/sentinel/deployment.ts";
import { auditFunction, type KqlFunction } from "../../../src/pack/sentinel/function.ts";
import { analyzeKql } from "../../dialect/kql/kusto.ts";
import { loadMapping, sampleChain, sampleEvents } from "../../mapping/sample.ts";
import {
  asimEventTypes,
  asimFields,
  asimMandatory,
  asimParameters,
  asimValues,
} from "./asim-field.ts";
import { project, type Row } from "./projection.ts";
import { analyzeFunction, analyzeQuery } from "./workspace.ts";

const names = asimSchemas.map(({ name }) => name);

function parserOf(prefix: "ASim" | "vim", schema: string): KqlFunction {
  const alias = `${prefix}${schema}AnthropicClaudeDeployment`;
  const found = functions.find((one) => one.alias === alias);
  if (found === undefined) throw new Error(`no ${alias}`);
  return found;
}

const parsers = names.flatMap((schema) =>
  (["ASim", "vim"] as const).map((prefix) => ({ schema, parser: parserOf(prefix, schema) })),
);

describe("the function ClaudeAudit", () => {
  it("has the table's columns, and no others", () => {
    const found = analyzeFunction(auditFunction());
    expect(found.diagnostics).toEqual([]);
    const expected = sentinelColumns.map(({ name, type }) => [
      name,
      type === "boolean" ? "bool" : type,
    ]);
    expect(Object.entries(found.columns)).toEqual(expected);
  });

  it("has them before there is a table: a fuzzy union takes that for a warning", () => {
    const missing = auditFunction().query.replaceAll("ClaudeAudit_CL", "Missing_CL");
    const found = analyzeKql(missing);
    expect(found.diagnostics).toEqual([
      expect.stringMatching(/^KS205 The fuzzy name 'Missing_CL'/),
    ]);
    expect(Object.keys(found.columns)).toEqual(sentinelColumns.map(({ name }) => name));
  });
});

describe("the parsers", () => {
  it("are those of the schemas that the mapping names, and every event has one", () => {
    const output = loadMapping("sentinel").outputs.find(
      (one) => one.kind === "class" && one.to === "EventSchema",
    );
    if (output?.kind !== "class") throw new Error("the mapping does not classify");
    expect([...output.values.keys()].sort()).toEqual([...eventClasses].sort());
    expect([...new Set(output.values.values())].sort()).toEqual([...names].sort());
  });

  it.each(parsers)(
    "$parser.alias passes the binder with fields of its schema",
    ({ schema, parser }) => {
      const found = analyzeFunction(parser);
      expect(found.diagnostics).toEqual([]);
      for (const [field, type] of Object.entries(found.columns)) {
        expect(asimFields[schema]?.[field], field).toBe(type);
      }
      expect(Object.keys(found.columns)).toEqual(
        expect.arrayContaining([...(asimMandatory[schema] ?? ["none"])]),
      );
    },
  );

  it.each(names)("of %s have the parameters that the unifying parser passes", (schema) => {
    const declared = (parser: KqlFunction): string =>
      (parser.parameters ?? "").replaceAll(/=[^,]+/g, "").replaceAll(",", "");
    expect(declared(parserOf("vim", schema))).toBe(asimParameters[schema]);
    expect(declared(parserOf("ASim", schema))).toBe("disabled:bool pack:bool");
    const call = (asimParameters[schema] ?? "")
      .split(" ")
      .map((one) => one.split(":"))
      .map(([name, type]) => {
        const value = { datetime: "now()", dynamic: "dynamic(['x'])", bool: "false" }[type ?? ""];
        return `${name} = ${value ?? "'x'"}`;
      });
    const { alias, parameters, query } = parserOf("vim", schema);
    const found = analyzeQuery(
      `let ${alias} = (${parameters ?? ""}) { ${query} };\n${alias}(${call.join(", ")})`,
    );
    expect(found.diagnostics).toEqual([]);
  });

  it.each(names)("of %s project the same, whether they filter or not", (schema) => {
    const projection = ({ query }: KqlFunction): string | undefined =>
      /\| project\n(?: {4}.*\n)+/.exec(query)?.[0];
    expect(projection(parserOf("vim", schema))).toBe(projection(parserOf("ASim", schema)));
  });

  it.each(asimSchemas)("of $name lose no column but the event as a whole", (schema) => {
    const query = parserOf("ASim", schema.name).query;
    const lost = sentinelColumns.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(query));
    expect(lost.map(({ name }) => name)).toEqual(["RawEvent"]);
    expect(additionalColumns(schema)).not.toContain("RawEvent");
  });
});

type Expected = (event: EventRecord) => unknown;

/** The text of a field, empty where the event has none. */
function textOf(field: keyof EventRecord): Expected {
  return (event) => event[field] ?? "";
}

function began(event: EventRecord): string {
  const length = event.event_type === "session_end" ? (event.duration_ms ?? 0) : 0;
  return new Date(Date.parse(event.timestamp) - length).toISOString();
}

const common: Readonly<Record<string, Expected>> = {
  TimeGenerated: (event) => event.timestamp,
  EventCount: () => 1,
  EventStartTime: began,
  EventEndTime: (event) => event.timestamp,
  EventUid: (event) => event.event_id,
  EventOriginalUid: (event) => event.event_id,
  EventOriginalType: (event) => event.event_type,
  EventVendor: () => "Anthropic",
  EventProduct: () => "Claude Deployment",
  Type: () => "ClaudeAudit_CL",
};

const rated: Readonly<Record<string, Expected>> = {
  EventOriginalSeverity: textOf("severity"),
  EventSeverity: ({ severity = "informational" }) =>
    ({
      informational: "Informational",
      low: "Low",
      medium: "Medium",
      high: "High",
      critical: "High",
    })[severity],
  EventOwner: textOf("department"),
};

const riskLevel: Expected = ({ severity }) =>
  severity === undefined ? null : { low: 25, medium: 50, high: 75, critical: 100 }[severity];

/** What events must say in each schema, written from the events and not from the mapping. */
const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  AgentEvent: {
    ...common,
    EventSessionId: textOf("session_id"),
    EventRequestId: textOf("request_id"),
    ActorUserId: textOf("user_id_hash"),
    SrcAgentId: textOf("deployment"),
    SrcAgentName: () => "Claude",
    SrcIpAddr: textOf("client_ip"),
    TargetAgentName: textOf("mcp_server"),
    ToolName: textOf("mcp_tool"),
    ModelProviderName: () => "Anthropic",
    ModelName: textOf("model_version"),
    InputTokensUsed: ({ token_input }) => token_input ?? null,
    OutputTokensUsed: ({ token_output }) => token_output ?? null,
  },
  AuditEvent: {
    ...common,
    ...rated,
    Dvc: () => "Claude Deployment",
    Operation: ({ policy_event_type }) =>
      ({
        approval_requested: "approval.request",
        approval_granted: "approval.grant",
        approval_denied: "approval.deny",
        exception_requested: "exception.request",
        exception_granted: "exception.grant",
        permission_changed: "permission.change",
        alert_state_changed: "alert.state",
        other: "policy.event",
      })[policy_event_type ?? "other"],
    Object: (event) =>
      event.exception_id ??
      event.use_case_id ??
      event.permission ??
      event.alert_id ??
      event.policy_ref ??
      event.event_id,
    ObjectType: () => "Policy Rule",
    EventOriginalSubType: textOf("policy_event_type"),
    EventOriginalResultDetails: textOf("decision_reason"),
    OldValue: textOf("permission_before"),
    NewValue: textOf("permission_after"),
    Value: textOf("permission_after"),
    RuleName: textOf("policy_ref"),
    Rule: textOf("policy_ref"),
    ActorUserId: textOf("user_id_hash"),
    ActorSessionId: textOf("session_id"),
    SrcIpAddr: textOf("client_ip"),
    HttpUserAgent: textOf("user_agent"),
    TargetAppName: () => "Claude",
    TargetAppType: () => "SaaS application",
  },
  AlertEvent: {
    ...common,
    ...rated,
    EventOriginalSubType: textOf("security_event_type"),
    AlertId: (event) => event.event_id,
    AlertName: textOf("security_event_type"),
    AlertStatus: () => "Active",
    ThreatOriginalCategory: textOf("security_event_type"),
    ThreatRiskLevel: riskLevel,
    IndicatorType: () => "User",
    UserId: textOf("user_id_hash"),
    UserIdType: () => "Other",
    SessionId: textOf("session_id"),
    DvcAction: ({ auto_blocked }) =>
      auto_blocked === undefined ? "" : auto_blocked ? "Blocked" : "Allowed",
  },
  Authentication: {
    ...common,
    ...rated,
    Dvc: () => "Claude Deployment",
    ThreatRiskLevel: riskLevel,
    EventOriginalSubType: textOf("security_event_type"),
    EventOriginalResultDetails: textOf("mcp_outcome"),
    EventResult: (event) =>
      event.event_type === "security_event"
        ? "Failure"
        : { success: "Success", failure: "Failure", denied: "Failure", unknown: "NA" }[
            event.mcp_outcome ?? "unknown"
          ],
    TargetUserId: textOf("user_id_hash"),
    TargetSessionId: textOf("session_id"),
    TargetAppName: ({ mcp_server }) => mcp_server ?? "Claude",
    TargetAppType: () => "Service",
    SrcIpAddr: textOf("client_ip"),
    HttpUserAgent: textOf("user_agent"),
  },
};

/** What each schema's parser makes of an event: one row from one of them. */
function parse(event: AuditEvent): readonly (readonly [string, Row])[] {
  const row = JSON.parse(normalize(event, "sentinel", sampleChain)) as Row;
  return names.flatMap((schema) => {
    const found = project(parserOf("ASim", schema).query, row, true);
    return found === undefined ? [] : [[schema, found] as const];
  });
}

describe("a row of a parser", () => {
  it.each(sampleEvents.map((event) => [classOf(event), event] as const))(
    "of %s says what the event says, once",
    (_, event) => {
      const rows = parse(event);
      expect(rows.length).toBe(1);
      for (const [schema, row] of rows) {
        const said = expected[schema] ?? {};
        for (const [field, tell] of Object.entries(said))
          expect([field, row[field]]).toEqual([field, tell(event)]);
        for (const field of asimMandatory[schema] ?? [])
          expect([field, row[field]]).not.toContain("");
        expect([row["EventSchema"], row["EventSchemaVersion"]]).toEqual([
          schema,
          { AgentEvent: "0.1.0", AuditEvent: "0.1.2", AlertEvent: "0.1", Authentication: "0.1.4" }[
            schema
          ],
        ]);
        for (const [field, legal] of Object.entries(asimValues)) {
          const value = row[field] ?? "";
          if (value !== "") expect(legal, field).toContain(value);
        }
        const types = asimEventTypes[schema];
        if (types !== undefined) expect(types).toContain(row["EventType"]);
        expect((row["AdditionalFields"] as Row)["DataClassification"]).toBe(
          event.data_classification ?? "",
        );
      }
    },
  );

  it("says of every field whether it is right", () => {
    for (const { name, columns } of asimSchemas) {
      const judged = Object.keys(expected[name] ?? {});
      // The mapping's own classification is judged by its tests; here its values must be legal.
      const classified = ["EventType", "EventSubType", "DetectionMethod", "ThreatCategory"];
      const other = ["EventSchema", "EventSchemaVersion", "EventResult", "EventResultDetails"];
      const open = columns.map((one) => one.name).filter((one) => !judged.includes(one));
      expect([...classified, ...other]).toEqual(expect.arrayContaining(open));
    }
  });

  it("would notice a parser that mixes two columns up", () => {
    const event = sampleEvents.find((one) => classOf(one) === "policy_event/permission_changed");
    if (event === undefined) throw new Error("no event");
    const row = JSON.parse(normalize(event, "sentinel")) as Row;
    const { query } = parserOf("ASim", "AuditEvent");
    const mixed = query.replace("OldValue = PermissionBefore", "OldValue = PermissionAfter");
    expect(mixed).not.toBe(query);
    expect(project(query, row, false)?.["OldValue"]).toBe("none");
    expect(project(mixed, row, false)?.["OldValue"]).toBe("read");
  });
});
