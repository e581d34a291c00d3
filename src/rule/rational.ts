/** Exact fractions, so that no engine compares a factor in floating point. */

export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/** The decimal number as a fraction of whole numbers: 2.5 → 5/2. */
export function rationalOf(value: number): Rational {
  const [whole = "0", fraction = ""] = value
    .toFixed(6)
    .replace(/\.?0+$/, "")
    .split(".");
  let numerator = Number(whole + fraction);
  let denominator = 10 ** fraction.length;
  for (let [a, b] = [numerator, denominator]; ; [a, b] = [b, a % b]) {
    if (b !== 0) continue;
    const divisor = Math.max(1, a);
    numerator /= divisor;
    denominator /= divisor;
    return { numerator, denominator };
  }
}
