/** The keys of claude-siem.yaml as tables. */
import { type ListenAddress, listenAddress } from "../config/listen.ts";
import type { Option, OptionTable } from "../config/option.ts";
import {
  choice,
  duration,
  flag,
  optionalSecret,
  optionalText,
  secret,
} from "../config/option-type.ts";
import { optionalPath, path } from "../config/path.ts";
import type { SecretReference } from "../config/secret.ts";
import { section } from "../config/section.ts";
import { size } from "../config/size.ts";
import { type DeliveryOptions, deliveryOptions } from "../delivery/delivery-options.ts";
import type { Sink, SinkTools } from "../delivery/sink.ts";
import { report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import * as yamlMessage from "../diagnostic/message/yaml.ts";
import type { ContentLogging } from "../policy/content-logging.ts";
import type { PseudonymMode } from "../policy/pseudonym.ts";
import type { Source, SourceTools } from "../source/source.ts";
import { contentLogging } from "./content-logging.ts";
import {
  type RollupSettings,
  rollupOptions,
  type SessionSettings,
  sessionConflicts,
  sessionOptions,
  type VolumeSettings,
  volumeOptions,
} from "./derived/options.ts";
import type { SinkEntry, SourceEntry } from "./kind.ts";
import { type Configured, kindList } from "./kind-list.ts";
import { type Where, where } from "./where.ts";

/** The kinds that a configuration may name. */
export interface Kinds {
  readonly sources: readonly SourceEntry[];
  readonly sinks: readonly SinkEntry[];
  /** Whether `sources` may be absent: a program may append all events itself. */
  readonly sourcesOptional?: boolean;
}

export interface PseudonymSettings {
  readonly key: SecretReference;
  readonly mode: PseudonymMode;
}

/** Tables to stamp from. Paths can be opened as they are. */
export interface ContextSettings {
  readonly clearances: string | undefined;
  readonly scim: string | undefined;
  readonly calendar: string | undefined;
  readonly prices: string | undefined;
  readonly classification: string | undefined;
  /** Milliseconds; 0 never looks again. */
  readonly reload_every: number;
}

export interface JournalSettings {
  /** Bytes. */
  readonly segment_size: number;
  /** Milliseconds; 0 keeps nothing that every sink has. */
  readonly keep_for: number;
  /** Bytes. */
  readonly disk_free_min: number;
}

export interface ServerSettings {
  readonly enabled: boolean;
  readonly listen: ListenAddress;
  readonly allow_remote: boolean;
  /** What a browser or scraper must know; nobody has to when absent. */
  readonly token: SecretReference | undefined;
  readonly open_metrics: boolean;
}

export interface LogSettings {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "auto" | "json" | "pretty";
}

/** What every sink has beside the settings of its kind. */
export interface SinkSettings {
  readonly where: Where | undefined;
  readonly delivery: DeliveryOptions;
}

export type ConfiguredSource = Configured<SourceTools, Source>;
export type ConfiguredSink = Configured<SinkTools, Sink> & SinkSettings;

export interface ConnectorSettings {
  readonly version: 1;
  readonly deployment: string | undefined;
  readonly data_dir: string;
  readonly strict: boolean;
  readonly pseudonym: PseudonymSettings;
  readonly content_logging: ContentLogging;
  readonly context: ContextSettings;
  readonly journal: JournalSettings;
  readonly sessions: SessionSettings;
  readonly rollup: RollupSettings;
  readonly mcp_volume: VolumeSettings;
  readonly sources: readonly ConfiguredSource[];
  readonly sinks: readonly ConfiguredSink[];
  readonly server: ServerSettings;
  readonly log: LogSettings;
}

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const version: Option<1> = {
  doc: "Version of the format of this file.",
  type: "1",
  schema: { const: 1 },
  example: "1",
  read: (reader, key, diagnostics) => {
    const value = reader.number(key);
    if (value === undefined || value === 1) return value;
    diagnostics.push(report(configMessage.unknownVersion, reader.spanOf(key), { version: value }));
    return undefined;
  },
};

const deploymentText = optionalText({
  doc: "Name stamped on events that carry none, to tell deployments apart in one SIEM; at most 256 characters.",
  example: "production",
});

/** The bound is that of the event's own field. */
const DEPLOYMENT_CHARACTERS_MAX = 256;

const deployment: Option<string | undefined> = {
  ...deploymentText,
  schema: { ...deploymentText.schema, maxLength: DEPLOYMENT_CHARACTERS_MAX },
  read: (reader, key, diagnostics) => {
    const name = deploymentText.read(reader, key, diagnostics);
    if (name === undefined || name.length <= DEPLOYMENT_CHARACTERS_MAX) return name;
    const range = `text of at most ${DEPLOYMENT_CHARACTERS_MAX} characters`;
    const args = { key, value: `${name.slice(0, 40)}…`, range };
    diagnostics.push(report(yamlMessage.outOfRange, reader.spanOf(key), args));
    return undefined;
  },
};

const pseudonym: OptionTable<PseudonymSettings> = {
  key: secret({
    doc: "Key of the deployment, at least 32 bytes in hex or base64: user ids become keyed hashes of it. Whoever has the key can find a person again; whoever loses it cannot.",
    example: "{env: CLAUDE_SIEM_KEY}",
  }),
  mode: choice<PseudonymMode>({
    doc: "plain-sha256 joins with hashes that others made; anybody with a list of employees can compute those.",
    of: ["hmac-sha256", "plain-sha256"],
    fallback: "hmac-sha256",
  }),
};

const context: OptionTable<ContextSettings> = {
  clearances: optionalPath({
    doc: "Clearance table, CSV or YAML: who may see which class of data.",
    example: "clearances.csv",
  }),
  scim: optionalPath({
    doc: "What the groups of a directory mean, YAML, beside its SCIM export: clearance, department, business unit. The clearance table comes first.",
    example: "scim.yaml",
  }),
  calendar: optionalPath({
    doc: "Business hours of each department, YAML.",
    example: "calendar.yaml",
  }),
  prices: optionalPath({ doc: "Prices of models, YAML.", example: "prices.yaml" }),
  classification: optionalPath({
    doc: "Rules that give events the class of their data by project, workspace, MCP server, path and labels, YAML.",
    example: "classification.yaml",
  }),
  reload_every: duration({
    doc: "How often the tables are looked at for changes; 0s never. A table that became bad is told and the one before stays.",
    fallback: 60_000,
    minMs: 0,
    maxMs: DAY_MS,
  }),
};

const journal: OptionTable<JournalSettings> = {
  segment_size: size({
    doc: "A segment file is closed when it has grown beyond this.",
    fallback: 64 * MIB,
    minBytes: MIB,
    maxBytes: 4 * GIB,
  }),
  keep_for: duration({
    doc: "How long records stay after every sink has passed them; 0s deletes at once. A record that some sink still lacks is never deleted.",
    fallback: 90 * DAY_MS,
    minMs: 0,
    maxMs: 7300 * DAY_MS,
  }),
  disk_free_min: size({
    doc: "With less space than this the connector stops taking events, says so, and goes on when there is space again.",
    fallback: 512 * MIB,
    minBytes: 0,
    maxBytes: 1024 * GIB,
  }),
};

const server: OptionTable<ServerSettings> = {
  enabled: flag({ doc: "Serve the pages, /metrics, /health and /ready.", fallback: true }),
  listen: listenAddress({
    doc: "Where to listen. The default is this machine only.",
    fallback: "127.0.0.1:9464",
  }),
  allow_remote: flag({
    doc: "Take an address that others can reach. It needs a token, and a proxy that ends TLS before it.",
  }),
  token: optionalSecret({
    doc: "What people log in with and scrapers send as `Authorization: Bearer`, at least 32 characters. Needed where others can reach the address.",
    example: "{file: /run/secrets/claude-siem-page}",
  }),
  open_metrics: flag({
    doc: "Let /metrics be read without the token. It names sources, sinks and rules, and no person.",
  }),
};

const log: OptionTable<LogSettings> = {
  level: choice<LogSettings["level"]>({
    doc: "Least important message that is written.",
    of: ["debug", "info", "warn", "error"],
    fallback: "info",
  }),
  format: choice<LogSettings["format"]>({
    doc: "json for collectors, pretty for people; auto is pretty on a terminal only.",
    of: ["auto", "json", "pretty"],
    fallback: "auto",
  }),
};

/** Rows of a sink beside its kind's, in the order of the reference page. */
export const sinkSettings: OptionTable<SinkSettings> = {
  where,
  delivery: section({
    doc: "How the pump treats this sink.",
    table: deliveryOptions,
    conflicts: ({ backoff, backoff_max }) =>
      backoff <= backoff_max
        ? []
        : [
            {
              key: "backoff",
              problem: "it is more than backoff_max",
              instruction: "Lower backoff or raise backoff_max.",
            },
          ],
  }),
};

/** The whole file. */
export function connectorTable(kinds: Kinds): OptionTable<ConnectorSettings> {
  return {
    version,
    deployment,
    data_dir: path({
      doc: "Folder of the connector's own: journal, cursors, dead letters, rejects, state of sources and sinks. It must survive a restart.",
      fallback: "data",
    }),
    strict: flag({
      doc: "Reject events with fields that the vocabulary does not have, instead of moving those to labels.",
    }),
    pseudonym: section({
      doc: "How user ids are replaced before anything is written.",
      table: pseudonym,
    }),
    content_logging: contentLogging,
    context: section({
      doc: "Tables whose facts are stamped on events as they come in.",
      table: context,
    }),
    journal: section({ doc: "The journal that every event is written to first.", table: journal }),
    sessions: section({
      doc: "Starts and ends of sessions, derived for sources that tell neither.",
      table: sessionOptions,
      conflicts: sessionConflicts,
    }),
    rollup: section({ doc: "The daily usage of each user.", table: rollupOptions }),
    mcp_volume: section({
      doc: "Sessions with more MCP queries than are normal, told as events while they happen.",
      table: volumeOptions,
    }),
    sources: kindList<SourceTools, Source, object>({
      what: "source",
      doc: "Where events come from, at least one.",
      example: "- {name: input, kind: stdin}",
      entries: kinds.sources,
      shared: {},
      optional: kinds.sourcesOptional ?? false,
    }),
    sinks: kindList<SinkTools, Sink, SinkSettings>({
      what: "sink",
      doc: "Where events go, at least one. Each has a cursor of its own and never waits for another.",
      example: "- {name: archive, kind: file, folder: archive}",
      entries: kinds.sinks,
      shared: sinkSettings,
      optional: false,
    }),
    server: section({
      doc: "The pages, metrics and health.",
      table: server,
      // With it the server answers under any name, so that a page elsewhere could ask it too.
      conflicts: ({ allow_remote, token }) =>
        !allow_remote || token !== undefined
          ? []
          : [
              {
                key: "allow_remote",
                problem: "others can reach the pages and nothing asks for a token",
                instruction: "Set token, or leave allow_remote out and listen on 127.0.0.1.",
              },
            ],
    }),
    log: section({ doc: "The connector's own log, on stderr.", table: log }),
  };
}
