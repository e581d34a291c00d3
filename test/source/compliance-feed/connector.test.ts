import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../src/connector/connector.ts";
import { createConnector } from "../../../src/connector/create-connector.ts";
import { createMetrics } from "../../../src/connector/metrics.ts";
import { fileSpan } from "../../../src/diagnostic/diagnostic.ts";
import { createPseudonymiser, parseKey } from "../../../src/policy/pseudonym.ts";
import { until } from "../../conformance/source.ts";
import { FakeCompliance } from "../../wire/fake-compliance.ts";
import { type FakeServer, startFakeServer } from "../../wire/fake-server.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const pseudonymKey = randomBytes(32).toString("hex");

let folder: string;
let service: FakeCompliance;
let server: FakeServer;
let connector: Connector | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-feed-"));
  writeFileSync(join(folder, "key"), pseudonymKey);
  service = new FakeCompliance(Date.now);
  server = await startFakeServer((request) => service.handle(request));
});

afterEach(async () => {
  await connector?.stop(1000);
  connector = undefined;
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(more: object = {}): Promise<Connector> {
  connector = await createConnector(
    {
      version: 1,
      data_dir: join(folder, "data"),
      pseudonym: { key: { file: join(folder, "key") } },
      sources: [
        {
          name: "claude",
          kind: "compliance_feed",
          api_key: { env: "COMPLIANCE_KEY" },
          url: server.url,
          allow_plain_http: true,
          poll_every: "5s",
          ...more,
        },
      ],
      sinks: [{ name: "archive", kind: "file", folder: join(folder, "archive") }],
    },
    { log: SILENT, environment: { COMPLIANCE_KEY: service.key } },
  );
  return connector;
}

function accepted(): number {
  return connector?.status().sources[0]?.accepted ?? 0;
}

/** Every file that the connector wrote, as one text. */
function everything(): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => /\.(ndjson|json|journal|jsonl)$/.test(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

function archived(): readonly Readonly<Record<string, unknown>>[] {
  return readdirSync(join(folder, "archive"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("ndjson"))
    .flatMap((name) =>
      readFileSync(join(folder, "archive", name), "utf8")
        .trim()
        .split("\n"),
    )
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe("a connector that reads the Activity Feed", () => {
  it("journals pseudonyms, never people, and what it counted is told", async () => {
    service.happen({
      type: "org_user_invite_sent",
      invited_email: "new@example.com",
      invited_role: "user",
    });
    service.happen({
      type: "claude_file_uploaded",
      filename: "Salaries.xlsx",
      claude_file_id: "claude_file_1",
    });
    service.happen({ type: "claude_dream_recorded" });
    const running = await start();
    await until("all are taken", () => accepted() === 3);
    await running.caughtUp();
    const status = running.status().sources[0];
    expect(status).toMatchObject({
      kind: "compliance_feed",
      state: "running",
      rejected: 0,
      marked: 0,
    });
    expect(status?.notes).toContainEqual(
      expect.objectContaining({ what: "unknown_types", count: 1 }),
    );
    const metrics = await createMetrics(() => running.status()).metrics();
    expect(metrics).toContain(
      'claude_siem_source_notes_total{source="claude",kind="compliance_feed",what="unknown_types"} 1',
    );
    await running.stop(1000);
    const text = everything();
    expect(text).toContain("org_user_invite_sent");
    for (const secret of ["example.com", "Salaries", service.key, "user_01XyDMpz"])
      expect(text).not.toContain(secret);
    const key = parseKey(pseudonymKey, fileSpan("key"));
    if (!key.ok) throw new Error("the key is bad");
    const { userIdHash } = createPseudonymiser(key.value);
    const events = archived();
    expect(events.map(({ user_id_hash }) => user_id_hash)).toEqual(
      Array.from({ length: 3 }, () => userIdHash("user_01XyDMpzjS89pFZXqSFUBDr6")),
    );
    expect(events[0]).toMatchObject({
      policy_event_type: "permission_changed",
      target_user_id_hash: userIdHash("new@example.com"),
      source_kind: "compliance_feed",
    });
  });

  it("tells departments of the directory to events of all sources", async () => {
    service.directory = {
      organizations: [{ uuid: "91012d09-e48b-438e-a489-1bebfd8fa6f9" }],
      users: {
        "91012d09-e48b-438e-a489-1bebfd8fa6f9": [
          { id: "user_01A", email: "Ann@example.com", organization_role: "user" },
        ],
      },
      groups: [{ id: "rbac_group_1", name: "finance", source_type: "scim" }],
      members: { rbac_group_1: [{ user_id: "user_01A" }] },
    };
    service.happen();
    const running = await start({ directory: { enabled: true } });
    await until("the feed is read", () => accepted() === 1);
    const key = parseKey(pseudonymKey, fileSpan("key"));
    if (!key.ok) throw new Error("the key is bad");
    const { userIdHash } = createPseudonymiser(key.value);
    const event = (id: string, user: string, department?: string): object => ({
      event_id: `00000000-0000-4000-8000-00000000000${id}`,
      event_type: "session_start",
      timestamp: "2026-04-10T08:00:00.000Z",
      user_id_hash: userIdHash(user),
      ...(department !== undefined && { department }),
    });
    await running.append(event("1", "user_01A"));
    await running.append(event("2", "ann@example.com", "unknown"));
    await running.append(event("3", "user_01A", "legal"));
    await running.append(event("4", "user_01B"));
    expect(running.status().tables).toEqual([
      expect.objectContaining({ table: "directory", file: "source claude" }),
    ]);
    await running.caughtUp();
    await running.stop(1000);
    const departments = archived()
      .filter(({ event_type }) => event_type === "session_start")
      .map(({ department }) => department);
    expect(departments).toEqual(["finance", "finance", "legal", undefined]);
    expect(everything().toLowerCase()).not.toContain("ann@");
  });

  it("says why it cannot read, goes on failing, and works when the key is mended", async () => {
    service.happen();
    service.scopes = [];
    await start();
    const source = () => connector?.status().sources[0];
    await until("it fails", () => source()?.state === "failing");
    expect(source()?.lastError?.reason).toContain("read:compliance_activities");
    expect(source()?.lastError?.reason).not.toContain(service.key);
    service.scopes = ["read:compliance_activities"];
    await until("it works", () => accepted() === 1);
    expect(source()?.state).toBe("running");
  });

  it("journals nothing again after a restart", async () => {
    for (let n = 0; n < 20; n += 1) service.happen();
    let running = await start();
    await until("all are taken", () => accepted() === 20);
    await running.stop(1000);
    service.happen();
    running = await start();
    await until("the new one is taken", () => accepted() === 1);
    await running.caughtUp();
    await running.stop(1000);
    const ids = archived().map(({ event_id }) => event_id);
    expect(ids.length).toBe(21);
    expect(new Set(ids).size).toBe(21);
  });
});
