/** A sink with the fake it talks to. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretReference } from "../../../src/config/secret.ts";
import { MissingSecretError } from "../../../src/config/secret.ts";
import type { EncodedRecord, JournaledEvent, Sink } from "../../../src/delivery/sink.ts";
import { type SplunkOptions, splunkKind } from "../../../src/sink/splunk/kind.ts";

export const TOKEN = "11111111-2222-3333-4444-555555555555";
export const SEARCH_TOKEN = "search-token-abcdef";

export type Transport = SplunkOptions["transport"];
export const transports: readonly Transport[] = ["splunk-logging", "undici"];

export interface Opened {
  readonly sink: Sink;
  readonly warnings: readonly string[];
  /** May be changed to rotate a token. */
  readonly secrets: Map<string, string>;
}

const hec: SecretReference = { from: "env", name: "HEC" };

/** Opens a sink with short deadlines. */
export async function openSplunk(
  urls: readonly string[],
  changes: Partial<SplunkOptions> = {},
): Promise<Opened> {
  const warnings: string[] = [];
  const secrets = new Map([
    ["HEC", TOKEN],
    ["SEARCH", SEARCH_TOKEN],
  ]);
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-splunk-"));
  const options: SplunkOptions = {
    urls: urls.map((url) => new URL(url)),
    token: hec,
    index: undefined,
    host: undefined,
    normalize: "full",
    transport: "undici",
    acknowledgement: "off",
    acknowledgement_timeout: 300,
    acknowledgement_poll: 10,
    batch_records: 2000,
    batch_size: 1_000_000,
    timeout: 300,
    ca_file: undefined,
    allow_plain_http: true,
    search: undefined,
    ...changes,
  };
  let seed = 1;
  const sink = await splunkKind.open(options, {
    name: "splunk",
    now: () => Date.parse("2026-03-02T10:00:00.000Z"),
    random: (bytes) =>
      Uint8Array.from({ length: bytes }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed & 0xff;
      }),
    readSecret: (reference) => {
      const name = reference.from === "env" ? reference.name : reference.path;
      const value = secrets.get(name);
      if (value === undefined)
        throw new MissingSecretError(`environment variable ${name} is not set`);
      return value;
    },
    folder,
    warn: (message) => warnings.push(message),
  });
  const close = async (): Promise<void> => {
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { sink: { ...sink, close }, warnings, secrets };
}

export function encode(sink: Sink, records: readonly JournaledEvent[]): readonly EncodedRecord[] {
  return records.map((record) => {
    const form = sink.encode(record);
    if (!("body" in form)) throw new Error(form.reason);
    return form;
  });
}

export const never = (): AbortSignal => new AbortController().signal;
