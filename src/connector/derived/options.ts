/** Settings of what the connector derives from the events of its journal. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { duration, flag, integer, texts } from "../../config/option-type.ts";

export interface SessionSettings {
  readonly kinds: readonly string[];
  /** Milliseconds. */
  readonly idle_timeout: number;
  readonly late: number;
  readonly open_max: number;
}

export interface RollupSettings {
  readonly enabled: boolean;
  /** Milliseconds. */
  readonly late: number;
  readonly quiet: number;
  readonly users_max: number;
}

export interface VolumeSettings {
  readonly enabled: boolean;
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
  readonly quiet_for: number;
  readonly sessions_max: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const sessionOptions: OptionTable<SessionSettings> = {
  kinds: texts({
    doc: "Sources whose sessions get a derived session_start and session_end, by `source_kind` of their events; [] derives none. A start or end that a source tells itself takes the place of the derived one.",
    fallback: ["otlp"],
  }),
  idle_timeout: duration({
    doc: "A session ends at the last event before a pause longer than this.",
    fallback: 30 * MINUTE_MS,
    minMs: MINUTE_MS,
    maxMs: 7 * DAY_MS,
  }),
  late: duration({
    doc: "How much later than others of its kind an event may come and still count. Starts are written when twice this has passed, with what was known by then; ends, when the pause and this have.",
    fallback: 2 * MINUTE_MS,
    minMs: 0,
    maxMs: DAY_MS,
  }),
  open_max: integer({
    doc: "Sessions that are kept open. Beyond, the one that was quiet longest is ended and counted. Ten times as many that have ended are remembered.",
    fallback: 20_000,
    min: 1,
    max: 1_000_000,
  }),
};

/** What does not go together. */
export function sessionConflicts({
  idle_timeout,
  late,
}: SessionSettings): readonly SettingConflict[] {
  if (late <= idle_timeout) return [];
  const instruction = "Lower late or raise idle_timeout.";
  return [{ key: "late", problem: "it is more than idle_timeout", instruction }];
}

export const rollupOptions: OptionTable<RollupSettings> = {
  enabled: flag({
    doc: "Write one usage_rollup for each user and UTC day, with the 30 days before. Sentinel and Sigma judge high-volume users by them. The first start reads the whole journal and writes the days it has.",
  }),
  late: duration({
    doc: "How long after its end a day is written. What comes later is missing in the record of its day and counts for the days after it.",
    fallback: 60 * MINUTE_MS,
    minMs: 0,
    maxMs: 7 * DAY_MS,
  }),
  quiet: duration({
    doc: "A day is written when none of its events has come for this long, at most twelve times as long after it could be: what piled up while the connector was away is read first.",
    fallback: 5 * MINUTE_MS,
    minMs: 100,
    maxMs: DAY_MS,
  }),
  users_max: integer({
    doc: "Users whose days are kept in memory, about 2 KiB each. Those beyond get no record; an alarm says so.",
    fallback: 100_000,
    min: 1,
    max: 10_000_000,
  }),
};

export const volumeOptions: OptionTable<VolumeSettings> = {
  enabled: flag({
    doc: "Write a security_event anomalous_mcp_volume when a session makes more than `limit` MCP queries within `window`. It is what the rule anomalous-mcp-volume finds: choose one of the two, or every burst is told twice.",
  }),
  limit: integer({
    doc: "Queries within the window that are still normal; one more is told.",
    fallback: 50,
    min: 1,
    max: 1000,
  }),
  window: duration({
    doc: "Length of the sliding window, by the times of the queries; both ends count.",
    fallback: 10 * MINUTE_MS,
    minMs: 1000,
    maxMs: DAY_MS,
  }),
  quiet_for: duration({
    doc: "How long nothing more is told of a session.",
    fallback: 60 * MINUTE_MS,
    minMs: 0,
    maxMs: 30 * DAY_MS,
  }),
  sessions_max: integer({
    doc: "Sessions that are watched at once, at most 8 bytes for each query of `limit`. Beyond, the one that was quiet longest is forgotten and counted.",
    fallback: 20_000,
    min: 1,
    max: 1_000_000,
  }),
};
