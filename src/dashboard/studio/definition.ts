/**
 * A dashboard as a definition of Splunk's Dashboard Studio. Pure: equal dashboards give equal texts.
 *
 * Each panel has a search of its own, except that equal queries are asked once and shaped by chained
 * searches. Sharing the matching events instead would save more and be wrong: a base search that hands
 * on events keeps the first 500,000 of them (Splunk Lantern, "Optimizing dashboards with post-process
 * searches").
 */
import { type Dashboard, panelsOf } from "../ir.ts";
import { choicesId, choicesSearch, type Input, inputsOf } from "./input.ts";
import { type LayoutForm, layoutOf, panelId, placeSections, sectionId } from "./layout.ts";
import { drawPanel, type PanelSearch, prose } from "./panel.ts";
import { plainText } from "./token.ts";
import type { JsonObject, Visualization } from "./visualization.ts";

/** One entry of `dataSources`. */
export interface DataSource {
  readonly type: "ds.search" | "ds.chain";
  /** Letters, digits, blanks, dashes, underscores and dots. */
  readonly name: string;
  readonly options: { readonly query: string; readonly extend?: string };
}

/** A dashboard as the product's source editor shows it. */
export interface StudioDefinition {
  readonly title: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly defaults: JsonObject;
  readonly dataSources: Readonly<Record<string, DataSource>>;
  readonly visualizations: Readonly<Record<string, Visualization>>;
  readonly layout: JsonObject;
}

type Entry<T> = readonly [id: string, value: T];

/** Id of the data source that a panel reads. */
function sourceId(panel: string): string {
  return `ds_${panel}`;
}

/** A chained search must do something to be one. */
const AS_IT_IS = "| table *";

/** A data source for each panel; where panels ask the same, one search and a chain for each of them. */
function dataSourcesOf(searches: readonly Entry<PanelSearch>[]): readonly Entry<DataSource>[] {
  const panelsBy = new Map<string, readonly string[]>();
  for (const [panel, { query }] of searches)
    panelsBy.set(query, [...(panelsBy.get(query) ?? []), panel]);
  return searches.flatMap(([panel, { query, shape }]): readonly Entry<DataSource>[] => {
    const [first = panel, ...others] = panelsBy.get(query) ?? [];
    if (others.length === 0) {
      const options = { query: `${query}${shape}` };
      return [[sourceId(panel), { type: "ds.search", name: panel, options }]];
    }
    // Panels are kebab-case, so no other data source has this id.
    const base = `ds_base_${first}`;
    const own: DataSource = { type: "ds.search", name: `${first} base`, options: { query } };
    const options = { extend: base, query: shape.trim() === "" ? AS_IT_IS : shape.trim() };
    const chain: DataSource = { type: "ds.chain", name: panel, options };
    return [...(first === panel ? [[base, own] as const] : []), [sourceId(panel), chain]];
  });
}

/** The definition in the form of a version of the product. */
export function renderStudio(dashboard: Dashboard, form: LayoutForm): StudioDefinition {
  const drawn = panelsOf(dashboard).map((panel) => ({
    name: panel.name,
    ...drawPanel(dashboard, panel),
  }));
  const searches = drawn.flatMap(({ name, search }) => (search ? [[name, search] as const] : []));
  const choices = dashboard.filters.map((field): Entry<DataSource> => {
    const options = { query: choicesSearch(field) };
    return [choicesId(field), { type: "ds.search", name: `choices of ${field}`, options }];
  });
  const headings = dashboard.sections.map(
    ({ title, about }, index) => [sectionId(index), prose(title, about)] as const,
  );
  const panels = drawn.map(({ name, visualization, search }): Entry<Visualization> => {
    const dataSources = search && { primary: sourceId(name) };
    return [panelId(name), { ...visualization, ...(dataSources && { dataSources }) }];
  });
  const inputs = inputsOf(dashboard, form);
  const time = { earliest: "$global_time.earliest$", latest: "$global_time.latest$" };
  return {
    title: plainText(dashboard.title),
    description: plainText(dashboard.description),
    inputs,
    defaults: { dataSources: { "ds.search": { options: { queryParameters: time } } } },
    dataSources: Object.fromEntries([...choices, ...dataSourcesOf(searches)]),
    visualizations: Object.fromEntries([...headings, ...panels]),
    layout: layoutOf(placeSections(dashboard.sections), Object.keys(inputs), form),
  };
}
