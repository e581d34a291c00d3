/** Who acted and whom it is about. The identities stay raw here; the policy stage makes them pseudonyms. */
import { type Fields, isFields, textOf, valueAt } from "./field.ts";

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

/** What is known of the actor beside a person, for labels. */
export function actorLabels(actor: unknown): Readonly<Record<string, unknown>> {
  if (!isFields(actor)) return {};
  const { api_key_id, admin_api_key_id, service_account_id, directory_id } = actor;
  const { workos_event_id, idp_connection_type, service } = actor;
  return {
    ...{ api_key_id, admin_api_key_id, service_account_id, directory_id, workos_event_id },
    ...{ idp_connection_type, service },
  };
}
