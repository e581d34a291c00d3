/** Elasticsearch: data streams, written with `create` only, so that nothing is replaced or stored twice. */
import type { CheckFinding, Sink, SinkKind, SinkTools } from "../../delivery/sink.ts";
import { sendBulk } from "./bulk.ts";
import { checkCluster } from "./check.ts";
import { openCluster } from "./cluster.ts";
import { apiKeyCredential, writerCredential } from "./credential.ts";
import { encodeDocument } from "./document.ts";
import { createInventory } from "./inventory.ts";
import {
  type ElasticsearchOptions,
  elasticsearchConflicts,
  elasticsearchOptions,
} from "./option.ts";
import { setUpCluster } from "./set-up.ts";
import { streamsOf } from "./stream.ts";

const NO_SETUP_KEY: CheckFinding = {
  status: "failed",
  what: "no key for set-up is configured",
  instruction: "Set setup_api_key to a key that may manage templates, pipelines and roles.",
};

async function openSink(options: ElasticsearchOptions, tools: SinkTools): Promise<Sink> {
  const { nodes, namespace, reader_api_key, setup_api_key } = options;
  const cluster = await openCluster({
    nodes,
    timeoutMs: options.timeout,
    caFile: options.ca_file,
  });
  const credential = writerCredential(options, tools.readSecret);
  const streams = streamsOf(namespace);

  return {
    name: tools.name,
    kind: "elasticsearch",
    target: `${nodes.map(({ origin }) => origin).join(", ")} logs-claude.*-${namespace}`,
    limits: {
      recordsMax: options.batch_records,
      bytesMax: options.batch_size,
      // The line break after the document.
      overheadBytes: 1,
    },
    encode: (record) => encodeDocument(record, namespace),
    send: (batch, signal) => sendBulk(cluster, credential, batch, tools.now, signal),
    check: (signal) =>
      checkCluster({ cluster, credential, nodes, streams, now: tools.now }, signal),
    setUp: async (signal) => {
      if (setup_api_key === undefined) return [NO_SETUP_KEY];
      const setUpCredential = apiKeyCredential(setup_api_key, tools.readSecret);
      const retentionDays = options.retention_days;
      return setUpCluster({ cluster, credential: setUpCredential, streams, retentionDays }, signal);
    },
    ...(reader_api_key !== undefined && {
      inventory: createInventory(
        cluster,
        apiKeyCredential(reader_api_key, tools.readSecret),
        streams,
      ),
    }),
    close: () => cluster.close(),
  };
}

export const elasticsearchKind: SinkKind<ElasticsearchOptions> = {
  kind: "elasticsearch",
  summary:
    "Elasticsearch 8.16 or later, and Elastic Cloud: ECS documents in data streams, each stored once.",
  options: elasticsearchOptions,
  conflicts: elasticsearchConflicts,
  starter: ["api_key"],
  open: openSink,
};
