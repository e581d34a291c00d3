/** Every kind of source and sink that this version has, in the order of the reference page. */

import { elasticsearchKind } from "../sink/elasticsearch/kind.ts";
import { fileKind } from "../sink/file/kind.ts";
import { createHttpClient } from "../sink/http/post.ts";
import { kafkaKind } from "../sink/kafka/sink.ts";
import { sentinelKind } from "../sink/sentinel/kind.ts";
import { splunkKind } from "../sink/splunk/kind.ts";
import { syslogKind } from "../sink/syslog/kind.ts";
import { webhookKind } from "../sink/webhook/kind.ts";
import { complianceFeedKind } from "../source/compliance-feed/kind.ts";
import { fileSourceKind } from "../source/file/kind.ts";
import { httpSourceKind } from "../source/http/kind.ts";
import { kafkaSourceKind } from "../source/kafka/source.ts";
import { otlpSourceKind } from "../source/otlp/kind.ts";
import { stdinSourceKind } from "../source/stdin/kind.ts";
import { syslogSourceKind } from "../source/syslog/kind.ts";
import type { Kinds } from "./config-table.ts";
import { embeddedKind } from "./embedded/kind.ts";
import { sinkEntry, sourceEntry } from "./kind.ts";

export const kinds: Kinds = {
  sources: [
    sourceEntry(fileSourceKind),
    sourceEntry(stdinSourceKind),
    sourceEntry(httpSourceKind),
    sourceEntry(otlpSourceKind),
    sourceEntry(complianceFeedKind(createHttpClient)),
    sourceEntry(syslogSourceKind),
    sourceEntry(kafkaSourceKind),
  ],
  sinks: [
    sinkEntry(elasticsearchKind),
    sinkEntry(sentinelKind),
    sinkEntry(splunkKind),
    sinkEntry(syslogKind),
    sinkEntry(webhookKind),
    sinkEntry(fileKind),
    sinkEntry(kafkaKind),
    sinkEntry(embeddedKind),
  ],
};
