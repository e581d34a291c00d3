/** Settings of the sink kind `sentinel`. */
import type { Option, OptionTable, SettingConflict } from "../../config/option.ts";
import {
  choice,
  duration,
  endpoint,
  optionalEndpoint,
  optionalSecret,
  optionalText,
  text,
} from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import type { SecretReference } from "../../config/secret.ts";
import { STREAM } from "../../pack/sentinel/audit-table.ts";
import { type CloudName, cloudNames } from "./cloud.ts";

export type AuthKind = "client_secret" | "certificate" | "managed_identity" | "workload_identity";

export interface SentinelOptions {
  readonly endpoint: URL;
  readonly dcr: string;
  readonly stream: string;
  readonly table_plan: "analytics" | "auxiliary";
  readonly cloud: CloudName;
  readonly auth: AuthKind;
  readonly tenant_id: string | undefined;
  readonly client_id: string | undefined;
  readonly client_secret: SecretReference | undefined;
  readonly certificate: SecretReference | undefined;
  readonly token_file: string | undefined;
  readonly authority_host: URL | undefined;
  readonly ca_file: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly workspace_id: string | undefined;
  readonly table: string;
  readonly reader_client_id: string | undefined;
  readonly reader_client_secret: SecretReference | undefined;
  readonly query_endpoint: URL | undefined;
}

const GUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const IMMUTABLE_ID = /^dcr-[0-9a-f]{32}$/;
const STREAM_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;
const TABLE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** Lets an editor see what `sentinelConflicts` would say. */
function patterned<T>(option: Option<T>, pattern: RegExp): Option<T> {
  return { ...option, schema: { ...option.schema, pattern: pattern.source } };
}

type Keys<K extends keyof SentinelOptions> = Pick<OptionTable<SentinelOptions>, K>;

const destination: Keys<"endpoint" | "dcr" | "stream" | "table_plan" | "cloud"> = {
  endpoint: endpoint({
    doc: "Where logs are ingested: `logsIngestion` of the data collection rule (the output `ingestionEndpoint` of the deployed pack), or a data collection endpoint.",
    example: "https://dcr-claude-audit-a1b2.westeurope-1.ingest.monitor.azure.com",
  }),
  dcr: patterned(
    text({
      doc: "Immutable id of the data collection rule: `dcr-` and 32 digits (the output `immutableId` of the deployed pack), not its name.",
      example: "dcr-000a00a000a00000a000000aa000a0aa",
    }),
    IMMUTABLE_ID,
  ),
  stream: patterned(
    text({
      doc: "Stream of the data collection rule that takes the records.",
      fallback: STREAM,
    }),
    STREAM_NAME,
  ),
  table_plan: choice({
    doc: "Plan of the table. Tables of the plan Auxiliary refuse requests whose records lie 30 minutes or more apart, so batches are kept shorter.",
    fallback: "analytics",
    of: ["analytics", "auxiliary"],
  }),
  cloud: choice<CloudName>({
    doc: "Azure's cloud: `public`, `usgov` (Azure Government) or `china` (operated by 21Vianet).",
    fallback: "public",
    of: cloudNames,
  }),
};

const credentials: Keys<
  | "auth"
  | "tenant_id"
  | "client_id"
  | "client_secret"
  | "certificate"
  | "token_file"
  | "authority_host"
> = {
  auth: choice<AuthKind>({
    doc: "How the connector proves who it is. `client_secret` and `certificate` belong to an app registration; `managed_identity` to the machine it runs on; `workload_identity` to a Kubernetes service account.",
    fallback: "client_secret",
    of: ["client_secret", "certificate", "managed_identity", "workload_identity"],
  }),
  tenant_id: patterned(
    optionalText({
      doc: "Directory (tenant) id. Needed for client_secret and certificate; workload_identity takes AZURE_TENANT_ID without it.",
      example: "00000000-0000-0000-0000-000000000000",
    }),
    GUID,
  ),
  client_id: patterned(
    optionalText({
      doc: "Application (client) id of the app registration or of a user-assigned managed identity.",
      example: "00000000-0000-0000-0000-000000000000",
    }),
    GUID,
  ),
  client_secret: optionalSecret({
    doc: "Client secret of the app registration. A new one is used as soon as it is there.",
    example: "{env: AZURE_CLIENT_SECRET}",
  }),
  certificate: optionalSecret({
    doc: "PEM text with the certificate of the app registration and its private key.",
    example: "{file: /run/secrets/sentinel.pem}",
  }),
  token_file: optionalPath({
    doc: "File with the service account's token for workload_identity; AZURE_FEDERATED_TOKEN_FILE without it.",
  }),
  authority_host: optionalEndpoint({
    doc: "Where tokens are issued, when it is none of the cloud's own hosts.",
  }),
};

