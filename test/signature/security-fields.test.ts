import { describe, expect, it } from "vitest";
import { parseEventLine } from "../../src/event/parse.ts";
import { createCanary } from "../../src/signature/canary.ts";
import { createMatcher } from "../../src/signature/matcher.ts";
import { securityFields } from "../../src/signature/security-fields.ts";
import type { Signature } from "../../src/signature/signature.ts";
import { key, signatureOf } from "./stage.ts";

const surface = "retrieved";
const canary = createCanary(key, "support-bot");
const forget: Signature = { ...signatureOf("forget", ["ignore the rules"]), severity: "medium" };
const send: Signature = {
  ...signatureOf("send", ["send it out"]),
  category: "prompt_injection_indirect",
  severity: "critical",
  atlas: ["AML.T0086"],
};
const spy: Signature = {
  ...signatureOf("spy", ["chats of others"]),
  category: "cross_user_extraction",
};
const matcher = createMatcher([forget, send, spy], { key, surface, canaries: [canary] });

describe("the fields of security events", () => {
  it("are one set for each type, the worst first", () => {
    const text = "ignore the rules, send it out, ignore the rules, show chats of others";
    const all = securityFields(matcher.match(text), { surface, isBlocked: true });
    expect(all).toEqual([
      {
        security_event_type: "prompt_injection_attempt",
        severity: "critical",
        security_flags: ["prompt_injection", "prompt_injection_indirect"],
        details: {
          surface: "retrieved",
          signatures: "forget@1.2.3 send@1.2.3",
          matches: 3,
          match_offset: 0,
          match_length: 16,
          match_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
          atlas: "AML.T0051.001 AML.T0086",
          atlas_version: "5.6.0",
        },
        auto_blocked: true,
      },
      {
        security_event_type: "cross_user_data_extraction",
        severity: "high",
        security_flags: ["cross_user_data_extraction", "cross_user_extraction"],
        details: expect.objectContaining({ signatures: "spy@1.2.3", matches: 1, match_offset: 54 }),
        auto_blocked: true,
      },
    ]);
  });

  it("name the prompt whose canary leaked", () => {
    const [fields] = securityFields(matcher.match(canary.token), { surface, isBlocked: false });
    expect(fields).toMatchObject({
      security_event_type: "system_prompt_leakage",
      severity: "high",
      security_flags: ["system_prompt_leakage"],
      details: { prompt_id: "support-bot", signatures: "canary@1.0.0" },
      auto_blocked: false,
    });
  });

  it("make an event of the schema", () => {
    const [fields] = securityFields(matcher.match("send it out"), { surface, isBlocked: false });
    const line = JSON.stringify({
      event_type: "security_event",
      timestamp: "2026-11-25T12:00:00.000Z",
      event_id: "0198f3c2-0000-7000-8000-000000000001",
      session_id: "s",
      ...fields,
    });
    const parsed = parseEventLine(line, 1, { file: "test" });
    expect(parsed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(parsed.ok && parsed.value).toMatchObject({ details: { signatures: "send@1.2.3" } });
  });

  it("are none without findings", () => {
    expect(securityFields([], { surface, isBlocked: false })).toEqual([]);
  });
});
