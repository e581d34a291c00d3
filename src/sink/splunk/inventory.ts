/**
 * What Splunk holds, asked over its search REST API: `search/v2/jobs/export` streams the rows of one
 * search and nothing is left behind (REST API Reference Manual, "Search endpoint descriptions").
 */
import type { Inventory, MinuteCount } from "../../delivery/sink.ts";
import { SOURCE_LABEL } from "../../mapping/schema.ts";
import type { HttpClient } from "../http/post.ts";
import { isIndexName } from "./envelope.ts";

export interface InventoryOptions {
  /** Management address. */
  readonly url: URL;
  readonly token: () => string;
  /** Without it every index that the token's user may search. */
  readonly index: string | undefined;
  readonly http: HttpClient;
}

/** Splunk did not give a whole answer; nothing follows from what it gave. */
export class SearchError extends Error {
  override readonly name = "SearchError";
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
/** Ids of one answer; a row of the export takes some 120 bytes. */
const IDS_PER_PAGE = 50_000;
const ANSWER_BYTES_MAX = 67_108_864;

/** Epoch seconds as Splunk takes them, exact to the millisecond. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Rows of a finished export. */
function parseRows(body: string): readonly Readonly<Record<string, unknown>>[] {
  const rows: Readonly<Record<string, unknown>>[] = [];
  let ended = true;
  for (const line of body.split("\n")) {
    if (line.trim() === "") continue;
    const value = parseLine(line);
    for (const message of value.messages ?? []) judgeMessage(message);
    if (value.result === undefined || value.preview === true) continue;
    rows.push(value.result);
    ended = value.lastrow === true;
  }
  if (!ended) throw new SearchError("Splunk's answer ends before its last row");
  return rows;
}

interface ExportLine {
  readonly preview?: boolean;
  readonly lastrow?: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly messages?: readonly { readonly type?: unknown; readonly text?: unknown }[];
}

function parseLine(line: string): ExportLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SearchError("Splunk's answer to a search is not JSON, line by line");
  }
  if (typeof value === "object" && value !== null) return value;
  throw new SearchError("Splunk's answer to a search has a line that is no object");
}

/** A search that one indexer did not answer looks like events that are missing. */
function judgeMessage({ type, text }: { readonly type?: unknown; readonly text?: unknown }): void {
  const isWhole = type !== "FATAL" && type !== "ERROR";
  const isPartial = /incomplete|partial|could not be contacted|unable to distribute/i;
  if (isWhole && !isPartial.test(String(text))) return;
  throw new SearchError(`Splunk's search did not see everything: ${String(text)}`);
}

function count(row: Readonly<Record<string, unknown>>, name: string): number {
  const value = Number(row[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new SearchError(`Splunk's answer to a search has no number in ${name}`);
}

/** Reads back with a token of its own: the HEC token cannot search. */
export function createInventory({ url, token, index, http }: InventoryOptions): Inventory {
  if (index !== undefined && !isIndexName(index))
    throw new Error("an index that was not validated");
  const path = `${url.pathname.replace(/\/+$/, "")}/services/search/v2/jobs/export`;
  const target = new URL(path, url);
  // Constants and a validated name: no text of an event becomes part of a search.
  const base = `search index=${index ?? "*"} source=${SOURCE_LABEL} | eval event_id=spath(_raw, "event_id")`;

  /** `earliest_time` is included and `latest_time` is not, both by event time to the millisecond. */
  async function search(tail: string, from: number, to: number, signal: AbortSignal) {
    const form = new URLSearchParams({
      search: `${base} | ${tail}`,
      earliest_time: seconds(from),
      latest_time: seconds(to),
      output_mode: "json",
      preview: "false",
    });
    const headers = {
      authorization: `Bearer ${token()}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const request = { url: target, headers, body: form.toString() };
    const result = await http.send({ ...request, answerBytesMax: ANSWER_BYTES_MAX }, signal);
    if (result.failure !== undefined)
      throw new SearchError(`Splunk's search cannot be reached: ${result.reason}`);
    if (result.status === 401 || result.status === 403)
      throw new SearchError(
        `Splunk refuses the search token (${result.status}); put a valid one under search.token`,
      );
    if (result.status !== 200)
      throw new SearchError(`Splunk's search answered with HTTP status ${result.status}`);
    return parseRows(result.body);
  }

  const countBy = async (
    stepMs: number,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<readonly MinuteCount[]> => {
    const step = stepMs / 1000;
    const tail = `eval slice=floor(_time/${step})*${step} | stats count AS records, dc(event_id) AS ids BY slice | sort 0 slice`;
    const rows = await search(tail, from, to, signal);
    return rows.map((row) => ({
      minute: count(row, "slice") * 1000,
      records: count(row, "records"),
      distinct: count(row, "ids"),
    }));
  };

  async function* idsBetween(from: number, to: number, signal: AbortSignal) {
    const rows = await search("table event_id", from, to, signal);
    for (const { event_id } of rows) if (typeof event_id === "string") yield event_id;
  }

  return {
    countByMinute: (from, to, signal) => countBy(MINUTE_MS, from, to, signal),
    eventIds: async function* eventIds(from, to, signal) {
      const minutes = await countBy(MINUTE_MS, from, to, signal);
      for (const [start, end, records] of pagesOf(minutes, MINUTE_MS, from, to)) {
        if (records <= IDS_PER_PAGE) {
          yield* idsBetween(start, end, signal);
          continue;
        }
        const inside = await countBy(SECOND_MS, start, end, signal);
        for (const [first, last] of pagesOf(inside, SECOND_MS, start, end))
          yield* idsBetween(first, last, signal);
      }
    },
  };
}

/** Stretches of time with as many records as one answer may hold; one slice alone may hold more. */
function pagesOf(
  slices: readonly MinuteCount[],
  stepMs: number,
  from: number,
  to: number,
): readonly (readonly [from: number, to: number, records: number])[] {
  const pages: [number, number, number][] = [];
  for (const { minute, records } of slices) {
    const last = pages.at(-1);
    const start = Math.max(minute, from);
    const end = Math.min(minute + stepMs, to);
    if (last !== undefined && last[2] + records <= IDS_PER_PAGE) {
      last[1] = end;
      last[2] += records;
    } else pages.push([start, end, records]);
  }
  return pages;
}
