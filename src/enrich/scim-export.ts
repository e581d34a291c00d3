/** Users and groups of a directory's export as a clearance table. Nothing of a person is kept in clear. */
import {
  type Diagnostic,
  fail,
  fileSpan,
  isError,
  type Result,
  report,
  resultOf,
} from "../diagnostic/diagnostic.ts";
import * as contextMessage from "../diagnostic/message/context.ts";
import { comparable } from "./classify-pattern.ts";
import type { ClearanceTable, UserContext, UserHasher } from "./clearance.ts";
import {
  type GroupMeaning,
  groupClearances,
  type IdentityAttribute,
  type ScimSettings,
} from "./scim.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/** The bound of `department` and `business_unit`. */
const TEXT_MAX = 256;

type Resource = Readonly<Record<string, unknown>>;

/** One file of an export. */
export interface ExportFile {
  readonly text: string;
  /** Name in messages. */
  readonly file: string;
}

function isResource(value: unknown): value is Resource {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An attribute by its name, whose case means nothing (RFC 7643, section 2.1). */
function attributeOf(resource: Resource, name: string): unknown {
  if (Object.hasOwn(resource, name)) return resource[name];
  const lowered = name.toLowerCase();
  const key = Object.keys(resource).find((one) => one.toLowerCase() === lowered);
  return key === undefined ? undefined : resource[key];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The `value` of each entry of a multi-valued attribute such as `emails` and `members`. */
function valuesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap(
    (entry) => textOf(isResource(entry) ? attributeOf(entry, "value") : entry) ?? [],
  );
}

/** The resources of an export: one answer, a list of answers (pages), or a list of resources. */
function resourcesOf(
  { text, file }: ExportFile,
  what: string,
  diagnostics: Diagnostic[],
): readonly Resource[] {
  const refuse = (detail: string): readonly Resource[] => {
    diagnostics.push(report(contextMessage.badScimExport, fileSpan(file), { detail, what }));
    return [];
  };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return refuse("it is not JSON");
  }
  const answers = Array.isArray(value) ? value : [value];
  if (!answers.every(isResource)) return refuse("it holds something that is no object");
  const all: Resource[] = [];
  for (const answer of answers) {
    const resources = attributeOf(answer, "Resources");
    if (resources === undefined && Array.isArray(value)) all.push(answer);
    else if (resources === undefined && attributeOf(answer, "totalResults") === 0) continue;
    else if (!Array.isArray(resources) || !resources.every(isResource))
      return refuse('it has no list "Resources"');
    else all.push(...resources);
  }
  // Part of a directory would take clearances away from the rest without a word.
  const totals = answers.map((answer) => attributeOf(answer, "totalResults"));
  const expected = Math.max(0, ...totals.filter((total) => typeof total === "number"));
  if (all.length < expected) return refuse(`it holds ${all.length} of ${expected} ${what}`);
  const without = all.findIndex((one) => textOf(attributeOf(one, "id")) === undefined);
  return without < 0 ? all : refuse(`number ${without + 1} of its ${what} has no id`);
}

/** Groups by the ids of their members, people and groups alike. */
class Memberships {
  readonly #groupsOf = new Map<string, Set<string>>();

  add(member: string, group: string): void {
    const groups = this.#groupsOf.get(member) ?? new Set();
    this.#groupsOf.set(member, groups.add(group));
  }

  /** All groups that somebody is in, also by being in a group that is in another. */
  allOf(member: string): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [member];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const group of this.#groupsOf.get(next) ?? []) {
        if (found.has(group)) continue;
        found.add(group);
        open.push(group);
      }
    }
    return found;
  }
}

