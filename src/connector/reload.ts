/** From one configuration to the next without a restart, or not at all. */
import type { Sink } from "../delivery/sink.ts";
import {
  type Diagnostic,
  fail,
  fileSpan,
  type Result,
  report,
  succeed,
} from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import type { ConnectorConfig } from "./config.ts";
import type { ConfiguredSink, ConfiguredSource } from "./config-table.ts";
import type { ContextTables } from "./context-tables.ts";
import { openTables, type Running } from "./core.ts";
import { cannotOpen, openClient, openSource, placeSink, type Shared } from "./parts.ts";
import type { SinkRun } from "./sink-run.ts";
import type { SourceRun } from "./source-run.ts";

/** Settings that a running connector cannot change. */
const FIXED = [
  "data_dir",
  "deployment",
  "strict",
  "pseudonym",
  "content_logging",
  "server",
  "log",
  "journal",
  "sessions",
  "rollup",
  "mcp_volume",
] as const;

/** A sink that leaves has this long to deliver what it holds; the rest stays in the journal. */
const LEAVE_MS = 2000;
const AGAIN_MS = 1000;

/** Parts of the next configuration that are open and do not run yet. */
interface Prepared {
  readonly tables: ContextTables;
  readonly clients: ReadonlyMap<ConfiguredSink, Sink>;
  readonly sources: ReadonlyMap<ConfiguredSource, SourceRun>;
}

function checkFixed(before: ConnectorConfig, next: ConnectorConfig): readonly Diagnostic[] {
  return FIXED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(next[key])).map(
    (key) => report(configMessage.needsRestart, fileSpan(next.file), { key }),
  );
}

interface Item {
  readonly name: string;
  readonly fingerprint: string;
}

function isAmong({ name, fingerprint }: Item, items: readonly Item[]): boolean {
  return items.some((one) => one.name === name && one.fingerprint === fingerprint);
}

/** Items of the next configuration that do not run as they should be already. */
function changedOf<T extends Item>(
  next: readonly T[],
  running: readonly { readonly configured: T }[],
): readonly T[] {
  const items = running.map(({ configured }) => configured);
  return next.filter((one) => !isAmong(one, items));
}

async function prepare(
  running: Running,
  next: ConnectorConfig,
  shared: Shared,
): Promise<Result<Prepared>> {
  const problems: Diagnostic[] = [];
  const clients = new Map<ConfiguredSink, Sink>();
  const sources = new Map<ConfiguredSource, SourceRun>();
  const attempt = async (part: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      problems.push(cannotOpen(next, part, cause));
    }
  };
  for (const one of changedOf(next.sinks, running.sinks))
    await attempt(`sink ${one.name}`, async () => {
      clients.set(one, await openClient(shared, one));
    });
  for (const one of changedOf(next.sources, running.sources))
    await attempt(`source ${one.name}`, async () => {
      sources.set(one, await openSource(shared, one));
    });
  const tables = await openTables(next, shared.world, shared.hasher, shared.people);
  if (!tables.ok) problems.push(...tables.diagnostics);
  if (problems.length === 0 && tables.ok)
    return succeed({ tables: tables.value, clients, sources });
  await Promise.allSettled([...clients.values()].map((client) => client.close()));
  return fail(problems);
}

/** Goes on until it works: the disk may refuse for a moment, and the sink before it has left already. */
async function placeInTheEnd(
  shared: Shared,
  configured: ConfiguredSink,
  client: Sink,
): Promise<SinkRun | undefined> {
  const { alarms, signal, world } = shared;
  while (!signal.aborted) {
    try {
      return await placeSink(shared, configured, client);
    } catch (cause) {
      const what = `its place in the journal cannot be read: ${String(cause)}`;
      alarms.raise({ severity: "error", about: `sink ${configured.name}`, what });
      await new Promise<void>((resolve) => world.clock.after(AGAIN_MS, resolve));
    }
  }
  return undefined;
}

async function swapSinks(
  running: Running,
  next: ConnectorConfig,
  { clients }: Prepared,
  shared: Shared,
): Promise<void> {
  const staying = running.sinks.filter(({ configured }) => isAmong(configured, next.sinks));
  const leaving = running.sinks.filter((sink) => !staying.includes(sink));
  await Promise.allSettled(leaving.map((sink) => sink.stop(LEAVE_MS)));
  const coming: SinkRun[] = [];
  for (const [configured, client] of clients) {
    const run = await placeInTheEnd(shared, configured, client);
    if (run !== undefined) coming.push(run);
  }
  running.sinks = [...staying, ...coming];
  for (const sink of coming) sink.start();
}

async function swapSources(
  running: Running,
  next: ConnectorConfig,
  { sources }: Prepared,
): Promise<void> {
  const staying = running.sources.filter(({ configured }) => isAmong(configured, next.sources));
  const leaving = running.sources.filter((source) => !staying.includes(source));
  await Promise.allSettled(leaving.map((source) => source.stop()));
  const coming = [...sources.values()];
  running.sources = [...staying, ...coming];
  for (const source of coming) source.start();
}

/**
 * Replaces what changed. Everything new is opened before anything old is stopped, so a configuration
 * that cannot be used changes nothing.
 */
export async function reloadConnector(
  running: Running,
  next: ConnectorConfig,
  shared: Shared,
): Promise<Result<undefined>> {
  const fixed = checkFixed(running.config, next);
  if (fixed.length > 0) return fail(fixed);
  const prepared = await prepare(running, next, shared);
  if (!prepared.ok) return prepared;
  await swapSources(running, next, prepared.value);
  await swapSinks(running, next, prepared.value, shared);
  running.tables = prepared.value.tables;
  running.config = next;
  return succeed(undefined);
}
