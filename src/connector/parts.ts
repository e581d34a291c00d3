/** Opens the parts of a connector that need the machine: folders, secrets, tables, sources and sinks. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describeSecret } from "../config/secret.ts";
import type { Sink, SinkTools } from "../delivery/sink.ts";
import type { SinkNotice } from "../delivery/sink-status.ts";
import { type Diagnostic, fail, fileSpan, type Result, report } from "../diagnostic/diagnostic.ts";
import * as configMessage from "../diagnostic/message/config.ts";
import type { Journal } from "../journal/journal.ts";
import { LineBox } from "../journal/line-box.ts";
import { textState } from "../journal/state-file.ts";
import { createPseudonymiser, type Pseudonymiser, parseKey } from "../policy/pseudonym.ts";
import type { SourceTools } from "../source/source.ts";
import { type AlarmBook, alarmOf } from "./alarm.ts";
import type { ConnectorConfig } from "./config.ts";
import type { ConfiguredSink, ConfiguredSource, PseudonymSettings } from "./config-table.ts";
import { lasting } from "./lasting.ts";
import type { LearnedPeople } from "./learned-people.ts";
import type { Door, Reception } from "./reception.ts";
import { createSecretReader } from "./secret.ts";
import { SinkRun } from "./sink-run.ts";
import { SourceRun } from "./source-run.ts";
import type { World } from "./world.ts";

/** Where the connector keeps things, below its data folder. */
export interface Places {
  readonly data: string;
  readonly journal: string;
  readonly rejects: string;
  readonly sources: string;
  readonly sinks: string;
  readonly derived: string;
}

export function placesOf({ data_dir: data }: ConnectorConfig): Places {
  return {
    data,
    journal: join(data, "journal"),
    rejects: join(data, "rejects"),
    sources: join(data, "sources"),
    sinks: join(data, "sinks"),
    derived: join(data, "derived"),
  };
}

/** A part that cannot be opened, as a diagnostic (F960) at the configuration. */
export function cannotOpen(config: ConnectorConfig, part: string, cause: unknown): Diagnostic {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return report(configMessage.cannotOpen, fileSpan(config.file), { part, reason });
}

/** The pseudonymiser of the deployment; a key that is missing or bad is told by its place. */
export function openPseudonymiser(
  { key, mode }: PseudonymSettings,
  config: ConnectorConfig,
  world: World,
  alarms: AlarmBook,
): Result<Pseudonymiser> {
  const warn = (what: string): void =>
    alarms.raise({ severity: "warning", about: "secrets", what });
  const readSecret = createSecretReader({ environment: world.environment, warn });
  let text: string;
  try {
    text = readSecret(key);
  } catch (cause) {
    return fail([cannotOpen(config, "the key of pseudonyms", cause)]);
  }
  const parsed = parseKey(text, fileSpan(describeSecret(key)));
  return parsed.ok ? { ...parsed, value: createPseudonymiser(parsed.value, mode) } : parsed;
}

/** What all parts of one connector share. */
export interface Shared {
  readonly config: ConnectorConfig;
  readonly world: World;
  readonly alarms: AlarmBook;
  readonly journal: Journal;
  readonly reception: Reception;
  readonly hasher: Pseudonymiser;
  readonly people: LearnedPeople;
  /** Boxes of rejects by source: one for each file, because a box knows how long its file is. */
  readonly rejects: Map<string, LineBox>;
  /** Whether more is taken at the moment. */
  readonly ready: () => boolean;
  /** Aborts when the connector stops. */
  readonly signal: AbortSignal;
}

async function sinkTools(shared: Shared, { name }: ConfiguredSink): Promise<SinkTools> {
  const { world, alarms, config } = shared;
  const folder = join(placesOf(config).sinks, name);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const warn = (what: string): void =>
    alarms.raise({ severity: "warning", about: `sink ${name}`, what });
  return {
    name,
    folder,
    warn,
    now: world.clock.now,
    random: world.random,
    readSecret: createSecretReader({ environment: world.environment, warn }),
  };
}

/** Makes the client of a sink, without its place in the journal; throws what its kind throws. */
export async function openClient(shared: Shared, configured: ConfiguredSink): Promise<Sink> {
  return configured.open(await sinkTools(shared, configured));
}

/** A sink at its place in the journal, ready to start. */
export async function placeSink(
  shared: Shared,
  configured: ConfiguredSink,
  sink: Sink,
): Promise<SinkRun> {
  const { world, alarms, journal, config } = shared;
  const { name } = configured;
  const run = await SinkRun.open({
    configured,
    sink,
    journal,
    folder: placesOf(config).journal,
    clock: world.clock,
    notify: (notice: SinkNotice) => alarms.raise(alarmOf(name, notice), notice.kind),
  });
  for (const { message: what, help: instruction } of run.problems)
    alarms.raise({ severity: "error", about: `sink ${name}`, what, instruction });
  return run;
}

/** The way in for a source, with its own file of rejects. */
export async function openDoor(
  shared: Shared,
  { name, kind }: Pick<ConfiguredSource, "name" | "kind">,
): Promise<Door> {
  const { config, alarms, world, reception, signal, rejects } = shared;
  const path = join(placesOf(config).rejects, `${name}.ndjson`);
  const box = rejects.get(name) ?? (await LineBox.open(path));
  rejects.set(name, box);
  return reception.openDoor(kind, lasting(box, { path, alarms, clock: world.clock, signal }));
}

export async function openSource(shared: Shared, configured: ConfiguredSource): Promise<SourceRun> {
  const { config, world, alarms } = shared;
  const { name } = configured;
  const about = `source ${name}`;
  const folder = placesOf(config).sources;
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const warn = (what: string): void => alarms.raise({ severity: "warning", about, what });
  const tools: SourceTools = {
    name,
    warn,
    now: world.clock.now,
    random: world.random,
    readSecret: createSecretReader({ environment: world.environment, warn }),
    checkpoints: textState(join(folder, `${name}.json`), ({ message: what, help: instruction }) =>
      alarms.raise({ severity: "error", about, what, instruction }),
    ),
    ready: shared.ready,
    knowPeople: (people) => shared.people.learn(name, people),
  };
  return SourceRun.open({
    configured,
    tools,
    door: await openDoor(shared, configured),
    clock: world.clock,
    onChange: (state, reason) => {
      if (state === "ended") alarms.raise({ severity: "info", about, what: "its input has ended" });
      else
        alarms.raise({
          severity: "error",
          about,
          what: `it cannot go on and is started again: ${reason ?? "no reason given"}`,
        });
    },
  });
}
