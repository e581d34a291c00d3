/** A sink that a command opens for itself, beside the connector that may be running. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sink, SinkTools } from "../../delivery/sink.ts";
import type { ConnectorConfig } from "../config.ts";
import type { ConfiguredSink } from "../config-table.ts";
import { placesOf } from "../parts.ts";
import { createSecretReader } from "../secret.ts";
import type { World } from "../world.ts";

export interface CommandSink {
  readonly sink: Sink;
  readonly close: () => Promise<void>;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Missing, or not for this user: the sink gets a folder that goes away again.
    return false;
  }
}

/**
 * Opens the client of a sink; rejects with what its kind throws.
 *
 * @param warn Told what the sink or its secrets have to tell an operator.
 */
export async function openCommandSink(
  config: ConnectorConfig,
  configured: ConfiguredSink,
  { clock, random, environment }: World,
  warn: (message: string) => void,
): Promise<CommandSink> {
  const { name } = configured;
  // A command may run as another user before the connector ever did: it must not make folders that
  // the connector cannot write later.
  const own = join(placesOf(config).sinks, name);
  const temporary = (await isFolder(own))
    ? undefined
    : await mkdtemp(join(tmpdir(), "claude-siem-sink-"));
  const tools: SinkTools = {
    ...{ name, warn, random, folder: temporary ?? own, now: clock.now },
    readSecret: createSecretReader({ environment, warn }),
  };
  const forget = async (): Promise<void> => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  try {
    const sink = await configured.open(tools);
    return {
      sink,
      close: async () => {
        await sink.close();
        await forget();
      },
    };
  } catch (cause) {
    await forget();
    throw cause;
  }
}
