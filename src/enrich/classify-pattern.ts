/**
 * Patterns of classification rules. There are two kinds, both closed: what is not listed here stands
 * for itself or is refused.
 *
 * A name pattern is compared with the whole text: `*` is any run of characters, `?` is one character,
 * and `\*`, `\?`, `\\` are those characters themselves.
 *
 * A path pattern is compared folder by folder: `*` is any run of characters within one name, `?` one
 * character of it, and `**` as a whole name is any number of folders. It starts anywhere in the path
 * unless it begins at a root (`/` or `C:/`), and what matches a folder matches everything below it.
 *
 * Matching takes at most (length of the pattern × length of the text) steps: texts come from outside,
 * and none of them may make a pattern slow.
 */

export const PATTERN_LENGTH_MAX = 256;

/** One character of any kind, and any run of them, among the UTF-16 units of a compiled text. */
const ANY_ONE = -1;
const ANY_RUN = -2;

/** Units of a text with wildcards. */
type Units = readonly number[];

/** A pattern for names. */
export interface NamePattern {
  /** The only text that matches, where there is but one; it can be looked up instead of compared. */
  readonly exact?: string;
  readonly matches: (text: string) => boolean;
}

/** A pattern for paths. */
export interface PathPattern {
  /** A name that every path has which matches; others need not be compared. */
  readonly needs?: string;
  readonly matches: (path: PathParts) => boolean;
}

/** What is wrong with a pattern, and what to write instead. */
export interface PatternProblem {
  readonly reason: string;
  readonly help: string;
}

export type ReadPattern<P> =
  | { readonly ok: true; readonly pattern: P }
  | { readonly ok: false; readonly problem: PatternProblem };

function refuse(reason: string, help: string): ReadPattern<never> {
  return { ok: false, problem: { reason, help } };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/**
 * Whether a text is what the units say. Only the last run that was met is ever made longer: what
 * stands before a later run has matched as early as it can, and an earlier start never helps.
 */
function matchUnits(units: Units, text: string): boolean {
  let unit = 0;
  let at = 0;
  let afterRun = -1;
  let runEnd = 0;
  while (at < text.length) {
    const wanted = units[unit];
    if (wanted === ANY_RUN) {
      unit += 1;
      afterRun = unit;
      runEnd = at;
    } else if (wanted === ANY_ONE) {
      unit += 1;
      at += isHighSurrogate(text.charCodeAt(at)) && at + 1 < text.length ? 2 : 1;
    } else if (wanted === text.charCodeAt(at)) {
      unit += 1;
      at += 1;
    } else if (afterRun >= 0) {
      unit = afterRun;
      runEnd += 1;
      at = runEnd;
    } else return false;
  }
  while (units[unit] === ANY_RUN) unit += 1;
  return unit === units.length;
}

/**
 * A text in the form that patterns and values are compared in. Some file systems take letters with
 * marks apart, others do not (Unicode Standard Annex 15): that must not hide a folder.
 */
export function comparable(text: string, ignoreCase: boolean): string {
  const composed = text.normalize("NFC");
  return ignoreCase ? composed.toLowerCase() : composed;
}

/** A text in which `*` and `?` are wildcards and nothing else is. */
function unitsOf(text: string): Units {
  return Array.from({ length: text.length }, (_, index) => {
    const character = text[index];
    if (character === "*") return ANY_RUN;
    return character === "?" ? ANY_ONE : text.charCodeAt(index);
  });
}

function tooLong(text: string): PatternProblem | undefined {
  if (text.length <= PATTERN_LENGTH_MAX) return undefined;
  return {
    reason: `it has more than ${PATTERN_LENGTH_MAX} characters`,
    help: "Name less of it and put * for the rest.",
  };
}

/**
 * Reads a pattern for names.
 *
 * @param ignoreCase It is for texts that `comparable` made with the same.
 */
export function readNamePattern(text: string, ignoreCase: boolean): ReadPattern<NamePattern> {
  const problem = tooLong(text);
  if (problem) return { ok: false, problem };
  const units: number[] = [];
  const given = comparable(text, ignoreCase);
  for (let index = 0; index < given.length; index += 1) {
    const character = given[index];
    if (character === "\\") {
      index += 1;
      const escaped = given[index] ?? "";
      if (!/^[*?\\]$/.test(escaped)) {
        const help = "Write \\\\ for a backslash, \\* for a star and \\? for a question mark.";
        return refuse("a backslash stands before something that needs none", help);
      }
      units.push(escaped.charCodeAt(0));
    } else if (character === "*") units.push(ANY_RUN);
    else if (character === "?") units.push(ANY_ONE);
    else units.push(given.charCodeAt(index));
  }
  const matches = (value: string): boolean => matchUnits(units, value);
  if (units.some((unit) => unit < 0)) return { ok: true, pattern: { matches } };
  return { ok: true, pattern: { exact: String.fromCharCode(...units), matches } };
}

/** A path as folders and a last name, without empty names, `.` and `..`. */
export interface PathParts {
  /** Begins at a root: `/` or a drive. */
  readonly isRooted: boolean;
  readonly names: readonly string[];
}

/**
 * A path in the form that patterns are compared with. Backslashes part names too, as Windows writes
 * them; `..` takes back the name before it, so that no detour hides a folder.
 */
export function partsOf(path: string): PathParts {
  const slashed = path.replaceAll("\\", "/");
  const names: string[] = [];
  const isDrive = /^[A-Za-z]:(\/|$)/.test(slashed);
  for (const name of slashed.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.length > (isDrive ? 1 : 0)) names.pop();
  }
  // Drives are the same in both cases whatever the file system says of names.
  if (isDrive && names[0] !== undefined) names[0] = names[0].toLowerCase();
  return { isRooted: isDrive || slashed.startsWith("/"), names };
}

