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
import { INDEX_TEMPLATE } from "../../pack/elastic/index-template.ts";
import { member } from "./answer.ts";
import type { ClusterAnswer } from "./cluster.ts";
import {
  type Deed,
  ensure,
  failedFinding,
  failureStoreStep,
  firstIn,
  lifecycleStep,
  roleStep,
  type SetUpTarget,
  type Step,
  templateSteps,
  WRITER_ROLE,
  writerPrivileges,
} from "./set-up-step.ts";

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

/** The cluster's own limits on retention go over the lifecycle of a stream, and delete sooner. */
async function retentionWarning(
  { cluster, credential, retentionDays }: SetUpTarget,
  stream: string,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const path = `/_data_stream/${encodeURIComponent(stream)}/_lifecycle`;
  const there = await cluster.call({ method: "GET", path }, credential, signal);
  if (there.status !== 200) return [];
  const lifecycle = member(firstIn(there.body, "data_streams"), "lifecycle");
  const effective = member(lifecycle, "effective_retention");
  const wanted = retentionDays === 0 ? undefined : `${retentionDays}d`;
  if (effective === undefined || effective === wanted) return [];
  return [
    {
      status: "warning",
      what: `the cluster deletes events of ${stream} after ${effective}, whatever its lifecycle says`,
      instruction:
        "Raise or remove the cluster settings data_streams.lifecycle.retention.default and .max.",
    },
  ];
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
  for (const stream of target.streams)
    findings.push(...(await retentionWarning(target, stream, signal)));
  findings.push(keyFinding(target.streams));
  return findings;
}
