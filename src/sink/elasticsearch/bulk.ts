/** One bulk request: documents are created, never replaced, and only in data streams. */
import type { RecordOutcome } from "../../delivery/outcome.ts";
import type { EncodedRecord } from "../../delivery/sink.ts";
import type { Cluster, ClusterAnswer, ClusterRequest } from "./cluster.ts";
import type { Credential } from "./credential.ts";
import { documentId } from "./document.ts";
import { judgeBulk } from "./outcome.ts";

/**
 * Members of an item that are judged; the rest would be most of the answer's bytes. Not the cause of an
 * error: it quotes values of the event.
 */
const JUDGED = ["_id", "status", "result", "failure_store", "error.type", "error.reason"] as const;

/** An answer of 20,000 items that were all refused, each with its reason, is smaller. */
const ANSWER_BYTES_MAX = 16_777_216;

/**
 * A bulk request of these lines, each an action and its document.
 *
 * @param more Further members of each item of the answer.
 */
export function bulkRequest(
  bodies: readonly string[],
  more: readonly string[] = [],
): ClusterRequest {
  const filter = ["errors", ...[...JUDGED, ...more].map((name) => `items.*.${name}`)].join(",");
  return {
    method: "POST",
    path: "/_bulk",
    // Without it a missing template would make Elasticsearch create a plain index with guessed types.
    query: { require_data_stream: "true", filter_path: filter },
    lines: `${bodies.join("\n")}\n`,
    answerBytesMax: ANSWER_BYTES_MAX,
  };
}

/** Sends a batch once. */
export async function sendBulk(
  cluster: Cluster,
  credential: Credential,
  batch: readonly EncodedRecord[],
  now: () => number,
  signal: AbortSignal,
): Promise<readonly RecordOutcome[]> {
  if (batch.length === 0) return [];
  const bodies = batch.map(({ body }) => body);
  const answer: ClusterAnswer = await cluster.call(bulkRequest(bodies), credential, signal);
  return judgeBulk(
    answer,
    batch.map(({ event_id }) => documentId(event_id)),
    now(),
  );
}
