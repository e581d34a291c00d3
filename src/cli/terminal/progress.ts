/**
 * A progress bar on stderr for work that takes longer than a moment.
 *
 * It appears only on a terminal and only after half a second, redraws ten times a second at most, and
 * leaves nothing behind.
 */
import type { Writable } from "node:stream";
import { count } from "./table.ts";

export interface Progress {
  /** Says how far the work is, in the unit of `total`. `items` is shown with its rate. */
  readonly update: (done: number, items: number) => void;
  /** Removes the bar. */
  readonly finish: () => void;
}

export interface ProgressOptions {
  readonly stream: Writable & { readonly columns?: number };
  readonly enabled: boolean;
  readonly now: () => number;
  readonly label: string;
  /** Name of an item, e.g. "events". */
  readonly unit: string;
  /** The whole work, in the unit of `update`'s `done`; absent when nobody knows. */
  readonly total?: number;
}

const BAR_WIDTH = 24;
const APPEAR_MS = 500;
const REDRAW_MS = 100;

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)}s`;
  return `${Math.floor(seconds / 60)}m${String(Math.ceil(seconds % 60)).padStart(2, "0")}s`;
}

/** One line of progress. */
export function renderProgress(
  options: Pick<ProgressOptions, "label" | "unit" | "total">,
  done: number,
  items: number,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 0 ? Math.round((items / elapsedMs) * 1000) : 0;
  const tail = `${count(items)} ${options.unit}  ${count(rate)}/s`;
  if (options.total === undefined || options.total <= 0) return `${options.label}  ${tail}`;
  const share = Math.min(1, done / options.total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = "━".repeat(filled) + "╌".repeat(BAR_WIDTH - filled);
  const left = share > 0 ? ((elapsedMs / share) * (1 - share)) / 1000 : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${options.label}  ${bar} ${percent}  ${tail}  ${formatSeconds(left)} left`;
}

export function startProgress(options: ProgressOptions): Progress {
  const started = options.now();
  let drawn = 0;
  let visible = false;
  return {
    update: (done, items) => {
      const now = options.now();
      if (!options.enabled || now - started < APPEAR_MS || now - drawn < REDRAW_MS) return;
      drawn = now;
      visible = true;
      const line = renderProgress(options, done, items, now - started);
      options.stream.write(`\r\u001b[2K${line.slice(0, (options.stream.columns ?? 80) - 1)}`);
    },
    finish: () => {
      if (visible) options.stream.write("\r\u001b[2K");
      visible = false;
    },
  };
}
