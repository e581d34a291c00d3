/** How a Kafka cluster is reached: settings that the sink and the source share. */
import type { BaseOptions } from "@platformatic/kafka";
import { type Diagnostic, report } from "../diagnostic/diagnostic.ts";
import * as sourceMessage from "../diagnostic/message/source.ts";
import type { MapReader } from "../yaml/reader.ts";
import { isLoopbackHost } from "./endpoint.ts";
import { parseListenAddress } from "./listen.ts";
import type { Option, OptionTable, SettingConflict } from "./option.ts";
import { choice, duration, flag, optionalSecret, optionalText, text } from "./option-type.ts";
import { optionalPath } from "./path.ts";
import type { ReadSecret, SecretReference } from "./secret.ts";

export type SaslMechanism = "none" | "plain" | "scram-sha-256" | "scram-sha-512";

export interface KafkaConnectionOptions {
  /** `host:port` of brokers to begin with; the cluster names the others. */
  readonly brokers: readonly string[];
  readonly allow_plaintext: boolean;
  readonly ca_file: string | undefined;
  readonly cert_file: string | undefined;
  readonly key_file: string | undefined;
  readonly sasl_mechanism: SaslMechanism;
  readonly username: string | undefined;
  readonly password: SecretReference | undefined;
  readonly client_id: string;
  /** Milliseconds for one request, and for all that belongs to it. */
  readonly timeout: number;
}

/** An IPv4 or IPv6 address, as opposed to a name. */
const ADDRESS = /^[0-9.]+$|:/;

function judgeBroker(value: string, allowPlaintext: boolean): string | undefined {
  const broker = parseListenAddress(value);
  if (broker === undefined || broker.port === 0) return "it is not of the form host:port";
  if (allowPlaintext && !isLoopbackHost(broker.host))
    return "allow_plaintext is for this machine only; events would travel unencrypted";
  return undefined;
}

/** A value may be a URL with a password in it: only its end is repeated. */
function shown(value: string): string {
  return value.replace(/^.*@/, "…@");
}

function readBrokers(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
): readonly string[] | undefined {
  const given = reader.strings(key);
  if (given === undefined) return undefined;
  const allowPlaintext = reader.optionalBoolean("allow_plaintext") ?? false;
  const problems =
    given.length === 0
      ? [{ value: "[]", problem: "the list is empty" }]
      : given.flatMap((value) => {
          const problem = judgeBroker(value, allowPlaintext);
          return problem === undefined ? [] : [{ value: shown(value), problem }];
        });
  for (const problem of problems)
    diagnostics.push(report(sourceMessage.badBroker, reader.spanOf(key), { key, ...problem }));
  return given;
}

const brokers: Option<readonly string[]> = {
  doc: "Brokers to begin with, each as host:port. Two or three are enough: the cluster names the others.",
  type: "list of host:port",
  schema: {
    type: "array",
    minItems: 1,
    items: { type: "string", pattern: "^.+:[0-9]{1,5}$" },
  },
  example: '["kafka-1.example:9093", "kafka-2.example:9093"]',
  read: readBrokers,
};

/** The rows of a cluster. Spread them into the table of a sink or a source. */
export const kafkaConnectionRows: OptionTable<KafkaConnectionOptions> = {
  brokers,
  allow_plaintext: flag({
    doc: "Talk to brokers on this machine (127.0.0.0/8, ::1, localhost) without TLS. Passwords then travel unencrypted on loopback only.",
  }),
  ca_file: optionalPath({
    doc: "PEM file of a private certificate authority. Without it the system's authorities count.",
  }),
  cert_file: optionalPath({ doc: "PEM file of the client certificate, for mutual TLS." }),
  key_file: optionalPath({ doc: "PEM file of the client certificate's private key." }),
  sasl_mechanism: choice<SaslMechanism>({
    doc: "How the client proves who it is, beside a client certificate.",
    of: ["none", "plain", "scram-sha-256", "scram-sha-512"],
    fallback: "none",
  }),
  username: optionalText({ doc: "User name for SASL." }),
  password: optionalSecret({
    doc: "Password for SASL. It is read again for every connection, so it can be rotated.",
    example: "{env: KAFKA_PASSWORD}",
  }),
  client_id: text({
    doc: "Name of this client in the broker's logs, metrics and quotas.",
    fallback: "claude-siem",
  }),
  timeout: duration({
    doc: "For one attempt, with everything that belongs to it.",
    fallback: 30_000,
    minMs: 1000,
    maxMs: 300_000,
  }),
};