/** Names that follow each other without a gap. */
type Block = readonly ((name: string) => boolean)[];

function blockMatches(block: Block, names: readonly string[], from: number): boolean {
  return block.every((matches, index) => {
    const name = names[from + index];
    return name !== undefined && matches(name);
  });
}

/**
 * Whether the blocks stand in the path in this order. The end of the path is free, so the earliest
 * place of each block leaves the most room for those behind it and nothing has to be tried twice.
 */
function matchBlocks(
  blocks: readonly Block[],
  isAnchored: boolean,
  names: readonly string[],
): boolean {
  let from = 0;
  for (const [index, block] of blocks.entries()) {
    if (index === 0 && isAnchored) {
      if (!blockMatches(block, names, 0)) return false;
    } else {
      while (from + block.length <= names.length && !blockMatches(block, names, from)) from += 1;
      if (from + block.length > names.length) return false;
    }
    from += block.length;
  }
  return true;
}

function nameMatcher(name: string): (text: string) => boolean {
  if (!/[*?]/.test(name)) return (text) => text === name;
  const units = unitsOf(name);
  return (text) => matchUnits(units, text);
}

/** What other programs take for a wildcard, or what no event's path can hold. */
function pathProblem(text: string): PatternProblem | undefined {
  if (text.includes("\\")) {
    const help = "Write / between folders, for paths of Windows too.";
    return { reason: "it holds a backslash", help };
  }
  if (/[[\]{}]/.test(text)) {
    const help = "Write one pattern for each choice; ? stands for any one character.";
    return { reason: "brackets and braces mean nothing here", help };
  }
  if (text.startsWith("!")) {
    const help = "There are no exceptions: the highest class that matches holds.";
    return { reason: "a path pattern cannot be negated", help };
  }
  if (text.startsWith("~")) {
    const help = "Leave ~/ out: a pattern without / at its start is found in any folder.";
    return { reason: "events carry no ~, they have the whole path", help };
  }
  const names = text.split("/");
  if (names.includes(".") || names.includes("..")) {
    const help = "Write the folder that is meant.";
    return { reason: "it holds . or .., which paths of events are freed of", help };
  }
  if (names.some((name) => name.includes("**") && name !== "**")) {
    const help = "Write * within a name, or **/ before it.";
    return { reason: "** stands for whole folders only", help };
  }
  return undefined;
}

/**
 * Reads a pattern for paths.
 *
 * @param ignoreCase It is for paths that `comparable` made with the same.
 */
export function readPathPattern(text: string, ignoreCase: boolean): ReadPattern<PathPattern> {
  const problem = tooLong(text) ?? pathProblem(text);
  if (problem) return { ok: false, problem };
  const { isRooted, names } = partsOf(comparable(text, ignoreCase));
  const blocks: ((name: string) => boolean)[][] = [[]];
  for (const name of names) {
    if (name === "**") blocks.push([]);
    else blocks.at(-1)?.push(nameMatcher(name));
  }
  const matches = (path: PathParts): boolean =>
    (path.isRooted || !isRooted) && matchBlocks(blocks, isRooted, path.names);
  const needs = names.find((name) => !/[*?]/.test(name));
  return { ok: true, pattern: { matches, ...(needs !== undefined && { needs }) } };
}
