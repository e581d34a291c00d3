/** The program behind `claude-siem`: finds the command, runs it, turns its end into an exit code. */
import { randomBytes } from "node:crypto";
import { packageRoot, packageVersion } from "../connector/version.ts";
import { fail, report } from "../diagnostic/diagnostic.ts";
import * as commandMessage from "../diagnostic/message/command.ts";
import { renderDiagnostics } from "../diagnostic/render.ts";
import { lineOf, parseArguments, spanOfWord } from "./arguments.ts";
import { commandNames, commands } from "./commands.ts";
import { type Context, sourceLines, write } from "./context.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { CommandFailure } from "./failure.ts";
import { renderCommandHelp, renderOverview } from "./usage.ts";

function makeContext(argv: readonly string[]): Context {
  const has = (flag: string): boolean => argv.includes(flag);
  const plain = has("--no-color") || (process.env["NO_COLOR"] ?? "") !== "";
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    now: Date.now,
    random: randomBytes,
    root: packageRoot,
    version: packageVersion(),
    commandLine: lineOf(argv).text,
    colour: {
      stdout: !plain && process.stdout.isTTY === true,
      stderr: !plain && process.stderr.isTTY === true,
    },
    progress: process.stderr.isTTY === true && !has("--no-progress") && !has("--quiet"),
    quiet: has("--quiet"),
  };
}

async function explainFailure(context: Context, failure: CommandFailure): Promise<ExitCode> {
  const options = {
    colour: context.colour.stderr,
    version: context.version,
    sourceLine: sourceLines(context),
  };
  await write(context.stderr, renderDiagnostics(failure.diagnostics, "text", options));
  return failure.exitCode;
}

async function runCommand(argv: readonly string[], context: Context): Promise<ExitCode> {
  const name = argv[0];
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    const specs = all.map(({ spec }) => spec);
    await write(
      name === undefined ? context.stderr : context.stdout,
      renderOverview(specs, context.version),
    );
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === "--version" || name === "-V") {
    await write(context.stdout, `${context.version}\n`);
    return EXIT.ok;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const args = { command: name, known: commandNames };
    throw new CommandFailure([report(commandMessage.unknownCommand, spanOfWord(argv, 0), args)], 2);
  }
  const command = await load();
  const parsed = parseArguments(argv, 1, command.spec);
  if (!parsed.ok) throw new CommandFailure(fail(parsed.diagnostics).diagnostics, 2);
  if (parsed.value.flag("help")) {
    await write(context.stdout, renderCommandHelp(command.spec));
    return EXIT.ok;
  }
  return command.run(parsed.value, context);
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  const context = makeContext(argv);
  try {
    return await runCommand(argv, context);
  } catch (cause) {
    if (cause instanceof CommandFailure) return explainFailure(context, cause);
    const detail =
      cause instanceof Error
        ? (argv.includes("--debug") && cause.stack) || cause.message
        : String(cause);
    await write(
      context.stderr,
      `claude-siem stopped on a defect of its own: ${detail}\n` +
        "Run it again with --debug and report the output together with the command line.\n",
    );
    return EXIT.bug;
  }
}

// A reader that closes early (`| head`) has what it wanted: end quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.io);
});
process.on("SIGINT", () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));
