/**
 * Receivers that only answer, in a process of their own: what is measured is the connector. `IPC` parent
 * gets the ports; each answers as its product does when everything was taken.
 */
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer as createSocketServer } from "node:net";
import { gunzipSync } from "node:zlib";
import { selfSigned } from "../test/wire/certificate.ts";
import { startFakeAzure } from "../test/wire/fake-azure.ts";

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

/** event_ids in action lines: `{"create":{"_id":"…"}}`. */
function bulkAnswer(body: Buffer): string {
  const lines = body.toString("latin1").split("\n");
  const items: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const id = /"_id":"([^"]*)"/.exec(lines[at] ?? "")?.[1] ?? "";
    items.push(`{"create":{"_id":"${id}","status":201,"result":"created"}}`);
  }
  return `{"errors":false,"took":1,"items":[${items.join(",")}]}`;
}

/** Set by the parent: refuse everything with 503. */
let refuse = false;
process.on("message", (message) => {
  refuse = (message as { readonly refuse?: boolean }).refuse === true;
});

function answering(
  make: (body: Buffer) => { readonly status: number; readonly body: string },
): RequestListener {
  return (request, response) => {
    bodyOf(request).then(
      (body) => {
        const answer = refuse ? { status: 503, body: "{}" } : make(body);
        response.writeHead(answer.status, {
          "content-type": "application/json",
          "x-elastic-product": "Elasticsearch",
        });
        response.end(answer.body);
      },
      () => response.destroy(),
    );
  };
}

const servers: Readonly<Record<string, Server>> = {
  elasticsearch: createServer(answering((body) => ({ status: 200, body: bulkAnswer(body) }))),
  splunk: createServer(answering(() => ({ status: 200, body: '{"text":"Success","code":0}' }))),
  webhook: createServer(answering(() => ({ status: 200, body: "" }))),
  syslog: createSocketServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
  }),
};

// Azure's clients speak TLS only and ask for tokens, so here the strict one of the tests stands in.
const tls = selfSigned();
const azure = await startFakeAzure({
  tls,
  principals: [
    {
      clientId: "aaaaaaaa-0000-4000-8000-000000000001",
      secret: "bench",
      mayWrite: true,
      mayRead: false,
    },
  ],
});

const ports: Record<string, number> = {};
for (const [name, server] of Object.entries(servers)) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  ports[name] = (server.address() as AddressInfo).port;
}
process.send?.({ ports, azure: { url: azure.url, certificate: tls.cert } });
process.on("disconnect", () => process.exit(0));
