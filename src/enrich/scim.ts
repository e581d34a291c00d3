/**
 * Who is cleared for what, from a directory's export: SCIM resources (RFC 7643) as `GET /Users` and
 * `GET /Groups` answer (RFC 7644, section 3.4.2), and a file that says what groups mean.
 *
 *     users: users.json
 *     groups: groups.json
 *     groups_as:
 *       - { group: "Claude restricted", clearance: restricted }
 *       - { group: "Finance*", department: finance }
 *     attributes: { department: department, business_unit: costCenter }
 *
 * People are known by pseudonym only: names and addresses are hashed while the export is read, and no
 * message repeats them.
 */
import {
  type Diagnostic,
  fail,
  fileSpan,
  isError,
  type Result,
  report,
  resultOf,
  type Span,
} from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import type { UserClearance } from "../event/event.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { MapReader } from "../yaml/reader.ts";
import { type NamePattern, readNamePattern } from "./classify-pattern.ts";

/** What a group may clear for, lowest first. */
export const groupClearances: readonly UserClearance[] = [
  "none",
  "public",
  "internal",
  "sensitive",
  "restricted",
];

/** Attributes of a user that may name the person in events. */
export const identityAttributes = ["userName", "emails", "externalId", "id"] as const;
export type IdentityAttribute = (typeof identityAttributes)[number];

/** Attributes of the enterprise extension (RFC 7643, section 4.3) that tell where somebody belongs. */
export const placeAttributes = ["department", "division", "organization", "costCenter"] as const;
export type PlaceAttribute = (typeof placeAttributes)[number];

/** What being in a group says about a user. */
export interface GroupMeaning {
  /** The pattern as written, with its place. */
  readonly text: string;
  readonly span: Span;
  readonly pattern: NamePattern;
  readonly clearance?: UserClearance;
  readonly department?: string;
  readonly business_unit?: string;
}

export interface ScimSettings {
  /** Paths of the exports as written. */
  readonly users: string;
  readonly groups: string;
  readonly identities: readonly IdentityAttribute[];
  /** First to last: of several departments the first named here counts, of clearances the highest. */
  readonly meanings: readonly GroupMeaning[];
  readonly attributes: {
    readonly department?: PlaceAttribute;
    readonly business_unit?: PlaceAttribute;
  };
}

function parseMeaning(node: YamlNode, diagnostics: Diagnostic[]): GroupMeaning | undefined {
  const reader = MapReader.of(node, "the meaning of a group", diagnostics);
  if (reader === undefined) return undefined;
  const text = reader.string("group");
  const clearance = reader.optionalChoice("clearance", groupClearances);
  const department = reader.optionalString("department");
  const unit = reader.optionalString("business_unit");
  reader.done();
  if (text === undefined) return undefined;
  const span = reader.spanOf("group");
  const saysNothing = ["clearance", "department", "business_unit"].every(
    (key) => reader.optional(key) === undefined,
  );
  if (saysNothing) diagnostics.push(report(contextMessage.groupWithoutMeaning, span, {}));
  const read = readNamePattern(text, false);
  if (!read.ok) {
    const args = { pattern: text.slice(0, 64), ...read.problem };
    diagnostics.push(report(contextMessage.badPattern, span, args));
    return undefined;
  }
  return {
    text,
    span,
    pattern: read.pattern,
    ...(clearance !== undefined && { clearance }),
    ...(department !== undefined && { department }),
    ...(unit !== undefined && { business_unit: unit }),
  };
}

function parseIdentities(
  root: MapReader,
  diagnostics: Diagnostic[],
): readonly IdentityAttribute[] | undefined {
  const given = root.optionalStrings("identities");
  if (given === undefined) return ["userName", "emails"];
  const known = given.map((name) => identityAttributes.find((one) => one === name));
  const bad = given.find((_, index) => known[index] === undefined);
  if (bad !== undefined || given.length === 0) {
    const detail = bad === undefined ? "no attribute is named" : `"${bad}" is none of them`;
    const args = { detail, known: identityAttributes };
    diagnostics.push(report(contextMessage.badIdentities, root.spanOf("identities"), args));
  }
  return known.filter((name) => name !== undefined);
}

/**
 * Parses the file that says where the exports are and what groups mean.
 *
 * @param file Name used in positions; nothing is read from disk.
 * @returns The settings, or every problem (codes C550, C561, C562, Y1xx) with its place.
 */
export function parseScimSettings(text: string, file: string): Result<ScimSettings> {
  const yaml = parseYaml(text, file);
  if (!yaml.ok) return fail(yaml.diagnostics);
  const diagnostics: Diagnostic[] = [...yaml.diagnostics];
  const root = MapReader.of(yaml.value, "a table of a directory's groups", diagnostics);
  if (root === undefined) return fail(diagnostics);
  const users = root.string("users");
  const groups = root.string("groups");
  const identities = parseIdentities(root, diagnostics) ?? [];
  const meanings = root.optionalList("groups_as")?.items ?? [];
  const parsed = meanings.map((node) => parseMeaning(node, diagnostics));
  const places = root.optionalMap("attributes");
  const department = places?.optionalChoice("department", placeAttributes);
  const unit = places?.optionalChoice("business_unit", placeAttributes);
  places?.done();
  root.done();
  const says = meanings.length > 0 || department !== undefined || unit !== undefined;
  if (!says && !diagnostics.some(isError))
    diagnostics.push(report(contextMessage.groupWithoutMeaning, fileSpan(file), {}));
  return resultOf(
    {
      users: users ?? "",
      groups: groups ?? "",
      identities,
      meanings: parsed.filter((one) => one !== undefined),
      attributes: {
        ...(department !== undefined && { department }),
        ...(unit !== undefined && { business_unit: unit }),
      },
    },
    diagnostics,
  );
}
