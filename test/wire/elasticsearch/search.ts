/** The two searches that the inventory needs: counts by minute, and ids page by page. */
import type { FakeResponse } from "../fake-server.ts";
import { documentsOf, type FakeState, json, refuse, type StoredDocument } from "./state.ts";

interface SearchBody {
  readonly size?: number;
  readonly query: {
    readonly range: { readonly "@timestamp": { readonly gte: number; readonly lt: number } };
  };
  readonly pit?: { readonly id: string };
  readonly search_after?: readonly [number, number];
  readonly aggs?: object;
}

function timeOf({ source }: StoredDocument): number {
  return Date.parse(String(source["@timestamp"]));
}

function idOf({ source }: StoredDocument): string {
  return String((source["event"] as Record<string, unknown>)["id"]);
}

function within(documents: readonly StoredDocument[], body: SearchBody): readonly StoredDocument[] {
  const { gte, lt } = body.query.range["@timestamp"];
  return documents.filter((one) => timeOf(one) >= gte && timeOf(one) < lt);
}

const whole = { took: 1, timed_out: false, _shards: { total: 1, successful: 1, failed: 0 } };

/** Documents of streams in a path; `undefined` when one is missing and that is not allowed. */
export function documentsIn(
  state: FakeState,
  path: string,
  ignoreUnavailable: boolean,
): readonly StoredDocument[] | undefined {
  const streams = decodeURIComponent(path)
    .split(",")
    .map((name) => state.streams.get(name));
  if (!ignoreUnavailable && streams.includes(undefined)) return undefined;
  return streams.flatMap((stream) => (stream === undefined ? [] : documentsOf(stream)));
}

/** A search with the aggregation by minute. */
export function countByMinute(
  documents: readonly StoredDocument[],
  body: SearchBody,
): FakeResponse {
  const groups = Map.groupBy(within(documents, body), (one) => Math.floor(timeOf(one) / 60_000));
  const buckets = [...groups]
    .sort(([a], [b]) => a - b)
    .map(([minute, group]) => ({
      key: minute * 60_000,
      doc_count: group.length,
      ids: { value: new Set(group.map(idOf)).size },
    }));
  if (buckets.length > 65_536)
    return refuse(400, "too_many_buckets_exception", "Trying to create too many buckets.");
  return json(200, { ...whole, hits: { hits: [] }, aggregations: { minutes: { buckets } } });
}

/** A page over a point in time. */
export function searchPoint(state: FakeState, body: SearchBody): FakeResponse {
  const documents = state.points.get(body.pit?.id ?? "");
  if (documents === undefined)
    return refuse(404, "search_context_missing_exception", "No search context found");
  const size = body.size ?? 10;
  if (size > 10_000) return refuse(400, "illegal_argument_exception", "Result window is too large");
  const sorted = within(documents, body)
    .map((one) => ({ one, sort: [timeOf(one), documents.indexOf(one)] as const }))
    .sort((a, b) => a.sort[0] - b.sort[0] || a.sort[1] - b.sort[1]);
  const [time, shard] = body.search_after ?? [Number.NEGATIVE_INFINITY, -1];
  const hits = sorted
    .filter(({ sort }) => sort[0] > time || (sort[0] === time && sort[1] > shard))
    .slice(0, size)
    .map(({ one, sort }) => ({ _id: one.id, sort, fields: { "event.id": [idOf(one)] } }));
  return json(200, { ...whole, pit_id: body.pit?.id, hits: { hits } });
}
