/** Settings of the sink kind `kafka`. */
import {
  type KafkaConnectionOptions,
  kafkaConflicts,
  kafkaConnectionRows,
} from "../../config/kafka.ts";
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { choice, text } from "../../config/option-type.ts";
import { size } from "../../config/size.ts";
import type { Target } from "../../mapping/schema.ts";

/** `canonical`: the event as the journal holds it. Others: the document that this product would get. */
export type KafkaFormat = "canonical" | Target;

export type KafkaCompression = "none" | "gzip" | "zstd";

export interface KafkaSinkOptions extends KafkaConnectionOptions {
  readonly topic: string;
  readonly format: KafkaFormat;
  readonly compression: KafkaCompression;
  /** Bytes of one batch before compression. */
  readonly batch_size: number;
}

export const kafkaSinkOptions: OptionTable<KafkaSinkOptions> = {
  ...kafkaConnectionRows,
  topic: text({ doc: "Topic that gets the events. It must exist.", example: "claude-audit" }),
  format: choice<KafkaFormat>({
    doc: "canonical: the event as the journal holds it, for consumers of your own and for another connector. elastic, sentinel, splunk: the document that this product would get.",
    of: ["canonical", "elastic", "sentinel", "splunk"],
    fallback: "canonical",
  }),
  compression: choice<KafkaCompression>({
    doc: "How batches are compressed on the wire and in the broker's log. gzip every client can read; zstd is faster and smaller.",
    of: ["none", "gzip", "zstd"],
    fallback: "none",
  }),
  batch_size: size({
    doc: "Size of one batch before compression. Keep it below message.max.bytes of the brokers and max.message.bytes of the topic (1048588 bytes unless changed).",
    fallback: 950_000,
    minBytes: 16_384,
    maxBytes: 67_108_864,
  }),
};

/** Names that a broker takes (Kafka's own rule for topics). */
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;

export function kafkaSinkConflicts(options: KafkaSinkOptions): readonly SettingConflict[] {
  const conflicts = [...kafkaConflicts(options)];
  if (!TOPIC.test(options.topic) || options.topic === "." || options.topic === "..")
    conflicts.push({
      key: "topic",
      problem: "a topic's name has 1 to 249 letters, digits, dots, underscores and hyphens",
      instruction: "Correct the name of the topic.",
    });
  return conflicts;
}
