/** Whether a real send would work, and whether the key can do more than it should. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import { describeError, errorOf, member } from "./answer.ts";
import { bulkRequest } from "./bulk.ts";
import type { Cluster, ClusterAnswer } from "./cluster.ts";
import type { Credential } from "./credential.ts";
import { judgeBulk } from "./outcome.ts";

/** What a check needs of a sink. */
export interface CheckTarget {
  readonly cluster: Cluster;
  readonly credential: Credential;
  readonly nodes: readonly URL[];
  readonly streams: readonly string[];
  readonly now: () => number;
}

/** First version with everything that the connector and the pack use. */
const OLDEST = { major: 8, minor: 16 } as const;

/** Id of the documents that are sent to be refused. */
const PROBE_ID = "claude-siem-check";

function failed(what: string, instruction: string): CheckFinding {
  return { status: "failed", what, instruction };
}

/** An answer that is no success, in words. */
export function describeAnswer(answer: ClusterAnswer): string {
  if (answer.failure !== undefined) return answer.reason;
  return describeError(answer.status, errorOf(answer.body));
}

/** Certificate and version. A key without the cluster privilege `monitor` may not ask; that is no fault. */
async function checkVersion(
  { cluster, credential, nodes }: CheckTarget,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const answer = await cluster.call({ method: "GET", path: "/" }, credential, signal);
  if (answer.failure !== undefined) return [];
  const findings: CheckFinding[] = [];
  if (nodes.every(({ protocol }) => protocol === "https:"))
    findings.push({ status: "ok", what: "the certificate of the cluster is trusted" });
  const version = member(answer.body, "version", "number");
  if (answer.status !== 200 || typeof version !== "string") return findings;
  // Serverless has no versions and always says 8.11.0.
  if (member(answer.body, "version", "build_flavor") === "serverless")
    return [...findings, { status: "ok", what: "Elasticsearch Serverless" }];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
  const what = `Elasticsearch ${version.slice(0, 20)}`;
  findings.push(
    isOld
      ? failed(`${what} is too old`, `Upgrade to ${OLDEST.major}.${OLDEST.minor} or later.`)
      : { status: "ok", what },
  );
  return findings;
}

/** A document that no data stream takes: it has no time. */
function probe(stream: string): string {
  const action = { create: { _index: stream, _id: PROBE_ID } };
  const document = { message: "claude-siem check: a document without time, meant to be refused" };
  return `${JSON.stringify(action)}\n${JSON.stringify(document)}`;
}

/** What the fate of the probe says about events. */
function probed(stream: string, outcome: RecordOutcome, cause: string): CheckFinding {
  switch (outcome.kind) {
    case "quarantine":
      // Refused for the one reason it was made to be refused for: events would have been taken.
      if (/timestamp/.test(`${outcome.reason} ${cause}`))
        return { status: "ok", what: `${stream} takes documents of this key` };
      return {
        status: "warning",
        what: `${stream}: ${outcome.reason}`,
        instruction: "See whether a pipeline or template of the cluster also refuses events.",
      };
    case "delivered":
      if (outcome.setAside !== undefined)
        return {
          status: "warning",
          what: `${stream} has a failure store: events it cannot index are set aside there, not refused`,
          instruction: `Run claude-siem setup, which switches it off, so that they are held or become dead letters here; see ${stream}::failures for what is there.`,
        };
      return {
        status: "warning",
        what: `${stream} took a document without time`,
        instruction: "Look for an ingest pipeline that sets @timestamp, and remove it.",
      };
    case "hold":
      return failed(`${stream}: ${outcome.reason}`, outcome.instruction);
    case "retry":
    case "split":
      return failed(
        `${stream}: ${outcome.reason}`,
        "Check the URLs in nodes, the network and the health of the cluster, then check again.",
      );
  }
}

/**
 * Sends documents that are certain to be refused, but only after everything else is passed that stands
 * in the way of an event: credential, privilege, stream, pipeline, blocks.
 */
async function checkSending(
  { cluster, credential, streams, now }: CheckTarget,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const request = bulkRequest(streams.map(probe), ["error.caused_by.reason"]);
  const answer = await cluster.call(request, credential, signal);
  const ids = streams.map(() => PROBE_ID);
  const outcomes = judgeBulk(answer, ids, now());
  const items = answer.failure === undefined ? member(answer.body, "items") : undefined;
  const findings = outcomes.map((outcome, index) => {
    const item: unknown = Array.isArray(items) ? items[index] : undefined;
    const cause = member(item, "create", "error", "caused_by", "reason");
    return probed(streams[index] ?? "", outcome, String(cause));
  });
  // What meets the whole request meets every stream: it is said once.
  const isWhole = answer.failure !== undefined || answer.status !== 200;
  return isWhole ? findings.slice(0, 1) : findings;
}

/** Index privileges that a writer must not have, and what somebody who steals the key could do. */
const EXCESS: Readonly<Record<string, string>> = {
  read: "read events",
  index: "overwrite events",
  delete: "delete events",
  delete_index: "delete whole streams",
  manage: "change streams and their lifecycle",
};

const CLUSTER_EXCESS = ["manage_security", "manage"] as const;

/** Asks what the key may do: with any credential one may ask that about oneself. */
async function checkPrivileges(
  { cluster, credential, streams }: CheckTarget,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const privileges = ["create_doc", ...Object.keys(EXCESS)];
  const answer = await cluster.call(
    {
      method: "POST",
      path: "/_security/user/_has_privileges",
      body: { cluster: CLUSTER_EXCESS, index: [{ names: streams, privileges }] },
    },
    credential,
    signal,
  );
  if (answer.status !== 200)
    return [
      {
        status: "warning",
        what: `what the key may do could not be asked (${describeAnswer(answer)})`,
        instruction:
          "Switch security on in the cluster, or make sure by hand that the key can neither read nor delete.",
      },
    ];
  const has = (...path: readonly string[]) => member(answer.body, ...path) === true;
  const excess = [
    ...Object.entries(EXCESS)
      .filter(([name]) => streams.some((stream) => has("index", stream, name)))
      .map(([name, deed]) => `${deed} (${name})`),
    ...CLUSTER_EXCESS.filter((name) => has("cluster", name)).map((name) => `${name} the cluster`),
  ];
  const lacking = streams.filter((stream) => !has("index", stream, "create_doc"));
  const findings: CheckFinding[] = [];
  if (lacking.length > 0)
    findings.push(
      failed(
        `the key lacks the index privilege create_doc on ${lacking.join(", ")}`,
        "Make a key with that privilege and no other; `claude-siem setup` prints how.",
      ),
    );
  if (excess.length > 0)
    findings.push({
      status: "warning",
      what: `the key may also ${excess.join(", ")}`,
      instruction:
        "Make a key that has create_doc only: whoever takes over this machine could otherwise change the evidence.",
    });
  if (findings.length === 0)
    findings.push({ status: "ok", what: "the key can neither read nor change nor delete events" });
  return findings;
}

/** All findings about a cluster. Nothing more is asked once it is clear that nothing would work. */
export async function checkCluster(
  target: CheckTarget,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const sending = await checkSending(target, signal);
  const isReached = sending.length === target.streams.length;
  if (!isReached) return sending;
  return [
    ...(await checkVersion(target, signal)),
    ...sending,
    ...(await checkPrivileges(target, signal)),
  ];
}
