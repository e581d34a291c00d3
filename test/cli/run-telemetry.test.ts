/** `claude-siem run` with the telemetry of Claude Code, as a process, with plain requests. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConnectorConfig } from "../../src/connector/config.ts";
import { checkStatusPage } from "../../src/connector/doctor/running.ts";
import { kinds } from "../../src/connector/registry.ts";
import { encodeRequest, type Signal } from "../wire/otlp.ts";

const root = join(import.meta.dirname, "..", "..");
const main = join(root, "src", "cli", "main.ts");

let folder: string;
let child: ChildProcess | undefined;
let log = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-telemetry-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
  writeFileSync(
    join(folder, "claude-siem.yaml"),
    [
      "version: 1",
      "pseudonym: {key: {file: key}}",
      'server: {listen: "127.0.0.1:0"}',
      "sources:",
      '  - {name: telemetry, kind: otlp, listen: "127.0.0.1:0"}',
      "sinks:",
      "  - {name: archive, kind: file, folder: archive, delivery: {batch_age: 20ms}}",
      "",
    ].join("\n"),
  );
  log = "";
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    const closed = new Promise((resolve) => child?.once("close", resolve));
    child.kill("SIGKILL");
    await closed;
  }
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** The value of a member in the log, once it is there. */
async function logged(pattern: RegExp): Promise<string> {
  for (let tries = 0; tries < 600 && !pattern.test(log); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return pattern.exec(log)?.[1] ?? `not in the log: ${pattern}`;
}

async function start(): Promise<{ readonly otlp: string; readonly status: string }> {
  child = spawn(process.execPath, [main, "run"], { cwd: folder });
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const otlp = await logged(/"kind":"otlp","address":"([^"]+)"/);
  return { otlp, status: await logged(/"status":"([^"]+)"/) };
}

async function stop(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child?.once("close", resolve));
  child?.kill("SIGTERM");
  return ended;
}

async function postSample(otlp: string, name: string, isBinary: boolean): Promise<void> {
  const file = join(root, "test", "fixtures", "otlp", `${name}.ndjson`);
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const { path, body } = JSON.parse(line) as { readonly path: string; readonly body: object };
    const signal = path.replace("/v1/", "") as Signal;
    const answer = await fetch(`http://${otlp}${path}`, {
      method: "POST",
      headers: { "content-type": isBinary ? "application/x-protobuf" : "application/json" },
      body: isBinary
        ? (encodeRequest(signal, body) as Uint8Array<ArrayBuffer>)
        : JSON.stringify(body),
    });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
  }
}

const noSecrets = (): string => {
  throw new Error("the page of this test asks for no token");
};

/** What doctor says of the connector that runs. */
async function told(status: string): Promise<string> {
  const file = join(folder, "claude-siem.yaml");
  const yaml = readFileSync(file, "utf8").replace(
    'listen: "127.0.0.1:0"',
    `listen: "${new URL(status).host}"`,
  );
  const parsed = parseConnectorConfig(yaml, file, kinds);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return JSON.stringify(
    await checkStatusPage(parsed.value, 1, noSecrets, AbortSignal.timeout(10_000)),
  );
}

interface Archived {
  readonly event_id: string;
  readonly activity_type?: string;
  readonly token_input?: number;
  readonly department?: string;
  readonly session_id?: string;
}

function archived(): readonly Archived[] {
  const path = join(folder, "archive");
  return readdirSync(path)
    .flatMap((file) => readFileSync(join(path, file), "utf8").trim().split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Archived);
}

it("shows the session, tokens and MCP calls of a client, once each", {
  timeout: 60_000,
}, async () => {
  const { otlp, status } = await start();
  expect(await told(status)).toMatch(/has taken nothing.*OTEL_EXPORTER_OTLP_ENDPOINT=http:/);
  await postSample(otlp, "mcp3-details", true);
  // The client sends once more what it believes was lost.
  await postSample(otlp, "mcp3-details", false);
  const metrics = await (await fetch(`${status}/metrics`)).text();
  expect(metrics).toContain('claude_siem_source_accepted_total{source="telemetry",kind="otlp"} 32');
  expect(metrics).toMatch(
    /source_notes_total\{source="telemetry",kind="otlp",what="person_unknown"\} 32/,
  );
  expect(await told(status)).toContain("source telemetry: 32 records name an installation");
  expect(await told(status)).not.toContain("has taken nothing");
  expect(await stop()).toBe(0);
  const events = [...new Map(archived().map((event) => [event.event_id, event])).values()];
  expect(events).toHaveLength(16);
  expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(1);
  expect(events.filter(({ activity_type }) => activity_type === "mcp_query")).toHaveLength(3);
  const tokens = events.reduce((sum, { token_input = 0 }) => sum + token_input, 0);
  expect(tokens).toBe(5 * (3 + 17_241 + 1693));
  expect(new Set(events.map(({ department }) => department))).toEqual(new Set(["legal"]));
});
