/** Settings of the sink kind `elasticsearch`. */
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import {
  allowPlainHttp,
  duration,
  endpoints,
  integer,
  optionalSecret,
  text,
} from "../../config/option-type.ts";
import { optionalPath } from "../../config/path.ts";
import type { SecretReference } from "../../config/secret.ts";
import { size } from "../../config/size.ts";
import { isNamespace, MAPPED_NAMESPACE } from "./stream.ts";

export interface ElasticsearchOptions {
  readonly nodes: readonly URL[];
  readonly api_key: SecretReference | undefined;
  readonly username: SecretReference | undefined;
  readonly password: SecretReference | undefined;
  readonly reader_api_key: SecretReference | undefined;
  readonly setup_api_key: SecretReference | undefined;
  readonly namespace: string;
  readonly ca_file: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes, before compression. */
  readonly batch_size: number;
  readonly batch_records: number;
  /** Days; 0 keeps everything. */
  readonly retention_days: number;
  readonly allow_plain_http: boolean;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const elasticsearchOptions: OptionTable<ElasticsearchOptions> = {
  nodes: endpoints({
    doc: "Nodes of one cluster, or the address of a load balancer. Requests go to them in turn.",
    example: "[https://elastic.example.com:9200]",
  }),
  api_key: optionalSecret({
    doc: "API key that may create documents and nothing else: the encoded form, or id:key. Read at every request, so that a rotated key takes effect at once.",
    example: "{env: ELASTIC_API_KEY}",
  }),
  username: optionalSecret({ doc: "User name, where there is no API key. Needs password." }),
  password: optionalSecret({ doc: "Password of the user." }),
  reader_api_key: optionalSecret({
    doc: "Another API key, which may read the audit streams. Without it reconcile cannot ask what arrived.",
  }),
  setup_api_key: optionalSecret({
    doc: "An API key for set-up only: templates, pipeline, role and data streams. Not needed afterwards.",
  }),
  namespace: text({
    doc: "Last part of the names of the data streams, such as logs-claude.activity-default. Lower case letters, digits, dots and underscores.",
    fallback: MAPPED_NAMESPACE,
  }),
  ca_file: optionalPath({
    doc: "PEM file of the authority that signed the cluster's certificate, where it is a private one.",
  }),
  timeout: duration({
    doc: "How long one request may take, from connecting to the last byte of the answer.",
    fallback: 60_000,
    minMs: 100,
    maxMs: 600_000,
  }),
  batch_size: size({
    doc: "Largest request before compression. Elasticsearch takes 100 MB by default, proxies often less; a batch that is refused as too large is halved.",
    fallback: 5 * MIB,
    minBytes: 64 * KIB,
    maxBytes: 64 * MIB,
  }),
  batch_records: integer({
    doc: "Most events in one request.",
    fallback: 5000,
    min: 1,
    max: 20_000,
  }),
  retention_days: integer({
    doc: "What set-up writes into the lifecycle of the data streams: after how many days Elasticsearch deletes events. 0 keeps everything.",
    fallback: 0,
    min: 0,
    max: 36_500,
  }),
  allow_plain_http: allowPlainHttp,
};

/** Which settings are each right and do not go together. */
export function elasticsearchConflicts(options: ElasticsearchOptions): readonly SettingConflict[] {
  const { nodes, api_key, username, password, namespace } = options;
  const conflicts: SettingConflict[] = [];
  if (nodes.some(({ search, hash }) => search !== "" || hash !== ""))
    conflicts.push({
      key: "nodes",
      problem: "a URL has a part after ? or #, which would not be sent",
      instruction: "Write scheme, host, port and at most a path.",
    });
  if (new Set(nodes.map(({ href }) => href)).size < nodes.length)
    conflicts.push({
      key: "nodes",
      problem: "a node is listed twice",
      instruction: "List each node once.",
    });
  if (!isNamespace(namespace))
    conflicts.push({
      key: "namespace",
      problem: `${JSON.stringify(namespace)} makes no legal name of a data stream`,
      instruction:
        "Write at most 100 lower case letters, digits, dots and underscores, first no dot.",
    });
  if ((username === undefined) !== (password === undefined))
    conflicts.push({
      key: username === undefined ? "password" : "username",
      problem: "a user name and a password belong together",
      instruction: "Set username and password, or api_key alone.",
    });
  else if ((api_key === undefined) === (username === undefined))
    conflicts.push({
      key: api_key === undefined ? "nodes" : "api_key",
      problem:
        api_key === undefined
          ? "nothing says who sends"
          : "there are two ways to say who sends, and one would have to be ignored",
      instruction: "Set api_key, or username and password.",
    });
  return conflicts;
}
