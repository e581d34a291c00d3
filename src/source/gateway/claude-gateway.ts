/**
 * Audit events of the Claude apps gateway. Their names are documented, the names of most members are
 * not (documentation of Claude Code, "Deploy the Claude apps gateway", section Logs), so the event's
 * name is looked for where gateways of this kind write it.
 */
import { type Fields, isFields } from "./path.ts";
import { textOf } from "./transform.ts";

const NAME_MEMBERS = [
  "event",
  "event_name",
  "evt",
  "type",
  "event_type",
  "action",
  "audit",
  "name",
];
const DOTTED = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
/** Documented names without a dot. */
const PLAIN: ReadonlySet<string> = new Set(["inference"]);

function nameOf(record: Fields): string | undefined {
  for (const member of NAME_MEMBERS) {
    const held = record[member];
    const name = textOf(isFields(held) ? held["event"] : held);
    if (name !== undefined && (DOTTED.test(name) || PLAIN.has(name))) return name;
  }
  return undefined;
}

/** Changes are attributed to `admin-key:<id>` or `oidc:<sub>` (page "Spend limits"); a sub is a person. */
function actorOf(record: Fields): Fields {
  const actor = textOf(record["actor"]) ?? textOf(record["principal"]);
  const [, actor_type, id] = /^(admin-key|oidc):(.+)$/s.exec(actor ?? "") ?? [];
  if (actor_type === undefined) return actor === undefined ? {} : { person: actor };
  return { actor_type, person: actor_type === "oidc" ? id : actor };
}

export function prepareClaudeGateway(record: Fields): Fields {
  const event = nameOf(record);
  return {
    ...record,
    derived: { ...(event !== undefined && { event }), ...actorOf(record) },
  };
}

/** Log lines for people, which stand between the events; and the boot's output without any form. */
export function isGatewayLogLine(text: string): boolean {
  return /^(\S+ (stdout|stderr) [FP] )?\[gateway\]/.test(text.trimStart());
}
