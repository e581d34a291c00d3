/** Settings of the source kind `kafka`. */
import {
  type KafkaConnectionOptions,
  kafkaConflicts,
  kafkaConnectionRows,
} from "../../config/kafka.ts";
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { duration, text, texts } from "../../config/option-type.ts";
import { size } from "../../config/size.ts";
import { type RecordFormat, recordFormatOption } from "../gateway/format.ts";

export interface KafkaSourceOptions extends KafkaConnectionOptions {
  readonly topics: readonly string[];
  readonly group: string;
  readonly format: RecordFormat;
  /** Milliseconds. */
  readonly session_timeout: number;
  /** Bytes of one answer of a broker. */
  readonly fetch_size: number;
}

export const kafkaSourceOptions: OptionTable<KafkaSourceOptions> = {
  ...kafkaConnectionRows,
  topics: texts({
    doc: "Topics to read, one JSON event or record as the value of each message. Where the group has read nothing yet, it begins with the oldest message.",
    example: '["claude-events"]',
  }),
  group: text({
    doc: "Consumer group. Connectors of the same group share the partitions; the group's offsets say what is durable in a journal.",
    fallback: "claude-siem",
  }),
  format: recordFormatOption,
  session_timeout: duration({
    doc: "After this time without a sign of life of a connector, others of the group take its partitions. Must lie within group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers.",
    fallback: 30_000,
    minMs: 1000,
    maxMs: 1_800_000,
  }),
  fetch_size: size({
    doc: "Bytes that each broker sends at most at a time. They are in memory until the journal has them; nothing more is asked for before.",
    fallback: 4_194_304,
    minBytes: 65_536,
    maxBytes: 67_108_864,
  }),
};

export function kafkaSourceConflicts(options: KafkaSourceOptions): readonly SettingConflict[] {
  const conflicts = [...kafkaConflicts(options)];
  if (options.topics.length === 0 || options.topics.some((topic) => !/^\S{1,249}$/.test(topic)))
    conflicts.push({
      key: "topics",
      problem: "topics must name one topic at least, and names have no blanks",
      instruction: "Name the topics to read.",
    });
  return conflicts;
}
