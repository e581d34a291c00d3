import { createSecretKey } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent, CanonicalEvent } from "../../src/event/event.ts";
import { eventFieldNames, fieldInfo } from "../../src/event/field.ts";
import { isPseudonym } from "../../src/event/format.ts";
import { parseEventLine } from "../../src/event/parse.ts";
import { schemaErrors } from "../../src/generated/event-validator.ts";
import { createPolicy, type Policy } from "../../src/policy/policy.ts";
import { createPseudonymiser } from "../../src/policy/pseudonym.ts";
import { findSecrets } from "../../src/policy/secret.ts";
import { secretsOfEveryKind } from "./planted.ts";

const pseudonymiser = createPseudonymiser(
  createSecretKey(Uint8Array.from({ length: 32 }, (_, index) => index)),
);
const policy = (): Policy => createPolicy({ pseudonymiser });
const HASH = "a".repeat(64);

type Fields = Readonly<Record<string, unknown>>;

function event(fields: Fields): AuditEvent {
  return {
    event_id: "3f2c1a44-0000-4000-8000-000000000000",
    event_type: "security_event",
    timestamp: "2026-03-01T09:30:00.000Z",
    ...fields,
  } as AuditEvent;
}

function apply(fields: Fields): Fields {
  return policy().applyPolicy(event(fields)) as unknown as Fields;
}

/** Every string of a value, keys included. */
function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}

