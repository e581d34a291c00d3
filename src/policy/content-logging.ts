/**
 * The switch for content. It is off, and it does not turn on by one word: whoever reads what
 * employees write needs a legal basis, must have told them, must delete in time and limit readers.
 */
import { type Diagnostic, type Result, report, resultOf } from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import type { YamlNode } from "../yaml/node.ts";
import { MapReader } from "../yaml/reader.ts";

/** The grounds of Article 6(1) GDPR, in its order. */
export const LEGAL_BASES = [
  "consent",
  "contract",
  "legal_obligation",
  "vital_interests",
  "public_task",
  "legitimate_interests",
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

/** The setting `content_logging` of a configuration. */
export type ContentLogging =
  | { readonly enabled: false }
  | {
      readonly enabled: true;
      readonly legal_basis: LegalBasis;
      /** Reference of the notice employees got, such as a document number. */
      readonly employee_notice: string;
      readonly retentionMs: number;
      /** Who may read content; never empty. */
      readonly reader_roles: readonly string[];
    };

const DEMANDS = [
  ["legal_basis", `one of ${LEGAL_BASES.join(", ")}`],
  ["employee_notice", "the reference of the notice employees got"],
  ["retention", "how long content is kept, such as 30d"],
  ["reader_roles", "a list of the roles that may read content"],
] as const;

/**
 * Parses the setting.
 *
 * @param node The value of `content_logging`; `undefined` when the configuration has none.
 * @returns The setting, or C540 for each demand that is not met, placed at `enabled`.
 */
export function parseContentLogging(node: YamlNode | undefined): Result<ContentLogging> {
  const diagnostics: Diagnostic[] = [];
  const reader = node && MapReader.of(node, '"content_logging"', diagnostics);
  if (reader === undefined) return resultOf<ContentLogging>({ enabled: false }, diagnostics);

  const enabled = reader.optionalBoolean("enabled") ?? false;
  const legalBasis = reader.optionalChoice("legal_basis", LEGAL_BASES);
  const notice = reader.optionalString("employee_notice");
  const retentionMs = reader.optionalDuration("retention");
  const roles = reader.optionalStrings("reader_roles");
  reader.done();
  if (!enabled) return resultOf<ContentLogging>({ enabled: false }, diagnostics);

  for (const [setting, why] of DEMANDS) {
    const empty = setting === "reader_roles" && roles?.every((role) => role.trim() === "");
    const zero = setting === "retention" && retentionMs === 0;
    if (reader.optional(setting) !== undefined && !empty && !zero) continue;
    const place = empty || zero ? reader.spanOf(setting) : reader.spanOf("enabled");
    diagnostics.push(report(contextMessage.contentLoggingIncomplete, place, { setting, why }));
  }
  if (!legalBasis || !notice || !retentionMs || !roles)
    return resultOf<ContentLogging>({ enabled: false }, diagnostics);
  return resultOf<ContentLogging>(
    {
      enabled,
      legal_basis: legalBasis,
      employee_notice: notice,
      retentionMs,
      reader_roles: roles,
    },
    diagnostics,
  );
}
