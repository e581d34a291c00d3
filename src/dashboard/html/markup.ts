/** HTML from templates in which every interpolated text is escaped. */

/** Text that is HTML already. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(part: Part): string {
  if (typeof part === "string") return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}

/**
 * A template: its literal parts are HTML, interpolated texts are escaped, for content and for quoted
 * attributes alike.
 *
 * @example html`<td>${"a < b"}</td>` // <td>a &lt; b</td>
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const rest = strings.slice(1).map((text, index) => render(parts[index] ?? "") + text);
  return { markup: [strings[0], ...rest].join("") };
}

export const NOTHING: Markup = { markup: "" };

/** A number for an attribute of SVG, with as few digits as nobody would miss. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
