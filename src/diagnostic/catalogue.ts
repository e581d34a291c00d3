/** Every message of the product by code, for `explain` and for the test that each has a fixture. */
import type { Definition } from "./diagnostic.ts";
import * as auditLog from "./message/audit-log.ts";
import * as command from "./message/command.ts";
import * as config from "./message/config.ts";
import * as context from "./message/context.ts";
import * as dashboard from "./message/dashboard.ts";
import * as dialect from "./message/dialect.ts";
import * as event from "./message/event.ts";
import * as gateway from "./message/gateway.ts";
import * as hook from "./message/hook.ts";
import * as journal from "./message/journal.ts";
import * as lock from "./message/lock.ts";
import * as mapping from "./message/mapping.ts";
import * as override from "./message/override.ts";
import * as rule from "./message/rule.ts";
import * as signature from "./message/signature.ts";
import * as source from "./message/source.ts";
import * as yaml from "./message/yaml.ts";

/** What `explain` shows of a message: everything but its wording for one occurrence. */
export type CatalogueEntry = Omit<Definition<never>, "wording">;

const areas: readonly object[] = [
  yaml,
  event,
  rule,
  lock,
  override,
  mapping,
  context,
  journal,
  source,
  gateway,
  signature,
  dialect,
  dashboard,
  config,
  command,
  hook,
  auditLog,
];

/** The catalogue in order of codes. */
export const catalogue: readonly CatalogueEntry[] = areas
  .flatMap((area) => Object.values(area) as CatalogueEntry[])
  .sort((a, b) => a.code.localeCompare(b.code));

export function findEntry(code: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.code === code.toUpperCase());
}
