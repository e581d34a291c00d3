/** `doctor`: everything that can keep a connector from doing its work, looked at in one go. */
import { nodeFileSystem } from "../../journal/file-system.ts";
import { lockHolder } from "../../journal/lock.ts";
import type { ConnectorConfig } from "../config.ts";
import { placesOf } from "../parts.ts";
import { createSecretReader } from "../secret.ts";
import type { World } from "../world.ts";
import { type Check, type Diagnosis, runChecks } from "./check.ts";
import { checkJournal, checkLetters } from "./journal.ts";
import { checkDataFolder } from "./machine.ts";
import { checkSource } from "./receiver.ts";
import { checkStatusPage } from "./running.ts";
import { sendTest } from "./send-test.ts";
import { checkSink, withSink } from "./sink-check.ts";
import { checkKey, checkTables } from "./site.ts";

export interface DoctorOptions {
  readonly config: ConnectorConfig;
  readonly world: World;
  /** What one check may take, milliseconds. */
  readonly timeoutMs: number;
  /** Whether to send a test event through every sink. */
  readonly sendTest: boolean;
  /** How long a product may take to show it, milliseconds. */
  readonly waitMs: number;
  readonly onEnd?: (ended: number, total: number) => void;
}

function sinkChecks(options: DoctorOptions, folder: string, isRunning: boolean): readonly Check[] {
  const { config, world, timeoutMs, waitMs } = options;
  return config.sinks.flatMap((configured): readonly Check[] => {
    const about = `sink ${configured.name}`;
    const checked = Promise.withResolvers<void>();
    const checks: Check[] = [
      {
        about,
        run: (signal) => checkSink(config, configured, world, signal).finally(checked.resolve),
      },
      { about, run: () => checkLetters(folder, configured.name) },
    ];
    const test: Check = {
      about,
      late: "the test event did not come through",
      timeoutMs: 2 * timeoutMs + waitMs,
      run: async (signal) => {
        // Some sinks let only one client at a time work on their files.
        await checked.promise;
        return withSink(config, configured, world, ({ sink }) =>
          sendTest({ config, configured, sink, world, isRunning, waitMs }, signal),
        );
      },
    };
    return options.sendTest ? [...checks, test] : checks;
  });
}

export async function examine(options: DoctorOptions): Promise<Diagnosis> {
  const { config, world, timeoutMs, onEnd } = options;
  const folder = placesOf(config).journal;
  const holder = (await lockHolder(nodeFileSystem, folder))?.pid;
  const isRunning = holder !== undefined;
  const { environment } = world;
  // The check of each part that has a secret tells what is wrong with it.
  const readSecret = createSecretReader({ environment, warn: () => {} });
  const checks: readonly Check[] = [
    { about: "data folder", run: () => checkDataFolder(config) },
    { about: "journal", run: () => checkJournal({ config, folder, holder }) },
    { about: "pseudonym key", run: () => checkKey(config, world) },
    { about: "context tables", run: () => checkTables(config, world) },
    { about: "status page", run: (signal) => checkStatusPage(config, holder, readSecret, signal) },
    ...config.sources.map((source) => ({
      about: `source ${source.name}`,
      run: (signal: AbortSignal) => checkSource(source, world, isRunning, signal),
    })),
    ...sinkChecks(options, folder, isRunning),
  ];
  return runChecks(checks, timeoutMs, world.clock, (ended) => onEnd?.(ended, checks.length));
}
