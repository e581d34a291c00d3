/** A sink of the kind elasticsearch with a fake cluster that is set up for it. */
import type { SecretReference } from "../../../src/config/secret.ts";
import { MissingSecretError } from "../../../src/config/secret.ts";
import type { Sink } from "../../../src/delivery/sink.ts";
import { elasticsearchKind } from "../../../src/sink/elasticsearch/kind.ts";
import type { ElasticsearchOptions } from "../../../src/sink/elasticsearch/option.ts";
import {
  type FakeElasticsearch,
  READER,
  SETUP,
  startFakeElasticsearch,
  WRITER,
} from "../../wire/fake-elasticsearch.ts";

export const KEYS = {
  ES_WRITER: "d3JpdGVyOndyaXRlci1zZWNyZXQ=",
  ES_READER: "cmVhZGVyOnJlYWRlci1zZWNyZXQ=",
  ES_SETUP: "c2V0dXA6c2V0dXAtc2VjcmV0",
} as const;

export const never = (): AbortSignal => new AbortController().signal;

export function env(name: string): SecretReference {
  return { from: "env", name };
}

export interface Opened {
  readonly sink: Sink;
  readonly fake: FakeElasticsearch;
  /** Where secrets are read from; tests change it as an operator would. */
  readonly secrets: Map<string, string>;
  readonly close: () => Promise<void>;
}

/** Settings as `readOptions` would give them. */
export function optionsFor(
  url: string,
  changes: Partial<ElasticsearchOptions> = {},
): ElasticsearchOptions {
  return {
    nodes: [new URL(url)],
    api_key: env("ES_WRITER"),
    username: undefined,
    password: undefined,
    reader_api_key: env("ES_READER"),
    setup_api_key: env("ES_SETUP"),
    namespace: "default",
    ca_file: undefined,
    timeout: 10_000,
    batch_size: 5_242_880,
    batch_records: 5000,
    retention_days: 0,
    allow_plain_http: true,
    ...changes,
  };
}

/** Opens the sink on a URL with secrets in a map. */
export function openOn(options: ElasticsearchOptions, secrets: Map<string, string>): Promise<Sink> {
  return elasticsearchKind.open(options, {
    name: "elastic",
    now: () => Date.parse("2026-03-02T10:00:00.000Z"),
    random: (bytes) => new Uint8Array(bytes),
    readSecret: (reference) => {
      const name = reference.from === "env" ? reference.name : reference.path;
      const value = secrets.get(name);
      if (value === undefined) throw new MissingSecretError(`${name} is not set`);
      return value;
    },
    folder: "/nonexistent",
    warn: () => {},
  });
}

/** Starts a fake cluster, sets it up unless told otherwise, and opens a sink on it. */
export async function open(
  changes: Partial<ElasticsearchOptions> = {},
  fakeOptions: Parameters<typeof startFakeElasticsearch>[0] & { readonly isBare?: true } = {},
): Promise<Opened> {
  const fake = await startFakeElasticsearch(fakeOptions);
  fake.grant(`ApiKey ${KEYS.ES_WRITER}`, WRITER);
  fake.grant(`ApiKey ${KEYS.ES_READER}`, READER);
  fake.grant(`ApiKey ${KEYS.ES_SETUP}`, SETUP);
  const secrets = new Map<string, string>(Object.entries(KEYS));
  const sink = await openOn(optionsFor(fake.url, changes), secrets);
  if (fakeOptions.isBare !== true) await sink.setUp?.(never());
  return {
    sink,
    fake,
    secrets,
    close: async () => {
      await sink.close();
      await fake.close();
    },
  };
}
