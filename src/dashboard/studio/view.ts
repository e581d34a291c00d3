/** A definition as a view of an app, `default/data/ui/views/<name>.xml`. */
import type { StudioDefinition } from "./definition.ts";

/** Characters that no XML 1.0 document may hold (section 2.2). */
function isForbidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfffe ||
    code === 0xffff
  );
}

/** Text of an element. */
export function escapeXml(text: string): string {
  return [...text]
    .filter((character) => !isForbidden(character))
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** JSON that may stand between the marks of a CDATA section: what would end it is inside of a string. */
function cdata(json: string): string {
  const safe = json
    .replaceAll("]]>", "]]\\u003e")
    .replaceAll("\ufffe", "\\ufffe")
    .replaceAll("\uffff", "\\uffff");
  return `<![CDATA[\n${safe}\n]]>`;
}

/** JSON of a definition, as the source editor shows it. */
export function renderDefinition(definition: StudioDefinition): string {
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** The view. Its label and description are what lists of dashboards show. */
export function renderView(
  definition: StudioDefinition,
  { title, description }: { readonly title: string; readonly description: string },
): string {
  return `<dashboard version="2" theme="light">
  <label>${escapeXml(title)}</label>
  <description>${escapeXml(description)}</description>
  <definition>${cdata(renderDefinition(definition).trimEnd())}</definition>
</dashboard>
`;
}
