/** Kinds for tests: one of every type of setting, nothing behind them. */

import {
  allowPlainHttp,
  choice,
  duration,
  endpoints,
  flag,
  integer,
  optionalSecret,
  optionalText,
  secret,
  text,
  texts,
} from "../../src/config/option-type.ts";
import { optionalPath, path } from "../../src/config/path.ts";
import type { SecretReference } from "../../src/config/secret.ts";
import { size } from "../../src/config/size.ts";
import type { Kinds } from "../../src/connector/config-table.ts";
import { sinkEntry, sourceEntry } from "../../src/connector/kind.ts";
import type { Sink, SinkKind, SinkTools } from "../../src/delivery/sink.ts";
import type { Source, SourceKind, SourceTools } from "../../src/source/source.ts";

/** What the kinds were opened with, in order. */
export const opened: unknown[] = [];

function openSink<Options>(kind: string) {
  return async (options: Options, tools: SinkTools): Promise<Sink> => {
    opened.push(options);
    return {
      name: tools.name,
      kind,
      target: "nowhere",
      limits: { recordsMax: 1, bytesMax: 1, overheadBytes: 0 },
      encode: () => ({ reason: "a test" }),
      send: async () => [],
      check: async () => [],
      close: async () => undefined,
    };
  };
}

async function openSource(_: unknown, tools: SourceTools): Promise<Source> {
  return { name: tools.name, kind: "test", start: async () => undefined };
}

const fileKind: SinkKind<{ readonly path: string; readonly rotate_size: number }> = {
  kind: "file",
  summary: "Lines in a file.",
  options: {
    path: path({ doc: "The file.", example: "archive.ndjson" }),
    rotate_size: size({ doc: "Largest file.", fallback: 2 ** 20, minBytes: 1, maxBytes: 2 ** 30 }),
  },
  open: openSink("file"),
};

const splunkKind: SinkKind<{
  readonly urls: readonly URL[];
  readonly allow_plain_http: boolean;
  readonly token: SecretReference;
  readonly index: string | undefined;
  readonly ca_file: string | undefined;
  readonly transport: "client" | "direct";
  readonly timeout: number;
}> = {
  kind: "splunk",
  summary: "The HTTP event collector.",
  options: {
    urls: endpoints({ doc: "Where to.", example: '["https://splunk.example:8088"]' }),
    allow_plain_http: allowPlainHttp,
    token: secret({ doc: "The token.", example: "{env: HEC_TOKEN}" }),
    index: optionalText({ doc: "The index.", example: "claude" }),
    ca_file: optionalPath({ doc: "Authorities.", example: "ca.pem" }),
    transport: choice({ doc: "How.", of: ["client", "direct"], fallback: "client" }),
    timeout: duration({ doc: "How long.", fallback: 30_000, minMs: 1, maxMs: 60_000 }),
  },
  open: openSink("splunk"),
};

const stdinKind: SourceKind<Readonly<Record<never, never>>> = {
  kind: "stdin",
  summary: "Lines of the standard input.",
  options: {},
  open: openSource,
};

const httpKind: SourceKind<{
  readonly listen: string;
  readonly token: SecretReference | undefined;
  readonly connections: number;
  readonly methods: readonly string[];
  readonly gzip: boolean;
}> = {
  kind: "http",
  summary: "A receiver.",
  options: {
    listen: text({ doc: "Where.", fallback: "127.0.0.1:8080" }),
    token: optionalSecret({ doc: "Who may.", example: "{file: token}" }),
    connections: integer({ doc: "How many.", fallback: 64, min: 1, max: 4096 }),
    methods: texts({ doc: "How.", fallback: ["POST"] }),
    gzip: flag({ doc: "Take gzip.", fallback: true }),
  },
  conflicts: ({ listen, token }) =>
    listen.startsWith("127.") || token !== undefined
      ? []
      : [{ key: "listen", problem: "anybody could send", instruction: "Set a token." }],
  open: openSource,
};

export const testKinds: Kinds = {
  sources: [sourceEntry(stdinKind), sourceEntry(httpKind)],
  sinks: [sinkEntry(splunkKind), sinkEntry(fileKind)],
};
