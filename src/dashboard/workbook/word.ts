/** Text that a workbook shows as it was written, and queries that hold text with braces. */
import { kqlLexicon } from "../../dialect/kql/lexicon.ts";
import type { Lexicon } from "../../dialect/text.ts";

/** Stands between a brace and a name: no width, and the two are no parameter any more. */
const WORD_JOINER = "\u2060";

/**
 * Plain text for a title. Workbooks put the value of a parameter in the place of its name in braces,
 * everywhere, and know no escape.
 */
export function plainText(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("{", `{${WORD_JOINER}`);
}

function entity(sign: string): string {
  return `&#${sign.charCodeAt(0)};`;
}

/** Plain text for a place that is read as Markdown, where HTML is read as well. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>&|~$#]/g, entity)
    .replace(/^[-+=]|^(\d+)[.)]/, (start, digits: string | undefined) =>
      digits === undefined ? entity(start) : `${digits}${entity(start.slice(-1))}`,
    );
}

/** KQL inside of a workbook: no literal holds a brace, so none can be taken for a parameter. */
export const workbookLexicon: Lexicon = {
  ...kqlLexicon,
  name: (name) => kqlLexicon.name(name).replaceAll("{", "\\u007B"),
  string: (value) => kqlLexicon.string(value).replaceAll("{", "\\u007B"),
};
