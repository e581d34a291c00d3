/** What the workspace holds, by the time of the events. */
import type { Inventory, MinuteCount } from "../../delivery/sink.ts";
import { ANSWER_ROWS_MAX, type Workspace } from "./workspace.ts";

const MINUTE_MS = 60_000;
/** 43,200 rows of counts at most. */
const COUNT_SPAN_MS = 30 * 86_400_000;
/** event_ids of one query: well within the rows and bytes that one answer may have. */
const PAGE_ROWS_MAX = 200_000;

/**
 * Times of events between two instants.
 *
 * TimeGenerated is the time of the event, except when the row came more than two days after it: then the
 * service put the time of arrival there ("Standard columns in Azure Monitor Logs"), which is never
 * earlier. The canonical event in RawEvent still has its own.
 */
function eventsBetween(table: string, from: number, to: number): string {
  const instant = (time: number): string => `datetime(${new Date(time).toISOString()})`;
  return [
    table,
    `| where TimeGenerated >= ${instant(from)}`,
    "| extend EventTime = coalesce(todatetime(parse_json(RawEvent).timestamp), TimeGenerated)",
    `| where EventTime >= ${instant(from)} and EventTime < ${instant(to)}`,
  ].join("\n");
}

/** Exact, where the function for distinct counts of the language only estimates. */
export function countQuery(table: string, from: number, to: number): string {
  return `${eventsBetween(table, from, to)}
| summarize Copies = count() by EventId, Minute = bin(EventTime, 1m)
| summarize Records = sum(Copies), Distinct = count() by Minute
| order by Minute asc`;
}

/** The event_ids of one of `parts` parts, one row for each record. */
export function idQuery(
  table: string,
  from: number,
  to: number,
  part: number,
  parts: number,
): string {
  const choice = parts === 1 ? "" : `\n| where hash(EventId, ${parts}) == ${part}`;
  return `${eventsBetween(table, from, to)}${choice}\n| project EventId`;
}

async function rowsOf(
  workspace: Workspace,
  query: string,
  signal: AbortSignal,
): Promise<readonly (readonly unknown[])[]> {
  const result = await workspace.query(query, signal);
  if (result.kind === "rows") {
    if (result.rows.length < ANSWER_ROWS_MAX) return result.rows;
    throw new Error("the workspace may have cut its answer: ask for a shorter time");
  }
  const instruction = result.kind === "hold" ? ` ${result.instruction}` : " Try again later.";
  throw new Error(`${result.reason}.${instruction}`);
}

function minuteCount(row: readonly unknown[]): MinuteCount {
  const [minute, records, distinct] = row;
  const count = {
    minute: Date.parse(String(minute)),
    records: Number(records),
    distinct: Number(distinct),
  };
  if (Object.values(count).every(Number.isFinite)) return count;
  throw new Error("the workspace answered with counts that are no numbers");
}

/** Stretches of minutes that hold at most so many records each; a single minute may hold more. */
function pagesOf(
  counts: readonly MinuteCount[],
  rowsMax: number,
): readonly { readonly from: number; readonly to: number; readonly records: number }[] {
  const pages: { from: number; to: number; records: number }[] = [];
  for (const { minute, records } of counts) {
    const page = pages.at(-1);
    if (page === undefined || page.records + records > rowsMax)
      pages.push({ from: minute, to: minute + MINUTE_MS, records });
    else {
      page.to = minute + MINUTE_MS;
      page.records += records;
    }
  }
  return pages;
}

/** Throws with the reason and what to do when the workspace cannot be read. */
export function openInventory(workspace: Workspace, rowsMax: number = PAGE_ROWS_MAX): Inventory {
  const { table } = workspace;

  async function countByMinute(
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<readonly MinuteCount[]> {
    const counts: MinuteCount[] = [];
    for (let start = from; start < to; start += COUNT_SPAN_MS) {
      const end = Math.min(to, start + COUNT_SPAN_MS);
      const rows = await rowsOf(workspace, countQuery(table, start, end), signal);
      counts.push(...rows.map(minuteCount));
    }
    return counts;
  }

  async function* eventIds(from: number, to: number, signal: AbortSignal): AsyncGenerator<string> {
    for (const page of pagesOf(await countByMinute(from, to, signal), rowsMax)) {
      const [start, end] = [Math.max(from, page.from), Math.min(to, page.to)];
      const parts = Math.ceil(page.records / rowsMax);
      for (let part = 0; part < parts; part += 1) {
        const rows = await rowsOf(workspace, idQuery(table, start, end, part, parts), signal);
        for (const [id] of rows) yield String(id);
      }
    }
  }

  return { countByMinute, eventIds };
}
