/** Records through a whole connector: into the journal, to a sink, and nothing private anywhere. */
import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Connector } from "../../../src/connector/connector.ts";
import { createConnector } from "../../../src/connector/create-connector.ts";
import { until } from "../../conformance/source.ts";
import { type Format, fixtureLines, readLines } from "./stand.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let connector: Connector | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-gateway-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"));
  for (const name of ["in", "archive"]) mkdirSync(join(folder, name));
});

afterEach(async () => {
  await connector?.stop(1000);
  connector = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  ...sources: readonly { readonly kind: string; readonly [key: string]: unknown }[]
): Promise<Connector> {
  connector = await createConnector(
    {
      version: 1,
      data_dir: join(folder, "data"),
      pseudonym: { key: { file: join(folder, "key") } },
      sources: sources.map((source, index) => ({ name: `source-${index}`, ...source })),
      sinks: [{ name: "archive", kind: "file", folder: join(folder, "archive") }],
    },
    { log: SILENT },
  );
  return connector;
}

/** Events that have arrived; the line that is being written does not count. */
function archived(): readonly Readonly<Record<string, unknown>>[] {
  return readdirSync(join(folder, "archive"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("ndjson"))
    .flatMap((name) =>
      readFileSync(join(folder, "archive", name), "utf8")
        .split("\n")
        .slice(0, -1),
    )
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

/** What was written but for rejects, which keep records as they came. */
function kept(): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^archive|journal)/.test(name) && /\.\w+$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}

async function expected(
  format: Format,
): Promise<{ readonly events: number; readonly refused: number }> {
  const { records } = await readLines(format, fixtureLines(format));
  const events = records.filter(({ text }) => text !== undefined).length;
  return { events, refused: records.length - events };
}

it("takes records over HTTP, answers by record, and keeps nothing that is private", async () => {
  const running = await start({ kind: "http", listen: "127.0.0.1:0", format: "litellm" });
  await until("the receiver listens", () => running.status().sources[0]?.address !== undefined);
  const url = `http://${running.status().sources[0]?.address}/v1/events`;
  const post = (body: string, type: string): Promise<Response> =>
    fetch(url, { method: "POST", headers: { "content-type": type }, body });
  const lines = fixtureLines("litellm");
  const answer = await post(lines.join("\n"), "application/x-ndjson");
  expect(await answer.json()).toEqual({ accepted: lines.length, rejected: [] });
  const records = lines.map((line) => JSON.parse(line) as unknown);
  // As LiteLLM's generic callback posts them, with one that is of another product.
  const again = await post(JSON.stringify([{ id: "x" }, ...records]), "application/json");
  const told = (await again.json()) as {
    accepted: number;
    rejected: readonly { index: number; code: string }[];
  };
  expect([again.status, told.accepted]).toEqual([200, lines.length]);
  expect(told.rejected).toMatchObject([{ index: 0, code: "S761" }]);

  const { events } = await expected("litellm");
  await until("all is delivered", () => archived().length === 2 * events);
  const ids = new Set(archived().map((event) => event["event_id"]));
  expect(ids.size).toBe(events);
  expect(kept().match(/"model_request"/g)?.length).toBeGreaterThan(2 * events);
  expect(kept()).not.toMatch(/CANARY|Anna|example\.com|Bearer|sk-ant/i);
  const notes = running.status().sources[0]?.notes.map(({ what, count }) => [what, count]);
  expect(notes).toContainEqual(["unknown_fields", 2]);
});

it("reads files, compressed too, and an export from its middle after a restart", async () => {
  const path = (name: string): string => join(folder, "in", name);
  writeFileSync(path("bedrock.log.gz"), gzipSync(`${fixtureLines("bedrock").join("\n")}\n`));
  const [header = "", ...rows] = fixtureLines("claude_audit_csv");
  writeFileSync(path("audit.csv"), `${[header, ...rows.slice(0, 3)].join("\n")}\n`);
  const sources = [
    { kind: "file", paths: [path("*.log*")], format: "bedrock", poll_interval: "20ms" },
    { kind: "file", paths: [path("*.csv")], format: "claude_audit_csv", poll_interval: "20ms" },
  ];
  const first = await start(...sources);
  const bedrock = await expected("bedrock");
  await until("both are read", () => archived().length === bedrock.events + 3);
  await first.stop(1000);

  appendFileSync(path("audit.csv"), `${rows.slice(3).join("\n")}\n`);
  const second = await start(...sources);
  const csv = await expected("claude_audit_csv");
  await until("the rest is read", () => {
    const { accepted = 0, rejected = 0 } = second.status().sources[1] ?? {};
    return accepted === csv.events - 3 && rejected === csv.refused;
  });
  await until("all is delivered", () => archived().length === bedrock.events + csv.events);
  expect(kept()).not.toMatch(/CANARY|Anna|O'Sullivan|example\.com/i);
});
