/** `Retry-After` of an answer (RFC 9110, section 10.2.3). */

/** Nobody is asked to wait longer than this for an attempt. */
export const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * The delay an answer asks for, in milliseconds from now; `undefined` when it asks for none that can be
 * understood. Dates in the past mean at once; absurd delays are cut to an hour, so that one wrong header
 * of a proxy cannot silence a sink for years.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^[0-9]{1,15}$/.test(value)) return Math.min(Number(value) * 1000, RETRY_AFTER_MS_MAX);
  // Only the forms of HTTP dates begin with a day's name; Date.parse alone would take much more.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  return Math.min(Math.max(0, time - now), RETRY_AFTER_MS_MAX);
}
