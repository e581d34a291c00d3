/** `claude-siem run`: the connector, until it is told to stop or its input ends. */

import { readFileSync } from "node:fs";
import { type ConnectorConfig, parseConnectorConfig } from "../connector/config.ts";
import { Connector } from "../connector/connector.ts";
import { engineProblem } from "../connector/embedded/engine.ts";
import type { Access } from "../connector/page/access.ts";
import { openAccess, startPages } from "../connector/page/start.ts";
import { kinds } from "../connector/registry.ts";
import type { StatusServer } from "../connector/status-server.ts";
import type { World } from "../connector/world.ts";
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import {
  configOption,
  configurationPath,
  embeddedConfiguration,
  readConfiguration,
} from "./configuration.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure, reasonOf } from "./failure.ts";
import { boundMemory } from "./process-memory.ts";
import { commandWorld } from "./sink-command.ts";
import { counted } from "./terminal/table.ts";
import { durationOption } from "./time-option.ts";

const GRACE_MS = 10_000;

const spec: CommandSpec = {
  name: "run",
  summary: "the connector: sources, journal, sinks",
  description:
    "Takes events from all sources of the configuration, journals them and delivers them to all sinks. SIGTERM and Ctrl+C stop it: sources first, then every sink delivers what is left within the grace period; what is not delivered by then is delivered after the next start. SIGHUP reads the configuration again: a bad one is told and changes nothing. When the input of all sources has ended (stdin), it delivers everything and ends. With no configuration it receives events on 127.0.0.1:8787 and the telemetry of Claude Code and Cowork (OTLP over HTTP) on 127.0.0.1:4318, keeps everything in claude-siem-data, runs the rules over it as it comes in (alerts go to the log and to claude-siem-data/alerts.ndjson) and shows its state and the alerts on 127.0.0.1:9464.",
  positionals: [],
  options: [
    configOption,
    {
      name: "grace",
      value: "DURATION",
      description: "How long to go on delivering after a signal to stop. Default: 10s.",
    },
  ],
  examples: [
    "claude-siem run",
    "claude-siem run --config /etc/claude-siem/claude-siem.yaml",
    "tail -F audit.ndjson | claude-siem run --config stdin-to-splunk.yaml",
  ],
};

/** Who may see the pages; a token that is missing or weak ends the command before anything runs. */
function accessOf(config: ConnectorConfig, world: World): Access {
  const access = openAccess(config, world);
  if (!access.ok) throw new CommandFailure(access.diagnostics, EXIT.usage);
  return access.value;
}

/** Tells diagnostics of a reload in the log, where an operator looks for them. */
function logDiagnostics(world: World, diagnostics: readonly Diagnostic[]): void {
  for (const { span, code, message, help, severity } of diagnostics) {
    const fields = { about: `${span.file}:${span.line}:${span.column}`, code, instruction: help };
    if (severity === "error") world.log.error(fields, message);
    else world.log.warn(fields, message);
  }
}

/** Reads the file again and goes over to it, or says why not. */
async function reload(path: string, connector: Connector, world: World): Promise<void> {
  try {
    const parsed = parseConnectorConfig(readFileSync(path, "utf8"), path, kinds);
    const taken = parsed.ok ? await connector.reload(parsed.value) : parsed;
    logDiagnostics(world, taken.diagnostics);
    if (taken.ok)
      world.log.info({ about: path }, "the configuration was read again and is in force");
    else
      world.log.error({ about: path }, "the configuration is bad; the one before stays in force");
  } catch (cause) {
    const what = `the configuration cannot be read; the one before stays in force: ${reasonOf(cause)}`;
    world.log.error({ about: path }, what);
  }
}

/** Says so when nothing is judged because the engine of the embedded store is not there. */
async function tellDetection({ log }: World): Promise<void> {
  const problem = await engineProblem();
  if (problem === undefined) return;
  const instruction =
    "Install it beside this package: npm install @duckdb/node-api. Then start again.";
  log.warn(
    { about: "detection", instruction },
    `events are kept, but no rules run over them: ${problem}`,
  );
}

