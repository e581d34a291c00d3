/** Kafka with TLS, passwords and access lists, where a broker's jars are at hand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EncodedRecord, Sink } from "../../src/delivery/sink.ts";
import type { KafkaSinkOptions } from "../../src/sink/kafka/options.ts";
import { kafkaSourceKind } from "../../src/source/kafka/source.ts";
import { journaledRange } from "../conformance/event.ts";
import { selfSigned } from "../wire/certificate.ts";
import { type Broker, kafkaLib, readTopic, startBroker } from "./kafka-broker.ts";
import { openSink } from "./kafka-sink-options.ts";
import { sourceOptions, sourceTools } from "./kafka-source-options.ts";

if (kafkaLib === undefined)
  process.stdout.write(
    "skipped: no Kafka broker (CLAUDE_SIEM_KAFKA_LIB: scripts/engines/kafka.sh)\n",
  );

const PASSWORD = "correct-horse-battery";
const never = (): AbortSignal => new AbortController().signal;

describe.skipIf(kafkaLib === undefined)("Kafka with TLS and SASL", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-kafka-tls-"));
  const certificate = selfSigned();
  const caFile = join(folder, "ca.pem");
  let broker: Broker;
  let admin: Admin;

  const open = (
    changes: Partial<KafkaSinkOptions>,
    readSecret: () => string = () => PASSWORD,
  ): Promise<Sink> =>
    openSink(
      broker.secureAddress,
      {
        allow_plaintext: false,
        ca_file: caFile,
        sasl_mechanism: "scram-sha-512",
        username: "writer",
        password: { from: "env", name: "KAFKA_PASSWORD" },
        timeout: 8000,
        ...changes,
      },
      readSecret,
    );

  const allow = (topic: string, ...operations: readonly number[]): Promise<void> =>
    admin.createAcls({
      creations: operations.map((operation) => ({
        resourceType: ResourceTypes.TOPIC,
        resourceName: topic,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: "User:writer",
        host: "*",
        operation: operation as (typeof AclOperations)["WRITE"],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    });

  const attempt = async (sink: Sink): Promise<readonly Record<string, unknown>[]> => {
    const batch = journaledRange(2).map((record) => sink.encode(record) as EncodedRecord);
    const outcomes = await sink.send(batch, never());
    for (const outcome of outcomes) expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    return outcomes.slice(0, 1) as unknown as readonly Record<string, unknown>[];
  };

  beforeAll(async () => {
    writeFileSync(caFile, certificate.cert);
    broker = await startBroker(kafkaLib ?? "", { certificate, users: { writer: PASSWORD } });
    admin = new Admin({ clientId: "admin", bootstrapBrokers: [broker.address] });
    await broker.createTopic("granted", 2);
    await broker.createTopic("denied", 2);
    await allow("granted", AclOperations.WRITE, AclOperations.DESCRIBE);
  }, 60_000);

  afterAll(async () => {
    await admin?.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(["plain", "scram-sha-256", "scram-sha-512"] as const)(
    "writes as a user, %s",
    async (mechanism) => {
      const sink = await open({ topic: "granted", sasl_mechanism: mechanism });
      expect(await attempt(sink)).toEqual([{ kind: "delivered" }]);
      const findings = await sink.check(never());
      expect(findings.filter(({ status }) => status !== "ok").map(({ what }) => what)).toEqual([
        "partitions have one replica only",
      ]);
      expect(findings.map(({ what }) => what)).toContain("this user may write to the topic");
      await sink.close();
    },
  );

  it("holds while the user may not write, and says what to allow", async () => {
    const sink = await open({ topic: "denied" });
    expect(await attempt(sink)).toEqual([
      {
        kind: "hold",
        reason: "the broker answered TOPIC_AUTHORIZATION_FAILED",
        instruction: expect.stringContaining("Allow this user"),
      },
    ]);
    await allow("denied", AclOperations.DESCRIBE, AclOperations.READ);
    expect((await attempt(sink))[0]).toMatchObject({ kind: "hold" });
    const failed = (await sink.check(never())).filter(({ status }) => status === "failed");
    expect(failed.map(({ instruction }) => instruction).join()).toContain("Write");
    await allow("denied", AclOperations.WRITE);
    expect(await attempt(sink)).toEqual([{ kind: "delivered" }]);
    const warned = (await sink.check(never())).filter(({ status }) => status === "warning");
    expect(warned.map(({ what }) => what)).toContain("this user may also read");
    await sink.close();
  });

  it("holds for a wrong password, and delivers once it was rotated", async () => {
    let password = "wrong-horse";
    const sink = await open({ topic: "granted" }, () => password);
    expect(await attempt(sink)).toEqual([
      {
        kind: "hold",
        reason: expect.stringMatching(/authenticat|SASL/),
        instruction: "Check username, password and sasl_mechanism.",
      },
    ]);
    expect((await sink.check(never())).map(({ status }) => status)).toEqual(["failed"]);
    password = PASSWORD;
    expect(await attempt(sink)).toEqual([{ kind: "delivered" }]);
    await sink.close();
  });

  it("holds for a certificate that it does not trust, and tells no password", async () => {
    const strange = join(folder, "strange.pem");
    writeFileSync(strange, selfSigned("elsewhere").cert);
    const sink = await open({ topic: "granted", ca_file: strange, sasl_mechanism: "plain" });
    expect(await attempt(sink)).toEqual([
      {
        kind: "hold",
        reason: expect.stringContaining("certificate is not trusted"),
        instruction: expect.stringContaining("ca_file"),
      },
    ]);
    writeFileSync(strange, certificate.cert);
    expect(await attempt(sink)).toEqual([{ kind: "delivered" }]);
    await sink.close();
  });

  it("says so where one side speaks TLS and the other does not", async () => {
    const plainPort = await openSink(broker.address, { topic: "granted", allow_plaintext: false });
    expect(await attempt(plainPort)).toEqual([
      { kind: "retry", reason: expect.stringContaining("TLS listener") },
    ]);
    await plainPort.close();
    const tlsPort = await openSink(broker.secureAddress, { topic: "granted", timeout: 3000 });
    expect(await attempt(tlsPort)).toEqual([
      {
        kind: "hold",
        reason: "the broker speaks TLS on this port",
        instruction: "Remove allow_plaintext.",
      },
    ]);
    await tlsPort.close();
  });

  it("reads as a user, and says what it may not", async () => {
    await broker.createTopic("private", 1);
    const warnings: string[] = [];
    const stop = new AbortController();
    const options = sourceOptions(broker.secureAddress, {
      allow_plaintext: false,
      ca_file: caFile,
      sasl_mechanism: "scram-sha-256",
      username: "writer",
      password: { from: "env", name: "KAFKA_PASSWORD" },
      topics: ["private"],
    });
    const tools = { ...sourceTools(warnings), readSecret: () => PASSWORD };
    const source = await kafkaSourceKind.open(options, tools);
    const taken: string[] = [];
    const ended = source.start((records) => {
      taken.push(...records.map(({ text = "" }) => text));
      return Promise.resolve({ accepted: records.length, rejected: [] });
    }, stop.signal);
    for (let tries = 0; tries < 200 && warnings.length === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(warnings.join("\n")).toMatch(/AUTHORIZATION_FAILED\. Allow this user/);
    expect(warnings.join("\n")).not.toContain(PASSWORD);
    await allow("private", AclOperations.READ, AclOperations.DESCRIBE);
    await admin.createAcls({
      creations: [
        {
          resourceType: ResourceTypes.GROUP,
          resourceName: "claude-siem",
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: "User:writer",
          host: "*",
          operation: AclOperations.READ,
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    });
    const writer = await openSink(broker.address, { topic: "private" });
    await attempt(writer);
    await writer.close();
    for (let tries = 0; tries < 400 && taken.length < 2; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await ended;
    expect(taken).toEqual((await readTopic(broker.address, "private")).map(({ value }) => value));
    expect(taken.length).toBe(2);
  });
});
