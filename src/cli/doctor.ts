/** `claude-siem doctor`: everything that can keep the connector from its work, in one table. */
import type { ConnectorConfig } from "../connector/config.ts";
import type { Diagnosis, DoctorFinding } from "../connector/doctor/check.ts";
import { examine } from "../connector/doctor/doctor.ts";
import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Command } from "./command.ts";
import { configOption } from "./configuration.ts";
import { type Context, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { renderFindings, renderFindingsJson } from "./findings-table.ts";
import { commandWorld, connectorConfiguration } from "./sink-command.ts";
import { startProgress } from "./terminal/progress.ts";
import { counted } from "./terminal/table.ts";
import { durationOption } from "./time-option.ts";

const TIMEOUT_MS = 30_000;
const WAIT_MS = 120_000;
/** How long something that did not end may keep the process, after everything is said. */
const LEAVE_MS = 1000;

const spec: CommandSpec = {
  name: "doctor",
  summary: "look at everything that can keep the connector from its work",
  description:
    "Looks at configuration, data folder, journal, keys, context tables, sources, sinks and the status page, all at once, and says what to do about what it finds. Sinks are tried as a real delivery would be: connection, certificate, permissions, and whether the writer may do more than write. It changes nothing and may run beside the connector; run it as the connector's user. --send-test sends one test event (session_start, department claude-siem-test) through each sink and looks for it in the product. The exit code is 1 when there is a warning or a problem.",
  positionals: [],
  options: [
    configOption,
    { name: "send-test", description: "Send a test event through each sink and find it again." },
    {
      name: "wait",
      value: "DURATION",
      description: "How long a product may take to show the test event. Default: 2m.",
    },
    {
      name: "timeout",
      value: "DURATION",
      description: "How long one check may take; none waits for another. Default: 30s.",
    },
    { name: "format", value: "FORMAT", choices: ["text", "json"], description: "Default: text." },
  ],
  examples: [
    "claude-siem doctor",
    "claude-siem doctor --config /etc/claude-siem/claude-siem.yaml --send-test",
    "claude-siem doctor --format json",
  ],
};

function configurationFinding({ file, sources, sinks }: ConnectorConfig): DoctorFinding {
  const parts = `${counted(sources.length, "source")}, ${counted(sinks.length, "sink")}`;
  return { about: "configuration", status: "ok", what: `${file}: ${parts}` };
}

/** A check that hangs holds on to its connection; the process does not wait for that. */
function leaveSoon({ overdue }: Diagnosis, exit: ExitCode, context: Context): void {
  if (overdue && context.stdout === process.stdout)
    setTimeout(() => process.exit(exit), LEAVE_MS).unref();
}

async function run(args: Arguments, context: Context): Promise<ExitCode> {
  const timeoutMs = durationOption(args, "timeout", TIMEOUT_MS);
  const waitMs = durationOption(args, "wait", WAIT_MS);
  const config = await connectorConfiguration(args, context);
  let progress: ReturnType<typeof startProgress> | undefined;
  const diagnosis = await examine({
    ...{ config, timeoutMs, waitMs, sendTest: args.flag("send-test") },
    world: commandWorld(config, context),
    onEnd: (ended, total) => {
      progress ??= startProgress({
        ...{ stream: context.stderr, enabled: context.progress, now: context.now, total },
        ...{ label: "looking", unit: "checks" },
      });
      progress.update(ended, ended);
    },
  });
  progress?.finish();
  const findings = [configurationFinding(config), ...diagnosis.findings];
  const asJson = args.text("format") === "json";
  const text = asJson
    ? renderFindingsJson(findings)
    : renderFindings(findings, context.colour.stdout);
  await write(context.stdout, text);
  const exit = findings.every(({ status }) => status === "ok") ? EXIT.ok : EXIT.findings;
  leaveSoon(diagnosis, exit, context);
  return exit;
}

export const doctor: Command = { spec, run };
