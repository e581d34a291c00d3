/** `content_logging:` as a row: its own parser judges it, the rows describe it. */
import type { JsonSchema, Option } from "../config/option.ts";
import { flag } from "../config/option-type.ts";
import { type OptionRows, schemaWhen } from "../config/section.ts";
import {
  type ContentLogging,
  LEGAL_BASES,
  parseContentLogging,
} from "../policy/content-logging.ts";

/** A key that is described here and read by the parser. */
function demanded(doc: string, type: string, example: string, schema: JsonSchema): Option<unknown> {
  return { doc, type, example, fallback: "none", schema, read: () => undefined };
}

const words: JsonSchema = { type: "string", minLength: 1 };

const rows: OptionRows = {
  enabled: flag({ doc: "Log content. With true the four keys below are required." }),
  legal_basis: demanded(
    "Ground of Article 6(1) GDPR.",
    LEGAL_BASES.join(" | "),
    "legitimate_interests",
    { enum: [...LEGAL_BASES] },
  ),
  employee_notice: demanded(
    "Reference of the notice that employees got, such as a document number.",
    "text",
    "HR-2026-014",
    words,
  ),
  retention: demanded("How long content is kept.", "duration", "30d", {
    type: "string",
    pattern: "^[0-9]{1,9}(ms|s|m|h|d)$",
  }),
  reader_roles: demanded("Roles that may read content, at least one.", "list", "[soc-lead]", {
    type: "array",
    minItems: 1,
    items: words,
  }),
};

export const contentLogging: Option<ContentLogging> = {
  doc: "What people write to Claude and get back is not logged. Turning it on demands a legal basis, a notice, an end and readers; content is redacted before the journal even then.",
  type: "map",
  fallback: "{enabled: false}",
  rows,
  schema: {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(rows).map(([key, row]) => [key, { description: row.doc, ...row.schema }]),
    ),
    additionalProperties: false,
    ...schemaWhen(
      { properties: { enabled: { const: true } }, required: ["enabled"] },
      { required: Object.keys(rows) },
    ),
  },
  read: (reader, key, diagnostics) => {
    const parsed = parseContentLogging(reader.optional(key));
    diagnostics.push(...parsed.diagnostics);
    return parsed.ok ? parsed.value : undefined;
  },
};
