import { AzureAuthorityHosts } from "@azure/identity";
import { KnownMonitorAudience } from "@azure/monitor-ingestion";
import { describe, expect, it } from "vitest";
import { KQL_TABLE } from "../../../src/dialect/kql/rows.ts";
import { clouds } from "../../../src/sink/sentinel/cloud.ts";
import { type SentinelOptions, sentinelConflicts } from "../../../src/sink/sentinel/options.ts";
import { sentinelSettings } from "./subject.ts";

const good = sentinelSettings("https://x.ingest.monitor.azure.com", "/ca.pem");

function conflictKeys(changes: Partial<SentinelOptions>): readonly string[] {
  return sentinelConflicts({ ...good, ...changes }).map(({ key }) => key);
}

describe("settings of a sentinel sink", () => {
  it("that are right do not conflict, and name the table of the pack", () => {
    expect(sentinelConflicts(good)).toEqual([]);
    expect(good.table).toBe(KQL_TABLE);
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
