/**
 * Users and groups of the organization, for what the feed does not say: department and role.
 *
 * Names and addresses stay in memory. The endpoints and their pages are described at
 * https://platform.claude.com/docs/en/manage-claude/compliance-org-data.
 */
import type { KnownPerson } from "../source.ts";
import type { PersonContext } from "./activity.ts";
import { type ApiClient, type ApiFailure, describeFailure, type Query } from "./client.ts";
import { type Fields, isFields, textOf, wordOf } from "./field.ts";

const PAGE_SIZE = 500;
/** An answer that never ends must not keep the source from reading the feed. */
const PAGES_MAX = 10_000;

/** A page of the directory could not be had. */
class DirectoryError extends Error {
  override readonly name = "DirectoryError";
  readonly failure: ApiFailure;

  constructor(what: string, failure: ApiFailure) {
    super(`${what} cannot be read: ${describeFailure(failure)}`);
    this.failure = failure;
  }
}

/** Everything a directory says about people, by account id. */
export interface Directory {
  readonly people: ReadonlyMap<string, PersonContext>;
  /** Account ids by address in lower case. */
  readonly accounts: ReadonlyMap<string, string>;
}

export const emptyDirectory: Directory = { people: new Map(), accounts: new Map() };

/** The people of a directory whose department it tells, under all their names. */
export function knownPeople({ people, accounts }: Directory): readonly KnownPerson[] {
  const addresses = Map.groupBy(accounts, ([, account]) => account);
  return [...people].flatMap(([account, { department }]) => {
    if (department === undefined) return [];
    const more = (addresses.get(account) ?? []).map(([address]) => address);
    return [{ identities: [account, ...more], department }];
  });
}

/** An id that may stand in a path: what an answer holds must not lead a request elsewhere. */
function pathId(value: unknown): string | undefined {
  const id = textOf(value);
  return id !== undefined && /^[A-Za-z0-9_-]+$/.test(id) ? id : undefined;
}

/** All records of a list whose pages follow each other by token. */
async function* listAll(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Fields> {
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query: Query = [
      ["limit", String(PAGE_SIZE)],
      ...(token === undefined ? [] : [["page", token] as const]),
    ];
    const result = await client.get(path, query, signal);
    if (!result.ok) throw new DirectoryError(path.split("/").at(-1) ?? path, result.failure);
    const { data, has_more, next_page } = result.body;
    for (const record of data as readonly unknown[]) if (isFields(record)) yield record;
    const next = textOf(next_page, 4096);
    if (has_more !== true || next === undefined || next === token) return;
    token = next;
  }
}

/** The department that a group stands for, if it stands for one. */
export function departmentOf(group: Fields, prefix: string | undefined): string | undefined {
  const name = textOf(group["name"]);
  if (name === undefined) return undefined;
  if (prefix === undefined) return group["source_type"] === "scim" ? name : undefined;
  return name.startsWith(prefix) && name.length > prefix.length
    ? name.slice(prefix.length)
    : undefined;
}

/** Members of groups that are departments: account id → department. Groups are taken by name. */
async function readDepartments(
  client: ApiClient,
  prefix: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const groups: { readonly id: string; readonly department: string }[] = [];
  for await (const group of listAll(client, "/v1/compliance/groups", signal)) {
    const id = pathId(group["id"]);
    const department = departmentOf(group, prefix);
    if (id !== undefined && department !== undefined) groups.push({ id, department });
  }
  groups.sort((a, b) => (a.department < b.department ? -1 : 1));
  const departments = new Map<string, string>();
  for (const { id, department } of groups) {
    const path = `/v1/compliance/groups/${id}/members`;
    for await (const member of listAll(client, path, signal)) {
      const account = textOf(member["user_id"]);
      if (account !== undefined && !departments.has(account)) departments.set(account, department);
    }
  }
  return departments;
}

/**
 * Reads users and groups. Throws `DirectoryError` when a page cannot be had: half a directory would
 * take departments away from the other half.
 */
export async function readDirectory(
  client: ApiClient,
  prefix: string | undefined,
  signal: AbortSignal,
): Promise<Directory> {
  const departments = await readDepartments(client, prefix, signal);
  const people = new Map<string, PersonContext>();
  const accounts = new Map<string, string>();
  for (const [account, department] of departments) people.set(account, { department });
  for await (const organization of listAll(client, "/v1/compliance/organizations", signal)) {
    const uuid = pathId(organization["uuid"]);
    if (uuid === undefined) continue;
    const path = `/v1/compliance/organizations/${uuid}/users`;
    for await (const user of listAll(client, path, signal)) {
      const account = textOf(user["id"]);
      if (account === undefined) continue;
      const role = wordOf(user["organization_role"]);
      const known = people.get(account);
      // Somebody in several organizations keeps the role of the first.
      people.set(account, { ...(role !== undefined && { role }), ...known });
      const address = textOf(user["email"])?.toLowerCase();
      if (address !== undefined) accounts.set(address, account);
    }
  }
  return { people, accounts };
}
