/** A site in a folder of its own: a configuration, a journal that a connector wrote, and the command line. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { lineOf, parseArguments } from "../../src/cli/arguments.ts";
import { commands } from "../../src/cli/commands.ts";
import { type Context, tell } from "../../src/cli/context.ts";
import type { ExitCode } from "../../src/cli/exit.ts";
import { CommandFailure } from "../../src/cli/failure.ts";
import { type ConnectorConfig, parseConnectorConfig } from "../../src/connector/config.ts";
import { Connector } from "../../src/connector/connector.ts";
import { kinds } from "../../src/connector/registry.ts";
import { packageRoot } from "../../src/connector/version.ts";
import type { World } from "../../src/connector/world.ts";
import { systemClock } from "../../src/delivery/clock.ts";

export interface Ended {
  readonly exit: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export class Site {
  readonly folder: string = mkdtempSync(join(tmpdir(), "claude-siem-site-"));
  readonly environment: Record<string, string> = {};
  #yaml = "";
  #running: Connector | undefined;

  constructor() {
    writeFileSync(join(this.folder, "key"), `${randomBytes(32).toString("hex")}\n`, {
      mode: 0o600,
    });
  }

  /** Writes the configuration; `sinks` and `sources` are the YAML below those keys. */
  configure(
    sinks: string,
    more = "server: {enabled: false}\n",
    sources = "  - {name: in, kind: stdin}\n",
  ): void {
    this.#yaml = `version: 1\npseudonym: {key: {file: key}}\n${more}sources:\n${sources}sinks:\n${sinks}`;
    writeFileSync(join(this.folder, "claude-siem.yaml"), this.#yaml);
  }

  get config(): ConnectorConfig {
    const file = join(this.folder, "claude-siem.yaml");
    const parsed = parseConnectorConfig(this.#yaml, file, { ...kinds, sourcesOptional: true });
    if (!parsed.ok) throw new Error(parsed.diagnostics.map((one) => one.message).join("; "));
    return { ...parsed.value, sources: [] };
  }

  get world(): World {
    const quiet = (): void => {};
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const { environment } = this;
    return { clock: systemClock, random: randomBytes, environment, log, version: "0.0.0" };
  }

  /** Starts a connector in this process; its lock is held until `stop`. */
  async start(): Promise<Connector> {
    const started = await Connector.start(this.config, this.world);
    if (!started.ok) throw new Error(started.diagnostics.map((one) => one.message).join("; "));
    this.#running = started.value;
    return started.value;
  }

  async stop(graceMs = 5000): Promise<void> {
    await this.#running?.stop(graceMs);
    this.#running = undefined;
  }

  /** Runs a command in this process, as `main.ts` would. */
  async run(name: string, ...words: readonly string[]): Promise<Ended> {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const argv = [name, ...words, "--config", join(this.folder, "claude-siem.yaml")];
    const context: Context = {
      stdin: new PassThrough().end(),
      ...{ stdout, stderr, environment: this.environment, now: Date.now, random: randomBytes },
      ...{ root: packageRoot, version: "0.0.0", commandLine: lineOf(argv).text },
      ...{ colour: { stdout: false, stderr: false }, progress: false, quiet: false },
    };
    const exit = await this.#end(argv, context);
    const textOf = (stream: PassThrough): string => String(stream.read() ?? "");
    return { exit, stdout: textOf(stdout), stderr: textOf(stderr) };
  }

  async #end(argv: readonly string[], context: Context): Promise<ExitCode> {
    const command = await commands[argv[0] ?? ""]?.();
    if (command === undefined) throw new Error(`there is no command ${argv[0]}`);
    const parsed = parseArguments(argv, 1, command.spec);
    try {
      if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
      return await command.run(parsed.value, context);
    } catch (cause) {
      if (!(cause instanceof CommandFailure)) throw cause;
      await tell(context, cause.diagnostics);
      return cause.exitCode;
    }
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