/** Resolves with the signal that asks to stop. A second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // The command line ends at Ctrl+C by itself; here there is something to finish first.
    process.removeAllListeners("SIGINT");
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      let asked = false;
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
}

const LISTEN_MS = 5000;
const LOOK_MS = 50;

/** Tells where receivers listen, once they do: a port of 0 and a first run are found in the log. */
function tellAddresses(connector: Connector, world: World): void {
  const told = new Set<string>();
  const look = (left: number): void => {
    for (const { name, kind, address } of connector.status().sources) {
      if (address === undefined || told.has(name)) continue;
      told.add(name);
      world.log.info({ about: `source ${name}`, kind, address }, "receives");
    }
    if (left > 0) setTimeout(() => look(left - LOOK_MS), LOOK_MS).unref();
  };
  look(LISTEN_MS);
}

/** Waits until the input has ended and everything is delivered, or a sink is held: then who waits? */
async function delivered(connector: Connector): Promise<"delivered" | "held"> {
  let done = false;
  const caughtUp = connector.caughtUp().then(() => {
    done = true;
  });
  while (!done) {
    await Promise.race([caughtUp, new Promise((resolve) => setTimeout(resolve, 200))]);
    const open = connector.status().sinks.filter(({ lagRecords }) => lagRecords > 0);
    if (!done && open.length > 0 && open.every(({ state }) => state === "held")) return "held";
  }
  return "delivered";
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const graceMs = durationOption(args, "grace", GRACE_MS);
  const path = configurationPath(args);
  const config =
    path === undefined
      ? await embeddedConfiguration(context)
      : await readConfiguration(path, args, context);
  boundMemory(config);
  const world = commandWorld(config, context);
  const access = accessOf(config, world);
  const started = await Connector.start(config, world);
  if (!started.ok) {
    const exit = started.diagnostics.some(({ code }) => code.startsWith("J"))
      ? EXIT.io
      : EXIT.usage;
    throw new CommandFailure(started.diagnostics, exit);
  }
  const connector = started.value;
  const stopAsked = stopSignal();
  let server: StatusServer | undefined;
  try {
    if (config.server.enabled)
      server = await startPages({ config, connector, world, access, root: context.root });
  } catch (cause) {
    await connector.stop(0);
    const reason = reasonOf(cause);
    throw new CommandFailure(
      [report(commandMessage.cannotListen, args.spanOf("run"), { reason })],
      3,
    );
  }
  process.on("SIGHUP", () => {
    if (path === undefined) {
      world.log.warn(
        { about: "connector" },
        "SIGHUP: there is no configuration file to read again",
      );
      return;
    }
    reload(path, connector, world).catch((cause: unknown) => {
      world.log.error({ about: path }, `the reload failed by a defect: ${reasonOf(cause)}`);
    });
  });
  const where = server === undefined ? {} : { status: server.url };
  world.log.info({ about: "connector", ...where, data: config.data_dir }, "runs");
  if (path === undefined) await tellDetection(world);
  tellAddresses(connector, world);
  const ended = connector.sourcesEnded().then(() => "ended" as const);
  const why = await Promise.race([stopAsked, ended]);
  const outcome = why === "ended" ? await Promise.race([delivered(connector), stopAsked]) : why;
  await connector.stop(outcome === "held" ? 0 : graceMs);
  await server?.close();
  return summarise(connector, context);
}

/** The last words: what came in, what went out, what waits for the next start. */
async function summarise(connector: Connector, context: Context): Promise<ExitCode> {
  const { sources, sinks } = connector.status();
  const rejected = sources.reduce((sum, source) => sum + source.rejected, 0);
  const left = sinks.filter(({ lagRecords }) => lagRecords > 0);
  if (!context.quiet) {
    const taken = sources.reduce((sum, source) => sum + source.accepted, 0);
    await write(
      context.stderr,
      `${counted(taken, "event")} taken, ${counted(rejected, "record")} rejected.\n`,
    );
    for (const { name, counts, lagRecords } of sinks) {
      const rest =
        lagRecords > 0 ? `, ${counted(lagRecords, "record")} left for the next start` : "";
      await write(
        context.stderr,
        `  ${name}: ${counts.delivered} delivered, ${counted(counts.quarantined, "dead letter")}${rest}\n`,
      );
    }
  }
  if (left.length > 0) return EXIT.io;
  const letters = sinks.reduce((sum, { counts }) => sum + counts.quarantined, 0);
  return rejected + letters > 0 ? EXIT.findings : EXIT.ok;
}

export const runConnector: Command = { spec, run };
