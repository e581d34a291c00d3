/** What `check` says about a topic. */
import type { KafkaFailure } from "../../config/kafka-failure.ts";
import type { CheckFinding } from "../../delivery/sink.ts";
import type { KafkaSinkOptions } from "./options.ts";
import { outcomeOfFailure } from "./outcome.ts";
import type { TopicDescription } from "./producer.ts";

/** Operations that somebody who only writes must not have. */
const excessive = ["read", "delete", "alter", "alter-configs"];

function replicaFinding({ replicas }: TopicDescription): CheckFinding {
  const what = `each partition has ${replicas} replica${replicas === 1 ? "" : "s"} or more`;
  return replicas > 1
    ? { status: "ok", what }
    : {
        status: "warning",
        what: "partitions have one replica only",
        instruction:
          "Use a replication factor of 3: the loss of one broker's disk would lose events that were acknowledged.",
      };
}

function leaderFinding({ partitions, leaderless }: TopicDescription): CheckFinding {
  return leaderless === 0
    ? { status: "ok", what: `${partitions} partitions, each with a leader` }
    : {
        status: "failed",
        what: `${leaderless} of ${partitions} partitions have no leader`,
        instruction: "Bring the brokers that hold these partitions back.",
      };
}

function operationFindings({ operations }: TopicDescription): readonly CheckFinding[] {
  if (operations === undefined)
    return [
      {
        status: "warning",
        what: "the broker does not tell what this user may do",
        instruction: "Make sure that this user may write to the topic and do nothing else.",
      },
    ];
  if (!operations.includes("write"))
    return [
      {
        status: "failed",
        what: "this user may not write to the topic",
        instruction: "Allow this user the operations Write and Describe on the topic.",
      },
    ];
  const more = excessive.filter((operation) => operations.includes(operation));
  return [
    { status: "ok", what: "this user may write to the topic" },
    ...(more.length === 0
      ? []
      : [
          {
            status: "warning" as const,
            what: `this user may also ${more.join(", ")}`,
            instruction: "Give the connector a user that may only Write and Describe this topic.",
          },
        ]),
  ];
}

function settingFindings(
  { settings, replicas }: TopicDescription,
  { batch_size }: KafkaSinkOptions,
): readonly CheckFinding[] {
  if (settings === undefined) return [];
  const findings: CheckFinding[] = [];
  const inSync = Number(settings.get("min.insync.replicas"));
  if (replicas > 1 && inSync === 1)
    findings.push({
      status: "warning",
      what: "min.insync.replicas is 1: one broker's word is enough for an acknowledgement",
      instruction: "Set min.insync.replicas=2 for the topic.",
    });
  if (inSync > replicas)
    findings.push({
      status: "warning",
      what: `min.insync.replicas is ${inSync}, but a partition has ${replicas} only`,
      instruction:
        "Add replicas, or lower min.insync.replicas: brokers before 4.0 refuse to write.",
    });
  const bytesMax = Number(settings.get("max.message.bytes"));
  if (bytesMax < batch_size)
    findings.push({
      status: "warning",
      what: `the topic takes batches of ${bytesMax} bytes, and batch_size is ${batch_size}`,
      instruction: `Set batch_size to ${bytesMax}B or less; until then batches are split.`,
    });
  const cleanup = settings.get("cleanup.policy") ?? "";
  if (cleanup.includes("compact"))
    findings.push({
      status: "failed",
      what: "the topic is compacted: it keeps only the last event of each session",
      instruction: "Set cleanup.policy=delete for the topic.",
    });
  if (settings.get("unclean.leader.election.enable") === "true")
    findings.push({
      status: "warning",
      what: "unclean.leader.election.enable is true: acknowledged events may be cut off",
      instruction: "Set unclean.leader.election.enable=false for the topic.",
    });
  return findings;
}

/** Findings about a topic, or about why nothing is known of it. */
export function findingsOf(
  topic: TopicDescription | KafkaFailure,
  options: KafkaSinkOptions,
): readonly CheckFinding[] {
  const security: CheckFinding = options.allow_plaintext
    ? {
        status: "warning",
        what: "events travel unencrypted to a broker on this machine",
        instruction: "Remove allow_plaintext once the broker has a TLS listener.",
      }
    : { status: "ok", what: "the brokers' certificates are verified" };
  if ("kind" in topic) {
    const outcome = outcomeOfFailure(topic, 1);
    const instruction =
      outcome.kind === "hold"
        ? outcome.instruction
        : "Look at the brokers, and at the network between them and this machine.";
    return [{ status: "failed", what: topic.reason, instruction }];
  }
  return [
    security,
    leaderFinding(topic),
    replicaFinding(topic),
    ...operationFindings(topic),
    ...settingFindings(topic, options),
  ];
}
