import { describe, expect, it } from "vitest";
import { parseClaudeUser } from "../../../src/source/gateway/claude-user.ts";
import { type TransformName, transforms } from "../../../src/source/gateway/transform.ts";
import { eventOf, fixtureLines, readLines } from "./stand.ts";

const account = "1c3a2b54-0000-4000-8000-000000000001";
const session = "7d0f2ac6-6f1b-4b54-9a07-1f5f3f1d2a01";
const composite = `user_5f2b9c_account_${account}_session_${session}`;
const asJson = JSON.stringify({ device_id: "d-1", account_uuid: account, session_id: session });

const cases: readonly (readonly [TransformName, unknown, unknown])[] = [
  ["model", "anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"],
  ["model", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"],
  ["model", "global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"],
  ["model", "anthropic.claude-v2:1", "claude-v2:1"],
  ["model", "anthropic.claude-instant-v1", "claude-instant-v1"],
  ["model", "bedrock/eu.anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307"],
  [
    "model",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0",
    "claude-3-haiku-20240307",
  ],
  ["model", "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc123", undefined],
  ["model", "amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"],
  ["model", "claude-opus-4-1@20250805", "claude-opus-4-1@20250805"],
  ["model", "anthropic/", undefined],
  ["time", 1772530200.125, "2026-03-03T09:30:00.125Z"],
  ["time", 1772530200125, "2026-03-03T09:30:00.125Z"],
  ["time", "1772530200125", "2026-03-03T09:30:00.125Z"],
  ["time", 1772530200125000000, "2026-03-03T09:30:00.125Z"],
  ["time", "2026-03-03T10:30:00.125+01:00", "2026-03-03T09:30:00.125Z"],
  ["time", "2026-03-03 09:30:00", "2026-03-03T09:30:00.000Z"],
  ["time", "2026-03-03 09:30:00.123456+00:00", "2026-03-03T09:30:00.123Z"],
  ["time", "2026-03-03 09:30:00 UTC", "2026-03-03T09:30:00.000Z"],
  ["time", "03/03/2026", undefined],
  ["time", 0, undefined],
  ["time", -5, undefined],
  ["time", 1e300, undefined],
  ["time", true, undefined],
  ["person", "Anna.Meyer@example.com", "Anna.Meyer@example.com"],
  ["person", composite, account],
  ["person", `user_5f2b9c_account__session_${session}`, "5f2b9c"],
  ["person", asJson, account],
  ["person", "default_user_id", undefined],
  ["claude_session", composite, session],
  ["claude_session", asJson, session],
  ["claude_session", "customer-4711", undefined],
  [
    "arn_person",
    "arn:aws:sts::111122223333:assumed-role/Role/anna@example.com",
    "anna@example.com",
  ],
  ["arn_person", "arn:aws:iam::111122223333:user/team/build-bot", "build-bot"],
  ["arn_person", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"],
  ["arn_person", "arn:aws-us-gov:sts::1:assumed-role/Role/x/y", "x/y"],
  ["status_outcome", 200, "success"],
  ["status_outcome", "403", "denied"],
  ["status_outcome", 429, "failure"],
  ["status_outcome", 0, undefined],
  ["address", "203.0.113.7, 10.0.0.1", "203.0.113.7"],
  ["address", "2001:db8::7", "2001:db8::7"],
  ["address", "localhost", undefined],
  ["count", "12", 12],
  ["count", 12.4, 12],
  ["count", -1, undefined],
  ["count", 1e12, undefined],
  ["count", "many", undefined],
  ["cents", 7.35, 0.0735],
  ["seconds", 0.2, 200],
  ["word", "a word", undefined],
  ["word", "anna@example.com", undefined],
  ["word", ["a", "b"], "a,b"],
  ["word", ["a", "b c"], undefined],
  ["word", {}, undefined],
  ["attack", "PROMPT_ATTACK", "prompt_injection_attempt"],
  ["attack", "lakera prompt-injection", "prompt_injection_attempt"],
  ["attack", "HATE", undefined],
  ["url_path", "https://api.example/v1/messages?user=anna", "/v1/messages"],
  ["url_path", "/v1/messages?user=anna", "/v1/messages"],
  ["name", "x".repeat(257), undefined],
  ["name", "two\nlines", undefined],
  ["names", ["a", "a", "", null, "b"], ["a", "b"]],
  ["flag", "0", false],
  ["size", { a: 1, b: 2 }, 2],
];

describe("a transform", () => {
  it.each(cases)("%s of %j is %j", (name, value, expected) => {
    const found = transforms[name](value);
    if (typeof expected === "number") expect(found).toBeCloseTo(expected, 10);
    else expect(found).toEqual(expected);
  });
});

it("finds nothing of Claude Code in ids of other clients", () => {
  for (const id of ["", "{", "{}", '{"session_id":1}x', "user_1_account", "[]"])
    expect(parseClaudeUser(id)).toBeUndefined();
});

describe("input tokens", () => {
  const [line = "{}"] = fixtureLines("litellm");
  const tokens = async (top: number, usage: object | null): Promise<unknown> => {
    const record = JSON.parse(line) as { metadata: object };
    const changed = {
      ...record,
      prompt_tokens: top,
      metadata: { ...record.metadata, usage_object: usage },
    };
    const { records } = await readLines("litellm", [JSON.stringify(changed)]);
    return records.map((one) => eventOf(one)["token_input"])[0];
  };

  it("count the cache once, whichever way the product counts", async () => {
    const cached = { cache_read_input_tokens: 2495, cache_creation_input_tokens: 10 };
    expect(await tokens(2517, { ...cached, prompt_tokens: 2517 })).toBe(2517);
    expect(await tokens(12, { ...cached, prompt_tokens: 2517 })).toBe(2517);
    expect(await tokens(12, cached)).toBe(2517);
    expect(await tokens(12, null)).toBe(12);
  });
});
