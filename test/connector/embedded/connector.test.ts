import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConnectorConfig } from "../../../src/connector/config.ts";
import { Connector } from "../../../src/connector/connector.ts";
import { createMetrics } from "../../../src/connector/metrics.ts";
import { kinds } from "../../../src/connector/registry.ts";
import { systemClock } from "../../../src/delivery/clock.ts";
import { journaled } from "../../conformance/event.ts";

let folder: string;
let connector: Connector | undefined;
const log: { readonly level: string; readonly message: string }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-embedded-run-"));
  writeFileSync(join(folder, "key"), `${randomBytes(32).toString("hex")}\n`);
  log.length = 0;
});

afterEach(async () => {
  await connector?.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Connector> {
  const yaml = `version: 1
data_dir: data
pseudonym: {key: {file: key}}
server: {enabled: false}
sinks:
  - name: store
    kind: embedded
    detect_every: 1s
    delivery: {batch_age: 20ms}
`;
  const file = join(folder, "claude-siem.yaml");
  const parsed = parseConnectorConfig(yaml, file, { ...kinds, sourcesOptional: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const at = (level: string) => (_: object, message: string) => {
    log.push({ level, message });
  };
  const started = await Connector.start(parsed.value, {
    clock: systemClock,
    random: randomBytes,
    environment: {},
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    version: "0.0.0",
  });
  if (!started.ok) throw new Error(JSON.stringify(started.diagnostics));
  connector = started.value;
  return started.value;
}

/** MCP queries of one session within the last ten minutes. */
function burst(from: number): readonly object[] {
  const begun = Date.now() - 9 * 60_000;
  return Array.from({ length: 60 }, (_, n) => ({
    ...journaled(from + n).event,
    timestamp: new Date(begun + n * 8000).toISOString(),
  }));
}

const alertsPath = (): string => join(folder, "data", "sinks", "store", "alerts.ndjson");

async function until(what: string, test: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (test()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never: ${what}`);
}

it("a connector judges what it takes: alerts in status, metrics, log and file", async () => {
  const running = await start();
  await running.appendBatch(burst(1));
  await until("an alert", () => {
    return (running.status().sinks[0]?.report?.alerts.recent.length ?? 0) > 0;
  });
  const status = running.status();
  expect(status.sinks[0]?.report?.alerts).toMatchObject({
    counts: [{ rule: "anomalous-mcp-volume", severity: "medium", alerts: 1 }],
    recent: [{ rule: "anomalous-mcp-volume", severity: "medium" }],
  });
  expect(readFileSync(alertsPath(), "utf8")).toMatch(/^\{.*"rule":"anomalous-mcp-volume".*\}\n$/);
  expect(await createMetrics(() => status).metrics()).toContain(
    'claude_siem_alerts_total{sink="store",rule="anomalous-mcp-volume",severity="medium"} 1',
  );
  expect(log).toContainEqual({
    level: "warn",
    message: expect.stringMatching(/^medium alert, anomalous-mcp-volume/),
  });
  expect(status.alarms.at(-1)).toMatchObject({ severity: "warning", about: "sink store" });

  // The same session goes on after a restart: it is quiet for an hour.
  await running.stop();
  const again = await start();
  await again.appendBatch(burst(101));
  await again.caughtUp();
  await again.stop();
  expect(readFileSync(alertsPath(), "utf8").trim().split("\n")).toHaveLength(1);
});

it("a connector that stops judges what came last", async () => {
  const running = await start();
  await running.appendBatch(burst(1));
  await running.stop();
  expect(existsSync(alertsPath())).toBe(true);
});
