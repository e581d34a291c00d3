/** What drawing needs beside a panel and its rows. */
import type { ChartPanel, EventsPanel, StatusPanel } from "../ir.ts";
import type { RowKeys } from "../row-predicate.ts";
import { html, type Markup } from "./markup.ts";

/** The times that a page shows, and where its log begins. */
export interface Shown {
  /** From (included) to (excluded), milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly firstMs: number;
}

export interface Draw extends Shown {
  /**
   * Address of what lies behind rows: those with these keys, an absent key standing for every one, as
   * in a legend. Without it, and where it answers nothing, rows are no links.
   */
  readonly rowLink?: (panel: ChartPanel, keys: RowKeys) => string | undefined;
  /**
   * Content of the cards that no query fills: lists of events and the state of the connector. Without
   * it, and where it answers nothing, such a panel is left out.
   */
  readonly drawOther?: (panel: EventsPanel | StatusPanel) => Markup | undefined;
}

/** A mark of a chart. The table behind the chart has the same links for the keyboard. */
export function linkMark(draw: Draw, panel: ChartPanel, keys: RowKeys, mark: Markup): Markup {
  const address = draw.rowLink?.(panel, keys);
  return address === undefined ? mark : html`<a href="${address}" tabindex="-1">${mark}</a>`;
}

/** The name of a row or series. */
export function linkName(draw: Draw, panel: ChartPanel, keys: RowKeys, name: string): Markup {
  const address = draw.rowLink?.(panel, keys);
  return address === undefined ? html`${name}` : html`<a class="to" href="${address}">${name}</a>`;
}
