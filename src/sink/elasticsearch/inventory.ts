/** Reads back which events a cluster holds, with a key that may read. */
import type { Inventory, MinuteCount } from "../../delivery/sink.ts";
import { member } from "./answer.ts";
import { describeAnswer } from "./check.ts";
import type { Cluster, ClusterRequest } from "./cluster.ts";
import type { Credential } from "./credential.ts";

const MINUTE_MS = 60_000;
/** Minutes of one request: their distinct counts have to fit into the memory of the cluster together. */
const MINUTES_MAX = 360;
/** Up to here Elasticsearch counts distinct values nearly exactly; it takes no higher threshold. */
const PRECISION_MAX = 40_000;
/** Hits of one page; `index.max_result_window` is 10,000. */
const PAGE_SIZE = 5000;
const ANSWER_BYTES_MAX = 16_777_216;
const KEEP_ALIVE = "2m";

/** The cluster could not say what it holds. */
export class InventoryError extends Error {
  override readonly name = "InventoryError";
}

type Ask = (request: ClusterRequest) => Promise<unknown>;

function between(from: number, to: number): object {
  return { range: { "@timestamp": { gte: from, lt: to, format: "epoch_millis" } } };
}

/** A search whose answer is whole: half an answer would report events as missing. */
async function search(ask: Ask, request: ClusterRequest): Promise<unknown> {
  const body = await ask(request);
  if (member(body, "timed_out") !== false || member(body, "_shards", "failed") !== 0)
    throw new InventoryError("only a part of the shards answered: see the health of the cluster");
  return body;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new InventoryError("the answer of a search has no list of hits");
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new InventoryError("the answer of a search lacks a number");
  return value;
}

/** The minutes of a range that fits into one request. */
async function countPart(
  ask: Ask,
  streams: string,
  from: number,
  to: number,
): Promise<readonly MinuteCount[]> {
  const body = await search(ask, {
    method: "POST",
    path: `/${streams}/_search`,
    query: {
      ignore_unavailable: "true",
      allow_partial_search_results: "false",
      filter_path: "timed_out,_shards.failed,aggregations",
    },
    body: {
      size: 0,
      track_total_hits: false,
      query: between(from, to),
      aggs: {
        minutes: {
          date_histogram: { field: "@timestamp", fixed_interval: "1m", min_doc_count: 1 },
          aggs: { ids: { cardinality: { field: "event.id", precision_threshold: PRECISION_MAX } } },
        },
      },
    },
    answerBytesMax: ANSWER_BYTES_MAX,
  });
  // Without any index there is no aggregation, and no event.
  const buckets = member(body, "aggregations", "minutes", "buckets") ?? [];
  return listOf(buckets).map((bucket) => ({
    minute: numberOf(member(bucket, "key")),
    records: numberOf(member(bucket, "doc_count")),
    distinct: numberOf(member(bucket, "ids", "value")),
  }));
}

interface Page {
  readonly pit: string;
  readonly ids: readonly string[];
  readonly last: unknown;
}

async function readPage(ask: Ask, pit: string, range: object, after: unknown): Promise<Page> {
  const body = await search(ask, {
    method: "POST",
    path: "/_search",
    query: {
      allow_partial_search_results: "false",
      filter_path: "pit_id,timed_out,_shards.failed,hits.hits.sort,hits.hits.fields",
    },
    body: {
      size: PAGE_SIZE,
      track_total_hits: false,
      query: range,
      pit: { id: pit, keep_alive: KEEP_ALIVE },
      _source: false,
      fields: ["event.id"],
      sort: [{ "@timestamp": "asc" }, { _shard_doc: "asc" }],
      ...(after !== undefined && { search_after: after }),
    },
    answerBytesMax: ANSWER_BYTES_MAX,
  });
  const hits = listOf(member(body, "hits", "hits") ?? []);
  const next = member(body, "pit_id");
  return {
    pit: typeof next === "string" ? next : pit,
    // A document without event.id is none of ours.
    ids: hits.flatMap((hit) => {
      const [id] = listOf(member(hit, "fields", "event.id") ?? []);
      return typeof id === "string" ? [id] : [];
    }),
    last: hits.length < PAGE_SIZE ? undefined : member(hits.at(-1), "sort"),
  };
}

/** Pages over a point in time, so that what arrives meanwhile neither shifts nor repeats a page. */
async function* readIds(
  ask: Ask,
  streams: string,
  range: object,
  release: (pit: string) => Promise<void>,
): AsyncGenerator<string> {
  const opened = await ask({
    method: "POST",
    path: `/${streams}/_pit`,
    query: { keep_alive: KEEP_ALIVE, ignore_unavailable: "true" },
  });
  const first = member(opened, "id");
  if (typeof first !== "string") throw new InventoryError("the cluster gave no point in time");
  let pit = first;
  try {
    let after: unknown;
    do {
      const page = await readPage(ask, pit, range, after);
      pit = page.pit;
      after = page.last;
      yield* page.ids;
    } while (after !== undefined);
  } finally {
    await release(pit);
  }
}

/** The inventory of data streams, asked with the reader's key. */
export function createInventory(
  cluster: Cluster,
  credential: Credential,
  streamNames: readonly string[],
): Inventory {
  const streams = streamNames.map(encodeURIComponent).join(",");
  const askWith =
    (signal: AbortSignal): Ask =>
    async (request) => {
      const answer = await cluster.call(request, credential, signal);
      if (answer.status === 200) return answer.body;
      throw new InventoryError(
        `${describeAnswer(answer)} (the reader's key needs the index privilege read on logs-claude.*-*)`,
      );
    };

  return {
    countByMinute: async (from, to, signal) => {
      const ask = askWith(signal);
      const minutes: MinuteCount[] = [];
      // Parts end where minutes end, so that no minute is counted in two halves.
      for (let start = from; start < to; ) {
        const whole = Math.floor(start / MINUTE_MS) * MINUTE_MS + MINUTES_MAX * MINUTE_MS;
        const end = Math.min(whole, to);
        minutes.push(...(await countPart(ask, streams, start, end)));
        start = end;
      }
      return minutes;
    },
    eventIds: (from, to, signal) =>
      readIds(askWith(signal), streams, between(from, to), async (id) => {
        // A point in time that is not closed ends by itself; nobody has to hear about it.
        await cluster.call({ method: "DELETE", path: "/_pit", body: { id } }, credential, signal);
      }),
  };
}
