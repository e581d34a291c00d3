/** How a batch reaches HEC. What its answer means is decided elsewhere, once for all transports. */
import type { HttpResult } from "../http/post.ts";

export interface HecBatch {
  /** Address of the receiver as it was configured. */
  readonly url: URL;
  readonly token: string;
  /** GUID of the data channel; needed when acknowledgements are asked for. */
  readonly channel: string | undefined;
  /** JSON text of each event, never empty. */
  readonly bodies: readonly string[];
}

/** Carries one batch in one request, without retries, and hands back what came. */
export interface HecTransport {
  readonly post: (batch: HecBatch, signal: AbortSignal) => Promise<HttpResult>;
  readonly close: () => Promise<void>;
}

export type HecPath =
  | "/services/collector/event"
  | "/services/collector/ack"
  | "/services/collector/health";

/** The URL of a function of HEC. People write the receiver's address with or without the usual path. */
export function hecUrl(base: URL, path: HecPath): URL {
  const prefix = base.pathname
    .replace(/\/+$/, "")
    .replace(/\/services\/collector(\/event)?(\/1\.0)?$/, "");
  const url = new URL(base);
  url.pathname = `${prefix}${path}`;
  url.search = "";
  url.hash = "";
  return url;
}

/** Headers that every request to HEC has. */
export function hecHeaders(token: string, channel: string | undefined): Record<string, string> {
  return {
    authorization: `Splunk ${token}`,
    ...(channel !== undefined && { "x-splunk-request-channel": channel }),
  };
}
