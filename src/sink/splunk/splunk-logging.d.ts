/** What is used of the package splunk-logging 0.11, which comes without types. */
declare module "splunk-logging" {
  import type { Agent } from "node:http";

  /** Options of needle 2.9, which carries the requests. */
  interface RequestOptions {
    strictSSL: boolean;
    json: boolean;
    agent: Agent;
    headers: Record<string, string>;
    parse_response: boolean;
    open_timeout: number;
    response_timeout: number;
    read_timeout: number;
  }

  interface LoggerConfiguration {
    token: string;
    url: string;
    maxRetries: number;
    maxBatchCount: number;
    maxBatchSize: number;
    batchInterval: number;
  }

  type FlushCallback = (
    error: unknown,
    response:
      | { readonly statusCode?: number; readonly headers: Record<string, unknown> }
      | undefined,
    body: unknown,
  ) => void;

  class Logger {
    constructor(config: LoggerConfiguration);
    config: LoggerConfiguration;
    requestOptions: Partial<RequestOptions>;
    error: (error: unknown, context: unknown) => void;
    /** Events as JSON text, in order, until `flush`. */
    serializedContextQueue: string[];
    flush(callback: FlushCallback): void;
  }
}
