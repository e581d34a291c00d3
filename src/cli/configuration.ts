/** The configuration that a command works with: a file, or what is used where there is none. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type ConnectorConfig, parseConnectorConfig } from "../connector/config.ts";
import { defaultConfiguration, KEY_FILE } from "../connector/defaults.ts";
import { engineProblem } from "../connector/embedded/engine.ts";
import { kinds } from "../connector/registry.ts";
import type { Arguments, OptionSpec } from "./arguments.ts";
import { type Context, tell } from "./context.ts";
import { CommandFailure, reading, writing } from "./failure.ts";
import { CONFIG_FILE } from "./init.ts";

export const configOption: OptionSpec = {
  name: "config",
  value: "FILE",
  description: `The configuration. Default: ${CONFIG_FILE} in the working folder, when there is one.`,
};

/** Where everything goes when there is no configuration. */
export const DATA_FOLDER = "claude-siem-data";

/** Reads and parses a configuration; problems end the command with exit code 2. */
export async function readConfiguration(
  path: string,
  args: Arguments,
  context: Context,
): Promise<ConnectorConfig> {
  const text = await reading(path, args.spanOf(path), async () => readFileSync(path, "utf8"));
  const parsed = parseConnectorConfig(text, path, kinds);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  await tell(context, parsed.diagnostics);
  return parsed.value;
}

/** The file that `--config` names or that lies in the working folder; `undefined` when there is none. */
export function configurationPath(args: Arguments): string | undefined {
  return args.text("config") ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined);
}

/** Makes a key of pseudonyms once; another key would make other pseudonyms. */
async function makeKey(path: string, context: Context): Promise<void> {
  if (existsSync(path)) return;
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${Buffer.from(context.random(32)).toString("hex")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * The configuration of a machine where nobody has written one: receivers on loopback, an archive, and
 * the embedded store where its engine is installed.
 */
export async function embeddedConfiguration(context: Context): Promise<ConnectorConfig> {
  await writing(DATA_FOLDER, async () => {
    await mkdir(DATA_FOLDER, { recursive: true, mode: 0o750 });
    await makeKey(join(DATA_FOLDER, KEY_FILE), context);
  });
  const hasEngine = (await engineProblem()) === undefined;
  const text = defaultConfiguration(DATA_FOLDER, hasEngine);
  const parsed = parseConnectorConfig(text, "built-in", kinds);
  if (!parsed.ok) throw new CommandFailure(parsed.diagnostics, 2);
  return parsed.value;
}
