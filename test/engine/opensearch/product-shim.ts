/**
 * Stands between the official Elasticsearch client and OpenSearch, which forked from Elasticsearch 7.10.
 * It bridges what the two products name differently and hides nothing of how documents are taken:
 * - the header `x-elastic-product`, which the client demands, and a version that the check knows;
 * - points in time, which have another path and another member for their id;
 * - `ignore_missing_component_templates` and `_meta` of pipelines, which it does not have;
 * - the type `flattened`, which it calls `flat_object`, and constants whose value the first document sets;
 * - `require_data_stream`, which it does not have: that it is sent is proven on the fake cluster.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface Shim {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Message {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function unpacked(headers: IncomingMessage["headers"], body: Buffer): string {
  return (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString("utf8");
}

/** Path and body as OpenSearch wants them; `body` is `undefined` when it goes on as it came. */
function translated(
  method: string,
  url: URL,
  text: () => string,
): { readonly path: string; readonly body?: string } {
  const { pathname, searchParams } = url;
  if (pathname.endsWith("/_bulk")) searchParams.delete("require_data_stream");
  const path = (name: string) => `${name}${searchParams.size > 0 ? `?${searchParams}` : ""}`;
  if (pathname === "/_pit" && method === "DELETE") {
    const { id } = JSON.parse(text()) as { id: string };
    return { path: "/_search/point_in_time", body: JSON.stringify({ pit_id: [id] }) };
  }
  if (pathname.endsWith("/_pit"))
    return { path: path(pathname.replace(/_pit$/, "_search/point_in_time")) };
  if (method === "PUT" && pathname.startsWith("/_index_template/")) {
    const { ignore_missing_component_templates: optional = [], ...rest } = JSON.parse(text()) as {
      ignore_missing_component_templates?: readonly string[];
      composed_of: readonly string[];
    };
    const composed_of = rest.composed_of.filter((name) => !optional.includes(name));
    return { path: path(pathname), body: JSON.stringify({ ...rest, composed_of }) };
  }
  if (method === "PUT" && pathname.startsWith("/_component_template/"))
    return {
      path: path(pathname),
      body: text()
        .replaceAll('"type":"flattened"', '"type":"flat_object"')
        .replaceAll('{"type":"constant_keyword"}', '{"type":"keyword"}'),
    };
  if (method === "PUT" && pathname.startsWith("/_ingest/pipeline/")) {
    const { _meta, ...rest } = JSON.parse(text()) as { _meta?: unknown };
    return { path: path(pathname), body: JSON.stringify(rest) };
  }
  return { path: path(pathname) };
}

/** The answer as Elasticsearch would word it. */
function reworded(path: string, { status, body }: Message): string | undefined {
  if (path === "/")
    return body.toString("utf8").replace(/"number" ?: ?"[^"]*"/, '"number": "9.5.1"');
  if (path.endsWith("/_pit") && status === 200)
    return body.toString("utf8").replace(/"pit_id":/, '"id":');
  return undefined;
}

function forward(
  upstream: URL,
  method: string,
  path: string,
  headers: IncomingMessage["headers"],
  body: Buffer,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, upstream),
      { method, headers: { ...headers, host: upstream.host, "content-length": body.length } },
      (answer) => {
        bodyOf(answer).then(
          (received) =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: received }),
          reject,
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function pass(
  upstream: URL,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(message);
  const url = new URL(message.url ?? "/", "http://shim");
  const method = message.method ?? "GET";
  const { pathname } = url;
  const changed = translated(method, url, () => unpacked(message.headers, body));
  const headers = { ...message.headers };
  if (changed.body !== undefined) delete headers["content-encoding"];
  const sent = changed.body === undefined ? body : Buffer.from(changed.body);
  const answer = await forward(upstream, method, changed.path, headers, sent);
  const worded = Buffer.from(reworded(pathname, answer) ?? answer.body);
  response
    .writeHead(answer.status, {
      ...answer.headers,
      "content-length": worded.length,
      "x-elastic-product": "Elasticsearch",
    })
    .end(worded);
}

/** Starts the shim on a free port of loopback. */
export async function startShim(upstream: URL): Promise<Shim> {
  const server = createServer((message, response) => {
    pass(upstream, message, response).catch((error: unknown) => {
      response.writeHead(502).end(`the shim failed: ${String(error)}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