const connection: Keys<"ca_file" | "timeout"> = {
  ca_file: optionalPath({
    doc: "PEM file of the certificate authorities to trust, such as those of a proxy that opens TLS; without it the system's authorities count.",
    example: "/etc/claude-siem/ca.pem",
  }),
  timeout: duration({
    doc: "How long one request may take. After it, nobody knows whether the records arrived, and they are sent again.",
    fallback: 30_000,
    minMs: 1000,
    maxMs: 300_000,
  }),
};

const reading: Keys<
  "workspace_id" | "table" | "reader_client_id" | "reader_client_secret" | "query_endpoint"
> = {
  workspace_id: patterned(
    optionalText({
      doc: "Id of the Log Analytics workspace (a GUID). With it `reconcile` and `doctor` can ask what arrived.",
      example: "00000000-0000-0000-0000-000000000000",
    }),
    GUID,
  ),
  table: patterned(
    text({
      doc: "Table that is asked for what arrived.",
      fallback: "ClaudeAudit_CL",
    }),
    TABLE_NAME,
  ),
  reader_client_id: patterned(
    optionalText({
      doc: "App registration that may read the workspace (role Log Analytics Reader). Without it the one that writes is used, which should not be able to read.",
      example: "00000000-0000-0000-0000-000000000000",
    }),
    GUID,
  ),
  reader_client_secret: optionalSecret({
    doc: "Client secret of the app registration that reads.",
    example: "{env: AZURE_READER_SECRET}",
  }),
  query_endpoint: optionalEndpoint({
    doc: "The Log Analytics query API, when it is not the cloud's own.",
  }),
};

export const sentinelOptions: {
  readonly [K in keyof SentinelOptions]-?: Option<SentinelOptions[K]>;
} = { ...destination, ...credentials, ...connection, ...reading };

function malformed(options: SentinelOptions): readonly SettingConflict[] {
  const conflicts: SettingConflict[] = [];
  const add = (key: string, problem: string, instruction: string): void => {
    conflicts.push({ key, problem, instruction });
  };
  if (!IMMUTABLE_ID.test(options.dcr)) {
    const where = "Copy immutableId from the JSON view of the data collection rule.";
    add("dcr", "an immutable id is dcr- and 32 lower-case hexadecimal digits", where);
  }
  if (!STREAM_NAME.test(options.stream)) {
    const where = `Write the name under streamDeclarations, such as ${STREAM}.`;
    add("stream", "the name of a stream holds letters, digits, dashes and underscores", where);
  }
  if (!TABLE_NAME.test(options.table))
    add("table", "it is no name of a table", "Write a name such as ClaudeAudit_CL.");
  for (const key of ["tenant_id", "client_id", "workspace_id", "reader_client_id"] as const) {
    const id = options[key];
    if (id === undefined || GUID.test(id)) continue;
    add(key, "it is no GUID", "Copy the id from the overview page in the Azure portal.");
  }
  return conflicts;
}

function insecure(options: SentinelOptions): readonly SettingConflict[] {
  const keys = ["endpoint", "authority_host", "query_endpoint"] as const;
  return keys.flatMap((key) => {
    const url = options[key];
    if (url === undefined) return [];
    if (url.protocol !== "https:") {
      const problem = "tokens of Microsoft Entra ID are never sent without TLS";
      return [{ key, problem, instruction: "Write an https:// URL." }];
    }
    if (url.pathname === "/" && url.search === "" && url.hash === "") return [];
    const problem = "it has a path or a query";
    return [{ key, problem, instruction: `Write ${url.origin} only.` }];
  });
}

const needs: Readonly<Record<AuthKind, readonly (keyof SentinelOptions)[]>> = {
  client_secret: ["tenant_id", "client_id", "client_secret"],
  certificate: ["tenant_id", "client_id", "certificate"],
  managed_identity: [],
  workload_identity: [],
};

function incomplete(options: SentinelOptions): readonly SettingConflict[] {
  const missing = needs[options.auth].filter((key) => options[key] === undefined);
  const conflicts: SettingConflict[] = missing.map((key) => ({
    key: "auth",
    problem: `auth: ${options.auth} needs ${key}`,
    instruction: `Set ${key}, or choose another kind of auth.`,
  }));
  const reader = [options.reader_client_id, options.reader_client_secret];
  const given = reader.filter((one) => one !== undefined).length;
  if (given === 1 || (given === 2 && options.tenant_id === undefined)) {
    const problem = "reading needs tenant_id, reader_client_id and reader_client_secret together";
    conflicts.push({ key: "reader_client_id", problem, instruction: "Set all three or none." });
  }
  return conflicts;
}

/** Settings that are each of their type and still cannot work. */
export function sentinelConflicts(options: SentinelOptions): readonly SettingConflict[] {
  return [...malformed(options), ...insecure(options), ...incomplete(options)];
}
