import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  describeBrokers,
  type KafkaConnectionOptions,
  kafkaClientSettings,
  kafkaConflicts,
  kafkaConnectionRows,
} from "../../src/config/kafka.ts";
import { judgeKafkaError, judgeKafkaFailure } from "../../src/config/kafka-failure.ts";
import { readOptions } from "../../src/config/option.ts";
import { MissingSecretError } from "../../src/config/secret.ts";
import type { Diagnostic } from "../../src/diagnostic/diagnostic.ts";
import { kafkaSinkConflicts } from "../../src/sink/kafka/options.ts";
import { kafkaSourceConflicts } from "../../src/source/kafka/options.ts";
import { parseYaml } from "../../src/yaml/parse.ts";
import { MapReader } from "../../src/yaml/reader.ts";
import { sinkOptions } from "../engine/kafka-sink-options.ts";
import { sourceOptions } from "../engine/kafka-source-options.ts";

function read(text: string) {
  const parsed = parseYaml(text, "claude-siem.yaml");
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  if (!parsed.ok) throw new Error("not YAML");
  const reader = MapReader.of(parsed.value, "sink", diagnostics);
  if (reader === undefined) throw new Error("no map");
  const options = readOptions(kafkaConnectionRows, reader, diagnostics);
  reader.done();
  return { options, codes: diagnostics.map(({ code }) => code), diagnostics };
}

function settingsOf(options: KafkaConnectionOptions) {
  return kafkaClientSettings(options, {
    readSecret: () => "secret word",
    readFile: (path) => `text of ${path}`,
  });
}

describe("settings of a Kafka cluster", () => {
  it("need brokers only, and are safe without more", () => {
    const { options, codes } = read("brokers: [kafka-1.example:9093, '[2001:db8::1]:9093']\n");
    expect(codes).toEqual([]);
    expect(kafkaConflicts(options)).toEqual([]);
    const settings = settingsOf(options);
    expect(settings.bootstrapBrokers).toEqual([
      { host: "kafka-1.example", port: 9093 },
      { host: "2001:db8::1", port: 9093 },
    ]);
    expect(settings.tls).toEqual({ rejectUnauthorized: true, minVersion: "TLSv1.2" });
    expect(settings).toMatchObject({ tlsServerName: false, autocreateTopics: false });
    expect(settings.sasl).toBeUndefined();
  });

  it("name the server in TLS when brokers have names", () => {
    const { options } = read("brokers: [kafka-1.example:9093]\n");
    expect(settingsOf(options).tlsServerName).toBe(true);
  });

  it.each([
    "brokers: []",
    "brokers: [kafka-1.example]",
    "brokers: ['kafka-1.example:0']",
    "brokers: ['kafka-1.example:70000']",
    "brokers: ['kafka://kafka-1.example:9092']",
    "brokers: ['kafka-1.example:9092/path']",
    "allow_plaintext: true\nbrokers: ['127.0.0.1:9092', 'kafka-1.example:9092']",
    readFileSync("test/fixtures/diagnostic/S740.txt", "utf8"),
  ])("refuse %s", (text) => {
    expect(read(text).codes).toEqual(["S740"]);
  });

  it("repeat no password that stands in a broker's name", () => {
    const { diagnostics } = read("brokers: ['user:hunter2@kafka-1.example:9092']");
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
  });

  it("take plaintext on this machine, when asked for", () => {
    const { options, codes } = read(
      "allow_plaintext: true\nbrokers: ['localhost:9092', '[::1]:9092']",
    );
    expect(codes).toEqual([]);
    expect(settingsOf(options).tls).toBeUndefined();
  });

  it("read certificates when a client is made, and the password for every connection", () => {
    const { options, codes } = read(
      "brokers: [kafka-1.example:9093]\nca_file: ca.pem\ncert_file: /c.pem\nkey_file: /k.pem\n" +
        "sasl_mechanism: scram-sha-512\nusername: writer\npassword: {env: KAFKA}\n",
    );
    expect(codes).toEqual([]);
    const words = ["first", "second", "third"];
    const settings = kafkaClientSettings(options, {
      readSecret: () => words.shift() ?? "",
      readFile: (path) => `text of ${path}`,
    });
    expect(settings.tls).toMatchObject({ cert: "text of /c.pem", key: "text of /k.pem" });
    expect(settings.sasl).toMatchObject({ mechanism: "SCRAM-SHA-512", username: "writer" });
    const password = settings.sasl?.password;
    if (typeof password !== "function") throw new Error("the password was read once and for all");
    expect([password(), password()]).toEqual(["second", "third"]);
  });

  it.each([
    [{ sasl_mechanism: "plain" }, "sasl_mechanism"],
    [{ password: { from: "env", name: "KAFKA" } }, "password"],
    [{ cert_file: "/c.pem", allow_plaintext: false }, "cert_file"],
    [{ key_file: "/k.pem", allow_plaintext: false }, "key_file"],
    [{ ca_file: "/ca.pem" }, "ca_file"],
    [{ topic: "two words" }, "topic"],
    [{ topic: ".." }, "topic"],
  ] as const)("do not go together: %o", (changes, key) => {
    const conflicts = kafkaSinkConflicts(sinkOptions("127.0.0.1:9092", changes as never));
    expect(conflicts.map((conflict) => conflict.key)).toEqual([key]);
  });

  it("of a source name topics", () => {
    const keys = (topics: readonly string[]): readonly string[] =>
      kafkaSourceConflicts(sourceOptions("127.0.0.1:9092", { topics })).map(({ key }) => key);
    expect([keys(["a", "b"]), keys([]), keys(["two words"])]).toEqual([[], ["topics"], ["topics"]]);
  });

  it("are named to people without length", () => {
    const brokers = ["a:1", "b:2", "c:3"];
    expect(describeBrokers(sinkOptions("x", { brokers }))).toBe("a:1 and 2 more");
    expect(describeBrokers(sinkOptions("x", { brokers: ["a:1", "b:2"] }))).toBe("a:1, b:2");
  });
});

