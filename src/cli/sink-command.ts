/** What commands about one sink share: the configuration, the sink, and how it fails. */
import { existsSync } from "node:fs";
import type { ConnectorConfig } from "../connector/config.ts";
import type { ConfiguredSink } from "../connector/config-table.ts";
import { createLog } from "../connector/log.ts";
import { type CommandSink, openCommandSink } from "../connector/resend/command-sink.ts";
import type { World } from "../connector/world.ts";
import { type Clock, systemClock } from "../delivery/clock.ts";
import { type Diagnostic, report, type Span } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";
import {
  configurationPath,
  DATA_FOLDER,
  embeddedConfiguration,
  readConfiguration,
} from "./configuration.ts";
import { type Context, write } from "./context.ts";
import { CommandFailure, reasonOf } from "./failure.ts";
import { CONFIG_FILE } from "./init.ts";

export const sinkOption: OptionSpec = {
  name: "sink",
  value: "NAME",
  required: true,
  description: "The sink, by its name in the configuration.",
};

/** The configuration that a connector here runs with; its absence ends the command with exit code 2. */
export async function connectorConfiguration(
  args: Arguments,
  context: Context,
): Promise<ConnectorConfig> {
  const path = configurationPath(args);
  if (path !== undefined) return readConfiguration(path, args, context);
  // A connector without a configuration keeps its data here.
  if (existsSync(DATA_FOLDER)) return embeddedConfiguration(context);
  const span = args.spanOf("config");
  throw new CommandFailure(
    [report(commandMessage.noConfiguration, span, { file: CONFIG_FILE })],
    2,
  );
}

export function commandClock(context: Context): Clock {
  return { ...systemClock, now: context.now };
}

export function commandWorld(config: ConnectorConfig, context: Context): World {
  return {
    clock: commandClock(context),
    random: context.random,
    environment: context.environment,
    log: createLog(config.log, context.stderr),
    version: context.version,
  };
}

/** The sink that `--sink` names. */
export function namedSink(config: ConnectorConfig, args: Arguments): ConfiguredSink {
  const name = args.text("sink") ?? "";
  const found = config.sinks.find((one) => one.name === name);
  if (found !== undefined) return found;
  const wrong = { sink: name, known: config.sinks.map((one) => one.name) };
  throw new CommandFailure([report(commandMessage.unknownSink, args.spanOf(name), wrong)], 2);
}

/** Another command sends events of the sink: what the lock said, in the words of this command. */
export function busyFailure(
  sink: string,
  diagnostics: readonly Diagnostic[],
  args: Arguments,
): CommandFailure {
  const owner = diagnostics.map(({ message }) => message).join("; ");
  const busy = report(commandMessage.replayBusy, args.spanOf("sink"), { sink, owner });
  return new CommandFailure([busy], 3);
}

export function sinkFailure(
  span: Span,
  sink: string,
  reason: string,
  instruction: string,
): CommandFailure {
  const wrong = { sink, reason, instruction };
  return new CommandFailure([report(commandMessage.sinkFailed, span, wrong)], 3);
}

/** Opens the sink for a command; what it has to tell goes to stderr. */
export async function openNamedSink(
  config: ConnectorConfig,
  configured: ConfiguredSink,
  args: Arguments,
  context: Context,
): Promise<CommandSink> {
  const warn = (message: string): void => {
    if (!context.quiet) void write(context.stderr, `${configured.name}: ${message}\n`);
  };
  try {
    return await openCommandSink(config, configured, commandWorld(config, context), warn);
  } catch (cause) {
    const advice = "Mend what the reason names; `claude-siem doctor` looks at everything at once.";
    throw sinkFailure(args.spanOf("sink"), configured.name, reasonOf(cause), advice);
  }
}
