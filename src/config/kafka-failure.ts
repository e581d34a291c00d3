/**
 * What an error of a Kafka client means, for the sink and for the source. Errors of the protocol have
 * names (https://kafka.apache.org/protocol, "Error Codes"); those of the connection have Node's codes.
 */

import { MissingSecretError } from "./secret.ts";

/**
 * - `temporary`: passes by itself, or what happened is unknown.
 * - `settings`: somebody has to change something; `instruction` says what.
 * - `too-large`: the batch of a partition. `refused`: its content. `fenced`: the producer's identity is
 *   spent, and nothing of the batch was written. `out-of-range`: the offset is not in the log any more.
 */
export type KafkaFailure =
  | {
      readonly kind: "temporary" | "too-large" | "refused" | "fenced" | "out-of-range";
      readonly reason: string;
      readonly instruction?: undefined;
    }
  | { readonly kind: "settings"; readonly reason: string; readonly instruction: string };

/** What somebody has to do, by the name of the protocol's error. */
const instructions: Readonly<Record<string, string>> = {
  SASL_AUTHENTICATION_FAILED: "Check username, password and sasl_mechanism.",
  UNSUPPORTED_SASL_MECHANISM: "Set sasl_mechanism to one that the listener of the broker offers.",
  ILLEGAL_SASL_STATE: "Set sasl_mechanism; the listener of the broker asks for SASL.",
  SECURITY_DISABLED: "Set sasl_mechanism to none, or turn security on at the broker.",
  TOPIC_AUTHORIZATION_FAILED:
    "Allow this user the operation on the topic: Write and Describe for a sink, Read and Describe for a source.",
  GROUP_AUTHORIZATION_FAILED: "Allow this user the operation Read on the consumer group.",
  CLUSTER_AUTHORIZATION_FAILED:
    "Allow this user Write on the topic; brokers before version 3.0 also need IdempotentWrite on the cluster.",
  UNKNOWN_TOPIC_OR_PARTITION: "Create the topic, or correct its name.",
  UNKNOWN_TOPIC_ID: "Create the topic, or correct its name.",
  INVALID_TOPIC_EXCEPTION: "Correct the topic's name: letters, digits, dot, underscore and hyphen.",
  INVALID_REQUIRED_ACKS: "Let the broker take acks=all.",
  INVALID_TIMESTAMP:
    "Set this machine's clock, or raise message.timestamp.after.max.ms of the topic.",
  UNSUPPORTED_VERSION: "Update the brokers to Kafka 2.4 or newer.",
  UNSUPPORTED_FOR_MESSAGE_FORMAT:
    "Raise log.message.format.version of the brokers to 2.0 or newer.",
  UNSUPPORTED_COMPRESSION_TYPE: "Choose another compression.",
  INVALID_GROUP_ID: "Correct the name of the consumer group.",
  INCONSISTENT_GROUP_PROTOCOL:
    "Choose a consumer group that only this connector uses: its other members divide partitions in another way.",
  INVALID_SESSION_TIMEOUT:
    "Let group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers include 45 seconds.",
  GROUP_MAX_SIZE_REACHED:
    "Raise group.max.size of the brokers, or run fewer connectors in the group.",
};

const tooLarge = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);
const refused = new Set(["INVALID_RECORD"]);
const fenced = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "DUPLICATE_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "PRODUCER_FENCED",
]);

/** What an error of the protocol means, by its name. */
export function judgeKafkaError(name: string): KafkaFailure {
  const reason = `the broker answered ${name}`;
  const instruction = instructions[name];
  if (instruction !== undefined) return { kind: "settings", reason, instruction };
  if (tooLarge.has(name)) return { kind: "too-large", reason };
  if (refused.has(name)) return { kind: "refused", reason };
  if (fenced.has(name)) return { kind: "fenced", reason };
  if (name === "OFFSET_OUT_OF_RANGE") return { kind: "out-of-range", reason };
  return { kind: "temporary", reason };
}

/** Codes of Node and OpenSSL that mean: the broker's certificate is not to be trusted. */
const UNTRUSTED =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(VERIFY|GET)_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$)/;
/** The broker ended the handshake because of our certificate, or the lack of one (RFC 8446, section 6.2). */
const OUR_CERTIFICATE = /^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/;
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE)$/;

function textOf(error: Error, property: string): string {
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : "";
}

/** An error with all that caused it, the nearest cause last. */
export function kafkaCauses(error: unknown, depth = 0): readonly Error[] {
  if (!(error instanceof Error) || depth > 8) return [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return [error, ...[...inner, error.cause].flatMap((one) => kafkaCauses(one, depth + 1))];
}

function judgeConnection(error: Error): KafkaFailure | undefined {
  const code = textOf(error, "code");
  if (UNTRUSTED.test(code))
    return {
      kind: "settings",
      reason: `the broker's certificate is not trusted (${code})`,
      instruction:
        "Set ca_file to the authority that signed the broker's certificate, and name brokers as the certificate does.",
    };
  if (OUR_CERTIFICATE.test(code))
    return {
      kind: "settings",
      reason: `the broker does not take the client certificate (${code})`,
      instruction: "Set cert_file and key_file to a certificate that the broker trusts.",
    };
  if (NO_TLS.test(code))
    return {
      kind: "settings",
      reason: `the broker does not speak TLS on this port (${code})`,
      instruction: "Name the port of the broker's TLS listener in brokers.",
    };
  if (error.message.startsWith("Broker requires TLS"))
    return {
      kind: "settings",
      reason: "the broker speaks TLS on this port",
      instruction: "Remove allow_plaintext.",
    };
  if (code === "PLT_KFK_AUTHENTICATION")
    return {
      kind: "settings",
      reason: "the broker refused to authenticate this client",
      instruction: "Check username, password and sasl_mechanism.",
    };
  if (error instanceof MissingSecretError)
    return { kind: "settings", reason: error.message, instruction: "Provide the secret." };
  // A broker that restarts ends handshakes too, so this may pass.
  if (error.message.startsWith("TLS handshake failed"))
    return {
      kind: "temporary",
      reason:
        "the connection ended in the TLS handshake; if it stays so, the port in brokers is not that of a TLS listener",
    };
  if (error.message.startsWith("Unknown topic "))
    return judgeKafkaError("UNKNOWN_TOPIC_OR_PARTITION");
  return undefined;
}

/** The words for an error that nothing more is known of; never a text that the broker chose. */
function describe(causes: readonly Error[]): string {
  const system = causes.find((cause) => /^E[A-Z]+$/.test(textOf(cause, "code")));
  if (system !== undefined) {
    const address = textOf(system, "address");
    const port: unknown = Reflect.get(system, "port");
    const where = address === "" ? "" : ` (${address}:${String(port)})`;
    return `the broker cannot be reached: ${textOf(system, "code")}${where}`;
  }
  const last = causes.at(-1);
  return last === undefined ? "the client failed" : `the client failed: ${last.message}`;
}

/** What an error that the client threw means. Settings to mend win over what may pass. */
export function judgeKafkaFailure(error: unknown): KafkaFailure {
  const causes = kafkaCauses(error);
  const verdicts = causes.flatMap((cause) => {
    const name = textOf(cause, "apiId");
    return (name === "" ? judgeConnection(cause) : judgeKafkaError(name)) ?? [];
  });
  const settings = verdicts.find(({ kind }) => kind === "settings");
  if (settings !== undefined) return settings;
  const named = verdicts.find(({ kind }) => kind !== "temporary") ?? verdicts.at(-1);
  return named ?? { kind: "temporary", reason: describe(causes) };
}