/** An error as the client builds them: nested, with codes. */
function nested(inner: Error): Error {
  const network = Object.assign(new Error("Connection to kafka:9092 failed.", { cause: inner }), {
    code: "PLT_KFK_NETWORK",
  });
  return new AggregateError([network], "Cannot connect to any broker.");
}

function coded(message: string, properties: Readonly<Record<string, unknown>>): Error {
  return Object.assign(new Error(message), properties);
}

describe("errors of a Kafka client", () => {
  it.each([
    ["SASL_AUTHENTICATION_FAILED", "settings"],
    ["TOPIC_AUTHORIZATION_FAILED", "settings"],
    ["GROUP_AUTHORIZATION_FAILED", "settings"],
    ["CLUSTER_AUTHORIZATION_FAILED", "settings"],
    ["UNKNOWN_TOPIC_OR_PARTITION", "settings"],
    ["INVALID_TIMESTAMP", "settings"],
    ["MESSAGE_TOO_LARGE", "too-large"],
    ["RECORD_LIST_TOO_LARGE", "too-large"],
    ["INVALID_RECORD", "refused"],
    ["OUT_OF_ORDER_SEQUENCE_NUMBER", "fenced"],
    ["INVALID_PRODUCER_EPOCH", "fenced"],
    ["PRODUCER_FENCED", "fenced"],
    ["OFFSET_OUT_OF_RANGE", "out-of-range"],
    ["NOT_ENOUGH_REPLICAS", "temporary"],
    ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", "temporary"],
    ["NOT_LEADER_OR_FOLLOWER", "temporary"],
    ["REQUEST_TIMED_OUT", "temporary"],
    ["CORRUPT_MESSAGE", "temporary"],
    ["KAFKA_STORAGE_ERROR", "temporary"],
    ["UNKNOWN_SERVER_ERROR", "temporary"],
    ["ERROR_OF_A_LATER_VERSION", "temporary"],
  ])("%s is %s", (name, kind) => {
    const failure = judgeKafkaError(name);
    expect(failure.kind).toBe(kind);
    expect(failure.reason).toContain(name);
    if (failure.kind === "settings") expect(failure.instruction).toMatch(/.{20}\.$/);
    expect(judgeKafkaFailure(nested(coded("", { apiId: name }))).kind).toBe(kind);
  });

  it.each([
    ["CERT_HAS_EXPIRED", /not trusted/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /not trusted/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /not trusted/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /not trusted/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", /client certificate/],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", /client certificate/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /does not speak TLS/],
  ])("%s holds", (code, reason) => {
    expect(judgeKafkaFailure(nested(coded("handshake", { code })))).toMatchObject({
      kind: "settings",
      reason: expect.stringMatching(reason),
    });
  });

  it("name what could not be reached", () => {
    const refused = { code: "ECONNREFUSED", address: "127.0.0.1", port: 9092 };
    expect(judgeKafkaFailure(nested(coded("connect", refused)))).toEqual({
      kind: "temporary",
      reason: "the broker cannot be reached: ECONNREFUSED (127.0.0.1:9092)",
    });
  });

  it("let a setting to be mended win over what may pass", () => {
    const errors = [
      coded("", { apiId: "REQUEST_TIMED_OUT" }),
      coded("", { apiId: "TOPIC_AUTHORIZATION_FAILED" }),
      coded("", { apiId: "NOT_LEADER_OR_FOLLOWER" }),
    ];
    expect(judgeKafkaFailure(new AggregateError(errors, "failed")).kind).toBe("settings");
  });

  it("hold for a secret that vanished while connecting", () => {
    expect(judgeKafkaFailure(nested(new MissingSecretError("file /s is empty")))).toMatchObject({
      kind: "settings",
      reason: "file /s is empty",
    });
  });

  it("are bounded even when they cause themselves", () => {
    const error = new Error("a ring");
    error.cause = error;
    expect(judgeKafkaFailure(error)).toEqual({
      kind: "temporary",
      reason: "the client failed: a ring",
    });
    expect(judgeKafkaFailure("no error at all").kind).toBe("temporary");
  });
});
