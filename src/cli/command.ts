import type { Arguments, CommandSpec } from "./arguments.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit.ts";

/** One command: its specification, and its work behind a lazy import so that start-up stays quick. */
export interface Command {
  readonly spec: CommandSpec;
  readonly run: (args: Arguments, context: Context) => Promise<ExitCode>;
}