describe("applyPolicy", () => {
  it("returns a clean event as it is", () => {
    const clean = Object.freeze(
      event({
        user_id_hash: HASH,
        session_id: "3f2c1a44-0000-4000-8000-000000000001",
        department: "finance",
        model_version: "claude-sonnet-4-5-20250929",
        mcp_integrations: ["github", "@scope/server"],
        details: { rule: "pi-004", count: 3, blocked: true },
        labels: { prompt_length: "120", "service.name": "claude-code" },
        client_ip: "192.0.2.7",
        user_agent: "claude-cli/2.1.3 (external, cli)",
      }),
    );
    expect(policy().applyPolicy(clean)).toBe(clean);
  });

  it("makes pseudonyms of user ids, the same in every field", () => {
    const gate = policy();
    const result = gate.applyPolicy(
      event({
        event_type: "policy_event",
        user_id_hash: "emp-0042",
        approver_id_hash: "AB".repeat(32),
        target_user_id_hash: "Ann.Example@example.com",
      }),
    );
    expect(result).toMatchObject({
      user_id_hash: pseudonymiser.userIdHash("emp-0042"),
      approver_id_hash: "ab".repeat(32),
      target_user_id_hash: pseudonymiser.userIdHash("ann.example@example.com"),
    });
    expect(gate.counts().pseudonymised).toBe(2);
  });

  it("marks what it takes out of free text, and counts it", () => {
    const gate = policy();
    const result = gate.applyPolicy(
      event({
        details: {
          summary: "ann@example.com used sk-ant-api03-THIS-IS-NO-KEY twice",
          card: 4_111_111_111_111_111,
          count: 1_764_000_000_000,
        },
        user_agent: "tool/1 (bob@example.com)",
      }),
    );
    expect(result).toMatchObject({
      details: {
        summary: "[redacted:email] used [redacted:anthropic_key] twice",
        card: "[redacted:payment_card]",
        count: 1_764_000_000_000,
      },
      user_agent: "tool/1 ([redacted:email])",
    });
    expect(gate.counts().redacted).toMatchObject({ email: 2, anthropic_key: 1, payment_card: 1 });
  });

  it("replaces ids as a whole, so that sessions stay apart and duplicates stay equal", () => {
    const session = (id: string) => apply({ session_id: id })["session_id"];
    expect(session("ann@example.com/1")).toMatch(/^\[redacted:email:[a-p]{24}\]$/);
    expect(session("ann@example.com/1")).toBe(session("ann@example.com/1"));
    expect(session("ann@example.com/1")).not.toBe(session("ann@example.com/2"));
    const { notified_to: notified, labels } = apply({
      notified_to: ["soc", "ann@example.com"],
      labels: { "ann@example.com": "1", "bob@example.com": "2" },
    });
    expect(notified).toEqual(["soc", expect.stringMatching(/^\[redacted:email:/)]);
    expect(Object.values(labels as object)).toEqual(["1", "2"]);
  });

  it("removes content by its key, also inside of JSON text", () => {
    const gate = policy();
    const { labels, details } = gate.applyPolicy(
      event({
        details: { tool_input: "rm -rf", prompt: true, response: 200 },
        labels: {
          "gen_ai.prompt": "dear model",
          prompt_length: "10",
          request: '{"model":"m","messages":[{"role":"user","text":"dear model"}],"n":1}',
          tool: '{"args":{"deep":["dear model"]},"to":"ann\\u0040example.com"}',
          cut: '{"to":"ann@example.com","mess',
        },
      }),
    ) as unknown as { labels: Fields; details: Fields };
    expect(details).toEqual({ tool_input: "[removed:content]", prompt: true, response: 200 });
    expect(labels).toEqual({
      "gen_ai.prompt": "[removed:content]",
      prompt_length: "10",
      request: '{"model":"m","messages":"[removed:content]","n":1}',
      tool: '{"args":"[removed:content]","to":"[redacted:email]"}',
      cut: '{"to":"[redacted:email]","mess',
    });
    expect(gate.counts().redacted.content).toBe(4);
  });

  it("keeps content, redacted, when content logging is on", () => {
    const { applyPolicy } = createPolicy({
      pseudonymiser,
      contentLogging: {
        enabled: true,
        legal_basis: "consent",
        employee_notice: "notice",
        retentionMs: 1,
        reader_roles: ["responder"],
      },
    });
    const result = applyPolicy(event({ labels: { prompt: "write to ann@example.com" } }));
    expect(result.labels).toEqual({ prompt: "write to [redacted:email]" });
  });

  it("never makes a value longer than its field allows", () => {
    const gate = policy();
    const many = "a@b.example ".repeat(682);
    const { labels } = gate.applyPolicy(event({ labels: { note: many } }));
    expect(labels).toEqual({ note: "[redacted:oversize]" });
    expect(gate.counts().redacted.oversize).toBe(1);
  });

  it("survives JSON text nested beyond reason", () => {
    const deep = `${"[".repeat(4000)}"ann@example.com"${"]".repeat(4000)}`;
    const { labels } = policy().applyPolicy(event({ labels: { deep } }));
    expect(JSON.stringify(labels)).not.toContain("ann@");
  });

  it("keeps hostile keys as data", () => {
    const labels = JSON.parse('{"__proto__":"ann@example.com","constructor":"x"}');
    const result = policy().applyPolicy(event({ labels }));
    expect(Object.entries(result.labels ?? {})).toEqual([
      ["__proto__", "[redacted:email]"],
      ["constructor", "x"],
    ]);
  });

  it("refuses what is not an event as the bug it is", () => {
    expect(() => policy().applyPolicy(event({ user_email: "x" }))).toThrow(TypeError);
  });
});

/** Fields whose format the validator closes; a secret there makes the line no event. */
const CLOSED = eventFieldNames.filter((field) => {
  const info = fieldInfo(field);
  const isClosedText = ["schema_version", "local_time", "client_ip"].includes(field);
  return isClosedText || info?.values !== undefined || !/^(keyword|object)/.test(info?.kind ?? "");
});
const OPEN = eventFieldNames.filter((field) => !CLOSED.includes(field));

/** Text around a secret that does not itself continue it. */
const around = fc.string({ maxLength: 12 }).map((text) => text.replace(/[\d"]/g, ""));
const planted = fc
  .tuple(around, fc.constantFrom(...secretsOfEveryKind), around)
  .map(([before, [, secret], after]) => ({ secret, text: `${before} ${secret} ${after}` }));

/** A value for a field with a text in one of the places where the field takes text. */
function plant(field: string, text: string, place: number): unknown {
  const kind = fieldInfo(field)?.kind;
  if (kind === "keyword[]") return ["github", text, "jira"];
  if (kind !== "object") return text;
  const maps = [
    { note: text },
    { [text]: "value" },
    { note: JSON.stringify({ list: [{ to: text }] }) },
    { note: JSON.stringify({ [text]: 1 }) },
    { note: JSON.stringify({ inner: JSON.stringify([text]) }) },
    { prompt: text },
  ];
  return maps[place % maps.length];
}

describe("nothing leaves", () => {
  it("of what is planted in any open text of any event", () => {
    const plan = fc.uniqueArray(fc.tuple(fc.constantFrom(...OPEN), planted, fc.nat(5)), {
      minLength: 1,
      maxLength: 8,
      selector: ([field]) => field,
    });
    const types = fieldInfo("event_type")?.values ?? [];
    fc.assert(
      fc.property(fc.constantFrom(...types), plan, (event_type, plants) => {
        const fields = plants.map(([field, { text }, place]) => [field, plant(field, text, place)]);
        const gate = policy();
        const given = event({ event_type, ...Object.fromEntries(fields) });
        const before = structuredClone(given);
        const result: CanonicalEvent = gate.applyPolicy(given);
        expect(given).toEqual(before);
        for (const text of strings(result)) {
          for (const [, { secret }] of plants) expect(text).not.toContain(secret);
          // A pseudonym is random hex; once in a great while its digits pass for a card number.
          if (!isPseudonym(text)) expect(findSecrets(text), text).toEqual([]);
        }
        expect(gate.applyPolicy(result)).toEqual(result);
      }),
      { numRuns: 3000 },
    );
  });

  it("through a closed field either: such a line is no event", () => {
    for (const field of CLOSED) {
      for (const [, secret] of secretsOfEveryKind) {
        const line = JSON.stringify(event({ [field]: secret }));
        expect(parseEventLine(line, 1, { file: "f" }).ok, `${field}: ${secret}`).toBe(false);
      }
    }
  });

  it("and what is left is still an event", () => {
    const text = fc.oneof(
      planted.map((one) => one.text),
      fc.string({ minLength: 1, maxLength: 40 }),
    );
    const freeFields = [
      "user_agent",
      "session_id",
      "department",
      "labels",
      "details",
      "notified_to",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...freeFields), text, fc.nat(5), (field, value, place) => {
        const given = event({ [field]: plant(field, value, place) });
        fc.pre(schemaErrors(given).length === 0);
        expect(schemaErrors(policy().applyPolicy(given))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
