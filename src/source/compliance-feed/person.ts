/** Who acted and whom it is about. The identities stay raw here; the policy stage makes them pseudonyms. */
import { type Fields, textOf, valueAt } from "./field.ts";

/** Finds one id for one person, however the activity names them. */
export type ResolvePerson = (idOrAddress: string) => string;

/** Kinds of principals and targets that are a person; groups, roles and workspaces are not. */
const PEOPLE = new Set(["account", "user", "user_account"]);

/**
 * The identity of the acting person: the account, which every endpoint of the API spells alike; before
 * sign-in the address that was typed; for a federated workload its issuer and subject. Keys and service
 * accounts are no persons: they are in labels.
 */
export function actorOf(actor: Fields): string | undefined {
  const account = textOf(actor["user_id"]) ?? textOf(actor["email_address"]);
  if (account !== undefined) return account;
  const typed = textOf(actor["unauthenticated_email_address"]);
  if (typed !== undefined) return typed;
  const subject = textOf(actor["subject"], 1024);
  if (subject === undefined) return undefined;
  return `${textOf(actor["issuer"], 1024) ?? textOf(valueAt(actor, "provider.issuer"), 1024) ?? ""} ${subject}`;
}

/** The person whom the activity is about. */
export function targetOf(activity: Fields, persons: readonly string[]): string | undefined {
  for (const name of persons) {
    const identity = textOf(activity[name]);
    if (identity !== undefined) return identity;
  }
  for (const what of ["principal", "target"]) {
    const type = textOf(activity[`${what}_type`]);
    if (type !== undefined && PEOPLE.has(type)) return textOf(activity[`${what}_id`]);
  }
  const members = activity["member_ids"];
  return Array.isArray(members) && members.length === 1 ? textOf(members[0]) : undefined;
}

/** Ids of actors that are no persons, by the label that holds them. */
const ACTOR_IDS: Readonly<Record<string, string>> = {
  actor_api_key_id: "api_key_id",
  actor_admin_api_key_id: "admin_api_key_id",
  actor_service_account_id: "service_account_id",
  actor_directory_id: "directory_id",
  actor_workos_event_id: "workos_event_id",
  actor_idp_connection_type: "idp_connection_type",
  actor_service: "service",
};

/** What is known of the actor beside a person, for labels. */
export function actorLabels(actor: Fields): Fields {
  const labels = Object.entries(ACTOR_IDS).map(([label, name]) => [label, actor[name]]);
  return Object.fromEntries(labels) as Fields;
}
