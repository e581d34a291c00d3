/** What set-up has to find or write: each thing with how it is read and what it should be. */
import type { CheckFinding } from "../../delivery/sink.ts";
import {
  INDEX_TEMPLATE,
  indexTemplate,
  ingestPipeline,
  MAPPINGS_TEMPLATE,
  mappingsTemplate,
  PIPELINE,
  SETTINGS_TEMPLATE,
  settingsTemplate,
} from "../../pack/elastic/index-template.ts";
import { errorOf, member } from "./answer.ts";
import { describeAnswer } from "./check.ts";
import type { Cluster, ClusterAnswer } from "./cluster.ts";
import type { Credential } from "./credential.ts";

/** The role that set-up writes. The pack has one of its own that may also create streams. */
export const WRITER_ROLE = "claude_siem_writer";

export interface SetUpTarget {
  readonly cluster: Cluster;
  readonly credential: Credential;
  readonly streams: readonly string[];
  /** 0 keeps everything. */
  readonly retentionDays: number;
}

/** Something that has to be there. */
export interface Step {
  readonly what: string;
  readonly path: string;
  /** What is written. */
  readonly desired: object;
  /** Where the answer to reading has it. */
  readonly find: (body: unknown) => unknown;
  /** A member that must not be there. */
  readonly unwanted?: string;
  /** Running streams take changes of it only with their next index. */
  readonly isTemplate?: true;
  /** Not every cluster has it: what to say of one that does not. */
  readonly absence?: CheckFinding;
}

/** What was done with it. */
export type Deed = "created" | "updated" | "unchanged";

/** It creates documents in these streams and may ask for the version: no reading, no deleting, no streams. */
export function writerPrivileges(streams: readonly string[]): object {
  return {
    cluster: ["monitor"],
    indices: [{ names: streams, privileges: ["create_doc"] }],
  };
}

/**
 * Whether everything wanted is there. Elasticsearch adds defaults and turns settings into text, so members
 * that are not wanted do not count, and single values are compared as text.
 */
export function holds(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((one, index) => holds(found[index], one))
    );
  if (typeof wanted === "object" && wanted !== null)
    return (
      typeof found === "object" &&
      found !== null &&
      !Array.isArray(found) &&
      Object.entries(wanted).every(([name, value]) => holds(member(found, name), value))
    );
  return found !== undefined && String(found) === String(wanted);
}

function isUntyped(answer: ClusterAnswer): boolean {
  return answer.failure === undefined && errorOf(answer.body).type === "";
}

/** The first entry of a list of an answer. */
export function firstIn(body: unknown, list: string): unknown {
  const entries = member(body, list);
  return Array.isArray(entries) ? entries[0] : undefined;
}

/** Pipeline and templates, as the Elastic pack has them. */
export function templateSteps(): readonly Step[] {
  const component = (name: string, desired: object): Step => ({
    what: `component template ${name}`,
    path: `/_component_template/${name}`,
    desired,
    find: (body) => member(firstIn(body, "component_templates"), "component_template"),
    isTemplate: true,
  });
  return [
    {
      what: `ingest pipeline ${PIPELINE}`,
      path: `/_ingest/pipeline/${PIPELINE}`,
      desired: ingestPipeline(),
      find: (body) => member(body, PIPELINE),
    },
    component(MAPPINGS_TEMPLATE, mappingsTemplate()),
    component(SETTINGS_TEMPLATE, settingsTemplate()),
    {
      what: `index template ${INDEX_TEMPLATE}`,
      path: `/_index_template/${INDEX_TEMPLATE}`,
      desired: indexTemplate(),
      find: (body) => member(firstIn(body, "index_templates"), "index_template"),
      isTemplate: true,
    },
  ];
}

/** Retention of one stream. */
export function lifecycleStep(stream: string, retentionDays: number): Step {
  const kept = retentionDays === 0 ? "keeps everything" : `deletes after ${retentionDays} days`;
  return {
    what: `lifecycle of ${stream} (${kept})`,
    path: `/_data_stream/${encodeURIComponent(stream)}/_lifecycle`,
    desired: { enabled: true, ...(retentionDays > 0 && { data_retention: `${retentionDays}d` }) },
    find: (body) => member(firstIn(body, "data_streams"), "lifecycle"),
    // A retention that nobody asked for would delete events.
    ...(retentionDays === 0 && { unwanted: "data_retention" }),
    absence: {
      status: "warning",
      what: `${stream} has no lifecycle in this cluster`,
      instruction: "See to retention by other means.",
    },
  };
}

/** No failure store for one stream. */
export function failureStoreStep(stream: string): Step {
  return {
    what: `failure store of ${stream} (off)`,
    path: `/_data_stream/${encodeURIComponent(stream)}/_options`,
    desired: { failure_store: { enabled: false } },
    find: (body) => member(firstIn(body, "data_streams"), "options"),
    absence: { status: "ok", what: `failure store of ${stream}: not in this cluster` },
  };
}

/** The role of the connector. */
export function roleStep(streams: readonly string[]): Step {
  return {
    what: `role ${WRITER_ROLE}`,
    path: `/_security/role/${WRITER_ROLE}`,
    desired: { ...writerPrivileges(streams), metadata: { managed_by: "claude-siem" } },
    find: (body) => member(body, WRITER_ROLE),
    absence: {
      status: "warning",
      what: "this cluster has no security, so there is no role to write",
      instruction: "Switch security on: anybody who reaches the cluster can change the evidence.",
    },
  };
}

/** What to say when something could not be read or written. */
export function failedFinding(step: Step, answer: ClusterAnswer): CheckFinding {
  // A path that Elasticsearch does not have is refused with a text instead of a typed error.
  const hasNoHandler = [400, 405].includes(answer.status ?? 0) && isUntyped(answer);
  if (step.absence !== undefined && hasNoHandler) return step.absence;
  return {
    status: "failed",
    what: `${step.what}: ${describeAnswer(answer)}`,
    instruction:
      "Use a setup_api_key with the cluster privileges manage_index_templates, manage_ingest_pipelines and manage_security, and the index privileges create_index, manage and view_index_metadata on logs-claude.*-*.",
  };
}

/** Reads what is there and writes what is missing. */
export async function ensure(
  { cluster, credential }: SetUpTarget,
  step: Step,
  signal: AbortSignal,
): Promise<Deed | ClusterAnswer> {
  const { path, desired, find, unwanted } = step;
  const there = await cluster.call({ method: "GET", path }, credential, signal);
  if (there.status !== 200 && there.status !== 404) return there;
  const found = there.status === 200 ? find(there.body) : undefined;
  const isTooMuch = unwanted !== undefined && member(found, unwanted) !== undefined;
  if (holds(found, desired) && !isTooMuch) return "unchanged";
  const put = await cluster.call({ method: "PUT", path, body: desired }, credential, signal);
  if (put.status !== 200) return put;
  return found === undefined ? "created" : "updated";
}
