/**
 * The Splunk app: saved searches, dashboards, and everything that makes events of this source fit the
 * Common Information Model. Nothing in it is executed, and every alert comes switched off.
 */
import type { ContextMode } from "../../dialect/compiled.ts";
import { CLEARANCE_LOOKUP, SPL_INDEX_MACRO } from "../../dialect/spl/rows.ts";
import { splunkSearchProps } from "../../generated/splunk-search-props.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import type { CompiledRule } from "../compiled-rule.ts";
import { renderConf, type Stanza } from "./conf.ts";
import { renderReadme } from "./readme.ts";
import { filterMacro, macros, savedSearch } from "./saved-search.ts";
import type { ArchiveFile } from "./tar.ts";

/** Name of the app: its folder, its package and its id are the same. */
export const APP_ID = "TA-claude_siem";

const LABEL = "Claude SIEM";
const DESCRIPTION = "Alerts, dashboards and CIM fields for audit events of Claude deployments";
const AUTHOR = "claude-siem maintainers";

/** Source type of the events; the mapping writes it. */
export const SOURCETYPE = "claude:audit";

/** Whole number that grows with the version: Splunk reloads static files when it changes. */
function buildNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 10_000 + minor * 100 + patch;
}

function appConf(version: string): readonly Stanza[] {
  return [
    { name: "install", settings: { is_configured: 0, build: buildNumber(version) } },
    { name: "launcher", settings: { author: AUTHOR, description: DESCRIPTION, version } },
    { name: "ui", settings: { is_visible: 1, label: LABEL } },
    { name: "package", settings: { id: APP_ID, check_for_updates: 0 } },
    { name: "id", settings: { name: APP_ID, version } },
  ];
}

