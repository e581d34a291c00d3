/** The two searches that an inventory makes, over what a fake Splunk has stored. Anything else is refused. */
import type { FakeResponse } from "./fake-server.ts";

export interface SearchableEvent {
  readonly index: string;
  /** Epoch seconds. */
  readonly time: number;
  readonly source: string | undefined;
  readonly event_id: string;
}

const BASE = /^search index=(\S+) source=(\S+) \| eval event_id=spath\(_raw, "event_id"\) \| (.*)$/;
const COUNTS =
  /^eval slice=floor\(_time\/(\d+)\)\*\1 \| stats count AS records, dc\(event_id\) AS ids BY slice \| sort 0 slice$/;

function lines(results: readonly Readonly<Record<string, string>>[]): string {
  if (results.length === 0) return `${JSON.stringify({ preview: false, lastrow: true })}\n`;
  return results
    .map((result, offset) => {
      const isLast = offset === results.length - 1;
      return `${JSON.stringify({ preview: false, offset, ...(isLast && { lastrow: true }), result })}\n`;
    })
    .join("");
}

function countBy(step: number, events: readonly SearchableEvent[]): string {
  const slices = new Map<number, string[]>();
  for (const { time, event_id } of events) {
    const slice = Math.floor(time / step) * step;
    const ids = slices.get(slice) ?? [];
    ids.push(event_id);
    slices.set(slice, ids);
  }
  const rows = [...slices].toSorted(([a], [b]) => a - b);
  return lines(
    rows.map(([slice, ids]) => ({
      slice: String(slice),
      records: String(ids.length),
      ids: String(new Set(ids).size),
    })),
  );
}

function fatal(text: string): FakeResponse {
  return { status: 400, body: JSON.stringify({ messages: [{ type: "FATAL", text }] }) };
}

export function answerSearch(
  form: URLSearchParams,
  stored: readonly SearchableEvent[],
): FakeResponse {
  if (form.get("output_mode") !== "json" || form.get("preview") !== "false")
    return fatal("previews would look like results");
  const [, index, source, tail = ""] = BASE.exec(form.get("search") ?? "") ?? [];
  if (index === undefined || source === undefined) return fatal("a search that nobody expects");
  const earliest = Number(form.get("earliest_time"));
  const latest = Number(form.get("latest_time"));
  const events = stored.filter(
    (event) =>
      (index === "*" || event.index === index) &&
      event.source === source &&
      event.time >= earliest &&
      event.time < latest,
  );
  const step = COUNTS.exec(tail)?.[1];
  const ids = () => lines(events.map(({ event_id }) => ({ event_id })));
  if (step === undefined && tail !== "table event_id") return fatal("a search that nobody expects");
  return { status: 200, body: step === undefined ? ids() : countBy(Number(step), events) };
}
