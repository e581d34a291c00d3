/** `_bulk` as Elasticsearch answers it, item by item. */
import type { FakeRequest, FakeResponse } from "../fake-server.ts";
import {
  type AnswerFault,
  createStream,
  type FakeKey,
  type FakeState,
  type ItemFault,
  isIllegalName,
  json,
  refuse,
  setsAside,
} from "./state.ts";

interface Action {
  readonly index: string;
  readonly id: string | undefined;
  readonly operation: string;
}

interface Item {
  readonly _index: string;
  readonly _id: string;
  readonly status: number;
  readonly result?: string;
  readonly failure_store?: string;
  readonly error?: { readonly type: string; readonly reason: string };
}

const OPERATIONS = new Set(["create", "index", "update", "delete"]);

function parseAction(line: string, pathIndex: string): Action | undefined {
  const parsed = JSON.parse(line) as Record<string, { _index?: string; _id?: string }>;
  const [entry, ...more] = Object.entries(parsed);
  if (entry === undefined || more.length > 0 || !OPERATIONS.has(entry[0])) return undefined;
  const [operation, { _index = pathIndex, _id }] = entry;
  return { operation, index: _index, id: _id };
}

function failure(action: Action, status: number, type: string, reason: string): Item {
  return { _index: action.index, _id: action.id ?? "", status, error: { type, reason } };
}

function faulty(fault: ItemFault, action: Action): Item {
  switch (fault) {
    case "rejected":
      return failure(action, 429, "es_rejected_execution_exception", "rejected execution");
    case "unavailable":
      return failure(action, 503, "unavailable_shards_exception", "primary shard is not active");
    case "mapping":
      return failure(
        action,
        400,
        "document_parsing_exception",
        "[1:204] failed to parse field [event.created] of type [date] in document with id 'x'. Preview of field's value: 'SECRET OF AN EVENT'",
      );
    case "unauthorized":
      return failure(
        action,
        403,
        "security_exception",
        "action [indices:data/write/bulk[s]] is unauthorized for API key id [abc]",
      );
    case "missing-index":
      return failure(action, 404, "index_not_found_exception", `no such index [${action.index}]`);
    case "flood-stage":
      return failure(
        action,
        429,
        "cluster_block_exception",
        `index [${action.index}] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];`,
      );
    case "dropped":
      return { _index: action.index, _id: action.id ?? "", status: 200, result: "noop" };
    case "strange":
      return { _index: action.index, _id: action.id ?? "", status: 202 };
  }
}

/** Why a data stream does not index a document. */
function mappingProblem(index: string, text: string): string | undefined {
  let source: Record<string, unknown>;
  try {
    source = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return "failed to parse";
  }
  const time = source["@timestamp"];
  if (time === undefined) return "data stream timestamp field [@timestamp] is missing";
  if (Array.isArray(time))
    return "data stream timestamp field [@timestamp] encountered multiple values";
  if (typeof time !== "string" || Number.isNaN(Date.parse(time)))
    return "failed to parse field [@timestamp] of type [date]";
  const { type, dataset, namespace } = (source["data_stream"] ?? {}) as Record<string, string>;
  if (`${type}-${dataset}-${namespace}` !== index)
    return "[constant_keyword] field [data_stream.dataset] only accepts values that are equal to the value defined in the mappings";
  return undefined;
}

