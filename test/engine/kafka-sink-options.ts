/** A Kafka sink on a broker of the tests. */
import type { Sink } from "../../src/delivery/sink.ts";
import type { KafkaSinkOptions } from "../../src/sink/kafka/options.ts";
import { kafkaKind } from "../../src/sink/kafka/sink.ts";

export function sinkOptions(
  address: string,
  changes: Partial<KafkaSinkOptions> = {},
): KafkaSinkOptions {
  return {
    brokers: [address],
    allow_plaintext: true,
    ca_file: undefined,
    cert_file: undefined,
    key_file: undefined,
    sasl_mechanism: "none",
    username: undefined,
    password: undefined,
    client_id: "claude-siem-test",
    timeout: 10_000,
    topic: "claude-audit",
    format: "canonical",
    compression: "none",
    batch_size: 950_000,
    ...changes,
  };
}

export function openSink(
  address: string,
  changes: Partial<KafkaSinkOptions> = {},
  readSecret: () => string = () => "",
): Promise<Sink> {
  return kafkaKind.open(sinkOptions(address, changes), {
    name: "kafka",
    now: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    readSecret,
    folder: "/nowhere",
    warn: () => undefined,
  });
}
