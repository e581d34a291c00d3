/** What the site gives: the key of pseudonyms and the tables that context is stamped from. */
import { describeSecret } from "../../config/secret.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import { fileSpan, isError } from "../../diagnostic/diagnostic.ts";
import { createPseudonymiser, type Pseudonymiser, parseKey } from "../../policy/pseudonym.ts";
import type { ConnectorConfig } from "../config.ts";
import { ContextTables, type TableStatus } from "../context-tables.ts";
import { createSecretReader } from "../secret.ts";
import type { World } from "../world.ts";
import { failed, ok, reasonOf, warning } from "./check.ts";

const DAY_MS = 86_400_000;
/** Tables that nobody has written for longer are probably forgotten. */
const STALE_DAYS: Readonly<Record<TableStatus["table"], number>> = {
  clearances: 30,
  scim: 7,
  calendar: 400,
  prices: 180,
  classification: 180,
  directory: 7,
};

interface Key {
  readonly findings: readonly CheckFinding[];
  readonly hasher?: Pseudonymiser;
}

function readKey({ pseudonym }: ConnectorConfig, { environment }: World): Key {
  const { key, mode } = pseudonym;
  const warnings: CheckFinding[] = [];
  const warn = (message: string): number =>
    warnings.push(warning(message, "Let only the user that runs the connector read it."));
  const where = describeSecret(key);
  try {
    const text = createSecretReader({ environment, warn })(key);
    const parsed = parseKey(text, fileSpan(where));
    if (!parsed.ok)
      return { findings: parsed.diagnostics.map(({ message, help }) => failed(message, help)) };
    const hasher = createPseudonymiser(parsed.value, mode);
    return { findings: [ok(`the key is there, in ${where}`), ...warnings], hasher };
  } catch (cause) {
    const instruction = "Put the deployment's key there; another key would make other pseudonyms.";
    return { findings: [failed(reasonOf(cause), instruction)] };
  }
}

export async function checkKey(
  config: ConnectorConfig,
  world: World,
): Promise<readonly CheckFinding[]> {
  return readKey(config, world).findings;
}

export async function checkTables(
  config: ConnectorConfig,
  world: World,
): Promise<readonly CheckFinding[]> {
  const { context: settings } = config;
  const { clearances, scim, calendar, prices, classification } = settings;
  if ([clearances, scim, calendar, prices, classification].every((file) => file === undefined))
    return [ok("none are configured: nothing is stamped on events")];
  const { hasher } = readKey(config, world);
  if (hasher === undefined)
    return [failed("they cannot be read without the key of pseudonyms", "See pseudonym key.")];
  const { now } = world.clock;
  const opened = await ContextTables.open({ settings, hasher, now });
  const told = opened.diagnostics.map((one): CheckFinding => {
    const what = `${one.span.file}:${one.span.line}: ${one.message}`;
    return isError(one) ? failed(what, one.help) : warning(what, one.help);
  });
  if (!opened.ok) return told;
  const tables = opened.value.status().map(({ table, file, modifiedAt }) => {
    const days = Math.floor((now() - modifiedAt) / DAY_MS);
    const what = `${table}: ${file}, written ${days <= 0 ? "today" : `${days} days ago`}`;
    return days <= STALE_DAYS[table]
      ? ok(what)
      : warning(what, "See whether the job that writes it still runs.");
  });
  return [...tables, ...told];
}
