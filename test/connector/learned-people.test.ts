import { describe, expect, it } from "vitest";
import { ContextTables } from "../../src/connector/context-tables.ts";
import { LearnedPeople } from "../../src/connector/learned-people.ts";
import { fileSpan } from "../../src/diagnostic/diagnostic.ts";
import type { AuditEvent } from "../../src/event/event.ts";
import { createPseudonymiser, parseKey } from "../../src/policy/pseudonym.ts";

const key = parseKey(
  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  fileSpan("key"),
);
if (!key.ok) throw new Error("the key is bad");
const hasher = createPseudonymiser(key.value);
const settings = {
  clearances: undefined,
  scim: undefined,
  calendar: undefined,
  prices: undefined,
  classification: undefined,
  reload_every: 0,
};

let nowMs = 1000;
const now = () => nowMs;

function event(user: string): AuditEvent {
  return {
    event_id: "00000000-0000-4000-8000-000000000001",
    event_type: "session_start",
    timestamp: "2026-04-10T08:00:00.000Z",
    user_id_hash: hasher.userIdHash(user),
  };
}

async function tablesWith(people: LearnedPeople): Promise<ContextTables> {
  const opened = await ContextTables.open({ settings, hasher, people, now });
  if (!opened.ok) throw new Error("the tables cannot be opened");
  people.onChange(() => opened.value.renew());
  return opened.value;
}

describe("what sources know about people", () => {
  it("is in force at once, by every name of a person, and in tables that are opened later", async () => {
    const people = new LearnedPeople(hasher, now);
    const tables = await tablesWith(people);
    expect(tables.enricher.enrich(event("user_01A")).department).toBeUndefined();
    people.learn("feed", [{ identities: ["user_01A", "ann@example.com"], department: "finance" }]);
    for (const name of ["user_01A", "ANN@example.com"])
      expect(tables.enricher.enrich(event(name)).department).toBe("finance");
    expect((await tablesWith(people)).enricher.enrich(event("user_01A")).department).toBe(
      "finance",
    );
  });

  it("is replaced as a whole by the same source, and the later of two sources counts", async () => {
    const people = new LearnedPeople(hasher, now);
    const tables = await tablesWith(people);
    people.learn("a", [
      { identities: ["user_01A"], department: "finance" },
      { identities: ["user_01B"], department: "legal" },
    ]);
    nowMs += 1;
    people.learn("b", [{ identities: ["user_01A"], department: "sales" }]);
    expect(tables.enricher.enrich(event("user_01A")).department).toBe("sales");
    nowMs += 1;
    people.learn("a", [{ identities: ["user_01A"], department: "research" }]);
    expect(tables.enricher.enrich(event("user_01A")).department).toBe("research");
    expect(tables.enricher.enrich(event("user_01B")).department).toBeUndefined();
    expect(tables.status().map(({ table, file }) => [table, file])).toEqual([
      ["directory", "source a"],
      ["directory", "source b"],
    ]);
  });
});
