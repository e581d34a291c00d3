/** Findings in a text → the fields of security events. */

import type { SecurityEventType, Severity } from "../event/event.ts";
import { frameworkVersions } from "../framework/lookup.ts";
import type { SignatureFinding } from "./finding.ts";
import { eventTypeOfCategory, type TextSurface } from "./signature.ts";

/** What findings add to a security event; the caller adds who, when and in which session. */
export interface SecurityFields {
  readonly security_event_type: SecurityEventType;
  readonly severity: Severity;
  readonly security_flags: readonly string[];
  /** Flat, without any content. */
  readonly details: Readonly<Record<string, string | number>>;
  readonly auto_blocked: boolean;
}

export interface SecurityContext {
  /** Where the text came from. */
  readonly surface: TextSurface;
  /** Whether the caller stopped the request or withheld the response. */
  readonly isBlocked: boolean;
}

const SEVERITIES: readonly Severity[] = ["low", "medium", "high", "critical"];

/** The rules' word for each type; `prompt_injection` is what alert 2 looks for in `security_flags`. */
const flagOfType: Partial<Record<SecurityEventType, string>> = {
  prompt_injection_attempt: "prompt_injection",
};

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function severest(findings: readonly SignatureFinding[]): Severity {
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity));
  return SEVERITIES[Math.max(...ranks)] ?? "low";
}

function detailsOf(
  findings: readonly SignatureFinding[],
  surface: TextSurface,
): SecurityFields["details"] {
  const [first] = findings;
  const prompts = unique(findings.flatMap(({ promptId }) => promptId ?? []));
  const atlas = unique(findings.flatMap((finding) => finding.atlas));
  return {
    surface,
    signatures: unique(findings.map(({ signature, version }) => `${signature}@${version}`)).join(
      " ",
    ),
    matches: findings.length,
    match_offset: first?.offset ?? 0,
    match_length: first?.length ?? 0,
    match_hash: first?.hash ?? "",
    ...(atlas.length > 0 && {
      atlas: atlas.join(" "),
      atlas_version: frameworkVersions("atlas").join(" "),
    }),
    ...(prompts.length > 0 && { prompt_id: prompts.join(" ") }),
  };
}

/**
 * The security events of one text's findings: one for each type that occurs, worst first. Place and
 * hash in `details` are those of the type's first finding. No findings, no events.
 */
export function securityFields(
  findings: readonly SignatureFinding[],
  { surface, isBlocked }: SecurityContext,
): readonly SecurityFields[] {
  const types = [...new Set(findings.map(({ category }) => eventTypeOfCategory[category]))];
  return types
    .map((type) => {
      const own = findings.filter(({ category }) => eventTypeOfCategory[category] === type);
      return {
        security_event_type: type,
        severity: severest(own),
        security_flags: unique([flagOfType[type] ?? type, ...own.map(({ category }) => category)]),
        details: detailsOf(own, surface),
        auto_blocked: isBlocked,
      };
    })
    .toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}
