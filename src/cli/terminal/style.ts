/** The few colours the command line uses. */
export type Tint = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta";

const CODES: Readonly<Record<Tint, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
};

/** The text in a colour, or as it is when colour is off. */
export function paint(colour: boolean, tint: Tint, text: string): string {
  return colour ? `\u001b[${CODES[tint]}m${text}\u001b[0m` : text;
}

const SEVERITY_TINTS: Readonly<Record<string, Tint>> = {
  critical: "magenta",
  high: "red",
  medium: "yellow",
  low: "blue",
};

/** The colour of a severity; none for anything else. */
export function severityTint(severity: string): Tint | undefined {
  return SEVERITY_TINTS[severity];
}