function manifest(version: string): string {
  const document = {
    schemaVersion: "2.0.0",
    info: {
      title: LABEL,
      id: { group: null, name: APP_ID, version },
      author: [{ name: AUTHOR, email: null, company: null }],
      releaseDate: null,
      description: DESCRIPTION,
      classification: {
        intendedAudience: "Security",
        categories: ["Security, Fraud & Compliance"],
        developmentStatus: "Production/Stable",
      },
      commonInformationModels: { CIM: ">=5.0" },
      license: { name: "Apache-2.0", text: null, uri: null },
    },
    dependencies: {},
    tasks: [],
    supportedDeployments: ["_standalone", "_distributed", "_search_head_clustering"],
    platformRequirements: { splunk: { Enterprise: ">=9.0" } },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Source type of events that carry the canonical fields alone. */
export const LEAN_SOURCETYPE = "claude:audit:canonical";

/** Events are JSON, read at search time. HEC sends the time with each event; the rest is for files. */
const jsonEvents: Stanza["settings"] = {
  KV_MODE: "json",
  AUTO_KV_JSON: "true",
  SHOULD_LINEMERGE: "false",
  LINE_BREAKER: "([\\r\\n]+)",
  TIME_PREFIX: '"timestamp":\\s*"',
  TIME_FORMAT: "%Y-%m-%dT%H:%M:%S.%3N%Z",
  MAX_TIMESTAMP_LOOKAHEAD: 40,
  TRUNCATE: 1_048_576,
  TZ: "UTC",
  category: "Application",
};

/**
 * Two forms of the same events. By default the CIM fields come with the event and nothing has to be
 * computed. Under the other source type they follow from the canonical event at search time, for sites
 * that pay for every byte they index.
 */
function props(): readonly Stanza[] {
  return [
    {
      name: SOURCETYPE,
      settings: {
        ...jsonEvents,
        description: "Audit events of Claude deployments, with CIM fields",
      },
    },
    {
      name: LEAN_SOURCETYPE,
      settings: {
        ...jsonEvents,
        description: "Audit events of Claude deployments, CIM fields computed when searched",
        ...splunkSearchProps,
      },
    },
  ];
}

/** Tags that put an event into a data model, by the name the mapping gives the model. */
export const modelTags: Readonly<Record<string, readonly string[]>> = {
  Alerts: ["alert"],
  Authentication: ["authentication"],
  Change: ["change"],
  Data_Access: ["data", "access"],
  DLP: ["dlp", "incident"],
  Intrusion_Detection: ["ids", "attack"],
};

function eventtypeName(model: string): string {
  return `claude_${model.toLowerCase()}`;
}

function eventtypes(): readonly Stanza[] {
  const all = `source="${SOURCE_LABEL}" (sourcetype="${SOURCETYPE}" OR sourcetype="${LEAN_SOURCETYPE}")`;
  return [
    { name: "claude_audit", settings: { search: all } },
    ...Object.keys(modelTags).map((model) => ({
      name: eventtypeName(model),
      settings: { search: `${all} cim_model="${model}"` },
    })),
  ];
}

function tags(): readonly Stanza[] {
  return Object.entries(modelTags).map(([model, names]) => ({
    name: `eventtype=${eventtypeName(model)}`,
    settings: Object.fromEntries(names.map((name) => [name, "enabled"])),
  }));
}

/** Objects are seen by everybody and written by administrators; saved searches stay in the app. */
const META = `[]
access = read : [ * ], write : [ admin, sc_admin ]
export = system

[savedsearches]
access = read : [ * ], write : [ admin, sc_admin ]
export = system
`;

/** The app's bar: its dashboards in order, the first one is where it opens. */
function nav(views: readonly string[]): string {
  const [first = "search"] = views;
  const entries = [...views, "search", "alerts", "reports"].map(
    (name) => `  <view name="${name}"${name === first ? ' default="true"' : ""} />\n`,
  );
  return `<nav search_view="search" color="#D97757">\n${entries.join("")}</nav>\n`;
}

/** The lookup of clearances, where searches use it, with a row that shows its form. */
function lookupFiles(): readonly ArchiveFile[] {
  const stanza = {
    name: CLEARANCE_LOOKUP,
    settings: { filename: `${CLEARANCE_LOOKUP}.csv`, case_sensitive_match: 1, max_matches: 1 },
  };
  const example = `user_id_hash,clearance\n${"0".repeat(64)},restricted\n`;
  return [
    { path: `${APP_ID}/default/transforms.conf`, body: renderConf([stanza]) },
    { path: `${APP_ID}/lookups/${CLEARANCE_LOOKUP}.csv`, body: example },
  ];
}

/** The macro by which searches use the lookup. */
const clearanceMacro: Stanza = {
  name: CLEARANCE_LOOKUP,
  settings: {
    definition: `lookup ${CLEARANCE_LOOKUP} user_id_hash OUTPUT clearance AS listed_clearance`,
    iseval: 0,
    description: "Clearance of the user from the lookup, for events that carry none",
  },
};

/**
 * The files of the app below its folder, without its views.
 *
 * @param views Names of the views that its bar shows, in order.
 */
export function appFiles(
  rules: readonly CompiledRule[],
  version: string,
  context: ContextMode,
  views: readonly string[] = [],
): readonly ArchiveFile[] {
  const isNative = context === "native";
  const conf = (name: string, stanzas: readonly Stanza[]): ArchiveFile => ({
    path: `${APP_ID}/default/${name}.conf`,
    body: renderConf(stanzas),
  });
  const filters = rules.map(({ rule }) => filterMacro(rule));
  return [
    { path: `${APP_ID}/app.manifest`, body: manifest(version) },
    {
      path: `${APP_ID}/README.md`,
      body: renderReadme(APP_ID, SPL_INDEX_MACRO, SOURCETYPE, context),
    },
    conf("app", appConf(version)),
    conf("eventtypes", eventtypes()),
    conf("macros", [...macros(), ...(isNative ? [clearanceMacro] : []), ...filters]),
    conf("props", props()),
    ...(rules.length === 0
      ? []
      : [
          conf(
            "savedsearches",
            rules.map(({ rule, compiled }) => savedSearch(rule, compiled)),
          ),
        ]),
    conf("tags", tags()),
    ...(isNative ? lookupFiles() : []),
    { path: `${APP_ID}/default/data/ui/nav/default.xml`, body: nav(views) },
    { path: `${APP_ID}/metadata/default.meta`, body: META },
  ];
}