/** Settings of a connection that do not go together. */
export function kafkaConflicts(options: KafkaConnectionOptions): readonly SettingConflict[] {
  const conflicts: SettingConflict[] = [];
  const needsPassword = options.sasl_mechanism !== "none";
  if (needsPassword && (options.username === undefined || options.password === undefined))
    conflicts.push({
      key: "sasl_mechanism",
      problem: `${options.sasl_mechanism} needs a user name and a password`,
      instruction: "Set username, and password: {env: NAME}.",
    });
  if (!needsPassword && options.password !== undefined)
    conflicts.push({
      key: "password",
      problem: "a password is given, but sasl_mechanism is none",
      instruction: "Set sasl_mechanism to plain, scram-sha-256 or scram-sha-512.",
    });
  if ((options.cert_file === undefined) !== (options.key_file === undefined))
    conflicts.push({
      key: options.cert_file === undefined ? "key_file" : "cert_file",
      problem: "a client certificate is a certificate and its key",
      instruction: "Set both cert_file and key_file, or neither.",
    });
  const tlsFile = (["ca_file", "cert_file", "key_file"] as const).find(
    (key) => options[key] !== undefined,
  );
  if (options.allow_plaintext && tlsFile !== undefined)
    conflicts.push({
      key: tlsFile,
      problem: `allow_plaintext turns TLS off, so ${tlsFile} has no use`,
      instruction: `Remove allow_plaintext to use TLS, or remove ${tlsFile}.`,
    });
  return conflicts;
}

/** Brokers as they are named to people. */
export function describeBrokers({ brokers }: KafkaConnectionOptions): string {
  return brokers.length > 2 ? `${brokers[0]} and ${brokers.length - 1} more` : brokers.join(", ");
}

/** What reading files and secrets needs of the machine. */
export interface KafkaSettingTools {
  readonly readSecret: ReadSecret;
  /** Text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
}

function saslOf(
  options: KafkaConnectionOptions,
  readSecret: ReadSecret,
): Pick<BaseOptions, "sasl"> {
  const { sasl_mechanism, username, password } = options;
  if (sasl_mechanism === "none" || username === undefined || password === undefined) return {};
  // Read now so that a missing secret is known at once, and again for each connection.
  readSecret(password);
  const mechanism = sasl_mechanism.toUpperCase() as "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  return { sasl: { mechanism, username, password: () => readSecret(password) } };
}

function tlsOf(
  options: KafkaConnectionOptions,
  readFile: (path: string) => string,
): Pick<BaseOptions, "tls" | "tlsServerName"> {
  if (options.allow_plaintext) return {};
  const { ca_file, cert_file, key_file } = options;
  const isNamed = options.brokers.every(
    (broker) => !ADDRESS.test(parseListenAddress(broker)?.host ?? ""),
  );
  return {
    tls: {
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(ca_file !== undefined && { ca: readFile(ca_file) }),
      ...(cert_file !== undefined && { cert: readFile(cert_file) }),
      ...(key_file !== undefined && { key: readFile(key_file) }),
    },
    // RFC 6066, section 3: an address is no server name. The certificate is verified either way.
    tlsServerName: isNamed,
  };
}

/**
 * The settings as the client takes them. Files and secrets are read now, so a client made later uses
 * what was rotated in the meantime.
 *
 * @throws MissingSecretError, or what `readFile` throws.
 */
export function kafkaClientSettings(
  options: KafkaConnectionOptions,
  { readSecret, readFile }: KafkaSettingTools,
): BaseOptions {
  return {
    clientId: options.client_id,
    bootstrapBrokers: options.brokers.map((broker) => {
      const address = parseListenAddress(broker);
      if (address === undefined) throw new Error(`broker ${shown(broker)} is not host:port`);
      return address;
    }),
    connectTimeout: Math.min(options.timeout, 10_000),
    requestTimeout: options.timeout,
    timeout: options.timeout,
    // A topic that is missing is a mistake to be mended, not to be created with defaults.
    autocreateTopics: false,
    ...tlsOf(options, readFile),
    ...saslOf(options, readSecret),
  };
}
