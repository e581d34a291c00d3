/** `claude-siem setup`: creates in a product what its sink needs. */
import { report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configOption } from "./configuration.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { renderFindings, renderFindingsJson } from "./findings-table.ts";
import { connectorConfiguration, namedSink, openNamedSink, sinkOption } from "./sink-command.ts";
import { durationOption } from "./time-option.ts";

const TIMEOUT_MS = 120_000;

const spec: CommandSpec = {
  name: "setup",
  summary: "create in a product what a sink needs: templates, pipeline, streams, role",
  description:
    "Creates what a sink needs in its product, where the product has an API for that, and says for each part whether it was created, changed or there already; a second run changes nothing. It uses the credential for setting up that the sink's settings name (elasticsearch: setup_api_key), which the connector itself never needs. For the other products `build` writes what an administrator installs.",
  positionals: [],
  options: [
    configOption,
    sinkOption,
    {
      name: "timeout",
      value: "DURATION",
      description: "How long all of it may take. Default: 2m.",
    },
    { name: "format", value: "FORMAT", choices: ["text", "json"], description: "Default: text." },
  ],
  examples: ["claude-siem setup --sink elastic"],
};

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const timeoutMs = durationOption(args, "timeout", TIMEOUT_MS);
  const config = await connectorConfiguration(args, context);
  const configured = namedSink(config, args);
  const { sink, close } = await openNamedSink(config, configured, args, context);
  try {
    if (sink.setUp === undefined) {
      const about = { sink: sink.name, kind: sink.kind };
      throw new CommandFailure([report(commandMessage.noSetUp, args.spanOf("sink"), about)], 3);
    }
    const done = await sink.setUp(AbortSignal.timeout(timeoutMs));
    const findings = done.map((finding) => ({ about: sink.name, ...finding }));
    const asJson = args.text("format") === "json";
    const text = asJson
      ? renderFindingsJson(findings)
      : renderFindings(findings, context.colour.stdout);
    await write(context.stdout, text);
    return findings.some(({ status }) => status === "failed") ? EXIT.io : EXIT.ok;
  } finally {
    await close();
  }
}

export const setup: Command = { spec, run };
