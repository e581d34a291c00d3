/** Settings and tools of a Kafka source on a broker of the tests. */
import type { KafkaSourceOptions } from "../../src/source/kafka/options.ts";
import type { SourceTools } from "../../src/source/source.ts";

export function sourceOptions(
  address: string,
  changes: Partial<KafkaSourceOptions> = {},
): KafkaSourceOptions {
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
    timeout: 5000,
    topics: ["events"],
    format: "audit_event",
    group: "claude-siem",
    session_timeout: 2000,
    fetch_size: 262_144,
    ...changes,
  };
}

export function sourceTools(warnings: string[] = []): SourceTools {
  return {
    name: "events",
    now: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    readSecret: () => "",
    checkpoints: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    warn: (message) => warnings.push(message),
    ready: () => true,
  };
}
