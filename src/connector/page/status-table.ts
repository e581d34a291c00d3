/** The connector's own state as tables, for the overview and for dashboards with panels of it. */
import { formatCount } from "../../dashboard/html/format.ts";
import { html, type Markup, NOTHING } from "../../dashboard/html/markup.ts";
import type { StatusSubject } from "../../dashboard/ir.ts";
import type { SinkStatus } from "../../delivery/sink-status.ts";
import { formatTime } from "../../event/time.ts";
import type { SourceStatus } from "../source-run.ts";
import type { ConnectorStatus } from "../status.ts";

/** How a state looks: what needs somebody is red. */
export type Tone = "good" | "busy" | "bad" | "idle";

export function drawBadge(tone: Tone, text: string): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** A span of time in its largest fitting unit: `4 s`, `12 min`, `3.5 h`. */
export function renderAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

function ago(at: number | undefined, now: number): string {
  return at === undefined ? "never" : `${renderAge(now - at)} ago`;
}

/** `2026-03-02 09:30:00Z`. */
export function renderMoment(at: number): string {
  return `${formatTime(at).slice(0, 19).replace("T", " ")}Z`;
}

/** A table in its card. A heading that begins with `#` is one of numbers. */
export function drawList(label: string, head: readonly string[], rows: readonly Markup[]): Markup {
  const cells = head.map((one) =>
    one.startsWith("#")
      ? html`<th scope="col" class="number">${one.slice(1)}</th>`
      : html`<th scope="col">${one}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="wide"><thead><tr>${cells}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const tones: Readonly<Record<SinkStatus["state"] | SourceStatus["state"], Tone>> = {
  idle: "good",
  delivering: "good",
  retrying: "busy",
  held: "bad",
  stopped: "idle",
  starting: "busy",
  running: "good",
  ended: "idle",
  failing: "bad",
};

function drawSink(sink: SinkStatus, now: number): Markup {
  const { counts, lastError } = sink;
  // An error that was followed by a delivery is history; it is told under what happened lately.
  const current =
    lastError !== undefined && (sink.lastDelivery ?? 0) <= lastError.at ? lastError : undefined;
  const error =
    current === undefined
      ? NOTHING
      : html`<tr class="why"><td></td><td colspan="8">${current.reason}${
          current.instruction === undefined ? NOTHING : html` <b>→ ${current.instruction}</b>`
        }</td></tr>`;
  const letters = counts.quarantined + counts.setAside;
  return html`<tr class="${current === undefined ? "" : "told"}"><td>${drawBadge(tones[sink.state], sink.state)}</td><td>${sink.name}<small>${sink.kind} · ${sink.target}</small></td><td class="number">${formatCount(sink.lagRecords)}</td><td class="number">${sink.lagRecords === 0 ? "–" : renderAge(sink.lagMs)}</td><td class="number">${formatCount(counts.delivered)}</td><td class="number">${formatCount(counts.duplicates)}</td><td class="number ${letters > 0 ? "warn" : ""}">${formatCount(letters)}</td><td class="number">${sink.inFlight} / ${sink.concurrency}</td><td class="number">${ago(sink.lastDelivery, now)}</td></tr>${error}`;
}

/** A row below a source: what it says beside its numbers, and what to do where there is something. */
function drawNote(tone: "why" | "said", text: string, instruction?: string): Markup {
  const advice = instruction === undefined ? NOTHING : html` <b>→ ${instruction}</b>`;
  return html`<tr class="${tone}"><td></td><td colspan="5">${text}${advice}</td></tr>`;
}

function drawSource(source: SourceStatus, now: number): Markup {
  const where = source.address === undefined ? "" : ` · ${source.address}`;
  const failed = source.state === "failing" ? source.lastError : undefined;
  const notes = [
    ...(failed === undefined ? [] : [drawNote("why", failed.reason)]),
    ...source.notes.map(({ count, meaning, instruction }) =>
      drawNote("said", `${formatCount(count)} ${meaning}.`, instruction),
    ),
    ...(source.whenSilent === undefined
      ? []
      : [drawNote("said", "Nothing has come yet.", source.whenSilent)]),
  ];
  return html`<tr class="${notes.length === 0 ? "" : "told"}"><td>${drawBadge(tones[source.state], source.state)}</td><td>${source.name}<small>${source.kind}${where}</small></td><td class="number">${formatCount(source.accepted)}</td><td class="number ${source.rejected > 0 ? "warn" : ""}">${formatCount(source.rejected)}</td><td class="number">${formatCount(source.marked)}</td><td class="number">${ago(source.lastRecord, now)}</td></tr>${notes}`;
}

function drawSinks({ sinks, now }: ConnectorStatus): Markup {
  const head = [
    ...["state", "sink", "#waiting", "#oldest", "#delivered", "#there before"],
    ...["#dead or set aside", "#under way", "#last delivery"],
  ];
  return drawList(
    "Sinks",
    head,
    sinks.map((sink) => drawSink(sink, now)),
  );
}

function drawSources({ sources, now }: ConnectorStatus): Markup {
  if (sources.length === 0) return html`<p class="empty">No sources.</p>`;
  const head = ["state", "source", "#taken", "#rejected", "#with a warning", "#last record"];
  return drawList(
    "Sources",
    head,
    sources.map((source) => drawSource(source, now)),
  );
}

function fact(title: string, value: string | Markup): Markup {
  return html`<div><dt>${title}</dt><dd>${value}</dd></div>`;
}

function drawJournal({ journal, disk }: ConnectorStatus): Markup {
  const free =
    disk.freeBytes === undefined
      ? "unknown"
      : `${formatCount(Math.floor(disk.freeBytes / 2 ** 20))} MiB`;
  const state =
    journal.state === "ok"
      ? "ok"
      : html`<span class="bad">blocked: ${journal.reason ?? "no reason given"}</span>`;
  return html`<dl class="facts-list">${[
    fact("last record", formatCount(journal.seq)),
    fact("state", state),
    fact("free space", free),
    fact("folder", journal.folder),
    fact("head of the chain", html`<code>${journal.hash}</code>`),
  ]}</dl>`;
}

function drawContext({ tables, now }: ConnectorStatus): Markup {
  if (tables.length === 0) return html`<p class="empty">No context tables.</p>`;
  const rows = tables.map(
    ({ table, file, loadedAt, problem }) =>
      html`<tr><td>${problem === undefined ? drawBadge("good", "in force") : drawBadge("bad", "old")}</td><td>${table}<small>${file}</small></td><td class="number">${ago(loadedAt, now)}</td><td>${problem ?? ""}</td></tr>`,
  );
  return drawList("Context tables", ["state", "table", "#read", "problem"], rows);
}

/** One part of the state. */
export function drawStatus(of: StatusSubject, status: ConnectorStatus): Markup {
  switch (of) {
    case "sources":
      return drawSources(status);
    case "sinks":
      return drawSinks(status);
    case "journal":
      return drawJournal(status);
    case "context":
      return drawContext(status);
  }
}

const ALARMS_SHOWN = 15;
const alarmTones = { info: "good", warning: "busy", error: "bad" } as const;

/** What an operator should have read, newest first. */
export function drawAlarms({ alarms }: ConnectorStatus): Markup {
  if (alarms.length === 0) return html`<p class="empty">Nothing.</p>`;
  const rows = alarms
    .toReversed()
    .slice(0, ALARMS_SHOWN)
    .map(
      ({ at, severity, about, what, instruction }) =>
        html`<tr><td>${drawBadge(alarmTones[severity], severity)}</td><td class="time">${renderMoment(at)}</td><td>${about}</td><td class="long">${what}${instruction === undefined ? NOTHING : html` <b>→ ${instruction}</b>`}</td></tr>`,
    );
  return drawList("What happened lately", ["kind", "time (UTC)", "about", "what"], rows);
}
