/**
 * What became of each record of a bulk request. Status 200 proves nothing: every record is judged by its
 * own item, and a record is delivered only when its item says that it was created or was there before.
 */
import { forAll, type RecordOutcome } from "../../delivery/outcome.ts";
import { retryAfterMs } from "../../delivery/retry-after.ts";
import { describeError, type ElasticError, errorOf, member } from "./answer.ts";
import type { ClusterAnswer, ClusterFailure } from "./cluster.ts";

type Hold = Extract<RecordOutcome, { readonly kind: "hold" }>;

function hold(reason: string, instruction: string): Hold {
  return { kind: "hold", reason, instruction };
}

const REPLACE_KEY =
  "Make a new API key with the index privilege create_doc and put it where the configuration points to; it is read at the next attempt.";
const GRANT =
  "Give the key the index privilege create_doc on logs-claude.*-* (`claude-siem setup` makes the role), and create the data streams first, or add auto_configure.";
const SET_UP =
  "Run `claude-siem setup` with a setup_api_key, or install the Elastic pack: it creates the templates and the data streams.";
const UNBLOCK =
  'Free disk space or add nodes and see GET _cluster/allocation/explain; a read-only index is opened with PUT <stream>/_settings {"index.blocks.write": null}. Delivery goes on by itself then.';

/** What failed before there was an answer that means something. */
export function judgeFailure(failure: ClusterFailure, reason: string): RecordOutcome {
  switch (failure) {
    case "certificate":
      return hold(
        `${reason}; nothing was sent`,
        "Set ca_file to the authority that signed the cluster's certificate, and use a host name that the certificate has.",
      );
    case "credential":
      return hold(reason, "Put the secret where the configuration points to; it is read again.");
    case "network":
    case "aborted":
    case "oversized":
    case "foreign":
    case "unreadable":
      return { kind: "retry", reason };
  }
}

/** Errors that lie in the cluster or its settings and meet every record alike. */
function clusterProblem({ type, reason }: ElasticError): string | undefined {
  switch (type) {
    case "cluster_block_exception":
    case "index_closed_exception":
      return UNBLOCK;
    case "index_not_found_exception":
      return SET_UP;
    case "security_exception":
      return GRANT;
    case "validation_exception":
      return "The cluster refuses to make another index, mostly because cluster.max_shards_per_node is reached: delete old indices or add a node.";
    case "illegal_argument_exception":
      if (/^pipeline with id \[.*\] does not exist/.test(reason)) return SET_UP;
      return /unrecognized parameter/.test(reason)
        ? "Elasticsearch 8.16 or later is needed: upgrade the cluster."
        : undefined;
    default:
      return undefined;
  }
}

/** The whole request was refused. */
function judgeRefusal(status: number, body: unknown, count: number): RecordOutcome {
  const error = errorOf(body);
  const reason = describeError(status, error);
  switch (status) {
    case 400: {
      const instruction =
        error.type === ""
          ? "Something between the connector and Elasticsearch refuses requests: look at the proxy or load balancer."
          : clusterProblem(error);
      if (instruction !== undefined) return hold(reason, instruction);
      // One document can make the whole request fail; halves of it tell which one.
      return count > 1 ? { kind: "split", reason } : { kind: "quarantine", reason };
    }
    case 401:
      return hold(reason, `The credential is unknown or has expired. ${REPLACE_KEY}`);
    case 403:
      return hold(reason, clusterProblem(error) ?? GRANT);
    case 404:
      return hold(
        reason,
        clusterProblem(error) ?? "The nodes do not lead to Elasticsearch: check the URLs.",
      );
    case 407:
      return hold(reason, "A proxy asks for credentials: let the connector reach the cluster.");
    case 413:
      return count > 1
        ? { kind: "split", reason: `${reason}: the request is too large` }
        : { kind: "quarantine", reason: `${reason}: a single event is too large` };
    default:
      return hold(reason, "Check the URLs in nodes, and what stands between here and the cluster.");
  }
}

function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** An item without an error. */
function judgeSuccess(item: unknown, status: number): RecordOutcome {
  const result = member(item, "result");
  if (status === 201 && result === "created") {
    if (member(item, "failure_store") !== "used") return { kind: "delivered" };
    return {
      kind: "delivered",
      setAside:
        "Elasticsearch could not index it and put it into the stream's failure store (GET <stream>::failures), where rules do not see it",
    };
  }
  if (result === "noop")
    return { kind: "quarantine", reason: "an ingest pipeline of the cluster dropped the event" };
  return { kind: "retry", reason: `Elasticsearch answered ${status} without saying "created"` };
}

/** One item of a bulk answer: the object under its key `create`. */
function judgeItem(item: unknown, afterMs: number | undefined): RecordOutcome {
  const status = member(item, "status");
  if (typeof status !== "number") return { kind: "retry", reason: "the answer has no status" };
  if (member(item, "error") === undefined) return judgeSuccess(item, status);
  const error = errorOf(item);
  const reason = describeError(status, error);
  if (status === 409 && error.type === "version_conflict_engine_exception")
    return { kind: "delivered", duplicate: true };
  // The flood stage of a full disk answers 429, but nothing gets better until somebody acts.
  const instruction = clusterProblem(error);
  if (instruction !== undefined) return hold(reason, instruction);
  if (status === 409 || isTemporary(status))
    return { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) };
  if (status === 400 || status === 413) return { kind: "quarantine", reason };
  if (status === 403) return hold(reason, GRANT);
  if (status === 404) return hold(reason, SET_UP);
  return { kind: "retry", reason };
}

/** Whether an item is about this document. A failure store gives ids of its own. */
function isAbout(item: unknown, id: string): boolean {
  return member(item, "_id") === id || member(item, "failure_store") === "used";
}

/**
 * One outcome for each document, in order.
 *
 * @param ids Document ids in the order in which they were sent.
 * @param now Milliseconds since the epoch, for dates in `Retry-After`.
 */
export function judgeBulk(
  answer: ClusterAnswer,
  ids: readonly string[],
  now: number,
): readonly RecordOutcome[] {
  const all = (outcome: RecordOutcome) => forAll(ids.length, outcome);
  if (answer.failure !== undefined) return all(judgeFailure(answer.failure, answer.reason));
  const { status, body } = answer;
  const afterMs = retryAfterMs(answer.retryAfter, now);
  if (isTemporary(status)) {
    const reason = describeError(status, errorOf(body));
    return all({ kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) });
  }
  if (status >= 300 && status < 400)
    return all(
      hold(
        `Elasticsearch answered ${status}, a redirect, which is not followed`,
        "Write the address that answers itself into nodes: a redirect mostly leads to a login page.",
      ),
    );
  if (status >= 400) return all(judgeRefusal(status, body, ids.length));
  if (status !== 200)
    return all({ kind: "retry", reason: `Elasticsearch answered ${status}, which proves nothing` });
  const items = member(body, "items");
  if (!Array.isArray(items) || items.length !== ids.length)
    return all({ kind: "retry", reason: "the answer does not tell about every event" });
  const created = items.map((item: unknown) => member(item, "create"));
  if (!created.every((item, index) => isAbout(item, ids[index] ?? "")))
    return all({ kind: "retry", reason: "the answer is about other events than those sent" });
  return created.map((item) => judgeItem(item, afterMs));
}
