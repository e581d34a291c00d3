/** What the fake cluster holds, and the answers that all its parts give. */
import type { FakeResponse } from "../fake-server.ts";

/** Privileges on all audit streams, and on the cluster. */
export interface FakeKey {
  readonly index: readonly string[];
  readonly cluster: readonly string[];
}

export interface StoredDocument {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

export interface FakeStream {
  /** Documents of each backing index, oldest first. Ids are unique in one index only. */
  readonly indices: Map<string, StoredDocument>[];
  /** Name of the index template it was made with. */
  readonly template: string;
  lifecycle: unknown;
  /** What was put under `_options`; without it the version decides. */
  options: { readonly failure_store: { readonly enabled: boolean } } | undefined;
  isReadOnly: boolean;
}

/** What happens to one document of a bulk request instead of what should. */
export type ItemFault =
  | "rejected"
  | "unavailable"
  | "mapping"
  | "unauthorized"
  | "missing-index"
  | "flood-stage"
  | "dropped"
  | "strange";

/** What is wrong with an answer that tells about a bulk request. */
export type AnswerFault =
  | "short"
  | "cut"
  | "long"
  | "swapped"
  | "other-ids"
  | "no-items"
  | "update-items";

export interface FakeState {
  readonly version: string;
  readonly hasSecurity: boolean;
  readonly keys: Map<string, FakeKey>;
  readonly streams: Map<string, FakeStream>;
  readonly pipelines: Map<string, object>;
  readonly componentTemplates: Map<string, object>;
  readonly indexTemplates: Map<string, { readonly index_patterns: readonly string[] }>;
  readonly roles: Map<string, object>;
  /** Documents of an open point in time. */
  readonly points: Map<string, readonly StoredDocument[]>;
  /** What failure stores hold. */
  readonly setAside: StoredDocument[];
  bodyBytesMax: number;
  /** The cluster setting `data_streams.lifecycle.retention.max`. */
  retentionMax: string | undefined;
  itemFault: ((id: string) => ItemFault | undefined) | undefined;
  answerFault: AnswerFault | undefined;
  nextId: number;
}

export function newState(version: string, hasSecurity: boolean): FakeState {
  return {
    version,
    hasSecurity,
    keys: new Map(),
    streams: new Map(),
    pipelines: new Map(),
    componentTemplates: new Map(),
    indexTemplates: new Map(),
    roles: new Map(),
    points: new Map(),
    setAside: [],
    bodyBytesMax: 104_857_600,
    retentionMax: undefined,
    itemFault: undefined,
    answerFault: undefined,
    nextId: 1,
  };
}

export function json(status: number, body: unknown): FakeResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** An error in Elasticsearch's form. */
export function refuse(status: number, type: string, reason: string): FakeResponse {
  return json(status, { error: { root_cause: [{ type, reason }], type, reason }, status });
}

/** Whether a name matches a pattern with stars. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

/** Names of indices that Elasticsearch does not take. */
export function isIllegalName(name: string): boolean {
  return (
    name === "" ||
    name !== name.toLowerCase() ||
    /[\\/*?"<>| ,#:]/.test(name) ||
    /^[-_+]/.test(name) ||
    name === "." ||
    name === ".." ||
    Buffer.byteLength(name) > 255
  );
}

/** Whether failed documents of a stream are set aside; by default those of logs are since 9.2. */
export function setsAside(state: FakeState, stream: FakeStream): boolean {
  return stream.options?.failure_store.enabled ?? hasFailureStores(state);
}

/** Whether the version has failure stores. */
export function hasFailureStores({ version }: FakeState): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 9 || (major === 9 && minor >= 2);
}

/** Creates a data stream with the template that covers its name; Elasticsearch has one of its own. */
export function createStream(state: FakeState, name: string): FakeStream | undefined {
  const own = [...state.indexTemplates].find(([, { index_patterns }]) =>
    index_patterns.some((pattern) => matches(pattern, name)),
  );
  const template = own?.[0] ?? (matches("logs-*-*", name) ? "logs" : undefined);
  if (template === undefined) return undefined;
  const indices = [new Map<string, StoredDocument>()];
  const stream: FakeStream = {
    indices,
    template,
    lifecycle: undefined,
    options: undefined,
    isReadOnly: false,
  };
  state.streams.set(name, stream);
  return stream;
}

/** Documents of a stream over all its indices. */
export function documentsOf(stream: FakeStream): readonly StoredDocument[] {
  return stream.indices.flatMap((index) => [...index.values()]);
}

type Node = Readonly<Record<string, unknown>> | readonly unknown[];

/** Keeps only what the patterns of `filter_path` name; `*` stands for any one member or item. */
export function filterPath(value: unknown, patterns: readonly string[]): unknown {
  const paths = patterns.map((pattern) => pattern.split("."));
  return keep(value, paths);
}

function keep(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map((one: unknown) => keep(one, paths)).filter((one) => one !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  const entries = Object.entries(value as Node).flatMap(([name, inner]) => {
    const rest = paths
      .filter(([head]) => head !== undefined && matches(head, name))
      .map((path) => path.slice(1));
    const kept = rest.length > 0 ? keep(inner, rest) : undefined;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
