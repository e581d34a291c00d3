/** The followers that a configuration asks for. */
import { mkdir } from "node:fs/promises";
import type { ConnectorConfig } from "../config.ts";
import { Follower, type FollowerOptions } from "./follower.ts";
import type { PartKind } from "./part.ts";
import { rollupPart } from "./rollup-part.ts";
import { sessionPart } from "./session-part.ts";
import { volumePart } from "./volume-part.ts";

/** Makes them, without starting them. Throws when their folder cannot be made. */
export async function openFollowers(
  { sessions, rollup, mcp_volume }: Pick<ConnectorConfig, "sessions" | "rollup" | "mcp_volume">,
  options: Omit<FollowerOptions, "kind">,
): Promise<readonly Follower[]> {
  const kinds: PartKind[] = [];
  if (sessions.kinds.length > 0) kinds.push(sessionPart(sessions));
  if (rollup.enabled) kinds.push(rollupPart(rollup, options.alarms));
  if (mcp_volume.enabled) kinds.push(volumePart(mcp_volume));
  if (kinds.length > 0) await mkdir(options.folder, { recursive: true, mode: 0o750 });
  return kinds.map((kind) => new Follower({ ...options, kind }));
}
