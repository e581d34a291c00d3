/** The status page: one look says whether everything flows, and if not, who has to do what. */
import type { RaisedAlert } from "../delivery/sink.ts";
import type { SinkStatus } from "../delivery/sink-status.ts";
import { formatTime } from "../event/time.ts";
import type { SourceStatus } from "./source-run.ts";
import { type ConnectorStatus, readiness } from "./status.ts";

function html(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[one] ?? "",
  );
}

function number(value: number): string {
  return value.toLocaleString("en-US");
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

type Tone = "good" | "busy" | "bad" | "off";

const tones: Readonly<Record<SinkStatus["state"] | SourceStatus["state"], Tone>> = {
  idle: "good",
  delivering: "good",
  retrying: "busy",
  held: "bad",
  stopped: "off",
  starting: "busy",
  running: "good",
  ended: "off",
  failing: "bad",
};

function badge(state: keyof typeof tones): string {
  return `<span class="badge ${tones[state]}">${state}</span>`;
}

function sinkRow(sink: SinkStatus, now: number): string {
  const { counts, lastError } = sink;
  // An error that was followed by a delivery is history; it is told in the alarms below.
  const current =
    lastError !== undefined && (sink.lastDelivery ?? 0) <= lastError.at ? lastError : undefined;
  const error =
    current === undefined
      ? ""
      : `<tr class="why"><td></td><td colspan="8">${html(current.reason)}${
          current.instruction === undefined ? "" : ` <b>→ ${html(current.instruction)}</b>`
        }</td></tr>`;
  const letters = counts.quarantined + counts.setAside;
  return `<tr><td>${badge(sink.state)}</td><td>${html(sink.name)}<small>${html(sink.kind)} · ${html(sink.target)}</small></td><td class="n">${number(sink.lagRecords)}</td><td class="n">${sink.lagRecords === 0 ? "–" : renderAge(sink.lagMs)}</td><td class="n">${number(counts.delivered)}</td><td class="n">${number(counts.duplicates)}</td><td class="n${letters > 0 ? " warn" : ""}">${number(letters)}</td><td class="n">${sink.inFlight} / ${sink.concurrency}</td><td class="n">${ago(sink.lastDelivery, now)}</td></tr>${error}`;
}

function sourceRow(source: SourceStatus, now: number): string {
  const where = source.address === undefined ? "" : ` · ${html(source.address)}`;
  const error =
    source.state === "failing" && source.lastError !== undefined
      ? `<tr class="why"><td></td><td colspan="5">${html(source.lastError.reason)}</td></tr>`
      : "";
  const silence =
    source.whenSilent === undefined
      ? ""
      : `<tr class="note"><td></td><td colspan="5">Nothing has come yet. <b>→ ${html(source.whenSilent)}</b></td></tr>`;
  return `<tr><td>${badge(source.state)}</td><td>${html(source.name)}<small>${html(source.kind)}${where}</small></td><td class="n">${number(source.accepted)}</td><td class="n${source.rejected > 0 ? " warn" : ""}">${number(source.rejected)}</td><td class="n">${number(source.marked)}</td><td class="n">${ago(source.lastRecord, now)}</td></tr>${error}${source.notes.map(noteRow).join("")}${silence}`;
}

/** A note of a source, with what to do about it where there is something to do. */
function noteRow({ count, meaning, instruction }: SourceStatus["notes"][number]): string {
  const advice = instruction === undefined ? "" : ` <b>→ ${html(instruction)}</b>`;
  return `<tr class="note"><td></td><td colspan="5">${number(count)} ${html(meaning)}.${advice}</td></tr>`;
}

function tableRows(status: ConnectorStatus): string {
  return status.tables
    .map(
      ({ table, file, loadedAt, problem }) =>
        `<tr><td><span class="badge ${problem === undefined ? "good" : "bad"}">${problem === undefined ? "in force" : "old"}</span></td><td>${table}<small>${html(file)}</small></td><td class="n">${ago(loadedAt, status.now)}</td><td>${html(problem ?? "")}</td></tr>`,
    )
    .join("");
}

function alarmRows(status: ConnectorStatus): string {
  return status.alarms
    .toReversed()
    .slice(0, 30)
    .map(({ at, severity, about, what, instruction }) => {
      const tone = severity === "error" ? "bad" : severity === "warning" ? "busy" : "good";
      const advice = instruction === undefined ? "" : ` <b>→ ${html(instruction)}</b>`;
      return `<tr><td><span class="badge ${tone}">${severity}</span></td><td class="n">${formatTime(at).slice(0, 19)}Z</td><td>${html(about)}</td><td>${html(what)}${advice}</td></tr>`;
    })
    .join("");
}

const ALERTS_SHOWN = 50;

/** Severities as tones: what somebody should look at now is red. */
const severityTones: Readonly<Record<RaisedAlert["severity"], Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "busy",
  low: "off",
};

