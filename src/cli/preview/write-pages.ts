/** The pages of dashboards, computed on a store and written to a folder. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PageOptions, renderPage } from "../../dashboard/html/page.ts";
import { type View, type Views, viewOf } from "../../dashboard/html/views.ts";
import { chartsOf, type Dashboard } from "../../dashboard/ir.ts";
import {
  hasSubject,
  narrowToSubject,
  type Subject,
  type SubjectValues,
  subjectPredicate,
} from "../../dashboard/subject.ts";
import { renderPanelSvg } from "../../dashboard/svg/panel-svg.ts";
import { resolveSubject } from "../../engine/resolve-subject.ts";
import { lastEventOf } from "../../engine/run-events.ts";
import {
  extentOf,
  keepOnly,
  type LogExtent,
  rangeOf,
  runEventLists,
} from "../../engine/run-panel.ts";
import { runViews } from "../../engine/run-views.ts";
import type { Store } from "../../engine/store.ts";
import type { Predicate } from "../../rule/ir.ts";
import type { Context } from "../context.ts";
import { writing } from "../failure.ts";

/** A page is to open at once everywhere: what readers can choose takes at most so much of it. */
const VIEWS_BYTES_MAX = 2_000_000;

/** What pages to write. */
export interface PageRequest {
  readonly dashboards: readonly Dashboard[];
  /** The session or user that dashboards about one are to show. */
  readonly subject: SubjectValues;
  /** Only events that match are counted. */
  readonly where?: Predicate;
  /** Time to show, milliseconds; what the dashboard says when absent. */
  readonly rangeMs?: number;
  /** A time on the last day to show; that of the last event when absent. */
  readonly lastMs?: number;
  readonly folder: string;
  /** What a reader is told the numbers come from. */
  readonly source: string;
  /** Start of a command that prints the events of the log. */
  readonly command: string;
}

export interface WrittenPages {
  readonly paths: readonly string[];
  /** How many charts were written as pictures, below `svg` in the same folder. */
  readonly pictures: number;
  /** Names of dashboards about a session or a user that nobody gave. */
  readonly leftOut: readonly string[];
}

async function computeViews(
  store: Store,
  dashboard: Dashboard,
  asked: PageRequest,
  extent: LogExtent,
): Promise<Views> {
  const range = rangeOf(asked.lastMs ?? extent.lastMs, asked.rangeMs ?? dashboard.rangeMs);
  const { firstMs } = extent;
  const options = { ...range, firstMs, bytesMax: VIEWS_BYTES_MAX };
  const data = await runViews(store, dashboard, options);
  const { command, where } = asked;
  return { dashboard, firstMs, toMs: range.toMs, ...data, command, ...(where && { where }) };
}

/** The rows of a view; none where nothing is behind it. */
function resultsOf(view: View): Extract<View, { kind: "rows" }>["results"] {
  return view.kind === "rows" ? view.results : new Map();
}

/** Texts of files by their path below the folder of pages. */
type Files = ReadonlyMap<string, string>;

/** The page of a dashboard and a picture of each of its charts. */
async function renderFiles(
  store: Store,
  dashboard: Dashboard,
  asked: PageRequest,
  extent: LogExtent,
  version: string,
): Promise<Files> {
  const views = await computeViews(store, dashboard, asked, extent);
  const { toMs } = views;
  const range = { fromMs: toMs - (views.ranges[0] ?? 0), toMs };
  const everything = { range: 0, combination: views.fields.map(() => 0) };
  const results = resultsOf(viewOf(views, everything));
  const { source, where } = asked;
  const options: PageOptions = {
    ...{ source, ...extent, ...range, ...(where && { where }), version, views },
    lists: await runEventLists(store, dashboard, range),
  };
  const pictures = chartsOf(dashboard).map((panel): [string, string] => [
    join("svg", dashboard.name, `${panel.name}.svg`),
    renderPanelSvg(panel, results.get(panel.name) ?? [], { ...range, firstMs: extent.firstMs }),
  ]);
  return new Map([
    [`${dashboard.name}.html`, renderPage(dashboard, results, options)],
    ...pictures,
  ]);
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, text] of files) {
    const path = join(folder, name);
    await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    });
  }
}

/** The session or user of the log that was meant, or why there is none, in words. */
async function findSubject(
  store: Store,
  { dashboards, subject }: PageRequest,
): Promise<Subject | string> {
  const isWanted = dashboards.some((one) => one.subject.length > 0);
  if (!isWanted || subject.size === 0) return { given: subject, implied: new Map() };
  const found = await resolveSubject(store, subject);
  if (typeof found === "string") return found;
  const last = await lastEventOf(store, subjectPredicate(found.given));
  return last === undefined ? "No event is about this session or user." : found;
}

/** A page about somebody ends with the last that is known of them, not with the log. */
async function untilLastOf(
  store: Store,
  { subject: fields }: Dashboard,
  asked: PageRequest,
): Promise<PageRequest> {
  if (fields.length === 0 || asked.lastMs !== undefined) return asked;
  const lastMs = await lastEventOf(store, subjectPredicate(asked.subject));
  return lastMs === undefined ? asked : { ...asked, lastMs };
}

/** Writes the pages; `undefined` where no event is there to show, a text where the subject is not. */
export async function writePages(
  store: Store,
  asked: PageRequest,
  { version }: Pick<Context, "version">,
): Promise<WrittenPages | string | undefined> {
  const { where, folder } = asked;
  if (where !== undefined) await keepOnly(store, where);
  const extent = await extentOf(store);
  if (extent === undefined) return undefined;
  const subject = await findSubject(store, asked);
  if (typeof subject === "string") return subject;
  const { given } = subject;
  const shown = asked.dashboards.filter((one) => hasSubject(one, given));
  const paths: string[] = [];
  let pictures = 0;
  for (const dashboard of shown) {
    const files = await renderFiles(
      store,
      narrowToSubject(dashboard, subject),
      await untilLastOf(store, dashboard, { ...asked, subject: given }),
      extent,
      version,
    );
    await writeFiles(folder, files);
    paths.push(join(folder, `${dashboard.name}.html`));
    pictures += files.size - 1;
  }
  const leftOut = asked.dashboards.filter((one) => !shown.includes(one)).map(({ name }) => name);
  return { paths, pictures, leftOut };
}
