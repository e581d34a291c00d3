/** The part that tells of sessions with too many MCP queries. */
import { McpVolume, type SavedVolume, VOLUME_MARK } from "../../session/mcp-volume.ts";
import type { VolumeSettings } from "./options.ts";
import type { PartKind } from "./part.ts";

/** Alerts that are remembered, for each session that may be watched. */
const ALERTS_FOR_EACH = 4;

export function volumePart(settings: VolumeSettings): PartKind {
  const { limit, window: windowMs, quiet_for: quietMs, sessions_max: sessionsMax } = settings;
  return {
    name: "mcp_volume",
    mark: VOLUME_MARK,
    open: (saved) => {
      const options = { limit, windowMs, quietMs, sessionsMax };
      const alertsMax = ALERTS_FOR_EACH * sessionsMax;
      const volume = new McpVolume({ ...options, alertsMax }, saved as SavedVolume | undefined);
      return {
        concerns: (body) => body.includes('"activity_type":"mcp_query"'),
        take: (event, nowMs) => volume.take(event, nowMs),
        // A window ends at a query, so silence changes nothing.
        pass: () => {},
        takeDue: () => volume.takeDue(),
        save: () => volume.save(),
        counts: () => ({ watched: volume.watched, ...volume.counts }),
      };
    },
  };
}
