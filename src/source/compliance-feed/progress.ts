/**
 * How far the feed was read.
 *
 * The API lists activities by when they happened, and shows some of them only a while later. So a time
 * counts as *settled* when it was read at least the overlap after it had passed: everything older is
 * read, everything newer is read again by the next poll, and the keys of what was taken since then
 * absorb what comes twice.
 */

/** A stretch of time that is being read, newest page first. */
export interface Window {
  /** Included, milliseconds since the epoch. */
  readonly fromMs: number;
  /** Excluded; absent for all there is. */
  readonly toMs?: number;
  /** The API's time when the first page was read: nothing younger was there to be seen. */
  readonly horizonMs?: number;
  /** The API's cursor after the last page that is durable. */
  readonly after?: string;
}

export interface Progress {
  /** Everything before was read for good; milliseconds since the epoch. */
  readonly settledMs: number;
  /** When what was taken since then happened, by key. */
  readonly seen: ReadonlyMap<string, number>;
  /** Tells this connector's own requests from those of others; 16 hex digits. */
  readonly instance: string;
  /** A window that was left in the middle. */
  readonly window?: Window;
}

/** Keys that are kept at most. Beyond, what comes twice is written twice, under the same event_id. */
export const SEEN_MAX = 200_000;

/** The keys that a later window can meet again, the youngest of them where there are too many. */
export function prune(
  seen: ReadonlyMap<string, number>,
  settledMs: number,
): ReadonlyMap<string, number> {
  const kept = [...seen].filter(([, createdMs]) => createdMs >= settledMs);
  if (kept.length <= SEEN_MAX) return new Map(kept);
  return new Map(kept.sort(([, a], [, b]) => b - a).slice(0, SEEN_MAX));
}

/**
 * What is settled after a window was read to its end.
 *
 * @param overlapMs How late an activity may be shown.
 */
export function settledAfter(progress: Progress, window: Window, overlapMs: number): number {
  const seenUntil = (window.horizonMs ?? window.fromMs) - overlapMs;
  return Math.max(progress.settledMs, Math.min(window.toMs ?? Number.POSITIVE_INFINITY, seenUntil));
}

/** The checkpoint's text. Times of keys are distances to the settled time, to keep it short. */
export function renderProgress({ settledMs, seen, instance, window }: Progress): string {
  const keys = [...seen].map(([key, createdMs]) => [key, createdMs - settledMs]);
  return JSON.stringify({ version: 1, settledMs, instance, ...(window && { window }), seen: keys });
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isOptionalTime(value: unknown): value is number | undefined {
  return value === undefined || isTime(value);
}

function isWindow(value: unknown): value is Window {
  if (typeof value !== "object" || value === null) return false;
  const { fromMs, toMs, horizonMs, after } = value as Partial<Window>;
  return (
    isTime(fromMs) &&
    isOptionalTime(toMs) &&
    isOptionalTime(horizonMs) &&
    (after === undefined || typeof after === "string")
  );
}

function isKey(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && isTime(value[1]);
}

/** The progress of a checkpoint; `undefined` when it is none of this version. */
export function parseProgress(text: string): Progress | undefined {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const { version, settledMs, instance, window, seen } = value ?? {};
    if (version !== 1 || !isTime(settledMs) || typeof instance !== "string") return undefined;
    if (!Array.isArray(seen) || !seen.every(isKey)) return undefined;
    if (window !== undefined && !isWindow(window)) return undefined;
    return {
      settledMs,
      instance,
      seen: new Map(seen.map(([key, distance]) => [key, settledMs + distance])),
      ...(window && { window }),
    };
  } catch {
    // Text that is no JSON is no progress either; the caller says so.
    return undefined;
  }
}
