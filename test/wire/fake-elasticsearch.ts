/**
 * An Elasticsearch on loopback as strict as the real one where the connector touches it: who may do what,
 * media types, names, data streams that only create, one document for each id of an index. It keeps what
 * it takes, and breaks on request, as a whole or document by document.
 */
import { gunzipSync } from "node:zlib";
import { administer, noHandler } from "./elasticsearch/admin.ts";
import { bulk } from "./elasticsearch/bulk.ts";
import { countByMinute, documentsIn, searchPoint } from "./elasticsearch/search.ts";
import {
  type AnswerFault,
  documentsOf,
  type FakeKey,
  type FakeState,
  filterPath,
  type ItemFault,
  json,
  newState,
  refuse,
} from "./elasticsearch/state.ts";
import {
  type FakeRequest,
  type FakeResponse,
  type FakeServer,
  startFakeServer,
} from "./fake-server.ts";

export type { FakeKey };

export interface FakeElasticsearch extends FakeServer {
  /** Adds a credential, as it stands in the header `authorization`. */
  readonly grant: (authorization: string, key: FakeKey) => void;
  readonly revoke: (authorization: string) => void;
  /** `event.id` of every document that is stored, duplicates too. */
  readonly eventIds: () => readonly string[];
  /** Documents of a stream. */
  readonly documents: (stream: string) => readonly Readonly<Record<string, unknown>>[];
  readonly streams: () => readonly string[];
  readonly setAsideCount: () => number;
  /** Begins a new backing index: ids before it are forgotten. */
  readonly rollOver: (stream: string) => void;
  /** Loses documents by `event.id`, as somebody with a key that may delete would. */
  readonly lose: (ids: ReadonlySet<string>) => void;
  readonly setReadOnly: (isReadOnly: boolean) => void;
  readonly removePipeline: () => void;
  readonly setFailureStore: (isOn: boolean) => void;
  readonly limitRetention: (max: string) => void;
  /** Larger bodies, unpacked, are refused with 413. */
  readonly limitBody: (bytes: number) => void;
  readonly breakItems: (fault: ((id: string) => ItemFault | undefined) | undefined) => void;
  readonly breakAnswers: (fault: AnswerFault | undefined) => void;
  /** What set-up wrote, by name. */
  readonly installed: () => Readonly<Record<string, unknown>>;
  readonly openPoints: () => number;
}

/** Privileges of the three keys that a careful site has. */
export const WRITER: FakeKey = { index: ["create_doc"], cluster: ["monitor"] };
export const READER: FakeKey = { index: ["read", "view_index_metadata"], cluster: [] };
export const SETUP: FakeKey = {
  index: ["create_index", "manage", "view_index_metadata"],
  cluster: ["manage_index_templates", "manage_ingest_pipelines", "manage_security", "monitor"],
};