function create(
  state: FakeState,
  action: Action,
  text: string,
  needsStream: boolean,
  key: FakeKey,
): Item {
  const fault = state.itemFault?.(action.id ?? "");
  if (fault !== undefined) return faulty(fault, action);
  const { index } = action;
  if (isIllegalName(index))
    return failure(action, 400, "invalid_index_name_exception", `Invalid index name [${index}]`);
  const denied = `action [indices:data/write/bulk[s]] is unauthorized for API key on indices [${index}], this action is granted by the index privileges [create_doc,create,index,write,all]`;
  if (!key.index.includes("create_doc")) return failure(action, 403, "security_exception", denied);
  if (!state.streams.has(index) && !key.index.includes("auto_configure"))
    return failure(
      action,
      403,
      "security_exception",
      `action [indices:admin/auto_create] ${denied}`,
    );
  const stream = state.streams.get(index) ?? createStream(state, index);
  if (stream === undefined) {
    if (!needsStream) throw new Error(`the plain index ${index} would be created`);
    const reason = `no such index [${index}] and the index creation request requires a data stream, but no matching index template with data stream template was found for it`;
    return failure(action, 404, "index_not_found_exception", reason);
  }
  if (action.operation !== "create") {
    const reason = "only write ops with an op_type of create are allowed in data streams";
    return failure(action, 400, "illegal_argument_exception", reason);
  }
  if (stream.template === "logs-claude" && !state.pipelines.has("claude-siem@pipeline"))
    return failure(
      action,
      400,
      "illegal_argument_exception",
      "pipeline with id [claude-siem@pipeline] does not exist",
    );
  if (stream.isReadOnly)
    return failure(
      action,
      403,
      "cluster_block_exception",
      `index [.ds-${index}-000001] blocked by: [FORBIDDEN/8/index write (api)];`,
    );
  const id = action.id ?? `auto-${state.nextId++}`;
  const problem = mappingProblem(index, text);
  if (problem !== undefined) {
    if (!setsAside(state, stream))
      return failure(action, 400, "document_parsing_exception", problem);
    state.setAside.push({ id, source: { text } });
    // A failure store numbers its documents itself.
    const own = `failed-${state.nextId++}`;
    const common = { _index: `.fs-${index}-000001`, _id: own, result: "created" };
    return { ...common, status: 201, failure_store: "used" };
  }
  const current = stream.indices.at(-1);
  if (current === undefined || current.has(id))
    return failure(
      action,
      409,
      "version_conflict_engine_exception",
      `[${id}]: version conflict, document already exists (current version [1])`,
    );
  current.set(id, { id, source: JSON.parse(text) as Record<string, unknown> });
  return { _index: `.ds-${index}-000001`, _id: id, status: 201, result: "created" };
}

function tampered(fault: AnswerFault | undefined, items: readonly object[]): unknown {
  switch (fault) {
    case undefined:
      return items;
    case "short":
      return items.slice(1);
    case "cut":
      return items.slice(0, -1);
    case "long":
      return [...items, ...items.slice(-1)];
    case "swapped":
      return [...items].reverse();
    case "other-ids":
      return items.map(() => ({ create: { _id: "other", status: 201, result: "created" } }));
    case "no-items":
      return undefined;
    case "update-items":
      return items.map((item) => ({ update: Object.values(item)[0] as object }));
  }
}

/** Takes a bulk request apart. The body is already unpacked. */
export function bulk(
  state: FakeState,
  request: FakeRequest,
  pathIndex: string,
  body: Buffer,
  key: FakeKey,
): FakeResponse {
  const text = body.toString("utf8");
  if (text === "") return refuse(400, "parse_exception", "request body is required");
  if (!text.endsWith("\n"))
    return refuse(
      400,
      "illegal_argument_exception",
      "The bulk request must be terminated by a newline [\\n]",
    );
  const lines = text.slice(0, -1).split("\n");
  const items: { create: Item }[] = [];
  const needsStream = request.query.get("require_data_stream") === "true";
  const pairs: [Action, string][] = [];
  for (let at = 0; at < lines.length; at += 2) {
    let action: Action | undefined;
    try {
      action = parseAction(lines[at] ?? "", pathIndex);
    } catch {
      return refuse(400, "x_content_parse_exception", `Malformed action/metadata line [${at + 1}]`);
    }
    if (action === undefined)
      return refuse(
        400,
        "illegal_argument_exception",
        `Malformed action/metadata line [${at + 1}]`,
      );
    if (action.id === "" || Buffer.byteLength(action.id ?? "") > 512)
      return refuse(400, "action_request_validation_exception", "Validation Failed: 1: id is bad;");
    const source = lines[at + 1];
    if (source === undefined)
      return refuse(400, "illegal_argument_exception", "a document is missing");
    pairs.push([action, source]);
  }
  for (const [action, source] of pairs)
    items.push({ create: create(state, action, source, needsStream, key) });
  const errors = items.some(({ create: { error } }) => error !== undefined);
  return json(200, { took: 3, errors, items: tampered(state.answerFault, items) });
}
