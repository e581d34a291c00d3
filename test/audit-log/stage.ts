/** A connector whose journal a test reads, and a log over it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditLog,
  type AuditLogOptions,
  createAuditLog,
} from "../../src/audit-log/audit-log.ts";
import type { AuditFailure } from "../../src/audit-log/outlet.ts";
import type { Connector } from "../../src/connector/connector.ts";
import { createConnector } from "../../src/connector/create-connector.ts";
import { readJournal } from "../../src/journal/read.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type Written = Readonly<Record<string, unknown>> & {
  readonly event_id: string;
  readonly labels?: Readonly<Record<string, string>>;
};

export interface Stage {
  readonly folder: string;
  readonly connector: Connector;
  readonly log: AuditLog;
  readonly failures: AuditFailure[];
  /** The events that are durable, once all that is queued has settled. */
  readonly written: () => Promise<readonly Written[]>;
  readonly end: () => Promise<void>;
}

export async function setStage(options: AuditLogOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-audit-log-"));
  writeFileSync(join(folder, "key"), randomBytes(32).toString("hex"), { mode: 0o600 });
  const connector = await createConnector(
    {
      version: 1,
      data_dir: folder,
      pseudonym: { key: { file: join(folder, "key") } },
      sinks: [{ name: "archive", kind: "file", folder: join(folder, "archive") }],
    },
    { log: quiet },
  );
  const failures: AuditFailure[] = [];
  const onFailure = (failure: AuditFailure) => {
    failures.push(failure);
  };
  const log = await createAuditLog(connector, { onFailure, ...options });
  const written = async () => {
    await log.settled();
    const events: Written[] = [];
    for await (const { kind, body } of readJournal(join(folder, "journal")))
      if (kind === "event") events.push(JSON.parse(body) as Written);
    return events;
  };
  const end = async () => {
    await log.close();
    await connector.stop(0);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, connector, log, failures, written, end };
}
