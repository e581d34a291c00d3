/** One line of a CSV file as cells (RFC 4180). A cell of an audit log never holds a line break. */

export type CsvRow =
  | { readonly cells: readonly string[]; readonly problem?: undefined }
  | { readonly problem: string };

/** The cell that begins with a quote at `from`, and where it ends; `undefined` when it never does. */
function quoted(
  line: string,
  from: number,
): { readonly cell: string; readonly end: number } | undefined {
  let cell = "";
  for (let at = from + 1; ; ) {
    const quote = line.indexOf('"', at);
    if (quote === -1) return undefined;
    cell += line.slice(at, quote);
    if (line[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}

/** Splits a line into its cells, or says why that cannot be done. */
export function splitCsvRow(line: string): CsvRow {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    let end = line.indexOf(",", at);
    if (end === -1) end = line.length;
    let cell = line.slice(at, end);
    if (line[at] === '"') {
      const found = quoted(line, at);
      if (found === undefined)
        return { problem: `the quote of cell ${cells.length + 1} is never closed` };
      ({ cell, end } = found);
      if (end < line.length && line[end] !== ",")
        return { problem: `text follows the closing quote of cell ${cells.length + 1}` };
    } else if (cell.includes('"'))
      return { problem: `a quote stands inside of cell ${cells.length + 1}` };
    cells.push(cell);
    if (end >= line.length) return { cells };
    at = end + 1;
  }
}
