import { AzureAuthorityHosts } from "@azure/identity";
import { KnownMonitorAudience } from "@azure/monitor-ingestion";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readOptions } from "../../../src/config/option.ts";
import { schemaOf } from "../../../src/config/section.ts";
import type { Diagnostic } from "../../../src/diagnostic/diagnostic.ts";
import { KQL_TABLE } from "../../../src/dialect/kql/rows.ts";
import { STREAM } from "../../../src/pack/sentinel/audit-table.ts";
import { clouds } from "../../../src/sink/sentinel/cloud.ts";
import { sentinelKind } from "../../../src/sink/sentinel/kind.ts";
import { type SentinelOptions, sentinelConflicts } from "../../../src/sink/sentinel/options.ts";
import { parseYaml } from "../../../src/yaml/parse.ts";
import { MapReader } from "../../../src/yaml/reader.ts";
import { sentinelSettings } from "./subject.ts";

const MINIMAL = `endpoint: https://dcr-claude-a1b2.westeurope-1.ingest.monitor.azure.com
dcr: dcr-0123456789abcdef0123456789abcdef
tenant_id: 00000000-0000-0000-0000-000000000001
client_id: 00000000-0000-0000-0000-000000000002
client_secret: {env: AZURE_CLIENT_SECRET}
`;

function read(text: string) {
  const parsed = parseYaml(text, "claude-siem.yaml");
  if (!parsed.ok) throw new Error("not YAML");
  const diagnostics: Diagnostic[] = [];
  const reader = MapReader.of(parsed.value, "sink", diagnostics);
  if (reader === undefined) throw new Error("no map");
  const options = readOptions(sentinelKind.options, reader, diagnostics);
  reader.done();
  return { options, codes: diagnostics.map(({ code }) => code) };
}

const schema = new Ajv2020().compile(schemaOf(sentinelKind.options));

const good = sentinelSettings("https://x.ingest.monitor.azure.com", "/ca.pem");

function conflictKeys(changes: Partial<SentinelOptions>): readonly string[] {
  return sentinelConflicts({ ...good, ...changes }).map(({ key }) => key);
}

describe("settings of a sentinel sink", () => {
  it("that are right do not conflict, and name the table of the pack", () => {
    expect(sentinelConflicts(good)).toEqual([]);
    expect(good.table).toBe(KQL_TABLE);
  });

  it("need little, and write to the table of the pack", () => {
    const { options, codes } = read(MINIMAL);
    expect(codes).toEqual([]);
    expect(sentinelConflicts(options)).toEqual([]);
    expect(options).toMatchObject({
      stream: STREAM,
      table: KQL_TABLE,
      cloud: "public",
      auth: "client_secret",
      table_plan: "analytics",
      timeout: 30_000,
      workspace_id: undefined,
    });
  });

  it.each([
    "cloud: germany",
    "auth: password",
    "timeout: soon",
    "client_secret: in-the-file",
    "dcr: my-rule",
    "tenant_id: my-company",
    "workspace_id: my-workspace",
    "table: T | take 1",
    "endpoint: 5",
    "colour: blue",
  ])("%s is refused by the reader or as a conflict, and by the schema", (line) => {
    const key = line.split(":")[0] ?? "";
    const others = MINIMAL.split("\n").filter((one) => !one.startsWith(`${key}:`));
    const text = `${others.join("\n")}\n${line}\n`;
    const { options, codes } = read(text);
    const found = codes.length > 0 || sentinelConflicts(options).length > 0;
    expect(found).toBe(true);
    expect(schema(parse(text))).toBe(false);
    expect(schema(parse(MINIMAL))).toBe(true);
  });

  it.each([
    ["dcr", { dcr: "dcr-claude-audit" }],
    ["dcr", { dcr: `dcr-${"A".repeat(32)}` }],
    ["stream", { stream: "Custom-X/../../y" }],
    ["table", { table: "T | project Secret" }],
    ["tenant_id", { tenant_id: "common/../x" }],
    ["workspace_id", { workspace_id: "my-workspace" }],
    ["endpoint", { endpoint: new URL("http://127.0.0.1") }],
    ["endpoint", { endpoint: new URL("https://x/dataCollectionRules/dcr-1") }],
    ["authority_host", { authority_host: new URL("http://127.0.0.1") }],
    ["query_endpoint", { query_endpoint: new URL("https://x/v1?a=b") }],
    ["auth", { client_secret: undefined }],
    ["auth", { auth: "certificate" }],
    ["reader_client_id", { reader_client_secret: undefined }],
  ] as const)("%s: conflict with %o", (key, changes) => {
    expect(conflictKeys(changes)).toEqual([key]);
  });

  it("need nothing more where the machine is the identity", () => {
    const none = { tenant_id: undefined, client_id: undefined, client_secret: undefined };
    const reader = { reader_client_id: undefined, reader_client_secret: undefined };
    expect(conflictKeys({ auth: "managed_identity", ...none, ...reader })).toEqual([]);
  });
});

describe("clouds", () => {
  it.each([
    ["public", AzureAuthorityHosts.AzurePublicCloud, KnownMonitorAudience.AzurePublicCloud],
    ["usgov", AzureAuthorityHosts.AzureGovernment, KnownMonitorAudience.AzureGovernment],
    ["china", AzureAuthorityHosts.AzureChina, KnownMonitorAudience.AzureChina],
  ] as const)("%s has the hosts that Azure's packages know", (name, authority, audience) => {
    const { authorityHost, ingestionAudience, ingestionSuffix } = clouds[name];
    expect(authorityHost).toBe(authority);
    expect(ingestionAudience).toBe(audience);
    expect(ingestionSuffix).toBe(`.ingest.${new URL(audience).host}`);
  });
});
