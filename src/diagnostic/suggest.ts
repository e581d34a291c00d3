/**
 * "Did you mean": the nearest known name, when it is near enough to be a slip of the finger.
 */

/** Optimal string alignment distance: insertions, deletions, substitutions and neighbour swaps. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const cell = new Uint16Array((a.length + 1) * width);
  const at = (row: number, column: number): number => cell[row * width + column] ?? 0;
  for (let row = 0; row <= a.length; row += 1) {
    for (let column = 0; column <= b.length; column += 1) {
      if (row === 0 || column === 0) {
        cell[row * width + column] = row + column;
        continue;
      }
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, at(row - 2, column - 2) + 1);
      cell[row * width + column] = best;
    }
  }
  return at(a.length, b.length);
}

/** The candidate closest to `word`, ignoring case, within a third of its length; else `undefined`. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const [given, known] = [word.toLowerCase(), candidate.toLowerCase()];
    // An abbreviation is far from its word, but there is no doubt what it means.
    const distance = given.length >= 3 && known.startsWith(given) ? 1 : editDistance(given, known);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Help text that lists what is allowed and, when one is near, what was probably meant. */
export function oneOf(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  if (guess !== undefined && candidates.length > 12) return `Did you mean "${guess}"?`;
  const shown = candidates.length > 12 ? [...candidates.slice(0, 12), "…"] : candidates;
  const list = `Expected one of: ${shown.join(", ")}.`;
  return guess === undefined ? list : `Did you mean "${guess}"? ${list}`;
}
