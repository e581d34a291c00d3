/** The source kind `kafka`: a member of a consumer group whose offsets follow the journal. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { kafkaClientSettings } from "../../config/kafka.ts";
import { judgeKafkaFailure } from "../../config/kafka-failure.ts";
import { loadPackage } from "../../config/package.ts";
import { inFormat } from "../gateway/in-format.ts";
import type { Emit, Source, SourceKind, SourceTools } from "../source.ts";
import type { Consumer, OpenConsumer } from "./consumer.ts";
import { readAsMember } from "./membership.ts";
import { type KafkaSourceOptions, kafkaSourceConflicts, kafkaSourceOptions } from "./options.ts";
import { openPlatformatic } from "./platformatic.ts";

const RETRY_DELAY_MS_MIN = 500;
const RETRY_DELAY_MS_MAX = 30_000;

/** Between half of the doubled delay and all of it, so that many connectors do not come back at once. */
export function retryDelayMs(failures: number, random: (bytes: number) => Uint8Array): number {
  const ceiling = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** Math.min(failures, 16));
  const [byte = 0] = random(1);
  return Math.round(ceiling / 2 + (ceiling / 2) * (byte / 255));
}

/** What broke a membership, with what to do where somebody has to. */
function describe(error: unknown): string {
  const { reason, instruction } = judgeKafkaFailure(error);
  return instruction === undefined ? reason : `${reason}. ${instruction}`;
}

/** Resolves when the delay is over or the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** The source over any client. */
export function createKafkaSource(
  tools: Pick<SourceTools, "name" | "random" | "ready" | "warn">,
  openConsumer: OpenConsumer,
  sleep: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Source {
  const start = async (emit: Emit, signal: AbortSignal): Promise<void> => {
    let failures = 0;
    const works = (): void => {
      failures = 0;
    };
    // Emit's own failure means that the connector stops; it must not be taken for the broker's.
    let emitFailure: { readonly error: unknown } | undefined;
    const guarded: Emit = async (records, origin) => {
      try {
        return await emit(records, origin);
      } catch (error) {
        emitFailure = { error };
        throw error;
      }
    };
    while (!signal.aborted) {
      let consumer: Consumer | undefined;
      try {
        consumer = openConsumer();
        const { ready, warn } = tools;
        const membership = { emit: guarded, signal, ready, warn, works };
        await readAsMember(consumer, { ...membership, sleep: (ms) => sleep(ms, signal) });
      } catch (error) {
        if (emitFailure !== undefined) throw emitFailure.error;
        if (signal.aborted) return;
        const ms = retryDelayMs(failures, tools.random);
        failures += 1;
        tools.warn(`${tools.name}: ${describe(error)} (next attempt in ${ms} ms)`);
        await consumer?.close();
        consumer = undefined;
        await sleep(ms, signal);
      } finally {
        await consumer?.close();
      }
    }
  };
  return { name: tools.name, kind: "kafka", start };
}

export const kafkaSourceKind: SourceKind<KafkaSourceOptions> = {
  kind: "kafka",
  summary:
    "Reads topics of Apache Kafka as a consumer group. Offsets are committed after the journal's fsync, and many connectors share the partitions.",
  options: kafkaSourceOptions,
  conflicts: kafkaSourceConflicts,
  open: async (options, tools) => {
    const client = await loadPackage(
      "@platformatic/kafka",
      "the source kind kafka",
      () => import("@platformatic/kafka"),
    );
    const readFile = (path: string): string => readFileSync(path, "utf8");
    const { readSecret } = tools;
    const source = createKafkaSource(tools, () =>
      openPlatformatic(client, kafkaClientSettings(options, { readSecret, readFile }), options),
    );
    return inFormat(source, options.format);
  },
};
