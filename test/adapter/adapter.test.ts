import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "winston";
import { createLogRecordExporter } from "../../src/adapter/opentelemetry.ts";
import { createPinoStream } from "../../src/adapter/pino.ts";
import { createWinstonTransport } from "../../src/adapter/winston.ts";
import type { Connector } from "../../src/connector/connector.ts";
import { ConfigurationError, createConnector } from "../../src/connector/create-connector.ts";
import { readJournal } from "../../src/journal/read.ts";
import { eventId, journaled } from "../conformance/event.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let connector: Connector;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "claude-siem-adapter-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
  connector = await createConnector(
    {
      version: 1,
      data_dir: folder,
      pseudonym: { key: { file: join(folder, "key") } },
      sinks: [{ name: "archive", kind: "file", folder: join(folder, "archive") }],
    },
    { log: quiet },
  );
});

afterEach(async () => {
  await connector.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

/** event_ids of everything that is durable. */
async function durable(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { kind, body } of readJournal(join(folder, "journal")))
    if (kind === "event") ids.push((JSON.parse(body) as { event_id: string }).event_id);
  return ids;
}

function rejects(name: string): readonly string[] {
  return readFileSync(join(folder, "rejects", `${name}.ndjson`), "utf8")
    .trim()
    .split("\n");
}

describe("createConnector", () => {
  it("takes events after fsync and delivers them", async () => {
    const { seq } = await connector.append(journaled(1).event);
    expect(seq).toBeGreaterThan(0);
    expect(await durable()).toEqual([eventId(1)]);
    await connector.caughtUp();
    expect(connector.status().sinks[0]?.counts.delivered).toBe(1);
  });

  it("says what is wrong with a configuration, and where", async () => {
    const bad = createConnector({
      version: 1,
      pseudonym: { key: { env: "NO_SUCH_VARIABLE" } },
      sinks: [{ name: "x", kind: "elastik" }],
    });
    await expect(bad).rejects.toThrow(ConfigurationError);
    await expect(bad).rejects.toThrow(/"elastik" is no kind of sink/);
  });
});

describe("pino", () => {
  it("journals the records that carry an event and leaves the others alone", async () => {
    const stream = await createPinoStream(connector);
    const log = pino({}, stream);
    log.info("an ordinary line");
    log.info({ claude_audit: journaled(1).event }, "an audit event");
    log.warn({ claude_audit: { hello: "world" } }, "no audit event");
    await new Promise<void>((resolve) => {
      stream.end(resolve);
    });
    expect(await durable()).toEqual([eventId(1)]);
    expect(rejects("pino")).toHaveLength(1);
  });

  it("loses none of many lines that end with the stream", async () => {
    const stream = await createPinoStream(connector);
    const log = pino({}, stream);
    for (let n = 1; n <= 2000; n += 1) log.info({ claude_audit: journaled(n).event });
    await new Promise<void>((resolve) => {
      stream.end(resolve);
    });
    expect(await durable()).toHaveLength(2000);
  });
});

describe("winston", () => {
  it("tells when an event is on the device", async () => {
    const transport = await createWinstonTransport(connector);
    const log = createLogger({ transports: [transport] });
    const logged = new Promise((resolve) => {
      transport.once("logged", resolve);
    });
    log.info("an ordinary line");
    log.info("an audit event", { claude_audit: journaled(1).event });
    await logged;
    expect(await durable()).toEqual([eventId(1)]);
    log.close();
  });
});

describe("OpenTelemetry", () => {
  it("exports records that carry an event, as a map or as text", async () => {
    const exporter = await createLogRecordExporter(connector);
    const provider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const log = provider.getLogger("app");
    log.emit({ body: "an ordinary record" });
    log.emit({ attributes: { claude_audit: { ...journaled(1).event } as never } });
    log.emit({ attributes: { claude_audit: JSON.stringify(journaled(2).event) } });
    await provider.forceFlush();
    await provider.shutdown();
    expect(await durable()).toEqual([eventId(1), eventId(2)]);
  });

  it("reports a failure when the connector has stopped", async () => {
    const exporter = await createLogRecordExporter(connector);
    await connector.stop(0);
    const record = { attributes: { claude_audit: { ...journaled(1).event } } };
    const result = await new Promise<{ code: number }>((resolve) => {
      exporter.export([record as never], resolve);
    });
    expect(result.code).toBe(1);
  });
});
