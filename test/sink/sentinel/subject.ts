/** The sink `sentinel` with the Azure it talks to. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  describeSecret,
  MissingSecretError,
  type SecretReference,
} from "../../../src/config/secret.ts";
import type { Sink } from "../../../src/delivery/sink.ts";
import { sentinelKind } from "../../../src/sink/sentinel/kind.ts";
import type { SentinelOptions } from "../../../src/sink/sentinel/options.ts";
import { type Certificate, selfSigned } from "../../wire/certificate.ts";
import {
  DCR,
  type FakeAzure,
  type FakeAzureOptions,
  type FakePrincipal,
  startFakeAzure,
  TENANT,
  WORKSPACE_ID,
} from "../../wire/fake-azure.ts";

export interface Setting {
  readonly azure: FakeAzure;
  readonly sink: Sink;
  readonly folder: string;
  readonly warnings: string[];
  /** Secrets by the name of their variable; a test may change them. */
  readonly secrets: Map<string, string>;
  readonly writer: FakePrincipal;
  readonly reader: FakePrincipal;
  readonly close: () => Promise<void>;
}

export const never = (): AbortSignal => new AbortController().signal;

export const WRITER_ID = "aaaaaaaa-0000-4000-8000-000000000001";
export const READER_ID = "aaaaaaaa-0000-4000-8000-000000000002";

let certificate: Certificate | undefined;

export interface SettingChanges {
  readonly options?: Partial<SentinelOptions>;
  readonly azure?: Partial<FakeAzureOptions>;
  readonly now?: () => number;
  readonly writer?: Partial<FakePrincipal>;
}

export function sentinelSettings(url: string, caFile: string): SentinelOptions {
  return {
    endpoint: new URL(url),
    dcr: DCR,
    stream: "Custom-ClaudeAudit",
    table_plan: "analytics",
    cloud: "public",
    auth: "client_secret",
    tenant_id: TENANT,
    client_id: WRITER_ID,
    client_secret: { from: "env", name: "WRITER_SECRET" },
    certificate: undefined,
    token_file: undefined,
    authority_host: new URL(url),
    ca_file: caFile,
    timeout: 400,
    workspace_id: WORKSPACE_ID,
    table: "ClaudeAudit_CL",
    reader_client_id: READER_ID,
    reader_client_secret: { from: "env", name: "READER_SECRET" },
    query_endpoint: new URL(url),
  };
}

export async function openSetting(changes: SettingChanges = {}): Promise<Setting> {
  certificate ??= selfSigned();
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-sentinel-"));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, certificate.cert);
  const writer: FakePrincipal = {
    clientId: WRITER_ID,
    secret: "writer-secret-~8Q",
    mayWrite: true,
    mayRead: false,
    ...changes.writer,
  };
  const reader: FakePrincipal = {
    clientId: READER_ID,
    secret: "reader-secret-~9Q",
    mayWrite: false,
    mayRead: true,
  };
  const secrets = new Map([
    ["WRITER_SECRET", "writer-secret-~8Q"],
    ["READER_SECRET", "reader-secret-~9Q"],
  ]);
  const tls = certificate;
  const azure = await startFakeAzure({ tls, principals: [writer, reader], ...changes.azure });
  const warnings: string[] = [];
  const options = { ...sentinelSettings(azure.url, caFile), ...changes.options };
  const sink = await sentinelKind.open(options, {
    name: "sentinel",
    now: changes.now ?? Date.now,
    random: (bytes) => new Uint8Array(bytes),
    readSecret: (reference: SecretReference) => {
      const name = reference.from === "env" ? reference.name : reference.path;
      const secret = secrets.get(name);
      if (secret !== undefined) return secret;
      throw new MissingSecretError(`${describeSecret(reference)} is not set`);
    },
    folder,
    warn: (message) => warnings.push(message),
  });
  const close = async (): Promise<void> => {
    await sink.close();
    await azure.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { azure, sink, folder, warnings, secrets, writer, reader, close };
}
