import { createSecretKey } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContextSettings } from "../../src/connector/config-table.ts";
import { ContextTables } from "../../src/connector/context-tables.ts";
import { Reception } from "../../src/connector/reception.ts";
import type { AuditEvent, CanonicalEvent } from "../../src/event/event.ts";
import { createPolicy } from "../../src/policy/policy.ts";
import { createPseudonymiser } from "../../src/policy/pseudonym.ts";

const hasher = createPseudonymiser(createSecretKey(Buffer.alloc(32, "tables")));
const none = {
  clearances: undefined,
  scim: undefined,
  calendar: undefined,
  prices: undefined,
  classification: undefined,
  reload_every: 0,
};

let folder: string;
let writes = 0;
let nowMs = 1000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "claude-siem-tables-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a file with a time of its own, however fast tests are. */
async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  writes += 1;
  await utimes(path, 1_700_000_000 + writes, 1_700_000_000 + writes);
  return path;
}

async function open(settings: Partial<ContextSettings>): Promise<ContextTables> {
  const opened = await ContextTables.open({
    settings: { ...none, ...settings },
    hasher,
    now: () => nowMs,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return opened.value;
}

function event(fields: Readonly<Record<string, unknown>> = {}): AuditEvent {
  return {
    event_id: "3f2c1a44-0000-4000-8000-000000000000",
    event_type: "activity_event",
    timestamp: "2026-04-10T08:00:00.000Z",
    ...fields,
  } as AuditEvent;
}

const rule = (id: string, name: string): string =>
  `rules: [{id: ${id}, class: ${name}, when: {mcp_server: crm}}]\n`;

describe("the classification table of a connector", () => {
  it("is taken again when it changes, and its counts go on", async () => {
    const path = await write("classification.yaml", rule("one", "internal"));
    const tables = await open({ classification: path });
    const given = event({ mcp_server: "crm" });
    expect(tables.enricher.enrich(given).data_classification).toBe("internal");
    await write("classification.yaml", rule("two", "sensitive"));
    expect(await tables.refresh()).toEqual([]);
    expect(tables.enricher.enrich(given).data_classification).toBe("sensitive");
    expect(tables.classified()).toMatchObject({ by: { rule: 2 }, rules: { one: 1, two: 1 } });
    expect(tables.status()).toMatchObject([{ table: "classification", file: path }]);
  });

  it("stays in force while its file is broken, and says once what is wrong", async () => {
    const path = await write("classification.yaml", rule("one", "internal"));
    const tables = await open({ classification: path });
    await write("classification.yaml", rule("one", "secret"));
    expect(await tables.refresh()).toEqual([
      expect.stringMatching(
        /classification\.yaml:1:26: "secret" is not a value of class; the table/,
      ),
    ]);
    expect(await tables.refresh()).toEqual([]);
    expect(tables.status()[0]?.problem).toMatch(/stays in force/);
    expect(tables.enricher.enrich(event({ mcp_server: "crm" })).data_classification).toBe(
      "internal",
    );
    await write("classification.yaml", rule("one", "public"));
    await tables.refresh();
    expect(tables.status()[0]?.problem).toBeUndefined();
  });

  it("is left alone while its file is as it was", async () => {
    nowMs = 1000;
    const path = await write("classification.yaml", rule("one", "internal"));
    const tables = await open({ classification: path });
    const { enricher } = tables;
    nowMs = 2000;
    expect(await tables.refresh()).toEqual([]);
    expect(tables.enricher).toBe(enricher);
    expect(tables.status()[0]?.loadedAt).toBe(1000);
    await write("classification.yaml", rule("one", "internal"));
    await tables.refresh();
    expect(tables.status()[0]?.loadedAt).toBe(2000);
  });

  it("counts nothing where there is none", async () => {
    expect((await open({})).classified()).toBeUndefined();
  });

  it("judges by what a source knows beside the event, which is written nowhere", async () => {
    const path = await write(
      "classification.yaml",
      "rules: [{id: pay, class: restricted, when: {path: payroll, source_kind: otlp, deployment: eu}}]",
    );
    const tables = await open({ classification: path });
    const kept: CanonicalEvent[] = [];
    const reception = new Reception({
      journal: {
        appendBatch: async (events) => {
          kept.push(...events);
          return [];
        },
      },
      policy: createPolicy({ pseudonymiser: hasher }),
      enricher: () => tables.enricher,
      strict: true,
      deployment: "eu",
      now: () => 1000,
      room: async () => {},
    });
    const door = reception.openDoor("otlp", { append: async () => {} });
    const reach = { path: ["/home/ann.example/payroll/june.csv"] };
    const text = JSON.stringify(event());
    await door.emit(
      [
        { text, position: 1, reach },
        { text, position: 2 },
      ],
      "peer",
    );
    expect(kept.map((one) => one.data_classification)).toEqual(["restricted", undefined]);
    expect(kept[0]?.labels).toEqual({ classification_rules: "pay" });
    expect(JSON.stringify(kept)).not.toContain("ann.example");
  });
});

describe("the export of a directory", () => {
  const meanings =
    "users: users.json\ngroups: groups.json\ngroups_as: [{group: Legal, department: legal, clearance: sensitive}]\n";
  const members = (...ids: readonly string[]): string =>
    JSON.stringify([{ id: "g", displayName: "Legal", members: ids.map((value) => ({ value })) }]);
  const people = JSON.stringify({ Resources: [{ id: "u", userName: "ann@example.com" }] });

  it("is taken again when any of its files changes; a broken one changes nothing", async () => {
    const scim = await write("scim.yaml", meanings);
    await write("users.json", people);
    await write("groups.json", members());
    const tables = await open({ scim });
    const given = event({ user_id_hash: hasher.userIdHash("ann@example.com") });
    expect(tables.enricher.enrich(given).department).toBeUndefined();
    expect(tables.status()).toMatchObject([{ table: "scim", file: scim }]);
    await write("groups.json", members("u"));
    expect(await tables.refresh()).toEqual([]);
    const known = { department: "legal", user_clearance: "sensitive" };
    expect(tables.enricher.enrich(given)).toMatchObject(known);
    await write("users.json", people.slice(0, -3));
    expect(await tables.refresh()).toEqual([expect.stringMatching(/users\.json:1:1: .*not JSON/)]);
    expect(tables.enricher.enrich(given)).toMatchObject(known);
    await rm(join(folder, "users.json"));
    expect(await tables.refresh()).toEqual([expect.stringMatching(/users\.json/)]);
    expect(tables.enricher.enrich(given)).toMatchObject(known);
  });

  it("fails the start when a file is missing", async () => {
    const scim = await write("scim.yaml", meanings);
    await expect(open({ scim })).rejects.toThrow(/users\.json cannot be read/);
  });
});

describe("the calendar of a connector", () => {
  it("takes a holiday that is added while it runs", async () => {
    const calendar = (dates: string): string =>
      `holidays: {plant: [${dates}]}\ndepartments: {hr: {zone: Europe/Berlin, hours: {mon-fri: 08:00-18:00}, holidays: [plant]}}\ndefault: none\n`;
    const tables = await open({ calendar: await write("calendar.yaml", calendar("2026-01-01")) });
    const given = event({ department: "hr" });
    expect(tables.enricher.enrich(given).within_business_hours).toBe(true);
    await write("calendar.yaml", calendar("2026-01-01, 2026-04-10"));
    expect(await tables.refresh()).toEqual([]);
    expect(tables.enricher.enrich(given).within_business_hours).toBe(false);
  });
});