/** Newest first, of all sinks that judge events. */
function alertRows({ sinks }: ConnectorStatus): string {
  return sinks
    .flatMap(({ report }) => report?.alerts.recent ?? [])
    .toSorted((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
    .slice(0, ALERTS_SHOWN)
    .map(({ severity, time, rule, title, entity }) => {
      const who = Object.entries(entity)
        .map(([key, value]) => `${html(key)} <code>${html(value)}</code>`)
        .join("<br>");
      return `<tr><td><span class="badge ${severityTones[severity]}">${severity}</span></td><td class="n">${html(time.slice(0, 19))}Z</td><td>${html(title)}<small>${html(rule)}</small></td><td class="who">${who}</td></tr>`;
    })
    .join("");
}

const STYLE = `
:root{color-scheme:light dark;--fg:#1c1b1a;--bg:#faf9f5;--card:#fff;--line:#e5e2da;--dim:#6f6b63;--good:#2e7d4f;--busy:#a86a00;--bad:#b3261e;--off:#77736b}
@media (prefers-color-scheme:dark){:root{--fg:#eceae4;--bg:#191817;--card:#232220;--line:#3a3834;--dim:#a29d93;--good:#6cc48e;--busy:#e0aa4b;--bad:#f2837b;--off:#8f8b82}}
*{box-sizing:border-box}body{margin:0;font:15px/1.45 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
main{max-width:1180px;margin:0 auto;padding:24px 16px 64px}h1{font-size:22px;margin:0}h2{font-size:15px;margin:28px 0 8px;color:var(--dim);font-weight:600}
header{display:flex;flex-wrap:wrap;gap:12px;align-items:baseline;justify-content:space-between}header p{margin:0;color:var(--dim)}
.verdict{margin:16px 0 0;padding:12px 16px;border-radius:8px;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--good)}.verdict.bad{border-left-color:var(--bad)}.verdict.busy{border-left-color:var(--busy)}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{padding:8px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}thead th{border-top:0;font-weight:600;font-size:13px;color:var(--dim);white-space:nowrap}
th:first-child,td:first-child{width:1%}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}small{display:block;color:var(--dim)}.why td{border-top:0;padding-top:0;color:var(--bad)}.note td{border-top:0;padding-top:0;color:var(--dim);font-size:13px}.warn{color:var(--busy);font-weight:600}
.badge{display:inline-block;min-width:78px;text-align:center;padding:1px 8px;border-radius:10px;font-size:13px;border:1px solid currentColor}.good{color:var(--good)}.busy{color:var(--busy)}.bad{color:var(--bad)}.off{color:var(--off)}
dl{display:flex;flex-wrap:wrap;gap:6px 28px;margin:0;padding:12px 16px}dl div{min-width:120px}dt{color:var(--dim);font-size:13px}dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}.who{overflow-wrap:anywhere;font-size:13px}footer{margin-top:28px;color:var(--dim)}a{color:inherit}`;

/** Replaces the page's content every few seconds without a flicker; says so when it cannot. */
const SCRIPT = `
setInterval(async()=>{try{const r=await fetch("/",{cache:"no-store"});if(!r.ok)throw 0;
const d=new DOMParser().parseFromString(await r.text(),"text/html");
document.querySelector("main").innerHTML=d.querySelector("main").innerHTML;document.title=d.title}
catch{document.title="no answer · claude-siem";const v=document.querySelector(".verdict");
v.className="verdict bad";v.textContent="The connector does not answer. What is below may be old."}},3000)`;

function verdict(status: ConnectorStatus): string {
  const { ready, reasons } = readiness(status);
  const held = status.sinks.filter(({ state }) => state === "held").map(({ name }) => name);
  const retrying = status.sinks.filter(({ state }) => state === "retrying").map(({ name }) => name);
  if (!ready) return `<p class="verdict bad">Not ready: ${html(reasons.join("; "))}.</p>`;
  if (held.length > 0)
    return `<p class="verdict bad">Takes events and keeps them; somebody has to act for ${html(held.join(", "))}.</p>`;
  if (retrying.length > 0)
    return `<p class="verdict busy">Takes events and keeps them; ${html(retrying.join(", "))} is being tried again.</p>`;
  return `<p class="verdict">Everything flows.</p>`;
}

function section(title: string, head: readonly string[], rows: string): string {
  if (rows === "") return "";
  const cells = head.map((one) =>
    one.startsWith("#") ? `<th class="n">${one.slice(1)}` : `<th>${one}`,
  );
  return `<h2>${title}</h2><div class="card"><table><thead><tr>${cells.join("")}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The whole page as HTML, complete without its script. */
export function renderStatusPage(status: ConnectorStatus): string {
  const { journal, disk, now } = status;
  const free =
    disk.freeBytes === undefined
      ? "unknown"
      : `${number(Math.floor(disk.freeBytes / 2 ** 20))} MiB`;
  const title = status.deployment ?? "claude-siem";
  const sinkHead = [
    "",
    "sink",
    "#waiting",
    "#oldest",
    "#delivered",
    "#there before",
    "#dead or set aside",
    "#under way",
    "#last delivery",
  ];
  const sourceHead = ["", "source", "#taken", "#rejected", "#with a warning", "#last record"];
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${html(title)} · claude-siem</title><style>${STYLE}</style></head>
<body><main><header><h1>${html(title)}</h1><p>claude-siem ${html(status.version)} · up ${renderAge(now - status.startedAt)} · ${formatTime(now).slice(0, 19)}Z</p></header>
${verdict(status)}
${section("Alerts", ["", "#time", "rule", "who"], alertRows(status))}
${section("Sinks", sinkHead, status.sinks.map((sink) => sinkRow(sink, now)).join(""))}
${section("Sources", sourceHead, status.sources.map((source) => sourceRow(source, now)).join(""))}
<h2>Journal</h2><div class="card"><dl><div><dt>last record</dt><dd>${number(journal.seq)}</dd></div><div><dt>state</dt><dd>${journal.state === "ok" ? "ok" : `<span class="bad">blocked: ${html(journal.reason ?? "")}</span>`}</dd></div><div><dt>free space</dt><dd>${free}</dd></div><div><dt>folder</dt><dd>${html(journal.folder)}</dd></div><div><dt>head of the chain</dt><dd>${html(journal.hash)}</dd></div></dl></div>
${section("Context tables", ["", "table", "#read", "problem"], tableRows(status))}
${section("What happened lately", ["", "#time", "about", "what"], alarmRows(status))}
<footer><a href="/metrics">metrics</a> · <a href="/status.json">status.json</a> · <a href="/ready">ready</a> · <a href="/health">health</a></footer></main>
<script>${SCRIPT}</script></body></html>
`;
}