/** Query parameters that are known, by the last part of the path. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  _bulk: ["require_data_stream", "filter_path", "refresh", "pipeline", "timeout"],
  _search: ["ignore_unavailable", "allow_partial_search_results", "filter_path"],
  _pit: ["keep_alive", "ignore_unavailable", "filter_path"],
};

function mediaProblem(version: string, type: string): FakeResponse | undefined {
  const [name, parameter] = type.split(";").map((part) => part.trim());
  if (["application/json", "application/x-ndjson"].includes(name ?? "")) return undefined;
  if (!/^application\/vnd\.elasticsearch\+(json|x-ndjson)$/.test(name ?? ""))
    return refuse(
      406,
      "media_type_header_exception",
      `Content-Type header [${type}] is not supported`,
    );
  const major = Number(version.split(".")[0]);
  const wanted = Number(/^compatible-with=([0-9]+)$/.exec(parameter ?? "")?.[1]);
  if (wanted === major || wanted === major - 1) return undefined;
  return refuse(
    400,
    "media_type_header_exception",
    `Invalid media-type value on headers [Content-Type]: Content-Type version must be either version ${major} or ${major - 1}, but found ${wanted}`,
  );
}

function unpacked(request: FakeRequest): Buffer {
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(request.body) : request.body;
}

function search(
  state: FakeState,
  request: FakeRequest,
  body: unknown,
  key: FakeKey,
): FakeResponse | undefined {
  const [target = "", verb = ""] = request.path.split("/").slice(1);
  if (target === "_pit" && request.method === "DELETE") {
    state.points.delete((body as { id: string }).id);
    return json(200, { succeeded: true, num_freed: 1 });
  }
  if (target !== "_search" && verb !== "_search" && verb !== "_pit") return undefined;
  if (!key.index.includes("read"))
    return refuse(403, "security_exception", "action [indices:data/read/search] is unauthorized");
  type Body = Parameters<typeof searchPoint>[1];
  if (target === "_search") return searchPoint(state, body as Body);
  const documents = documentsIn(state, target, request.query.get("ignore_unavailable") === "true");
  if (documents === undefined)
    return refuse(404, "index_not_found_exception", `no such index [${target}]`);
  if (verb === "_search") return countByMinute(documents, body as Body);
  const id = `point-${state.nextId++}`;
  state.points.set(id, documents);
  return json(200, { id });
}

function route(state: FakeState, request: FakeRequest): FakeResponse {
  const key = state.keys.get(request.headers.authorization ?? "");
  if (key === undefined)
    return refuse(401, "security_exception", "unable to authenticate with provided credentials");
  if (request.body.length > 0) {
    const problem = mediaProblem(state.version, request.headers["content-type"] ?? "");
    if (problem !== undefined) return problem;
  }
  const last = request.path.split("/").at(-1) ?? "";
  for (const name of request.query.keys())
    if (!(PARAMETERS[last] ?? ["filter_path"]).includes(name))
      return refuse(
        400,
        "illegal_argument_exception",
        `request [${request.path}] contains unrecognized parameter: [${name}]`,
      );
  const body = unpacked(request);
  if (body.length > state.bodyBytesMax) return { status: 413, body: "" };
  if (last === "_bulk") {
    const index = request.path === "/_bulk" ? "" : (request.path.split("/")[1] ?? "");
    return bulk(state, request, decodeURIComponent(index), body, key);
  }
  const parsed: unknown = body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
  return (
    search(state, request, parsed, key) ??
    administer(state, request, parsed, key) ??
    noHandler(request)
  );
}

function filtered(request: FakeRequest, response: FakeResponse): FakeResponse {
  const pattern = request.query.get("filter_path");
  const headers = { ...response.headers, "x-elastic-product": "Elasticsearch" };
  if (pattern === null || response.status !== 200) return { ...response, headers };
  const body = filterPath(JSON.parse(String(response.body)), pattern.split(",")) ?? {};
  return { ...response, headers, body: JSON.stringify(body) };
}

/** Starts an empty cluster. */
export async function startFakeElasticsearch(
  options: {
    readonly version?: string;
    readonly hasSecurity?: boolean;
    readonly tls?: { readonly key: string; readonly cert: string };
  } = {},
): Promise<FakeElasticsearch> {
  const state = newState(options.version ?? "9.5.1", options.hasSecurity ?? true);
  const server = await startFakeServer(
    (request) => filtered(request, route(state, request)),
    options.tls,
  );
  const streams = () => [...state.streams.values()];
  return {
    ...server,
    grant: (authorization, key) => state.keys.set(authorization, key),
    revoke: (authorization) => state.keys.delete(authorization),
    eventIds: () =>
      streams()
        .flatMap(documentsOf)
        .map(({ source }) => String((source["event"] as Record<string, unknown>)["id"])),
    documents: (name) =>
      [state.streams.get(name)]
        .flatMap((stream) => (stream === undefined ? [] : documentsOf(stream)))
        .map(({ source }) => source),
    streams: () => [...state.streams.keys()],
    setAsideCount: () => state.setAside.length,
    rollOver: (name) => state.streams.get(name)?.indices.push(new Map()),
    lose: (ids) => {
      for (const index of streams().flatMap(({ indices }) => indices))
        for (const [id, { source }] of index)
          if (ids.has(String((source["event"] as Record<string, unknown>)["id"]))) index.delete(id);
    },
    setReadOnly: (isReadOnly) => {
      for (const stream of streams()) stream.isReadOnly = isReadOnly;
    },
    removePipeline: () => state.pipelines.clear(),
    setFailureStore: (isOn) => {
      for (const stream of streams()) stream.options = { failure_store: { enabled: isOn } };
    },
    limitRetention: (max) => {
      state.retentionMax = max;
    },
    limitBody: (bytes) => {
      state.bodyBytesMax = bytes;
    },
    breakItems: (fault) => {
      state.itemFault = fault;
    },
    breakAnswers: (fault) => {
      state.answerFault = fault;
    },
    installed: () =>
      Object.fromEntries([
        ...state.pipelines,
        ...state.componentTemplates,
        ...state.indexTemplates,
        ...state.roles,
        ...[...state.streams].map(([name, { lifecycle }]) => [name, lifecycle] as const),
      ]),
    openPoints: () => state.points.size,
  };
}
