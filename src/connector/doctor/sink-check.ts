/** Each sink's own check, with what its secrets and its client have to tell. */
import type { CheckFinding } from "../../delivery/sink.ts";
import type { ConnectorConfig } from "../config.ts";
import type { ConfiguredSink } from "../config-table.ts";
import { type CommandSink, openCommandSink } from "../resend/command-sink.ts";
import type { World } from "../world.ts";
import { failed, reasonOf, warning } from "./check.ts";

/** Opens a sink for a check; what it warns of becomes findings. */
export async function withSink(
  config: ConnectorConfig,
  configured: ConfiguredSink,
  world: World,
  work: (opened: CommandSink) => Promise<readonly CheckFinding[]>,
): Promise<readonly CheckFinding[]> {
  const warnings: CheckFinding[] = [];
  const warn = (message: string): void => {
    warnings.push(warning(message, "Mend what the message names."));
  };
  let opened: CommandSink;
  try {
    opened = await openCommandSink(config, configured, world, warn);
  } catch (cause) {
    return [failed(`it cannot be opened: ${reasonOf(cause)}`, "Mend what the reason names.")];
  }
  try {
    return [...(await work(opened)), ...warnings];
  } finally {
    await opened.close();
  }
}

export function checkSink(
  config: ConnectorConfig,
  configured: ConfiguredSink,
  world: World,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  return withSink(config, configured, world, ({ sink }) => sink.check(signal));
}
