/**
 * The memory of a connector that runs for a year. Node lets its heap grow for as long as the machine has
 * memory, and glibc keeps an arena for each thread; both can only be told at the start of a process. So
 * `run` reads its configuration and then starts the same process over, with bounds that fit it.
 */
import type { ConnectorConfig } from "../connector/config.ts";

const MIB = 2 ** 20;
/** What the connector itself needs, and what each sink needs beside its buffer. */
const BASE_MIB = 96;
const SINK_MIB = 24;
/** Judging days of events against the rules passes through the heap too. */
const EMBEDDED_MIB = 128;
/** Records in the buffer are held with their bookkeeping. */
const BUFFER_FACTOR = 2;
const YOUNG_MIB = 8;
const MARK = "CLAUDE_SIEM_BOUNDED";

/** Upper bound of the heap's old generation for a configuration, MiB. */
export function heapBoundMib({ sinks }: Pick<ConnectorConfig, "sinks">): number {
  const buffers = sinks.reduce((sum, { delivery }) => sum + delivery.buffer_size / MIB, 0);
  const embedded = sinks.filter(({ kind }) => kind === "embedded").length * EMBEDDED_MIB;
  return Math.ceil(BASE_MIB + sinks.length * SINK_MIB + buffers * BUFFER_FACTOR + embedded);
}

export interface ProcessFacts {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Arguments and environment of the process with bounds; `undefined` when it has them. */
export function boundedStart(
  { execPath, execArgv, argv, environment }: ProcessFacts,
  heapMib: number,
): { readonly args: readonly string[]; readonly environment: Record<string, string> } | undefined {
  if (environment[MARK] !== undefined) return undefined;
  const given = `${execArgv.join(" ")} ${environment["NODE_OPTIONS"] ?? ""}`;
  const flags = [`--max-old-space-size=${heapMib}`, `--max-semi-space-size=${YOUNG_MIB}`].filter(
    (flag) => !given.includes(flag.split("=")[0] ?? flag),
  );
  const set = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    args: [execPath, ...execArgv, ...flags, ...argv.slice(1)],
    environment: { MALLOC_ARENA_MAX: "2", ...Object.fromEntries(set), [MARK]: "1" },
  };
}

/**
 * Replaces this process by itself with bounds, where the system can (execve(2): not on Windows). Returns
 * when there is nothing to do.
 */
export function boundMemory(config: ConnectorConfig): void {
  // Absent on Windows and in worker threads, whatever the types say.
  const execve = process.execve as typeof process.execve | undefined;
  if (execve === undefined || process.platform === "win32") return;
  const { execPath, execArgv, argv, env: environment } = process;
  const start = boundedStart({ execPath, execArgv, argv, environment }, heapBoundMib(config));
  if (start !== undefined) execve(execPath, [...start.args], start.environment);
}
