/** Warnings that strangers can cause, so that none of them can fill a log. */

/** At most one warning of a kind in this time, milliseconds. */
const EVERY_MS = 60_000;

/**
 * A function that passes a warning on unless one of its kind went out within the last minute; how many
 * were kept back is said with the next.
 */
export function throttleWarnings(
  warn: (message: string) => void,
  now: () => number,
): (kind: string, message: string) => void {
  const kinds = new Map<string, { toldAt: number; kept: number }>();
  return (kind, message) => {
    const at = now();
    const known = kinds.get(kind);
    if (known !== undefined && Math.abs(at - known.toldAt) < EVERY_MS) {
      known.kept += 1;
      return;
    }
    const more = known === undefined || known.kept === 0 ? "" : ` (and ${known.kept} times before)`;
    kinds.set(kind, { toldAt: at, kept: 0 });
    warn(`${message}${more}`);
  };
}
