/** What the pages know and may do. */
import type { Dashboard } from "../../dashboard/ir.ts";
import type { LiveAlert } from "../../engine/live-detection.ts";
import type { AlertBook } from "../alert-state/book.ts";
import type { ConnectorStatus } from "../status.ts";
import type { DashboardResult } from "./dashboard-result.ts";
import type { PageStore } from "./page-store.ts";
import type { ResultCache } from "./result-cache.ts";

export interface PageWorld {
  readonly status: () => ConnectorStatus;
  /** The store that the pages read; `undefined` while no sink of kind `embedded` runs. */
  readonly store: () => PageStore | undefined;
  readonly dashboards: readonly Dashboard[];
  readonly book: AlertBook;
  readonly results: ResultCache<DashboardResult>;
  readonly alerts: ResultCache<readonly LiveAlert[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** A page as a path asks for it. */
export interface Asked {
  readonly parameters: URLSearchParams;
  /** For forms of the page. */
  readonly formToken: string;
}
