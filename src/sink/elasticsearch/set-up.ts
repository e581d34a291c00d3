/**
 * Creates what the audit streams need, the same as the Elastic pack has it, and only where it is not
 * there yet: a second run changes nothing and says so.
 *
 * Retention is a data stream lifecycle (generally available since Elasticsearch 8.14), not an index
 * lifecycle policy: it exists on Serverless too, needs no tiers, and belongs to the stream itself, so that
 * installing templates again does not touch it. Its default rollover, after 30 days or 50 GB for long
 * retention, is rare; document ids are unique only until then.
 *
 * The failure store, which new `logs-*-*` streams have since 9.2, is switched off: it would answer 201 to
 * everything that a missing pipeline or a wrong template refuses, and rules do not read it. What the
 * cluster refuses is held or becomes a dead letter here, where it is seen and can be sent again.
 */
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
interface Step {
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

type Deed = "created" | "updated" | "unchanged";

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

function firstIn(body: unknown, list: string): unknown {
  const entries = member(body, list);
  return Array.isArray(entries) ? entries[0] : undefined;
}

function templateSteps(): readonly Step[] {
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

function lifecycleStep(stream: string, retentionDays: number): Step {
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

function failureStoreStep(stream: string): Step {
  return {
    what: `failure store of ${stream} (off)`,
    path: `/_data_stream/${encodeURIComponent(stream)}/_options`,
    desired: { failure_store: { enabled: false } },
    find: (body) => member(firstIn(body, "data_streams"), "options"),
    absence: { status: "ok", what: `failure store of ${stream}: not in this cluster` },
  };
}

function roleStep(streams: readonly string[]): Step {
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

function failedFinding(step: Step, answer: ClusterAnswer): CheckFinding {
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
async function ensure(
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

/** Creates a data stream, so that the writer needs no privilege to create one. */
async function ensureStream(
  { cluster, credential }: SetUpTarget,
  stream: string,
  signal: AbortSignal,
): Promise<Deed | "foreign" | ClusterAnswer> {
  const path = `/_data_stream/${encodeURIComponent(stream)}`;
  const there = await cluster.call({ method: "GET", path }, credential, signal);
  if (there.status === 200)
    return member(firstIn(there.body, "data_streams"), "template") === INDEX_TEMPLATE
      ? "unchanged"
      : "foreign";
  if (there.status !== 404) return there;
  const put = await cluster.call({ method: "PUT", path }, credential, signal);
  return put.status === 200 ? "created" : put;
}

const ROLLOVER =
  "when delivery is idle: events that are sent again across a rollover are stored twice.";

/** What is to be said of a data stream beside what was done with it. */
function streamWarning(
  stream: string,
  deed: Deed | "foreign",
  isTemplateUpdated: boolean,
): CheckFinding | undefined {
  if (deed === "foreign")
    return {
      status: "warning",
      what: `${stream} was made with another template, so the types of its fields were guessed`,
      instruction: `Send POST /${stream}/_rollover ${ROLLOVER} Its next index has the right types.`,
    };
  if (deed === "unchanged" && isTemplateUpdated)
    return {
      status: "warning",
      what: `${stream} goes on with the old templates until its next index`,
      instruction: `Send POST /${stream}/_rollover ${ROLLOVER}`,
    };
  return undefined;
}

/** How to get from the role to the connector's key: set-up makes none, because it would have to show it. */
function keyFinding(streams: readonly string[]): CheckFinding {
  const body = {
    name: "claude-siem",
    expiration: "365d",
    role_descriptors: { [WRITER_ROLE]: writerPrivileges(streams) },
  };
  return {
    status: "ok",
    what: "the connector's key is made by you, so that nobody else sees it",
    instruction: `Send POST /_security/api_key with ${JSON.stringify(body)} and put "encoded" of the answer where api_key points to.`,
  };
}

/** Whether asking further would only give the same answer. */
function isDeadEnd(answer: ClusterAnswer): boolean {
  return answer.failure !== undefined || answer.status === 401;
}

/** Everything in the order in which one thing needs the other. */
export async function setUpCluster(
  target: SetUpTarget,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  const tell = (step: Step, deed: Deed) =>
    findings.push({ status: "ok", what: `${step.what}: ${deed}` });
  let isTemplateUpdated = false;

  for (const step of templateSteps()) {
    const deed = await ensure(target, step, signal);
    if (typeof deed !== "string") {
      // Without the template a stream would be made with Elasticsearch's own, and its types be guessed.
      findings.push(failedFinding(step, deed));
      return findings;
    }
    tell(step, deed);
    isTemplateUpdated ||= deed === "updated" && step.isTemplate === true;
  }
  for (const stream of target.streams) {
    const step = { what: `data stream ${stream}`, path: "", desired: {}, find: () => undefined };
    const deed = await ensureStream(target, stream, signal);
    if (typeof deed !== "string") {
      findings.push(failedFinding(step, deed));
      if (isDeadEnd(deed)) return findings;
      continue;
    }
    if (deed !== "foreign") tell(step, deed);
    const warning = streamWarning(stream, deed, isTemplateUpdated);
    if (warning !== undefined) findings.push(warning);
  }
  const last = [
    ...target.streams.flatMap((stream) => [
      lifecycleStep(stream, target.retentionDays),
      failureStoreStep(stream),
    ]),
    roleStep(target.streams),
  ];
  for (const step of last) {
    const deed = await ensure(target, step, signal);
    if (typeof deed === "string") tell(step, deed);
    else findings.push(failedFinding(step, deed));
    if (typeof deed !== "string" && isDeadEnd(deed)) return findings;
  }
  findings.push(keyFinding(target.streams));
  return findings;
}
