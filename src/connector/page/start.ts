/** The pages of a connector that runs. */
import {
  type Diagnostic,
  fail,
  isError,
  type Result,
  succeed,
} from "../../diagnostic/diagnostic.ts";
import { loadDashboards } from "../../engine/dashboard-set.ts";
import { compilePredicate } from "../../rule/match.ts";
import { throttleWarnings } from "../../source/receiver/throttle.ts";
import { AlertBook } from "../alert-state/book.ts";
import type { ConnectorConfig } from "../config.ts";
import type { Connector } from "../connector.ts";
import { isEmbedded } from "../embedded/kind.ts";
import { cannotOpen } from "../parts.ts";
import { createSecretReader } from "../secret.ts";
import type { SinkRun } from "../sink-run.ts";
import { type StatusServer, startStatusServer } from "../status-server.ts";
import type { World } from "../world.ts";
import { Access, TOKEN_CHARACTERS_MIN } from "./access.ts";
import type { PageStore } from "./page-store.ts";
import { Pages } from "./pages.ts";
import { ResultCache } from "./result-cache.ts";

/**
 * Who may see the pages. Fails with F960 when the token cannot be read, or could be guessed.
 */
export function openAccess(config: ConnectorConfig, world: World): Result<Access> {
  const { token } = config.server;
  const { random, environment, log, clock } = world;
  if (token === undefined) return succeed(new Access({ now: clock.now, random }));
  const warn = (what: string): void => log.warn({ about: "status page" }, what);
  const read = createSecretReader({ environment, warn });
  const readToken = (): string => {
    const text = read(token);
    if (text.length >= TOKEN_CHARACTERS_MIN) return text;
    throw new Error(
      `it has ${text.length} characters, at least ${TOKEN_CHARACTERS_MIN} are needed`,
    );
  };
  try {
    readToken();
  } catch (cause) {
    return fail([cannotOpen(config, "the token of the status page", cause)]);
  }
  const told = throttleWarnings(warn, clock.now);
  const readNow = (): string | undefined => {
    try {
      return readToken();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      told("token", `nobody can log in: the token cannot be used: ${reason}`);
      return undefined;
    }
  };
  return succeed(new Access({ readToken: readNow, now: clock.now, random }));
}

function storeOf({ sink, configured }: SinkRun): PageStore | undefined {
  if (!isEmbedded(sink)) return undefined;
  const { where } = configured;
  const takes = where === undefined ? () => true : compilePredicate(where.predicate);
  return { name: sink.name, takes, ...sink.view };
}

/** The store of the first sink that has one; the same object as long as the sink is the same. */
function storeFinder(connector: Connector): () => PageStore | undefined {
  const stores = new WeakMap<SinkRun, PageStore>();
  return () => {
    for (const run of connector.sinks) {
      const store = stores.get(run) ?? storeOf(run);
      if (store === undefined) continue;
      stores.set(run, store);
      return store;
    }
    return undefined;
  };
}

export interface PageOptions {
  readonly config: ConnectorConfig;
  readonly connector: Connector;
  readonly world: World;
  readonly access: Access;
  /** Folder with the dashboards. */
  readonly root: string;
}

/** Serves the pages. Rejects with what to do when the address cannot be had. */
export async function startPages(options: PageOptions): Promise<StatusServer> {
  const { config, connector, world, access, root } = options;
  const { now } = world.clock;
  const status = (): ReturnType<Connector["status"]> => connector.status();
  const { dashboards, diagnostics } = loadDashboards(root);
  const warn = (what: string): void => world.log.warn({ about: "status page" }, what);
  for (const one of diagnostics.filter(isError)) warn(describe(one));
  const book = new AlertBook({
    hasher: connector.pseudonymiser,
    now,
    tell: (event) => connector.tell(event),
  });
  const pages = new Pages({
    ...{ status, book, now, random: world.random },
    store: storeFinder(connector),
    dashboards: dashboards.map(({ dashboard }) => dashboard),
    results: new ResultCache(now),
    alerts: new ResultCache(now),
  });
  const throttled = throttleWarnings(warn, now);
  return startStatusServer({
    listen: config.server.listen,
    remote: config.server.allow_remote,
    openMetrics: config.server.open_metrics,
    ...{ status, access, pages },
    warn: (what) => throttled(what.split(":")[0] ?? what, what),
  });
}

function describe({ span, code, message }: Diagnostic): string {
  return `a dashboard is left out: ${span.file}:${span.line}:${span.column} ${code}: ${message}`;
}
