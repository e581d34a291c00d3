/** What a connector stands on: folder, key of pseudonyms, tables, journal, policy, disk. */
import { mkdir } from "node:fs/promises";
import { fail, isError, type Result, succeed } from "../diagnostic/diagnostic.ts";
import { Journal } from "../journal/journal.ts";
import type { LineBox } from "../journal/line-box.ts";
import { createPolicy, type Policy } from "../policy/policy.ts";
import type { Pseudonymiser } from "../policy/pseudonym.ts";
import { AlarmBook } from "./alarm.ts";
import type { ConnectorConfig } from "./config.ts";
import { ContextTables } from "./context-tables.ts";
import { DiskGuard } from "./disk-guard.ts";
import { LearnedPeople } from "./learned-people.ts";
import { cannotOpen, openPseudonymiser, type Places, placesOf } from "./parts.ts";
import { type Door, LIBRARY, Reception } from "./reception.ts";
import type { SinkRun } from "./sink-run.ts";
import type { SourceRun } from "./source-run.ts";
import type { World } from "./world.ts";

/** Everything that runs. `reload.ts` replaces members of it. */
export interface Running {
  config: ConnectorConfig;
  tables: ContextTables;
  sources: readonly SourceRun[];
  sinks: readonly SinkRun[];
}

export interface Core {
  readonly world: World;
  readonly places: Places;
  readonly alarms: AlarmBook;
  readonly journal: Journal;
  readonly disk: DiskGuard;
  readonly policy: Policy;
  readonly reception: Reception;
  readonly hasher: Pseudonymiser;
  readonly people: LearnedPeople;
  readonly rejects: Map<string, LineBox>;
  readonly library: Door;
  readonly stop: AbortController;
  readonly running: Running;
}

/** Folder, key, tables and journal: what everything else stands on. */
export async function openCore(config: ConnectorConfig, world: World): Promise<Result<Core>> {
  const { clock, log, random } = world;
  const places = placesOf(config);
  const alarms = new AlarmBook(log, clock.now);
  const pseudonymiser = openPseudonymiser(config.pseudonym, config, world, alarms);
  if (!pseudonymiser.ok) return pseudonymiser;
  try {
    await mkdir(places.data, { recursive: true, mode: 0o750 });
  } catch (cause) {
    return fail([cannotOpen(config, "the data folder", cause)]);
  }
  const people = new LearnedPeople(pseudonymiser.value, clock.now);
  const tables = await openTables(config, world, pseudonymiser.value, people);
  if (!tables.ok) return tables;
  const opened = await Journal.open({
    folder: places.journal,
    now: clock.now,
    random,
    segmentBytesMax: config.journal.segment_size,
    onProblem: ({ message: what, help: instruction }) =>
      alarms.raise({ severity: "error", about: "journal", what, instruction }),
  });
  if (!opened.ok) return opened;
  const journal = opened.value;
  for (const one of opened.diagnostics) {
    const severity = isError(one) ? "error" : "warning";
    alarms.raise({ severity, about: "journal", what: one.message, instruction: one.help });
  }
  journal.onState((state) => {
    if (state.state === "ok")
      alarms.raise({ severity: "info", about: "journal", what: "writes again" });
    else {
      const what = `cannot be written, nothing is acknowledged: ${state.reason}`;
      const instruction = "Free space or mend the device; it goes on by itself.";
      alarms.raise({ severity: "error", about: "journal", what, instruction });
    }
  });
  const disk = new DiskGuard({
    folder: places.data,
    freeMin: config.journal.disk_free_min,
    clock,
    onChange: (low, free) => {
      const mib = Math.floor(free / 2 ** 20);
      if (low) {
        const what = `only ${mib} MiB are free: no more events are taken`;
        const instruction = "Free space, or lower journal.disk_free_min.";
        alarms.raise({ severity: "error", about: "disk", what, instruction }, "low");
      } else
        alarms.raise(
          { severity: "info", about: "disk", what: `${mib} MiB are free again` },
          "free",
        );
    },
  });
  await disk.start();
  const policy = createPolicy({
    pseudonymiser: pseudonymiser.value,
    contentLogging: config.content_logging,
  });
  const running: Running = { config, tables: tables.value, sources: [], sinks: [] };
  people.onChange(() => running.tables.renew());
  const reception = new Reception({
    journal,
    policy,
    enricher: () => running.tables.enricher,
    strict: config.strict,
    deployment: config.deployment,
    now: clock.now,
    room: () => disk.room(),
  });
  // A program hears at once why a value is no event, so nothing of it goes to a file.
  const library = reception.openDoor(LIBRARY, { append: async () => {} });
  const stop = new AbortController();
  const core: Core = {
    ...{ world, places, alarms, journal, disk, policy, reception, library, stop, running },
    hasher: pseudonymiser.value,
    people,
    rejects: new Map(),
  };
  return succeed(core, [...tables.diagnostics, ...opened.diagnostics]);
}

/** The context tables of a configuration; a file that cannot be read is a diagnostic too. */
export async function openTables(
  config: ConnectorConfig,
  world: World,
  hasher: Pseudonymiser,
  people: LearnedPeople,
): Promise<Result<ContextTables>> {
  try {
    const { now } = world.clock;
    return await ContextTables.open({ settings: config.context, hasher, people, now });
  } catch (cause) {
    return fail([cannotOpen(config, "a context table", cause)]);
  }
}
