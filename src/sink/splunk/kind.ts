import { performance } from "node:perf_hooks";
import { loadPackage } from "../../config/package.ts";
import type { ReadSecret } from "../../config/secret.ts";
import type { SinkKind } from "../../delivery/sink.ts";
import { createHttpClient } from "../http/post.ts";
import { createInventory } from "./inventory.ts";
import { type SearchOptions, type SplunkOptions, splunkOptions } from "./option.ts";
import { createSplunkSink, type SplunkParts } from "./sink.ts";
import { createSplunkLoggingTransport } from "./splunk-logging-transport.ts";
import type { HecTransport } from "./transport.ts";
import { createUndiciTransport } from "./undici-transport.ts";

export type { SearchOptions, SplunkOptions } from "./option.ts";

/** As many as the pump may have under way. */
const CONNECTIONS_MAX = 64;

/** Splunk Enterprise and Splunk Cloud, over the HTTP Event Collector. */
export const splunkKind: SinkKind<SplunkOptions> = {
  kind: "splunk",
  summary:
    "Sends events to the HTTP Event Collectors of Splunk Enterprise or Splunk Cloud, with indexer acknowledgement where Splunk has it.",
  options: splunkOptions,
  open: async (options, tools) => {
    const { timeout: timeoutMs, ca_file: caFile, search } = options;
    const http = () => createHttpClient({ timeoutMs, caFile, connectionsMax: CONNECTIONS_MAX });
    const transport = await openTransport(options, http);
    const reader = search === undefined ? undefined : openReader(search, options, tools.readSecret);
    const monotonic = () => performance.now();
    return createSplunkSink(options, tools, { transport, http: http(), reader, monotonic });
  },
};

/** Searches over long ranges take their time. */
const SEARCH_TIMEOUT_MS = 300_000;

function openReader(
  { url, token }: SearchOptions,
  { index, ca_file: caFile }: SplunkOptions,
  readSecret: ReadSecret,
): SplunkParts["reader"] {
  const http = createHttpClient({ timeoutMs: SEARCH_TIMEOUT_MS, caFile });
  const inventory = createInventory({ url, token: () => readSecret(token), index, http });
  return { inventory, close: () => http.close() };
}

async function openTransport(
  { transport, timeout: timeoutMs, ca_file: caFile }: SplunkOptions,
  http: () => ReturnType<typeof createHttpClient>,
): Promise<HecTransport> {
  if (transport === "undici") return createUndiciTransport(http());
  const library = await loadPackage(
    "splunk-logging",
    "the sink kind splunk with transport: splunk-logging",
    () => import("splunk-logging"),
  );
  return createSplunkLoggingTransport(library, { timeoutMs, caFile });
}
