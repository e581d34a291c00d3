/** The settings of the sink. */
import type { Option, OptionTable } from "../../config/option.ts";
import { readOptions } from "../../config/option.ts";
import {
  allowPlainHttp,
  choice,
  duration,
  endpoint,
  endpoints,
  integer,
  optionalText,
  secret,
} from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import type { SecretReference } from "../../config/secret.ts";
import { schemaOf } from "../../config/section.ts";
import { size } from "../../config/size.ts";
import { report } from "../../diagnostic/diagnostic.ts";
import * as yamlMessage from "../../diagnostic/message/yaml.ts";
import { MapReader } from "../../yaml/reader.ts";
import { isIndexName } from "./envelope.ts";

/** How Splunk's search is reached, for `reconcile`. */
export interface SearchOptions {
  /** Management address, usually port 8089. */
  readonly url: URL;
  readonly token: SecretReference;
  readonly allow_plain_http: boolean;
}

export interface SplunkOptions {
  readonly urls: readonly URL[];
  readonly token: SecretReference;
  readonly index: string | undefined;
  readonly host: string | undefined;
  readonly normalize: "full" | "search";
  readonly transport: "splunk-logging" | "undici";
  readonly acknowledgement: "required" | "off";
  /** Milliseconds. */
  readonly acknowledgement_timeout: number;
  /** Milliseconds. */
  readonly acknowledgement_poll: number;
  readonly batch_records: number;
  /** Bytes. */
  readonly batch_size: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly ca_file: string | undefined;
  readonly allow_plain_http: boolean;
  readonly search: SearchOptions | undefined;
}

/** An index of Splunk. `index` of an event decides who may read it, so only the configuration names it. */
function indexName(): Option<string | undefined> {
  const text = optionalText({
    doc: "Index for the events. Without it they go to the default index of the token. The token must be allowed to write to it.",
    example: "claude_audit",
  });
  return {
    ...text,
    type: "name of an index, optional",
    schema: { type: "string", pattern: "^[a-z0-9][a-z0-9_-]{0,79}$" },
    read: (reader, key, diagnostics) => {
      const name = text.read(reader, key, diagnostics);
      if (name === undefined || isIndexName(name)) return name;
      const expected = "the name of an index (lower-case letters, digits, _ and -)";
      const args = { key, expected, found: JSON.stringify(name) };
      diagnostics.push(report(yamlMessage.wrongType, reader.spanOf(key), args));
      return undefined;
    },
  };
}

const searchTable: OptionTable<SearchOptions> = {
  url: endpoint({
    doc: "Management address of a search head.",
    example: "https://splunk.example.com:8089",
  }),
  token: secret({
    doc: "Authentication token of a user who may search the index and nothing else.",
    example: "{env: SPLUNK_SEARCH_TOKEN}",
  }),
  allow_plain_http: allowPlainHttp,
};

const search: Option<SearchOptions | undefined> = {
  doc: "Search access for `reconcile`, which proves what arrived by asking Splunk.",
  type: "map, optional",
  fallback: "none",
  schema: schemaOf(searchTable),
  rows: searchTable,
  read: (reader, key, diagnostics) => {
    const node = reader.optional(key);
    const inner = node && MapReader.of(node, `"${key}"`, diagnostics);
    if (inner === undefined) return undefined;
    const value = readOptions(searchTable, inner, diagnostics);
    inner.done();
    return value;
  },
};

export const splunkOptions: OptionTable<SplunkOptions> = {
  urls: endpoints({
    doc: "HTTP Event Collectors, usually on port 8088. Batches go round; one that is in trouble is left out until it is well.",
    example: '["https://splunk.example.com:8088"]',
  }),
  token: secret({
    doc: "HEC token, best one that may write to a single index.",
    example: "{env: SPLUNK_HEC_TOKEN}",
  }),
  index: indexName(),
  host: optionalText({
    doc: "The field host of the events. Without it Splunk sets its default. It is never taken from an event; the deployment that an event names is a field of the event.",
  }),
  normalize: choice({
    doc: "full: events carry their CIM fields. search: the canonical event alone, a quarter fewer bytes; Splunk needs the app of `claude-siem build --target splunk`, which computes the CIM fields when searched.",
    of: ["full", "search"],
    fallback: "full",
  }),
  transport: choice({
    doc: "splunk-logging: Splunk's own package, uncompressed. undici: built in, compressed with gzip, less network and CPU for the same events.",
    of: ["splunk-logging", "undici"],
    fallback: "splunk-logging",
  }),
  acknowledgement: choice({
    doc: "required: an event counts as delivered only when the indexer has acknowledged it; needs a token with indexer acknowledgement (Splunk Enterprise only), and each URL must lead to one indexer. off: what Splunk has taken counts as delivered, though it may still lose it in a crash; the only choice on Splunk Cloud, to be used with reconcile.",
    of: ["required", "off"],
    fallback: "off",
  }),
  acknowledgement_timeout: duration({
    doc: "How long an acknowledgement may take. What is not acknowledged by then is sent again, and may be there twice.",
    fallback: 120_000,
    minMs: 100,
    maxMs: 480_000,
  }),
  acknowledgement_poll: duration({
    doc: "How often acknowledgements are asked for.",
    fallback: 1000,
    minMs: 10,
    maxMs: 60_000,
  }),
  batch_records: integer({
    doc: "Events in one request, at most.",
    fallback: 2000,
    min: 1,
    max: 100_000,
  }),
  batch_size: size({
    doc: "Bytes of one request before compression, at most, and of one event. Splunk refuses more than max_content_length of limits.conf, which is 1 MB in older versions and on Splunk Cloud.",
    fallback: 1_000_000,
    minBytes: 65_536,
    maxBytes: 104_857_600,
  }),
  timeout: duration({
    doc: "How long one request may take, from connecting to the last byte of its answer.",
    fallback: 30_000,
    minMs: 100,
    maxMs: 300_000,
  }),
  ca_file: optionalPath({
    doc: "PEM file of the private authority that signed Splunk's certificate. Certificates are always verified.",
  }),
  allow_plain_http: allowPlainHttp,
  search,
};
