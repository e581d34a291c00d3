/**
 * The script of a page: draws the numbers of what the reader chose with the same functions that drew the
 * page, and leads from a row to its events. It is bundled into `src/generated/page-script.ts`.
 */
import { type ChartPanel, chartsOf } from "../../ir.ts";
import type { ResultRow } from "../../panel-result.ts";
import { commandBehind } from "../behind.ts";
import { sayChoice } from "../controls.ts";
import { drawPanel } from "../dashboard.ts";
import { formatTimes } from "../format.ts";
import { type PageState, parseFragment, renderFragment, type Selection } from "../fragment.ts";
import { html } from "../markup.ts";
import { type View, type Views, viewOf } from "../views.ts";
import type { Browser, PageElement, PageEvent } from "./document.ts";
import { moveBetweenMarks, openMarks } from "./marks.ts";

declare const window: Browser;
const { document, location, navigator } = window;

const views = JSON.parse(document.getElementById("views")?.textContent ?? "null") as Views;
const charts = chartsOf(views.dashboard);
let view: View | undefined;
let drawn = "";

function contentOf({ name }: ChartPanel): PageElement | null {
  return document.querySelector(`#${name} > .content`);
}

function rowsOf({ name }: ChartPanel): readonly ResultRow[] {
  return view?.kind === "rows" ? (view.results.get(name) ?? []) : [];
}

function selectsOf(): readonly PageElement[] {
  return [...document.querySelectorAll("#controls select")];
}

/** Draws all charts of a choice, unless they are there already. */
function drawChoice(state: PageState): void {
  const { choice } = state;
  const wanted = renderFragment(views, { choice });
  for (const select of selectsOf())
    select.value =
      new URLSearchParams(wanted).get(select.name) ?? select.getAttribute("data-all") ?? "";
  if (view !== undefined && drawn === wanted) return;
  const isFirst = view === undefined;
  drawn = wanted;
  view = viewOf(views, choice);
  const { toMs, firstMs } = views;
  const draw = {
    fromMs: toMs - (views.ranges[choice.range] ?? 0),
    toMs,
    firstMs,
    rowLink: ({ name }: ChartPanel, keys: Selection["keys"]) =>
      `#${renderFragment(views, { choice, selection: { panel: name, keys } })}`,
  };
  for (const panel of charts) {
    const content = contentOf(panel);
    if (content === null) continue;
    const wasOpen = content.querySelector("details")?.open === true;
    const shown =
      view.kind === "withheld"
        ? html`<p class="empty">Withheld: too few users.</p>`
        : drawPanel(views.dashboard, panel, rowsOf(panel), draw);
    content.innerHTML = shown.markup;
    const details = content.querySelector("details");
    if (details !== null) details.open = wasOpen;
    openMarks(content, panel.title);
  }
  const times = document.getElementById("shown");
  if (times !== null) times.textContent = formatTimes(draw);
  const said = document.getElementById("said");
  // Nothing was chosen yet when the page has just opened as it is.
  if (said !== null && !(isFirst && wanted === ""))
    said.textContent = sayChoice(views, choice, view);
}

/** Whether a row is one of those that were selected. */
function isSelected({ keys }: ResultRow, selected: Selection["keys"]): boolean {
  return keys.every((key, index) => {
    const wanted = selected[index];
    return wanted === undefined || String(key) === String(wanted);
  });
}

/** Marks the rows that were selected, opens their table and shows the way to their events. */
function showSelection({ choice, selection }: PageState): void {
  for (const box of document.querySelectorAll(".behind")) box.remove();
  for (const row of document.querySelectorAll("tr.marked")) row.classList.remove("marked");
  const panel = charts.find(({ name }) => name === selection?.panel);
  const content = panel && contentOf(panel);
  const scroll = content?.querySelector(".scroll");
  if (panel === undefined || !content || !scroll || selection === undefined) return;
  const lines = [...content.querySelectorAll("tbody > tr")];
  const marked = rowsOf(panel).flatMap((row, index) =>
    isSelected(row, selection.keys) ? (lines[index] ?? []) : [],
  );
  if (marked.length === 0) return;
  const details = scroll.closest("details");
  if (details !== null) details.open = true;
  for (const line of marked) line.classList.add("marked");
  scroll.insertAdjacentHTML("afterend", drawBehind(panel, { choice, selection }, marked.length));
  marked[0]?.scrollIntoView({ block: "nearest" });
  const box = content.querySelector(".behind");
  box?.focus({ preventScroll: true });
  box?.scrollIntoView({ block: "nearest" });
}

function drawBehind(panel: ChartPanel, { choice, selection }: PageState, rows: number): string {
  const command = commandBehind(views, choice, panel, selection?.keys ?? []);
  const which = rows === 1 ? "this row" : `these ${rows} rows`;
  const way = html`<p>The events behind ${which}:</p><pre><code>${command}</code></pre><button type="button" class="copy">Copy</button><span role="status"></span>`;
  return html`<div class="behind" role="group" tabindex="-1" aria-label="Events behind ${which} of ${panel.title}">${way}</div>`
    .markup;
}

async function copy(button: PageElement): Promise<void> {
  const box = button.closest(".behind");
  const code = box?.querySelector("code");
  const said = box?.querySelector("[role=status]");
  if (!code || !said) return;
  try {
    if (navigator.clipboard === undefined) throw new Error("no clipboard");
    await navigator.clipboard.writeText(code.textContent ?? "");
    said.textContent = "Copied.";
  } catch {
    // A browser that does not let a page write to the clipboard lets its reader.
    document.getSelection()?.selectAllChildren(code);
    said.textContent = "Selected: copy it with Ctrl+C.";
  }
}

function show(): void {
  const state = parseFragment(views, location.hash);
  drawChoice(state);
  showSelection(state);
}

function choose(): void {
  const words = new URLSearchParams();
  for (const { name, value } of selectsOf()) if (value !== "") words.set(name, value);
  location.hash = renderFragment(views, parseFragment(views, words.toString()));
}

function listen(): void {
  const controls = document.getElementById("controls");
  if (controls !== null) controls.hidden = false;
  for (const select of selectsOf()) select.setAttribute("data-all", select.value);
  controls?.addEventListener("change", choose);
  controls?.addEventListener("reset", (event: PageEvent) => {
    event.preventDefault();
    location.hash = "";
  });
  document.body.addEventListener("click", (event) => {
    const button = (event.target as PageElement).closest("button.copy");
    if (button !== null) void copy(button);
  });
  document.body.addEventListener("keydown", (event) =>
    moveBetweenMarks(event, event.target as PageElement),
  );
  window.addEventListener("hashchange", show);
}

listen();
show();
