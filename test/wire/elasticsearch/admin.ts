/** Templates, pipelines, roles, data streams and privileges. */
import type { FakeRequest, FakeResponse } from "../fake-server.ts";
import {
  createStream,
  type FakeKey,
  type FakeState,
  type FakeStream,
  hasFailureStores,
  json,
  refuse,
} from "./state.ts";

const done = (): FakeResponse => json(200, { acknowledged: true });

/** What Elasticsearch answers to paths that it does not have. */
export function noHandler({ path, method }: FakeRequest): FakeResponse {
  return json(400, { error: `no handler found for uri [${path}] and method [${method}]` });
}

function lacks(key: FakeKey, privilege: string): FakeResponse | undefined {
  if (key.cluster.includes(privilege)) return undefined;
  const reason = `action is unauthorized, this action is granted by the cluster privileges [${privilege}]`;
  return refuse(403, "security_exception", reason);
}

/** Settings come back as text, as Elasticsearch stores them. */
function stringified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, stringified(one)]));
  return String(value);
}

function stored(body: { template?: { settings?: unknown } }): object {
  const settings = body.template?.settings;
  if (settings === undefined) return body;
  return { ...body, template: { ...body.template, settings: stringified(settings) } };
}

function resource<T extends object>(
  request: FakeRequest,
  name: string,
  map: Map<string, T>,
  shown: (value: T) => object,
  body: T,
): FakeResponse {
  if (request.method === "PUT") {
    map.set(name, body);
    return done();
  }
  const value = map.get(name);
  if (value === undefined)
    return refuse(404, "resource_not_found_exception", `[${name}] not found`);
  return json(200, shown(value));
}

function dataStream(
  state: FakeState,
  request: FakeRequest,
  name: string,
  part: string,
  body: unknown,
  key: FakeKey,
): FakeResponse {
  if (!key.index.includes("manage"))
    return refuse(403, "security_exception", "action [indices:admin/data_stream] is unauthorized");
  const stream = state.streams.get(name);
  if (request.method === "PUT" && part === "") {
    if (stream !== undefined)
      return refuse(400, "resource_already_exists_exception", `data_stream [${name}] exists`);
    if (createStream(state, name) !== undefined) return done();
    const reason = `no matching index template found for data stream [${name}]`;
    return refuse(400, "illegal_argument_exception", reason);
  }
  if (stream === undefined)
    return refuse(404, "index_not_found_exception", `no such index [${name}]`);
  if (part === "_options" && !hasFailureStores(state)) return noHandler(request);
  if (request.method === "PUT" && part === "_options") {
    stream.options = body as FakeStream["options"];
    return done();
  }
  if (part === "_options") {
    const { options } = stream;
    return json(200, { data_streams: [{ name, ...(options !== undefined && { options }) }] });
  }
  if (request.method === "PUT") {
    stream.lifecycle = body;
    return done();
  }
  const effective_retention =
    state.retentionMax ??
    (stream.lifecycle as { data_retention?: string } | undefined)?.data_retention;
  const lifecycle =
    stream.lifecycle === undefined
      ? {}
      : { lifecycle: { ...stream.lifecycle, effective_retention } };
  return json(200, { data_streams: [{ name, template: stream.template, ...lifecycle }] });
}

function hasPrivileges(body: unknown, key: FakeKey): FakeResponse {
  const { cluster = [], index = [] } = body as {
    cluster?: readonly string[];
    index?: readonly { names: readonly string[]; privileges: readonly string[] }[];
  };
  const granted = (names: readonly string[], held: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, held.includes(name)]));
  return json(200, {
    username: "fake",
    has_all_requested: false,
    cluster: granted(cluster, key.cluster),
    index: Object.fromEntries(
      index.flatMap(({ names, privileges }) =>
        names.map((name) => [name, granted(privileges, key.index)]),
      ),
    ),
    application: {},
  });
}

/** Answers what is no bulk request and no search; `undefined` when the path is none of these. */
export function administer(
  state: FakeState,
  request: FakeRequest,
  body: unknown,
  key: FakeKey,
): FakeResponse | undefined {
  const parts = request.path.split("/").slice(1).map(decodeURIComponent);
  const [first = "", second = "", third = ""] = parts;
  const written = body as { template?: { settings?: unknown }; index_patterns: readonly string[] };
  switch (first) {
    case "":
      return (
        lacks(key, "monitor") ??
        json(200, {
          version: {
            number: state.version,
            // Serverless always names this one.
            build_flavor: state.version === "8.11.0" ? "serverless" : "default",
          },
          tagline: "You Know, for Search",
        })
      );
    case "_component_template":
      return (
        lacks(key, "manage_index_templates") ??
        resource(
          request,
          second,
          state.componentTemplates,
          (one) => ({ component_templates: [{ name: second, component_template: one }] }),
          request.method === "PUT" ? stored(written) : {},
        )
      );
    case "_index_template":
      return (
        lacks(key, "manage_index_templates") ??
        resource(
          request,
          second,
          state.indexTemplates,
          (one) => ({ index_templates: [{ name: second, index_template: one }] }),
          written,
        )
      );
    case "_ingest":
      return (
        lacks(key, "manage_ingest_pipelines") ??
        resource(request, third, state.pipelines, (one) => ({ [third]: one }), written)
      );
    case "_security":
      if (!state.hasSecurity) return noHandler(request);
      if (second === "user") return hasPrivileges(body, key);
      return (
        lacks(key, "manage_security") ??
        resource(request, third, state.roles, (one) => ({ [third]: one }), written)
      );
    case "_data_stream":
      return dataStream(state, request, second, third, body, key);
    default:
      return undefined;
  }
}
