/** What changes between two texts, line by line, with a little of what surrounds it. */

const AROUND = 2;

/** Lines as `-` gone, `+` new and ` ` kept; `…` where kept lines are left out. Empty when equal. */
export function renderLineDiff(before: string, after: string): string {
  const old = before === "" ? [] : before.trimEnd().split(/\r?\n/);
  const now = after === "" ? [] : after.trimEnd().split(/\r?\n/);
  const marked = compare(old, now);
  if (marked.every(({ mark }) => mark === " ")) return "";
  const near = marked.map((_, index) =>
    marked.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== " "),
  );
  const lines = marked.flatMap(({ mark, line }, index) => {
    if (near[index]) return [`${mark} ${line}`];
    return near[index - 1] || index === 0 ? ["  …"] : [];
  });
  return `${lines.join("\n")}\n`;
}

interface Marked {
  readonly mark: "-" | "+" | " ";
  readonly line: string;
}

/** The shortest way from one list to the other, by the table of longest common parts. */
function compare(old: readonly string[], now: readonly string[]): readonly Marked[] {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      common[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const marked: Marked[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const isSame = row < old.length && column < now.length && old[row] === now[column];
    const isGone =
      column === now.length || (row < old.length && at(row + 1, column) >= at(row, column + 1));
    const mark = isSame ? " " : isGone ? "-" : "+";
    marked.push({ mark, line: (mark === "+" ? now[column] : old[row]) ?? "" });
    if (mark !== "+") row += 1;
    if (mark !== "-") column += 1;
  }
  return marked;
}