/** What each group means: the meanings whose pattern its name matches. */
function meaningsOf(
  groups: readonly Resource[],
  { meanings }: ScimSettings,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, readonly GroupMeaning[]> {
  const used = new Set<GroupMeaning>();
  const byGroup = new Map<string, readonly GroupMeaning[]>();
  for (const group of groups) {
    const name = textOf(attributeOf(group, "displayName")) ?? "";
    const matching = meanings.filter(({ pattern }) => pattern.matches(comparable(name, false)));
    for (const meaning of matching) used.add(meaning);
    byGroup.set(textOf(attributeOf(group, "id")) ?? "", matching);
  }
  for (const meaning of meanings.filter((one) => !used.has(one))) {
    const args = { group: meaning.text.slice(0, 64) };
    diagnostics.push(report(contextMessage.unusedGroup, meaning.span, args));
  }
  return byGroup;
}

function placeOf(user: Resource, attribute: string | undefined): string | undefined {
  const extension = attribute && attributeOf(user, ENTERPRISE);
  const value = isResource(extension) ? textOf(attributeOf(extension, attribute ?? "")) : undefined;
  return value === undefined || value.length > TEXT_MAX ? undefined : value;
}

/** What the export says of a user. */
function contextOf(
  user: Resource,
  meanings: readonly GroupMeaning[],
  { attributes }: ScimSettings,
): UserContext {
  // Somebody who has left the company is cleared for nothing, whatever groups still list.
  const isActive = attributeOf(user, "active") !== false;
  const held = meanings.map(({ clearance }) => clearance);
  const clearance = isActive ? groupClearances.findLast((one) => held.includes(one)) : undefined;
  const department =
    meanings.find((one) => one.department !== undefined)?.department ??
    placeOf(user, attributes.department);
  const unit =
    meanings.find((one) => one.business_unit !== undefined)?.business_unit ??
    placeOf(user, attributes.business_unit);
  return {
    ...(clearance !== undefined && { clearance }),
    ...(department !== undefined && { department }),
    ...(unit !== undefined && { business_unit: unit }),
  };
}

function identitiesOf(user: Resource, names: readonly IdentityAttribute[]): readonly string[] {
  return names.flatMap((name) => {
    const value = attributeOf(user, name);
    return name === "emails" ? valuesOf(value) : (textOf(value) ?? []);
  });
}

/** Collects people; equal contexts are shared, for a company has few of them and many users. */
class PeopleTable {
  readonly users = new Map<string, UserContext>();
  readonly #owners = new Map<string, number>();
  readonly #shared = new Map<string, UserContext>();

  /** @returns The number of the user who has this name too, where there is one; nobody has it then. */
  add(hash: string, number: number, context: UserContext): number | undefined {
    const owner = this.#owners.get(hash) ?? number;
    this.#owners.set(hash, owner);
    if (owner !== number) {
      this.users.delete(hash);
      return owner;
    }
    const key = JSON.stringify(context);
    const shared = this.#shared.get(key) ?? context;
    this.#shared.set(key, shared);
    this.users.set(hash, shared);
    return undefined;
  }
}

/** Memberships as groups list them; what users list is added to them. */
function membershipsOf(groups: readonly Resource[], users: readonly Resource[]): Memberships {
  const memberships = new Memberships();
  for (const group of groups) {
    const id = textOf(attributeOf(group, "id")) ?? "";
    for (const member of valuesOf(attributeOf(group, "members"))) memberships.add(member, id);
  }
  for (const user of users) {
    const id = textOf(attributeOf(user, "id")) ?? "";
    for (const group of valuesOf(attributeOf(user, "groups"))) memberships.add(id, group);
  }
  return memberships;
}

/**
 * Reads an export.
 *
 * @returns The table, or why the export cannot be used (C560). Warnings: a name of two people (C563),
 *   which is left out because a clearance must not be guessed, and meanings without a group (C564).
 */
export function readScimExport(
  settings: ScimSettings,
  files: { readonly users: ExportFile; readonly groups: ExportFile },
  hasher: UserHasher,
): Result<ClearanceTable> {
  const diagnostics: Diagnostic[] = [];
  const users = resourcesOf(files.users, "users", diagnostics);
  const groups = resourcesOf(files.groups, "groups", diagnostics);
  if (diagnostics.some(isError)) return fail(diagnostics);
  const byGroup = meaningsOf(groups, settings, diagnostics);
  const memberships = membershipsOf(groups, users);
  const table = new PeopleTable();
  for (const [index, user] of users.entries()) {
    const all = memberships.allOf(textOf(attributeOf(user, "id")) ?? "");
    const held = new Set([...all].flatMap((group) => byGroup.get(group) ?? []));
    const meanings = settings.meanings.filter((one) => held.has(one));
    const context = contextOf(user, meanings, settings);
    for (const identity of identitiesOf(user, settings.identities)) {
      const other = table.add(hasher.userIdHash(identity), index + 1, context);
      if (other === undefined) continue;
      const args = { first: other, second: index + 1 };
      diagnostics.push(report(contextMessage.sharedIdentity, fileSpan(files.users.file), args));
    }
  }
  if (table.users.size === 0)
    diagnostics.push(report(contextMessage.emptyTable, fileSpan(files.users.file), {}));
  return resultOf({ users: table.users }, diagnostics);
}
